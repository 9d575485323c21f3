"""Rules every entry keeps, in the database and not only in forms."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from catalogue.bilingual import in_reader_language
from catalogue.entries import entry_key, find_entry
from catalogue.models import Citation, Milestone, OldAddress, Source
from plants.models import Ownership, Plant
from plants.states import codes_matching, state_name
from vehicles.models import ExportProgram, Generation, Make, ProductionRun, VehicleModel

pytestmark = pytest.mark.django_db


def refused(entry) -> bool:
    """Whether the database itself refuses to store the entry as it is now."""
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        return True
    return False


def test_the_database_refuses_ends_before_starts():
    run = ProductionRun.objects.exclude(production_start="").first()
    run.status, run.production_start, run.production_end = "ended", "1999-05", "1998"
    assert refused(run)
    run.production_end = "1999"
    assert not refused(run)


def test_the_database_refuses_model_years_out_of_order():
    run = ProductionRun.objects.filter(first_model_year__isnull=False).first()
    run.last_model_year = run.first_model_year - 1
    assert refused(run)


def test_the_database_refuses_shares_beyond_a_hundred_percent():
    ownership = Ownership.objects.filter(share__isnull=False).first()
    ownership.share = "100.5"
    assert refused(ownership)


def test_the_database_refuses_the_same_run_twice():
    run = ProductionRun.objects.filter(first_model_year__isnull=False).first()
    run.pk, run.slug = None, "another"
    assert refused(run)
    undated = ProductionRun.objects.filter(first_model_year__isnull=True).first()
    undated.pk, undated.slug = None, "another"
    assert refused(undated)


def test_the_database_refuses_a_program_on_sale_without_a_date_and_an_ended_one_with_an_open_end():
    program = ExportProgram.objects.get(slug="toyota-camry-2026")
    program.status = "on-sale"
    assert refused(program)
    program.status, program.sales_start, program.sales_end = "ended", "2026", ".."
    assert refused(program)


def test_the_database_refuses_a_differing_claim_without_a_reason():
    citation = Citation.objects.filter(claim="").first()
    citation.claim = "It was 1991."
    assert refused(citation)


def test_a_plant_must_stand_in_the_united_states():
    plant = Plant.objects.first()
    plant.latitude = "90"
    assert refused(plant)


@pytest.mark.parametrize("model", [Plant, ProductionRun, ExportProgram, Milestone])
def test_an_entry_without_a_source_cannot_be_published(model):
    entry = model.objects.published().first()
    entry.citations.all().delete()
    entry.publication = "draft"
    entry.save()
    with pytest.raises(ValidationError, match="no citation"):
        entry.publish()
    entry.refresh_from_db()
    assert entry.is_draft


def test_a_run_is_public_only_with_its_generation_model_make_and_plant():
    run = ProductionRun.objects.published().first()
    for owner in (run.generation, run.generation.model, run.generation.model.make, run.plant):
        type(owner).objects.filter(pk=owner.pk).update(publication="draft")
        assert not ProductionRun.objects.published().filter(pk=run.pk).exists()
        type(owner).objects.filter(pk=owner.pk).update(publication="published")
    assert ProductionRun.objects.published().filter(pk=run.pk).exists()


def test_any_entry_is_found_again_by_its_key():
    for model in (Plant, Make, VehicleModel, Generation, ProductionRun, ExportProgram, Milestone):
        entry = model.objects.first()
        assert find_entry(entry_key(entry)) == entry


def test_a_changed_slug_leaves_a_redirect_behind_in_both_languages(client):
    plant = Plant.objects.get(slug="nummi-fremont")
    plant.slug = "nummi"
    plant.save()
    for prefix in ("", "/ja"):
        response = client.get(f"{prefix}/plants/nummi-fremont/?x=1")
        assert (response.status_code, response["Location"]) == (301, f"{prefix}/plants/nummi/?x=1")


def test_a_changed_make_moves_all_its_pages(client):
    make = Make.objects.get(slug="toyota")
    make.slug = "toyota-motor"
    make.save()
    response = client.get("/vehicles/toyota/camry/xv70/", follow=True)
    assert response.redirect_chain == [("/vehicles/toyota-motor/camry/xv70/", 301)]
    assert response.status_code == 200


def test_changing_a_slug_back_leaves_no_loop(client):
    plant = Plant.objects.get(slug="nummi-fremont")
    for slug in ("nummi", "nummi-fremont"):
        plant.slug = slug
        plant.save()
    assert client.get("/plants/nummi-fremont/").status_code == 200
    assert client.get("/plants/nummi/", follow=True).redirect_chain == [("/plants/nummi-fremont/", 301)]
    assert OldAddress.objects.count() == 1


def test_text_without_japanese_falls_back_to_english_and_says_so():
    with translation.override("ja"):
        assert in_reader_language("Plant", "").lang == "en"
        assert in_reader_language("Plant", "工場").lang == "ja"
    assert in_reader_language("Plant", "工場") == "Plant"


def test_states_are_found_by_code_name_and_in_japanese():
    assert codes_matching("oh") == ["OH"]
    assert codes_matching("virginia") == ["VA", "WV"]
    assert codes_matching("ケンタッキー") == ["KY"]
    with translation.override("ja"):
        assert state_name("tx") == "テキサス州"


def test_a_cited_source_cannot_be_deleted():
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        Source.objects.filter(citations__isnull=False).first().delete()


def test_questions_are_answered_by_querysets():
    assert Plant.objects.operating().filter(slug="toyota-georgetown").exists()
    assert Plant.objects.gone().filter(slug="nummi-fremont").exists()
    assert Plant.objects.open_in(1994).filter(slug="nummi-fremont").exists()
    assert not Plant.objects.open_in(1994).filter(slug="toyota-san-antonio").exists()
    built = set(ProductionRun.objects.built_in(1994).values_list("generation__slug", flat=True))
    assert {"xv10"} <= built
    assert not {"xv70"} & built
    on_sale = set(ExportProgram.objects.on_sale_in(1994).values_list("slug", flat=True))
    assert {"toyota-scepter-wagon", "toyota-scepter-coupe"} <= on_sale
    assert "toyota-cavalier" not in on_sale
