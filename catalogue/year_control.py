"""The world of one year: links to years and a number field, the same on every list, map and timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from catalogue.query import ListQuery

#: The first car of a Japanese brand left a US assembly line in 1982.
FIRST_YEAR = 1982
STEP = 4


@dataclass(frozen=True)
class YearLink:
    year: int
    link: str
    chosen: bool


class YearControl:
    """What the page needs to show the control: the year typed, right or wrong, and links from year to year."""

    def __init__(self, query: ListQuery, years: Sequence[int], typed: str, errors: Sequence[str]):
        self.query, self.years, self.typed, self.errors = query, list(years), typed, errors
        self.last = timezone.localdate().year
        self._link_to = query.setting("as_of")

    @property
    def year(self) -> int | None:
        return self.years[0] if len(self.years) == 1 else None

    def _to(self, year: int) -> YearLink | None:
        if not FIRST_YEAR <= year <= self.last:
            return None
        return YearLink(year, self._link_to(str(year)), year in self.years)

    @property
    def links(self) -> list[YearLink]:
        """Every fourth year from the first to this one."""
        years = {*range(FIRST_YEAR, self.last + 1, STEP), self.last}
        return [link for year in sorted(years) if (link := self._to(year))]

    @property
    def before(self) -> YearLink | None:
        return self._to(self.year - 1) if self.year else None

    @property
    def after(self) -> YearLink | None:
        return self._to(self.year + 1) if self.year else None

    @property
    def off(self) -> str:
        """The link to the list of all times."""
        return self.query.without("as_of")
