"""Charts of yearly figures: columns over the years, and bars for a few things side by side.

Columns stand in percent of the width and in pixels of height, so that a chart fills its place and its text keeps
its size. A year without a figure stays empty: nothing is drawn that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from catalogue.models import Statistic

#: Heights in pixels: of the space for columns, above them for their numbers, below for the years.
HEIGHT, ABOVE, BELOW = 180, 24, 26
#: How much of its year a column fills.
FILL = 0.66


@dataclass(frozen=True)
class Column:
    value: Statistic
    x: float
    width: float
    y: float
    height: float
    #: Whether its number stands above it: the latest and the highest do.
    labelled: bool

    @property
    def label(self) -> tuple[float, str]:
        """Where the number above it stands, and how it is anchored there: at the edges it keeps inside."""
        if self.x + self.width > 90:
            return round(self.x + self.width, 2), "end"
        return (self.x, "start") if self.x < 8 else (round(self.x + self.width / 2, 2), "middle")


@dataclass(frozen=True)
class GridLine:
    value: float
    y: float


@dataclass(frozen=True)
class YearLabel:
    year: int
    x: float
    #: Whether it also stands on a narrow chart.
    major: bool


def nice_step(most: float) -> float:
    """A round distance for three to five grid lines up to ``most``; any, where all is zero."""
    if not most:
        return 1.0
    rough = most / 4
    power = 10 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)


class ColumnChart:
    """One series over the years, from zero: no value is below it, and each has a year of its own."""

    height = ABOVE + HEIGHT + BELOW
    base = ABOVE + HEIGHT

    def __init__(self, values: Sequence[Statistic]):
        years = [value.year for value in values]
        most = max(float(value.value) for value in values)
        step = nice_step(most)
        self.top = step * (-(-most // step) or 1)
        self.grid = [
            GridLine(round(step * i, 6), round(self.base - HEIGHT * step * i / self.top, 1))
            for i in range(int(self.top / step + 0.5) + 1)
        ]
        first, span = min(years), max(years) - min(years) + 1
        latest, highest = max(years), max(values, key=lambda value: value.value)
        self.columns = []
        for value in values:
            x = (value.year - first + (1 - FILL) / 2) / span * 100
            height = HEIGHT * float(value.value) / self.top
            self.columns.append(
                Column(
                    value,
                    round(x, 2),
                    round(FILL / span * 100, 2),
                    round(self.base - height, 1),
                    round(height, 1),
                    labelled=value.year == latest or value is highest,
                )
            )
        every = 1 if span <= 14 else 5
        self.years = [
            YearLabel(
                year,
                round((year - first + 0.5) / span * 100, 2),
                span <= 7 or (year % 10 == 0 if every == 5 else (year - latest) % 2 == 0),
            )
            for year in range(first, latest + 1)
            if every == 1 or year % every == 0
        ]


@dataclass(frozen=True)
class Row:
    """One thing of a bar chart, with its value in each of the years compared; None where there is no figure."""

    label: str
    bars: tuple[tuple[int, Statistic | None, float], ...]


class BarChart:
    """A few series side by side, in the last two years that have figures; widths in percent of the largest."""

    def __init__(self, named: Iterable[tuple[str, Sequence[Statistic]]]):
        named = [(label, {value.year: value for value in values}) for label, values in named]
        years = sorted({year for _label, values in named for year in values})[-2:]
        most = max(float(values[year].value) for _label, values in named for year in years if year in values) or 1
        rows = []
        for label, values in named:
            bars = []
            for year in reversed(years):
                value = values.get(year)
                bars.append((year, value, round(float(value.value) / most * 100, 2) if value else 0.0))
            rows.append(Row(label, tuple(bars)))
        self.years = list(reversed(years))
        self.rows = sorted(rows, key=lambda row: -row.bars[0][2])
