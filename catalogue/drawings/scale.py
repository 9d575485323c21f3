"""Years from left to right, as percentages of a drawing's width: drawings stretch, their text does not."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from catalogue.dates import PartialDate


def moment(day: datetime.date) -> float:
    """A day as a year with a fraction: 1 July 1992 is about 1992.5."""
    start = datetime.date(day.year, 1, 1)
    return day.year + (day - start).days / (366 if day.year % 4 == 0 else 365)


def now() -> float:
    """Today as a moment."""
    return moment(timezone.localdate())


def earliest(text: str) -> float:
    """The first moment that a partial date can mean."""
    return moment(PartialDate.parse(text).earliest)


def latest(text: str) -> float:
    """The moment after the last day that a partial date can mean."""
    day = PartialDate.parse(text).latest
    return moment(day + datetime.timedelta(days=1)) if day < datetime.date.max else day.year + 1


@dataclass(frozen=True)
class Tick:
    year: int
    x: float
    #: Whether it also stands on a narrow drawing, which has room for fewer.
    major: bool


@dataclass(frozen=True)
class YearScale:
    """From the beginning of ``first`` to the end of ``last``."""

    first: int
    last: int

    def at(self, moment: float) -> float:
        """Where a moment is, in percent of the width; what lies outside is moved to the edge."""
        span = self.last + 1 - self.first
        return round(min(max((moment - self.first) / span, 0), 1) * 100, 2)

    @property
    def ticks(self) -> list[Tick]:
        """A line for each five years on a long scale, each year on a short one."""
        step = 5 if self.last - self.first > 14 else 2 if self.last - self.first > 6 else 1
        years = [year for year in range(self.first, self.last + 1) if year % step == 0]
        return [Tick(year, self.at(year), year % (2 * step) == 0) for year in years]
