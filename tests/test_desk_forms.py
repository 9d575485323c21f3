"""Forms of the desk say what is wrong beside the field that is, and what to do; they hint at what looks odd."""

import re

import pytest
import zeal
from django.contrib import admin
from django.urls import reverse

from catalogue.models import Proposal, Statistic, Version
from catalogue.words import span_words
from plants.models import Plant, PlantCode
from tests.test_admin import REGISTERED, address, form_data
from vehicles.models import ExportEra, ExportProgram, Generation, ProductionRun

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


def hints_of(client, entry) -> str:
    return " ".join(client.get(address(type(entry), "change", entry.pk)).context["hints"])


def test_hints_name_what_looks_odd_and_are_silent_otherwise(editor_client):
    run = ProductionRun.objects.filter(status="ended", first_model_year__gt=1990).exclude(last_model_year=None).first()
    assert hints_of(editor_client, run) == ""
    twin = ProductionRun.objects.get(pk=run.pk)
    twin.pk, twin.slug, twin.first_model_year = None, "twin-run", run.first_model_year - 1
    twin.save()
    assert "overlap another run" in hints_of(editor_client, run)
    assert "overlap another run" in hints_of(editor_client, run.generation)
    Plant.objects.filter(pk=run.plant_id).update(production_start=str(run.last_model_year + 5), production_end="")
    assert "begins before its plant" in hints_of(editor_client, run).lower()

    program = ExportProgram.objects.filter(run_note="", generation__isnull=False, sales_end="").first()
    program = program or ExportProgram.objects.filter(run_note="", generation__isnull=False).first()
    ExportProgram.objects.filter(pk=program.pk).update(sales_start="1955", sales_end="1956", status="ended")
    assert "covers its years" in hints_of(editor_client, program)


def test_lists_filter_by_decade(editor_client):
    page = address(ExportProgram, "changelist")
    everything = editor_client.get(page, {"_facets": "True"})
    assert "1990s" in everything.content.decode()
    found = editor_client.get(page, {"sales_start_decade": "199"}).context["cl"].result_list
    assert {program.sales_start[:3] for program in found} == {"199"}
    unknown = editor_client.get(page, {"sales_start_decade": "unknown"}).context["cl"].result_list
    assert {program.sales_start for program in unknown} == {""}
    years = editor_client.get(address(ProductionRun, "changelist"), {"first_model_year_decade": "198"})
    assert {run.first_model_year // 10 for run in years.context["cl"].result_list} == {198}
    for nonsense in ("19", "abc", "\u0663\u0663\u0663", "%"):
        assert editor_client.get(page, {"sales_start_decade": nonsense}).status_code == 302


def test_choices_cost_one_look_up_and_tell_drafts_apart(editor_client, django_assert_max_num_queries):
    generation = Generation.objects.filter(model__slug="camry").first()
    Generation.objects.filter(pk=generation.pk).update(publication="draft")
    asked = {"term": "camry", "app_label": "vehicles", "model_name": "productionrun", "field_name": "generation"}
    with django_assert_max_num_queries(10):
        offered = editor_client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert len(offered) > 3
    texts = [one["text"] for one in offered]
    assert len(set(texts)) == len(texts)
    assert [text for text in texts if text.endswith("(draft)")] == [f"{generation} (draft)"]


def test_eras_are_offered_with_their_years(editor_client):
    asked = {"term": "", "app_label": "vehicles", "model_name": "exportprogram", "field_name": "era"}
    offered = editor_client.get(reverse("admin:autocomplete"), asked).json()["results"]
    texts = {one["text"] for one in offered}
    assert texts == {f"{era}, {span_words(era.start, era.end)}" for era in ExportEra.objects.all()}
    assert all(re.search(r"\b(19|20)\d\d\b", text) for text in texts)


def test_generations_are_offered_with_the_model_year_they_began_in(editor_client):
    asked = {"term": "camry xv70", "app_label": "vehicles", "model_name": "productionrun", "field_name": "generation"}
    offered = editor_client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [one["text"] for one in offered] == ["Toyota Camry XV70 (8th generation), from model year 2018"]


def test_no_form_asks_for_one_of_many_in_a_plain_list(editor_client):
    for model in set(REGISTERED) - {PlantCode, Proposal, Version}:  # these have no forms of their own
        one = admin.site._registry[model]
        for holder in (one, *one.inlines):
            for field in (*holder.model._meta.fields, *holder.model._meta.many_to_many):
                if not field.remote_field or field.name in (*(holder.readonly_fields or ()), "entry_type"):
                    continue
                small = field.remote_field.model._base_manager.count() <= 15
                own = holder is not one and field.remote_field.model is model
                assert small or own or not field.editable or field.name in holder.autocomplete_fields, (holder, field)
