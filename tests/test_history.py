"""Every edit leaves a version of what it changed: by whom, why, and what it was before. Any of them comes back."""

import pytest

from catalogue.desk.deleting import delete, dependants, restore
from catalogue.desk.differences import differences
from catalogue.desk.documents import document_types, put, take
from catalogue.desk.edits import edit, trial
from catalogue.desk.merging import merge
from catalogue.models import Citation, Source, Version
from plants.models import Plant, PlantAlias
from vehicles.models import ExportProgram, ProductionRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("edda")


def plant() -> Plant:
    return Plant.objects.get(slug="toyota-san-antonio")


@pytest.mark.parametrize("model", document_types(), ids=lambda model: model.__name__)
def test_a_document_put_back_changes_nothing(model):
    for entry in model.objects.order_by("?")[:3]:
        before = take(model, entry.pk)
        with edit():
            put(model, entry.pk, before)
        assert take(model, entry.pk) == before
    assert not Version.objects.exists()


def test_an_edit_records_who_changed_what_and_why_and_how_it_stood_before(editor):
    with edit(editor, "The plaque says so"):
        one = plant()
        one.employees = 4321
        one.save()
        PlantAlias.objects.create(plant=one, name="Honda Ohio", kind="name")
    latest, first = Version.objects.of(plant())
    assert (first.action, first.user, first.reason) == ("begun", None, "")
    assert (latest.action, latest.user, latest.reason) == ("changed", editor, "The plaque says so")
    told = {one.label: (one.old, one.new) for one in differences(Plant, first.document, latest.document)}
    assert told["Employees"][1] == "4,321"
    assert told["Alias"][0] == "–"
    assert "Honda Ohio" in told["Alias"][1]
    assert len(told) == 2


def test_an_edit_that_fails_leaves_neither_changes_nor_history(editor):
    with pytest.raises(RuntimeError), edit(editor):
        one = plant()
        one.name = "Half done"
        one.save()
        raise RuntimeError
    assert plant().name != "Half done"
    assert not Version.objects.exists()


def test_a_script_that_saves_leaves_history_too():
    one = plant()
    one.name = "Renamed by a script"
    one.save()
    one.aliases.all().delete()
    actions = list(Version.objects.of(one).values_list("action", "user_name"))
    assert actions[-2:] == [("changed", ""), ("begun", "")]
    assert Version.objects.of(one).first().document["rows"]["aliases"] == []


def test_what_happens_in_a_trial_leaves_nothing(editor):
    before = take(Plant, plant().pk)
    with trial():
        one = plant()
        one.name = "Only tried"
        one.save()
        assert plant().name == "Only tried"
    assert take(Plant, plant().pk) == before
    assert not Version.objects.exists()


def test_a_deleted_plant_comes_back_with_all_its_runs_sources_and_names(editor):
    one = plant()
    hanging = dependants(one)
    runs = {run.pk for run in one.runs.all()}
    assert runs and runs <= {entry.pk for entry in hanging if isinstance(entry, ProductionRun)}
    before = {(type(entry), entry.pk): take(type(entry), entry.pk) for entry in [one, *hanging]}
    done = delete(one, editor, "By mistake")
    assert not Plant.objects.filter(slug="toyota-san-antonio").exists()
    gone = list(Version.objects.gone().filter(edit=done))
    assert len(gone) == len(before)
    restore(gone, editor, "Undo")
    assert {key: take(*key) for key in before} == before
    assert not Version.objects.gone().exists()
    assert Version.objects.of(plant()).first().action == "restored"


def test_what_took_the_place_of_a_deleted_entry_is_not_overwritten(editor):
    program = ExportProgram.objects.get(slug="toyota-cavalier")
    other = ExportProgram.objects.exclude(pk=program.pk).first()
    done = delete(program, editor)
    other.slug = "toyota-cavalier"
    other.save()
    with pytest.raises(Exception, match="can't be restored"):
        restore(list(Version.objects.gone().filter(edit=done)), editor)
    assert not ExportProgram.objects.filter(pk=program.pk).exists()


def test_a_source_that_is_cited_is_no_dependant_matter():
    source = Citation.objects.first().source
    assert dependants(source) == []
    with pytest.raises(Exception, match="protected"):
        source.delete()
    assert Source.objects.filter(pk=source.pk).exists()


def test_two_edits_of_different_facts_come_together_and_of_the_same_fact_are_asked():
    base = take(Plant, plant().pk)
    alias = base["rows"]["aliases"][0]["id"]
    mine = {
        **base,
        "fields": {**base["fields"], "city": "Mine", "employees": 1},
        "rows": {**base["rows"], "aliases": [{"id": -1, "fields": {"name": "New", "kind": "name"}}]},
    }
    theirs = {**base, "fields": {**base["fields"], "city": "Theirs", "notes": "Kept"}}
    merged = merge(base, mine, theirs)
    assert [one.path for one in merged.conflicts] == ["fields.city"]
    assert merged.document["fields"]["employees"] == 1
    assert merged.document["fields"]["notes"] == "Kept"
    assert alias not in {row["id"] for row in merged.document["rows"]["aliases"]}
    assert merge(base, mine, theirs, {"fields.city": "mine"}).document["fields"]["city"] == "Mine"
    assert merge(base, mine, theirs, {"fields.city": "theirs"}).document["fields"]["city"] == "Theirs"
    assert merge(base, base, theirs).document == theirs


def test_a_row_that_both_added_is_there_once():
    base = take(Plant, plant().pk)
    new = {"name": "New", "kind": "name"}
    mine = {**base, "rows": {**base["rows"], "aliases": [*base["rows"]["aliases"], {"id": -1, "fields": new}]}}
    theirs = {**base, "rows": {**base["rows"], "aliases": [*base["rows"]["aliases"], {"id": 9_999, "fields": new}]}}
    assert merge(base, mine, theirs).document == theirs
