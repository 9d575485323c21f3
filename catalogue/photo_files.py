"""The files of photos: how they are named, written, deleted and served.

Names are random, so they tell nothing of the upload and can't be guessed. All sizes of a photo share a token.
"""

import re
import secrets

from csp.constants import NONE
from csp.decorators import csp
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe
from PIL import Image

from catalogue.pictures import as_webp, scaled, widths_of

NAME = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{2,3})\.webp\Z")


def names_of(name: str) -> list[str]:
    """All files of the photo whose largest file is ``name``, from small to large."""
    token, width = NAME.match(name).groups()
    return [f"{token}-{one}.webp" for one in widths_of(int(width))]


def write_files(picture: Image.Image) -> str:
    """Write a picture in all its sizes; returns the name of the largest. Leaves nothing behind when it fails."""
    name = f"{secrets.token_hex(16)}-{picture.width}.webp"
    try:
        for one, width in zip(names_of(name), widths_of(picture.width), strict=True):
            default_storage.save(one, ContentFile(as_webp(scaled(picture, width))))
    except BaseException:
        delete_files(name)
        raise
    return name


def delete_files(name: str) -> None:
    """Delete all sizes of a photo; those that are gone already are no error."""
    for one in names_of(name):
        default_storage.delete(one)


@require_safe
@csp({"default-src": [NONE], "sandbox": True})
def serve(request, name: str):
    """One file of a photo. Its content never changes under its name, so browsers may keep it for good."""
    if not NAME.match(name):
        raise Http404
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    # The gzip middleware would spend its time on what is compressed already.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
