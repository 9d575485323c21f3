"""Turn the npm package us-atlas into the state outlines kept in static/geo/. Run once for each new us-atlas.

npm pack us-atlas@3 && tar xzf us-atlas-3*.tgz
manage.py prepare_outlines package/states-10m.json
"""

import json
from itertools import accumulate
from pathlib import Path

from django.core.management.base import BaseCommand

from plants.outlines import OUTLINES
from plants.states import CODES


def decode_arcs(topology: dict) -> list[list[tuple[float, float]]]:
    """The arcs of a quantized TopoJSON topology as lists of (longitude, latitude).

    Positions are stored as differences on an integer grid (TopoJSON 1.0, section 2.1.3).
    """
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        xs, ys = accumulate(point[0] for point in arc), accumulate(point[1] for point in arc)
        arcs.append(
            [(round(x * scale_x + shift_x, 3), round(y * scale_y + shift_y, 3)) for x, y in zip(xs, ys, strict=True)]
        )
    return arcs


def ring(indices: list[int], arcs: list) -> list[tuple[float, float]]:
    """One closed ring: arcs joined end to start; a negative index is that arc backwards."""
    points: list[tuple[float, float]] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


class Command(BaseCommand):
    help = "Write static/geo/us-states.json from us-atlas' states-10m.json."

    def add_arguments(self, parser):
        parser.add_argument("topology", type=Path)

    def handle(self, *, topology: Path, **options):
        data = json.loads(topology.read_text())
        arcs = decode_arcs(data)
        by_name = {name: code for code, name in CODES.items()}
        states = {}
        for shape in data["objects"]["states"]["geometries"]:
            if code := by_name.get(shape["properties"]["name"]):
                polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
                states[code] = [[ring(indices, arcs) for indices in polygon] for polygon in polygons]
        lines = (f"{json.dumps(code)}: {json.dumps(states[code], separators=(',', ':'))}" for code in sorted(states))
        OUTLINES.write_text("{\n" + ",\n".join(lines) + "\n}\n")
