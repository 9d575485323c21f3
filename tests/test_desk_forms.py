"""Forms of the desk say what is wrong beside the field that is, and what to do; they hint at what looks odd."""

import pytest
import zeal

from catalogue.models import Statistic
from plants.models import Plant
from tests.test_admin import REGISTERED, address, form_data
from vehicles.models import ExportProgram, ProductionRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    with zeal.zeal_ignore():
        yield


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_an_empty_form_names_what_is_missing(editor_client, model):
    shown = editor_client.get(address(model, "add"))
    if shown.status_code == 403:
        return  # written by the site or by readers
    data = {name: value for name, value in form_data(shown).items() if name.endswith("_FORMS")}
    response = editor_client.post(address(model, "add"), data)
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert set(form.errors) == {name for name, field in form.fields.items() if field.required}


def errors_of(client, entry, **changes) -> dict:
    page = address(type(entry), "change", entry.pk)
    response = client.post(page, {**form_data(client.get(page)), **changes})
    assert response.status_code == 200, "it was saved"
    return {name: " ".join(messages) for name, messages in response.context["adminform"].form.errors.items()}


def test_what_the_database_would_refuse_is_said_beside_its_field(editor_client):
    run = ProductionRun.objects.exclude(first_model_year=None).filter(status="ended").first()
    other = Plant.objects.exclude(slug="nummi-fremont").first()
    plant = Plant.objects.get(slug="nummi-fremont")
    program = ExportProgram.objects.filter(status="ended").exclude(sales_start="").first()
    assert errors_of(editor_client, run, last_model_year=run.first_model_year - 1) == {
        "last_model_year": "The last model year is before the first."
    }
    assert errors_of(editor_client, run, first_model_year=1066) == {
        "first_model_year": "Give a model year from 1960 to 2100."
    }
    assert list(errors_of(editor_client, run, production_end="..")) == ["production_end"]
    assert list(errors_of(editor_client, plant, latitude="3")) == ["latitude"]
    assert "West is negative" in errors_of(editor_client, plant, longitude="121")["longitude"]
    assert "choose a different one" in errors_of(editor_client, plant, slug=other.slug)["slug"]
    assert list(errors_of(editor_client, program, sales_end="1901")) == ["sales_end"]
    assert list(errors_of(editor_client, program, status="on-sale", sales_start="")) == ["sales_start"]


def test_a_row_that_is_there_twice_is_named_in_its_row(editor_client):
    plant = Plant.objects.filter(aliases__isnull=False).first()
    page = address(Plant, "change", plant.pk)
    data = form_data(editor_client.get(page))
    number = int(data["aliases-TOTAL_FORMS"])
    data |= {"aliases-TOTAL_FORMS": number + 1, f"aliases-{number}-name": data["aliases-0-name"]}
    data |= {f"aliases-{number}-kind": data["aliases-0-kind"], f"aliases-{number}-plant": plant.pk}
    response = editor_client.post(page, data)
    assert response.status_code == 200
    assert data["aliases-0-name"] in response.content.decode()


def test_two_runs_whose_made_up_slugs_would_be_alike_both_get_one(editor_client):
    run = ProductionRun.objects.filter(variant="", generation__runs__isnull=False).first()
    shown = form_data(editor_client.get(address(ProductionRun, "add")))
    shown |= {"generation": run.generation_id, "plant": run.plant_id, "status": "planned", "first_model_year": 2031}
    shown |= {"body_styles": [run.body_styles.first().pk], "powertrains": [run.powertrains.first().pk]}
    for variant in ("Long Bed", "Long-Bed"):
        response = editor_client.post(address(ProductionRun, "add"), {**shown, "variant": variant})
        assert response.status_code == 302, response.context["errors"]
    first, second = ProductionRun.objects.filter(first_model_year=2031).order_by("pk")
    assert second.slug == f"{first.slug[:115]}-2"


def test_a_second_figure_for_a_period_points_to_the_first(editor_client):
    figure = Statistic.objects.first()
    data = form_data(editor_client.get(address(Statistic, "add")))
    data |= {"series": figure.series_id, "period": figure.period, "year": figure.year, "value": "1"}
    response = editor_client.post(address(Statistic, "add"), data)
    assert list(response.context["adminform"].form.errors) == ["period"]
