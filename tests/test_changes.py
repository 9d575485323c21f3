"""The log of changes: what is told of an edit, what is not, and how readers find it."""

from datetime import timedelta

import pytest
import zeal
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from catalogue import revision
from catalogue.changes import following
from catalogue.changes.wording import ToldChange
from catalogue.desk.kinds import admin_address as address_of
from catalogue.models import Change, Citation, Concern, Source
from plants.models import Manufacturer, Ownership, Plant, PlantAlias
from tests.admin_forms import form_data
from vehicles.models import (
    BodyStyle,
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    ProductionRun,
    VehicleModel,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    """The changes told since the test began, oldest first."""
    known = Change.objects.latest_first().values_list("pk", flat=True)
    known = set(known)
    return lambda: [one for one in Change.objects.order_by("at", "pk") if one.pk not in known]


@pytest.fixture
def program():
    return ExportProgram.objects.get(slug="toyota-scepter-wagon")


@pytest.fixture
def plant():
    return Plant.objects.get(slug="toyota-georgetown")


def let_pass(minutes: int) -> None:
    """Make everything told so far older."""
    for change in Change.objects.filter(at__gt=timezone.now() - timedelta(hours=1)):
        Change.objects.filter(pk=change.pk).update(at=change.at - timedelta(minutes=minutes))


def concerns(change: Change) -> set[tuple[str, str]]:
    return set(change.concerns.values_list("kind", "slug"))


def fields(change: Change) -> list[str]:
    return [fact["field"] for fact in change.facts]


# What is told ----------------------------------------------------------------------------------------------


def test_a_new_catalogue_tells_of_each_public_entry_with_a_page_once():
    public = [Manufacturer, Plant, Make, VehicleModel, Generation, ExportEra, ExportProgram]
    assert Change.objects.count() == sum(model.objects.published().count() for model in public)
    assert set(Change.objects.values_list("action", flat=True)) == {"added"}
    assert following.begin() == 0


def test_a_corrected_fact_is_told_with_what_it_was_and_what_it_is(news, program):
    program.units_sold, program.summary = 12345, "Another summary."
    program.save()
    (change,) = news()
    assert (change.action, change.name, change.path) == ("corrected", program.title, f"/exports/{program.slug}/")
    facts = [str(fact) for fact in ToldChange(change, True).facts]
    assert "summary" in facts
    assert any(fact.startswith("units: ") and fact.endswith("→ 12,345") for fact in facts)
    assert {("plant", "toyota-georgetown"), ("make", "toyota"), ("era", program.era.slug)} <= concerns(change)


def test_dates_and_choices_are_told_in_the_readers_words(news):
    program = ExportProgram.objects.filter(status="announced").first()
    program.status, program.sales_start, program.sales_end = "on-sale", "2026-07", ".."
    program.save()
    (change,) = news()
    assert "on sale from: unknown → July 2026" in ToldChange(change, True).sentence
    assert "status: announced → on sale" in ToldChange(change, True).sentence


def test_saving_without_a_change_tells_nothing(news, program, plant):
    for entry in (program, plant, ProductionRun.objects.first(), Citation.objects.first(), PlantAlias.objects.first()):
        entry.save()
    assert news() == []


def test_a_years_number_is_not_grouped(news):
    run = ProductionRun.objects.published().filter(first_model_year=1992, last_model_year=1996).first()
    run.last_model_year = 1997
    run.save()
    (change,) = news()
    assert "last model year: 1996 → 1997" in ToldChange(change, True).sentence
    assert concerns(change) == {("make", run.generation.model.make.slug), ("plant", run.plant.slug)}


def test_publishing_is_told_as_added_and_withdrawing_as_removed(news, program):
    title = program.title
    program.publication = "draft"
    program.save()
    program.title = "A secret plan"
    program.save()
    (removed,) = news()
    assert (removed.action, removed.name) == ("removed", title)
    let_pass(60)
    program.publish()
    assert [one.action for one in news()] == ["removed", "added"]


def test_withdrawing_and_renaming_in_one_save_tells_the_public_name_only(news, program):
    title = program.title
    program.publication, program.title, program.title_ja = "draft", "A secret plan", "秘密"
    program.save()
    (change,) = news()
    assert (change.action, change.name, change.facts) == ("removed", title, [])


def test_edits_of_a_draft_are_not_told(news, program):
    run = ProductionRun.objects.published().first()
    ProductionRun.objects.filter(pk=run.pk).update(publication="draft")
    run.refresh_from_db()
    run.notes = "Not yet checked."
    run.save()
    Citation.objects.create(entry=run, source=Source.objects.last(), field="notes")
    run.delete()
    assert news() == []


def test_what_hangs_on_a_draft_is_not_told(news, plant):
    Plant.objects.filter(pk=plant.pk).update(publication="draft")
    run = ProductionRun.objects.filter(plant=plant, publication="published").first()
    run.notes = "Something new."
    run.save()
    run.body_styles.add(BodyStyle.objects.get(slug="van"))
    assert news() == []


def test_an_owner_that_is_a_draft_is_not_hinted_at(news, plant):
    secret = Manufacturer.objects.create(slug="secret", name="Secret Motors", kind="automaker")
    Ownership.objects.create(plant=plant, manufacturer=secret, role="owner", since="2026")
    assert news() == []


def test_a_deleted_entry_is_told_as_removed_once_though_its_rows_go_with_it(news):
    market = MarketName.objects.first()
    generation = Generation.objects.create(model=market.generation.model, slug="zz9", code="ZZ9")
    generation.publish()
    let_pass(60)
    MarketName.objects.create(generation=generation, name="Zed", market="Japan")
    Citation.objects.create(entry=generation, source=Source.objects.first())
    key = generation.pk
    generation.delete()
    assert [(one.action, one.entry_id) for one in news()] == [("added", key), ("removed", key)]


def test_what_is_published_and_withdrawn_at_once_leaves_nothing(news, program):
    ExportProgram.objects.filter(pk=program.pk).update(publication="draft")
    program.refresh_from_db()
    program.publish()
    program.publication = "draft"
    program.save()
    assert news() == []


@pytest.mark.parametrize("add", [True, False], ids=["added", "removed"])
def test_a_source_added_or_removed_is_a_correction_of_the_sources(news, program, add):
    if add:
        Citation.objects.create(entry=program, source=Source.objects.last(), field="drive_side")
    else:
        program.citations.first().delete()
    (change,) = news()
    assert (change.action, change.entry_id, fields(change)) == ("corrected", program.pk, ["citations"])
    assert ToldChange(change, True).sentence == "Export program corrected: sources"


def test_aliases_market_names_and_body_styles_are_facts_of_their_entry(news, plant, program):
    PlantAlias.objects.create(plant=plant, name="The Zebra works", kind="other")
    program.generation.market_names.create(name="Zed", market="Brazil")
    program.body_styles.add(BodyStyle.objects.get(slug="van"))
    program.body_styles.add(BodyStyle.objects.get(slug="van"))
    assert [(one.name, fields(one)) for one in news()] == [
        (plant.name, ["aliases"]),
        (program.generation.full_name, ["market_names"]),
        (program.title, ["body_styles"]),
    ]


# Merging ---------------------------------------------------------------------------------------------------


def test_edits_of_one_entry_within_ten_minutes_are_one_change(news, plant):
    was = plant.employees
    for number in (9001, 9002):
        plant.employees = number
        plant.save()
    PlantAlias.objects.create(plant=plant, name="The Zebra works", kind="other")
    (change,) = news()
    assert change.facts == [{"field": "employees", "old": was, "new": 9002}, {"field": "aliases"}]


def test_edits_further_apart_are_two_changes(news, plant):
    plant.employees = 9001
    plant.save()
    let_pass(11)
    plant.employees = 9002
    plant.save()
    assert len(news()) == 2


def test_a_fact_changed_and_changed_back_is_not_told(news, plant):
    was = plant.employees
    plant.employees = 9001
    plant.save()
    plant.employees = was
    plant.save()
    assert news() == []


def test_a_new_entry_corrected_at_once_stays_added_under_its_latest_name(news):
    make = Make.objects.create(slug="zeta", name="Zeta", manufacturer=Manufacturer.objects.first())
    make.publish()
    make.name = "Zeta Motors"
    make.save()
    (change,) = news()
    assert (change.action, change.name, change.facts, concerns(change)) == ("added", make.name, [], {("make", "zeta")})


def test_one_save_of_a_form_with_its_rows_is_one_change(editor_client, news, plant):
    page = address_of(Plant, "change", plant.pk)
    with zeal.zeal_ignore():
        data = form_data(editor_client.get(page))
    prefix = next(name.removesuffix("-TOTAL_FORMS") for name in data if name.startswith("aliases"))
    count = int(data[f"{prefix}-TOTAL_FORMS"])
    data |= {f"{prefix}-TOTAL_FORMS": count + 1, f"{prefix}-{count}-name": "Zebra", f"{prefix}-{count}-kind": "other"}
    with zeal.zeal_ignore():  # Django's autocomplete looks up each row
        response = editor_client.post(page, data | {"employees": "9001"})
    assert response.status_code == 302, response.context["errors"]
    (change,) = news()
    assert set(fields(change)) == {"employees", "aliases"}


# Around it -------------------------------------------------------------------------------------------------


def test_an_edit_that_is_rolled_back_is_not_told(news, plant):
    with pytest.raises(RuntimeError), transaction.atomic():
        plant.employees = 9001
        plant.save()
        assert news()
        raise RuntimeError
    assert news() == []


def test_loading_fixtures_again_is_not_told_row_by_row(news):
    call_command("loaddata", "15_export_programs", verbosity=0)
    assert news() == []


def test_the_log_is_no_content_of_its_own():
    assert not revision.is_content(Change)
    assert not revision.is_content(Concern)


def test_a_renamed_make_keeps_its_changes(client):
    before = Concern.objects.filter(kind="make", slug="honda").count()
    make = Make.objects.get(slug="honda")
    make.slug = "honda-motor"
    make.save()
    assert Concern.objects.filter(kind="make", slug="honda-motor").count() == before + 1
    assert client.get("/changes/?make=honda").url == "/changes/?make=honda-motor"


# The page --------------------------------------------------------------------------------------------------


def test_the_page_tells_the_newest_first_in_both_languages(client, program):
    program.price_yen = 1234567
    program.save()
    for prefix, kind in (("", "Export program corrected"), ("/ja", "")):
        page = client.get(f"{prefix}/changes/")
        assert page.context["results"][0].change.name == program.title
        assert f'href="{prefix}/exports/{program.slug}/"' in page.content.decode()
        assert "1,234,567" in page.content.decode()
        assert kind in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "slugs"),
    [
        ("make", ["toyota"]),
        ("make", ["honda", "toyota"]),
        ("plant", ["toyota-georgetown"]),
        ("era", ["trade-friction-peak"]),
    ],
)
def test_filters_find_what_concerns_the_make_plant_or_era(client, kind, slugs):
    response = client.get("/changes/", {kind: slugs})
    wanted = Change.objects.filter(pk__in=Concern.objects.filter(kind=kind, slug__in=slugs).values("change"))
    assert response.status_code == 200
    assert response.context["page"].paginator.count == wanted.count() > 0


def test_an_unknown_value_is_400_with_a_message_and_the_rest_applied(client):
    response = client.get("/changes/?make=zebra&plant=nummi-fremont")
    assert response.status_code == 400
    assert "“zebra” is not a value of this filter." in response.content.decode()
    assert (
        response.context["page"].paginator.count == Concern.objects.filter(kind="plant", slug="nummi-fremont").count()
    )


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?sort=zz", "?q=%00", "?era=%00", "?make__not=zz"])
def test_no_bad_input_makes_it_fail(client, query):
    for address in (f"/changes/{query}", f"/changes.atom{query}"):
        assert client.get(address).status_code in (200, 400)
    assert client.get(f"/changes/{query}").status_code == 400


def test_the_link_of_an_entry_that_is_not_public_any_more_is_left_out(client, program):
    Plant.objects.filter(pk=program.plant_id).update(publication="draft")
    page = client.get("/changes/?era=" + program.era.slug)
    assert program.title in page.content.decode()
    assert program.get_absolute_url() not in page.content.decode()


def test_markup_in_a_name_is_shown_as_text(client, program):
    program.title = "<script>alert(1)</script>"
    program.save()
    for address in ("/changes/", "/changes.atom"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_the_page_leads_to_its_feed_with_the_same_filters(client):
    page = client.get("/changes/?make=honda&page=1").content.decode()
    link = '<link rel="alternate" type="application/atom+xml" href="http://testserver/changes.atom?make=honda"'
    assert link in page


@pytest.mark.parametrize("address", ["/changes/", "/ja/changes/?make=honda&make=toyota&q=a", "/changes.atom"])
def test_they_cost_few_queries(client, django_assert_max_num_queries, address):
    ProductionRun.objects.first().delete()
    with django_assert_max_num_queries(8):
        assert client.get(address).status_code == 200


def test_home_shows_the_latest_changes_and_leads_to_all(client, program):
    program.price_yen = 1234567
    program.save()
    page = client.get("/").content.decode()
    latest = page[page.index('id="latest"') :]
    assert program.get_absolute_url() in latest
    assert "corrected" in latest
    assert 'href="/changes/"' in latest
