"""The world of one year: the same control on each list, and what the list then shows."""

from urllib.parse import parse_qs

import pytest
import time_machine
from django.utils import timezone

from tests.facts import LISTS, PLANTS, PROGRAMS, ListPage, mismatches, text_of
from tests.markup import Markup, visit

pytestmark = pytest.mark.django_db

EACH_LIST = pytest.mark.parametrize("name", LISTS)
#: Filters of each list that go together with a year.
OTHERS = {"vehicles": "make=honda&sort=-built", "plants": "kind=assembly&q=toyota", "exports": "drive=rhd&sort=title"}
WRONG = [
    "abc",
    "94",
    "1994.5",
    "0",
    "1899",
    "2101",
    "99999999999",
    "-1994",
    "1994-05",
    "१९९४年",
    "19\x0094",
    "9" * 5000,
]


class Control:
    """The year control of a list page."""

    def __init__(self, page: Markup):
        self.page = page
        self.nav = page.one("nav", "year-control")
        self.years = {
            int(text_of(one)): one for one in page.one("ol", "years", self.nav).iter("a") if text_of(one).isdigit()
        }
        self.links = {year: one.get("href") for year, one in self.years.items()}
        self.chosen = [year for year, one in self.years.items() if one.get("aria-current") == "true"]
        self.typed = page.by_id("as_of").get("value")
        steps = [(one.get("id"), one) for one in page.all("a", within=self.nav)]
        self.before = next((one for name, one in steps if name == "year-before"), None)
        self.after = next((one for name, one in steps if name == "year-after"), None)
        self.off = next((one.get("href") for one in page.all("a", "off", self.nav)), None)
        self.errors = [text_of(one) for one in page.all("p", "error", self.nav)]


def control(client, name: str, query: str = "", status: int = 200) -> Control:
    return Control(visit(client, f"{LISTS[name].path}?{query}", status))


# The control ------------------------------------------------------------------------------------------------


@EACH_LIST
def test_links_lead_from_the_first_year_to_the_present_in_steps_of_four(client, name):
    now = timezone.localdate().year
    found = control(client, name)
    assert list(found.links) == sorted({*range(1982, now + 1, 4), now})
    assert found.links == {year: f"?as_of={year}" for year in found.links}
    assert (found.chosen, found.typed, found.before, found.after, found.off) == ([], "", None, None, None)


@EACH_LIST
def test_the_present_year_is_the_last_link_whenever_the_page_is_read(client, name):
    for day, last in (("2027-01-01", [2026, 2027]), ("2030-12-31", [2026, 2030]), ("2029-06-01", [2026, 2029])):
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            assert list(control(client, name).links)[-2:] == last


@EACH_LIST
def test_the_chosen_year_is_marked_and_its_neighbours_and_the_way_out_are_links(client, name):
    found = control(client, name, "as_of=1994")
    assert (found.chosen, found.typed, found.off) == ([1994], "1994", ".")
    assert (found.before.get("href"), found.after.get("href")) == ("?as_of=1993", "?as_of=1995")
    assert "1993" in found.before.get("aria-label")
    assert "1995" in found.after.get("aria-label")
    between = control(client, name, "as_of=1993")
    assert (between.chosen, between.typed) == ([], "1993")


@EACH_LIST
def test_the_first_year_and_the_present_one_have_a_neighbour_on_one_side_only(client, name):
    now = timezone.localdate().year
    first, last = control(client, name, "as_of=1982"), control(client, name, f"as_of={now}")
    assert (first.before, first.after.get("href")) == (None, "?as_of=1983")
    assert (last.after, last.before.get("href")) == (None, f"?as_of={now - 1}")


@EACH_LIST
def test_two_years_have_no_neighbours_but_a_way_out(client, name):
    found = control(client, name, "as_of=1994&as_of=2002")
    assert (found.chosen, found.before, found.after, found.off) == ([1994, 2002], None, None, ".")
    assert found.typed == "1994 2002"


@EACH_LIST
def test_a_year_outside_the_links_can_be_typed_and_left_again(client, name):
    for year in ("1950", "2090"):
        found = control(client, name, f"as_of={year}")
        assert (found.typed, found.chosen, found.off) == (year, [], ".")


@EACH_LIST
def test_every_link_of_the_control_keeps_the_other_filters_and_begins_at_page_one(client, name):
    kept = parse_qs(OTHERS[name])
    found = control(client, name, f"{OTHERS[name]}&as_of=1994&page=1")
    for year, link in found.links.items():
        assert parse_qs(link.removeprefix("?")) == {**kept, "as_of": [str(year)]}
    assert parse_qs(found.before.get("href").removeprefix("?")) == {**kept, "as_of": ["1993"]}
    assert parse_qs(found.after.get("href").removeprefix("?")) == {**kept, "as_of": ["1995"]}
    assert parse_qs(found.off.removeprefix("?")) == kept


@EACH_LIST
def test_the_field_belongs_to_the_form_of_the_filters_and_is_there_once(client, name):
    found = control(client, name, f"{OTHERS[name]}&as_of=1994")
    fields = [one for one in found.page.all("input") if one.get("name") == "as_of"]
    assert [(one.get("form"), one.get("type")) for one in fields] == [("filters", "text")]
    assert found.page.by_id("filters").tag == "form"
    assert any(text_of(one) for one in found.page.all("label", within=found.nav) if one.get("for") == "as_of")


@EACH_LIST
def test_the_year_is_a_tag_that_can_be_removed_like_any_filter(client, name):
    page = ListPage(client, LISTS[name].path, f"{OTHERS[name]}&as_of=1994")
    (link,) = [link for text, link in page.tags().items() if "As of year: 1994" in text]
    assert parse_qs(link.removeprefix("?")) == parse_qs(OTHERS[name])


@EACH_LIST
def test_the_control_in_japanese_works_the_same(client, name):
    page = Control(visit(client, f"/ja{LISTS[name].path}?as_of=1994"))
    assert (page.chosen, page.off, page.before.get("href")) == ([1994], ".", "?as_of=1993")
    assert "1993" in page.before.get("aria-label")


# Wrong years ------------------------------------------------------------------------------------------------


@EACH_LIST
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value[:12]))
def test_a_wrong_year_is_400_with_a_message_beside_the_field_and_the_other_filters_apply(client, name, value):
    page = ListPage(
        client, LISTS[name].path, [*((k, v[0]) for k, v in parse_qs(OTHERS[name]).items()), ("as_of", value)]
    )
    assert page.status == 400
    wanted = {one: values for one, values in parse_qs(OTHERS[name]).items() if one != "sort"}
    assert page.found == LISTS[name].matching(**wanted)
    found = Control(Markup(page.response))
    (error,) = found.errors
    field = found.page.by_id("as_of")
    assert field.get("aria-invalid") == "true"
    assert text_of(found.page.by_id(field.get("aria-describedby"))) == error
    (problem,) = page.problems()
    assert problem == f"As of year: {error}"
    assert (found.chosen, found.before, found.after) == ([], None, None)
    assert page.errors_beside("q") == []


@EACH_LIST
def test_a_blank_year_is_none(client, name):
    page = ListPage(client, LISTS[name].path, "as_of=&as_of=%20")
    assert (page.status, page.found) == (200, set(LISTS[name].values))


# What there was in a year -----------------------------------------------------------------------------------


@EACH_LIST
def test_every_year_shows_exactly_what_there_was_of_it(client, name):
    queries = [
        {"as_of": str(year)} for year in (1981, 1982, 1983, 1988, 1992, 1994, 1996, 2001, 2008, 2009, 2017, 2026, 2027)
    ]
    assert mismatches(client, LISTS[name], queries) == {}


@EACH_LIST
def test_a_year_and_other_filters_apply_together(client, name):
    facets = {one: values for one, values in parse_qs(OTHERS[name]).items() if one != "sort"}
    assert mismatches(client, LISTS[name], [{**facets, "as_of": str(year)} for year in range(1986, 2027, 8)]) == {}


@EACH_LIST
def test_the_links_of_the_control_lead_to_what_there_was_then(client, name):
    for year, link in list(control(client, name).links.items())[::3]:
        assert ListPage(client, LISTS[name].path, link).found == LISTS[name].matching(as_of=str(year))


def test_years_differ():
    """So that the tests above can fail: the lists of these years are not all alike."""
    for listing in LISTS.values():
        assert len({frozenset(listing.matching(as_of=str(year))) for year in range(1982, 2027, 4)}) > 6


def test_nummi_is_open_from_1984_to_2010(client):
    assert PLANTS["nummi-fremont",]["production_start"][:4] == "1984"
    assert PLANTS["nummi-fremont",]["production_end"][:4] == "2010"
    for year, there in ((1983, False), (1984, True), (2010, True), (2011, False)):
        assert ("nummi-fremont" in ListPage(client, "/plants/", f"as_of={year}").found) == there


def test_the_scepter_is_on_sale_from_1992_to_1996(client):
    assert PROGRAMS["toyota-scepter-wagon"]["sales_start"][:4] == "1992"
    for year, there in ((1991, False), (1992, True), (1996, True), (1997, False)):
        assert ("toyota-scepter-wagon" in ListPage(client, "/exports/", f"as_of={year}").found) == there


def test_a_plant_that_was_closed_later_is_shown_open_in_its_year(client):
    page = ListPage(client, "/plants/", "as_of=1994")
    (mark,) = [one for one in page.response.context["map"].marks if one.plant.slug == "nummi-fremont"]
    assert (mark.status, mark.plant.status) == ("operating", "sold")
    assert "open in 1994" in mark.name
    text = page.response.content.decode()
    assert "today: sold" in text
    assert "badge status-closed" not in text and "badge status-sold" not in text


def test_a_program_that_ended_later_is_shown_on_sale_in_its_year(client):
    text = ListPage(client, "/exports/", "as_of=1994").response.content.decode()
    assert text.count("on sale in 1994") >= len(LISTS["exports"].matching(as_of="1994"))
    assert "badge status-ended" not in text


@EACH_LIST
def test_a_year_before_everything_is_an_empty_list_with_a_way_back(client, name):
    page = Markup(client.get(f"{LISTS[name].path}?as_of=1900"))
    assert page.status == 200
    assert page.all("li", "card") == []
    assert "." in page.links(page.one("div", "empty"))


# Beside what is put aside to compare ------------------------------------------------------------------------


def test_the_year_and_the_comparison_keep_each_other(client):
    keys = ["acura/nsx/nc1", "toyota/camry/xv10"]
    found = control(client, "vehicles", f"as_of=1994&compare={keys[0]}&compare={keys[1]}")
    for link in [*found.links.values(), found.before.get("href"), found.after.get("href"), found.off]:
        assert parse_qs(link.removeprefix("?"))["compare"] == keys
    (drop, *_other) = found.page.all("a", "tag", found.page.one("aside", "tray"))
    assert parse_qs(drop.get("href").removeprefix("?"))["as_of"] == ["1994"]
    add = next(
        one.get("href") for one in found.page.all("a", "quiet-link") if text_of(one).startswith("Add to compare")
    )
    assert parse_qs(add.removeprefix("?"))["as_of"] == ["1994"]
