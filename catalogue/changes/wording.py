"""How a change is told: which facts of an entry are worth their values, and all of it in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import translate_url
from django.utils import translation
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from catalogue.bilingual import TextWithLanguage, in_reader_language
from catalogue.changes.record import Change, Fact, open_to_readers
from catalogue.dates import OPEN, PartialDateField
from catalogue.words import plain_date

#: Facts that readers know by another name than editors do.
LABELS = {"citations": _("sources"), "slug": _("address"), "codes": _("VIN plant codes")}
#: Longer texts are not repeated: that they changed is said, and the entry shows them.
LONGEST_VALUE = 80
#: What editors keep for themselves, or what follows from other facts.
UNTOLD = frozenset({"id", "publication", "created_at", "updated_at"})


def told_fields(entry_class: type[models.Model]) -> list[models.Field]:
    return [field for field in entry_class._meta.concrete_fields if field.name not in UNTOLD]


def plain(field: models.Field, value: Any) -> Any:
    """A value as it is kept in the log (JSON), or None where it is too long or not worth telling."""
    if isinstance(field, models.TextField | models.URLField | models.ForeignKey | models.SlugField):
        return None
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return None
    return value


def fact(field: models.Field, old: Any, new: Any) -> Fact:
    """A field that changed, with its values where both are short and plain."""
    was, is_now = plain(field, old), plain(field, new)
    if was is None or is_now is None:
        return {"field": field.name}
    return {"field": field.name, "old": was, "new": is_now}


def value_words(field: models.Field, value: Any) -> str:
    """A kept value in the reader's words."""
    if value == "":
        return gettext("unknown")
    if isinstance(field, PartialDateField):
        return gettext("still running") if value == OPEN else plain_date(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, models.PositiveSmallIntegerField):
        return str(value)  # years, and numbers as small as no reader groups
    if isinstance(field, models.IntegerField | models.DecimalField):
        return number_format(value, force_grouping=True)
    return str(value)


@dataclass
class ToldFact:
    """A fact as a page shows it; ``old`` and ``new`` are empty where they are not told."""

    label: str
    old: str = ""
    new: str = ""

    def __str__(self):
        return f"{self.label}: {self.old} → {self.new}" if self.new else self.label


def told_fact(entry_class: type[models.Model], kept: Fact) -> ToldFact:
    name = kept["field"]
    try:
        field = entry_class._meta.get_field(name)
    except FieldDoesNotExist:  # kept in an earlier version of the catalogue
        return ToldFact(name.replace("_", " "))
    label = LABELS.get(name) or (
        field.related_model._meta.verbose_name_plural if field.one_to_many or field.auto_created else field.verbose_name
    )
    if "new" not in kept:
        return ToldFact(str(label))
    return ToldFact(str(label), value_words(field, kept["old"]), value_words(field, kept["new"]))


class ToldChange:
    """A change as pages and feeds tell it in the reader's language."""

    def __init__(self, change: Change, is_open: bool):
        self.change = change
        self.entry_class = change.entry_type.model_class()
        self.path = localised(change.path) if is_open and change.path else ""

    @property
    def name(self) -> TextWithLanguage:
        return in_reader_language(self.change.name, self.change.name_ja)

    @property
    def kind(self) -> str:
        return capfirst(str(self.entry_class._meta.verbose_name))

    @property
    def action(self) -> str:
        return self.change.get_action_display()

    @property
    def day(self) -> str:
        return f"{self.change.at:%Y-%m-%d}"

    @cached_property
    def facts(self) -> list[ToldFact]:
        return [told_fact(self.entry_class, kept) for kept in self.change.facts]

    @property
    def sentence(self) -> str:
        """All of it as plain text: "Export program corrected: on sale from: unknown → July 2026"."""
        said = gettext("%(kind)s %(action)s") % {"kind": self.kind, "action": self.action}
        return f"{said}: {'; '.join(map(str, self.facts))}" if self.facts else said


def localised(path: str) -> str:
    """The path of a page in the reader's language."""
    language = get_language()
    with translation.override("en"):  # the language that the path is read in
        return translate_url(path, language)


def told(changes) -> list[ToldChange]:
    """Changes in the reader's words; of entries that are not public now, the link is left out. One query."""
    changes = list(changes)
    public = open_to_readers(changes)
    return [ToldChange(change, (change.entry_type_id, change.entry_id) in public) for change in changes]
