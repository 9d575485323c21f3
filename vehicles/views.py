"""Pages about vehicles and their life in Japan."""

from collections.abc import Sequence
from functools import cache

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from catalogue.context import absolute, translations
from catalogue.models import Milestone
from catalogue.pages import BrowseView, EntryView
from catalogue.paging import Excerpt
from catalogue.query import query_string
from plants.drawings.railway import model_timeline
from vehicles import comparison, prices
from vehicles.drawings.timelines import export_timeline
from vehicles.filters import ExportFilterSet, VehicleFilterSet, public_exports, public_runs
from vehicles.fit.section import Fit, FitMixin, fit_of_generation, fit_of_program
from vehicles.models import ExportEra, ExportProgram, Generation, Make, Specification, VehicleModel
from vehicles.prices import TodaysPrice, todays_price


def runs_for_cards():
    return public_runs().select_related("plant").prefetch_related("body_styles", "powertrains")


def generations_for_cards():
    """Public generations with all that a card or table row says of them."""
    return _generations_for_cards().all()


@cache
def _generations_for_cards():
    """Put together once: that takes as long as asking for a page of them."""
    return (
        Generation.objects.published()
        .with_years(public_runs(), public_exports())
        .select_related("model__make")
        .prefetch_related(
            Prefetch("runs", runs_for_cards(), to_attr="public_runs"),
            Prefetch("exports", public_exports().select_related("japan_make"), to_attr="public_exports"),
        )
    )


def specifications_told():
    """Public specifications with all that a page says of them."""
    return Specification.objects.published().with_fit().select_related("body_style").prefetch_related("powertrains")


def programs_for_cards():
    return (
        ExportProgram.objects.published()
        .with_launch()
        .select_related("era", "plant", "japan_make", "generation__model__make")
        .prefetch_related("body_styles")
    )


class VehicleList(BrowseView):
    template_name = "vehicles/vehicle_list.html"
    filterset_class = VehicleFilterSet
    api_name = "api-vehicles"
    feed = "vehicles-feed"
    presets = (
        (_("Built today"), "?production=current"),
        (_("Sold in Japan, or announced"), "?exported=yes"),
        (_("Pickups"), "?body=pickup"),
        (_("Hybrids built today"), "?powertrain=hybrid&production=current"),
        (_("Built in Texas"), "?state=TX"),
        (_("Fits a mechanical car park in Japan"), "?garage=ordinary&garage=newer"),
    )

    def get_queryset(self):
        return generations_for_cards()

    def get_context_data(self, *, filters, results, **kwargs):
        """Adds the vehicles put aside to be compared, and to each card the link that adds it to them."""
        compared = comparison.choose(
            self.request.GET.getlist("compare"), Generation.objects.published().select_related("model__make")
        )
        for generation in compared.generations:
            generation.drop_link = filters.query.dropping("compare", generation.key)
        compared.leave_out_link = filters.query.dropping("compare", *compared.unknown)
        chosen, link_to = {generation.key for generation in compared.generations}, filters.query.adding("compare")
        for generation in results:
            generation.compared = generation.key in chosen
            if not generation.compared and len(chosen) < comparison.MOST:
                generation.compare_link = link_to(generation.key)
        return super().get_context_data(filters=filters, results=results, compared=compared, **kwargs)


class MakePage(EntryView):
    model = Make
    api_name = "api-make"
    changes_by = "make"
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
    api_name = "api-model"
    template_name = "vehicles/model.html"
    slug_url_kwarg = "model"

    def get_queryset(self):
        return super().get_queryset().filter(make__slug=self.kwargs["make"]).select_related("make")

    def related_entries(self):
        return {
            "generations": generations_for_cards().filter(model=self.object),
            "exports": programs_for_cards().filter(generation__model=self.object).order_by("launch", "title"),
        }

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        runs = [run for generation in context["generations"] for run in generation.public_runs]
        return {**context, "timeline": model_timeline(runs)}

    def breadcrumbs(self):
        make = self.object.make
        return [(gettext("Vehicles"), reverse("vehicles")), (make.local_name, make.get_absolute_url())]

    def page_name(self):
        return self.object.full_name

    def structured_data(self):
        return {"@type": "ProductGroup", "name": self.object.full_name, "brand": brand(self.object.make)}


def brand(make: Make) -> dict:
    return {"@type": "Brand", "name": make.local_name}


class GenerationPage(FitMixin, EntryView):
    model = Generation
    api_name = "api-vehicle"
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
            "specifications": specifications_told().filter(generation=self.object),
        }

    def get_context_data(self, **kwargs):
        model = self.object.model
        siblings = Generation.objects.published().filter(model=model).select_related("model__make")
        runs = public_runs().filter(generation__model=model).select_related("plant", "generation__model__make")
        context = super().get_context_data(
            siblings=siblings.with_years(public_runs(), public_exports()).order_by(
                "first_model_year", "ordinal", "slug"
            ),
            timeline=model_timeline(runs, here=self.object),
            **kwargs,
        )
        self.object.public_runs = context["runs"]
        return context

    @cached_property
    def fit(self) -> Fit:
        """Of one that was sold in Japan its programs' pages tell."""
        told = self.related
        if told["exports"]:
            return Fit()
        return fit_of_generation(self.object.full_name, told["runs"], told["specifications"])

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


def eras_and_policy() -> dict[str, list]:
    """What the export timeline shows besides programs: the eras, and the turns of trade policy meanwhile."""
    policy = Milestone.objects.published().filter(kind="policy", date__gte="1987")
    return {"eras": list(ExportEra.objects.published()), "policy": list(policy.order_by("date", "slug"))}


class ExportList(BrowseView):
    """The programs of the page stand on its timeline too."""

    template_name = "vehicles/export_list.html"
    filterset_class = ExportFilterSet
    api_name = "api-exports"
    feed = "exports-feed"
    per_page = 60
    presets = (
        (_("On sale in Japan now"), "?status=on-sale"),
        (_("Announced for Japan"), "?status=announced"),
        (_("Right-hand drive"), "?drive=rhd"),
        (_("On sale in 1995"), "?year=1995"),
        (_("5-number size"), "?size=5-number"),
        (_("Fits a mechanical car park"), "?garage=ordinary&garage=newer"),
    )

    def get_queryset(self):
        return programs_for_cards()

    def get_context_data(self, *, filters, results, **kwargs):
        background = eras_and_policy()
        in_time_order = sorted(results, key=lambda program: (program.launch, program.title))
        return super().get_context_data(
            filters=filters,
            results=results,
            timeline=export_timeline(in_time_order, **background, as_of=filters.as_of),
            **background,
            **kwargs,
        )


class ProgramPage(FitMixin, EntryView):
    model = ExportProgram
    api_name = "api-export"
    template_name = "vehicles/program.html"

    def get_queryset(self):
        related = ("era", "plant", "japan_make", "generation__model__make")
        return super().get_queryset().select_related(*related).prefetch_related("body_styles")

    def related_entries(self):
        program = self.object
        runs = runs_for_cards().filter(generation=program.generation_id, plant=program.plant_id)
        return {
            "runs": runs if program.generation_id and program.plant_id else [],
            "specifications": specifications_told().filter(program=program),
        }

    @cached_property
    def fit(self) -> Fit:
        return fit_of_program(self.object, self.related["specifications"])

    @cached_property
    def todays_price(self) -> TodaysPrice | None:
        return todays_price(self.object)

    def rules(self):
        return (*super().rules(), *(prices.SOURCES if self.todays_price else ()))

    def get_context_data(self, **kwargs):
        others = programs_for_cards().filter(era=self.object.era).exclude(pk=self.object.pk).order_by("launch", "title")
        context = super().get_context_data(others=Excerpt(others), **kwargs)
        both = comparison.both_sides(self.object, context["runs"])
        return {**context, "both_sides": both, "todays_price": self.todays_price, "price_sources": prices.SOURCES}

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
    api_name = "api-era"
    changes_by = "era"
    template_name = "vehicles/era.html"

    def related_entries(self):
        return {"exports": programs_for_cards().filter(era=self.object).order_by("launch", "title")}

    def get_context_data(self, **kwargs):
        background = eras_and_policy()
        context = super().get_context_data(**background, **kwargs)
        return {**context, "timeline": export_timeline(context["exports"], **background)}

    def breadcrumbs(self):
        return [(gettext("Exports to Japan"), reverse("exports"))]

    def structured_data(self):
        era = self.object
        data = {"@type": "Event", "name": era.local_name, "description": era.local_summary, "startDate": era.start}
        return data if era.end == ".." else {**data, "endDate": era.end}


class Compare(TemplateView):
    """Up to four generations side by side (``v``, repeated); ``only=differences`` leaves out what they share."""

    template_name = "vehicles/compare.html"

    def get(self, request, *args, **kwargs):
        generations = generations_for_cards().prefetch_related("market_names")
        choice = comparison.choose(request.GET.getlist("v"), generations)
        only = request.GET.get("only") == "differences" and len(choice.generations) > 1
        return self.render_to_response(
            self.get_context_data(choice=choice, only_differences=only), status=400 if choice.problems else 200
        )

    def get_context_data(self, *, choice, only_differences, **kwargs):
        keys = [generation.key for generation in choice.generations]
        only = ["differences"] if only_differences else []
        for generation in choice.generations:
            others = [key for key in keys if key != generation.key]
            generation.drop_link = compare_link(others, only)
            for program in generation.public_exports:
                runs = [run for run in generation.public_runs if run.plant_id == program.plant_id]
                program.both_sides = comparison.both_sides(program, runs)
        state = compare_link(keys) if keys else ""
        same = [(code, absolute(self.request, path)) for code, path in translations(self.request.path)]
        return super().get_context_data(
            generations=choice.generations,
            problems=choice.problems,
            rows=comparison.table(choice.generations, only_differences=only_differences),
            only_differences=only_differences,
            toggle_link=compare_link(keys, [] if only_differences else ["differences"]),
            add_link=reverse("vehicles") + query_string({"compare": keys} if keys else {}).removeprefix("."),
            keys=keys,
            room=len(keys) < comparison.MOST,
            suggestions=[] if keys else suggested_comparisons(),
            canonical=absolute(self.request, self.request.path) + state,
            alternates=[(code, address + state) for code, address in same],
            language_links=[(code, address + (compare_link(keys, only) if keys else "")) for code, address in same],
            **kwargs,
        )


def compare_link(keys: list[str], only: Sequence[str] = ()) -> str:
    """The query string of a comparison, in the order of its columns."""
    return query_string({"v": keys, **({"only": list(only)} if only else {})})


def suggested_comparisons() -> list[tuple[str, str]]:
    """(label, query string) of comparisons worth a look: models of which several generations went to Japan."""
    of_models = public_exports().filter(generation__isnull=False).order_by().values("generation__model")
    several = of_models.annotate(number=Count("generation", distinct=True)).filter(number__gt=1)
    found = several.order_by("-number", "generation__model__name", "generation__model")
    keys = list(found.values_list("generation__model", flat=True)[:4])
    exported = Generation.objects.published().filter(exports__in=public_exports()).distinct()
    in_order = exported.select_related("model__make").order_by("ordinal", "slug")
    models = VehicleModel.objects.select_related("make").prefetch_related(Prefetch("generations", in_order))
    by_key = models.in_bulk(keys)
    return [
        (by_key[key].full_name, compare_link([one.key for one in by_key[key].generations.all()][: comparison.MOST]))
        for key in keys
    ]
