"""The catalogue goes into spreadsheets and comes back: unharmed, or changed as an editor wanted."""

import csv
import datetime
import io
import time

import pytest
import zeal
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from catalogue import roles
from catalogue.changes.record import Change
from catalogue.desk import edits
from catalogue.desk.version import Version
from catalogue.exchange.importing import Options
from catalogue.exchange.reading import read
from catalogue.exchange.resource import all_tables, rows_of, table_of, tables_about
from catalogue.exchange.running import carry_out, try_out
from catalogue.exchange.writing import FORMATS
from catalogue.models import Citation, Milestone, Source
from plants.models import Manufacturer, Ownership, Plant, PlantCode
from vehicles.models import (
    BodyStyle,
    Generation,
    ProductionRun,
)

pytestmark = pytest.mark.django_db

TABLES = all_tables()
by_name = {"ids": lambda model: model.__name__}


def exported(queryset, model=None, form="csv") -> bytes:
    model = model or queryset.model
    return FORMATS[form]().export_data(table_of(model)().export(rows_of(queryset, model)))


def plan(content: bytes, model, **options):
    with zeal.zeal_ignore():
        return try_out(read(content), [model], Options(**options))


def do(content: bytes, model, user=None, **options):
    with zeal.zeal_ignore():
        sheet = read(content)
        seen = try_out(sheet, [model], Options(**options))
        assert not seen.all_problems, seen.all_problems
        return carry_out(sheet, [model], Options(**options), user=user, reason="Test", seen=seen.digest)


def edited(content: bytes, **changes) -> bytes:
    """A CSV file with these cells of its first row changed, as a spreadsheet program would write it."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    rows[0].update(changes)
    return written(rows)


def written(rows: list[dict]) -> bytes:
    out = io.StringIO()
    lines = csv.DictWriter(out, rows[0])
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def address(model, page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


# There and back ----------------------------------------------------------------------------------------------


def test_every_type_of_entry_and_of_its_rows_is_a_table():
    names = {model.__name__ for model in TABLES}
    assert names == {
        "Manufacturer",
        "Plant",
        "Make",
        "VehicleModel",
        "Generation",
        "ProductionRun",
        "ExportEra",
        "ExportProgram",
        "Specification",
        "Milestone",
        "Series",
        "Statistic",
        "Source",
        "BodyStyle",
        "Powertrain",
        "PlantCode",
        "Citation",
        "Ownership",
        "PlantAlias",
        "MarketName",
        "MilestoneSubject",
    }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("model", TABLES, **by_name)
def test_a_file_brought_back_as_it_was_changes_nothing(model, form):
    before = Version.objects.count()
    # The larger tables in part: what each row goes through is the same.
    ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
    ids = ids[:: 1 + len(ids) // 150]
    result = plan(exported(model.objects.filter(pk__in=ids), form=form), model)
    assert not result.all_problems
    assert (len(result.added), len(result.changed)) == (0, 0)
    assert len(result.unchanged) == len(ids) > 0
    assert Version.objects.count() == before


def test_the_whole_list_of_sources_goes_there_and_back_within_seconds():
    result = plan(exported(Source.objects.all(), Citation), Citation)
    assert (len(result.unchanged), result.all_problems) == (Citation.objects.count(), [])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_filtered_list_is_exported_as_it_is_shown_and_comes_back_by_the_pages(editor_client, form):
    page = address(Plant, "export") + "?state__exact=OH&q=honda"
    content = editor_client.post(page, {"table": "plants.plant", "format": form}).content
    shown = editor_client.get(address(Plant, "changelist") + "?state__exact=OH&q=honda").context["cl"].queryset
    assert [row[0] for row in read(content).rows] == [plant.slug for plant in shown] != []
    response = upload(editor_client, Plant, content, f"plants.{form}")
    assert not response.context["plan"].can_be_done and not response.context["problems"]
    assert "There is nothing to import" in response.text
    assert not Version.objects.exists()


def test_chosen_rows_alone_are_exported_and_so_is_what_belongs_to_them(editor_client):
    plants = list(Plant.objects.filter(slug__in=["nummi-fremont", "honda-marysville"]))
    action = {"action": "export_selected", "_selected_action": [plant.pk for plant in plants]}
    form = editor_client.post(address(Plant, "changelist"), action).context["form"]
    data = {"chosen": form["chosen"].value(), "format": "csv"}
    for model, expected in ((Plant, 2), (Citation, Citation.objects.of(plants).count())):
        data["table"] = model._meta.label_lower
        content = editor_client.post(address(Plant, "export"), data).content
        assert len(read(content).rows) == expected > 1


def test_an_export_costs_the_same_however_many_rows_there_are():
    def queries(number: int) -> int:
        ids = list(ProductionRun.objects.values_list("pk", flat=True)[:number])
        with CaptureQueriesContext(connection) as caught:
            exported(ProductionRun.objects.filter(pk__in=ids))
        return len(caught)

    assert queries(5) == queries(100)


# How a file looks --------------------------------------------------------------------------------------------


def test_a_csv_file_opens_right_in_excel_and_names_related_entries_by_slug():
    content = exported(ProductionRun.objects.filter(slug__startswith="toyota-camry-xv70")[:1])
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    row = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert row["generation"] == "toyota/camry/xv70" and row["#generation"].startswith("Toyota Camry")
    assert row["body_styles"] == "sedan" and row["version"] == "0"
    assert not {"id", "created_at", "updated_at"} & set(row)


def test_a_workbook_is_readable_and_its_dates_stay_text():
    sheet = load_workbook(io.BytesIO(exported(Plant.objects.filter(slug="honda-marysville"), form="xlsx"))).active
    columns = {cell.value: sheet.cell(2, cell.column) for cell in sheet[1]}
    assert sheet.freeze_panes == "A2" and sheet["A1"].font.bold and sheet.column_dimensions["B"].width > 9
    start = columns["production_start"]
    assert (start.value[:4], start.data_type, start.number_format) == ("1982", "s", "@")
    assert isinstance(columns["longitude"].value, float) and columns["longitude"].value < 0


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@here", "'=1", "''@", "'tis", '=HYPERLINK("http://x","y")'])
def test_text_like_a_formula_is_harmless_and_comes_back_unchanged(form, text):
    Plant.objects.filter(slug="nummi-fremont").update(name=text)
    content = exported(Plant.objects.filter(slug="nummi-fremont"), form=form)
    if form == "xlsx":
        cells = load_workbook(io.BytesIO(content)).active[2]
        assert all(cell.data_type != "f" for cell in cells)
    else:
        cell = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))["name"]
        assert cell[0] not in "=+-@"
    assert len(plan(content, Plant).unchanged) == 1
    assert (
        table_of(Plant)().columns["name"].widget.clean(read(content).rows[0][read(content).headers.index("name")])
        == text
    )


def test_excels_own_numbers_and_dates_are_read_as_they_are_shown():
    book = Workbook()
    book.active.append(["slug", "announced", "production_start", "production_end", "employees", "longitude"])
    day = datetime.datetime(1992, 9, 7)
    book.active.append(["nummi-fremont", 1983.0, day, day, 4700.0, -121.9])
    book.active["C2"].number_format, book.active["D2"].number_format = "mmm-yy", "yyyy/m/d"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).rows == [["nummi-fremont", "1983", "1992-09", "1992-09-07", "4700", "-121.9"]]


# Importing ---------------------------------------------------------------------------------------------------


def upload(client, model, content: bytes, name="plants.csv", **data):
    with zeal.zeal_ignore():
        file = SimpleUploadedFile(name, content)
        return client.post(address(model, "import"), {"file": file, "encoding": "utf-8-sig", **data})


def confirm(client, model, response, **data):
    form = response.context["form"]
    kept = {name: form[name].value() or "" for name in ("encoding", "reason", "upload", "seen")}
    ticked = {name: "on" for name in ("overwrite", "publish_new") if form[name].value()}
    with zeal.zeal_ignore():
        return client.post(address(model, "import"), {**kept, **ticked, "confirm": "1", **data}, follow=True)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """The folder of uploads, each test's own."""
    one = {**settings.STORAGES["import_export"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "import_export": one}
    return tmp_path


@pytest.fixture
def plant():
    return Plant.objects.get(slug="nummi-fremont")


@pytest.fixture
def plant_file(plant):
    return exported(Plant.objects.filter(pk=plant.pk))


def test_an_editor_sees_what_a_file_does_and_confirms_it(editor_client, editor, plant, plant_file, store):
    content = edited(plant_file, city_ja="フリーモント市", employees="4701")
    response = upload(editor_client, Plant, content)
    shown = {change.path: (change.old, change.new) for change in response.context["rows"][0].changes}
    assert shown["employees"] == (str(plant.employees or "–"), "4701") and set(shown) == {"city_ja", "employees"}
    plant.refresh_from_db()
    assert plant.employees != 4701 and not Version.objects.exists() and len(list(store.iterdir())) == 1

    response = confirm(editor_client, Plant, response)
    assert "0 added, 1 changed, 0 unchanged" in response.text
    plant.refresh_from_db()
    assert (plant.employees, plant.city_ja) == (4701, "フリーモント市")
    version = Version.objects.of(plant).first()
    assert (version.user, version.reason, version.action) == (editor, "Import of plants.csv", "changed")
    assert "employees" in {fact["field"] for fact in Change.objects.latest("pk").facts}
    assert not list(store.iterdir())


def test_all_rows_of_a_file_are_one_edit():
    content = written(
        [
            {"slug": "one", "name": "One Motors", "kind": "carmaker", "parent": ""},
            {"slug": "two", "name": "Two Motors", "kind": "carmaker", "parent": "one"},
        ]
    )
    result = do(content, Manufacturer)
    assert [outcome.title for outcome in result.added] == ["One Motors", "Two Motors"]
    assert Manufacturer.objects.get(slug="two").parent.slug == "one"
    assert len(set(Version.objects.values_list("edit", flat=True))) == 1
    assert set(Manufacturer.objects.filter(slug__in=["one", "two"]).values_list("publication", flat=True)) == {"draft"}


def test_what_is_new_is_published_only_where_asked_for_and_sourced():
    maker = written([{"slug": "one", "name": "One", "kind": "carmaker", "publication": "published"}])
    assert "draft" in plan(maker, Manufacturer).added[0].notes[0]
    do(maker, Manufacturer, publish_new=True)
    assert Manufacturer.objects.get(slug="one").publication == "published"
    event = written([{"slug": "event", "date": "1999", "kind": "plant", "title": "It happened"}])
    assert "needs a source" in do(event, Milestone, publish_new=True).added[0].notes[0]
    assert Milestone.objects.get(slug="event").is_draft


def test_an_entry_without_a_source_is_not_published_by_its_cell():
    draft = Milestone.objects.create(slug="event", date="1999", kind="plant", title="It happened")
    content = edited(exported(Milestone.objects.filter(pk=draft.pk)), publication="published")
    assert "no citation yet" in plan(content, Milestone).all_problems[0].text


def test_an_empty_cell_empties_and_an_absent_column_leaves_as_it_was(plant):
    content = written([{"slug": plant.slug, "county": ""}])
    do(content, Plant, overwrite=True)
    before, plant_now = plant, Plant.objects.get(pk=plant.pk)
    assert before.county and not plant_now.county
    assert (plant_now.name, plant_now.latitude) == (before.name, before.latitude)


def test_a_run_gets_its_slug_its_bodies_and_powertrains():
    content = written(
        [
            {
                "slug": "",
                "generation": "toyota/camry/xv70",
                "plant": "nummi-fremont",
                "status": "planned",
                "first_model_year": "2030",
                "body_styles": "sedan|wagon",
                "powertrains": "hybrid",
            }
        ]
    )
    do(content, ProductionRun)
    run = ProductionRun.objects.get(slug="toyota-camry-xv70-nummi-fremont-2030")
    assert sorted(run.body_styles.values_list("slug", flat=True)) == ["sedan", "wagon"]
    document = Version.objects.of(run).first().document
    assert len(document["many"]["body_styles"]) == 2


def test_sources_of_entries_are_added_by_their_keys():
    content = written(
        [{"entry": "plants.plant/nummi-fremont", "source": Source.objects.first().slug, "field": "county"}]
    )
    do(content, Citation)
    assert Plant.objects.get(slug="nummi-fremont").citations.filter(field="county").exists()
    wrong = plan(content.replace(b"county", b"contry"), Citation).all_problems
    assert [problem.column for problem in wrong] == ["field"] and "county" in wrong[0].text


def test_two_hundred_rows_are_imported_in_a_few_seconds():
    rows = [
        {"slug": f"source-{n}", "title": f"Title {n}", "published_on": "1999-05", "language": "en"} for n in range(200)
    ]
    start = time.monotonic()
    do(written(rows), Source)
    assert Source.objects.filter(slug__startswith="source-").count() == 200
    assert time.monotonic() - start < 20  # twice: once to see, once to do it


# Two people at once --------------------------------------------------------------------------------------------


@pytest.fixture
def other(db):
    return User.objects.create_user("mika")


def edit_as(user, plant, **values):
    with edits.edit(user, "by hand"):
        now = Plant.objects.get(pk=plant.pk)
        for name, value in values.items():
            setattr(now, name, value)
        now.save()


def test_a_file_does_not_undo_a_later_edit_of_another_column(plant, plant_file, other):
    edit_as(other, plant, employees=1234)
    result = do(edited(plant_file, county="Santa Clara"), Plant)
    assert [change.path for change in result.changed[0].changes] == ["county"]
    assert "Others edited it" in result.changed[0].notes[0]
    now = Plant.objects.get(pk=plant.pk)
    assert (now.employees, now.county) == (1234, "Santa Clara")


def test_a_column_that_both_changed_is_a_problem_that_says_who_and_what(plant, plant_file, other):
    edit_as(other, plant, employees=1234)
    edit_as(User.objects.create_user("later"), plant, county="Elsewhere")
    [problem] = plan(edited(plant_file, employees="99"), Plant).all_problems
    assert (problem.row, problem.column) == (2, "employees")
    assert all(word in problem.text for word in ("mika", "1234", "99"))


def test_both_may_have_made_the_same_change(plant, plant_file, other):
    edit_as(other, plant, employees=99)
    result = plan(edited(plant_file, employees="99"), Plant)
    assert len(result.unchanged) == 1 and not result.all_problems


def test_rows_of_an_entry_meet_later_edits_as_well(plant, other):
    ownership = plant.ownerships.first()
    content = exported(Ownership.objects.filter(pk=ownership.pk))
    with edits.edit(other):
        ownership.note = "theirs"
        ownership.save()
    [problem] = plan(edited(content, note="mine"), Ownership).all_problems
    assert problem.column == "note" and "theirs" in problem.text
    assert len(plan(edited(content, share="12.5"), Ownership).changed) == 1


def test_a_file_without_versions_changes_nothing_unless_that_is_wanted(plant):
    content = written([{"slug": plant.slug, "county": "X"}])
    assert [problem.column for problem in plan(content, Plant).all_problems] == ["version"]
    assert len(plan(content, Plant, overwrite=True).changed) == 1


def test_a_row_deleted_or_renamed_since_is_not_added_anew(plant, plant_file):
    [problem] = plan(edited(plant_file, slug="nummi"), Plant).all_problems
    assert problem.column == "version" and "renamed" in problem.text


def test_an_edit_between_preview_and_confirmation_leads_back_to_the_preview(editor_client, plant, plant_file, other):
    response = upload(editor_client, Plant, edited(plant_file, employees="99"))
    edit_as(other, plant, employees=1234)
    response = confirm(editor_client, Plant, response)
    assert "Nothing was imported" in response.text and "mika" in response.text
    assert Plant.objects.get(pk=plant.pk).employees == 1234


def test_a_harmless_edit_in_between_does_not_stop_the_import(editor_client, plant, plant_file, other):
    response = upload(editor_client, Plant, edited(plant_file, employees="99"))
    edit_as(other, Plant.objects.get(slug="honda-marysville"), county="Other")
    confirm(editor_client, Plant, response)
    assert Plant.objects.get(pk=plant.pk).employees == 99


# Who may ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def contributor_client(client):
    user = User.objects.create_user("contributor", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.CONTRIBUTOR))
    client.force_login(user)
    return client


def test_a_contributor_exports_what_may_be_viewed_and_imports_nothing(contributor_client, plant_file):
    assert "import_link" not in contributor_client.get(address(Plant, "changelist")).text
    response = contributor_client.post(address(Plant, "export"), {"table": "plants.plant", "format": "csv"})
    assert len(read(response.content).rows) == Plant.objects.count()
    assert contributor_client.get(address(Plant, "import")).status_code == 403
    assert upload(contributor_client, Plant, plant_file).status_code == 403


def test_readers_export_and_import_nothing(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get(address(Plant, "export")).status_code == 403
    assert client.get(address(Plant, "import")).status_code == 403


def test_nobody_confirms_what_another_uploaded(editor_client, plant, plant_file):
    response = upload(editor_client, Plant, edited(plant_file, employees="99"))
    editor_client.force_login(User.objects.create_superuser("somebody-else"))
    assert "no longer kept" in confirm(editor_client, Plant, response).text
    assert Plant.objects.get(pk=plant.pk).employees != 99


@pytest.mark.parametrize("page", [Plant, Generation, Source, BodyStyle, PlantCode], **by_name)
def test_the_pages_offer_every_table_of_the_type(editor_client, page):
    listed = editor_client.get(address(page, "changelist")).text
    assert address(page, "export") in listed and address(page, "import") in listed
    form = editor_client.get(address(page, "export")).context["form"]
    assert [name for name, _label in form.fields["table"].choices] == [
        one._meta.label_lower for one in tables_about(page)
    ]
    assert "<code>version</code>" in editor_client.get(address(page, "import")).text
