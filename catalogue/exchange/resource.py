"""A type of rows as a table: its columns, which of them name a row, and the table of given rows.

Columns are named like the fields they hold. Beside each that refers to something stands one with its name in words,
led in by ``#``; those are for people and not read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.db import models
from import_export.fields import Field
from import_export.resources import ModelResource, modelresource_factory

from catalogue.desk.documents import document_types, is_document, relations
from catalogue.exchange.cells import AnyEntry, Cell, NameOf, References, Whole, cell_for
from catalogue.exchange.lookup import Lookup
from catalogue.exchange.versions import Document, latest_numbers, type_id

VERSION = "version"
#: What begins the name of a column that is only for people.
FOR_PEOPLE = "#"
#: Rows that belong to an entry and are no table: files don't fit in cells.
NOT_TABLES = ("catalogue.Photo",)


def key_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that name a row: its natural key, as far as it is not that of a related row."""
    names = (path.split("__")[0].removesuffix("_id") for path in model.natural_key_fields)
    return tuple(dict.fromkeys("entry" if name == "entry_type" else name for name in names))


def document_of(row: models.Model) -> Document:
    """Whose versions tell of this row: its own, or its entry's."""
    model = type(row)
    if is_document(model):
        return type_id(model), row.pk
    owner = key_columns(model)[0]
    if owner == "entry":
        return row.entry_type_id, row.entry_id
    return type_id(model._meta.get_field(owner).related_model), getattr(row, f"{owner}_id")


def document_types_of(model: type[models.Model]) -> list[int]:
    """The types of the entries that rows of this type are, or belong to."""
    if is_document(model):
        return [type_id(model)]
    owner = key_columns(model)[0]
    owners = document_types() if owner == "entry" else [model._meta.get_field(owner).related_model]
    return [type_id(one) for one in owners]


class Column(Field):
    """A column of the table."""

    def get_value(self, row: models.Model):
        cell = self.widget.of if isinstance(self.widget, NameOf) else self.widget
        if isinstance(cell, AnyEntry):
            return row.entry_type_id, row.entry_id
        if isinstance(cell, References):
            # Not through a queryset of its own for each row: they are fetched for all at once.
            return sorted(one.pk for one in getattr(row, self.attribute).all()) if row.pk else []
        return getattr(row, self.attribute)


class VersionColumn(Field):
    """The number of the latest version of the row's entry, as it was when the file was made."""

    numbers: dict[tuple, int]

    def get_value(self, row: models.Model) -> int:
        return self.numbers.get(document_of(row), 0)


class Table(ModelResource):
    """The table of one type. Made by ``table_of``."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.lookup = Lookup()
        for field in self.fields.values():
            if isinstance(field.widget, Cell):
                field.widget.lookup = self.lookup
                if isinstance(field.widget, NameOf):
                    field.widget.of.lookup = self.lookup

    @property
    def model(self) -> type[models.Model]:
        return self._meta.model

    @property
    def key(self) -> tuple[str, ...]:
        return key_columns(self.model)

    @property
    def columns(self) -> dict[str, Column]:
        """The columns that are read back, by name."""
        return {name: field for name, field in self.fields.items() if isinstance(field, Column) and not field.readonly}

    def filter_export(self, queryset, **kwargs):
        many = [field.name for field in self.model._meta.many_to_many]
        return queryset.prefetch_related(*many)

    def before_export(self, queryset, **kwargs):
        self.fields[VERSION].numbers = latest_numbers(document_types_of(self.model))

    def iter_queryset(self, queryset) -> Iterator[models.Model]:
        """All at once: the library would ask for every hundred rows anew."""
        return iter(queryset)


def columns_of(model: type[models.Model]) -> Iterator[Field]:
    own = [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]
    fields = {field.name: field for field in (*own, *model._meta.many_to_many)}
    key = key_columns(model)
    for name in (*key, VERSION, *(name for name in fields if name not in (*key, "entry_type", "entry_id"))):
        if name == VERSION:
            yield VersionColumn(column_name=VERSION, widget=Whole(), readonly=True)
            continue
        field = fields.get(name)
        cell = cell_for(field) if field is not None else AnyEntry()
        attribute = getattr(field, "attname", name)
        yield Column(attribute=attribute, column_name=name, widget=cell)
        if field is None or field.is_relation:
            yield Column(attribute=attribute, column_name=f"{FOR_PEOPLE}{name}", widget=NameOf(cell), readonly=True)


@cache
def table_of(model: type[models.Model], kind: type[Table] = Table) -> type[Table]:
    columns = {column.column_name: column for column in columns_of(model)}
    options = {"fields": tuple(columns), "import_id_fields": key_columns(model)}
    return modelresource_factory(model, kind, options, custom_fields=columns)


@cache
def tables_about(model: type[models.Model]) -> tuple[type[models.Model], ...]:
    """The types that the list page of a type gives as files: its own, and the rows of its entries."""
    if not is_document(model):
        return (model,)
    parts = [one.model for one in relations(model) if one.model._meta.label not in NOT_TABLES]
    # Citations belong to what they support, but are looked for by their source as well.
    cited = [one.related_model for one in model._meta.related_objects if one.name == "citations"]
    return (model, *dict.fromkeys([*parts, *cited]))


def rows_of(queryset: models.QuerySet, part: type[models.Model]) -> models.QuerySet:
    """The rows of a type that belong to these entries, in the order of their keys."""
    model = queryset.model
    if part is model:
        return queryset
    ids = queryset.order_by().values("pk")
    belonging = next((one for one in relations(model) if one.model is part), None)
    owner = belonging.owner if belonging else model._meta.get_field("citations").field.name
    if owner == "entry":
        return part._base_manager.filter(entry_type=type_id(model), entry_id__in=ids).order_by("entry_id", "pk")
    return part._base_manager.filter(**{f"{owner}__in": ids}).order_by(owner, "pk")


def all_tables() -> list[type[models.Model]]:
    """Every type that can be exported and imported."""
    return list(dict.fromkeys(part for model in document_types() for part in tables_about(model)))
