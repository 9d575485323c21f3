"""What differs between two documents, in an editor's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue.changes.wording import value_words
from catalogue.desk.documents import Document, paths, relations

#: Columns that say nothing by themselves.
HIDDEN = frozenset({"created_at", "image", "width", "height"})
#: Texts longer than this are shown word by word.
LONG = 40
EMPTY = "–"


class Piece(NamedTuple):
    """Some words of a text, and whether both sides have them."""

    text: str
    same: bool


@dataclass(frozen=True)
class Difference:
    """One piece of a document, on the two sides."""

    path: str
    label: str
    old: str
    new: str

    @property
    def old_pieces(self) -> list[Piece]:
        return self._pieces()[0]

    @property
    def new_pieces(self) -> list[Piece]:
        return self._pieces()[1]

    def _pieces(self) -> tuple[list[Piece], list[Piece]]:
        if max(len(self.old), len(self.new)) <= LONG or EMPTY in (self.old, self.new):
            return [Piece(self.old, False)], [Piece(self.new, False)]
        before, after = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (self.old, self.new))
        old, new = [], []
        for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            same = tag == "equal"
            if a < b:
                old.append(Piece("".join(before[a:b]), same))
            if c < d:
                new.append(Piece("".join(after[c:d]), same))
        return old, new


def differences(model: type[models.Model], old: Document | None, new: Document | None) -> list[Difference]:
    """What differs, in the order of the form; against None everything that is filled in."""
    before = dict(paths(old)) if old else {}
    after = dict(paths(new)) if new else {}
    words = Words(model)
    found = []
    for path in sorted({**before, **after}, key=words.place):
        was, is_now = before.get(path), after.get(path)
        if was == is_now or words.hidden(path) or (blank(was) and blank(is_now)):
            continue
        found.append(Difference(path, words.label(path), words.value(path, was), words.value(path, is_now)))
    return found


def blank(value: Any) -> bool:
    return value in (None, "", []) or (isinstance(value, bool) and value is False)


class Words:
    """How the pieces of this type's documents are named and written. Names of related rows are looked up once."""

    def __init__(self, model: type[models.Model]):
        self.model = model
        self.relations = {one.name: one for one in relations(model)}
        self.order = [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)]
        self.names: dict[tuple[type[models.Model], Any], str] = {}

    def hidden(self, path: str) -> bool:
        return path.split(".")[1] in HIDDEN

    def place(self, path: str) -> tuple:
        part, name, *row = path.split(".")
        if part == "rows":
            number = int(row[0])
            return (1, list(self.relations).index(name) if name in self.relations else 99, number < 0, abs(number))
        field = column(self.model, name)
        return (0, self.order.index(field.name) if field is not None else 99, False, 0)

    def label(self, path: str) -> str:
        part, name, *_row = path.split(".")
        if part == "rows":
            relation = self.relations.get(name)
            return capfirst(str(relation.model._meta.verbose_name)) if relation else name
        field = column(self.model, name)
        return capfirst(str(field.verbose_name)) if field is not None else name

    def value(self, path: str, value: Any) -> str:
        part, name, *_row = path.split(".")
        if part == "rows":
            relation = self.relations.get(name)
            return "\n".join(self.row(relation.model, value)) if relation and value is not None else EMPTY
        return self.field(self.model, name, value)

    def row(self, model: type[models.Model], fields: dict[str, Any]) -> Iterator[str]:
        """A row's filled fields; the first without its name, since it says which row it is."""
        filled = [(name, value) for name, value in fields.items() if not blank(value) and name not in HIDDEN]
        for position, (name, value) in enumerate(filled):
            field = column(model, name)
            words = self.field(model, name, value)
            yield words if position == 0 or field is None else f"{capfirst(str(field.verbose_name))}: {words}"

    def field(self, model: type[models.Model], name: str, value: Any) -> str:
        field = column(model, name)
        if field is None or blank(value) and not isinstance(value, bool):
            return EMPTY
        if isinstance(field, models.ManyToManyField):
            return ", ".join(self.name(field.related_model, pk) for pk in value)
        if field.is_relation:
            return self.name(field.related_model, value)
        return value_words(field, field.to_python(value))

    def name(self, model: type[models.Model], pk: Any) -> str:
        key = (model, pk)
        if key not in self.names:
            row = model._base_manager.filter(pk=pk).first()
            self.names[key] = str(row) if row else _("deleted since (%(id)s)") % {"id": pk}
        return self.names[key]


def column(model: type[models.Model], name: str) -> models.Field | None:
    """The field with this name or column; None for one that the site no longer has."""
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        if name in (field.name, getattr(field, "attname", None)):
            return field
    return None
