"""The page of changes and its feed. They know all apps, for the names of makes, plants and eras to filter by."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.changes.record import Action, Change, Concern
from catalogue.changes.wording import told
from catalogue.facets import Facet, vocabulary
from catalogue.feeds import Item, ListFeed
from catalogue.filters import BrowseFilterSet
from catalogue.pages import BrowseView
from catalogue.parameters import SearchFilter, contains
from plants.models import Plant
from vehicles.models import ExportEra, Make


def concerns(kind: str):
    return Concern.objects.filter(kind=kind)


def listed(kind: str) -> Q:
    return Q(slug__in=concerns(kind).values("slug"))


class ChangeFilterSet(BrowseFilterSet):
    q = SearchFilter(contains("name", "name_ja"), label=_("Search changes"))
    make = Facet(
        label=_("Make"),
        rows=lambda: concerns("make"),
        value="slug",
        entry="change",
        vocabulary=lambda: vocabulary(Make.objects.published(), listed=listed("make")),
        page="make",
    )
    plant = Facet(
        label=_("Plant"),
        rows=lambda: concerns("plant"),
        value="slug",
        entry="change",
        vocabulary=lambda: vocabulary(
            Plant.objects.published(), label="short_name", label_ja="short_name_ja", listed=listed("plant")
        ),
        page="plant",
    )
    era = Facet(
        label=_("Export era"),
        rows=lambda: concerns("era"),
        value="slug",
        entry="change",
        vocabulary=lambda: vocabulary(ExportEra.objects.published(), listed=listed("era"), place="start"),
        in_order=True,
        page="era",
    )
    action = Facet(
        label=_("What happened"), rows=Change.objects.all, value="action", entry="pk", choices=Action.choices
    )

    SORTS = {"newest": (_("newest first"), ("-at", "-id"))}

    class Meta:
        model = Change
        fields: list[str] = []


class ChangeList(BrowseView):
    template_name = "catalogue/change_list.html"
    filterset_class = ChangeFilterSet
    per_page = 50
    feed = "changes-feed"
    presets = ((_("Corrections"), "?action=corrected"), (_("Removed entries"), "?action=removed"))

    def get_queryset(self):
        return Change.objects.select_related("entry_type")

    def get_context_data(self, *, results, **kwargs):
        return super().get_context_data(results=told(results), **kwargs)


class ChangesFeed(ListFeed):
    page = "changes"
    filterset_class = ChangeFilterSet
    sort = "newest"
    title = _("Changes to the catalogue")

    def get_queryset(self):
        return Change.objects.select_related("entry_type")

    def items(self, rows):
        return [
            Item(
                key=f"change/{one.change.pk}",
                title=f"{one.name}: {one.action}",
                path=one.path or reverse("changes"),
                summary=one.sentence,
                published=one.change.at,
                updated=one.change.updated_at,
            )
            for one in told(rows)
        ]
