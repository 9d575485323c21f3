"""Makes, models, vehicles, production runs, exports and eras in the API."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalogue.api.entries import cited
from catalogue.api.serializers import COMMON, LAST, EntrySerializer, Reference, Slugs
from catalogue.api.views import EntryDetail, EntryList
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import SearchFilter, contains
from catalogue.words import names_in
from plants.api import ManufacturerReference, PlantReference
from vehicles.api_filters import ApiVehicleFilterSet, ModelFilterSet, RunFilterSet
from vehicles.filters import ExportFilterSet, public_exports, public_runs
from vehicles.models import ExportEra, ExportProgram, Generation, Make, MarketName, ProductionRun, VehicleModel
from vehicles.views import generations_for_cards, programs_for_cards


class MakeReference(Reference):
    address = "api-make"


class ModelReference(Reference):
    address = "api-model"
    address_arguments = ("make__slug", "slug")


class VehicleReference(Reference):
    address = "api-vehicle"
    address_arguments = ("model__make__slug", "model__slug", "slug")

    key = serializers.CharField(help_text=_("make/model/generation: names it among all vehicles."))

    def get_name(self, generation) -> str:
        return generation.full_name

    def get_name_ja(self, generation) -> str:
        model = generation.model
        return " ".join(part for part in (model.make.name_ja, model.name_ja, generation.code) if part)


class EraReference(Reference):
    address = "api-era"


class ExportReference(Reference):
    address = "api-export"

    status = serializers.CharField()

    def get_name(self, program) -> str:
        return program.title

    def get_name_ja(self, program) -> str:
        return program.title_ja


# Makes and models ------------------------------------------------------------------------------------------------


class MakeFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("name", "name_ja", "slug"), label=_("Search makes"))

    SORTS = {"name": (_("name"), ("name",))}

    class Meta:
        model = Make
        fields: list[str] = []


class MakeSerializer(EntrySerializer):
    address = "api-make"

    manufacturer = serializers.SerializerMethodField()

    def get_manufacturer(self, make) -> ManufacturerReference(allow_null=True):
        if make.manufacturer.is_draft:
            return None
        return ManufacturerReference(make.manufacturer, context=self.context).data

    class Meta:
        model = Make
        fields = [*COMMON, "name", "name_ja", "manufacturer", "summary", "summary_ja", *LAST]


class MakeMixin:
    serializer_class = MakeSerializer
    filterset_class = MakeFilterSet
    file_name = "makes"

    def get_queryset(self):
        return Make.objects.published().select_related("manufacturer").prefetch_related(cited())


class MakeList(MakeMixin, EntryList):
    about = _("Brands on cars.")


class MakeDetail(MakeMixin, EntryDetail):
    about = _("One brand.")


class ModelSerializer(EntrySerializer):
    address = "api-model"
    address_arguments = ("make__slug", "slug")

    make = MakeReference()
    aliases = serializers.SerializerMethodField()

    def get_aliases(self, model) -> list[str]:
        return names_in(model.aliases)

    class Meta:
        model = VehicleModel
        fields = [*COMMON, "make", "name", "name_ja", "aliases", *LAST]


class ModelMixin:
    serializer_class = ModelSerializer
    filterset_class = ModelFilterSet
    file_name = "models"

    def get_queryset(self):
        return VehicleModel.objects.published().select_related("make").prefetch_related(cited())


class ModelList(ModelMixin, EntryList):
    about = _("Nameplates of the makes.")


class ModelDetail(ModelMixin, EntryDetail):
    about = _("One nameplate.")

    def get_object(self):
        return named(self.get_queryset(), make__slug=self.kwargs["make"], slug=self.kwargs["model"])


def named(queryset, **key):
    """The one entry with this natural key; Http404 where there is none."""
    entry = queryset.filter(**key).first()
    if entry is None:
        raise Http404
    return entry


# Production runs -------------------------------------------------------------------------------------------------


class RunSerializer(EntrySerializer):
    """One generation built at one plant for a span of model years."""

    address = "api-production-run"

    vehicle = VehicleReference(source="generation")
    make = MakeReference(source="generation.model.make")
    model = ModelReference(source="generation.model")
    generation = serializers.CharField(source="generation.name")
    plant = PlantReference()
    state = serializers.CharField(source="plant.state", help_text=_("Two-letter code."))
    body_styles = serializers.SlugRelatedField("slug", many=True, read_only=True)
    powertrains = serializers.SlugRelatedField("slug", many=True, read_only=True)

    class Meta:
        model = ProductionRun
        fields = [
            *(*COMMON, "vehicle", "make", "model", "generation", "variant", "variant_ja", "plant", "state", "status"),
            *("first_model_year", "last_model_year", "production_start", "production_end"),
            *("body_styles", "powertrains", "notes", *LAST),
        ]


def runs_told():
    related = ("generation__model__make", "plant")
    return public_runs().select_related(*related).prefetch_related("body_styles", "powertrains", cited())


class RunMixin:
    serializer_class = RunSerializer
    filterset_class = RunFilterSet
    file_name = "production-runs"

    def get_queryset(self):
        return runs_told()


class RunList(RunMixin, EntryList):
    about = _("Which generation was built at which plant, in which years.")


class RunDetail(RunMixin, EntryDetail):
    about = _("One production run.")


# Vehicles ----------------------------------------------------------------------------------------------------------


class RunWithin(serializers.ModelSerializer):
    """A production run as its vehicle tells it; all of it is in the list of production runs."""

    plant = PlantReference()
    state = serializers.CharField(source="plant.state")
    body_styles = serializers.SlugRelatedField("slug", many=True, read_only=True)
    powertrains = serializers.SlugRelatedField("slug", many=True, read_only=True)

    class Meta:
        model = ProductionRun
        fields = [
            *("slug", "plant", "state", "variant", "status", "first_model_year", "last_model_year"),
            *("production_start", "production_end", "body_styles", "powertrains"),
        ]


class MarketNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = MarketName
        fields = ["name", "name_ja", "market", "market_ja", "note", "note_ja"]


class VehicleSerializer(EntrySerializer):
    """One design of a model: what a reader thinks of as a vehicle."""

    address = "api-vehicle"
    address_arguments = ("model__make__slug", "model__slug", "slug")

    key = serializers.CharField(help_text=_("make/model/generation: names it among all vehicles."))
    name = serializers.CharField(source="full_name")
    make = MakeReference(source="model.make")
    model = ModelReference()
    generation = serializers.CharField(source="name", help_text=_("Which one of its model."))
    market_names = MarketNameSerializer(many=True)
    plants = PlantReference(source="public_plants", many=True)
    states = serializers.ListField(child=serializers.CharField(), help_text=_("Two-letter codes."))
    body_styles = Slugs(source="bodies")
    powertrains = Slugs(source="public_powertrains")
    first_model_year = serializers.IntegerField(allow_null=True)
    last_model_year = serializers.IntegerField(allow_null=True, help_text=_("null while it is built, or if not known."))
    runs = RunWithin(source="public_runs", many=True)
    exports = ExportReference(source="public_exports", many=True)

    class Meta:
        model = Generation
        fields = [
            *(*COMMON, "key", "name", "make", "model", "generation", "code", "ordinal", "market_names"),
            *("plants", "states", "body_styles", "powertrains", "first_model_year", "last_model_year"),
            *("summary", "summary_ja", "runs", "exports", *LAST),
        ]


class VehicleMixin:
    serializer_class = VehicleSerializer
    filterset_class = ApiVehicleFilterSet
    file_name = "vehicles"

    def get_queryset(self):
        return generations_for_cards().prefetch_related("market_names", cited())


class VehicleList(VehicleMixin, EntryList):
    about = _("Generations of cars, trucks and vans that plants in the United States built.")


class VehicleDetail(VehicleMixin, EntryDetail):
    about = _("One generation.")

    def get_object(self):
        key = (self.kwargs["make"], self.kwargs["model"], self.kwargs["generation"])
        return named(self.get_queryset(), **dict(zip(Generation.natural_key_fields, key, strict=True)))


# Exports -----------------------------------------------------------------------------------------------------------


class ExportSerializer(EntrySerializer):
    """One vehicle line built in the US and sold in Japan under a Japanese name."""

    address = "api-export"

    japan_make = MakeReference()
    vehicle = VehicleReference(source="generation", allow_null=True)
    plant = PlantReference(allow_null=True)
    state = serializers.CharField(source="plant.state", default=None, allow_null=True, help_text=_("Two-letter code."))
    era = EraReference()
    body_styles = serializers.SlugRelatedField("slug", many=True, read_only=True)

    class Meta:
        model = ExportProgram
        fields = [
            *(*COMMON, "title", "title_ja", "japan_name", "japan_name_ja", "japan_make", "us_make", "us_model"),
            *("vehicle", "plant", "state", "era", "status", "status_as_of", "drive_side", "body_styles"),
            *("announced", "sales_start", "sales_end", "sales_channel", "target", "units_sold", "units_note"),
            *("price_yen", "price_note", "certification"),
            *("differences", "differences_ja", "summary", "summary_ja", *LAST),
        ]


class ExportMixin:
    serializer_class = ExportSerializer
    filterset_class = ExportFilterSet
    file_name = "exports"

    def get_queryset(self):
        return programs_for_cards().prefetch_related(cited())


class ExportList(ExportMixin, EntryList):
    about = _("Programs of exports to Japan, announced ones included.")


class ExportDetail(ExportMixin, EntryDetail):
    about = _("One export program.")


class EraFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("name", "name_ja", "slug"), label=_("Search eras"))

    SORTS = {"start": (_("start"), ("start",))}

    class Meta:
        model = ExportEra
        fields: list[str] = []


class EraSerializer(EntrySerializer):
    address = "api-era"

    exports = ExportReference(source="public_exports", many=True)

    class Meta:
        model = ExportEra
        fields = [*COMMON, "name", "name_ja", "start", "end", "summary", "summary_ja", "exports", *LAST]


class EraMixin:
    serializer_class = EraSerializer
    filterset_class = EraFilterSet
    file_name = "eras"

    def get_queryset(self):
        exports = Prefetch("programs", public_exports(), to_attr="public_exports")
        return ExportEra.objects.published().prefetch_related(exports, cited())


class EraList(EraMixin, EntryList):
    about = _("Periods of exports to Japan.")


class EraDetail(EraMixin, EntryDetail):
    about = _("One period.")
