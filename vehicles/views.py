"""Pages about vehicles and their life in Japan."""

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.pages import BrowseView, EntryView
from vehicles.filters import ExportFilterSet, VehicleFilterSet, public_exports, public_runs
from vehicles.models import ExportEra, ExportProgram, Generation, Make, VehicleModel


def runs_for_cards():
    return public_runs().select_related("plant").prefetch_related("body_styles", "powertrains")


def generations_for_cards():
    """Public generations with all that a card or table row says of them."""
    return (
        Generation.objects.published()
        .with_years(public_runs(), public_exports())
        .select_related("model__make")
        .prefetch_related(
            Prefetch("runs", runs_for_cards(), to_attr="public_runs"),
            Prefetch("exports", public_exports(), to_attr="public_exports"),
        )
    )


def programs_for_cards():
    return (
        ExportProgram.objects.published()
        .with_launch()
        .select_related("era", "plant", "japan_make", "generation__model__make")
    )


class VehicleList(BrowseView):
    template_name = "vehicles/vehicle_list.html"
    filterset_class = VehicleFilterSet
    presets = (
        (_("Built today"), "?production=current"),
        (_("Sold in Japan, or announced"), "?exported=yes"),
        (_("Pickups"), "?body=pickup"),
        (_("Hybrids built today"), "?powertrain=hybrid&production=current"),
        (_("Built in Texas"), "?state=TX"),
    )

    def get_queryset(self):
        return generations_for_cards()


class MakePage(EntryView):
    model = Make
    template_name = "vehicles/make.html"
    slug_url_kwarg = "make"

    def get_queryset(self):
        return super().get_queryset().select_related("manufacturer")

    def related_entries(self):
        make = self.object
        generations = Q(generations__publication="published")
        return {
            "models": make.models.published()
            .annotate(generation_count=Count("generations", filter=generations))
            .order_by("name"),
            "exports": programs_for_cards().filter(japan_make=make).order_by("launch", "title"),
        }

    def breadcrumbs(self):
        return [(gettext("Vehicles"), reverse("vehicles"))]

    def structured_data(self):
        return {"@type": "Brand", "name": self.object.local_name, "description": self.object.local_summary}


class ModelPage(EntryView):
    model = VehicleModel
    template_name = "vehicles/model.html"
    slug_url_kwarg = "model"

    def get_queryset(self):
        return super().get_queryset().filter(make__slug=self.kwargs["make"]).select_related("make")

    def related_entries(self):
        return {
            "generations": generations_for_cards().filter(model=self.object),
            "exports": programs_for_cards().filter(generation__model=self.object).order_by("launch", "title"),
        }

    def breadcrumbs(self):
        make = self.object.make
        return [(gettext("Vehicles"), reverse("vehicles")), (make.local_name, make.get_absolute_url())]

    def page_name(self):
        return self.object.full_name

    def structured_data(self):
        return {"@type": "ProductGroup", "name": self.object.full_name, "brand": brand(self.object.make)}


def brand(make: Make) -> dict:
    return {"@type": "Brand", "name": make.local_name}


class GenerationPage(EntryView):
    model = Generation
    template_name = "vehicles/generation.html"
    slug_url_kwarg = "generation"

    def get_queryset(self):
        of_model = {"model__make__slug": self.kwargs["make"], "model__slug": self.kwargs["model"]}
        return super().get_queryset().filter(**of_model).select_related("model__make")

    def related_entries(self):
        return {
            "runs": runs_for_cards().filter(generation=self.object),
            "exports": programs_for_cards().filter(generation=self.object).order_by("launch", "title"),
            "market_names": self.object.market_names.all(),
        }

    def get_context_data(self, **kwargs):
        siblings = Generation.objects.published().filter(model=self.object.model).select_related("model__make")
        return super().get_context_data(
            siblings=siblings.with_years(public_runs(), public_exports()).order_by(
                "first_model_year", "ordinal", "slug"
            ),
            **kwargs,
        )

    def breadcrumbs(self):
        model = self.object.model
        return [
            (gettext("Vehicles"), reverse("vehicles")),
            (model.make.local_name, model.make.get_absolute_url()),
            (model.local_name, model.get_absolute_url()),
        ]

    def page_name(self):
        return self.object.full_name

    def structured_data(self):
        generation = self.object
        return {
            "@type": "Car",
            "name": generation.full_name,
            "brand": brand(generation.model.make),
            "model": generation.model.local_name,
            "description": generation.local_summary,
            "bodyType": sorted({body.local_name for run in self.related["runs"] for body in run.body_styles.all()}),
        }


class ExportList(BrowseView):
    template_name = "vehicles/export_list.html"
    filterset_class = ExportFilterSet
    presets = (
        (_("On sale in Japan now"), "?status=on-sale"),
        (_("Announced for Japan"), "?status=announced"),
        (_("Right-hand drive"), "?drive=rhd"),
        (_("On sale in 1995"), "?year=1995"),
    )

    def get_queryset(self):
        return programs_for_cards().prefetch_related("body_styles")


class ProgramPage(EntryView):
    model = ExportProgram
    template_name = "vehicles/program.html"

    def get_queryset(self):
        related = ("era", "plant", "japan_make", "generation__model__make")
        return super().get_queryset().select_related(*related).prefetch_related("body_styles")

    def related_entries(self):
        program = self.object
        runs = runs_for_cards().filter(generation=program.generation_id, plant=program.plant_id)
        return {"runs": runs if program.generation_id and program.plant_id else []}

    def get_context_data(self, **kwargs):
        others = programs_for_cards().filter(era=self.object.era).exclude(pk=self.object.pk).order_by("launch", "title")
        return super().get_context_data(others=others, **kwargs)

    def breadcrumbs(self):
        era = self.object.era
        return [(gettext("Exports to Japan"), reverse("exports")), (era.local_name, era.get_absolute_url())]

    def page_name(self):
        return self.object.local_title

    def structured_data(self):
        program = self.object
        return {
            "@type": "Car",
            "name": f"{program.japan_make.local_name} {program.local_japan_name}",
            "alternateName": program.japan_name_ja or program.japan_name,
            "brand": brand(program.japan_make),
            "description": program.local_summary,
            "areaServed": "JP",
            "bodyType": [body.local_name for body in program.body_styles.all()],
        }


class EraPage(EntryView):
    model = ExportEra
    template_name = "vehicles/era.html"

    def related_entries(self):
        return {"exports": programs_for_cards().filter(era=self.object).order_by("launch", "title")}

    def get_context_data(self, **kwargs):
        return super().get_context_data(eras=ExportEra.objects.published(), **kwargs)

    def breadcrumbs(self):
        return [(gettext("Exports to Japan"), reverse("exports"))]

    def structured_data(self):
        era = self.object
        data = {"@type": "Event", "name": era.local_name, "description": era.local_summary, "startDate": era.start}
        return data if era.end == ".." else {**data, "endDate": era.end}
