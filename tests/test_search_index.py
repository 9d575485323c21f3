"""The search index follows every edit, in the same transaction."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from catalogue.models import SearchEntry, SearchWord, Source
from catalogue.search.finding import Search
from catalogue.search.indexing import rebuild
from plants.models import Manufacturer, Plant, PlantAlias
from vehicles.models import BodyStyle, ExportProgram, Generation, Make, ProductionRun, VehicleModel

pytestmark = pytest.mark.django_db


def paths(text: str) -> list[str]:
    search = Search(text)
    return [] if search.partial or search.corrected else [result.entry.path for result in search.results]


def as_indexed() -> dict[str, tuple]:
    rows = SearchEntry.objects.values_list("key", "title", "title_ja", "path", "weight", "facts")
    return {key: rest for key, *rest in rows}


def test_a_new_name_is_found_at_once_and_the_old_one_is_not():
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.name, plant.short_name = "Bluegrass Works", "Bluegrass"
    plant.save()
    assert paths("bluegrass works")[0] == plant.get_absolute_url()
    assert "/vehicles/toyota/camry/xv10/" in paths("camry bluegrass"), "what is built there tells the new name"


def test_a_draft_is_not_found_nor_what_hangs_on_it():
    assert paths("highlander")
    model = VehicleModel.objects.get(make__slug="toyota", slug="highlander")
    model.publication = "draft"
    model.save()
    found = paths("highlander")
    assert not [path for path in found if path.startswith("/vehicles/toyota/highlander/")]
    model.publish()
    assert paths("highlander")[0] == "/vehicles/toyota/highlander/"


def test_a_draft_plant_is_forgotten_by_what_it_built():
    plant = Plant.objects.get(slug="nummi-fremont")
    assert "/vehicles/toyota/voltz/e130/" in paths("voltz freemont")
    plant.publication = "draft"
    plant.save()
    assert paths("voltz freemont") == []
    assert "/states/ca/" not in paths("nummi")


def test_a_run_moved_to_another_plant_changes_both():
    run = ProductionRun.objects.filter(plant__slug="honda-marysville", generation__model__slug="accord").first()
    run.plant = Plant.objects.get(slug="nissan-smyrna")
    run.save()
    smyrna = SearchEntry.objects.get(path="/plants/nissan-smyrna/")
    assert "accord" in smyrna.words.split()
    assert run.generation.get_absolute_url() in paths("accord smyrna")


def test_deleting_is_followed():
    alias = PlantAlias.objects.get(name="MARYVILLE")
    assert paths("maryville")[0] == alias.plant.get_absolute_url()
    alias.delete()
    assert alias.plant.get_absolute_url() not in paths("maryville")
    Source.objects.create(slug="zebra", title="Zebra crossing report")
    assert paths("zebra crossing") == ["/sources/zebra/"]
    Source.objects.get(slug="zebra").delete()
    assert paths("zebra crossing") == []


def test_a_body_style_added_to_a_run_is_found():
    run = ProductionRun.objects.get(generation__slug="xv10", plant__slug="toyota-georgetown")
    assert "/vehicles/toyota/camry/xv10/" not in paths("xv10 convertible")
    run.body_styles.add(BodyStyle.objects.get(slug="convertible"))
    assert paths("xv10 convertible")[0] == "/vehicles/toyota/camry/xv10/"
    run.body_styles.remove(BodyStyle.objects.get(slug="convertible"))
    assert "/vehicles/toyota/camry/xv10/" not in paths("xv10 convertible")


def test_what_is_rolled_back_is_not_found():
    with pytest.raises(RuntimeError), transaction.atomic():
        Source.objects.create(slug="zebra", title="Zebra crossing report")
        assert paths("zebra crossing")
        raise RuntimeError
    assert paths("zebra crossing") == []


def test_an_edit_in_the_admin_is_followed(admin_client):
    source = Source.objects.first()
    data = {"slug": source.slug, "url": source.url, "title": "Zebra crossing report", "publisher": "", "language": "en"}
    response = admin_client.post(f"/admin/catalogue/source/{source.pk}/change/", {**data, "published_on": ""})
    assert response.status_code == 302
    assert paths("zebra crossing") == [source.get_absolute_url()]


def test_after_many_edits_the_index_is_what_a_rebuild_makes():
    for entry in (
        *Plant.objects.filter(state="OH"),
        *Manufacturer.objects.filter(slug__startswith="n"),
        *Make.objects.filter(slug="acura"),
        *Generation.objects.filter(model__slug="accord"),
        *ExportProgram.objects.filter(era__slug="trade-deal"),
    ):
        entry.summary = f"Edited {entry.slug}."
        entry.save()
    ProductionRun.objects.filter(plant__slug="honda-marysville").first().delete()
    Plant.objects.get(slug="honda-anna").delete()
    followed = as_indexed()
    rebuild()
    assert followed == as_indexed()


def test_the_command_rebuilds_what_was_changed_behind_djangos_back():
    Plant.objects.filter(slug="toyota-georgetown").update(short_name="Bluegrass")
    assert "/plants/toyota-georgetown/" not in paths("bluegrass")
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert "/plants/toyota-georgetown/" in paths("bluegrass")
    assert str(SearchEntry.objects.count()) in out.getvalue()


def test_the_words_of_the_index_are_all_known():
    words = {word for text in SearchEntry.objects.values_list("words", flat=True) for word in text.split()}
    assert words == set(SearchWord.objects.values_list("word", flat=True))


def test_every_public_entry_with_a_page_is_in_the_index():
    indexed = set(SearchEntry.objects.values_list("path", flat=True))
    for entries in (Plant, Manufacturer, Make, VehicleModel, Generation, ExportProgram):
        public = {entry.get_absolute_url() for entry in entries.objects.published()}
        assert public <= indexed
        drafts = {entry.get_absolute_url() for entry in entries.objects.all()} - public
        assert not drafts & indexed


def test_an_editors_endless_word_and_odd_letters_are_indexed_or_let_go():
    for number, title in enumerate(["x" * 400, "あ" * 400, "🚗" * 399, "A-" * 200, "1992-96 " * 50, "\u202ecamry"]):
        source = Source.objects.create(slug=f"odd-{number}", title=title)
        assert SearchEntry.objects.filter(path=source.get_absolute_url()).exists()
    assert paths("camry")[0] == "/vehicles/toyota/camry/"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's indexes")
def test_postgresql_has_the_indexes_that_searching_a_large_catalogue_needs():
    """Else every search reads everything: catalogue/migrations/0011_search_indexes.py."""
    named = ["catalogue_search_words", "catalogue_searchentry_id_as_text"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indisvalid")
        assert set(named) <= {name for (name,) in cursor.fetchall()}
        words = "SELECT object_id FROM modelsearch_indexentry WHERE (title || body) @@ to_tsquery('simple', 'camry')"
        cursor.execute(f"EXPLAIN {words}")
        assert named[0] in str(cursor.fetchall())
