"""Filters of lists that only the API has: models, production runs. Vehicles and exports have those of the pages."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.facets import Facet, vocabulary
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import SearchFilter, YearsFilter, contains
from plants.models import Plant
from plants.states import CODES, state_name
from vehicles.choices import RunStatus
from vehicles.filters import VehicleFilterSet, generation_matching_word, public_runs
from vehicles.models import BodyStyle, Generation, Make, Powertrain, ProductionRun, VehicleModel


class ApiVehicleFilterSet(VehicleFilterSet):
    """The filters of the page. What a reader put aside to compare is no concern of the API."""

    CARRIED = ()
    indexed_as = VehicleFilterSet


class ModelFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("name", "name_ja", "aliases", "slug"), label=_("Search models"))
    make = Facet(
        label=_("Make"),
        rows=VehicleModel.objects.published,
        value="make__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(
            Make.objects.published(), listed=Q(pk__in=VehicleModel.objects.published().values("make"))
        ),
        page="make",
    )

    SORTS = {"name": (_("name"), ("make__name", "name", "slug"))}

    class Meta:
        model = VehicleModel
        fields: list[str] = []


def run_matching_word(word: str) -> Q:
    generations = Generation.objects.published().filter(generation_matching_word(word))
    return Q(generation__in=generations)


class RunFilterSet(BrowseFilterSet):
    """Filters of production runs. ``built_from`` and ``built_to`` find runs whose years overlap the span."""

    q = SearchFilter(run_matching_word, label=_("Search production runs"))
    make = Facet(
        label=_("Make"),
        rows=public_runs,
        value="generation__model__make__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(Make.objects.published()),
        page="make",
    )
    plant = Facet(
        label=_("Plant"),
        rows=public_runs,
        value="plant__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(Plant.objects.published(), label="short_name", label_ja=None),
        page="plant",
    )
    state = Facet(
        label=_("Plant state"),
        rows=public_runs,
        value="plant__state",
        entry="pk",
        vocabulary=lambda: vocabulary(public_runs(), value="plant__state", label="plant__state", label_ja=None),
        relabel=state_name,
        upper=True,
        also_valid=CODES,
    )
    body = Facet(
        label=_("Body"),
        rows=public_runs,
        value="body_styles__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(BodyStyle.objects.all(), place="position"),
    )
    powertrain = Facet(
        label=_("Powertrain"),
        rows=public_runs,
        value="powertrains__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(Powertrain.objects.all(), place="position"),
    )
    status = Facet(label=_("Status"), rows=public_runs, value="status", entry="pk", choices=RunStatus.choices)
    built_from = YearsFilter(label=_("Built from"), help_text=_("Model year, such as 1990."))
    built_to = YearsFilter(label=_("Built to"), help_text=_("Model year, such as 1999."))

    SORTS = {
        "built": (_("first built"), ("first_model_year", "slug")),
        "vehicle": (_("vehicle"), ("generation__model__make__name", "generation__model__name", "slug")),
    }

    class Meta:
        model = ProductionRun
        fields: list[str] = []

    def found(self, without=None):
        found, span = super().found(without), self.built_span(without)
        if not span:
            return found
        return found & self.index.answer(("built", span), Q(pk__in=public_runs().built_between(*span).values("pk")))
