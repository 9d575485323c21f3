"""The large catalogue for measuring: as many as asked for, the same for the same seed, and as right as the real one."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction

from catalogue import revision
from catalogue.quality import all_problems
from vehicles.generated import generate
from vehicles.models import Generation, ProductionRun

pytestmark = pytest.mark.django_db


class Undone(Exception):  # noqa: N818 - nothing went wrong
    pass


def test_a_generated_catalogue_is_as_large_as_asked_for_and_passes_the_data_checks(client):
    before = Generation.objects.count(), revision.current().number
    call_command("generate_catalogue", generations=300, seed=3, verbosity=0)
    made = Generation.objects.count() - before[0]
    assert 240 <= made <= 300 and revision.current().number > before[1]
    assert sorted({str(problem).partition(":")[2] for problem in all_problems()}) == []
    new = Generation.objects.filter(runs__slug__startswith="generated-").first()
    for page in (new.get_absolute_url(), new.model.get_absolute_url(), new.runs.first().plant.get_absolute_url()):
        assert client.get(page).status_code == 200
    assert client.get("/search/", {"q": str(new)}).context["groups"]
    assert f"{Generation.objects.published().count():,}" in client.get("/vehicles/").content.decode()


def test_the_same_seed_makes_the_same():
    made = []
    for _ in range(2):
        with pytest.raises(Undone), transaction.atomic():
            generate(40, seed=5)
            runs = ProductionRun.objects.filter(slug__startswith="generated")
            made.append(sorted(runs.values_list("slug", "plant__slug")))
            raise Undone
    assert made[0] == made[1] != []


def test_a_site_with_editors_is_left_alone():
    User.objects.create_user("editor")
    with pytest.raises(CommandError, match="editors"):
        call_command("generate_catalogue", generations=10, verbosity=0)
