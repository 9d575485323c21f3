"""Browsing export programs: each filter alone and combined, orders and drafts, against plain Python."""

import pytest

from plants.models import Plant
from tests.drafts import draft
from tests.facts import ERAS_IN_ORDER, EXPORTS, PROGRAMS, ListPage, assert_a_to_z, assert_in_order, mismatches
from vehicles.models import ExportEra, ExportProgram, Generation, Make, VehicleModel

pytestmark = pytest.mark.django_db

SEARCHES = [
    *("accord", "ACCORD", "honda coupe", "georgetown", "Ohio", "oh", "tx", "NUMMI", "アコード", "カムリ", "トヨタ"),
    *("xv80", "tundra texas", "lordstown", "100%", "a_b", "nothing of that name"),
]


def browse(client, query="") -> ListPage:
    return ListPage(client, "/exports/", query)


def test_without_filters_every_public_program_is_listed(client):
    assert browse(client).found == set(EXPORTS.values)


@pytest.mark.parametrize("facet", EXPORTS.facets)
def test_each_value_of_a_facet_finds_exactly_the_programs_that_have_it(client, facet):
    assert mismatches(client, EXPORTS, [{facet: value} for value in EXPORTS.all_values(facet)]) == {}


def test_the_eras_together_list_every_program_once(client):
    found = [program for era in ERAS_IN_ORDER for program in browse(client, {"era": era}).in_order]
    assert sorted(found) == sorted(EXPORTS.values)


@pytest.mark.parametrize("name", ["year", "as_of"])
def test_each_year_finds_exactly_the_programs_on_sale_then(client, name):
    assert mismatches(client, EXPORTS, [{name: str(year)} for year in range(1985, 2031)]) == {}


def test_two_years_mean_or(client):
    assert mismatches(client, EXPORTS, [{"year": ["1988", "2020"]}, {"year": ["1994", "1995"], "as_of": "1993"}]) == {}


@pytest.mark.parametrize("words", SEARCHES)
def test_search_words_find_names_here_and_there_codes_plants_and_states(client, words):
    assert mismatches(client, EXPORTS, [{"q": words}]) == {}


def test_the_search_words_of_these_tests_find_something(client):
    """All but the last three, which are there to find that wildcards and nonsense do not match."""
    assert [words for words in SEARCHES[:-3] if not EXPORTS.matching(q=words)] == []
    assert [words for words in SEARCHES[-3:] if browse(client, {"q": words}).found] == []


@pytest.mark.parametrize("facet", EXPORTS.facets)
def test_two_values_of_one_facet_mean_or(client, facet):
    one, *_, other = EXPORTS.all_values(facet)
    assert mismatches(client, EXPORTS, [{facet: [one, other]}]) == {}


@pytest.mark.parametrize("seed", range(15))
def test_three_filters_together(client, seed):
    query = EXPORTS.random_query(seed)
    assert EXPORTS.matching(**query)
    assert mismatches(client, EXPORTS, [query]) == {}


@pytest.mark.parametrize("facet", EXPORTS.facets)
def test_not_excludes_and_empty_finds_what_is_not_known(client, facet):
    one, *_, other = EXPORTS.all_values(facet)
    queries = [{f"{facet}__not": [one, other]}, {f"{facet}__empty": "true"}, {f"{facet}__empty": "false"}]
    assert mismatches(client, EXPORTS, queries) == {}


def test_a_program_whose_plant_and_steering_are_not_known_is_found_as_such(client):
    ExportProgram.objects.filter(slug="toyota-voltz").update(plant=None, drive_side="")
    for facet in ("plant", "state", "drive"):
        assert "toyota-voltz" in browse(client, f"{facet}__empty=true").found
        assert "toyota-voltz" not in browse(client, f"{facet}__empty=false").found
    assert "toyota-voltz" in browse(client, "plant__not=toyota-georgetown&state__not=KY&drive__not=lhd").found


def test_state_codes_are_read_in_any_case(client):
    assert browse(client, "state=oh").found == browse(client, "state=Oh").found == EXPORTS.matching(state="OH")


def test_a_cancelled_program_is_listed_under_its_status(client):
    ExportProgram.objects.filter(slug="toyota-tundra-2026").update(status="cancelled")
    assert browse(client, "status=cancelled").found == {"toyota-tundra-2026"}


# Orders -----------------------------------------------------------------------------------------------------


def launch(program: dict) -> str | None:
    return program["sales_start"] or program["announced"] or None


def units(program: dict) -> int | None:
    return program["units_sold"]


@pytest.mark.parametrize("reversed_order", [False, True], ids=["as named", "reversed"])
@pytest.mark.parametrize(("sort", "key"), [("launch", launch), ("units", units)])
def test_the_newest_and_the_most_sold_come_first_and_the_unknown_last(client, sort, key, reversed_order):
    # One program of which neither is known, whatever the fixtures say.
    ExportProgram.objects.filter(slug="toyota-voltz").update(
        announced="", sales_start="", sales_end="", units_sold=None, status="ended"
    )
    programs = browse(client, {"sort": f"-{sort}" if reversed_order else sort}).in_order
    values = [None if slug == "toyota-voltz" else key(PROGRAMS[slug]) for slug in programs]
    assert_in_order(values, backwards=not reversed_order)


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_the_order_by_title_goes_from_a_to_z(client, backwards):
    titles = [PROGRAMS[slug]["title"] for slug in browse(client, "sort=-title" if backwards else "sort=title").in_order]
    assert_a_to_z(titles[::-1] if backwards else titles)


def test_newest_first_is_the_default(client):
    assert browse(client).in_order == browse(client, "sort=launch").in_order
    assert browse(client).in_order != browse(client, "sort=-launch").in_order


# Drafts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ExportProgram, Plant, Generation, VehicleModel])
def test_a_program_that_is_or_hangs_on_a_draft_is_neither_listed_nor_counted(client, kind):
    entries = {
        ExportProgram: kind.objects.filter(slug="toyota-voltz"),
        Plant: kind.objects.filter(slug="nummi-fremont"),
        Generation: kind.objects.filter(slug="e130"),
        VehicleModel: kind.objects.filter(slug="voltz"),
    }[kind]
    draft(entries)
    page = browse(client)
    assert page.found == set(EXPORTS.values) - {"toyota-voltz"}
    for facet in EXPORTS.facets:
        for value, count in page.counts(facet).items():
            assert count == len(EXPORTS.matching(**{facet: value}) - {"toyota-voltz"}), (facet, value)
    assert browse(client, "q=voltz").found == set()


def test_the_programs_of_a_draft_make_vanish_with_it(client):
    draft(Make.objects.filter(slug="toyota"))
    page = browse(client)
    assert page.found == {slug for slug in EXPORTS.values if "toyota" not in EXPORTS.values[slug]["make"]}
    assert "toyota" not in page.counts("make")
    assert browse(client, "make=toyota").status == 400


def test_a_make_known_only_as_badge_in_japan_hides_its_programs_while_it_is_a_draft(client):
    """The NSX was an Acura in America and a Honda in Japan: with Honda a draft, its life as a Honda is one too."""
    assert PROGRAMS["honda-nsx-nc1"]["japan_make"] == ["honda"]
    assert PROGRAMS["honda-nsx-nc1"]["generation"][0] == "acura"
    draft(Make.objects.filter(slug="honda"))
    assert "honda-nsx-nc1" not in browse(client).found


def test_the_programs_of_a_draft_era_vanish_with_it(client):
    draft(ExportEra.objects.filter(slug="pullback"))
    page = browse(client)
    assert page.found == set(EXPORTS.values) - EXPORTS.matching(era="pullback")
    assert "pullback" not in page.counts("era")
    assert browse(client, "era=pullback").status == 400
