"""How a value is written in a cell, and read from one. What is read is text: ``reading`` has seen to that."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from catalogue.citing import citable_fields
from catalogue.exchange.lookup import Lookup, perhaps

#: Between the slugs of a cell that names several.
SEVERAL = "|"
WHOLE = re.compile(r"-?[0-9]{1,18}(?:\.0{1,6})?\Z")
NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?\Z")
TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0", "")
#: What no cell of a workbook can hold, and nobody types on purpose.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def tidy(text: str) -> str:
    """Text as forms would take it: no space around it, one kind of line break, nothing unseen."""
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class Cell(Widget):
    """Text as it is, and the base of all others. ``empty`` is what an empty cell means."""

    def __init__(self, field: models.Field | None = None):
        super().__init__()
        self.field = field
        self.lookup = Lookup()

    @property
    def empty(self) -> Any:
        return None if self.field.null else ""

    def clean(self, value: str, row=None, **kwargs) -> Any:
        """The value that a cell's text stands for; raises ValueError that says what to write instead."""
        return self.read(value) if value else self.empty

    def read(self, text: str) -> Any:
        return text

    def render(self, value: Any, obj=None, **kwargs) -> Any:
        return "" if value is None else tidy(str(value))

    def comparable(self, value: Any) -> Any:
        """A value such that two are equal when they say the same."""
        return tidy(value) if isinstance(value, str) else value


class Whole(Cell):
    empty = None

    def read(self, text: str) -> int:
        if not WHOLE.match(text):
            raise ValueError(_("“%(text)s” is no whole number. Write digits only, such as 1988.") % {"text": text[:40]})
        return int(text.partition(".")[0])

    def render(self, value: int | None, obj=None, **kwargs) -> int | str:
        return "" if value is None else int(value)


class Number(Cell):
    empty = None

    def read(self, text: str) -> Decimal:
        if not NUMBER.match(text):
            form = _("“%(text)s” is no number. Write digits and a decimal point, such as -84.5.")
            raise ValueError(form % {"text": text[:40]})
        return Decimal(text)

    def render(self, value: Decimal | None, obj=None, **kwargs) -> Decimal | str:
        return "" if value is None else value

    def comparable(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)


class YesNo(Cell):
    empty = False

    def read(self, text: str) -> bool:
        word = text.lower()
        if word not in (*TRUE, *FALSE):
            raise ValueError(_("“%(text)s” is neither true nor false.") % {"text": text[:40]})
        return word in TRUE

    def render(self, value: bool, obj=None, **kwargs) -> str:
        return "true" if value else "false"


class Choice(Cell):
    def read(self, text: str) -> str:
        known = [str(value) for value, _label in self.field.flatchoices]
        if text not in known:
            form = _("“%(text)s” is not possible here. Possible: %(known)s.")
            raise ValueError(form % {"text": text[:40], "known": ", ".join(known)})
        return text


class Reference(Cell):
    """The key of a related row: a slug, or ``toyota/camry/xv70``."""

    empty = None

    def read(self, text: str) -> int:
        return self.lookup.find(self.field.related_model, text)

    def render(self, value: int | None, obj=None, **kwargs) -> str:
        return "" if value is None else self.lookup.key(self.field.related_model, value)


class References(Cell):
    """The slugs of several related rows, as the sorted list of their ids."""

    @property
    def empty(self) -> list[int]:
        return []

    def read(self, text: str) -> list[int]:
        slugs = [slug for part in text.split(SEVERAL) if (slug := part.strip())]
        return sorted({self.lookup.find(self.field.related_model, slug) for slug in slugs})

    def render(self, value: list[int], obj=None, **kwargs) -> str:
        return SEVERAL.join(sorted(self.lookup.key(self.field.related_model, pk) for pk in value))


class AnyEntry(Cell):
    """An entry of any type, ``plants.plant/toyota-georgetown``, as the ids of its type and its own."""

    empty = None

    def read(self, text: str) -> tuple[int, int]:
        return self.lookup.find_any(text)

    def render(self, value: tuple[int, int], obj=None, **kwargs) -> str:
        return self.lookup.any_key(*value)


class NameOf(Cell):
    """What another column names, in words; for reading only."""

    def __init__(self, of: Cell):
        super().__init__(of.field)
        self.of = of

    def render(self, value: Any, obj=None, **kwargs) -> str:
        if value in (None, []):
            return ""
        if isinstance(self.of, AnyEntry):
            return tidy(self.lookup.any_name(*value))
        ids = value if isinstance(value, list) else [value]
        return tidy(f"{SEVERAL} ".join(self.lookup.name(self.field.related_model, pk) for pk in ids))


def cell_for(field: models.Field) -> Cell:
    if isinstance(field, models.ManyToManyField):
        return References(field)
    if field.is_relation:
        return Reference(field)
    if field.choices:
        return Choice(field)
    for kind, cell in ((models.BooleanField, YesNo), (models.DecimalField, Number), (models.IntegerField, Whole)):
        if isinstance(field, kind):
            return cell(field)
    return Cell(field)


def check_supports(entry_class: type[models.Model], name: str) -> str:
    """What is wrong with a citation that supports this field of an entry; empty if nothing."""
    known = [field for field, _label in citable_fields(entry_class)]
    if name in known:
        return ""
    text = _("A %(kind)s has no fact “%(name)s”.") % {"kind": entry_class._meta.verbose_name, "name": name[:60]}
    return f"{text} {perhaps(name, filter(None, known))}".strip()
