"""Turn the npm package us-atlas into the state outlines kept in static/geo/. Run once for each new us-atlas.

npm pack us-atlas@3 && tar xzf us-atlas-3*.tgz
manage.py prepare_outlines package/
"""

import json
import re
from heapq import heapify, heappop, heappush
from itertools import accumulate
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from plants.drawings.us_map import HEIGHT, WIDTH
from plants.outlines import OUTLINES
from plants.states import CODES

MAP = settings.BASE_DIR / "static" / "geo" / "us-map.svg"
#: Square units of the drawing (975 wide) that a corner must span to be kept, and an island to be drawn.
SMALLEST_CORNER = 2.5
SMALLEST_ISLAND = 4

Point = tuple[float, float]


def decode_arcs(topology: dict, digits: int) -> list[list[Point]]:
    """The arcs of a quantized TopoJSON topology as lists of points, rounded to ``digits``.

    Positions are stored as differences on an integer grid (TopoJSON 1.0, section 2.1.3).
    """
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        xs, ys = accumulate(point[0] for point in arc), accumulate(point[1] for point in arc)
        arcs.append(
            [
                (round(x * scale_x + shift_x, digits), round(y * scale_y + shift_y, digits))
                for x, y in zip(xs, ys, strict=True)
            ]
        )
    return arcs


def ring(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One closed ring: arcs joined end to start; a negative index is that arc backwards."""
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def polygons(topology: dict, arcs: list[list[Point]]) -> dict[str, list[list[list[Point]]]]:
    """The polygons of each state, by its code."""
    by_name = {name: code for code, name in CODES.items()}
    states = {}
    for shape in topology["objects"]["states"]["geometries"]:
        if code := by_name.get(shape["properties"]["name"]):
            parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            states[code] = [[ring(indices, arcs) for indices in polygon] for polygon in parts]
    return dict(sorted(states.items()))


def triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def simplified(arc: list[Point]) -> list[Point]:
    """The arc without its smallest corners; its ends stay, so that neighbours still share it.

    Visvalingam and Whyatt's line generalisation (The Cartographic Journal 30, 1993).
    """
    before, after = list(range(-1, len(arc) - 1)), list(range(1, len(arc) + 1))
    area = {i: triangle(arc[i - 1], arc[i], arc[i + 1]) for i in range(1, len(arc) - 1)}
    queue = [(size, i) for i, size in area.items()]
    heapify(queue)
    gone = set()
    while queue and queue[0][0] < SMALLEST_CORNER:
        size, i = heappop(queue)
        if i in gone or size != area[i]:
            continue
        gone.add(i)
        left, right = before[i], after[i]
        after[left], before[right] = right, left
        for j in (left, right):
            if 0 < j < len(arc) - 1:
                area[j] = max(size, triangle(arc[before[j]], arc[j], arc[after[j]]))
                heappush(queue, (area[j], j))
    return [point for i, point in enumerate(arc) if i not in gone]


def path(rings: list[list[Point]]) -> str:
    """An SVG path of closed rings, in steps of half a unit from point to point: as fine as screens show."""
    text = []
    for points in rings:
        halves = [(round(x * 2), round(y * 2)) for x, y in points]
        steps = [(x - px, y - py) for (px, py), (x, y) in zip(halves, halves[1:], strict=False)]
        moves = " ".join(f"{x / 2:g} {y / 2:g}" for x, y in steps[:-1] if (x, y) != (0, 0))
        text.append(f"M{halves[0][0] / 2:g} {halves[0][1] / 2:g}l{moves}z")
    return re.sub(r"(?<![0-9])0\.", ".", "".join(text).replace(" -", "-"))


def size_of(points: list[Point]) -> float:
    pairs = zip(points, points[1:], strict=False)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


class Command(BaseCommand):
    help = "Write static/geo/us-states.json and us-map.svg from the files of the npm package us-atlas."

    def add_arguments(self, parser):
        parser.add_argument("package", type=Path)

    def handle(self, *, package: Path, **options):
        degrees = json.loads((package / "states-10m.json").read_text())
        states = polygons(degrees, decode_arcs(degrees, 3))
        lines = (f"{json.dumps(code)}: {json.dumps(state, separators=(',', ':'))}" for code, state in states.items())
        OUTLINES.write_text("{\n" + ",\n".join(lines) + "\n}\n")

        drawn = json.loads((package / "states-albers-10m.json").read_text())
        symbols = []
        for code, state in polygons(drawn, [simplified(arc) for arc in decode_arcs(drawn, 2)]).items():
            outsides = [one[0] for one in state]
            largest = max(map(size_of, outsides))
            shown = [points for points in outsides if size_of(points) >= min(SMALLEST_ISLAND, largest)]
            symbols.append(f'<path id="{code}" d="{path(shown)}"/>')
        MAP.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n'
            + "\n".join(symbols)
            + "\n</svg>\n"
        )
