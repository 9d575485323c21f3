"""Specifications in the API, with how they fit in Japan."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalogue.api.entries import cited
from catalogue.api.serializers import COMMON, LAST, EntrySerializer
from catalogue.api.views import EntryDetail, EntryList
from catalogue.facets import Facet, vocabulary
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import SearchFilter
from vehicles.api import ExportReference, MakeReference, VehicleReference
from vehicles.choices import Market
from vehicles.filters import fit_facets, generation_matching_word, specifications
from vehicles.models import BodyStyle, Generation, Make, Powertrain, Specification
from vehicles.specifications import RANGES


def specification_matching_word(word: str) -> Q:
    own = Q(variant__icontains=word) | Q(engine__icontains=word) | Q(type_designation__icontains=word)
    generations = Generation.objects.published().filter(generation_matching_word(word))
    return own | Q(generation__in=generations)


class SpecificationFilterSet(BrowseFilterSet):
    q = SearchFilter(specification_matching_word, label=_("Search specifications"))
    make = Facet(
        label=_("Make"),
        rows=Specification.objects.published,
        value="generation__model__make__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(Make.objects.published()),
        page="make",
    )
    market = Facet(
        label=_("Market"), rows=Specification.objects.published, value="market", entry="pk", choices=Market.choices
    )
    body = Facet(
        label=_("Body"),
        rows=Specification.objects.published,
        value="body_style__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(BodyStyle.objects.all(), place="position"),
    )
    powertrain = Facet(
        label=_("Powertrain"),
        rows=Specification.objects.published,
        value="powertrains__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(Powertrain.objects.all(), place="position"),
    )
    size, garage, bay = fit_facets(specifications, "pk")

    SORTS = {
        "vehicle": (_("vehicle"), ("generation__model__make__name", "generation__model__name", "slug")),
        "length": (_("length"), ("length_mm", "slug")),
        "width": (_("width"), ("width_mm", "slug")),
    }

    class Meta:
        model = Specification
        fields: list[str] = []


class SpecificationSerializer(EntrySerializer):
    """What one variant measures, weighs and is driven by. ``_max`` is the upper end of a range."""

    address = "api-specification"

    vehicle = VehicleReference(source="generation")
    make = MakeReference(source="generation.model.make")
    export = serializers.SerializerMethodField(help_text=_("The export program it belongs to."))
    body_style = serializers.SlugRelatedField("slug", read_only=True)
    powertrains = serializers.SlugRelatedField("slug", many=True, read_only=True)
    size_class = serializers.CharField(help_text=_("5-number, 3-number, 4-number or 1-number; empty if not known."))
    garage = serializers.CharField(
        help_text=_("Which mechanical car park it fits by size: ordinary, newer, high-roof, none.")
    )
    bay = serializers.CharField(help_text=_("Which parking bay it fits: small, standard or none."))

    def get_export(self, spec) -> ExportReference(allow_null=True):
        if spec.program is None or spec.program.is_draft:
            return None
        return ExportReference(spec.program, context=self.context).data

    class Meta:
        model = Specification
        fields = [
            *(*COMMON, "vehicle", "make", "export", "market", "variant", "variant_ja"),
            *("first_model_year", "last_model_year", "body_style", "powertrains"),
            *(name for field in RANGES for name in (field, f"{field}_max")),
            *("doors", "engine", "displacement_nominal", "torque_nm", "transmission", "drive"),
            *("type_designation", "price_yen", "notes", "notes_ja", "size_class", "garage", "bay", *LAST),
        ]


class SpecificationMixin:
    serializer_class = SpecificationSerializer
    filterset_class = SpecificationFilterSet
    file_name = "specifications"

    def get_queryset(self):
        related = ("generation__model__make", "program", "body_style")
        return specifications().select_related(*related).prefetch_related("powertrains", cited())


class SpecificationList(SpecificationMixin, EntryList):
    about = _("Dimensions, weights and engines of exported vehicles and of those built in the United States today.")


class SpecificationDetail(SpecificationMixin, EntryDetail):
    about = _("One variant of a vehicle in one market.")
