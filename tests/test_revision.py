"""Every edit raises the revision of the catalogue; what is undone does not."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from catalogue import revision
from catalogue.models import Citation, Report, Source
from catalogue.revision import Revision
from plants.models import Plant
from vehicles.models import BodyStyle, ProductionRun

pytestmark = pytest.mark.django_db


def test_saving_deleting_and_relating_raise_the_revision():
    numbers = [revision.current().number]
    plant = Plant.objects.first()
    plant.save()
    numbers.append(revision.current().number)
    ProductionRun.objects.first().body_styles.add(BodyStyle.objects.get(slug="van"))
    numbers.append(revision.current().number)
    Citation.objects.first().delete()
    numbers.append(revision.current().number)
    assert numbers == sorted(set(numbers))


def test_a_revision_that_is_rolled_back_never_was():
    before = revision.current()
    with pytest.raises(RuntimeError), transaction.atomic():
        Source.objects.create(slug="zebra", title="Zebra crossing report")
        assert revision.current().number > before.number
        raise RuntimeError
    assert revision.current() == before


def test_an_edit_in_the_admin_raises_it_and_reading_does_not(admin_client):
    before = revision.current()
    admin_client.get("/plants/toyota-georgetown/")
    admin_client.get("/admin/plants/plant/")
    assert revision.current() == before
    plant = Plant.objects.get(slug="toyota-georgetown")
    asked = {"action": "withdraw_selected", "_selected_action": [plant.pk]}
    admin_client.post("/admin/plants/plant/", asked)
    assert revision.current() == before, "it only asked whether"
    admin_client.post("/admin/plants/plant/", asked | {"_confirmed": "1"})
    assert revision.current().number > before.number
    assert revision.current().changed_at > before.changed_at


def test_a_report_of_a_reader_is_no_edit(client):
    before = revision.current()
    Report.objects.create(reference="zebra", page="/", message="A word is missing.")
    assert revision.current() == before


def test_loaded_fixtures_are_one_revision(django_capture_on_commit_callbacks):
    before = revision.current().number
    with django_capture_on_commit_callbacks(execute=True):
        call_command("loaddata", "08_powertrains", "07_body_styles", verbosity=0)
    assert revision.current().number == before + 1


def test_after_a_leap_no_number_means_what_it_once_did():
    """A backup's number was followed by edits before it was restored, and again after it was restored last time."""
    backup, seen = revision.number(), []
    for day in range(3):
        for _edit in range(5):
            revision.advance()
            seen.append(revision.number())
        Revision.objects.update(number=backup)
        with time_machine.travel(timezone.now() + datetime.timedelta(days=day)):
            revision.leap()
    assert len(set(seen)) == len(seen)
    assert revision.number() > max(seen)
