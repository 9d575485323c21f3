"""The files of the downloads: built once for each revision, kept in ``DOWNLOADS_ROOT``, an edition to a folder.

An edition is made in a folder of its own, which gets its name in one step when it is complete. So two workers that
build at once do not meet, and who reads never finds half a file.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from catalogue import revision
from catalogue.downloads.formats import FORMATS, Edition
from catalogue.downloads.tables import TABLES
from catalogue.size import is_large

#: Another number makes all files be built anew, after what is in them was changed.
FORM = 1
#: Editions kept: who began to download one when the next appeared can begin again.
KEPT = 2
#: Edits may come in while the tables are read; so often is it tried again.
ATTEMPTS = 5
MANIFEST = "manifest.json"
BUILDING = "building-"
#: Who comes back after so many seconds, and finds the files of a large catalogue still not made, has them made again.
RETRY = 600
#: What is still building after so many seconds was broken off.
LONGEST_BUILD = 3600


class UnavailableError(Exception):
    """The files can't be had now; the message says why, for readers and operators."""


@dataclass(frozen=True)
class File:
    """One file of an edition."""

    folder: str
    ending: str
    name: str
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        return settings.DOWNLOADS_ROOT / self.folder / self.name

    @property
    def content_type(self) -> str:
        return FORMATS[self.ending][0]


@dataclass(frozen=True)
class Manifest:
    """A complete edition: what is in it, and its files."""

    date: str
    revision: int
    counts: dict[str, int]
    files: dict[str, File]


def folder_of(current: revision.Current) -> str:
    """The folder of an edition, by all that its bytes depend on.

    A database that was put back may have the same number at another time.
    """
    made_from = [current.number, current.changed_at.isoformat(), settings.SITE_URL, FORM]
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]


def latest() -> Manifest:
    """The files of the present revision, built if need be; raises UnavailableError. One query where they are there.

    Those of a large catalogue take minutes: a process of its own makes them, and until they are there the last
    edition is given, which says of which day and revision it is.
    """
    current = revision.current()
    try:
        if manifest := stored(current):
            return manifest
        if not is_large():
            return present()
        if cache.add(f"downloads:{folder_of(current)}", True, RETRY):
            command = [sys.executable, "manage.py", "build_downloads"]
            subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603 - our own
        if manifest := last_edition():
            return manifest
    except OSError as error:
        raise UnavailableError from error
    raise UnavailableError


def present() -> Manifest:
    """The files of the present revision, built here and now if they are not there."""
    settings.DOWNLOADS_ROOT.mkdir(parents=True, exist_ok=True)
    with one_at_a_time():
        return stored(revision.current()) or build()


def last_edition() -> Manifest | None:
    """The edition that was made last."""
    for path in sorted(settings.DOWNLOADS_ROOT.glob(f"*/{MANIFEST}"), key=lambda one: -one.stat().st_mtime_ns):
        if not path.parent.name.startswith(BUILDING) and (manifest := read(path.parent)):
            return manifest
    return None


def stored(current: revision.Current) -> Manifest | None:
    """The edition of this revision, where all of it is there."""
    return read(settings.DOWNLOADS_ROOT / folder_of(current))


def read(folder: Path) -> Manifest | None:
    """The edition in a folder, where all of it is there."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {ending: File(**file) for ending, file in told.pop("files").items()}
        manifest = Manifest(**told, files=files)
        whole = all(file.path.stat().st_size == file.size for file in files.values())
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return manifest if whole else None


@contextlib.contextmanager
def one_at_a_time():
    """Let one process build while others wait for it. Only to spare work: nothing breaks without it."""
    with (settings.DOWNLOADS_ROOT / "lock").open("w") as lock:
        with contextlib.suppress(OSError):  # some network file systems know no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_edition() -> tuple[Edition, revision.Current]:
    """All tables as of one revision: read again where an edit came in between."""
    for _attempt in range(ATTEMPTS):
        current = revision.current()
        tables = [(table, table.values()) for table in TABLES]
        if revision.current() == current:
            return Edition(current.number, current.changed_at, settings.SITE_URL, tables), current
    raise UnavailableError


def build() -> Manifest:
    """Make the edition of the present revision."""
    edition, current = read_edition()
    name = folder_of(current)
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=settings.DOWNLOADS_ROOT))
    try:
        files = {}
        for ending, (_content_type, write) in FORMATS.items():
            path = building / f"{edition.name}.{ending}"
            write(edition, path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files[ending] = File(name, ending, path.name, path.stat().st_size, digest)
        manifest = Manifest(edition.date, edition.revision, edition.counts, files)
        (building / MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        put_in_place(building, settings.DOWNLOADS_ROOT / name, current)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    forget_old()
    return manifest


def put_in_place(building: Path, place: Path, current: revision.Current) -> None:
    """Give a complete edition its name; what is there already is the same, or damaged, and then it goes."""
    for _attempt in range(ATTEMPTS):
        if stored(current):
            return
        shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process was faster
            building.rename(place)
            return
    raise UnavailableError


def forget_old() -> None:
    """Delete all but the last editions. Who is reading one of their files can read it to its end."""
    folders = [path for path in settings.DOWNLOADS_ROOT.iterdir() if path.is_dir()]
    building = [path for path in folders if path.name.startswith(BUILDING)]
    editions = sorted(set(folders) - set(building), key=lambda path: path.stat().st_mtime_ns)
    forsaken = [path for path in building if path.stat().st_mtime < time.time() - LONGEST_BUILD]
    for path in [*editions[:-KEPT], *forsaken]:
        shutil.rmtree(path, ignore_errors=True)
