"""Bringing two edits of one document together: what only one changed is taken from it, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.desk.documents import Document, paths

#: A piece that a document does not have: a row that was taken away, or is not there yet.
ABSENT = None


@dataclass(frozen=True)
class Conflict:
    """A piece that both changed, each otherwise."""

    path: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """``conflicts`` are the pieces nobody has chosen for yet; ``all_conflicts`` has those that are decided too."""

    document: Document
    conflicts: list[Conflict]
    all_conflicts: list[Conflict]


def merge(base: Document, mine: Document, theirs: Document, choices: Mapping[str, str] | None = None) -> Merged:
    """``theirs``, which is live, with what ``mine`` changed since ``base``.

    ``choices`` says for pieces that both changed whose to take: "mine" or "theirs". Those without a choice keep
    theirs in the document, and are named.
    """
    choices = choices or {}
    before, ours, live = dict(paths(base)), dict(paths(mine)), dict(paths(theirs))
    taken, conflicts, undecided = dict(live), [], []
    for path in {**before, **ours}:
        old, new, now = (pieces.get(path, ABSENT) for pieces in (before, ours, live))
        if new in (old, now):
            continue
        if now != old:
            conflicts.append(Conflict(path, old, new, now))
            if choices.get(path) not in ("mine", "theirs"):
                undecided.append(conflicts[-1])
            if choices.get(path) != "mine":
                continue
        if new is ABSENT and path.startswith("rows."):
            taken.pop(path, None)
        else:
            taken[path] = new
    return Merged(without_twins(assemble(taken, theirs), theirs), undecided, conflicts)


def assemble(pieces: dict[str, Any], like: Document) -> Document:
    """The document made of these pieces."""
    document: Document = {"fields": {}, "many": {}, "rows": {name: [] for name in like["rows"]}}
    for path, value in pieces.items():
        part, name, *row = path.split(".")
        if part == "rows":
            document["rows"].setdefault(name, []).append({"id": int(row[0]), "fields": value})
        else:
            document[part][name] = value
    return document


def without_twins(document: Document, live: Document) -> Document:
    """The document without new rows that say just what a stored row says: both editors added the same."""
    rows = {}
    for name, all_rows in document["rows"].items():
        said = [row["fields"] for row in all_rows if row["id"] > 0]
        rows[name] = [row for row in all_rows if row["id"] > 0 or row["fields"] not in said]
    return {**document, "rows": rows}
