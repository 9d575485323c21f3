"""The whole catalogue as files: complete, safe, the same for every reader, and never half."""

import csv
import io
import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from hashlib import sha256
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from catalogue import csv_files, revision, size
from catalogue.downloads import store
from catalogue.downloads.formats import write_json, write_sqlite, write_zip
from catalogue.downloads.tables import TABLES
from catalogue.models import Citation, Milestone, Source, Statistic
from plants.models import Manufacturer, Ownership, Plant
from vehicles.models import ExportEra, ExportProgram, Generation, Make, ProductionRun, VehicleModel

pytestmark = pytest.mark.django_db

ENDINGS = ["zip", "json", "sqlite3"]
EACH_FILE = pytest.mark.parametrize("ending", ENDINGS)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A folder of each test's own: a transaction that is undone takes its revision, but not its files."""
    settings.DOWNLOADS_ROOT = tmp_path / "downloads"
    return settings.DOWNLOADS_ROOT


def get(client, ending: str, **headers):
    return client.get(f"/downloads/transplants.{ending}", **headers)


def content(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def tables_in_zip(client) -> dict[str, list[dict[str, str]]]:
    tables = {}
    with ZipFile(io.BytesIO(content(get(client, "zip")))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = archive.read(name).decode("utf-8")
                assert text.startswith(csv_files.BOM)
                tables[name.split("/")[-1].removesuffix(".csv")] = list(
                    csv.DictReader(io.StringIO(text[1:], newline=""))
                )
    return tables


def tables_in_json(client) -> dict[str, list[dict]]:
    return json.loads(content(get(client, "json")))["tables"]


@pytest.fixture
def database(client, tmp_path):
    path = tmp_path / "read.sqlite3"
    path.write_bytes(content(get(client, "sqlite3")))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
        yield opened


# What is in them -------------------------------------------------------------------------------------------

PUBLIC = {
    "sources": Source.objects.all,
    "manufacturers": Manufacturer.objects.published,
    "plants": Plant.objects.published,
    "makes": Make.objects.published,
    "models": VehicleModel.objects.published,
    "vehicles": Generation.objects.published,
    "production_runs": ProductionRun.objects.published,
    "eras": ExportEra.objects.published,
    "exports": ExportProgram.objects.published,
    "milestones": Milestone.objects.published,
    "statistics": Statistic.objects.published,
}


def test_all_three_have_the_same_tables_with_as_many_rows_as_the_site_has(client, database):
    in_zip, in_json = tables_in_zip(client), tables_in_json(client)
    names = [table.name for table in TABLES]
    assert sorted(in_zip) == sorted(in_json) == sorted(names)
    for name in names:
        (count,) = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - our names
        assert len(in_zip[name]) == len(in_json[name]) == count > 0
        if name in PUBLIC:
            assert count == PUBLIC[name]().count()
    for name in ("vehicles", "plants", "exports"):
        assert client.get(f"/{name}/").context["page"].paginator.count == len(in_zip[name])
    assert len(in_zip["citations"]) > 3000


def test_the_csv_reads_back_to_exactly_what_the_json_says(client):
    in_zip, in_json = tables_in_zip(client), tables_in_json(client)

    def back(text: str, value):
        if isinstance(value, list):
            return csv_files.plain_text(text).split("; ") if text else []
        if isinstance(value, int | float):
            return float(text)
        return csv_files.plain_text(text) if text or value == "" else None

    for name, rows in in_json.items():
        for row, cells in zip(rows, in_zip[name], strict=True):
            assert {column: back(cells[column], value) for column, value in row.items()} == row


def test_the_database_is_whole_and_says_where_it_is_from(database):
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    about = dict(database.execute("SELECT name, value FROM _about"))
    assert about["revision"] == str(revision.current().number)
    assert about["licence_address"] == "https://creativecommons.org/licenses/by/4.0/"
    joined = """SELECT vehicles.model, exports.japan_name FROM exports
        JOIN vehicles ON exports.vehicle = vehicles.key WHERE exports.slug = 'toyota-scepter-wagon'"""
    name = ExportProgram.objects.get(slug="toyota-scepter-wagon").japan_name
    assert database.execute(joined).fetchall() == [("toyota/camry", name)]
    keys = database.execute("SELECT count(*) FROM pragma_foreign_key_list('production_runs')").fetchone()
    assert keys == (4,)
    with pytest.raises(sqlite3.OperationalError):
        database.execute("DELETE FROM plants")


def test_every_entry_named_by_a_citation_or_milestone_is_in_its_table(client):
    tables = tables_in_json(client)
    keys = {table.name: table.key[0] for table in TABLES}
    for name in ("citations", "milestone_subjects"):
        known = {(table, row[keys[table]]) for table in keys for row in tables[table]}
        assert {(row["table"], row["entry"]) for row in tables[name]} <= known


def test_the_readme_describes_every_column_and_says_how_to_undo_the_apostrophe(client):
    with ZipFile(io.BytesIO(content(get(client, "zip")))) as archive:
        (readme,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("README.md")]
        assert any(name.endswith("LICENSE.txt") for name in archive.namelist())
    for table in TABLES:
        section = readme[readme.index(f"## {table.name}.csv") :].split("\n## ")[0]
        for column in table.columns:
            assert column.meaning
            assert f"| {column.name} |" in section
    assert "drop the first apostrophe" in readme
    assert f"Revision of the catalogue: {revision.current().number}" in readme


def test_japanese_and_numbers_below_zero_stay_what_they_are(client):
    tables = tables_in_zip(client)
    plant = next(row for row in tables["plants"] if row["slug"] == "toyota-georgetown")
    assert plant["longitude"].startswith("-8")
    assert plant["name_ja"] == Plant.objects.get(slug="toyota-georgetown").name_ja != ""


# Safe to open ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1+1", "''-", "'quoted'", "Camry", "", "'", '"a", b\r\n=c'],
)
def test_a_cell_is_no_formula_and_reads_back(text):
    cell = csv_files.safe_cell(text)
    assert not cell.startswith(csv_files.FORMULA_STARTS)
    assert csv_files.plain_text(cell) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [(Decimal("-84.5000"), "-84.5"), (-3, "-3"), (None, ""), (["a", "b"], "a; b"), ("-84.5", "'-84.5"), (0, "0")],
)
def test_numbers_are_exempt(value, cell):
    assert csv_files.cell(value) == cell


def test_a_formula_an_editor_typed_is_disarmed_in_the_file(client):
    Plant.objects.get(slug="toyota-georgetown").aliases.create(name="=HYPERLINK(1)", kind="other")
    names = [row["name"] for row in tables_in_zip(client)["plant_aliases"]]
    assert "'=HYPERLINK(1)" in names
    assert "=HYPERLINK(1)" not in names


# Only what is public ---------------------------------------------------------------------------------------


@EACH_FILE
def test_drafts_and_what_hangs_on_them_are_left_out(client, ending, tmp_path):
    secret = Manufacturer.objects.create(slug="zebra-secret", name="Zebra secret", kind="automaker")
    plant = Plant.objects.get(slug="toyota-georgetown")
    Ownership.objects.create(plant=plant, manufacturer=secret, role="owner", since="2026")
    child = Manufacturer.objects.published().first()
    child.parent = secret
    child.save()
    make = Make.objects.get(slug="subaru")
    make.publication = "draft"
    make.save()
    Citation.objects.create(entry=secret, source=Source.objects.first(), claim="zebra", reason="zebra")
    data = content(get(client, ending))
    if ending == "zip":
        with ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert b"toyota/camry" in data
    assert b"zebra" not in data.lower()
    assert b"subaru/outback" not in data
    if ending == "sqlite3":
        path = tmp_path / "x.sqlite3"
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []


# Built once, served whole ----------------------------------------------------------------------------------


@EACH_FILE
def test_a_file_comes_with_name_length_type_and_checksum(client, ending):
    response = get(client, ending)
    data = content(response)
    current = revision.current()
    name = f"transplants-{current.changed_at:%Y-%m-%d}-r{current.number}.{ending}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert int(response["Content-Length"]) == len(data)
    assert response["ETag"] == f'"{sha256(data).hexdigest()}"'
    assert f"{sha256(data).hexdigest()}  {name}\n" in client.get("/downloads/SHA256SUMS").content.decode()
    assert get(client, ending, HTTP_ACCEPT_ENCODING="gzip")["Content-Length"] == str(len(data))


@EACH_FILE
def test_who_has_it_is_told_so_without_building_anything(client, ending, monkeypatch, django_assert_num_queries):
    etag = get(client, ending)["ETag"]
    monkeypatch.setattr(store, "build", None)
    with django_assert_num_queries(1):
        again = get(client, ending, HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again["ETag"]) == (304, etag)


def test_an_edit_makes_new_files_and_the_last_two_editions_are_kept(client, folder):
    plant = Plant.objects.get(slug="toyota-georgetown")
    tags = []
    for number in range(4):
        plant.employees = 9000 + number
        plant.save()
        tags.append(get(client, "zip")["ETag"])
    assert len(set(tags)) == 4
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 2


def test_the_same_revision_gives_the_same_bytes(tmp_path):
    edition, _current = store.read_edition()
    again, _current = store.read_edition()
    for write in (write_zip, write_json, write_sqlite):
        one, other = tmp_path / "one", tmp_path / "other"
        write(edition, one)
        write(again, other)
        assert one.read_bytes() == other.read_bytes()
        one.unlink()
        other.unlink()


def test_a_damaged_or_lost_file_is_made_again(client, folder):
    whole = content(get(client, "json"))
    (path,) = folder.glob("*/transplants-*.json")
    path.write_bytes(b"{")
    assert content(get(client, "json")) == whole
    path.unlink()
    assert content(get(client, "json")) == whole


def test_two_that_build_at_once_do_not_harm_each_other(folder, monkeypatch):
    folder.mkdir()
    edition = store.read_edition()

    monkeypatch.setattr(store, "read_edition", lambda: edition)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _number: store.build(), range(2))
    assert first == second
    for file in first.files.values():
        assert sha256(file.path.read_bytes()).hexdigest() == file.sha256
    assert [path for path in folder.iterdir() if path.name.startswith(store.BUILDING)] == []


def test_an_edit_while_the_tables_are_read_makes_it_begin_again(monkeypatch):
    numbers = iter([1, 2, 2, 2])
    now = revision.current().changed_at
    monkeypatch.setattr(revision, "current", lambda: revision.Current(next(numbers), now))
    edition, current = store.read_edition()
    assert (edition.revision, current.number) == (2, 2)


# Large catalogues -------------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch):
    """The catalogue counts as large; gives the commands that were begun."""
    begun = []
    monkeypatch.setattr(size, "LARGE", 0)
    monkeypatch.setattr(store.subprocess, "Popen", lambda command, **options: begun.append(command[1:]))
    cache.clear()
    return begun


def test_nobody_waits_for_the_files_of_a_large_catalogue(client, large):
    first = get(client, "zip")
    assert first.status_code == 503
    assert get(client, "json").status_code == 503
    assert large == [["manage.py", "build_downloads"]]
    call_command("build_downloads", stdout=io.StringIO())
    assert get(client, "zip").status_code == 200


def test_until_the_new_edition_is_there_the_last_one_is_given(client, large):
    call_command("build_downloads", stdout=io.StringIO())
    old = store.latest()
    revision.advance()
    for _ in range(3):
        assert store.latest() == old
    assert f"r{old.revision}" in get(client, "zip").headers["Content-Disposition"]
    assert large == [["manage.py", "build_downloads"]]
    told = io.StringIO()
    call_command("build_downloads", stdout=told)
    new = store.latest()
    assert new.revision == old.revision + 1
    assert all(str(file.path) in told.getvalue() for file in new.files.values())


def test_the_command_says_why_it_could_not(folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    with pytest.raises(CommandError, match="The files can't be made: .*File exists"):
        call_command("build_downloads")


@pytest.mark.parametrize("prefix", ["", "/ja"])
def test_where_nothing_can_be_written_the_page_says_so_and_files_are_503(client, folder, prefix):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    page = client.get(f"{prefix}/downloads/")
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    for address in (*(f"/downloads/transplants.{ending}" for ending in ENDINGS), "/downloads/SHA256SUMS"):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (503, "text/plain; charset=utf-8")


# The page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/ja"])
def test_the_page_tells_size_date_revision_checksum_licence_and_rows(client, prefix, django_assert_max_num_queries):
    manifest = store.latest()
    with django_assert_max_num_queries(2):
        page = client.get(f"{prefix}/downloads/").content.decode()
    for file in manifest.files.values():
        assert file.sha256 in page
        assert file.name in page
        assert f'href="/downloads/transplants.{file.ending}"' in page
    assert "https://creativecommons.org/licenses/by/4.0/" in page
    for table in TABLES:
        assert f"<code>{table.name}</code>" in page


@pytest.mark.parametrize("address", ["/downloads/transplants.exe", "/downloads/../settings.py", "/downloads/manifest"])
def test_nothing_else_is_served(client, address):
    assert client.get(address).status_code == 404


@EACH_FILE
def test_only_reading_is_allowed(client, ending):
    assert client.post(f"/downloads/transplants.{ending}").status_code == 405


def test_search_engines_for_data_are_told_of_the_files(client):
    page = client.get("/downloads/").content.decode()
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert told["@type"] == "Dataset"
    assert [one["contentUrl"].rpartition(".")[2] for one in told["distribution"]] == ["zip", "json", "sqlite3"]
