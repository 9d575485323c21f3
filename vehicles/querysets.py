"""The questions readers ask of vehicles, as QuerySet methods."""

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When

from catalogue.dates import OPEN
from catalogue.entries import EntryQuerySet


class VehicleModelQuerySet(EntryQuerySet):
    published_through = ("make",)


class GenerationQuerySet(EntryQuerySet):
    published_through = ("model", "model__make")

    def with_years(self, runs: models.QuerySet, programs: models.QuerySet):
        """Annotate ``first_model_year`` and ``first_sale`` in Japan, from these runs and programs."""
        dated = runs.filter(generation=OuterRef("pk"), first_model_year__isnull=False).order_by("first_model_year")
        own_programs = programs.filter(generation=OuterRef("pk")).exclude(sales_start="").order_by("sales_start")
        return self.annotate(
            first_model_year=Subquery(dated.values("first_model_year")[:1]),
            first_sale=Subquery(own_programs.values("sales_start")[:1]),
        )


class ProductionRunQuerySet(EntryQuerySet):
    published_through = ("generation", "generation__model", "generation__model__make", "plant")

    def current(self):
        return self.filter(status="current")

    def built_between(self, first: int | None, last: int | None):
        """Runs whose model years overlap the span; an absent bound is open.

        Where a run's model years are not known, the years of its production dates stand in. A run whose
        end is not known at all counts for the years it is known to have begun in.
        """
        runs = self
        if last is not None:
            runs = runs.filter(
                Q(first_model_year__lte=last)
                | Q(first_model_year__isnull=True) & ~Q(production_start="") & Q(production_start__lt=str(last + 1))
            )
        if first is not None:
            open_end = Q(last_model_year__isnull=True) & Q(status__in=["current", "planned"])
            dated_end = Q(last_model_year__isnull=True) & ~Q(production_end__in=["", OPEN])
            unknown_end = Q(last_model_year__isnull=True) & Q(status="ended", production_end="")
            runs = runs.filter(
                Q(last_model_year__gte=first)
                | open_end
                | dated_end & Q(production_end__gte=str(first))
                | unknown_end & Q(first_model_year__gte=first)
            )
            # A run of which nothing is dated can't be said to overlap anything.
            runs = runs.exclude(first_model_year__isnull=True, last_model_year__isnull=True, production_start="")
        return runs

    def built_in(self, year: int):
        return self.built_between(year, year)


class ExportProgramQuerySet(EntryQuerySet):
    published_through = ("era", "japan_make")

    def published(self):
        """Published programs whose vehicle, where one is named, is public too."""
        public_vehicle = Q(generation__isnull=True) | Q(
            generation__publication="published",
            generation__model__publication="published",
            generation__model__make__publication="published",
        )
        public_plant = Q(plant__isnull=True) | Q(plant__publication="published")
        return super().published().filter(public_vehicle, public_plant)

    def with_launch(self):
        """Annotate ``launch``: when its sale began, or for want of that when it was announced."""
        return self.annotate(launch=Case(When(sales_start="", then=F("announced")), default=F("sales_start")))

    def sold_or_announced(self):
        """All but the cancelled ones: what was, is or is to be sold in Japan."""
        return self.exclude(status="cancelled")

    def announced(self):
        return self.filter(status="announced")

    def on_sale(self):
        return self.filter(status="on-sale")

    def on_sale_in(self, year: int):
        """Programs on sale in Japan during ``year``.

        An ended program whose end is not known counts for the year its sale began.
        """
        return self.filter(~Q(sales_start=""), sales_start__lt=str(year + 1)).filter(
            Q(sales_end=OPEN)
            | ~Q(sales_end__in=["", OPEN]) & Q(sales_end__gte=str(year))
            | Q(sales_end="", sales_start__gte=str(year))
        )
