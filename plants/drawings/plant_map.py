"""The map of plants: where each mark goes, how large it is, and what it says. The template only places it.

A mark stands where its plant does, unless others are too close to be told apart or clicked: then they make
room for each other, and a line leads back to the true place. On a narrow screen, where no room could be made,
the template shows one mark for each state instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, inf, sin, sqrt

from django.utils.translation import gettext, ngettext

from catalogue import words
from plants.choices import PlantStatus
from plants.drawings.us_map import HEIGHT, WIDTH, place
from plants.models import Plant
from plants.outlines import middle_of
from plants.states import CODES, state_name

#: Radii on the drawing, which is 975 units wide: of a plant that built no vehicle, and for the root of each generation.
SMALLEST, GROWTH = 7.0, 1.5
#: Marks are links: their middles are at least this far apart, 24 pixels on a drawing shown 860 pixels wide.
APART = 28.0
#: The same for the marks of states, on a drawing shown 330 pixels wide.
STATES_APART = 72.0
#: More marks than this say nothing one by one; then only the states are marked.
MOST_MARKS = 100
#: A mark moved by less than this needs no line to its place.
NEAR = 4.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """One plant on the map."""

    plant: Plant
    x: float
    y: float
    true_x: float
    true_y: float
    radius: float
    #: The year of the map, in which the plant was open; None for today.
    as_of: int | None = None

    @property
    def status(self) -> str:
        return PlantStatus.OPERATING if self.as_of else self.plant.status

    @property
    def moved(self) -> bool:
        return hypot(self.x - self.true_x, self.y - self.true_y) > NEAR

    @property
    def name(self) -> str:
        """What the mark says to who hears it or points at it."""
        plant = self.plant
        parts = [
            str(plant.local_name),
            words.place(plant.local_city, plant.state_name),
            str(plant.get_kind_display()),
            gettext("open in %(year)s") % {"year": self.as_of} if self.as_of else str(plant.get_status_display()),
        ]
        if plant.generations:
            text = ngettext("%(n)s generation built", "%(n)s generations built", plant.generations)
            parts.append(text % {"n": plant.generations})
        return " · ".join(parts)

    @property
    def diamond(self) -> str:
        r = self.radius * 1.2
        return f"M{self.x:.1f} {self.y - r:.1f}l{r:.1f} {r:.1f}-{r:.1f} {r:.1f}-{r:.1f}-{r:.1f}z"

    @property
    def triangle(self) -> str:
        r = self.radius * 1.15
        return f"M{self.x:.1f} {self.y - r:.1f}l{r:.1f} {2 * r:.1f}h-{2 * r:.1f}z"

    @property
    def side(self) -> float:
        """The side of a square that looks as large as the circle."""
        return self.radius * 1.75

    @property
    def left(self) -> float:
        return self.x - self.side / 2

    @property
    def top(self) -> float:
        return self.y - self.side / 2


@dataclass(frozen=True)
class StateMark:
    """The plants of one state together."""

    code: str
    count: int
    x: float
    y: float
    link: str

    @property
    def radius(self) -> float:
        return 22 + 3 * sqrt(self.count)

    @property
    def state_name(self) -> str:
        return state_name(self.code)

    @property
    def name(self) -> str:
        text = ngettext("%(state)s: %(n)s plant", "%(state)s: %(n)s plants", self.count)
        return text % {"state": self.state_name, "n": self.count}


@dataclass(frozen=True)
class Outline:
    """A state's shape: how strongly it is tinted, 0 to 4."""

    code: str
    tint: int


@lru_cache(maxsize=512)
def apart(places: tuple[tuple[float, float, float], ...], least: float = APART) -> tuple[Point, ...]:
    """Positions near these (x, y, radius) at which no two marks overlap or are too close to be clicked.

    Marks push each other away, and are drawn back a little, until nothing is left to do.
    """
    positions = [[x, y] for x, y, _radius in places]
    for turn in range(400):
        pushed = False
        for i, (first, (_x, _y, radius)) in enumerate(zip(positions, places, strict=True)):
            for j in range(i):
                second = positions[j]
                wanted = max(least, radius + places[j][2] + 2)
                dx, dy = first[0] - second[0], first[1] - second[1]
                if abs(dx) >= wanted or abs(dy) >= wanted or (far := hypot(dx, dy)) >= wanted:
                    continue
                if far < 0.01:  # the same place: each goes its own way, the same one every time
                    dx, dy, far = cos(i * 2.4), sin(i * 2.4), 1.0
                push = (wanted - far) / 2 / far
                first[0] += dx * push
                first[1] += dy * push
                second[0] -= dx * push
                second[1] -= dy * push
                pushed = True
        if not pushed:
            break
        if turn < 200:
            for position, (x, y, _radius) in zip(positions, places, strict=True):
                position[0] += (x - position[0]) * 0.02
                position[1] += (y - position[1]) * 0.02
    return tuple((round(min(max(x, 12), WIDTH - 12), 1), round(min(max(y, 12), HEIGHT - 12), 1)) for x, y in positions)


class PlantMap:
    """The map of these plants, each with its count of ``generations``; or of ``counts`` of plants by state alone.

    ``state_link`` gives the address of a state's mark. A plant without coordinates has no mark, but is counted.
    With ``as_of`` these are the plants open in that year, and shown as such.
    """

    width, height = WIDTH, HEIGHT

    def __init__(
        self,
        plants: Iterable[Plant],
        state_link: Callable[[str], str],
        counts: dict[str, int] | None = None,
        as_of: int | None = None,
    ):
        self.as_of = as_of
        plants = list(plants)
        self.counts = counts or Counter(plant.state for plant in plants)
        placed = [plant for plant in plants if plant.latitude is not None and plant.longitude is not None]
        self.marks = [] if counts else self._marks(placed)
        self.states = self._states(state_link)
        self.outlines = [Outline(code, tint(self.counts.get(code, 0))) for code in sorted(CODES)]

    def _marks(self, plants: list[Plant]) -> list[Mark]:
        places = []
        for plant in plants:
            x, y = place(float(plant.latitude), float(plant.longitude))
            places.append((round(x, 1), round(y, 1), round(SMALLEST + GROWTH * sqrt(plant.generations), 1)))
        marks = [
            Mark(plant, x, y, *true, as_of=self.as_of)
            for plant, true, (x, y) in zip(plants, places, apart(tuple(places)), strict=True)
        ]
        # From the west coast to the east, as one reads: the order of the keyboard too.
        return sorted(marks, key=lambda mark: (mark.x, mark.y))

    def _states(self, state_link: Callable[[str], str]) -> list[StateMark]:
        counted = sorted(self.counts.items())
        places = tuple((*state_place(code), 0.0) for code, _count in counted)
        return [
            StateMark(code, count, x, y, state_link(code))
            for (code, count), (x, y) in zip(counted, apart(places, STATES_APART), strict=True)
        ]

    @property
    def summary(self) -> str:
        """The map in one sentence."""
        count = sum(self.counts.values())
        text = ngettext("%(n)s plant in %(states)s", "%(n)s plants in %(states)s", count)
        states = ngettext("%(n)s state", "%(n)s states", len(self.counts)) % {"n": len(self.counts)}
        return text % {"n": count, "states": states}

    @property
    def title(self) -> str:
        return gettext("Map of plants")


def tint(count: int) -> int:
    """How strongly a state with so many plants is tinted: 0, 1, 2, 3 to 5, more."""
    return next(step for step, most in enumerate((0, 1, 2, 5, inf)) if count <= most)


@lru_cache(maxsize=64)
def state_place(code: str) -> Point:
    x, y = place(*middle_of(code))
    return round(x, 1), round(y, 1)
