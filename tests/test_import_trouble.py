"""Files that can't be imported as they are: each says what is wrong and where. None is an error of ours."""

import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from catalogue.desk.version import Version
from catalogue.exchange import uploads
from catalogue.exchange.cells import Number, Whole
from catalogue.exchange.reading import Unreadable, read
from plants.models import Manufacturer, Plant, PlantCode
from tests.test_exchange import address, exported, plan, store, upload, written  # noqa: F401 - store is a fixture
from vehicles.models import ProductionRun

pytestmark = pytest.mark.django_db


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **members: bytes) -> bytes:
    """A workbook with these members added, or in place of its own (names with __ for /)."""
    out, named = io.BytesIO(), {name.replace("__", "/"): data for name, data in members.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, data in named.items():
            new.writestr(name, data)
    return out.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'

UNREADABLE = {
    "nothing": (b"", "empty"),
    "only blanks": (b" \n\n ", "empty"),
    "no names of columns": (b"\nslug,name\na,b\n", "first row"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old or a locked Excel file"),
    "half a workbook": (workbook(["slug"], ["a"])[:1500], "damaged"),
    "a zip of something else": (repacked(b"PK\x05\x06" + b"\0" * 18, readme=b"x"), "neither"),
    "macros": (
        repacked(workbook(["slug"]), xl__vbaProject_bin=b"").replace(b"vbaProject_bin", b"vbaProject.bin"),
        "macros",
    ),
    "a bomb": (repacked(workbook(["slug"]), xl__media__bomb=b"\0" * 60_000_000), "far more"),
    "a sheet that is no XML": (repacked(workbook(["slug"]), **{"xl__worksheets__sheet1.xml": b"<a"}), "damaged"),
    "a row behind the last": (
        repacked(
            workbook(["slug"]),
            **{
                "xl__worksheets__sheet1.xml": SHEET
                % b'<row r="1"><c t="str"><v>slug</v></c></row><row r="99999999999"/>'
            },
        ),
        "damaged",
    ),
    "too many columns": (workbook(["slug", *range(300)]), "more than 200 columns"),
    "too many rows": (b"slug\n" + b"a\n" * 31, "more than 30 rows"),
    "a lost quotation mark": (b'slug,name\na,"b\nc,d\n', "quotation mark"),
    "an incomplete last row": (b"slug,name,city\na,b,c\nd,e\n", "Row 3 has 2 cells"),
    "Shift_JIS": ("slug,name_ja\na,工場\n".encode("cp932"), "Shift_JIS"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture"),
}


@pytest.mark.parametrize(("content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_says_why(editor_client, settings, content, said):
    settings.IMPORT_MAX_ROWS = 30
    response = upload(editor_client, Plant, content, "a.csv")
    [problem] = response.context["problems"]
    assert response.status_code == 200 and said in problem.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(editor_client, settings):
    settings.IMPORT_MAX_BYTES = 2048
    response = upload(editor_client, Plant, b"slug\n" + b"a" * 3000, reason="Kept as typed")
    assert "larger than 2.0" in str(response.context["form"].errors["file"])
    assert "Kept as typed" in response.text


def test_the_encoding_can_be_chosen_without_uploading_again(editor_client):
    plant = Plant.objects.get(slug="nummi-fremont")
    response = upload(editor_client, Plant, f"slug,city_ja\n{plant.slug},横浜\n".encode("cp932"), overwrite="on")
    data = {"upload": response.context["form"]["upload"].value(), "encoding": "cp932", "overwrite": "on"}
    response = editor_client.post(address(Plant, "import"), data)
    assert response.context["rows"][0].changes[0].new == "横浜"


@pytest.mark.parametrize(
    "content", [b"slug;county\nnummi-fremont;A, B\n", "slug\tcounty\nnummi-fremont\tA, B\n".encode("utf-16")]
)
def test_the_other_ways_in_which_excel_writes_text_are_read(content):
    assert plan(content, Plant, overwrite=True).changed[0].changes[0].new == "A, B"


def problems(content: bytes, model=Plant, **options) -> list[tuple[int | None, str, str]]:
    return [(one.row, one.column, one.text) for one in plan(content, model, **options).all_problems]


def test_columns_are_checked_before_rows():
    found = problems(b"slgu,name,name,#note\na,b,c,d\n")
    assert [(row, column) for row, column, _text in found] == [(1, "slgu"), (1, "name"), (1, "slug")]
    assert "slug" in found[0][2] and "Two columns" in found[1][2] and "missing" in found[2][2]


def test_a_column_without_a_name_is_no_matter_unless_it_holds_something():
    assert "no name" in problems(b"slug,,name\na,x,b\n")[0][2]
    assert all("no name" not in text for _row, _column, text in problems(b"slug,,name\na,,b\n"))


def test_each_problem_names_row_column_and_a_way_out():
    rows = [
        {"slug": "nummi-fremont", "state": "XX", "latitude": "12,5", "employees": "many", "production_start": "Sep-92"},
        {"slug": "nummi-fremont", "state": "CA", "latitude": "99", "employees": "9" * 30, "production_start": "1984"},
        {"slug": "", "state": "CA", "latitude": "", "employees": "", "production_start": ""},
    ]
    found = problems(written(rows), overwrite=True)
    assert {(row, column) for row, column, _text in found} >= {
        (2, "state"), (2, "latitude"), (2, "employees"), (2, "production_start"),
        (3, "slug"), (3, "employees"), (4, "slug"),
    }  # fmt: skip
    texts = " ".join(text for _row, _column, text in found)
    assert "1992, 1992-09 or 1992-09-07" in texts and "Row 2 is about the same" in texts


def test_an_unknown_slug_is_named_with_what_was_perhaps_meant():
    content = written(
        [
            {
                "slug": "",
                "generation": "toyota/camry/xv7",
                "plant": "numi-fremont",
                "status": "ended",
                "body_styles": "sedn",
            }
        ]
    )
    found = {column: text for _row, column, text in problems(content, ProductionRun)}
    assert "toyota/camry/xv70" in found["generation"] and "nummi-fremont" in found["plant"]
    assert "sedan" in found["body_styles"] and "Name at least one." in found["powertrains"]


def test_rows_count_as_the_spreadsheet_counts_them():
    content = b'slug,county\n\n"a","two\nlines"\n,\nnummi-fremont,X\n'
    assert [row for row, column, _text in problems(content) if column == "version"] == [5]


def test_formulas_and_errors_of_cells_are_not_taken():
    found = problems(workbook(["slug", "county", "city"], ["nummi-fremont", "=1+1", "#REF!"]), overwrite=True)
    assert [(row, column) for row, column, _text in found] == [(2, "county"), (2, "city")]


def test_null_characters_are_told_and_taken_nowhere():
    assert "null character" in problems(b"slug,county\nnummi-fremont,a\0b\n", overwrite=True)[0][2]
    assert "null character" in problems(b"slug,cou\0nty\nnummi-fremont,ab\n", overwrite=True)[0][2]


def test_a_wrong_row_keeps_all_others_out(editor_client):
    rows = [{"slug": "good", "name": "Good", "kind": "carmaker"}, {"slug": "bad one", "name": "", "kind": "carmaker"}]
    response = upload(editor_client, Manufacturer, written(rows))
    assert {one.row for one in response.context["problems"]} == {3} and not response.context["plan"].can_be_done
    kept = {"upload": response.context["form"]["upload"].value(), "encoding": "utf-8-sig", "confirm": "1"}
    editor_client.post(address(Manufacturer, "import"), kept)
    assert not Manufacturer.objects.filter(slug="good").exists() and not Version.objects.exists()


def test_what_the_database_would_refuse_is_a_problem_of_its_row():
    code = PlantCode.objects.select_related("plant").exclude(first_model_year=None).first()
    content = exported(PlantCode.objects.filter(pk=code.pk)).decode("utf-8-sig").splitlines()
    place = content[0].split(",").index("last_model_year")
    cells = content[1].split(",")
    cells[place] = "1900"
    found = problems("\n".join([content[0], ",".join(cells)]).encode(), PlantCode)
    assert [text for _row, _column, text in found] == ["The last model year is before the first."]


@pytest.mark.parametrize("field", ["upload", "seen", "reason", "encoding", "file"])
@pytest.mark.parametrize("value", ["", "x", "\0", "é" * 2000, "a:b:c"])
def test_a_forged_form_gets_a_message(editor_client, editor, field, value):
    data = {
        "upload": uploads.keep(b"slug\na\n", "a.csv", editor),
        "encoding": "utf-8-sig",
        "confirm": "1",
    }
    assert editor_client.post(address(Plant, "import"), {**data, field: value}).status_code == 200


@pytest.mark.parametrize(
    "data", [{"table": ""}, {"table": "x"}, {"chosen": "1,x"}, {"chosen": "9" * 40}, {"format": "\0"}]
)
def test_a_forged_export_gets_a_message(editor_client, data):
    response = editor_client.post(address(Plant, "export"), {"table": "plants.plant", "format": "csv", **data})
    assert response.status_code == 200 and response.context["form"].errors


def test_a_list_that_cannot_be_filtered_like_that_leads_back_to_the_list(editor_client):
    assert editor_client.get(address(Plant, "export") + "?run_count__exact=x").status_code in (302, 400)


def test_what_was_never_confirmed_is_swept_away(editor, store, monkeypatch):  # noqa: F811
    signed = uploads.keep(b"old", "old.csv", editor)
    monkeypatch.setattr(uploads, "KEPT_FOR", -uploads.KEPT_FOR)
    uploads.keep(b"new", "new.csv", editor)
    assert len(list(store.iterdir())) == 1
    monkeypatch.undo()
    assert uploads.find(signed, editor) is None


# Anything at all -----------------------------------------------------------------------------------------------

A_WORKBOOK = workbook(["slug", "county"], ["nummi-fremont", "x"], ["a", 1.5])


def readable(content: bytes) -> None:
    try:
        sheet = read(content)
    except Unreadable as error:
        assert str(error)
    else:
        assert all(len(row) == len(sheet.headers) for row in sheet.rows)
        plan(content, Plant)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"slug,county\n{text}".encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused_with_a_message(content):
    readable(content)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_any_damage_to_a_workbook_is_refused_with_a_message(seed):
    chance, content = random.Random(seed), bytearray(A_WORKBOOK)  # noqa: S311 - not for secrets
    for _n in range(chance.randint(1, 40)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    readable(bytes(content))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.integers().map(str) | st.floats().map(str))
def test_any_text_is_a_number_or_refused_with_a_message(text):
    for cell in (Whole(Plant._meta.get_field("employees")), Number(Plant._meta.get_field("latitude"))):
        try:
            value = cell.clean(text)
        except ValueError as error:
            assert str(error)
        else:
            assert value is None or abs(value) < 10**20


def test_a_run_without_a_generation_is_told_so_by_its_form(editor_client):
    response = editor_client.post(address(ProductionRun, "add"), {"status": "ended"})
    assert response.status_code == 200
