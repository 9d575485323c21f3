"""What each entry is called in lists of entries of all types. Like the search index, it knows all apps."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models

from catalogue.models import Milestone, Series, Statistic
from plants.models import Manufacturer, Plant
from vehicles.models import ExportEra, ExportProgram, Generation, Make, ProductionRun, Specification, VehicleModel

#: All types of entries, each with how it is called.
NAMES: dict[type, Callable] = {
    Series: lambda one: one.local_name,
    Statistic: lambda one: f"{one.series.local_name}, {one.period}",
    Milestone: lambda one: one.local_title,
    Manufacturer: lambda one: one.local_name,
    Make: lambda one: one.local_name,
    VehicleModel: lambda one: one.full_name,
    Plant: lambda one: one.local_name,
    ProductionRun: lambda one: f"{one.generation.full_name}, {one.plant.local_short_name}",
    Specification: lambda one: f"{one.generation.full_name} {one.local_variant}".strip(),
    Generation: lambda one: one.full_name,
    ExportEra: lambda one: one.local_name,
    ExportProgram: lambda one: one.local_title,
}


def name_of(entry: models.Model) -> str:
    """Its name in the reader's language."""
    return NAMES[type(entry)](entry)
