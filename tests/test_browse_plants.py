"""Browsing plants: each filter alone and combined, orders and drafts, against plain Python over the fixtures."""

from decimal import Decimal

import pytest

from plants.models import Manufacturer, Plant
from tests.drafts import draft
from tests.facts import (
    PLANT_LIST,
    PLANTS,
    PROGRAMS,
    RUNS,
    STATE_NAMES,
    ListPage,
    assert_a_to_z,
    assert_in_order,
    mismatches,
)
from vehicles.models import ExportEra, ExportProgram, Generation, Make, ProductionRun

pytestmark = pytest.mark.django_db

SEARCHES = [
    *("smyrna", "SMYRNA", "toyota", "tmmk", "Diamond-Star", "Maryville", "nissan tennessee", "oh", "Ohio", "carolina"),
    *("スマーナ", "ジョージタウン", "nummi fremont", "100%", "a_b", "nothing of that name"),
]


def browse(client, query="") -> ListPage:
    return ListPage(client, "/plants/", query)


def test_without_filters_every_public_plant_is_listed(client):
    assert browse(client).found == set(PLANT_LIST.values)


@pytest.mark.parametrize("facet", PLANT_LIST.facets)
def test_each_value_of_a_facet_finds_exactly_the_plants_that_have_it(client, facet):
    assert mismatches(client, PLANT_LIST, [{facet: value} for value in PLANT_LIST.all_values(facet)]) == {}


def test_every_published_era_is_a_value_though_no_plant_built_for_it(client):
    ExportProgram.objects.filter(era__slug="halo-only").update(publication="draft")
    assert browse(client, "era=halo-only").status == 200


@pytest.mark.parametrize("name", ["built_in", "as_of"])
def test_each_year_finds_exactly_the_plants_building_or_open_then(client, name):
    assert mismatches(client, PLANT_LIST, [{name: str(year)} for year in range(1956, 2036, 3)]) == {}


def test_two_years_mean_or(client):
    assert mismatches(client, PLANT_LIST, [{"built_in": ["1985", "2024"]}, {"as_of": ["1975", "2024"]}]) == {}


@pytest.mark.parametrize("words", SEARCHES)
def test_search_words_find_names_aliases_owners_cities_and_states(client, words):
    assert mismatches(client, PLANT_LIST, [{"q": words}]) == {}


def test_the_search_words_of_these_tests_find_something(client):
    """All but the last three, which are there to find that wildcards and nonsense do not match."""
    assert [words for words in SEARCHES[:-3] if not PLANT_LIST.matching(q=words)] == []
    assert [words for words in SEARCHES[-3:] if browse(client, {"q": words}).found] == []


def test_a_state_is_found_by_its_name_in_japanese(client):
    assert browse(client, "q=テキサス").found >= PLANT_LIST.matching(state="TX") != set()


def test_a_plant_is_found_by_its_owners_name_in_japanese(client):
    assert browse(client, "q=いすゞ").found >= PLANT_LIST.matching(manufacturer="isuzu")


@pytest.mark.parametrize("facet", PLANT_LIST.facets)
def test_two_values_of_one_facet_mean_or(client, facet):
    one, *_, other = PLANT_LIST.all_values(facet)
    assert mismatches(client, PLANT_LIST, [{facet: [one, other]}]) == {}


@pytest.mark.parametrize("seed", range(15))
def test_three_filters_together(client, seed):
    query = PLANT_LIST.random_query(seed)
    assert PLANT_LIST.matching(**query)
    assert mismatches(client, PLANT_LIST, [query]) == {}


@pytest.mark.parametrize("seed", range(20, 25))
def test_filters_together_with_a_year_and_search_words(client, seed):
    query = PLANT_LIST.random_query(seed) | {"as_of": "2010", "q": ["toyota", "honda", "nissan"]}
    assert mismatches(client, PLANT_LIST, [query]) == {}


@pytest.mark.parametrize("facet", PLANT_LIST.facets)
def test_not_excludes_and_empty_finds_what_is_not_known(client, facet):
    one, *_, other = PLANT_LIST.all_values(facet)
    queries = [{f"{facet}__not": [one, other]}, {f"{facet}__empty": "true"}, {f"{facet}__empty": "false"}]
    assert mismatches(client, PLANT_LIST, queries) == {}


def test_state_codes_are_read_in_any_case(client):
    assert browse(client, "state=oh").found == browse(client, "state=oH").found == PLANT_LIST.matching(state="OH")


def test_a_state_without_plants_is_right_and_finds_none(client):
    page = browse(client, "state=WY")
    assert (page.status, page.total) == (200, 0)


# Orders -----------------------------------------------------------------------------------------------------


def capacity(plant: dict) -> Decimal | None:
    return None if plant["capacity"] is None else Decimal(plant["capacity"])


def start(plant: dict) -> str | None:
    return plant["production_start"] or None


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize(("sort", "key"), [("start", start), ("capacity", capacity)])
def test_the_order_is_by_figures_with_the_unknown_last(client, sort, key, backwards):
    plants = browse(client, {"sort": f"-{sort}" if backwards else sort}).in_order
    assert_in_order([key(PLANTS[plant,]) for plant in plants], backwards)
    assert set(plants) == set(PLANT_LIST.values)


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_by_default_plants_go_by_name_from_a_to_z(client, backwards):
    names = [PLANTS[plant,]["name"] for plant in browse(client, "sort=-name" if backwards else "").in_order]
    assert_a_to_z(names[::-1] if backwards else names)


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_the_order_by_state_goes_by_the_names_of_the_states(client, backwards):
    plants = browse(client, "sort=-state" if backwards else "sort=state").in_order
    assert_in_order([STATE_NAMES[PLANTS[plant,]["state"]] for plant in plants], backwards)


# Drafts -----------------------------------------------------------------------------------------------------


def test_a_draft_plant_is_neither_listed_nor_counted(client):
    gone = "toyota-georgetown"
    draft(Plant.objects.filter(slug=gone))
    page = browse(client)
    assert page.found == set(PLANT_LIST.values) - {gone}
    assert gone not in browse(client, "state=KY").found | browse(client, "q=georgetown").found
    for facet in PLANT_LIST.facets:
        for value, count in page.counts(facet).items():
            assert count == len(PLANT_LIST.matching(**{facet: value}) - {gone}), (facet, value)


def test_a_draft_run_was_not_built_there(client):
    run = next(run for run in RUNS if run["plant"] == ["hino-mineral-wells"])
    before = browse(client).counts("make")["hino"]
    draft(ProductionRun.objects.filter(plant__slug=run["plant"][0]))
    assert run["plant"][0] not in browse(client, "make=hino").found
    assert browse(client, "make__empty=true").found >= {run["plant"][0]}
    assert browse(client).counts("make").get("hino", 0) == before - 1


@pytest.mark.parametrize("kind", [Make, Generation])
def test_runs_of_a_draft_make_or_generation_count_for_no_plant(client, kind):
    draft(kind.objects.filter(**{"slug": "suzuki"} if kind is Make else {"model__make__slug": "suzuki"}))
    assert "suzuki" not in browse(client).counts("make")


def test_a_draft_manufacturer_is_no_value_and_its_name_finds_nothing(client):
    manufacturer = Manufacturer.objects.filter(slug="envision-group")
    name = manufacturer.get().name
    Plant.objects.filter(slug="aesc-smyrna").update(operator_name="", name="A", short_name="B")
    Plant.objects.get(slug="aesc-smyrna").aliases.all().delete()
    assert "aesc-smyrna" in browse(client, {"q": name}).found
    draft(manufacturer)
    assert "envision-group" not in browse(client).counts("manufacturer")
    assert browse(client, "manufacturer=envision-group").status == 400
    assert "aesc-smyrna" not in browse(client, {"q": name}).found


@pytest.mark.parametrize("kind", [ExportProgram, ExportEra])
def test_a_draft_program_or_era_leaves_its_plant_without_that_era(client, kind):
    program = PROGRAMS["toyota-voltz"]
    (era,), (plant,) = program["era"], program["plant"]
    draft(kind.objects.filter(slug=era if kind is ExportEra else program["slug"]))
    page = browse(client)
    assert page.counts("era").get(era, 0) == (0 if kind is ExportEra else len(PLANT_LIST.matching(era=era)) - 1)
    if kind is ExportProgram:
        assert plant not in browse(client, {"era": era}).found


def test_a_cancelled_program_gives_its_plant_no_era(client):
    ExportProgram.objects.filter(slug="toyota-voltz").update(status="cancelled")
    assert "nummi-fremont" not in browse(client, "era=lifestyle-niche").found
