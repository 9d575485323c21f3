"""Write the catalogue as fixtures: one fact to a line, sorted, so that a review shows which fact changed."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand
from django.db import models

from catalogue.entries import EntryLink, entry_key

#: The fixture files in the order that references ask for, and what is in each.
FIXTURES = [
    ("01_sources", "catalogue.Source"),
    ("02_manufacturers", "plants.Manufacturer"),
    ("03_plants", "plants.Plant"),
    ("04_plant_aliases", "plants.PlantAlias"),
    ("05_ownerships", "plants.Ownership"),
    ("06_plant_codes", "plants.PlantCode"),
    ("07_body_styles", "vehicles.BodyStyle"),
    ("08_powertrains", "vehicles.Powertrain"),
    ("09_makes", "vehicles.Make"),
    ("10_models", "vehicles.VehicleModel"),
    ("11_generations", "vehicles.Generation"),
    ("12_market_names", "vehicles.MarketName"),
    ("13_production_runs", "vehicles.ProductionRun"),
    ("14_export_eras", "vehicles.ExportEra"),
    ("15_export_programs", "vehicles.ExportProgram"),
    ("16_specifications", "vehicles.Specification"),
    ("17_milestones", "catalogue.Milestone"),
    ("18_milestone_subjects", "catalogue.MilestoneSubject"),
    ("19_series", "catalogue.Series"),
    ("20_statistics", "catalogue.Statistic"),
    ("21_citations", "catalogue.Citation"),
    ("22_old_addresses", "catalogue.OldAddress"),
]


def sort_key(row: models.Model) -> tuple:
    """Rows sort by natural key, links by the entry they belong to; numbers (years) compare at one width."""
    if isinstance(row, EntryLink):
        rest = (
            getattr(row, name.removesuffix("_id")) for name in row.natural_key_fields if not name.startswith("entry")
        )
        key = (entry_key(row.entry), *(part.slug if isinstance(part, models.Model) else part for part in rest))
    else:
        key = row.natural_key()
    return tuple(f"{part:05d}" if isinstance(part, int) else str(part or "") for part in key)


def rows(model: type[models.Model]) -> list[models.Model]:
    """All rows of a type in the order of their natural keys, with what those keys need, in few queries."""
    queryset = model._default_manager.select_related(
        *(field.name for field in model._meta.fields if field.many_to_one and not field.null)
    ).prefetch_related(*(field.name for field in model._meta.many_to_many))
    if issubclass(model, EntryLink):
        queryset = queryset.prefetch_related("entry")
    return sorted(queryset, key=sort_key)


class Command(BaseCommand):
    help = "Write the catalogue as fixtures (JSON Lines), sorted by natural key."

    def add_arguments(self, parser):
        parser.add_argument("--into", type=Path, default=settings.FIXTURE_DIRS[0], help="the folder to write to")

    def handle(self, *, into: Path, **options):
        into.mkdir(parents=True, exist_ok=True)
        for name, label in FIXTURES:
            entries = rows(apps.get_model(label))
            path = into / f"{name}.jsonl"
            if not entries:
                path.unlink(missing_ok=True)
                continue
            text = serializers.serialize(
                "jsonl", entries, use_natural_foreign_keys=True, use_natural_primary_keys=True, ensure_ascii=False
            )
            path.write_text(text, encoding="utf-8", newline="\n")
            if options["verbosity"] > 1:
                self.stdout.write(f"{name}: {len(entries)}")
