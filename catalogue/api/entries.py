"""Sources, milestones and statistics in the API."""

from __future__ import annotations

from django.apps import apps
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalogue.api.serializers import COMMON, LAST, EntrySerializer
from catalogue.api.views import EntryDetail, EntryList
from catalogue.entries import Entry
from catalogue.facets import Facet, vocabulary
from catalogue.filters import BrowseFilterSet
from catalogue.models import Citation, Milestone, MilestoneKind, Series, Source, Statistic
from catalogue.parameters import SearchFilter, contains


def cited() -> Prefetch:
    """The citations of the entries of a list, with their sources: two queries for all of them."""
    return Prefetch("citations", Citation.objects.select_related("source").order_by("pk"))


# Sources -----------------------------------------------------------------------------------------------------


class SourceFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("title", "publisher", "url", "slug"), label=_("Search sources"))

    SORTS = {"slug": (_("id"), ("slug",)), "published": (_("date"), ("published_on", "slug"))}

    class Meta:
        model = Source
        fields: list[str] = []


class SourceSerializer(EntrySerializer):
    address = "api-source"

    original = serializers.CharField(source="url", help_text=_("Where it was published; empty if not on the web."))
    uses = serializers.IntegerField(help_text=_("How many citations rest on it."))
    citations = None  # it is what others cite

    class Meta:
        model = Source
        fields = [*COMMON, "title", "publisher", "published_on", "language", "original", "uses"]


class SourceMixin:
    serializer_class = SourceSerializer
    filterset_class = SourceFilterSet
    file_name = "sources"

    def get_queryset(self):
        return Source.objects.with_use()


class SourceList(SourceMixin, EntryList):
    about = _("Publications that the catalogue rests on.")


class SourceDetail(SourceMixin, EntryDetail):
    about = _("One publication.")


# Milestones --------------------------------------------------------------------------------------------------


class MilestoneFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("title", "title_ja", "detail", "detail_ja"), label=_("Search milestones"))
    kind = Facet(
        label=_("Kind"), rows=Milestone.objects.published, value="kind", entry="pk", choices=MilestoneKind.choices
    )

    SORTS = {"date": (_("date"), ("date", "slug"))}

    class Meta:
        model = Milestone
        fields: list[str] = []


class MilestoneSerializer(EntrySerializer):
    address = "api-milestone"

    def page_path(self, milestone) -> str:
        """The page of the first public entry it concerns; turns of policy are told with the exports."""
        for subject in milestone.subjects.all():
            if subject.entry is not None:
                return subject.entry.get_absolute_url()
        return reverse("exports")

    class Meta:
        model = Milestone
        fields = [*COMMON, "date", "kind", "title", "title_ja", "detail", "detail_ja", *LAST]


def readable() -> list[QuerySet]:
    """The entries that have pages of their own, of each type, with what their addresses are made of."""
    types = [model for model in apps.get_models() if issubclass(model, Entry) and model.has_page]
    return [model._default_manager.published().with_key() for model in types]


class MilestoneMixin:
    serializer_class = MilestoneSerializer
    filterset_class = MilestoneFilterSet
    file_name = "milestones"

    def get_queryset(self):
        return Milestone.objects.published().prefetch_related(cited(), GenericPrefetch("subjects__entry", readable()))


class MilestoneList(MilestoneMixin, EntryList):
    about = _("Dated events of plants, models, exports and trade policy.")


class MilestoneDetail(MilestoneMixin, EntryDetail):
    about = _("One dated event.")


# Statistics --------------------------------------------------------------------------------------------------


class StatisticFilterSet(BrowseFilterSet):
    series = Facet(
        label=_("Series"),
        rows=Statistic.objects.published,
        value="series__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(
            Series.objects.published(), listed=Q(pk__in=Statistic.objects.published().values("series"))
        ),
    )

    SORTS = {
        "year": (_("year"), ("year", "period", "slug")),
        "series": (_("series"), ("series__slug", "year", "period")),
    }

    class Meta:
        model = Statistic
        fields: list[str] = []


class SeriesReference(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    name_ja = serializers.CharField()
    unit = serializers.CharField()
    scope = serializers.CharField(help_text=_("What it counts."))


class StatisticSerializer(EntrySerializer):
    address = "api-statistic"

    series = SeriesReference()
    value = serializers.FloatField()

    def page_path(self, statistic) -> str:
        return f"{reverse('figures')}#{statistic.series.slug}"

    class Meta:
        model = Statistic
        fields = [*COMMON, "series", "period", "year", "value", "approximate", "notes", "notes_ja", *LAST]


class StatisticMixin:
    serializer_class = StatisticSerializer
    filterset_class = StatisticFilterSet
    file_name = "statistics"

    def get_queryset(self):
        return Statistic.objects.published().select_related("series").prefetch_related(cited())


class StatisticList(StatisticMixin, EntryList):
    about = _("Values of the yearly series, each with its series and unit.")


class StatisticDetail(StatisticMixin, EntryDetail):
    about = _("One value of a series.")
