"""The rows of the downloads' tables: what is public, with what else their columns need. It knows all apps."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from django.db import models
from django.db.models import Prefetch

from catalogue.models import Citation, Milestone, MilestoneSubject, Series, Statistic
from plants.filters import public_owners
from plants.models import Manufacturer, Plant, PlantAlias, PlantCode
from vehicles.filters import public_runs
from vehicles.models import (
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    ProductionRun,
    Specification,
    VehicleModel,
)


def manufacturers():
    companies = list(Manufacturer.objects.published().select_related("parent"))
    for company in companies:
        company.public_parent = company.parent if company.parent and not company.parent.is_draft else None
    return companies


def vehicles():
    runs = public_runs().select_related("plant").prefetch_related("body_styles", "powertrains")
    return (
        Generation.objects.published()
        .select_related("model__make")
        .prefetch_related(Prefetch("runs", runs, to_attr="public_runs"))
    )


def first_model_year(vehicle) -> int | None:
    return min((run.first_model_year for run in vehicle.public_runs if run.first_model_year), default=None)


def makes():
    return Make.objects.published().select_related("manufacturer")


def market_names():
    public = Generation.objects.published()
    return MarketName.objects.filter(generation__in=public).select_related("generation__model__make")


def plant_aliases():
    return PlantAlias.objects.filter(plant__publication="published").select_related("plant")


def ownerships():
    return public_owners().select_related("plant", "manufacturer")


def runs():
    related = ("generation__model__make", "plant")
    return public_runs().select_related(*related).prefetch_related("body_styles", "powertrains")


def programs():
    related = ("era", "plant", "japan_make", "generation__model__make")
    return ExportProgram.objects.published().select_related(*related).prefetch_related("body_styles")


def specifications():
    related = ("generation__model__make", "program", "body_style")
    return Specification.objects.published().select_related(*related).prefetch_related("powertrains")


def plant_codes():
    """The codes of public plants; those that name a model which is not public are left out."""
    public = {"/".join(key) for key in VehicleModel.objects.published().values_list("make__slug", "slug")}
    codes = PlantCode.objects.filter(plant__publication="published").select_related("plant", "source")
    return [code for code in codes if not code.model or code.model in public]


#: The entries that citations and milestones may name: the table each type is in, and what names a row there.
ENTRIES: dict[type[models.Model], tuple[str, Callable]] = {
    Manufacturer: ("manufacturers", attrgetter("slug")),
    Plant: ("plants", attrgetter("slug")),
    Make: ("makes", attrgetter("slug")),
    VehicleModel: ("models", lambda one: "/".join(one.natural_key())),
    Generation: ("vehicles", lambda one: one.key),
    ProductionRun: ("production_runs", attrgetter("slug")),
    ExportEra: ("eras", attrgetter("slug")),
    ExportProgram: ("exports", attrgetter("slug")),
    Specification: ("specifications", attrgetter("slug")),
    Milestone: ("milestones", attrgetter("slug")),
    Series: ("series", attrgetter("slug")),
    Statistic: ("statistics", attrgetter("slug")),
}
NEEDED = {VehicleModel: ("make",), Generation: ("model__make",)}


def tied(rows: models.QuerySet) -> list:
    """Rows that belong to public entries, each with ``table`` and ``key`` of its entry."""
    found = []
    keys = {
        model: {
            entry.pk: (table, key(entry))
            for entry in model._default_manager.published().select_related(*NEEDED.get(model, ()))
        }
        for model, (table, key) in ENTRIES.items()
    }
    for row in rows.select_related("entry_type"):
        if named := keys.get(row.entry_type.model_class(), {}).get(row.entry_id):
            row.table, row.key = named
            found.append(row)
    return found


def citations():
    return tied(Citation.objects.select_related("source").order_by("pk"))


def milestone_subjects():
    public = MilestoneSubject.objects.filter(milestone__publication="published")
    return tied(public.select_related("milestone").order_by("pk"))
