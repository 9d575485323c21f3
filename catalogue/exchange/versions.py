"""What became of entries since a file was made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from catalogue.desk.documents import relations
from catalogue.desk.version import Version

#: An entry, by the id of its content type and its own.
Document = tuple[int, int]


def type_id(model: type[models.Model]) -> int:
    return ContentType.objects.get_for_model(model).pk


def latest_numbers(types: Iterable[int]) -> dict[Document, int]:
    """The number of the latest version of each entry of these types that has any. One query."""
    rows = Version.objects.filter(entry_type__in=types).values_list("entry_type", "entry_id")
    return {(kind, pk): number for kind, pk, number in rows.annotate(latest=models.Max("number")).order_by()}


class History:
    """The versions of some entries from those on that a file was made of."""

    def __init__(self, numbers: dict[Document, int], asked: dict[Document, int]):
        """``numbers`` are the latest; ``asked`` the earliest that rows of the file name."""
        self.numbers = numbers
        stale = {document: number for document, number in asked.items() if number < numbers.get(document, 0)}
        self.versions: dict[Document, list[Version]] = {}
        if stale:
            found = Version.objects.filter(
                entry_type__in={kind for kind, _pk in stale}, entry_id__in={pk for _kind, pk in stale}
            )
            for version in found.order_by("number"):
                document = (version.entry_type_id, version.entry_id)
                # What had no version when the file was made got its first just before the first edit.
                if document in stale and version.number >= max(stale[document], 1):
                    self.versions.setdefault(document, []).append(version)

    def latest(self, document: Document) -> int:
        return self.numbers.get(document, 0)

    def since(self, document: Document, number: int) -> list[Version]:
        """The version of this number and all later ones."""
        return [one for one in self.versions.get(document, []) if one.number >= max(number, 1)]


def stored_values(version: Version, row: models.Model) -> dict[str, Any]:
    """A row's columns as a version of its entry has them; empty where that has no such row."""
    document = version.document
    if isinstance(row, version.entry_class):
        return {**document["fields"], **document["many"]}
    belonging = next((one for one in relations(version.entry_class) if one.model is type(row)), None)
    rows = document["rows"].get(belonging.name, []) if belonging else []
    return next((one["fields"] for one in rows if one["id"] == row.pk), {})
