"""The desk at work: two people at one entry, proposals and their review, restoring, looking before publishing."""

import pytest
import time_machine
import zeal
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from catalogue.desk.kinds import admin_address as address
from catalogue.models import Proposal, Report, Version
from plants.models import Plant
from tests.admin_forms import form_data
from vehicles.models import ExportProgram, Generation

pytestmark = pytest.mark.django_db
PROGRAM = "toyota-camry-2026"


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    with zeal.zeal_ignore():
        yield


def signed_in(name: str, role: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def carla():
    """She contributes."""
    return signed_in("carla", "Contributor")


@pytest.fixture
def edith():
    """She edits."""
    return signed_in("edith", "Editor")


@pytest.fixture
def emil():
    """He edits too."""
    return signed_in("emil", "Editor")


def program() -> ExportProgram:
    return ExportProgram.objects.get(slug=PROGRAM)


def form_of(client: Client, entry, **query) -> dict:
    return form_data(client.get(address(type(entry), "change", entry.pk), query))


def save(client: Client, entry, data: dict, button: str = "_save", **more):
    return client.post(address(type(entry), "change", entry.pk), {**data, button: "1", **more}, follow=True)


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def decide(client: Client, proposal: Proposal, button: str, **more):
    proposal.refresh_from_db()
    data = {"_seen": proposal.updated_at.isoformat(), button: "1", **more}
    return client.post(proposal.get_absolute_url(), data, follow=True)


# Two people at once ------------------------------------------------------------------------------------------


def test_different_facts_saved_at_once_are_both_kept(edith, emil):
    one, other = form_of(edith, program()), form_of(emil, program())
    save(edith, program(), one, title="Camry for Japan", _reason="Name")
    answer = save(emil, program(), other, price_note="From 5 million yen", _reason="Price")
    assert "edith had saved this entry meanwhile" in said(answer)
    assert (program().title, program().price_note) == ("Camry for Japan", "From 5 million yen")
    latest, before = Version.objects.of(program())[:2]
    assert (latest.user_name, latest.reason, before.user_name, before.reason) == ("emil", "Price", "edith", "Name")


def test_the_second_to_change_the_same_fact_sees_both_and_chooses(edith, emil):
    one, other = form_of(edith, program()), form_of(emil, program())
    save(edith, program(), one, title="By Edith")
    answer = save(emil, program(), other, title="By Emil", us_model="Camry XLE")
    page = answer.content.decode()
    assert "edith saved this entry while you edited it" in said(answer)
    assert "By Edith" in page and "By Emil" in page
    assert program().title == "By Edith"
    proposal = Proposal.objects.get()
    assert "Choose for each fact" in decide(emil, proposal, "_publish").content.decode()
    assert "Published" in said(decide(emil, proposal, "_publish", **{"choose:fields.title": "mine"}))
    assert (program().title, program().us_model) == ("By Emil", "Camry XLE")


def test_rows_of_inlines_are_brought_together_too(edith, emil):
    plant = Plant.objects.get(slug="nummi-fremont")
    one, other = form_of(edith, plant), form_of(emil, plant)
    total = int(one["aliases-TOTAL_FORMS"])
    new = {"aliases-TOTAL_FORMS": total + 1, f"aliases-{total}-kind": "other"}
    save(edith, plant, one, **new, **{f"aliases-{total}-name": "Edith's name"})
    save(emil, plant, other, **new, **{f"aliases-{total}-name": "Emil's name", "aliases-0-DELETE": "on"})
    names = set(plant.aliases.values_list("name", flat=True))
    assert {"Edith's name", "Emil's name"} <= names
    assert len(names) == total + 1


def test_what_was_typed_survives_that_the_entry_was_deleted_meanwhile(edith, emil):
    data = form_of(emil, program())
    edith.post(address(ExportProgram, "delete", program().pk), {"post": "yes", "_reason": "Double"})
    pk = int(Version.objects.gone().get(label="Toyota Camry").entry_id)
    answer = emil.post(address(ExportProgram, "change", pk), {**data, "title": "Typed for long"}, follow=True)
    proposal = Proposal.objects.get()
    assert proposal.document["fields"]["title"] == "Typed for long"
    assert "was deleted" in answer.content.decode()


def test_a_form_with_mistakes_is_shown_again_after_somebody_else_saved(edith, emil):
    one, other = form_of(edith, program()), form_of(emil, program())
    save(edith, program(), one, title="By Edith")
    answer = save(emil, program(), other, sales_start="soon", us_model="Camry XLE")
    assert "1992-09" in answer.content.decode()
    assert "Camry XLE" in answer.content.decode()
    assert not Proposal.objects.exists()
    save(emil, program(), other, us_model="Camry XLE")
    assert (program().title, program().us_model) == ("By Edith", "Camry XLE")


def test_a_null_character_in_the_reason_or_nonsense_in_what_is_hidden_is_no_error(edith):
    data = form_of(edith, program())
    assert save(edith, program(), data, title="One", _reason="a\x00b", _base="9" * 40).status_code == 200
    assert Version.objects.of(program()).first().reason == "ab"
    latest = Version.objects.of(program()).last()
    answer = edith.post(address(Version, "change", latest.pk), {"_restore": "1", "_reason": "\x00"}, follow=True)
    assert answer.status_code == 200
    for asked in ("abc", "9" * 40, "\x00"):
        chosen = {"action": "publish_selected", "_selected_action": [asked]}
        assert edith.post(address(ExportProgram, "changelist"), chosen, follow=True).status_code in (200, 400), asked


# Proposals -----------------------------------------------------------------------------------------------------


def test_a_contributor_proposes_and_an_editor_publishes(carla, edith, client):
    data = form_of(carla, program())
    answer = save(carla, program(), data, "_review", title="Camry, as proposed", _reason="Press release")
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.author_name, proposal.note) == ("review", "carla", "Press release")
    assert "Camry, as proposed" in answer.content.decode()
    assert "Camry, as proposed" not in client.get(program().get_absolute_url()).content.decode()
    assert decide(carla, proposal, "_publish").status_code == 403
    decide(edith, proposal, "_publish")
    assert program().title == "Camry, as proposed"
    latest = Version.objects.of(program()).first()
    assert (latest.user_name, latest.reason) == ("edith", "Press release")
    assert "Camry, as proposed" in client.get(program().get_absolute_url()).content.decode()


def test_whatever_button_a_contributor_presses_nothing_published_changes(carla):
    for button in ("_save", "_continue", "_addanother", "_publish", "_preview", "_propose", "_review"):
        data = form_of(carla, program())
        save(carla, program(), data, button, title=f"By {button}", publication="draft")
        assert program().title == "Toyota Camry", button
        assert program().publication == "published"


def test_a_returned_proposal_says_why_and_can_be_edited_further(carla, edith):
    save(carla, program(), form_of(carla, program()), "_review", title="Camery")
    proposal = Proposal.objects.get()
    assert "Say what is to be changed" in decide(edith, proposal, "_return").content.decode()
    assert "A typing error" in decide(edith, proposal, "_return", answer="A typing error").content.decode()
    data = form_of(carla, program(), proposal=proposal.pk)
    assert data["title"] == "Camery"
    save(carla, program(), data, "_review", title="Camry 2026", _proposal=proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.document["fields"]["title"]) == ("review", "Camry 2026")
    assert program().title == "Toyota Camry"


def test_what_the_author_changes_meanwhile_is_not_published_unseen(carla, edith):
    save(carla, program(), form_of(carla, program()), "_review", title="Seen")
    proposal = Proposal.objects.get()
    seen = proposal.updated_at.isoformat()
    save(carla, program(), form_of(carla, program(), proposal=proposal.pk), title="Unseen", _proposal=proposal.pk)
    answer = edith.post(proposal.get_absolute_url(), {"_seen": seen, "_publish": "1"}, follow=True)
    assert "Look at it again" in said(answer)
    assert program().title == "Toyota Camry"


def test_a_proposal_decided_or_edited_while_its_author_types_loses_nothing(carla, edith):
    save(carla, program(), form_of(carla, program()), "_review", title="First")
    proposal = Proposal.objects.get()
    typing = form_of(carla, program(), proposal=proposal.pk)
    save(edith, program(), form_of(edith, program(), proposal=proposal.pk), title="By Edith", _proposal=proposal.pk)
    answer = save(carla, program(), typing, us_model="Typed on", _proposal=proposal.pk)
    assert "kept as another one" in said(answer)
    decide(edith, proposal, "_publish")
    answer = save(carla, program(), typing, us_model="Typed later", _proposal=proposal.pk)
    assert answer.status_code == 200
    documents = Proposal.objects.order_by("pk").values_list("document", flat=True)
    assert [one["fields"]["title"] for one in documents] == ["By Edith", "First", "First"]
    assert [one["fields"]["us_model"] for one in documents][1:] == ["Typed on", "Typed later"]
    assert program().title == "By Edith"


def test_others_may_not_edit_a_contributors_proposal(carla):
    save(carla, program(), form_of(carla, program()), "_propose", title="Hers")
    other = signed_in("cora", "Contributor")
    proposal = Proposal.objects.get()
    assert other.get(proposal.get_absolute_url()).status_code == 200
    assert other.get(address(ExportProgram, "change", program().pk), {"proposal": proposal.pk}).status_code == 403
    assert decide(other, proposal, "_withdraw").status_code == 403
    assert "Withdrawn" in said(decide(carla, proposal, "_withdraw"))


def test_a_proposal_that_lost_its_last_source_is_not_published(carla, edith):
    save(carla, program(), form_of(carla, program()), "_review", title="New")
    proposal = Proposal.objects.get()
    proposal.document["rows"]["citations"] = []
    proposal.save()
    answer = decide(edith, proposal, "_publish")
    assert "no citation yet" in answer.content.decode()
    assert program().title == "Toyota Camry"
    assert program().citations.exists()


def test_a_draft_is_sent_for_review_and_published_as_it_then_is(carla, edith, client):
    draft = program()
    ExportProgram.objects.filter(pk=draft.pk).update(publication="draft")
    save(carla, draft, form_of(carla, draft), "_review", title="New program", _reason="From the maker's site")
    proposal = Proposal.objects.get()
    page = edith.get(proposal.get_absolute_url()).content.decode()
    assert "What would be published" in page
    assert "New program" in page, "an entry nobody has seen is shown whole"
    assert client.get(draft.get_absolute_url()).status_code == 404
    decide(edith, proposal, "_publish")
    assert client.get(draft.get_absolute_url()).status_code == 200


# At a set time --------------------------------------------------------------------------------------------------


def test_a_scheduled_change_is_published_at_its_time_once(edith):
    save(edith, program(), form_of(edith, program()), "_propose", title="From December")
    proposal = Proposal.objects.get()
    tomorrow = timezone.now() + timezone.timedelta(days=1)
    assert "has passed" in decide(edith, proposal, "_schedule", publish_at="2020-01-01 09:00").content.decode()
    assert "Say when" in decide(edith, proposal, "_schedule").content.decode()
    assert "will be published" in said(decide(edith, proposal, "_schedule", publish_at=f"{tomorrow:%Y-%m-%dT%H:%M}"))
    call_command("publish_due")
    assert program().title == "Toyota Camry"
    with time_machine.travel(tomorrow + timezone.timedelta(minutes=1)):
        call_command("publish_due")
        assert program().title == "From December"
        versions = Version.objects.of(program()).count()
        call_command("publish_due")
    assert Version.objects.of(program()).count() == versions
    assert Version.objects.of(program()).first().user_name == "edith"


def test_a_scheduled_change_that_somebody_overtook_goes_back_to_review(edith, emil, capsys):
    save(edith, program(), form_of(edith, program()), "_propose", title="Scheduled")
    proposal = Proposal.objects.get()
    soon = timezone.now() + timezone.timedelta(hours=1)
    decide(edith, proposal, "_schedule", publish_at=f"{soon:%Y-%m-%dT%H:%M}")
    save(emil, program(), form_of(emil, program()), title="Meanwhile")
    with time_machine.travel(soon + timezone.timedelta(minutes=1)):
        call_command("publish_due")
    proposal.refresh_from_db()
    assert (proposal.state, program().title) == ("review", "Meanwhile")
    assert "choose what counts" in edith.get(proposal.get_absolute_url()).content.decode()


# Looking before publishing --------------------------------------------------------------------------------------


def test_a_preview_shows_the_whole_site_so_and_only_to_its_editor(carla, edith, client):
    draft = program()
    ExportProgram.objects.filter(pk=draft.pk).update(publication="draft")
    answer = save(carla, draft, form_of(carla, draft), "_preview", title="Looked at first")
    assert answer.redirect_chain[-1][0] == draft.get_absolute_url()
    for path in (draft.get_absolute_url(), "/exports/", "/search/?q=looked+at+first"):
        page = carla.get(path)
        assert "Looked at first" in page.content.decode(), path
        assert "no-store" in page["Cache-Control"]
        for other in (edith, client):
            if path == draft.get_absolute_url() and other is edith:
                continue  # editors see drafts on their own page anyway
            assert "Looked at first" not in other.get(path).content.decode().replace('"looked at first"', ""), path
    assert not ExportProgram.objects.published().filter(pk=draft.pk).exists()
    carla.post("/admin/preview/stop/", {"next": "/exports/"})
    assert "Looked at first" not in carla.get("/exports/").content.decode()


def test_a_preview_leaves_nothing_behind(edith):
    save(edith, program(), form_of(edith, program()), "_propose", title="Only looked at")
    before = (Version.objects.count(), Report.objects.count(), program().title)
    decide(edith, Proposal.objects.get(), "_preview")
    assert "Only looked at" in edith.get(program().get_absolute_url()).content.decode()
    assert (Version.objects.count(), Report.objects.count(), program().title) == before
    decide(edith, Proposal.objects.get(), "_withdraw")


# Restoring ------------------------------------------------------------------------------------------------------


def test_any_version_can_be_looked_at_and_restored(edith):
    save(edith, program(), form_of(edith, program()), title="First")
    save(edith, program(), form_of(edith, program()), title="Second")
    history = edith.get(address(ExportProgram, "history", program().pk)).content.decode()
    assert "First" in history and "Second" in history
    first = Version.objects.of(program()).get(number=2)
    page = edith.get(address(Version, "change", first.pk)).content.decode()
    assert "What restoring it would change" in page
    edith.post(address(Version, "change", first.pk), {"_restore": "1"})
    assert program().title == "First"
    latest = Version.objects.of(program()).first()
    assert (latest.action, latest.user_name, latest.reason) == ("restored", "edith", "Version 2 restored")


def test_the_entry_as_it_stood_on_a_day(edith):
    with time_machine.travel("2026-12-01T12:00:00Z"):
        edith.force_login(User.objects.get(username="edith"))  # sessions end after some hours
        save(edith, program(), form_of(edith, program()), title="In December")
    with time_machine.travel("2026-12-08T12:00:00Z"):
        edith.force_login(User.objects.get(username="edith"))
        save(edith, program(), form_of(edith, program()), title="A week later")
        page = edith.get(address(ExportProgram, "history", program().pk), {"on": "2026-12-05"})
        assert page.context["then"].document["fields"]["title"] == "In December"
        page = edith.get(address(ExportProgram, "history", program().pk), {"on": "Christmas"})
    assert page.status_code == 200
    assert "This is no date" in page.content.decode()


def test_a_plant_deleted_by_mistake_comes_back_with_all_its_runs(edith, client):
    plant = Plant.objects.get(slug="toyota-san-antonio")
    runs = plant.runs.count()
    pages = client.get("/plants/").context["page"].paginator.count
    question = edith.get(address(Plant, "delete", plant.pk)).content.decode()
    assert "can be brought back" in question
    assert str(plant.runs.first()) in question
    answer = edith.post(address(Plant, "delete", plant.pk), {"post": "yes"}, follow=True)
    assert "Undo" in answer.content.decode()
    assert client.get(plant.get_absolute_url()).status_code == 404
    gone = Version.objects.gone().get(entry_type__model="plant")
    assert "Restore all" in edith.get(address(Version, "change", gone.pk)).content.decode()
    edith.post(address(Version, "change", gone.pk), {"_restore": "1"})
    assert client.get(plant.get_absolute_url()).status_code == 200
    assert Plant.objects.get(slug="toyota-san-antonio").runs.count() == runs
    assert client.get("/plants/").context["page"].paginator.count == pages


def test_what_others_rest_on_is_not_deleted_and_says_what_those_are(edith):
    source = program().citations.first().source
    page = edith.get(address(type(source), "delete", source.pk)).content.decode()
    assert "these rest on it" in page
    edith.post(address(type(source), "delete", source.pk), {"post": "yes"})
    assert type(source).objects.filter(pk=source.pk).exists()


def test_a_contributor_restores_by_proposing(carla, edith):
    save(edith, program(), form_of(edith, program()), title="Changed")
    first = Version.objects.of(program()).get(number=1)
    carla.post(address(Version, "change", first.pk), {"_restore": "1"})
    assert program().title == "Changed"
    decide(edith, Proposal.objects.get(), "_publish")
    assert program().title == "Toyota Camry"


# Entries hang together ------------------------------------------------------------------------------------------


def test_a_generation_lists_its_runs_and_programs_and_offers_to_add_one(edith, django_assert_max_num_queries):
    generation = Generation.objects.filter(exports__slug=PROGRAM).get()
    with django_assert_max_num_queries(65):
        page = edith.get(address(Generation, "change", generation.pk)).content.decode()
    assert address(ExportProgram, "change", program().pk) in page
    added = f"{address(ExportProgram, 'add')}?generation={generation.pk}"
    assert added in page
    assert edith.get(added).context["adminform"].form["generation"].value() == str(generation.pk)
