"""The limits of Japanese rules and of usual parking places, with the sources they are from.

A vehicle is within a limit when no measure is over it: exactly 1,700 mm wide is still within 1,700 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Limit:
    """The most that fits: lengths in millimetres, displacement in cubic centimetres. None: no limit.

    ``sources`` are slugs of sources of the catalogue, the best first.
    """

    slug: str
    name: str | Promise
    sources: tuple[str, ...]
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    displacement_cc: int | None = None

    def measures(self) -> dict[str, int]:
        """The limited measures, by the name of their field."""
        named = {field.name: getattr(self, field.name) for field in fields(self)[3:]}
        return {name: most for name, most in named.items() if most is not None}


SIZE_SOURCES = ("specs-128", "specs-129")
#: The small class of the Road Transport Vehicle Act's rules. A diesel's displacement does not count, nor can that of
#: a car without an engine.
SMALL_CLASS = Limit("5-number", _("small class (5-number)"), SIZE_SOURCES, 4700, 1700, 2000, 2000)

#: Bays by the transport ministry's guideline of 1992 for the design of car parks, which is no law.
BAY_SOURCES = ("specs-144", "specs-145", "specs-146")
SMALL_BAY = Limit("small", _("bay for small cars"), BAY_SOURCES, 5000, 2300)
STANDARD_BAY = Limit("standard", _("standard bay"), BAY_SOURCES, 6000, 2500)

#: Mechanical car parks as they usually are; each has limits of its own.
GARAGE_SOURCES = ("specs-140", "specs-141")
ORDINARY_GARAGE = Limit("ordinary", _("ordinary mechanical car park"), GARAGE_SOURCES, 5000, 1800, 1550)
NEWER_GARAGE = Limit("newer", _("newer mechanical car park"), GARAGE_SOURCES, 5050, 1850, 1550)
HIGH_ROOF_GARAGE = Limit("high-roof", _("mechanical car park for high roofs"), ("specs-141",), 5050, 1850, 2000)
#: How heavy a car most of them carry, from the strictest to the most robust, in kilograms.
GARAGE_WEIGHT_KG = (1600, 2300)
GARAGE_WEIGHT_SOURCES = ("fit-001",)

#: Body styles that Japan registers as goods vehicles: their plates begin with 1 or 4, not 3 or 5.
GOODS_BODIES = ("pickup", "truck")
#: Powertrains for which the small class has no limit of displacement.
FREE_OF_DISPLACEMENT = ("diesel", "battery-electric", "fuel-cell")
