"""An address that leads nowhere says what was perhaps meant."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vehicles.models import VehicleModel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/vehicles/toyota/hylander/", "/vehicles/toyota/highlander/"),
        ("/vehicles/honda/acord/", "/vehicles/honda/accord/"),
        ("/vehicles/toyota/camry/xv99/", "/vehicles/toyota/camry/"),
        ("/plants/toyota-georgtown/", "/plants/toyota-georgetown/"),
        ("/plants/marysvile/", "/plants/honda-marysville/"),
        ("/exports/toyota-cavaleir/", "/exports/toyota-cavalier/"),
        ("/exports/sceptre-wagon/", "/exports/toyota-scepter-wagon/"),
        ("/manufacturers/numi/", "/manufacturers/nummi/"),
        ("/state/ohio/", "/states/oh/"),
        ("/vehicels/", "/vehicles/"),
    ],
)
def test_a_mistyped_address_leads_on_to_what_was_meant(client, address, meant):
    response = client.get(address)
    assert response.status_code == 404
    assert meant in [guess.link for guess in response.context["guesses"]]
    assert f'href="{meant}"' in response.content.decode()


def test_the_guesses_are_in_the_readers_language(client):
    response = client.get("/ja/vehicles/toyota/hylander/")
    assert response.status_code == 404
    assert 'href="/ja/vehicles/toyota/highlander/"' in response.content.decode()


def test_a_draft_is_never_guessed(client):
    highlander = VehicleModel.objects.get(slug="highlander")
    highlander.publication = "draft"
    highlander.save()
    assert "/highlander/" not in client.get("/vehicles/toyota/hylander/").content.decode()


def test_an_address_like_nothing_has_no_guesses(client):
    response = client.get("/zzzzqqqq/xxkkxx/")
    assert (response.status_code, response.context["guesses"]) == (404, [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_no_address_breaks_the_page(client, words):
    assert client.get("/nowhere/" + words.replace("?", "").replace("#", "")).status_code in (301, 302, 400, 404)


def test_a_missing_page_costs_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get("/vehicles/toyota/hylander/")
