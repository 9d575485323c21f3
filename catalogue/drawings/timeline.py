"""A timeline: lanes of bars over years, bands behind them, marks above. Knows nothing of what the bars are.

Shapes carry the meaning, so that nothing rests on colour alone: a full bar is what is known, a pale end with a dotted
rim is as far as the date is known ("1992" may be any day of it), an arrow goes on to this day, a dashed outline
is announced or planned only, a fading bar has an end that nobody recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import wrap

from catalogue.dates import OPEN
from catalogue.drawings.scale import Tick, YearScale, earliest, latest

#: How much of a character a percent of the width has room for, on a drawing about 850 pixels wide.
CHARACTERS_PER_PERCENT = 1.25


@dataclass(frozen=True)
class Span:
    """When something began and ended, as moments; the parts between are as far as the dates are known.

    ``end`` is None where it is not recorded; ``goes_on`` where it has not ended.
    """

    start: float
    start_by: float
    end_from: float | None
    end: float | None
    goes_on: bool = False

    @classmethod
    def of_dates(cls, start: str, end: str, today: float) -> Span | None:
        """From two partial dates; None where the start is not known."""
        if not start:
            return None
        if end == OPEN:
            return cls(earliest(start), min(latest(start), today), None, today, goes_on=True)
        if not end:
            return cls(earliest(start), latest(start), None, None)
        return cls(earliest(start), min(latest(start), latest(end)), max(earliest(end), earliest(start)), latest(end))

    @classmethod
    def of_model_years(cls, first: int | None, last: int | None, current: bool, today: float) -> Span | None:
        """From model years, drawn as calendar years; None where the first is not known."""
        if first is None:
            return None
        if last is not None:
            return cls(first, first, last + 1, last + 1)
        if current:
            return cls(first, first, None, max(today, first + 0.5), goes_on=True)
        return cls(first, first, None, None)


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in percent of the width: full, vague or fading."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One thing on a lane. ``name`` is what the bar says in full, ``label`` what stands on it if there is room."""

    name: str
    link: str
    label: str
    status: str
    parts: tuple[Part, ...]
    x: float
    width: float
    goes_on: bool = False
    here: bool = False
    lang: str = ""

    @property
    def end(self) -> float:
        return round(self.x + self.width, 2)


@dataclass
class Lane:
    """One line of the drawing. With ``link`` and a single bar, the lane as a whole is the link."""

    label: str
    link: str = ""
    detail: str = ""
    bars: list[Bar] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Band:
    """A period behind the lanes."""

    name: str
    link: str
    years: str
    x: float
    width: float
    lines: tuple[str, ...]
    even: bool

    @property
    def name_at(self) -> tuple[float, str, int]:
        """Where the name stands, how it is anchored and moved in: at the right edge it keeps inside."""
        return (self.x + self.width, "end", -2) if self.x > 90 else (self.x, "start", 5)


@dataclass(frozen=True)
class Mark:
    """An event above the lanes."""

    name: str
    kind: str
    x: float


#: So close, in percent of the width, two years would run into each other.
NEAR = 7
#: Where no end is recorded, a bar fades out over this many years.
FADE = 1.5


class Timeline:
    """Lanes over the years of ``scale``. Build it with ``bar`` and ``band``; the template places what it has."""

    def __init__(self, scale: YearScale, *, today: float, as_of: int | None = None):
        self.scale, self.today = scale, today
        self.lanes: list[Lane] = []
        self.bands: list[Band] = []
        self.marks: list[Mark] = []
        self.as_of = as_of
        self.as_of_x = scale.at(as_of + 0.5) if as_of and scale.first <= as_of <= scale.last else None

    def bar(self, span: Span, *, name: str, link: str, label: str = "", status: str = "", **rest) -> Bar:
        """The bar of a span, with each of its parts as exact as the dates are."""
        parts = [("vague", span.start, span.start_by)]
        if span.goes_on:
            parts.append(("full", span.start_by, span.end))
        elif span.end is None:
            parts.append(("full", span.start, span.start_by))
            parts.append(("fading", span.start_by, span.start_by + FADE))
            parts.pop(0)
        else:
            parts.append(("full", span.start_by, max(span.end_from, span.start_by)))
            parts.append(("vague", max(span.end_from, span.start_by), span.end))
        drawn = []
        for kind, start, end in parts:
            x, right = self.scale.at(start), self.scale.at(end)
            if right > x:
                drawn.append(Part(kind, x, round(right - x, 2)))
        if not drawn:  # shorter than can be drawn: a stroke
            drawn.append(Part("full", min(self.scale.at(span.start), 99.5), 0.5))
        x = drawn[0].x
        width = round(drawn[-1].x + drawn[-1].width - x, 2)
        return Bar(name, link, label, status, tuple(drawn), x, width, goes_on=span.goes_on, **rest)

    def band(self, *, name: str, link: str, years: str, start: str, end: str) -> None:
        x = self.scale.at(earliest(start))
        right = 100.0 if end == OPEN else self.scale.at(latest(end)) if end else self.scale.at(latest(start))
        width = round(right - x, 2)
        room = max(6, int(width * CHARACTERS_PER_PERCENT))
        # Japanese has no spaces to break at, and each of its characters is as wide as two.
        room = room if name.isascii() else max(4, room // 2)
        lines = wrap(name, room, break_on_hyphens=False, break_long_words=" " not in name)
        self.bands.append(Band(name, link, years, x, width, tuple(lines), even=len(self.bands) % 2 == 0))

    def mark(self, *, name: str, kind: str, date: str) -> None:
        self.marks.append(Mark(name, kind, self.scale.at((earliest(date) + latest(date)) / 2)))

    @property
    def labelled_ticks(self) -> list[Tick]:
        """The ticks whose years are written: those that would run into the year the timeline is set to are not."""
        ticks = self.scale.ticks
        return ticks if self.as_of_x is None else [tick for tick in ticks if abs(tick.x - self.as_of_x) > NEAR]

    @property
    def band_lines(self) -> int:
        return max((len(band.lines) for band in self.bands), default=0)

    def __bool__(self) -> bool:
        return any(lane.bars for lane in self.lanes)


def scale_around(spans: Iterable[Span], *, first: int | None = None, last: int) -> YearScale:
    """Years that hold all these spans, with a little air before them."""
    starts = [int(span.start) for span in spans]
    return YearScale(min([*starts, first or last]) - 1, last)
