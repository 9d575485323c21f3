"""Uploaded files between the preview of an import and its confirmation.

They lie in a folder of their own, where no address leads, under names nobody can guess. What the form carries is the
name, signed for the user who uploaded it: it is good for a day, on every worker, and for nobody else.
"""

from __future__ import annotations

import datetime
import secrets
from typing import NamedTuple

from django.core import signing
from django.core.files.storage import storages
from django.utils import timezone
from import_export.tmp_storages import MediaStorage

KEPT_FOR = datetime.timedelta(days=1)


class Upload(NamedTuple):
    """A kept file: its name in the store, and what it was called where it came from."""

    name: str
    title: str


def store(name: str) -> MediaStorage:
    """The library's store for imports, in the storage "import_export" of the settings."""
    return MediaStorage(name=name, MEDIA_FOLDER=None)


def _salt(user) -> str:
    return f"catalogue.exchange.{user.pk}"


def keep(content: bytes, title: str, user) -> str:
    """Keep a file; returns the text by which it is found again."""
    sweep()
    upload = Upload(secrets.token_hex(16), title[-100:])
    store(upload.name).save(content)
    return signing.dumps(upload, salt=_salt(user))


def find(signed: str, user) -> tuple[Upload, bytes] | None:
    """A kept file of this user; None where it is gone, or somebody else's."""
    try:
        upload = Upload(*signing.loads(signed, salt=_salt(user), max_age=KEPT_FOR))
        return upload, store(upload.name).read()
    except (signing.BadSignature, FileNotFoundError):
        return None


def remove(upload: Upload) -> None:
    store(upload.name).remove()


def sweep() -> None:
    """Delete what was never confirmed."""
    storage = storages["import_export"]
    if not storage.exists(""):
        return
    for name in storage.listdir("")[1]:
        try:
            if storage.get_created_time(name) < timezone.now() - KEPT_FOR:
                storage.delete(name)
        except FileNotFoundError:  # another worker was faster
            continue
