"""Rows named by their keys, as cells name them. Every type is read once, by one query."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _
from rapidfuzz import process

#: How alike two keys must be (0 to 100) for one to be what was perhaps meant by the other.
ALIKE = 75


def key_text(row: models.Model) -> str:
    """``toyota/camry/xv70``: a row's natural key in one text."""
    return "/".join(str(part) for part in row.natural_key())


def perhaps(text: str, known) -> str:
    """A sentence with what was perhaps meant; empty where nothing is like it."""
    alike = process.extract(text[:200], list(known), limit=3, score_cutoff=ALIKE)
    if not alike:
        return ""
    return _("Perhaps: %(names)s?") % {"names": ", ".join(name for name, _score, _index in alike)}


class Known(NamedTuple):
    """The rows of one type: id by key, and key and name by id."""

    ids: dict[str, int]
    names: dict[int, tuple[str, str]]


class Lookup:
    def __init__(self):
        self._known: dict[type[models.Model], Known] = {}

    def known(self, model: type[models.Model]) -> Known:
        if model not in self._known:
            self._known[model] = Known({}, {})
            # Keys and names lead along the relations a row always has.
            for row in model._base_manager.select_related():
                self.add(row)
        return self._known[model]

    def add(self, row: models.Model) -> None:
        """Note a row that was written meanwhile: rows further down may name it."""
        if known := self._known.get(type(row)):
            key = key_text(row)
            known.ids[key] = row.pk
            known.names[row.pk] = (key, str(row))

    def key(self, model: type[models.Model], pk: Any) -> str:
        return self.known(model).names[pk][0] if pk in self.known(model).names else ""

    def name(self, model: type[models.Model], pk: Any) -> str:
        return self.known(model).names[pk][1] if pk in self.known(model).names else ""

    def find(self, model: type[models.Model], key: str) -> int:
        """The id of the row with this key; raises ValueError that says what was perhaps meant."""
        ids = self.known(model).ids
        if key not in ids:
            text = _("There is no %(kind)s “%(key)s”.") % {"kind": model._meta.verbose_name, "key": key[:80]}
            raise ValueError(f"{text} {perhaps(key, ids)}".strip())
        return ids[key]

    def kinds(self) -> dict[str, type[models.Model]]:
        """The types whose rows can be "any entry", by the name that keys begin with."""
        from catalogue.entries import Entry

        types = ContentType.objects.get_for_models(*Entry.__subclasses__())
        return {model._meta.label_lower: model for model in types}

    def find_any(self, key: str) -> tuple[int, int]:
        """The type's and the row's id for ``plants.plant/toyota-georgetown``."""
        kinds = self.kinds()
        label, _slash, rest = key.partition("/")
        if label not in kinds:
            text = _("“%(key)s” is no entry. Write its type and key, such as plants.plant/toyota-georgetown.")
            raise ValueError(f"{text % {'key': key[:80]}} {perhaps(label, kinds)}".strip())
        return ContentType.objects.get_for_model(kinds[label]).pk, self.find(kinds[label], rest)

    def any_key(self, type_id: int, pk: int) -> str:
        model = ContentType.objects.get_for_id(type_id).model_class()
        return f"{model._meta.label_lower}/{self.key(model, pk)}"

    def any_name(self, type_id: int, pk: int) -> str:
        return self.name(ContentType.objects.get_for_id(type_id).model_class(), pk)
