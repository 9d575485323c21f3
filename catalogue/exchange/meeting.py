"""A row of a file meets what was edited since the file was made: nobody's edit is undone unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.desk.differences import EMPTY
from catalogue.desk.merging import merge
from catalogue.desk.version import Version
from catalogue.exchange.resource import VERSION, Table, document_of
from catalogue.exchange.versions import History, stored_values


@dataclass
class Met:
    """The columns whose values are to be taken from the file, or what speaks against it."""

    taken: list[str] = field(default_factory=list)
    #: Column and text of each.
    problems: list[tuple[str, str]] = field(default_factory=list)
    others_edited: bool = False


def pieces(values: dict[str, Any]) -> dict[str, Any]:
    """Values of columns in the form that ``merge`` compares."""
    return {"fields": values, "many": {}, "rows": {}}


def meet(
    table: Table,
    row: models.Model,
    values: dict[str, Any],
    version: int | None,
    said: str,
    overwrite: bool,
    history: History,
) -> Met:
    """What a row that was made from ``version`` changes, as its cell ``said``, of what is stored now."""
    cells = {name: table.columns[name].widget for name in values if name not in table.key}
    live = {name: cell.comparable(table.columns[name].get_value(row)) for name, cell in cells.items()}
    mine = {name: cells[name].comparable(values[name]) for name in cells}
    changed = [name for name in cells if mine[name] != live[name]]
    if not changed:
        return Met()
    document = document_of(row)
    latest = history.latest(document)
    if version is None and said:
        return Met(
            problems=[
                (VERSION, _("“%(text)s” is no version. Leave this cell as it was exported.") % {"text": said[:40]})
            ]
        )
    if version is None and not overwrite:
        text = _("The file does not say which version this row was made from. Export it anew, or choose to overwrite.")
        return Met(problems=[(VERSION, text)])
    if version is None or version == latest:
        return Met(changed)
    if version > latest:
        form = _("The catalogue has only %(n)s versions of this. Was the file made from another catalogue?")
        return Met(problems=[(VERSION, form % {"n": latest})])
    since = history.since(document, version)
    base = readable(table, row, since[0], cells) if since else {}
    merged = merge(pieces(base), pieces(mine), pieces(live))
    problems = []
    for conflict in merged.conflicts:
        name = conflict.path.partition(".")[2]
        changer = last_change(table, row, name, since)
        form = _(
            "%(who)s changed this on %(date)s, after the file was made: it is now “%(theirs)s”, in the file “%(mine)s”."
        )
        words = {
            "who": changer.user_name or _("somebody"),
            "date": date_format(changer.at, "DATE_FORMAT"),
            "theirs": shortened(cells[name].render(table.columns[name].get_value(row))),
            "mine": shortened(cells[name].render(values[name])),
        }
        problems.append((name, form % words))
    taken = [name for name in changed if merged.document["fields"][name] == mine[name]]
    return Met(taken, problems, others_edited=True)


def readable(table: Table, row: models.Model, version: Version, names) -> dict[str, Any]:
    """These columns of a row as a version has them, in the form they are compared in."""
    stored, found = stored_values(version, row), {}
    for name in names:
        column, model_field = table.columns[name], table.model._meta.get_field(name)
        if (key := column.attribute) in stored:
            value = stored[key]
            plain = isinstance(value, list) or value is None or model_field.is_relation
            found[name] = column.widget.comparable(value if plain else model_field.to_python(value))
    return found


def last_change(table: Table, row: models.Model, name: str, since: list[Version]) -> Version:
    """The latest version in which this column became what it is."""
    values = [readable(table, row, version, [name]) for version in since]
    for place in range(len(since) - 1, 0, -1):
        if values[place] != values[place - 1]:
            return since[place]
    return since[-1]


def shortened(text: Any) -> str:
    text = str(text) or EMPTY
    return text if len(text) <= 80 else f"{text[:79]}…"
