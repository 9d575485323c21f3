"""The API: the same facts, filters and counts as the pages, for programs."""

import csv
import json
import re
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.api.docs import EXAMPLES, description
from catalogue.api.urls import DETAILS, LISTS
from plants.models import Manufacturer, Plant
from tests.markup import visit
from vehicles.models import ExportProgram, Generation

pytestmark = pytest.mark.django_db

COMMON = {"url", "page", "slug"}
#: What design promises each type to carry.
PROMISED = {
    "vehicles": "make model generation plants states body_styles powertrains first_model_year last_model_year runs "
    "exports",
    "plants": "state city latitude longitude kind status",
    "exports": "title japan_name japan_make us_make us_model vehicle plant state era status drive_side announced "
    "sales_start sales_end",
    "production-runs": "vehicle make model generation plant state first_model_year last_model_year production_start "
    "production_end",
}


@pytest.fixture(autouse=True)
def no_limit_left_over():
    cache.clear()
    yield
    cache.clear()


def ask(client, address: str, status: int = 200, **headers):
    response = client.get(address, **headers)
    assert response.status_code == status, (address, response.status_code, response.content[:300])
    assert response["Content-Type"].startswith("application/json"), address
    return response.json()


def whole(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:300]
    return b"".join(response.streaming_content).decode()


# What is there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_list_and_each_of_its_first_objects_can_be_followed(client, name):
    root = ask(client, "/api/v1/")
    answer = ask(client, root[name].removeprefix("http://testserver") + "?page_size=3")
    assert set(answer) == {"count", "next", "previous", "results"}
    assert answer["count"] >= len(answer["results"]) > 0
    for one in answer["results"]:
        assert set(one) >= COMMON
        assert ask(client, one["url"].removeprefix("http://testserver")) == one
        page = one["page"].removeprefix("http://testserver")
        assert client.get(page.partition("#")[0]).status_code == 200


@pytest.mark.parametrize("name", PROMISED)
def test_objects_carry_what_is_promised(client, name):
    (one,) = ask(client, f"/api/v1/{name}/?page_size=1")["results"]
    assert set(PROMISED[name].split()) | COMMON | {"citations"} <= set(one)
    for reference in ("plant", "vehicle", "make", "era"):
        if one.get(reference):
            assert {"slug", "name", "url", "page"} <= set(one[reference])


def test_a_vehicle_tells_all_of_itself(client):
    camry = ask(client, "/api/v1/vehicles/toyota/camry/xv10/")
    assert (camry["slug"], camry["key"], camry["name"]) == (
        "xv10",
        "toyota/camry/xv10",
        "Toyota Camry XV10 (3rd generation)",
    )
    assert camry["make"]["name_ja"] == "トヨタ"
    assert camry["states"] == ["KY"]
    assert set(camry["body_styles"]) == {"sedan", "wagon", "coupe"}
    assert (camry["first_model_year"], camry["last_model_year"]) == (1992, 1996)
    assert {export["slug"] for export in camry["exports"]} == {"toyota-scepter-wagon", "toyota-scepter-coupe"}
    assert [run["plant"]["slug"] for run in camry["runs"]] == ["toyota-georgetown"]


def test_what_goes_on_has_no_last_year(client):
    assert ask(client, "/api/v1/vehicles/toyota/camry/xv80/")["last_model_year"] is None


def test_the_citations_are_those_of_the_database(client):
    program = ExportProgram.objects.get(slug="toyota-scepter-wagon")
    told = ask(client, "/api/v1/exports/toyota-scepter-wagon/")["citations"]
    assert len(told) == program.citations.count() > 0
    assert all(one["source"]["title"] and one["source"]["url"] for one in told)


def test_places_are_numbers(client):
    plant = ask(client, "/api/v1/plants/toyota-georgetown/")
    assert isinstance(plant["latitude"], float)
    assert plant["longitude"] < -60


# Filters ----------------------------------------------------------------------------------------------------

QUERIES = {
    "vehicles": ["", "state=OH&exported=yes", "make=toyota&body=pickup", "q=camry", "built_from=1990&built_to=1992"]
    + ["as_of=1994", "state__not=KY&make=toyota", "powertrain__empty=true", "era=trade-deal", "sort=-built"],
    "plants": [
        "",
        "status=closed",
        "as_of=1994",
        "kind=assembly&state=tx&state=OH",
        "built_in=1999",
        "make__not=honda",
    ],
    "exports": ["", "year=1994", "status=announced", "drive__empty=true", "make=honda&sort=title", "drive=rhd"],
}


@pytest.mark.parametrize(("name", "query"), [(name, query) for name, all_of in QUERIES.items() for query in all_of])
def test_a_filter_finds_here_what_it_finds_on_the_page(client, name, query):
    on_page = client.get(f"/{name}/?{query}").context
    answer = ask(client, f"/api/v1/{name}/?{query}&page_size=500")
    assert answer["count"] == on_page["page"].paginator.count
    first = [entry.get_absolute_url() for entry in on_page["results"]]
    assert [one["page"].removeprefix("http://testserver") for one in answer["results"]][: len(first)] == first


def test_runs_can_be_filtered_by_what_they_are(client):
    found = ask(client, "/api/v1/production-runs/?plant=subaru-lafayette&make=toyota")["results"]
    assert {(run["plant"]["slug"], run["make"]["slug"]) for run in found} == {("subaru-lafayette", "toyota")}
    found = ask(client, "/api/v1/production-runs/?state=AL&built_from=2009&built_to=2009&body=sedan")
    assert found["count"] > 0
    assert all(run["state"] == "AL" and run["first_model_year"] <= 2009 for run in found["results"])


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("state=ZZ", "state"),
        ("built_from=soon", "built_from"),
        ("colour=red", "colour"),
        ("compare=toyota/camry/xv10", "compare"),
        ("sort=colour", "sort"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=x&format=csv", "page"),
        ("page_size=501", "page_size"),
        ("page_size=0", "page_size"),
        ("fields=colour", "fields"),
        ("format=xml", "format"),
        ("all=perhaps", "all"),
        ("make__empty=perhaps", "make__empty"),
        ("q=" + "x" * 101, "q"),
    ],
)
def test_what_can_not_be_read_is_refused_by_name(client, query, parameter):
    problems = ask(client, f"/api/v1/vehicles/?{query}", 400)
    assert list(problems) == [parameter]
    assert problems[parameter][0]


@pytest.mark.parametrize("form", ["csv", "geojson", "json"])
def test_errors_are_json_whatever_form_was_asked_for(client, form):
    assert ask(client, f"/api/v1/plants/?state=ZZ&format={form}", 400)["state"]
    assert ask(client, f"/api/v1/plants/?colour=red&format={form}", 400, headers={"Accept": "text/csv"})["colour"]


def test_a_blank_value_is_as_good_as_none(client):
    blank = ask(client, "/api/v1/plants/?state=&page=&page_size=&fields=&format=&all=&q=&sort=")
    assert blank["count"] == ask(client, "/api/v1/plants/")["count"]


def test_options_are_told_as_json_whatever_form_was_asked_for(client):
    assert client.options("/api/v1/plants/?format=csv")["Content-Type"] == "application/json"


def test_all_problems_are_told_at_once(client):
    assert set(ask(client, "/api/v1/plants/?state=ZZ&kind=boat&colour=red", 400)) == {"state", "kind", "colour"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(LISTS)), st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=4))
def test_no_query_string_breaks_a_list(client, name, data):
    cache.clear()
    assert client.get(f"/api/v1/{name}/", data).status_code in (200, 400)


# Pages, fields, forms ---------------------------------------------------------------------------------------


def test_pages_lead_from_one_to_the_next_and_show_each_once(client):
    address, found = "/api/v1/plants/?page_size=20", []
    while address:
        answer = ask(client, address)
        found += [one["slug"] for one in answer["results"]]
        address = (answer["next"] or "").removeprefix("http://testserver")
    assert len(found) == len(set(found)) == answer["count"] == Plant.objects.published().count()


def test_behind_the_last_page_there_is_nothing(client):
    assert "last" in ask(client, "/api/v1/plants/?page=9999", 404)["detail"]


def test_fields_keep_to_what_was_asked_for(client):
    for query in ("fields=slug,name", "fields=slug&fields=name"):
        (one,) = ask(client, f"/api/v1/vehicles/?page_size=1&{query}")["results"]
        assert set(one) == {"slug", "name"}
    assert set(ask(client, "/api/v1/vehicles/toyota/camry/xv10/?fields=exports")) == {"exports"}


@pytest.mark.parametrize("name", LISTS)
def test_a_table_has_a_row_for_every_object(client, name):
    text = whole(client, f"/api/v1/{name}/?format=csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(StringIO(text[1:])))
    listed = ask(client, f"/api/v1/{name}/?page_size=1")
    assert len(rows) == listed["count"]
    assert set(rows[0]) == set(listed["results"][0])
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_a_table_is_filtered_and_named_for_saving(client):
    response = client.get("/api/v1/plants/?state=OH&format=csv&fields=slug,longitude")
    rows = list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["slug", "longitude"]
    assert {row[0] for row in rows[1:]} == set(
        Plant.objects.published().filter(state="OH").values_list("slug", flat=True)
    )
    assert all(float(row[1]) < 0 for row in rows[1:]), "a negative number is no formula"
    assert re.fullmatch(
        r'attachment; filename="transplants-plants-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"]
    )


def test_what_looks_like_a_formula_is_text(client):
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.short_name = "=HYPERLINK(1)"
    plant.save()
    assert "'=HYPERLINK(1)" in whole(client, "/api/v1/plants/?format=csv")


def test_all_gives_the_whole_list_at_once(client):
    answer = json.loads(whole(client, "/api/v1/vehicles/?all=true&make=toyota"))
    assert answer["count"] == len(answer["results"]) == ask(client, "/api/v1/vehicles/?make=toyota")["count"]


def test_plants_are_places_on_a_map(client):
    answer = json.loads(whole(client, "/api/v1/plants/?format=geojson&state=KY&fields=name"))
    assert answer["type"] == "FeatureCollection"
    places = {one["id"]: one for one in answer["features"]}
    georgetown = Plant.objects.get(slug="toyota-georgetown")
    assert places["toyota-georgetown"]["geometry"] == {
        "type": "Point",
        "coordinates": [float(georgetown.longitude), float(georgetown.latitude)],
    }
    assert set(places["toyota-georgetown"]["properties"]) == {"name"}


def test_a_plant_whose_place_is_not_known_has_no_geometry(client):
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.latitude = plant.longitude = None
    plant.save()
    features = json.loads(whole(client, "/api/v1/plants/?format=geojson"))["features"]
    assert [one["geometry"] for one in features if one["id"] == plant.slug] == [None]


# Drafts -----------------------------------------------------------------------------------------------------


def test_a_draft_is_in_no_list_and_no_object_also_for_editors(client, editor):
    plant = Plant.objects.get(slug="nummi-fremont")
    owner = Manufacturer.objects.get(slug="nummi")
    for entry in (plant, owner):
        entry.publication = "draft"
        entry.save()
    client.force_login(editor)
    assert client.get("/api/v1/plants/nummi-fremont/").status_code == 404
    for address in ("/api/v1/vehicles/toyota/corolla/e110/", "/api/v1/exports/toyota-cavalier/"):
        assert "nummi" not in json.dumps([ask(client, address)["plants" if "vehicles" in address else "plant"]])
    for name in LISTS:
        cache.clear()
        slugs = [row["slug"] for row in csv.DictReader(StringIO(whole(client, f"/api/v1/{name}/?format=csv")[1:]))]
        assert not {"nummi-fremont", "nummi"} & set(slugs) or name == "sources"
    assert ask(client, "/api/v1/production-runs/?q=voltz")["count"] == 0


# VINs ---------------------------------------------------------------------------------------------------------


def test_a_vin_is_answered_as_on_the_page(client):
    answer = ask(client, "/api/v1/vin/1hg cb985-0NA000000/")
    assert {*["vin", "valid", "problems", "wmi", "model_year", "make", "model", "plant", "vehicle", "exports"]} <= set(
        answer
    )
    assert (answer["vin"], answer["valid"], answer["problems"]) == ("1HGCB9850NA000000", True, [])
    assert (answer["wmi"], answer["model_year"], answer["make"]["slug"]) == ("1HG", 1992, "honda")
    assert (answer["plant"]["slug"], answer["plant"]["city"], answer["plant"]["state"]) == (
        *("honda-marysville", "Marysville", "OH"),
    )
    assert answer["vehicle"]["key"] == "honda/accord/cb"
    assert "honda-accord-wagon-cb9" in [export["slug"] for export in answer["exports"]]


@pytest.mark.parametrize(
    ("vin", "code"), [("ABC", "length"), ("1HGCB985INA000000", "letter"), ("1HGCB9851NA000000", "check_digit")]
)
def test_what_is_no_vin_is_explained(client, vin, code):
    answer = ask(client, f"/api/v1/vin/{vin}/")
    assert not answer["valid"]
    assert code in [problem["code"] for problem in answer["problems"]]


def test_a_vin_from_abroad_has_no_plant_and_a_reason(client):
    answer = ask(client, "/api/v1/vin/JHMCB7650LC000000/")
    assert answer["plant"] is None
    assert "not_us" in [problem["code"] for problem in answer["problems"]]


def test_nobody_keeps_what_was_asked_of_a_vin(client, caplog):
    response = client.get("/api/v1/vin/1HGCB9850NA000000/")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert "ETag" not in response
    client.get("/api/v1/vin/1HGCB9850NA000000/more/")
    assert "1HGCB9850NA000000" not in caplog.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=40))
def test_no_text_breaks_the_vin_check(client, text):
    cache.clear()
    address = "/api/v1/vin/" + quote(text.replace("/", " "), safe="") + "/"
    assert client.get(address).status_code in (200, 404)


# Manners ----------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(client):
    first = client.get("/api/v1/plants/?state=OH")
    again = client.get("/api/v1/plants/?state=OH", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/api/v1/plants/?state=KY", headers={"If-None-Match": first["ETag"]}).status_code == 200
    Plant.objects.first().save()
    assert client.get("/api/v1/plants/?state=OH", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_pages_of_others_may_read_but_not_write(client):
    response = client.get("/api/v1/plants/", headers={"Origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    page = client.get("/plants/", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in page
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/v1/plants/").status_code == 405


def test_who_asks_too_much_is_told_when_to_come_back(client, monkeypatch):
    monkeypatch.setattr("catalogue.api.views.Limit.rate", "3/min", raising=False)
    answers = [client.get("/api/v1/eras/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert "detail" in answers[-1].json()


def test_who_was_refused_gets_the_answer_later_and_not_that_nothing_changed(client, monkeypatch):
    monkeypatch.setattr("catalogue.api.views.Limit.rate", "1/min", raising=False)
    client.get("/api/v1/eras/")
    refused = client.get("/api/v1/plants/")
    assert refused.status_code == 429
    assert "ETag" not in refused
    assert refused["Cache-Control"] == "no-store"
    wrong = client.get("/api/v1/plants/?state=ZZ")
    assert "ETag" not in wrong
    cache.clear()
    assert client.get("/api/v1/plants/", headers={"If-None-Match": "*"}).status_code in (200, 304)
    assert client.get("/api/v1/plants/").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "&".join(["fields=slug"] * 3000),
        "fields=" + "slug," * 3000,
        "&".join(f"state={n}" for n in range(900)),
        "q=" * 900,
    ],
)
def test_endless_query_strings_are_answered_or_refused(client, query):
    assert client.get(f"/api/v1/plants/?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v2/", "/api/v1/cars/", "/api/v1/plants/nowhere/", "/api/v1/vehicles/a/b/c/", "/api/v1/%0A/"],
)
def test_addresses_that_lead_nowhere_say_so_as_json(client, address):
    assert ask(client, address, 404)["detail"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_as_few_queries_for_its_largest_page_as_for_its_first_rows(client, name):
    client.get(f"/api/v1/{name}/")  # fills the index of the list
    costs = []
    for size in (10, 500):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/{name}/?page_size={size}")
        costs.append(len(queries))
    assert max(costs) <= 12
    # Some relation may be empty among the first rows.
    assert costs[1] - costs[0] <= 3


def test_a_detail_costs_few_queries(client, django_assert_max_num_queries):
    for name, (_url, _view) in DETAILS.items():
        slug = ask(client, f"/api/v1/{name}/?page_size=1")["results"][0]["slug"]
        with django_assert_max_num_queries(9):
            client.get(f"/api/v1/{name}/{slug}/")


# Descriptions -----------------------------------------------------------------------------------------------


def test_the_description_is_openapi_3_1_without_warnings(capfd, tmp_path):
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", tmp_path / "api.json"
    )
    schema = json.loads((tmp_path / "api.json").read_text())
    assert schema["openapi"].startswith("3.1")
    assert {path for path in schema["paths"] if "{" not in path} >= {f"/api/v1/{name}/" for name in LISTS}
    state = next(one for one in schema["paths"]["/api/v1/plants/"]["get"]["parameters"] if one["name"] == "state")
    assert "KY" in state["schema"]["items"]["enum"]


@pytest.mark.parametrize("address", ["/api/schema/?format=json", "/api/schema/?format=yaml", "/api/schema/"])
def test_the_description_can_be_asked_for(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert b"/api/v1/vehicles/" in response.content


@pytest.mark.parametrize("path", [path for _about, path in EXAMPLES])
def test_the_examples_in_the_documentation_work(client, path):
    response = client.get(path)
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert len(content) > 200
    if response["Content-Type"].startswith("application/json"):
        answer = json.loads(content)
        assert answer.get("count", 1) > 0


def test_the_documentation_tells_every_address_parameter_and_field(client):
    page = visit(client, "/api/docs/")
    for name in LISTS:
        assert f"/api/v1/{name}/" in page.text
    for word in ("state__not", "drive__empty", "page_size", "first_model_year", "japan_make", "citations"):
        assert f"<code>{word}</code>" in page.text
    visit(client, "/ja/api/docs/")


# From the pages ---------------------------------------------------------------------------------------------


def test_lists_offer_their_results_as_data(client):
    page = visit(client, "/plants/?state=OH&as_of=1994&page=1")
    (line,) = page.all("p", "take-away")
    csv_address, json_address, map_address = page.links(line)
    listed = page.response.context["page"].paginator.count
    assert len(list(csv.reader(StringIO(whole(client, csv_address))))) == listed + 1
    assert json.loads(whole(client, json_address))["count"] == listed
    assert len(json.loads(whole(client, map_address))["features"]) == listed
    alternates = {one.get("type"): one.get("href") for one in page.all("link") if one.get("type")}
    assert alternates["text/csv"] == csv_address
    assert alternates["application/geo+json"] == map_address


def test_what_can_not_be_read_is_not_offered_as_data(client):
    assert visit(client, "/plants/?state=ZZ", 400).all("p", "take-away") == []


def test_every_entry_page_leads_to_its_data(client):
    for entry in (
        *(Plant.objects.published()[:2]),
        *(Generation.objects.published().select_related("model__make")[:2]),
        *(ExportProgram.objects.published()[:2]),
        *(Manufacturer.objects.published()[:2]),
    ):
        page = visit(client, f"/ja{entry.get_absolute_url()}")
        (address,) = [one.get("href") for one in page.all("link") if one.get("type") == "application/json"]
        assert ask(client, address)["page"].endswith(entry.get_absolute_url())


@pytest.mark.parametrize("query", ["lang=zz", "lang=", "lang=..%2Fetc", "lang=%00", "version=a%0D%0Ab", "version=1"])
def test_the_description_is_made_in_known_languages_and_one_version_only(client, query):
    name = query.partition("=")[0]
    answer = client.get(f"/api/schema/?format=json&{query}")
    assert (answer.status_code, list(answer.json())) == (400, [name])
    assert description.cache_info().currsize <= 2
