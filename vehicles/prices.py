"""What a price of former years is in today's yen, by the consumer price index of the catalogue's own statistics."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from catalogue.footnotes import rests_on
from catalogue.models import Statistic
from vehicles.exports import ExportProgram

#: The series of the index, and the slugs of its sources: rates of change, and the latest year.
SERIES = "japan-consumer-prices"
SOURCES = ("cpi-001", "cpi-002", "cpi-005")
rests_on(SOURCES, _("The consumer price index by which former prices are told in today's yen."))
#: More exact than so many yen such a comparison is not.
ROUNDED_TO = 10_000


@dataclass(frozen=True)
class TodaysPrice:
    yen: int
    #: The year whose prices it is told in: the latest of the index.
    year: int


def todays_price(program: ExportProgram) -> TodaysPrice | None:
    """The price as it would be in the latest year of the index; None where price, year or index is not known.

    The year of the price is that in which its sale began. One query, where there is a price.
    """
    if not program.price_yen or not program.sales_start:
        return None
    values = Statistic.objects.published().filter(series__slug=SERIES).values_list("year", "value")
    index: dict[int, Decimal] = dict(values)
    then = index.get(int(program.sales_start[:4]))
    latest = max(index, default=0)
    if not then or latest <= int(program.sales_start[:4]):
        return None
    exact = program.price_yen * index[latest] / then
    return TodaysPrice(round(exact / ROUNDED_TO) * ROUNDED_TO, latest)
