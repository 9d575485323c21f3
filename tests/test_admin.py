"""The admin as an editor meets it; the browser tests do the real work there."""

import pytest
import zeal
from django.contrib import admin
from django.urls import reverse

from catalogue.desk.kinds import admin_address as address
from catalogue.models import Citation, Source, Version
from plants.models import Manufacturer, Plant
from tests.admin_forms import form_data
from vehicles.models import ExportProgram, ProductionRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    """Django's autocomplete asks for the chosen label of every row of an inline; the lists are counted below."""
    with zeal.zeal_ignore():
        yield


REGISTERED = [model for model in admin.site._registry if model._meta.app_label in ("catalogue", "plants", "vehicles")]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_type_can_be_listed_searched_and_opened(editor_client, model):
    assert editor_client.get(address(model, "changelist")).status_code == 200
    assert editor_client.get(address(model, "changelist"), {"q": "toyota 1992"}).status_code == 200
    if entry := model.objects.first():
        assert editor_client.get(address(model, "change", entry.pk)).status_code == 200


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_a_list_costs_the_same_however_long_it_is(editor_client, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        editor_client.get(address(model, "changelist"))


def test_readers_and_staff_without_permission_are_kept_out(client, django_user_model):
    assert client.get("/admin/plants/plant/").status_code == 302
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get("/admin/plants/plant/").status_code == 403


def test_saving_a_form_unchanged_changes_nothing_but_the_time(editor_client):
    plant = Plant.objects.get(slug="nummi-fremont")
    before = Plant.objects.filter(pk=plant.pk).values().get()
    sources = set(plant.citations.values_list("source__slug", "field"))
    data = form_data(editor_client.get(address(Plant, "change", plant.pk)))
    response = editor_client.post(address(Plant, "change", plant.pk), data)
    assert response.status_code == 302, response.context["errors"]
    after = Plant.objects.filter(pk=plant.pk).values().get()
    assert {**before, "updated_at": None} == {**after, "updated_at": None}
    assert set(plant.citations.values_list("source__slug", "field")) == sources


def test_the_last_source_of_a_published_entry_cannot_be_removed(editor_client):
    plant = Plant.objects.get(slug="nummi-fremont")
    data = form_data(editor_client.get(address(Plant, "change", plant.pk)))
    prefix = "catalogue-citation-entry_type-entry_id"
    for number in range(int(data[f"{prefix}-INITIAL_FORMS"])):
        data[f"{prefix}-{number}-DELETE"] = "on"
    response = editor_client.post(address(Plant, "change", plant.pk), {**data, "name": "A new name"})
    assert response.status_code == 200
    page = response.content.decode()
    assert "needs a source" in page
    assert "A new name" in page, "what was typed is kept"
    assert plant.citations.exists()
    response = editor_client.post(address(Plant, "change", plant.pk), {**data, "publication": "draft"})
    assert response.status_code == 302
    assert not plant.citations.exists()


def test_publishing_selected_drafts_names_those_without_a_source(editor_client):
    good, bad = ExportProgram.objects.published()[:2]
    ExportProgram.objects.filter(pk__in=[good.pk, bad.pk]).update(publication="draft")
    bad.citations.all().delete()
    data = {"action": "publish_selected", "_selected_action": [good.pk, bad.pk]}
    question = editor_client.post(address(ExportProgram, "changelist"), data)
    assert str(good) in question.content.decode()
    assert not ExportProgram.objects.published().filter(pk=good.pk).exists(), "it asks first"
    data |= {"_confirmed": "1", "_reason": "Checked"}
    response = editor_client.post(address(ExportProgram, "changelist"), data, follow=True)
    page = response.content.decode()
    assert Version.objects.of(good).first().reason == "Checked"
    assert "1 entry published" in page
    assert "no citation yet" in page
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.publication, bad.publication) == ("published", "draft")


def test_a_wrong_date_is_refused_with_the_remedy(editor_client):
    program = ExportProgram.objects.get(slug="toyota-camry-2026")
    data = form_data(editor_client.get(address(ExportProgram, "change", program.pk)))
    response = editor_client.post(
        address(ExportProgram, "change", program.pk), {**data, "sales_start": "April 2026", "status": "on-sale"}
    )
    assert "1992, 1992-09 or 1992-09-07" in response.content.decode()
    data |= {"status": "on-sale", "sales_start": "2026-04", "sales_end": "..", "status_as_of": "2026-04"}
    assert editor_client.post(address(ExportProgram, "change", program.pk), data).status_code == 302
    program.refresh_from_db()
    assert (program.status, program.sales_start) == ("on-sale", "2026-04")


def test_a_new_run_gets_its_slug_by_itself(editor_client):
    run = ProductionRun.objects.get(slug="toyota-tundra-xk70-toyota-san-antonio-2022")
    data = form_data(editor_client.get(address(ProductionRun, "add")))
    data |= {
        "generation": run.generation_id,
        "plant": Plant.objects.get(slug="toyota-princeton").pk,
        "body_styles": [run.body_styles.first().pk],
        "powertrains": [run.powertrains.first().pk],
        "status": "planned",
        "first_model_year": 2030,
        "publication": "draft",
    }
    response = editor_client.post(address(ProductionRun, "add"), data)
    assert response.status_code == 302, response.context["errors"]
    assert ProductionRun.objects.filter(slug="toyota-tundra-xk70-toyota-princeton-2030").exists()


def test_a_source_is_found_by_typing_part_of_it(editor_client):
    source = Source.objects.get(slug="vpic")
    field = Citation._meta.get_field("source")
    response = editor_client.get(
        reverse("admin:autocomplete"),
        {"term": "vpic", "app_label": "catalogue", "model_name": "citation", "field_name": field.name},
    )
    assert str(source.pk) in [row["id"] for row in response.json()["results"]]


@pytest.mark.parametrize(
    "path",
    [
        "/admin/autocomplete/?term=%00&app_label=catalogue&model_name=citation&field_name=source",
        "/admin/plants/plant/?status__exact=%00",
        "/admin/plants/plant/?q=%00",
        "/admin/plants/plant/?%00=1",
    ],
)
def test_a_null_character_in_an_address_is_a_bad_request(editor_client, path):
    assert editor_client.get(path).status_code == 400


def test_a_manufacturer_is_not_its_own_parent(editor_client):
    maker = Manufacturer.objects.get(slug="toyota")
    data = form_data(editor_client.get(address(Manufacturer, "change", maker.pk)))
    response = editor_client.post(address(Manufacturer, "change", maker.pk), {**data, "parent": maker.pk})
    assert response.status_code == 200
    assert "own parent" in response.content.decode()


def test_markup_typed_by_an_editor_is_shown_as_text(editor_client):
    plant = Plant.objects.get(slug="nummi-fremont")
    Plant.objects.filter(pk=plant.pk).update(summary="</script><script>alert(1)</script>")
    assert "<script>alert" not in editor_client.get(plant.get_absolute_url()).content.decode()
