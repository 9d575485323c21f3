"""An entry with all rows that belong to it, as one document: plain data that JSON can hold.

::

    {"fields": {"name": "Marysville Auto Plant", ...},      # columns; related entries by their id
     "many": {"body_styles": [1, 3]},                       # many-to-many relations
     "rows": {"citations": [{"id": 7, "fields": {...}}]}}   # rows that make no sense without their entry

Other entries, such as the runs of a plant, are documents of their own. Documents stay in this database, whose ids
never change; rows that are not stored yet have negative ids.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from catalogue.natural_keys import NaturalKeyModel

Document = dict[str, Any]
#: Columns that say when a row was written, not what is known.
CLOCKS = frozenset({"updated_at"})
#: Types without a page of their own that editors maintain all the same.
TERMS = ("catalogue.Source", "vehicles.BodyStyle", "vehicles.Powertrain")


class Relation(NamedTuple):
    """The rows of one kind that belong to an entry: ``model`` rows whose ``owner`` leads to it."""

    name: str
    model: type[models.Model]
    owner: str

    def of(self, entry: models.Model) -> models.QuerySet:
        if self.owner != "entry":
            return self.model._base_manager.filter(**{self.owner: entry})
        kind = ContentType.objects.get_for_model(type(entry))
        return self.model._base_manager.filter(entry_type=kind, entry_id=entry.pk)

    @property
    def owning_columns(self) -> set[str]:
        return {"entry_type_id", "entry_id"} if self.owner == "entry" else {f"{self.owner}_id"}


def is_document(model: type[models.Model]) -> bool:
    """Whether rows of this type are documents of their own."""
    from catalogue.entries import Entry

    return issubclass(model, Entry) or model._meta.label in TERMS


def document_types() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if is_document(model)]


@cache
def relations(model: type[models.Model]) -> tuple[Relation, ...]:
    """What belongs to entries of this type: rows deleted with them that are no documents themselves."""
    found = [
        Relation(field.name, field.related_model, "entry")
        for field in model._meta.private_fields
        if isinstance(field, GenericRelation)
    ]
    found += [
        Relation(field.get_accessor_name(), field.related_model, field.field.name)
        for field in model._meta.related_objects
        if field.one_to_many
        and field.on_delete is models.CASCADE
        and issubclass(field.related_model, NaturalKeyModel)
        and not is_document(field.related_model)
    ]
    return tuple(sorted(found))


@cache
def owners_of(model: type[models.Model]) -> tuple[str, ...]:
    """By which of its fields a row leads to the documents it belongs to; none where it belongs to none."""
    return tuple(sorted({one.owner for kind in document_types() for one in relations(kind) if one.model is model}))


# Taking a document -----------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return value


def columns(model: type[models.Model], without: set[str] = frozenset()) -> list[str]:
    names = (field.attname for field in model._meta.concrete_fields if not field.primary_key)
    return [name for name in names if name not in CLOCKS and name not in without]


def take(model: type[models.Model], pk: int | None) -> Document | None:
    """The document of an entry as the database has it; None where there is no such entry."""
    if pk is None:
        return None
    fields = model._base_manager.filter(pk=pk).values(*columns(model)).first()
    if fields is None:
        return None
    entry = model(pk=pk)
    many = {
        field.name: sorted(
            field.remote_field.through._base_manager.filter(**{field.m2m_field_name(): pk}).values_list(
                f"{field.m2m_reverse_field_name()}_id", flat=True
            )
        )
        for field in model._meta.many_to_many
    }
    rows = {
        relation.name: [
            {"id": row.pop("pk"), "fields": {name: plain(value) for name, value in row.items()}}
            for row in relation.of(entry).order_by("pk").values("pk", *columns(relation.model, relation.owning_columns))
        ]
        for relation in relations(model)
    }
    return {"fields": {name: plain(value) for name, value in fields.items()}, "many": many, "rows": rows}


def with_provisional_ids(document: Document, known: Document) -> Document:
    """The document with negative ids for rows that ``known``, a stored state of the entry, does not have."""
    rows = {}
    for name, all_rows in document["rows"].items():
        stored = {row["id"] for row in known["rows"].get(name, [])}
        free = min([0, *(row["id"] for row in all_rows)]) - 1
        rows[name] = []
        for row in all_rows:
            if row["id"] not in stored and row["id"] > 0:
                row, free = {**row, "id": free}, free - 1
            rows[name].append(row)
    return {**document, "rows": rows}


# Making it so ----------------------------------------------------------------------------------------------


def put(model: type[models.Model], pk: int | None, document: Document, *, provisional: bool = False) -> models.Model:
    """Make the entry like the document, and return it; raises ValidationError where that is not possible.

    With ``provisional``, rows with negative ids get these ids in the database: for a transaction that is rolled
    back. Else they get new ids.
    """
    entry = model._base_manager.filter(pk=pk).first() or model(pk=pk)
    fill(entry, document["fields"])
    entry.full_clean(exclude=["slug"] if not entry.slug else [])
    entry.save()
    for name, ids in document["many"].items():
        field = model._meta.get_field(name)
        there = set(field.related_model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
        if missing := set(ids) - there:
            text = _("%(field)s: something it names no longer exists (%(ids)s).")
            raise ValidationError(text % {"field": field.verbose_name, "ids": ", ".join(map(str, sorted(missing)))})
        getattr(entry, name).set(ids)
    for relation in relations(model):
        put_rows(entry, relation, document["rows"].get(relation.name, []), provisional)
    return entry


def put_rows(entry: models.Model, relation: Relation, wanted: list[dict], provisional: bool) -> None:
    stored = {row.pk: row for row in relation.of(entry)}
    kept = {row["id"] for row in wanted}
    for pk, row in stored.items():
        if pk not in kept:
            row.delete()
    for row in wanted:
        one = stored.get(row["id"])
        if one is None:
            keep_id = provisional or row["id"] > 0 and not relation.model._base_manager.filter(pk=row["id"]).exists()
            one = relation.model(pk=row["id"] if keep_id else None)
            setattr(one, relation.owner, entry)
        elif all(plain(getattr(one, name)) == value for name, value in row["fields"].items()):
            continue
        fill(one, row["fields"])
        one.full_clean()
        one.save()


def fill(row: models.Model, fields: dict[str, Any]) -> None:
    """Give a row these values; columns that a later version of the site no longer has are passed over."""
    known = {field.attname: field for field in row._meta.concrete_fields}
    for name, value in fields.items():
        if name in known:
            field = known[name]
            target = field.target_field if field.is_relation else field
            setattr(row, name, target.to_python(value) if value is not None else None)


def paths(document: Document) -> Iterator[tuple[str, Any]]:
    """Every separate piece of a document with its place: ``fields.name``, ``many.bodies``, ``rows.citations.7``."""
    for part in ("fields", "many"):
        for name, value in document[part].items():
            yield f"{part}.{name}", value
    for name, all_rows in document["rows"].items():
        for row in all_rows:
            yield f"rows.{name}.{row['id']}", row["fields"]
