"""Editors add photos to entries; readers see them with author and licence."""

import io
import re
import struct
import zlib
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
import time_machine
import zeal
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from catalogue.desk.deleting import delete, restore
from catalogue.models import Version
from catalogue.photos import DEEDS, Licence, Photo
from catalogue.pictures import MOST_BYTES, read_picture
from catalogue.reports import Report
from plants.models import Plant
from tests.admin_forms import form_data
from tests.test_fixtures import dump
from tests.test_fixtures import kept as kept_fixtures
from vehicles.models import ExportProgram, Generation

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PREFIX = "catalogue-photo-entry_type-entry_id"
TEXTS = {
    "alt": "A white sedan before a factory gate",
    "alt_ja": "工場の門の前の白いセダン",
    "caption": "The first car, 1988",
    "caption_ja": "",
    "author": "A. Photographer",
    "licence": "cc-by-sa-4.0",
    "source_url": "https://commons.example.org/wiki/File:Car.jpg",
    "position": "0",
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "photos"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    """As in the other tests of the admin: Django's autocomplete asks for each row of an inline."""
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def plant() -> Plant:
    return Plant.objects.get(slug="nummi-fremont")


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def content(size=(1000, 600), kind="JPEG", colour="white", mode="RGB", **options) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, colour).save(stream, kind, **options)
    return stream.getvalue()


def upload(data: bytes | None = None, name: str = "my holiday.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content() if data is None else data, "image/jpeg")


def a_photo(entry, size=(1000, 600), **values) -> Photo:
    photo = Photo(entry=entry, **{**TEXTS, **values})
    photo.take(read_picture(upload(content(size))))
    photo.save()
    return photo


def change_page(entry) -> str:
    return reverse(f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change", args=[entry.pk])


def send(client, entry, picture=None, **changes):
    """Save the entry's admin page with one new photo."""
    data = form_data(client.get(change_page(entry)))
    data[f"{PREFIX}-TOTAL_FORMS"] = int(data[f"{PREFIX}-INITIAL_FORMS"]) + 1
    number = data[f"{PREFIX}-INITIAL_FORMS"]
    texts = {**TEXTS, **({"upload": picture} if picture is not None else {}), **changes}
    return client.post(
        change_page(entry), {**data, **{f"{PREFIX}-{number}-{name}": value for name, value in texts.items()}}
    )


def problems(response) -> str:
    assert response.status_code == 200, "it was accepted"
    formset = next(one.formset for one in response.context["inline_admin_formsets"] if one.formset.model is Photo)
    return " ".join(message for form in formset.forms for messages in form.errors.values() for message in messages)


# Adding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "which"),
    [
        (Plant, {"slug": "nummi-fremont"}),
        (Generation, {"slug": "xv10", "model__slug": "camry"}),
        (ExportProgram, {"slug": "toyota-cavalier"}),
    ],
    ids=["plant", "generation", "program"],
)
def test_an_editor_adds_a_photo_and_readers_of_both_languages_see_it(editor_client, folder, model, which):
    entry = model.objects.get(**which)
    response = send(editor_client, entry, upload())
    assert response.status_code == 302, response.context["errors"]
    photo = Photo.objects.get()
    assert (photo.entry, photo.width, photo.height) == (entry, 1000, 600)
    assert re.fullmatch(r"[0-9a-f]{32}-1000\.webp", photo.image.name)
    for language, alt in (("en", TEXTS["alt"]), ("ja", TEXTS["alt_ja"])):
        with translation.override(language):
            page = Client().get(entry.get_absolute_url()).content.decode()
        html5lib.HTMLParser(strict=True).parse(page)
        image = re.search(r'<figure class="photo">\s*(<img[^>]*>)', page)[1]
        assert f'alt="{alt}" lang="{language}"' in image
        assert 'width="1000" height="600" loading="lazy" decoding="async"' in image
        for width in (480, 960, 1000):
            assert f"{width}.webp {width}w" in image
        assert TEXTS["author"] in page
        assert 'rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>' in page
        assert f'href="{TEXTS["source_url"]}" rel="noopener nofollow"' in page
    assert '<span lang="en">The first car, 1988</span>' in page, "a caption without Japanese is marked as English"


def test_entries_without_photos_show_no_trace_of_any(client, plant):
    assert 'class="photo' not in client.get(plant.get_absolute_url()).content.decode()
    assert client.get("/manufacturers/toyota/").status_code == 200, "a type that has no photos"


def test_the_history_tells_of_a_photo_and_the_form_shows_it(editor_client, plant):
    send(editor_client, plant, upload())
    photo = Photo.objects.get()
    history = editor_client.get(reverse("admin:plants_plant_history", args=[plant.pk])).content.decode()
    assert TEXTS["alt"] in history
    assert f'<img src="{photo.sizes[0][1]}"' in editor_client.get(change_page(plant)).content.decode()


def test_photos_stand_in_the_order_of_their_positions_and_cost_one_query(client, plant, django_assert_max_num_queries):
    for position in (3, 1, 2):
        a_photo(plant, alt=f"Photo {position}", position=position)
    with django_assert_max_num_queries(12):
        page = client.get(plant.get_absolute_url()).content.decode()
    assert re.findall(r'alt="Photo (\d)"', page) == ["1", "2", "3"]


def test_markup_in_texts_is_shown_as_text(client, plant):
    a_photo(plant, alt='"><script>alert(1)</script>', caption="<script>alert(2)</script>", author="<b>A</b>")
    page = client.get(plant.get_absolute_url()).content.decode()
    assert "<script>alert" not in page and "<b>A</b>" not in page


# Checks -----------------------------------------------------------------------------------------------


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large: decoding it would fill the memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")
    )


REFUSED = {
    "a drawing named as a picture": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "as a JPEG, PNG or WebP picture"),
    "a GIF": (content(kind="GIF", mode="L"), "as a JPEG, PNG or WebP picture"),
    "a TIFF": (content(kind="TIFF"), "as a JPEG, PNG or WebP picture"),
    "a text": (b"hello", "as a JPEG, PNG or WebP picture"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "as a JPEG, PNG or WebP picture"),
    "nothing": (b"", "is empty"),
    "half a JPEG": (content((1600, 900))[: len(content((1600, 900))) // 2], "damaged or incomplete"),
    "half a PNG": (content(kind="PNG")[:700], "damaged or incomplete"),
    "half a WebP": (content(kind="WEBP", colour="red")[:60], "damaged or incomplete"),
    "a PNG with a wrong checksum": (
        content(kind="PNG")[:-14] + b"\0" + content(kind="PNG")[-13:],
        "damaged or incomplete",
    ),
    "one too narrow": (content((799, 900)), "at least 800 wide and 450 high"),
    "one too low": (content((900, 449)), "at least 800 wide and 450 high"),
    "one too large": (b"\xff\xd8\xff" + bytes(MOST_BYTES), "larger than 10 MB"),
    "a picture of 45 megapixels": (png_of(9000, 5000), "more than 40 megapixels"),
    "a bomb": (png_of(60000, 60000), "more than 40 megapixels"),
    "a thread": (png_of(16384, 500), "longer than 16383 pixels"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_good_picture_is_refused_with_the_remedy(editor_client, plant, folder, name):
    data, said = REFUSED[name]
    page = send(editor_client, plant, upload(data), caption="Typed with care")
    assert said in problems(page)
    assert "Typed with care" in page.content.decode()
    assert not Photo.objects.exists() and not files(folder)


def test_pillows_warning_about_a_bomb_is_a_message_too():
    with pytest.raises(ValidationError, match="more than 40 megapixels"):
        read_picture(upload(png_of(9000, 5000)))


@pytest.mark.parametrize("where", range(0, 600, 23))
def test_a_damaged_picture_is_refused_or_read_but_never_breaks(where):
    for kind in ("JPEG", "PNG", "WEBP"):
        data = bytearray(content((800, 450), kind, exif=Image.Exif() if kind == "PNG" else b""))
        data[where % len(data)] ^= 0xFF
        with suppress(ValidationError):
            assert read_picture(upload(bytes(data))).width == 800


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alt": ""}, "required"),
        ({"alt": "  "}, "required"),
        ({"alt": "a" * 201}, "at most 200"),
        ({"alt": "a\x00"}, "Null characters"),
        ({"caption": "a" * 301}, "at most 300"),
        ({"author": ""}, "required"),
        ({"licence": ""}, "required"),
        ({"licence": "mine"}, "not one of the available choices"),
        ({"source_url": ""}, "readers must be able to check"),
        ({"source_url": "javascript:alert(1)"}, "valid URL"),
        ({"source_url": "ftp://example.com/"}, "valid URL"),
        ({"position": "-1"}, "greater than or equal to 0"),
        ({"position": "99999"}, "less than or equal to 999"),
    ],
)
def test_texts_are_checked(editor_client, plant, folder, changes, said):
    assert said in problems(send(editor_client, plant, upload(), **changes))
    assert not Photo.objects.exists() and not files(folder)


def test_a_photo_needs_a_picture_and_not_something_else(editor_client, plant):
    assert "required" in problems(send(editor_client, plant))
    assert "required" in problems(send(editor_client, plant, "../../etc/passwd"))


@pytest.mark.parametrize("licence", ["permission", "own"])
def test_a_photo_that_was_not_found_on_the_web_needs_no_source(editor_client, client, plant, licence):
    assert send(editor_client, plant, upload(), licence=licence, source_url="").status_code == 302
    page = client.get(plant.get_absolute_url()).content.decode()
    assert TEXTS["author"] in page and str(Licence(licence).label) in page


def test_every_licence_names_its_deed_but_a_permission():
    assert set(Licence) - set(DEEDS) == {Licence.PERMISSION}


def test_the_database_refuses_photos_without_text_author_or_source(plant, folder):
    for changes in ({"alt": ""}, {"author": ""}, {"source_url": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            a_photo(plant, **changes)
    assert not files(folder), "what was written for a row that failed is gone"


# What is kept -----------------------------------------------------------------------------------------


def kept(photo: Photo) -> Image.Image:
    with default_storage.open(photo.image.name) as file:
        picture = Image.open(file)
        picture.load()
        return picture


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((4000, 3000), [480, 960, 1600]),
        ((1600, 900), [480, 960, 1600]),
        ((1000, 600), [480, 960, 1000]),
        ((800, 450), [480, 800]),
        ((801, 15000), [480, 801]),
        ((16000, 450), [480, 960, 1600]),
    ],
)
def test_a_picture_is_kept_in_up_to_three_widths_and_never_enlarged(plant, folder, size, widths):
    photo = a_photo(plant, size)
    assert [width for width, _address in photo.sizes] == widths
    assert len(files(folder)) == len(widths)
    for width in widths:
        picture = Image.open(folder / f"{photo.image.name[:32]}-{width}.webp")
        assert (picture.format, picture.mode, picture.width) == ("WEBP", "RGB", width)
        assert picture.height == pytest.approx(size[1] * width / size[0], abs=1)


def test_where_and_with_what_it_was_taken_is_not_kept(plant, folder):
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 29.0, 41.0), 3: "W", 4: (121.0, 56.0, 42.0)})
    data = content(exif=exif, comment=b"SECRET COMMENT", icc_profile=b"SECRET PROFILE", xmp=b"<x>SECRET XMP</x>")
    assert data.count(b"SECRET") == 4 and Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    photo = Photo(entry=plant, **TEXTS)
    photo.take(read_picture(upload(data + b"SECRET APPENDIX")))
    photo.save()
    for name in files(folder):
        assert b"SECRET" not in (folder / name).read_bytes()
        picture = Image.open(folder / name)
        assert not picture.getexif() and not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)
    assert "holiday" not in " ".join(files(folder))


def test_a_picture_that_lies_on_its_side_is_turned_upright(plant):
    lying = Image.new("RGB", (600, 1000), "blue")
    lying.paste("red", (0, 0, 600, 500))
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise: what is on top comes to the right
    lying.save(stream, "JPEG", exif=exif)
    photo = Photo(entry=plant, **TEXTS)
    photo.take(read_picture(upload(stream.getvalue())))
    photo.save()
    assert (photo.width, photo.height) == (1000, 600)
    picture = kept(photo)
    left, right = picture.getpixel((100, 300)), picture.getpixel((900, 300))
    assert left[2] > 200 > left[0] and right[0] > 200 > right[2]


def test_a_tall_picture_is_measured_as_readers_see_it():
    exif = Image.Exif()
    exif[0x0112] = 8
    with pytest.raises(ValidationError, match="500 × 900 pixels"):
        read_picture(upload(content((900, 500), exif=exif)))


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("JPEG", "L", 255),
        ("JPEG", "CMYK", (0, 0, 0, 0)),
        ("PNG", "RGBA", (0, 0, 0, 0)),
        ("PNG", "LA", (0, 0)),
        ("PNG", "1", 1),
        ("PNG", "I;16", 65535),
        ("WEBP", "RGBA", (0, 0, 0, 0)),
    ],
)
def test_every_kind_of_colour_becomes_rgb_and_transparent_is_white(kind, mode, colour):
    picture = read_picture(upload(content((900, 600), kind, colour, mode)))
    assert picture.mode == "RGB"
    assert min(picture.getpixel((450, 300))) > 250


def test_a_palette_with_a_transparent_colour_lies_on_white():
    picture = read_picture(upload(content((900, 600), "PNG", 0, "P", transparency=0)))
    assert picture.getpixel((450, 300)) == (255, 255, 255)


# Replacing and deleting -------------------------------------------------------------------------------


def test_a_replaced_picture_is_kept_as_long_as_that_may_be_undone(editor_client, plant, folder):
    photo = a_photo(plant, (1600, 900))
    old = files(folder)
    data = form_data(editor_client.get(change_page(plant))) | {f"{PREFIX}-0-upload": upload(content((800, 450)))}
    assert editor_client.post(change_page(plant), data).status_code == 302
    call_command("clear_photos")
    assert old < files(folder)
    photo.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        call_command("clear_photos")
    assert (photo.width, photo.height, len(files(folder))) == (800, 450, 2)
    assert not old & files(folder)


def test_changing_a_text_keeps_the_picture(editor_client, plant, folder, django_capture_on_commit_callbacks):
    a_photo(plant)
    before = files(folder)
    data = form_data(editor_client.get(change_page(plant))) | {f"{PREFIX}-0-alt": "Another text"}
    with django_capture_on_commit_callbacks(execute=True):
        assert editor_client.post(change_page(plant), data).status_code == 302
    assert Photo.objects.get().alt == "Another text" and files(folder) == before


def test_the_files_of_a_removed_photo_go_when_it_is_no_longer_kept(editor_client, plant, folder):
    a_photo(plant)
    data = form_data(editor_client.get(change_page(plant))) | {f"{PREFIX}-0-DELETE": "on"}
    assert editor_client.post(change_page(plant), data).status_code == 302
    assert not Photo.objects.exists()
    call_command("clear_photos")
    assert len(files(folder)) == 3, "it can be undone"
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        call_command("clear_photos")
    assert not files(folder)


def test_photos_come_back_with_their_entry_as_long_as_their_files_are_kept(plant, folder, editor):
    program = ExportProgram.objects.get(slug="toyota-cavalier")
    photo, other = a_photo(program), a_photo(plant)
    done = delete(program, editor)
    assert list(Photo.objects.all()) == [other]
    restore(list(Version.objects.filter(edit=done, action="removed")), editor)
    assert set(Photo.objects.all()) == {photo, other}
    done = delete(ExportProgram.objects.get(slug=program.slug), editor)
    (folder / photo.image.name).unlink()
    with pytest.raises(ValidationError, match="no longer kept"):
        restore(list(Version.objects.filter(edit=done, action="removed")), editor)


def test_a_deletion_that_is_taken_back_keeps_the_files(plant, folder, django_capture_on_commit_callbacks):
    photo = a_photo(plant)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        photo.delete()
        raise RuntimeError
    assert Photo.objects.exists() and len(files(folder)) == 3


def test_a_disk_that_is_full_leaves_no_row_and_no_file(plant, folder, monkeypatch):
    save, written = default_storage.save, []

    def fill_up(name, file):
        if written:
            raise OSError(28, "No space left on device")
        written.append(name)
        return save(name, file)

    monkeypatch.setattr(default_storage, "save", fill_up)
    with pytest.raises(OSError, match="No space"):
        a_photo(plant)
    assert not Photo.objects.exists() and not files(folder)


# Serving ----------------------------------------------------------------------------------------------


def test_a_photo_is_served_for_good_and_can_run_nothing(client, plant):
    photo = a_photo(plant)
    for width, address in photo.sizes:
        response = client.get(address, headers={"accept-encoding": "gzip"})
        assert Image.open(io.BytesIO(response.getvalue())).width == width
        assert response["Content-Type"] == "image/webp"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Content-Encoding" not in response and "Set-Cookie" not in response
        policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
        assert policy == {"default-src 'none'", "sandbox"}
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "0" * 32 + "-480.webp",
        "../secret_key",
        "..%2Fsecret_key",
        "%2Fetc%2Fpasswd",
        "%00",
        "note.txt",
        "0" * 32 + "-480.webp%0A",
        "0" * 31 + "-480.webp",
        "0" * 32 + "-480.jpg",
        "0" * 32 + "-0480.webp",
        "",
        ".",
    ],
)
def test_nothing_else_is_served(client, folder, name):
    folder.mkdir()
    (folder / "note.txt").write_text("not yours")
    (folder.parent / "secret_key").write_text("not yours")
    assert client.get(f"/photos/{name}").status_code == 404
    assert client.get(f"/ja/photos/{'0' * 32}-480.webp").status_code == 404


def test_photos_of_a_draft_are_on_no_page_readers_see(client, editor, plant):
    photo = a_photo(plant)
    Plant.objects.filter(pk=plant.pk).update(publication="draft")
    assert client.get(plant.get_absolute_url()).status_code == 404
    for address in ("/", "/plants/", "/states/ca/"):
        assert photo.image.name[:32] not in client.get(address).content.decode()
    client.force_login(editor)
    assert photo.image.name in client.get(plant.get_absolute_url()).content.decode()


# Permissions and fixtures -----------------------------------------------------------------------------


def test_staff_who_may_edit_plants_but_no_photos_cannot_add_one(client, django_user_model, plant, folder):
    user = django_user_model.objects.create_user("guest", is_staff=True)
    client.force_login(user)
    assert client.post(change_page(plant), {f"{PREFIX}-0-upload": upload()}).status_code == 403
    app_labels = ["catalogue", "plants"]
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=app_labels).exclude(content_type__model="photo")
    )
    a_photo(plant)
    before = files(folder)
    page = client.get(change_page(plant))
    data = form_data(page)
    assert f"{PREFIX}-TOTAL_FORMS" not in data
    data |= {f"{PREFIX}-TOTAL_FORMS": 1, f"{PREFIX}-INITIAL_FORMS": 0, f"{PREFIX}-0-upload": upload()}
    data |= {f"{PREFIX}-0-{name}": value for name, value in TEXTS.items()}
    assert client.post(change_page(plant), data).status_code == 302
    assert Photo.objects.count() == 1 and files(folder) == before


def test_fixtures_carry_neither_photos_nor_reports(plant, tmp_path):
    a_photo(plant)
    Report.objects.create(entry=plant, page=plant.get_absolute_url(), message="Wrong.", language="en")
    assert dump(tmp_path / "fixtures") == kept_fixtures()


def test_the_folder_is_made_with_the_first_photo(plant, folder):
    assert not folder.exists()
    a_photo(plant)
    assert folder.is_dir()
