"""What a table of the downloads is made of: its columns, each with its name, meaning, kind and where its value is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils import translation

from catalogue.entries import Entry

TEXT, INTEGER, NUMBER, LIST = "text", "integer", "number", "list"


@dataclass(frozen=True)
class Column:
    """``refers`` names the table whose first column this one points to."""

    name: str
    meaning: str
    value: Callable[[Any], Any]
    kind: str = TEXT
    refers: str = ""


@dataclass(frozen=True)
class Table:
    """``key``: the columns that name a row. The meaning is shown on the page too, so it is in the translations."""

    name: str
    meaning: str
    rows: Callable[[], Iterable[Any]]
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def values(self) -> list[list[Any]]:
        """All rows as plain values, in the order of their keys. Unknown is None, except in a key."""
        in_key = [column.name in self.key for column in self.columns]
        rows = [
            [clean(column.value(row), keep_empty) for column, keep_empty in zip(self.columns, in_key, strict=True)]
            for row in self.rows()
        ]
        places = [place for place, is_key in enumerate(in_key) if is_key]
        return sorted(rows, key=lambda row: [str(row[place] if row[place] is not None else "") for place in places])


def clean(value: Any, keep_empty: bool) -> Any:
    if value == "" and not keep_empty:
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


# Columns that many tables have -----------------------------------------------------------------------------


def column(name: str, meaning: str, path: str | Callable = "", kind: str = TEXT, refers: str = "") -> Column:
    """``path``: an attribute path, or a function of the row; the column's own name where it is left out."""
    return Column(name, meaning, path if callable(path) else attrgetter(path or name), kind, refers)


def integer(name: str, meaning: str, path: str | Callable = "") -> Column:
    return column(name, meaning, path, INTEGER)


def number(name: str, meaning: str, path: str | Callable = "") -> Column:
    return column(name, meaning, path, NUMBER)


def several(name: str, meaning: str, path: Callable) -> Column:
    return column(name, meaning, path, LIST)


def both(name: str, meaning: str) -> tuple[Column, Column]:
    """A text in English and in Japanese."""
    japanese = f"{meaning.removesuffix('.')}, in Japanese; empty where there is none yet."
    return column(name, meaning), column(f"{name}_ja", japanese)


def page(entry: Entry) -> str:
    with translation.override("en"):
        return entry.get_absolute_url()


def slug_of(relation: str) -> Callable:
    return lambda row: one.slug if (one := getattr(row, relation)) else None


def key_of(relation: str) -> Callable:
    """The key of a model or vehicle that a row refers to."""
    return lambda row: "/".join(one.natural_key()) if (one := getattr(row, relation)) else None


def slugs(terms: Iterable) -> list[str]:
    return list(dict.fromkeys(term.slug for term in terms))


SLUG = column("slug", "Its name in addresses; names it in the other tables.")
CONFIDENCE = column("confidence", "high: a primary source or two independent ones; medium: one good source; low.")
CHANGED = column(
    "updated", "When the entry was last changed (UTC).", lambda row: f"{row.updated_at:%Y-%m-%dT%H:%M:%SZ}"
)
PAGE = column("page", "Path of its page on the site.", page)
FOOT = (CONFIDENCE, CHANGED)


def measured(name: str, meaning: str) -> tuple[Column, Column]:
    """A measure that can be a range."""
    return integer(name, f"{meaning}."), integer(f"{name}_max", f"{meaning}: the most, where it is a range.")


ENTRY_TABLE = column("table", "The table of the entry.")
ENTRY_KEY = column("entry", "The entry, by the first column of that table.", "key")
VEHICLE = column("vehicle", "The vehicle.", key_of("generation"), refers="vehicles")
PLANT = column("plant", "The plant.", slug_of("plant"), refers="plants")
STATE = column("state", "Two-letter code of the plant's state.", lambda row: row.plant.state if row.plant else None)
FIRST_YEAR = integer("first_model_year", "First model year (the American convention).")
LAST_YEAR = integer("last_model_year", "Last model year; empty while it goes on, or if not known.")
BODIES = several("body_styles", "Its body styles.", lambda row: slugs(row.body_styles.all()))
