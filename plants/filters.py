"""The filters of the list of plants, for pages, API and downloads."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.facets import Facet, vocabulary
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import SearchFilter, YearsFilter, contains
from plants.choices import PlantKind, PlantStatus
from plants.models import Manufacturer, Ownership, Plant
from plants.states import CODES, codes_matching, state_name


def published_runs():
    """Public production runs. Reached through the plant: this app knows nothing of vehicles."""
    return Plant.runs.rel.related_model.objects.published()


def published_exports():
    """Public export programs that were not cancelled."""
    return Plant.exports.rel.related_model.objects.published().sold_or_announced()


def referred(field: str):
    """All public entries that an export program's field can refer to: the eras, the makes."""
    return Plant.exports.rel.related_model._meta.get_field(field).related_model.objects.published()


def public_owners():
    return Ownership.objects.filter(manufacturer__publication="published", plant__publication="published")


def matching_word(word: str) -> Q:
    """Plants that a word names: name, city, alias, owner, state."""
    text = contains("name", "name_ja", "short_name", "short_name_ja", "city", "city_ja", "operator_name", "slug")(word)
    alias = Q(pk__in=Plant.aliases.rel.related_model.objects.filter(name__icontains=word).values("plant"))
    named = contains("manufacturer__name", "manufacturer__name_ja", "manufacturer__aliases")(word)
    owner = Q(pk__in=public_owners().filter(named).values("plant"))
    return text | alias | owner | Q(state__in=codes_matching(word))


def built_in(year: int) -> Q:
    return Q(pk__in=published_runs().built_in(year).values("plant"))


def open_in(year: int) -> Q:
    return Q(pk__in=Plant.objects.open_in(year).values("pk"))


class PlantFilterSet(BrowseFilterSet):
    q = SearchFilter(matching_word, label=_("Search plants"))
    state = Facet(
        label=_("Plant state"),
        rows=Plant.objects.published,
        value="state",
        entry="pk",
        vocabulary=lambda: vocabulary(Plant.objects.published(), value="state", label="state", label_ja=None),
        relabel=state_name,
        upper=True,
        also_valid=CODES,
    )
    manufacturer = Facet(
        label=_("Manufacturer"),
        help=_("Who owns or operates it, now or earlier."),
        rows=public_owners,
        value="manufacturer__slug",
        entry="plant",
        vocabulary=lambda: vocabulary(
            Manufacturer.objects.published(), listed=Q(pk__in=public_owners().values("manufacturer"))
        ),
        page="manufacturer",
    )
    make = Facet(
        label=_("Make built there"),
        rows=published_runs,
        value="generation__model__make__slug",
        entry="plant",
        vocabulary=lambda: vocabulary(
            referred("japan_make"), listed=Q(pk__in=published_runs().values("generation__model__make"))
        ),
        page="make",
    )
    kind = Facet(label=_("Kind"), rows=Plant.objects.published, value="kind", entry="pk", choices=PlantKind.choices)
    status = Facet(
        label=_("Status"), rows=Plant.objects.published, value="status", entry="pk", choices=PlantStatus.choices
    )
    era = Facet(
        label=_("Export era"),
        help=_("Plants that built cars sold in Japan in that period."),
        rows=lambda: published_exports().filter(plant__isnull=False),
        value="era__slug",
        entry="plant",
        vocabulary=lambda: vocabulary(
            referred("era"),
            listed=Q(pk__in=published_exports().filter(plant__isnull=False).values("era")),
            place="start",
        ),
        in_order=True,
        page="era",
    )
    built_in = YearsFilter(built_in, label=_("Built vehicles in"), help_text=_("Model year, such as 1994."))
    as_of = YearsFilter(open_in, label=_("As of year"), help_text=_("Only plants open in that year."))

    SORTS = {
        "name": (_("name"), ("name",)),
        "state": (_("state"), ("state_order", "city", "name")),
        "start": (_("start of production"), ("production_start", "name")),
        "capacity": (_("capacity"), ("capacity", "name")),
    }

    class Meta:
        model = Plant
        fields: list[str] = []
