"""The lists of vehicles and of export programs as feeds."""

from django.utils.translation import gettext_lazy as _

from catalogue.feeds import Item, ListFeed
from catalogue.words import model_years, place, plain_date, span_words
from vehicles.filters import ExportFilterSet, VehicleFilterSet
from vehicles.views import generations_for_cards, programs_for_cards


class VehiclesFeed(ListFeed):
    page = "vehicles"
    filterset_class = VehicleFilterSet
    sort = "-built"
    title = _("Vehicles built in the United States")

    def get_queryset(self):
        return generations_for_cards()

    def items(self, rows):
        return [
            Item(
                key=f"generation/{one.pk}",
                title=one.full_name,
                path=one.get_absolute_url(),
                summary="; ".join(f"{run.plant.local_short_name}, {model_years(run)}" for run in one.public_runs),
                published=one.created_at,
                updated=one.updated_at,
            )
            for one in rows
        ]


class ExportsFeed(ListFeed):
    page = "exports"
    filterset_class = ExportFilterSet
    sort = "launch"
    title = _("US-built cars sold in Japan")

    def get_queryset(self):
        return programs_for_cards()

    def items(self, rows):
        return [
            Item(
                key=f"program/{one.pk}",
                title=one.local_title,
                path=one.get_absolute_url(),
                summary="; ".join(self.facts(one)),
                published=one.created_at,
                updated=one.updated_at,
            )
            for one in rows
        ]

    def facts(self, program) -> list[str]:
        """Status and dates, plant and era, as on its card."""
        dates = span_words(program.sales_start, program.sales_end) if program.sales_start else ""
        facts = [f"{program.get_status_display()}: {dates or plain_date(program.announced)}"]
        if plant := program.plant:
            facts.append(f"{plant.local_short_name}, {place(plant.local_city, plant.state_name)}")
        return [*facts, program.era.local_name]
