"""The facts as they are in the repository: complete, consistent, and stable through loading and dumping."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from catalogue.management.commands.dump_catalogue import FIXTURES
from catalogue.models import Citation
from catalogue.quality import all_problems
from vehicles.models import ExportProgram, ProductionRun

FOLDER = Path(settings.FIXTURE_DIRS[0])


def dump(folder: Path) -> dict[str, bytes]:
    call_command("dump_catalogue", into=folder, verbosity=0)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def kept() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir()}


@pytest.mark.django_db
def test_dumping_the_loaded_catalogue_gives_back_the_same_bytes(tmp_path):
    assert dump(tmp_path) == kept()


@pytest.mark.django_db
def test_loading_twice_changes_nothing(tmp_path):
    before = {label: apps.get_model(label).objects.count() for _name, label in FIXTURES}
    call_command("load_catalogue", verbosity=0)
    assert {label: apps.get_model(label).objects.count() for _name, label in FIXTURES} == before
    assert dump(tmp_path) == kept()


@pytest.mark.django_db
def test_djangos_own_loaddata_loads_the_files_in_the_order_of_their_names():
    call_command("loaddata", *sorted(str(path) for path in FOLDER.glob("*.jsonl")), verbosity=0)


@pytest.mark.django_db
def test_a_changed_fact_changes_one_line(tmp_path):
    run = ProductionRun.objects.get(slug="toyota-tundra-xk70-toyota-san-antonio-2022")
    ProductionRun.objects.filter(pk=run.pk).update(last_model_year=2031)
    new, old = dump(tmp_path), kept()
    changed = {
        (name, line) for name in new for line in set(new[name].splitlines()) - set(old.get(name, b"").splitlines())
    }
    assert len(changed) == 1


def test_each_fact_is_one_line_of_json():
    for path in FOLDER.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert "pk" not in row, f"{path.name}: rows are found by natural key"


@pytest.mark.django_db
def test_the_data_checks_find_no_problem():
    assert [str(problem) for problem in all_problems()] == []


@pytest.mark.django_db
def test_the_data_checks_find_a_run_before_its_plant_and_a_program_without_a_run():
    ProductionRun.objects.filter(slug="toyota-tundra-xk70-toyota-san-antonio-2022").update(
        first_model_year=1999, production_start="1999"
    )
    program = ExportProgram.objects.get(slug="toyota-scepter-wagon")
    program.plant = program.plant.__class__.objects.get(slug="nissan-smyrna")
    program.save()
    found = "\n".join(str(problem) for problem in all_problems())
    assert "begins before its plant does" in found
    assert "no production run is behind it" in found


@pytest.mark.django_db
def test_the_data_checks_find_a_plant_outside_its_state():
    plant = apps.get_model("plants.Plant").objects.get(slug="honda-marysville")
    plant.latitude, plant.longitude = "29.4", "-98.5"
    plant.save()
    assert any("coordinates are not in OH" in str(problem) for problem in all_problems())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "plant", "state", "status", "start", "end"),
    [
        ("honda-accord-coupe-ca6", "honda-marysville", "OH", "ended", "1988", "1990"),
        ("toyota-scepter-wagon", "toyota-georgetown", "KY", "ended", "1992", "1996"),
        ("toyota-scepter-coupe", "toyota-georgetown", "KY", "ended", "1993", "1996"),
        ("toyota-cavalier", "gm-lordstown", "OH", "ended", "1996", "2000"),
        ("toyota-camry-2026", "toyota-georgetown", "KY", "announced", "", ""),
        ("toyota-highlander-2026", "toyota-princeton", "IN", "announced", "", ""),
        ("toyota-tundra-2026", "toyota-san-antonio", "TX", "announced", "", ""),
        ("honda-passport-trailsport-elite-2026", "honda-lincoln", "AL", "announced", "", ""),
        ("acura-integra-type-s-2026", "honda-marysville", "OH", "announced", "", ""),
        ("nissan-murano-2027", "nissan-smyrna", "TN", "announced", "", ""),
    ],
)
def test_the_cars_that_started_this_catalogue_are_there_and_right(slug, plant, state, status, start, end):
    program = ExportProgram.objects.published().get(slug=slug)
    assert (program.plant.slug, program.plant.state, program.status) == (plant, state, status)
    assert (program.sales_start[:4], program.sales_end[:4]) == (start, end)
    assert program.generation.runs.filter(plant=program.plant).exists()
    assert program.summary


@pytest.mark.django_db
def test_toyotas_three_of_2026_were_announced_on_19_december_2025():
    slugs = ["toyota-camry-2026", "toyota-highlander-2026", "toyota-tundra-2026"]
    dates = ExportProgram.objects.filter(slug__in=slugs).values_list("announced", "status_as_of")
    assert set(dates) == {("2025-12-19", "2026-03")}


@pytest.mark.django_db
def test_disagreeing_sources_are_kept_with_what_they_claim_and_why_we_differ():
    claims = Citation.objects.exclude(claim="")
    assert claims.count() >= 20
    assert not claims.filter(reason="").exists()
    assert claims.filter(field__in=["date", "announced", "sales_start", "drive_side"]).exists()
