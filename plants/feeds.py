"""The list of plants as a feed."""

from django.utils.translation import gettext_lazy as _

from catalogue.feeds import Item, ListFeed
from catalogue.words import place, span_words
from plants.filters import PlantFilterSet
from plants.views import plants_for_cards


class PlantsFeed(ListFeed):
    page = "plants"
    filterset_class = PlantFilterSet
    sort = "-start"
    title = _("Japanese makers' plants in the United States")

    def get_queryset(self):
        return plants_for_cards()

    def items(self, rows):
        return [
            Item(
                key=f"plant/{one.pk}",
                title=one.local_name,
                path=one.get_absolute_url(),
                summary="; ".join(
                    [
                        place(one.local_city, one.state_name),
                        one.get_kind_display(),
                        f"{one.get_status_display()}: {span_words(one.production_start, one.production_end)}",
                    ]
                ),
                published=one.created_at,
                updated=one.updated_at,
            )
            for one in rows
        ]
