"""The forms of an answer besides JSON. Lists in them are whole: they are written as they are read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rest_framework.renderers import BaseRenderer

from catalogue.api.csv_rows import rows
from catalogue.csv_files import BOM, cell, writer


class WholeRenderer(BaseRenderer):
    """A form that a whole list is written in, piece by piece."""

    charset = "utf-8"
    #: Fields it is made from, whatever fields are asked for.
    needs: tuple[str, ...] = ()

    def render(self, data, accepted_media_type=None, renderer_context=None):
        raise NotImplementedError("Lists in this form are written piece by piece.")

    def pieces(self, entries: Iterable[dict], columns: list[str], count: int) -> Iterator[str]:
        """The answer in pieces: these entries, of which there are ``count``, with these fields."""
        raise NotImplementedError


class CsvRenderer(WholeRenderer):
    media_type = "text/csv"
    format = "csv"

    def pieces(self, entries, columns, count):
        lines = writer(_Echo())
        yield BOM
        for row in rows(entries, columns):
            yield lines.writerow(map(cell, row))


class WholeJsonRenderer(WholeRenderer):
    """``all=true``: all results in one answer."""

    media_type = "application/json"
    format = "json"

    def pieces(self, entries, columns, count):
        yield f'{{"count": {count}, "next": null, "previous": null, "results": ['
        yield from _joined(json.dumps(entry, ensure_ascii=False, default=str) for entry in entries)
        yield "]}\n"


class GeoJsonRenderer(WholeRenderer):
    """Places as a FeatureCollection (RFC 7946): longitude first. Those whose place is not known have no geometry."""

    media_type = "application/geo+json"
    format = "geojson"
    needs = ("slug", "latitude", "longitude")

    def pieces(self, entries, columns, count):
        yield '{"type": "FeatureCollection", "features": ['
        yield from _joined(json.dumps(feature(entry, columns), ensure_ascii=False, default=str) for entry in entries)
        yield "]}\n"


def feature(entry: dict, columns: list[str]) -> dict:
    place = [entry["longitude"], entry["latitude"]]
    known = None not in place
    rest = {name: entry[name] for name in columns if name not in ("longitude", "latitude")}
    geometry = {"type": "Point", "coordinates": [float(number) for number in place]} if known else None
    return {"type": "Feature", "id": entry["slug"], "geometry": geometry, "properties": rest}


def _joined(texts: Iterable[str]) -> Iterator[str]:
    for place, text in enumerate(texts):
        yield f",\n{text}" if place else text


class _Echo:
    """A file that gives back what is written to it: Django's own way to stream CSV."""

    def write(self, text: str) -> str:
        return text
