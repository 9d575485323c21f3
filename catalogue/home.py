"""The home page: the one place beside the URLs that knows all apps."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.generic import TemplateView

from catalogue.changes.record import Change
from catalogue.changes.wording import told
from catalogue.context import absolute
from catalogue.figures import Figure, public_series
from catalogue.footnotes import Footnotes
from catalogue.gojuon import in_reading_order
from plants.drawings.plant_map import MOST_MARKS, PlantMap
from plants.models import Plant
from plants.states import state_name
from plants.views import plants_for_cards
from vehicles.drawings.timelines import export_timeline
from vehicles.filters import public_runs
from vehicles.models import ExportEra, Make
from vehicles.views import eras_and_policy, programs_for_cards

#: The series whose chart is on the home page.
HOME_SERIES = "jama-us-plant-exports"
LATEST = 6
#: The timeline shows so many of the latest exports; all are on their list.
MOST_PROGRAMS = 150
#: How many of the chart's publishers are named under it; the page of figures lists every source.
SOURCES_NAMED = 3


def with_counts(eras: list[ExportEra], programs: QuerySet) -> list[ExportEra]:
    """The eras, each with its ``count`` of programs."""
    counts = dict(programs.order_by().values_list("era").annotate(Count("pk")))
    for era in eras:
        era.count = counts.get(era.pk, 0)
    return eras


def about_the_site(request) -> dict:
    """schema.org data about the site: its name, and how to search it."""
    address = absolute(request, reverse("home"))
    search = {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": absolute(request, reverse("search")) + "?q={search_term_string}",
        },
        "query-input": "required name=search_term_string",
    }
    site = {"@type": "WebSite", "@id": address, "url": address, "name": gettext("Transplants")}
    return {"@context": "https://schema.org", **site, "inLanguage": get_language(), "potentialAction": search}


def home_figure() -> Figure | None:
    figures = [Figure(one.slug, one.local_name, one.local_scope, [one]) for one in public_series(HOME_SERIES)]
    return figures[0] if figures and figures[0].columns else None


class Home(TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs):
        counts = dict(Plant.objects.published().order_by().values_list("state").annotate(Count("pk")))
        plants = [] if sum(counts.values()) > MOST_MARKS else list(plants_for_cards())
        exports = programs_for_cards().sold_or_announced()
        programs = list(exports.order_by("-launch", "-title")[:MOST_PROGRAMS])[::-1]
        announced = [program for program in reversed(programs) if program.status == "announced"]
        background = eras_and_policy()
        eras = with_counts(background["eras"], exports)
        figure = home_figure()
        footnotes = Footnotes(figure.values if figure else [])
        publishers = list(dict.fromkeys(note.source.publisher or note.source.title for note in footnotes))
        states = (
            public_runs()
            .order_by()
            .values("plant__state")
            .annotate(count=Count("generation", distinct=True))
            .values_list("plant__state", "count")
        )
        public_generations = Q(models__publication="published", models__generations__publication="published")
        made = Make.objects.published().annotate(count=Count("models__generations", filter=public_generations))
        makes = in_reading_order(made.filter(count__gt=0), lambda make: make.local_name)
        return super().get_context_data(
            figures={
                "plants": sum(counts.values()),
                "generations": sum(make.count for make in makes),
                "exports": sum(era.count for era in eras),
            },
            announced=announced,
            checked=max((program.status_as_of for program in announced), default=""),
            map=PlantMap(plants, lambda code: reverse("state", args=[code]), None if plants else counts),
            programs=programs,
            timeline=export_timeline(programs, **background),
            **background,
            figure=figure,
            publishers=publishers[:SOURCES_NAMED],
            more_sources=max(len(publishers) - SOURCES_NAMED, 0),
            states=in_reading_order(
                ((state_name(code), code, count) for code, count in states), lambda state: state[0]
            ),
            era_counts=eras,
            makes=makes,
            changes=told(Change.objects.select_related("entry_type").latest_first()[:LATEST]),
            structured_data=about_the_site(self.request),
            **kwargs,
        )
