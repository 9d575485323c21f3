"""Entries as rows of a table: references by their slug, lists apart by semicolons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def flat(value) -> str | int | float:
    """One cell. A reference is its slug (a vehicle ``make/model/generation``), a citation the source's slug."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        if "source" in value:
            name = value["source"]["slug"]
            return f"{value['field']}:{name}" if value.get("field") else name
        return value.get("key") or value.get("slug") or value.get("name") or ""
    if isinstance(value, list | tuple):
        return "; ".join(str(flat(one)) for one in value)
    return value


def rows(entries: Iterable[dict], columns: list[str]) -> Iterator[list]:
    """The head and a row for each entry."""
    yield columns
    for entry in entries:
        yield [flat(entry[column]) for column in columns]
