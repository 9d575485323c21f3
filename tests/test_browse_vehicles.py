"""Browsing vehicles: each filter alone and combined, orders and drafts, against plain Python over the fixtures."""

import pytest

from plants.models import Manufacturer, Plant
from tests.drafts import draft
from tests.facts import MAKES, MODELS, RUNS, SOLD, VEHICLES, ListPage, assert_a_to_z, assert_in_order, mismatches
from vehicles.models import ExportEra, ExportProgram, Generation, Make, ProductionRun, VehicleModel

pytestmark = pytest.mark.django_db

SEARCHES = [
    *("camry", "CAMRY", "xv70", "toyota kentucky", "georgetown", "texas", "tx", "carolina", "Maryville", "TMMK"),
    *("Kluger", "カムリ", "アコード", "scepter", "NUMMI", "honda ohio coupe", "100%", "a_b", "nothing of that name"),
]


def browse(client, query="") -> ListPage:
    return ListPage(client, "/vehicles/", query)


def generation(entry: str) -> Generation:
    make, model, slug = entry.split("/")
    return Generation.objects.get(model__make__slug=make, model__slug=model, slug=slug)


def test_without_filters_every_public_generation_is_listed(client):
    assert browse(client).found == set(VEHICLES.values)


def test_texas_lists_the_trucks_of_san_antonio(client):
    found = browse(client, "state=TX").found
    models = {entry.rpartition("/")[0] for entry in found if "toyota-san-antonio" in VEHICLES.values[entry]["plant"]}
    assert models == {"toyota/tundra", "toyota/tacoma", "toyota/sequoia"}


@pytest.mark.parametrize("facet", VEHICLES.facets)
def test_each_value_of_a_facet_finds_exactly_the_generations_that_have_it(client, facet):
    assert mismatches(client, VEHICLES, [{facet: value} for value in VEHICLES.all_values(facet)]) == {}


@pytest.mark.parametrize("name", ["built_from", "built_to", "as_of"])
def test_each_year_finds_exactly_the_generations_built_then(client, name):
    assert mismatches(client, VEHICLES, [{name: str(year)} for year in range(1960, 2036, 5)]) == {}


@pytest.mark.parametrize(("first", "last"), [(1992, 1996), (2000, 2000), (1900, 1985), (2026, 2100), (1900, 2100)])
def test_a_span_finds_runs_that_overlap_it(client, first, last):
    assert mismatches(client, VEHICLES, [{"built_from": str(first), "built_to": str(last)}]) == {}


def test_a_span_is_not_met_by_two_runs_around_it(client):
    """A generation built before and after the span, but not during it, is not found."""
    entry, old, new = next(
        (entry, old, new)
        for entry, runs in VEHICLES.runs.items()
        for old in runs
        for new in runs
        if old["last_model_year"] and new["first_model_year"] and old["last_model_year"] < new["first_model_year"]
    )
    ProductionRun.objects.filter(slug=old["slug"]).update(
        first_model_year=1961, last_model_year=1962, production_start="", production_end="", status="ended"
    )
    ProductionRun.objects.filter(generation=generation(entry)).exclude(slug=old["slug"]).update(
        first_model_year=2090, last_model_year=None, production_start="", production_end="", status="planned"
    )
    assert entry not in browse(client, "built_from=1970&built_to=1980").found
    assert entry in browse(client, "built_from=1962&built_to=1980").found


@pytest.mark.parametrize("words", SEARCHES)
def test_search_words_find_names_codes_cities_and_states(client, words):
    assert mismatches(client, VEHICLES, [{"q": words}]) == {}


def test_the_search_words_of_these_tests_find_something(client):
    """All but the last three, which are there to find that wildcards and nonsense do not match."""
    assert [words for words in SEARCHES[:-3] if not VEHICLES.matching(q=words)] == []
    assert [words for words in SEARCHES[-3:] if browse(client, {"q": words}).found] == []


@pytest.mark.parametrize("facet", VEHICLES.facets)
def test_two_values_of_one_facet_mean_or(client, facet):
    one, *_, other = VEHICLES.all_values(facet)
    assert mismatches(client, VEHICLES, [{facet: [one, other]}]) == {}
    both = browse(client, {facet: [one, other]}).found
    assert both == browse(client, {facet: one}).found | browse(client, {facet: other}).found


def test_two_facets_mean_and(client):
    both = browse(client, "state=TX&body=pickup").found
    assert both == browse(client, "state=TX").found & browse(client, "body=pickup").found != set()


@pytest.mark.parametrize("seed", range(15))
def test_three_filters_together(client, seed):
    query = VEHICLES.random_query(seed)
    assert VEHICLES.matching(**query)
    assert mismatches(client, VEHICLES, [query]) == {}


@pytest.mark.parametrize("seed", range(20, 26))
def test_filters_together_with_a_span_and_search_words(client, seed):
    query = VEHICLES.random_query(seed) | {"built_from": "1990", "built_to": "2012", "q": ["toyota", "honda"]}
    assert mismatches(client, VEHICLES, [query]) == {}


@pytest.mark.parametrize("facet", VEHICLES.facets)
def test_not_excludes_and_empty_finds_what_is_not_known(client, facet):
    one, *_, other = VEHICLES.all_values(facet)
    queries = [{f"{facet}__not": [one, other]}, {f"{facet}__empty": "true"}, {f"{facet}__empty": "false"}]
    assert mismatches(client, VEHICLES, queries) == {}


def test_a_generation_without_known_runs_has_no_known_plant(client):
    entry = next(entry for entry, runs in VEHICLES.runs.items() if len(runs) == 1)
    draft(ProductionRun.objects.filter(slug=VEHICLES.runs[entry][0]["slug"]))
    for facet in ("plant", "state", "body", "powertrain", "production", "manufacturer"):
        assert entry in browse(client, f"{facet}__empty=true").found, facet
        assert entry not in browse(client, f"{facet}__empty=false").found, facet


def test_state_codes_are_read_in_any_case(client):
    assert browse(client, "state=tx").found == browse(client, "state=Tx").found == VEHICLES.matching(state="TX")


# Orders -----------------------------------------------------------------------------------------------------


def first_built(entry: str) -> int | None:
    return min((run["first_model_year"] for run in VEHICLES.runs[entry] if run["first_model_year"]), default=None)


def first_sold(entry: str) -> str | None:
    own = [sale for sale in SOLD if "/".join(sale["generation"] or ()) == entry]
    return min((sale["sales_start"] for sale in own if sale["sales_start"]), default=None)


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize(("sort", "key"), [("built", first_built), ("japan", first_sold)])
def test_the_order_is_by_time_with_the_unknown_last(client, sort, key, backwards):
    entries = browse(client, {"sort": f"-{sort}" if backwards else sort}).in_order
    assert_in_order([key(entry) for entry in entries], backwards)
    assert set(entries) == set(VEHICLES.values)


def test_by_default_vehicles_go_by_make_and_model_from_a_to_z(client):
    entries = [entry.split("/") for entry in browse(client).in_order]
    makes = list(dict.fromkeys(make for make, _model, _generation in entries))
    assert_a_to_z([MAKES[make,]["name"] for make in makes])
    for make in makes:
        assert_a_to_z(list(dict.fromkeys(MODELS[make, model]["name"] for own, model, _ in entries if own == make)))


def test_the_generations_of_a_model_go_by_their_number_in_either_direction(client):
    for sort, backwards in (("name", False), ("-name", True)):
        entries = [entry for entry in browse(client, {"sort": sort}).in_order if entry.startswith("toyota/camry/")]
        assert_in_order([generation(entry).ordinal for entry in entries], backwards)


# Drafts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["generation", "model", "make"])
def test_a_draft_vehicle_is_neither_listed_nor_counted(client, kind):
    entry = next(entry for entry in sorted(VEHICLES.values) if VEHICLES.values[entry]["exported"] == {"yes"})
    make, model, slug = entry.split("/")
    before = browse(client).found
    draft(
        {
            "generation": Generation.objects.filter(pk=generation(entry).pk),
            "model": VehicleModel.objects.filter(make__slug=make, slug=model),
            "make": Make.objects.filter(slug=make),
        }[kind]
    )
    gone_prefix = {"generation": entry, "model": f"{make}/{model}/", "make": f"{make}/"}[kind]
    gone = {one for one in VEHICLES.values if one.startswith(gone_prefix)}
    after = browse(client)
    assert after.found == before - gone
    for facet in VEHICLES.facets:
        for value, count in after.counts(facet).items():
            assert count == len(VEHICLES.matching(**{facet: value}) - gone), (facet, value)


def test_a_draft_make_is_no_value_of_the_filter(client):
    draft(Make.objects.filter(slug="honda"))
    assert "honda" not in browse(client).counts("make")
    assert browse(client, "make=honda").status == 400


def test_a_draft_run_counts_for_no_plant_state_body_or_span(client):
    run = next(run for run in RUNS if VEHICLES.values["/".join(run["generation"])]["state"] == {"TX"})
    entry, plant = "/".join(run["generation"]), run["plant"][0]
    before = browse(client)
    draft(ProductionRun.objects.filter(generation=generation(entry)))
    after = browse(client)
    assert entry in after.found
    assert entry not in browse(client, "state=TX").found
    for facet, value in (("state", "TX"), ("plant", plant)):
        assert after.counts(facet).get(value, 0) == before.counts(facet)[value] - 1
    assert entry not in browse(client, "built_from=1960").found


def test_a_draft_plant_is_no_value_and_its_city_finds_nothing(client):
    draft(Plant.objects.filter(slug="toyota-san-antonio"))
    page = browse(client)
    assert page.found == set(VEHICLES.values)
    assert "toyota-san-antonio" not in page.counts("plant")
    elsewhere = {entry for entry in VEHICLES.matching(state="TX") if entry.split("/")[0] != "toyota"}
    assert browse(client, "state=TX").found == elsewhere
    assert page.counts("state").get("TX", 0) == len(elsewhere)
    assert browse(client, "plant=toyota-san-antonio").status == 400
    assert browse(client, "q=san+antonio").found == set()


def test_a_draft_manufacturer_is_no_value(client):
    draft(Manufacturer.objects.filter(slug="nummi"))
    assert "nummi" not in browse(client).counts("manufacturer")
    assert browse(client, "manufacturer=nummi").status == 400


def test_a_draft_program_makes_its_vehicle_not_exported(client):
    program = next(sale for sale in SOLD if sale["generation"] == ["toyota", "voltz", "e130"])
    before = browse(client)
    draft(ExportProgram.objects.filter(slug=program["slug"]))
    after = browse(client)
    era = program["era"][0]
    assert "toyota/voltz/e130" not in browse(client, "exported=yes").found | browse(client, {"era": era}).found
    assert after.counts("exported")["yes"] == before.counts("exported")["yes"] - 1
    assert after.counts("era")[era] == before.counts("era")[era] - 1


def test_a_draft_era_is_no_value(client):
    draft(ExportEra.objects.filter(slug="pullback"))
    assert "pullback" not in browse(client).counts("era")
    assert browse(client, "era=pullback").status == 400


def test_a_cancelled_program_makes_no_vehicle_exported(client):
    ExportProgram.objects.filter(slug="toyota-voltz").update(status="cancelled")
    assert "toyota/voltz/e130" not in browse(client, "exported=yes").found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("セプター", {"toyota/camry/xv10"}),
        ("pronard", {"toyota/avalon/xx20"}),
        ("voltz", {"toyota/voltz/e130"}),
        ("クルーガー", {"toyota/highlander/xu40", "toyota/highlander/xu50", "toyota/highlander/xu70"}),
    ],
)
def test_a_name_from_japan_finds_the_generation_that_carried_it(client, words, expected):
    assert browse(client, {"q": words}).found == expected
