"""The outlines of the US states: whether a place lies in one.

``static/geo/us-states.json`` maps a state's code to its polygons, each a list of rings of [longitude,
latitude] in degrees, the first ring the outside. It is made from us-atlas 3 (US Census Bureau
cartographic boundaries, 1:10 million) by ``manage.py prepare_outlines``.
"""

import json
from functools import cache
from itertools import pairwise

from django.conf import settings

OUTLINES = settings.BASE_DIR / "static" / "geo" / "us-states.json"


@cache
def outlines() -> dict[str, list]:
    return json.loads(OUTLINES.read_text())


def crossings(ring: list, longitude: float, latitude: float) -> int:
    """How often a ray to the east of the point crosses the ring (even-odd rule)."""
    count = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
            count += 1
    return count


@cache
def middle_of(code: str) -> tuple[float, float]:
    """The latitude and longitude, in degrees, of the middle of a state: the centroid of its largest polygon.

    Formula: P. Bourke, "Calculating the area and centroid of a polygon" (1988), in degrees as if they were flat.
    """
    best = (0.0, 0.0, 0.0)
    for polygon in outlines()[code]:
        area = x = y = 0.0
        for (x1, y1), (x2, y2) in pairwise(polygon[0]):
            cross = x1 * y2 - x2 * y1
            area += cross / 2
            x += (x1 + x2) * cross
            y += (y1 + y2) * cross
        if abs(area) > abs(best[0]):
            best = (area, x / (6 * area), y / (6 * area))
    return best[2], best[1]


#: Degrees (about 2 km) by which the outlines, and town-level coordinates, may be off at a river border.
TOLERANCE = 0.02


def in_state(code: str, latitude: float, longitude: float) -> bool:
    """Whether a place in degrees lies in the state with this code, or within ``TOLERANCE`` of it."""
    offsets = (0, TOLERANCE, -TOLERANCE)
    return any(
        sum(crossings(ring, longitude + east, latitude + north) for ring in polygon) % 2 == 1
        for north in offsets
        for east in offsets
        for polygon in outlines()[code]
    )
