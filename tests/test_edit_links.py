"""From a page to the form that changes it: for those who may, and for nobody else."""

import pytest
import zeal
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Milestone, Source
from plants.models import Plant
from vehicles.models import ExportProgram, Generation

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def form_of(entry) -> str:
    address = reverse(f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change", args=[entry.pk])
    return f'href="{address}"'


def test_an_editor_is_led_to_the_forms_of_an_entry_and_its_parts(editor_client):
    program = ExportProgram.objects.published().filter(generation__runs__isnull=False, plant__isnull=False).first()
    generation = program.generation
    page = editor_client.get(generation.get_absolute_url()).content.decode()
    shown = [generation, generation.runs.published().first(), program]
    milestone = Milestone.objects.published().filter(subjects__isnull=False).first()
    about = milestone.subjects.first().entry
    assert [entry for entry in shown if form_of(entry) not in page] == []
    assert form_of(milestone) in editor_client.get(about.get_absolute_url()).content.decode()
    source = Source.objects.get(slug="vpic")
    with zeal.zeal_ignore():
        assert form_of(source) in editor_client.get(source.get_absolute_url()).content.decode()


def test_readers_and_those_who_may_only_look_see_none_of_them(client, django_user_model):
    plant = Plant.objects.get(slug="nummi-fremont")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(plant.get_absolute_url()).content.decode()
    assert "/admin/" not in page
    assert "edit-link" not in page
    assert not [one for one in queries if "auth_" in one["sql"] or "django_session" in one["sql"]]
    guest = django_user_model.objects.create_user("guest", is_staff=True)
    guest.user_permissions.set(Permission.objects.filter(codename="view_plant"))
    client.force_login(guest)
    page = client.get(plant.get_absolute_url()).content.decode()
    assert "Signed in as guest" in page
    assert "/change/" not in page


def test_what_belongs_to_a_draft_is_marked_as_not_public(editor_client):
    generation = Generation.objects.published().first()
    page = editor_client.get(generation.get_absolute_url()).content.decode()
    assert "only editors see this page" not in page
    make = generation.model.make
    type(make).objects.filter(pk=make.pk).update(publication="draft")
    page = editor_client.get(generation.get_absolute_url()).content.decode()
    assert "belongs to a draft: only editors see this page" in page


def test_each_fact_leads_editors_to_its_field(editor_client, client):
    plant = Plant.objects.get(slug="toyota-georgetown")
    link = f"{reverse('admin:plants_plant_change', args=[plant.pk])}#id_employees"
    assert f'href="{link}" aria-label="Edit: employees"' in editor_client.get(plant.get_absolute_url()).content.decode()
    client.logout()
    assert "#id_employees" not in client.get(plant.get_absolute_url()).content.decode()
