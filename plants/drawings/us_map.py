"""Where a place lies on the map of the United States.

The map is the one of d3's ``geoAlbersUsa``, in which us-atlas' outlines are drawn: an Albers equal-area
conic projection of the 48 states, with Alaska (at 0.35 of the scale) and Hawaii moved in below Texas' west.
Formulas: J. P. Snyder, "Map Projections: A Working Manual", US Geological Survey Professional Paper 1395
(1987), pages 98 to 103, for the sphere. Parameters: https://d3js.org/d3-geo/conic#geoAlbersUsa
"""

from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt

#: The drawing's size and scale, as in us-atlas' ``*-albers-10m.json``.
WIDTH, HEIGHT = 975, 610
SCALE = 1300


@dataclass(frozen=True)
class Albers:
    """An Albers projection: two parallels, the central meridian and the place at its centre, in degrees."""

    parallels: tuple[float, float]
    meridian: float
    centre: tuple[float, float]
    scale: float
    shift: tuple[float, float]

    def _raw(self, longitude: float, latitude: float) -> tuple[float, float]:
        sin_first, sin_second = (sin(radians(parallel)) for parallel in self.parallels)
        n = (sin_first + sin_second) / 2
        c = 1 + sin_first * (2 * n - sin_first)
        radius = sqrt(c - 2 * n * sin(radians(latitude))) / n
        angle = n * radians(longitude)
        return radius * sin(angle), -radius * cos(angle)

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        """The place's x and y on the drawing, y downwards."""
        x, y = self._raw(longitude - self.meridian, latitude)
        centre_x, centre_y = self._raw(*self.centre)
        return self.shift[0] + self.scale * (x - centre_x), self.shift[1] - self.scale * (y - centre_y)


MAINLAND = Albers((29.5, 45.5), -96, (-0.6, 38.7), SCALE, (WIDTH / 2, HEIGHT / 2))
ALASKA = Albers((55, 65), -154, (-2, 58.5), 0.35 * SCALE, (WIDTH / 2 - 0.307 * SCALE, HEIGHT / 2 + 0.201 * SCALE))
HAWAII = Albers((8, 18), -157, (-3, 19.9), SCALE, (WIDTH / 2 - 0.205 * SCALE, HEIGHT / 2 + 0.212 * SCALE))


def place(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place in the United States, in degrees, is on the drawing: x and y from its top left corner."""
    if latitude > 50:
        return ALASKA(longitude, latitude)
    if longitude < -140:
        return HAWAII(longitude, latitude)
    return MAINLAND(longitude, latitude)


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
