"""Reading a picture somebody uploaded, with everything that may be wrong with it, and writing it anew.

What comes out holds nothing of the file that came in but its pixels: no metadata, no name, no trailing bytes.
"""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

#: The formats that are opened at all; Pillow judges by the content, not by the name.
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_WIDTH, LEAST_HEIGHT = 800, 450
#: WebP knows no longer side.
LONGEST_SIDE = 16_383
#: The widths a picture is kept in, as far as it is that wide itself.
WIDTHS = (480, 960, 1600)

#: The EXIF tag, and those of its values that lay the picture on its side.
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)

# Pillow warns above this and refuses above twice of it while it reads the header, before it decodes anything.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def widths_of(width: int) -> list[int]:
    """The widths in which a picture of this width is kept, the largest last: none is enlarged."""
    return sorted({min(width, wanted) for wanted in WIDTHS})


def read_picture(upload: UploadedFile) -> Image.Image:
    """The uploaded picture, upright, in RGB, at most as wide as we keep it; ValidationError says what to do else."""
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 10 MB. Please save it smaller and choose it again."))
    try:
        return _read(upload)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Image.UnidentifiedImageError:
        raise ValidationError(
            _("This can't be read as a JPEG, PNG or WebP picture, whatever its name says. Please save it as one.")
        ) from None
    except Exception as error:  # Pillow's readers fail in many ways at what is broken, or made to be
        raise ValidationError(
            _("The picture is damaged or incomplete. Please open it in an image editor, save it anew, and choose it.")
        ) from error


def _read(upload: UploadedFile) -> Image.Image:
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise _too_many_pixels()
        if max(width, height) > LONGEST_SIDE:
            raise ValidationError(
                _("No side may be longer than %(most)s pixels. Please crop it.") % {"most": LONGEST_SIDE}
            )
        picture.verify()
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as picture:
        # How wide it is counts as readers will see it.
        if picture.getexif().get(ORIENTATION) in SIDEWAYS:
            width, height = height, width
        if width < LEAST_WIDTH or height < LEAST_HEIGHT:
            raise ValidationError(
                _("It is %(width)s × %(height)s pixels. Please choose a larger one: at least 800 wide and 450 high.")
                % {"width": width, "height": height}
            )
        # A JPEG far larger than needed is decoded at a fraction of its size, which saves most of the memory.
        picture.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        picture.load()
        return scaled(_flat(ImageOps.exif_transpose(picture)), min(width, WIDTHS[-1]))


def _too_many_pixels() -> ValidationError:
    return ValidationError(_("It has more than 40 megapixels. Please scale it down; 1600 pixels of width are enough."))


def _flat(picture: Image.Image) -> Image.Image:
    """The picture in RGB; what is transparent lies on white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture.convert("RGBA"))
    return ground.convert("RGB")


def scaled(picture: Image.Image, width: int) -> Image.Image:
    if picture.width == width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def as_webp(picture: Image.Image) -> bytes:
    """The picture's pixels, and nothing else, as the content of a WebP file."""
    pixels = Image.new("RGB", picture.size)
    pixels.paste(picture)
    content = BytesIO()
    pixels.save(content, "WEBP", quality=80)
    return content.getvalue()
