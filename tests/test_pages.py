"""What readers find on each type of page."""

import pytest

from catalogue.models import Statistic
from plants.models import Manufacturer, Plant
from vehicles.models import ExportEra, ExportProgram, Generation, Make, ProductionRun, VehicleModel

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES = [
    "/",
    "/vehicles/toyota/",
    "/vehicles/toyota/camry/",
    "/vehicles/toyota/camry/xv10/",
    "/vehicles/honda/accord/cb/",
    "/plants/toyota-georgetown/",
    "/plants/honda-marysville/",
    "/plants/subaru-lafayette/",
    "/states/",
    "/states/oh/",
    "/states/in/",
    "/manufacturers/",
    "/manufacturers/toyota/",
    "/manufacturers/gm/",
    "/exports/toyota-scepter-wagon/",
    "/exports/acura-integra-type-s-2026/",
    "/eras/trade-friction-peak/",
    "/sources/",
    "/sources/?page=3",
    "/sources/?q=toyota",
    "/sources/vpic/",
    "/sources/plants-006/",
    "/figures/",
    "/compare/",
    "/compare/?v=toyota/camry/xv10&v=honda/accord/cb",
    "/compare/?v=toyota/camry/xv10&v=acura/nsx/nc1&v=toyota/tundra/xk70&v=toyota/avalon/xx20&only=differences",
    "/about/",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_needs_at_most_fourteen_queries_in_both_languages(client, address, django_assert_max_num_queries):
    for prefix in ("", "/ja"):
        with django_assert_max_num_queries(14):
            assert client.get(prefix + address).status_code == 200


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_home_leads_to_states_eras_makes_and_what_is_announced(client):
    page = text_of(client, "/")
    for link in ("/vehicles/?state=TX", "/exports/?era=trade-friction-peak", "/vehicles/honda/"):
        assert link in page
    for name in ("Tundra", "Highlander", "Camry", "Integra", "Passport", "Murano"):
        assert name in page
    by_era = page[page.index('id="by-era"') :]
    assert by_era.index("Strong-yen") < by_era.index("Trade-friction peak") < by_era.index("Pullback")


def test_a_generation_names_its_plants_its_life_in_japan_and_its_sources(client):
    page = text_of(client, "/vehicles/toyota/camry/xv10/")
    for fact in (
        "/plants/toyota-georgetown/",
        "1992–1996",
        "September 1991",
        "セプター",
        "/exports/toyota-scepter-wagon/",
    ):
        assert fact in page
    assert 'href="#source-1"' in page
    assert 'id="source-1"' in page
    assert "/sources/" in page


def test_a_plant_names_everything_it_built_and_sent_to_japan(client):
    page = text_of(client, "/plants/honda-marysville/")
    runs = ProductionRun.objects.published().filter(plant__slug="honda-marysville")
    for run in runs:
        assert run.generation.get_absolute_url() in page
    for program in ExportProgram.objects.published().filter(plant__slug="honda-marysville"):
        assert program.get_absolute_url() in page


def test_a_closed_plant_says_what_stands_there_today(client):
    assert "Tesla" in text_of(client, "/plants/nummi-fremont/")
    assert "Rivian" in text_of(client, "/plants/mitsubishi-normal/")


def test_every_closed_or_sold_plant_tells_of_the_site_or_says_unknown(client):
    for plant in Plant.objects.gone():
        assert "The site today" in text_of(client, plant.get_absolute_url())


def test_a_program_leads_to_its_vehicle_plant_and_era(client):
    page = text_of(client, "/exports/toyota-cavalier/")
    for link in ("/vehicles/toyota/cavalier/", "/plants/gm-lordstown/", "/eras/trade-friction-peak/", "/states/oh/"):
        assert link in page
    assert "Chevrolet" in page


def test_an_announced_program_says_as_of_when(client):
    for program in ExportProgram.objects.published().announced():
        page = text_of(client, program.get_absolute_url())
        assert "not known to be on sale as of" in page
        assert "March 2026" in page


def test_what_is_not_known_is_shown_as_unknown(client):
    page = text_of(client, "/exports/honda-civic-coupe-ej7/")
    assert page.count('class="unknown"') >= 3


def test_a_disagreeing_source_shows_its_claim_and_our_reason(client):
    page = text_of(client, "/exports/acura-integra-type-s-2026/")
    assert "Says otherwise" in page


def test_a_source_lists_what_rests_on_it(client):
    program = ExportProgram.objects.published().get(slug="toyota-scepter-wagon")
    for citation in program.citations.select_related("source"):
        assert program.get_absolute_url() in text_of(client, citation.source.get_absolute_url())


def test_a_state_shows_its_plants_and_vehicles(client):
    page = text_of(client, "/states/tx/")
    for link in ("/plants/toyota-san-antonio/", "/vehicles/toyota/tundra/xk70/", "/vehicles/toyota/tacoma/n300/"):
        assert link in page


def test_about_says_how_current_the_facts_are_and_under_what_licence(client):
    page = text_of(client, "/about/")
    assert "spring 2026" in page
    assert "creativecommons.org/licenses/by/4.0" in page


def test_japanese_pages_show_japanese_names_and_mark_what_is_english(client):
    page = text_of(client, "/ja/plants/toyota-georgetown/")
    assert '<html lang="ja">' in page
    assert "ケンタッキー" in page
    assert '<p lang="en">' not in page
    Plant.objects.filter(slug="toyota-georgetown").update(summary_ja="")
    assert '<p lang="en">' in text_of(client, "/ja/plants/toyota-georgetown/")


DRAFTS = [
    (Plant, {"slug": "toyota-georgetown"}),
    (Manufacturer, {"slug": "nummi"}),
    (Make, {"slug": "suzuki"}),
    (VehicleModel, {"slug": "tundra"}),
    (Generation, {"slug": "xv10", "model__slug": "camry"}),
    (ExportProgram, {"slug": "toyota-scepter-wagon"}),
    (ExportEra, {"slug": "trade-deal"}),
]


@pytest.mark.parametrize(("model", "which"), DRAFTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_draft_is_seen_by_editors_only(client, editor, model, which):
    entry = model.objects.get(**which)
    model.objects.filter(pk=entry.pk).update(publication="draft")
    assert client.get(entry.get_absolute_url()).status_code == 404
    client.force_login(editor)
    response = client.get(entry.get_absolute_url())
    assert response.status_code == 200
    assert "Draft: only editors see this page" in response.content.decode()


@pytest.mark.parametrize(("model", "which"), DRAFTS, ids=lambda value: getattr(value, "__name__", ""))
def test_no_public_page_links_to_a_draft(client, model, which):
    entry = model.objects.get(**which)
    model.objects.filter(pk=entry.pk).update(publication="draft")
    address = f'"{entry.get_absolute_url()}"'
    for page in [*PAGES, "/vehicles/", "/plants/", "/exports/", "/vehicles/?make=toyota", "/exports/?era=trade-deal"]:
        response = client.get(page)
        if response.status_code == 200:
            assert address not in response.content.decode(), f"{page} links to the draft {address}"
    assert f"{entry.get_absolute_url()}<" not in client.get("/sitemap.xml").content.decode()


def test_the_two_unsourced_inspire_and_saber_programs_stay_drafts(client):
    for slug in ("honda-inspire-us", "honda-saber-us"):
        assert client.get(f"/exports/{slug}/").status_code == 404


def test_a_draft_figure_is_not_shown(client):
    Statistic.objects.filter(series__slug="jama-us-plant-exports").update(publication="draft")
    assert "309,375" not in text_of(client, "/about/")
    assert "309,375" not in text_of(client, "/")


@pytest.mark.parametrize("address", ["/", "/vehicles/", "/nowhere/", "/sitemap.xml"])
def test_a_foreign_host_is_a_bad_request_and_no_error_of_ours(client, address):
    response = client.get(address, headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()
