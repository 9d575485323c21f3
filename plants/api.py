"""Manufacturers and plants in the API. Lists of plants also come as GeoJSON."""

from __future__ import annotations

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalogue.api.entries import cited
from catalogue.api.renderers import GeoJsonRenderer
from catalogue.api.serializers import COMMON, LAST, EntrySerializer, Reference
from catalogue.api.views import EntryDetail, EntryList
from catalogue.facets import Facet
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import SearchFilter, contains
from catalogue.words import names_in
from plants.choices import ManufacturerKind
from plants.filters import PlantFilterSet, public_owners
from plants.models import Manufacturer, Ownership, Plant
from plants.views import plants_for_cards


class ManufacturerReference(Reference):
    address = "api-manufacturer"


class PlantReference(Reference):
    address = "api-plant"

    short_name = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField(help_text=_("Two-letter code."))


# Manufacturers -------------------------------------------------------------------------------------------------


class ManufacturerFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("name", "name_ja", "aliases", "slug"), label=_("Search manufacturers"))
    kind = Facet(
        label=_("Kind"), rows=Manufacturer.objects.published, value="kind", entry="pk", choices=ManufacturerKind.choices
    )

    SORTS = {"name": (_("name"), ("name",))}

    class Meta:
        model = Manufacturer
        fields: list[str] = []


class HoldingSerializer(serializers.ModelSerializer):
    """A share of a plant, or its operation, over some time."""

    plant = PlantReference()

    class Meta:
        model = Ownership
        fields = ["plant", "role", "share", "since", "until", "note", "note_ja"]


class ManufacturerSerializer(EntrySerializer):
    address = "api-manufacturer"

    aliases = serializers.SerializerMethodField()
    parent = serializers.SerializerMethodField()
    plants = HoldingSerializer(source="public_holdings", many=True)

    def get_aliases(self, maker) -> list[str]:
        return names_in(maker.aliases)

    def get_parent(self, maker) -> ManufacturerReference(allow_null=True):
        if maker.parent is None or maker.parent.is_draft:
            return None
        return ManufacturerReference(maker.parent, context=self.context).data

    class Meta:
        model = Manufacturer
        fields = [
            *(*COMMON, "name", "name_ja", "aliases", "kind", "parent", "country", "founded"),
            *("us_manufacturing_since", "website", "summary", "summary_ja", "plants", *LAST),
        ]


class ManufacturerMixin:
    serializer_class = ManufacturerSerializer
    filterset_class = ManufacturerFilterSet
    file_name = "manufacturers"

    def get_queryset(self):
        held = Ownership.objects.filter(plant__publication="published").select_related("plant")
        return (
            Manufacturer.objects.published()
            .select_related("parent")
            .prefetch_related(Prefetch("ownerships", held, to_attr="public_holdings"), cited())
        )


class ManufacturerList(ManufacturerMixin, EntryList):
    about = _("Companies and joint ventures that own or operate plants.")


class ManufacturerDetail(ManufacturerMixin, EntryDetail):
    about = _("One company or joint venture.")


# Plants --------------------------------------------------------------------------------------------------------


class AliasSerializer(serializers.Serializer):
    name = serializers.CharField()
    kind = serializers.CharField()


class OwnerSerializer(serializers.ModelSerializer):
    """Who owned which share of the plant, or operated it, from when to when."""

    manufacturer = ManufacturerReference()

    class Meta:
        model = Ownership
        fields = ["manufacturer", "role", "share", "since", "until", "note", "note_ja"]


class PlantSerializer(EntrySerializer):
    address = "api-plant"

    latitude = serializers.FloatField(allow_null=True, help_text=_("Degrees north."))
    longitude = serializers.FloatField(allow_null=True, help_text=_("Degrees; west is negative."))
    capacity = serializers.FloatField(allow_null=True, help_text=_("In a year, in capacity_unit."))
    aliases = AliasSerializer(many=True)
    owners = OwnerSerializer(source="shown_owners", many=True)
    generations = serializers.IntegerField(help_text=_("How many generations of vehicles it built."))

    class Meta:
        model = Plant
        fields = [
            *(*COMMON, "name", "name_ja", "short_name", "short_name_ja", "aliases", "kind", "status", "operator_name"),
            *("city", "city_ja", "county", "county_ja", "state"),
            *("latitude", "longitude", "location_note", "location_note_ja"),
            *("announced", "production_start", "production_end", "employees", "employees_as_of"),
            *("capacity", "capacity_unit", "capacity_unit_ja", "capacity_as_of", "owners", "generations"),
            *("summary", "summary_ja", "brand_window", "site_today", *LAST),
        ]


class PlantMixin:
    serializer_class = PlantSerializer
    filterset_class = PlantFilterSet
    file_name = "plants"

    def get_queryset(self):
        owners = public_owners().select_related("manufacturer")
        return plants_for_cards().prefetch_related(
            "aliases", Prefetch("ownerships", owners, to_attr="shown_owners"), cited()
        )


class PlantList(PlantMixin, EntryList):
    about = _("Factories in the United States, open and closed.")

    renderer_classes = [*EntryList.renderer_classes, GeoJsonRenderer]


class PlantDetail(PlantMixin, EntryDetail):
    about = _("One factory.")
