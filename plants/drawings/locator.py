"""A small map of the United States on which one state, and the plants in it, are found at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plants.drawings.us_map import HEIGHT, WIDTH, place
from plants.models import Plant
from plants.states import CODES


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    gone: bool


class Locator:
    """Where these plants of one state (its two-letter code) are."""

    width, height = WIDTH, HEIGHT

    def __init__(self, state: str, plants: Iterable[Plant]):
        self.state = state
        self.others = sorted(set(CODES) - {state})
        self.dots = []
        for plant in plants:
            if plant.latitude is not None and plant.longitude is not None:
                x, y = place(float(plant.latitude), float(plant.longitude))
                self.dots.append(Dot(round(x, 1), round(y, 1), plant.is_gone))
