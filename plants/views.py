"""Pages about plants, the states they stand in and the manufacturers behind them."""

from django.db.models import Case, CharField, Count, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from catalogue.gojuon import in_reading_order
from catalogue.pages import BrowseView, EntryView, UnknownEntry
from catalogue.paging import Excerpt
from plants.drawings.locator import Locator
from plants.drawings.plant_map import MOST_MARKS, PlantMap
from plants.drawings.railway import production_timeline
from plants.filters import PlantFilterSet, public_owners, published_exports, published_runs
from plants.models import Manufacturer, Plant
from plants.states import CODES, state_name


def plants_for_cards():
    """Public plants with how many generations each built and, to order by, the English name of their state."""
    names = [When(state=code, then=Value(name)) for code, name in CODES.items()]
    built = published_runs().filter(plant=OuterRef("pk")).order_by().values("plant")
    built = built.annotate(number=Count("generation", distinct=True))
    return Plant.objects.published().annotate(
        generations=Coalesce(Subquery(built.values("number")), 0),
        state_order=Case(*names, output_field=CharField()),
    )


class PlantList(BrowseView):
    template_name = "plants/plant_list.html"
    filterset_class = PlantFilterSet
    api_name = "api-plants"
    forms = (*BrowseView.forms, ("GeoJSON", "application/geo+json", "format=geojson"))
    feed = "plants-feed"
    presets = (
        (_("Operating assembly plants"), "?kind=assembly&status=operating"),
        (_("Closed or sold plants"), "?status=closed&status=sold"),
        (_("Planned plants"), "?status=planned"),
        (_("Plants that built for Japan"), "?era__empty=false"),
    )

    def get_queryset(self):
        return plants_for_cards()

    def get_context_data(self, *, filters, page, **kwargs):
        """Adds the map of all plants that the filters find, on whatever page of the list they are.

        ``mapped`` are the plants of its table; of too many to be marked, the table tells the states as the map does.
        """
        found = page.object_list
        counts = None
        if page.paginator.count > MOST_MARKS:
            counts = filters.index.counts("state", filters.found())
        elif page.has_other_pages():
            found = list(filters.qs)
        plant_map = PlantMap(found, filters.query.setting("state"), counts, filters.as_of)
        return super().get_context_data(
            filters=filters, page=page, map=plant_map, mapped=[] if counts else found, **kwargs
        )


class PlantPage(EntryView):
    model = Plant
    api_name = "api-plant"
    changes_by = "plant"
    template_name = "plants/plant.html"

    def related_entries(self):
        plant = self.object
        return {
            "runs": published_runs()
            .filter(plant=plant)
            .select_related("generation__model__make")
            .prefetch_related("body_styles", "powertrains"),
            "exports": published_exports().filter(plant=plant).with_launch().order_by("launch").select_related("era"),
            "owners": public_owners().filter(plant=plant).select_related("manufacturer"),
            "aliases": plant.aliases.all(),
            # Rows without a pattern also tell of maker codes that never had a vehicle from here (docs/vin.md).
            "codes": plant.codes.exclude(pattern="").values("wmi", "code").distinct().order_by("wmi", "code"),
        }

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        locator = Locator(self.object.state, [self.object])
        return {**context, "timeline": production_timeline(context["runs"]), "locator": locator}

    def breadcrumbs(self):
        plant = self.object
        return [
            (gettext("Plants"), reverse("plants")),
            (plant.state_name, reverse("state", args=[plant.state.lower()])),
        ]

    def structured_data(self):
        plant = self.object
        place = {
            "@type": "Place",
            "name": plant.local_name,
            "alternateName": [plant.short_name, *(alias.name for alias in self.related["aliases"])],
            "description": plant.local_summary,
            "address": {
                "@type": "PostalAddress",
                "addressLocality": plant.city,
                "addressRegion": plant.state,
                "addressCountry": "US",
            },
        }
        if plant.latitude is not None and plant.longitude is not None:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": float(plant.latitude),
                "longitude": float(plant.longitude),
            }
        return place


class StateList(TemplateView):
    template_name = "plants/state_list.html"

    def get_context_data(self, **kwargs):
        plants = Plant.objects.published().order_by().values("state")
        rows = plants.annotate(plants=Count("pk"), operating=Count("pk", filter=Q(status="operating")))
        by_state = {"generations": Count("generation", distinct=True), "exports": Count("pk")}
        counted = {
            name: dict(related.order_by().values_list("plant__state").annotate(by_state[name]))
            for name, related in (("generations", published_runs()), ("exports", published_exports()))
        }
        states = [
            {
                **row,
                **{name: counts.get(row["state"], 0) for name, counts in counted.items()},
                "name": state_name(row["state"]),
                "code": row["state"].lower(),
            }
            for row in rows
        ]
        counts = {row["state"]: row["plants"] for row in rows}
        state_map = PlantMap([], lambda code: reverse("state", args=[code]), counts)
        return super().get_context_data(
            states=in_reading_order(states, lambda row: row["name"]), map=state_map, **kwargs
        )


class StatePage(TemplateView):
    template_name = "plants/state.html"

    def get_context_data(self, code: str, **kwargs):
        state = code.upper()
        plants = Excerpt(plants_for_cards().filter(state=state).order_by("city", "name"))
        if state not in CODES or not plants:
            raise UnknownEntry(gettext("We know of no plant in this state."))
        runs = published_runs().filter(plant__state=state)
        runs = Excerpt(runs.select_related("generation__model__make", "plant"))
        exports = published_exports().filter(plant__state=state).with_launch().order_by("launch")
        exports = Excerpt(exports.select_related("era", "plant"))
        return super().get_context_data(
            code=state,
            name=state_name(state),
            plants=plants,
            locator=Locator(state, plants),
            runs=runs,
            exports=exports,
            left_out=plants.left_out + runs.left_out + exports.left_out,
            breadcrumbs=[(gettext("States"), reverse("states"))],
            **kwargs,
        )


class ManufacturerList(TemplateView):
    template_name = "plants/manufacturer_list.html"

    def get_context_data(self, **kwargs):
        manufacturers = (
            Manufacturer.objects.published()
            .annotate(
                plants=Count("ownerships__plant", filter=Q(ownerships__plant__publication="published"), distinct=True)
            )
            .prefetch_related(Prefetch("makes", Manufacturer.makes.rel.related_model.objects.published()))
        )
        kinds = dict(Manufacturer._meta.get_field("kind").flatchoices)
        named = in_reading_order(manufacturers, lambda one: one.local_name)
        groups = [(label, [one for one in named if one.kind == kind]) for kind, label in kinds.items()]
        return super().get_context_data(groups=[group for group in groups if group[1]], **kwargs)


class ManufacturerPage(EntryView):
    model = Manufacturer
    api_name = "api-manufacturer"
    template_name = "plants/manufacturer.html"

    def get_queryset(self):
        return super().get_queryset().select_related("parent")

    def related_entries(self):
        owned = public_owners().filter(manufacturer=self.object).select_related("plant")
        return {
            "owned": owned.order_by("plant__name", "since"),
            "makes": self.object.makes.published(),
            "subsidiaries": self.object.subsidiaries.published(),
        }

    def breadcrumbs(self):
        return [(gettext("Manufacturers"), reverse("manufacturers"))]

    def structured_data(self):
        maker = self.object
        data = {"@type": "Organization", "name": maker.local_name, "description": maker.local_summary}
        if maker.website:
            data["sameAs"] = [maker.website]
        if maker.founded:
            data["foundingDate"] = maker.founded
        return data
