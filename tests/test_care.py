"""The desk's first page: what is to be done, how much of it, and the way there."""

import re
from datetime import timedelta

import pytest
import time_machine
import zeal
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone

from catalogue import quality
from catalogue.care import CARES, cares_of, counts, has_passed
from catalogue.care_page import address_of
from catalogue.desk import edits
from catalogue.desk.documents import take
from catalogue.desk.kinds import admin_address as address
from catalogue.desk.proposal import State, propose
from catalogue.links.checking import judge, note
from catalogue.models import Milestone, Proposal, Report, Source
from plants.models import Manufacturer, Plant
from vehicles.models import ExportProgram, Generation, ProductionRun

pytestmark = pytest.mark.django_db
INDEX = "/admin/"
ALL = [care for cares in CARES.values() for care in cares.values()]


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()
    with zeal.zeal_ignore():
        yield


def number_on(page: str, care) -> int:
    """What the page says there is of a care, by the link that leads there."""
    link = re.escape(address_of(care).replace("&", "&amp;"))
    alone = re.search(rf'class="care-number">(\d+)</td>\s*<th scope="row"><a href="{link}"', page)
    among = re.search(rf'class="care-place" href="{link}">[^<]*?(\d+)</a>', page)
    found = alone or among
    return int(found[1]) if found else 0


def care(concern: str, model):
    return CARES[concern][model]


def make_work() -> dict:
    """One more thing to do of each kind that the fixtures have none of; returns how many there are of some."""
    plant = Plant.objects.get(slug="nummi-fremont")
    Plant.objects.filter(pk=plant.pk).update(latitude=None, longitude=None)
    run = ProductionRun.objects.filter(plant__status="closed").first()
    ProductionRun.objects.filter(pk=run.pk).update(production_end="", last_model_year=None)
    source = Source.objects.exclude(url="").first()
    note(source, judge(source.url, source.url, 404))
    Report.objects.create(page="/", message="wrong", language="en")
    Milestone.objects.filter(pk=Milestone.objects.first().pk).update(
        publication="draft", updated_at=timezone.now() - timedelta(days=31)
    )
    Plant.objects.filter(pk=plant.pk).update(status="planned", production_start="2020", production_end="")
    return {
        care("no-place", Plant): 1,
        care("no-end", ProductionRun): 1,
        care("dead-links", Source): 1,
        care("reports", Report): 1,
        care("old-drafts", Milestone): 1,
        care("overdue", Plant): 1,
    }


def test_each_line_says_how_many_and_leads_to_just_those(editor_client, editor):
    some = make_work()
    program = ExportProgram.objects.first()
    propose(program, take(ExportProgram, program.pk), editor, "", State.REVIEW)
    waiting = propose(program, take(ExportProgram, program.pk), editor)
    Proposal.objects.filter(pk=waiting.pk).update(updated_at=timezone.now() - timedelta(days=40))
    page = editor_client.get(INDEX).content.decode()
    for one, number in some.items():
        assert number_on(page, one) == number, one.concern
    for one in ALL:
        number = number_on(page, one)
        assert number == one.rows().count(), (one.concern, one.model)
        if number:
            shown = editor_client.get(address_of(one)).context["cl"]
            assert shown.result_count == number, (one.concern, one.model)


def test_what_is_done_is_said_in_words(editor_client):
    page = editor_client.get(INDEX).content.decode()
    done = page.partition('class="care-done"')[2].partition("</div>")[0]
    assert "Sources whose link does not answer" in done
    assert "Low confidence" not in done
    assert "None: the data agree with themselves" in page


def test_the_page_costs_the_same_whatever_there_is_to_do(editor_client, django_assert_max_num_queries):
    make_work()
    editor_client.get(INDEX)
    with django_assert_max_num_queries(10):
        assert editor_client.get(INDEX).status_code == 200


def test_only_what_the_user_may_see_is_told(client, django_user_model):
    make_work()
    user = django_user_model.objects.create_user("guest", is_staff=True)
    client.force_login(user)
    assert "To be done" not in client.get(INDEX).content.decode()
    user.user_permissions.add(Permission.objects.get(codename="view_plant"))
    page = client.get(INDEX).content.decode()
    assert number_on(page, care("no-place", Plant)) == 1
    assert "Milestones" not in page
    assert "Sources" not in page


def test_contradictions_are_listed_with_a_link_to_the_form_and_worked_out_once(editor_client, monkeypatch):
    plant = Plant.objects.get(slug="honda-marysville")
    plant.latitude, plant.longitude = "29.4", "-98.5"
    plant.save()
    asked, checks = [], quality.all_problems
    monkeypatch.setattr(quality, "all_problems", lambda: asked.append(1) or checks())
    for _time in range(2):
        page = editor_client.get(INDEX).content.decode()
        assert (
            f'<a href="{address(Plant, "change", plant.pk)}">Plant: {plant}</a> – its coordinates are not in OH' in page
        )
    assert len(asked) == 1
    plant.latitude, plant.longitude = "40.28", "-83.51"
    plant.save()
    assert "None: the data agree with themselves" in editor_client.get(INDEX).content.decode(), "after each edit anew"


def test_a_large_catalogue_is_not_looked_through_for_a_page(editor_client, monkeypatch):
    def all_problems():
        raise AssertionError("it reads everything")

    monkeypatch.setattr("catalogue.size.LARGE", 10)
    monkeypatch.setattr("catalogue.quality.all_problems", all_problems)
    page = editor_client.get("/admin/").content.decode()
    assert "too large to be looked through for this page; manage.py check_catalogue does it." in page


def test_contradictions_of_types_one_may_not_see_are_not_told(client, django_user_model):
    Plant.objects.filter(slug="honda-marysville").update(latitude="29.4", longitude="-98.5")
    user = django_user_model.objects.create_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_source"))
    client.force_login(user)
    page = client.get(INDEX).content.decode()
    assert "Contradictions" in page
    assert "its coordinates" not in page


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("", False),
        *(("2025", True), ("2026", False), ("2027", False)),
        *(("2026-10", True), ("2026-11", False), ("2026-12", False)),
        *(("2026-11-27", True), ("2026-11-28", False), ("2026-11-29", False)),
    ],
)
@time_machine.travel("2026-11-28 12:00", tick=False)
def test_a_date_has_passed_when_all_that_it_can_mean_is_over(text, passed):
    program = ExportProgram.objects.filter(status="announced").first()
    ExportProgram.objects.filter(pk=program.pk).update(sales_start=text)
    assert ExportProgram.objects.filter(has_passed("sales_start"), pk=program.pk).exists() == passed


@time_machine.travel("2026-11-28 12:00", tick=False)
def test_an_announced_program_is_due_by_its_sale_or_else_its_announcement():
    program = ExportProgram.objects.filter(status="announced").first()

    def due(**values) -> bool:
        ExportProgram.objects.filter(pk=program.pk).update(**values)
        return care("overdue", ExportProgram).rows().filter(pk=program.pk).exists()

    assert due(announced="2025-12-19", sales_start="")
    assert not due(sales_start="2027")
    assert due(sales_start="2026-10")
    assert not due(status="on-sale", sales_end="..")


def test_japanese_is_missing_only_where_there_is_english():
    maker = Manufacturer.objects.get(slug="toyota")
    missing = care("no-japanese-summary", Manufacturer).rows().filter(pk=maker.pk)
    for summary, summary_ja, expected in (("A", "", True), ("A", "あ", False), ("", "", False)):
        Manufacturer.objects.filter(pk=maker.pk).update(summary=summary, summary_ja=summary_ja)
        assert missing.exists() == expected


def test_an_entry_with_a_source_is_not_among_those_without():
    plant = Plant.objects.get(slug="nummi-fremont")
    without = care("no-source", Plant).rows().filter(pk=plant.pk)
    assert not without.exists()
    with edits.edit():
        plant.citations.all().delete()
    assert without.exists()


def test_every_type_can_be_filtered_by_its_cares(editor_client):
    for model in {one.model for one in ALL}:
        for one in cares_of(model):
            assert editor_client.get(address_of(one)).status_code == 200
    assert (
        editor_client.get(address(Generation, "changelist"), {"care": "low-confidence", "_facets": "True"}).status_code
        == 200
    )


def test_an_unknown_care_in_the_address_is_no_error(editor_client):
    response = editor_client.get(address(Plant, "changelist"), {"care": "dead-links"}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain


def test_counting_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert counts(ALL)[("low-confidence", "catalogue.Milestone")] > 0


def test_types_are_listed_in_the_order_of_thought(admin_user):
    request = RequestFactory().get(INDEX)
    request.user = admin_user
    apps = admin.site.get_app_list(request)
    assert [app["app_label"] for app in apps][:3] == ["vehicles", "plants", "catalogue"]
    names = [one["object_name"] for one in apps[2]["models"]]
    assert names.index("Source") < names.index("Report") < names.index("Version")
    assert [one["object_name"] for one in apps[0]["models"]][:3] == ["Make", "VehicleModel", "Generation"]
