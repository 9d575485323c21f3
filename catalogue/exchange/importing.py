"""Taking the rows of a file: what each would add or change, and what stands in its way.

A row either has problems, or is done in the transaction at hand; whether that is a trial, and what becomes of the
whole, is decided by ``running``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.results import RowResult

from catalogue.desk import edits
from catalogue.desk.differences import EMPTY, Difference
from catalogue.entries import EntryLink, Publication
from catalogue.exchange.cells import AnyEntry, References, check_supports
from catalogue.exchange.meeting import meet
from catalogue.exchange.reading import Problem, Sheet
from catalogue.exchange.resource import VERSION, Table, document_of, document_types_of
from catalogue.exchange.versions import History, latest_numbers


@dataclass(frozen=True)
class Options:
    """What the editor decided about the whole file."""

    #: Rows that don't say which version they were made from may change entries.
    overwrite: bool = False
    #: What is new becomes public at once, where it can.
    publish_new: bool = False


class Outcome(RowResult):
    """What came of one row."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.title = ""
        self.problems: list[Problem] = []
        self.changes: list[Difference] = []
        self.notes: list[str] = []

    def problem(self, text: str, column: str = "") -> None:
        self.problems.append(Problem(text, self.number, column))

    def refuse(self, error: ValidationError, columns) -> None:
        """Take over what Django has against the row."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in by_field.items():
            for text in texts:
                self.problem(text, name if name in columns else "")


class _Refused(Exception):  # noqa: N818 - a row has problems: they are noted, and it is not saved
    pass


class ImportedTable(Table):
    """A table whose rows are taken from a file. The library walks through them, and counts."""

    @classmethod
    def get_row_result_class(cls):
        return Outcome

    def before_import(self, dataset, **kwargs):
        """See which rows are there already, and what became of them: a few queries for the whole file."""
        lines = dataset.dict
        self.seen: dict[tuple, int] = {}
        self.keys = [self._key_in(line) for line in lines]
        wanted = {key for key in self.keys if key is not None}
        ids = [row.pk for row in self._stored() if self._key(row) in wanted]
        many = [field.name for field in self.model._meta.many_to_many]
        rows = self.model._base_manager.filter(pk__in=ids)
        hold({document_of(row) for row in rows})
        self.rows = {self._key(row): row for row in rows.all().prefetch_related(*many)}
        asked: dict[tuple, int] = {}
        for key, line in zip(self.keys, lines, strict=True):
            if key in self.rows and (version := version_in(line)) is not None:
                document = document_of(self.rows[key])
                asked[document] = min(version, asked.get(document, version))
        self.history = History(latest_numbers(document_types_of(self.model)), asked)

    def after_import(self, dataset, result, **kwargs):
        """Nothing: the library would reset the counters of ids, under the feet of others who add rows."""

    def import_row(self, row, instance_loader, *, row_number, sheet: Sheet, options: Options, **kwargs) -> Outcome:
        outcome = Outcome()
        outcome.number = sheet.numbers[row_number - 1]
        outcome.problems = [one for one in sheet.problems if one.row == outcome.number]
        key = self.keys[row_number - 1]
        values = self._values(row, outcome)
        try:
            if key is not None:
                self._note_key(key, outcome)
                if key in self.rows:
                    self._change(self.rows[key], row, values, outcome, options)
                else:
                    self._add(row, values, outcome, options)
        except _Refused:
            pass
        except ValidationError as error:
            outcome.refuse(error, self.columns)
        except DatabaseError as error:
            outcome.problem(_("The database refuses the row: %(error)s") % {"error": str(error).splitlines()[0]})
        if outcome.problems:
            outcome.import_type = Outcome.IMPORT_TYPE_INVALID
        return outcome

    # Reading a row -------------------------------------------------------------------------------------------

    def _stored(self) -> models.QuerySet:
        """All rows of the type, as far as their keys need it."""
        named = {*self.key, "entry_type", "entry_id"} if "entry" in self.key else set(self.key)
        return self.model._base_manager.only(*(one.attname for one in self.model._meta.fields if one.name in named))

    def _key(self, row: models.Model) -> tuple:
        return tuple(self.columns[name].widget.comparable(self.columns[name].get_value(row)) for name in self.key)

    def _key_in(self, line: dict[str, str | None]) -> tuple | None:
        """The key that a row of the file has; None where it names nothing there is, which is said with its cell."""
        try:
            return tuple(self._value(name, line[name]) for name in self.key)
        except ValueError:
            return None

    def _value(self, name: str, text: str | None) -> Any:
        if text is None:
            raise ValueError("unread")
        return self.columns[name].widget.clean(text)

    def _values(self, line: dict[str, str | None], outcome: Outcome) -> dict[str, Any]:
        """The values of the cells there are. What is wrong with the others is noted; of unread ones it is already."""
        values = {}
        for name in self.columns:
            if line.get(name) is not None:
                try:
                    values[name] = self._value(name, line[name])
                except ValueError as error:
                    outcome.problem(str(error), name)
        return values

    def _note_key(self, key: tuple, outcome: Outcome) -> None:
        if key in self.seen:
            outcome.problem(_("Row %(n)s is about the same. Keep one of them.") % {"n": self.seen[key]}, self.key[-1])
        elif any(part not in (None, "") for part in key):  # without a slug: two new ones
            self.seen[key] = outcome.number

    # Doing what it says --------------------------------------------------------------------------------------

    def _add(self, line, values: dict[str, Any], outcome: Outcome, options: Options) -> None:
        outcome.import_type = Outcome.IMPORT_TYPE_NEW
        if line.get(VERSION):
            outcome.problem(
                _(
                    "There is no such row in the catalogue, but the file says it has a version: it was renamed or "
                    "deleted since, or its key was changed in the file. To add it anew, empty this cell."
                ),
                VERSION,
            )
        row = self.model()
        for name, value in values.items():
            # An empty cell of something new leaves what the catalogue would say by itself.
            if line[name] or not self._field(name).has_default():
                self._set(row, name, value)
        wants_public = getattr(row, "publication", None) == Publication.PUBLISHED or not line.get("publication")
        if hasattr(row, "publication"):
            row.publication = Publication.DRAFT
        self._save(row, values, list(values), outcome)
        self.lookup.add(row)
        outcome.title = str(row)
        if hasattr(row, "publication"):
            if options.publish_new and wants_public:
                self._publish(row, outcome)
            elif line.get("publication") == Publication.PUBLISHED:
                outcome.notes.append(_("Added as a draft: “publish what is new” is not chosen."))
        for name, value in values.items():
            if name not in ("publication", *self.key) and line[name]:
                outcome.changes.append(self._difference(name, EMPTY, self._shown(name, value)))

    def _publish(self, row: models.Model, outcome: Outcome) -> None:
        try:
            row.publish()
        except ValidationError:
            outcome.notes.append(_("Added as a draft: it needs a source before it can be published."))

    def _change(self, row: models.Model, line, values: dict[str, Any], outcome: Outcome, options: Options) -> None:
        outcome.title = str(row)
        outcome.object_id = row.pk
        shown = {name: self._shown(name, self.columns[name].get_value(row)) for name in values}
        met = meet(self, row, values, version_in(line), line.get(VERSION, ""), options.overwrite, self.history)
        for column, text in met.problems:
            outcome.problem(text, column)
        if not met.taken:
            outcome.import_type = Outcome.IMPORT_TYPE_SKIP
            return
        outcome.import_type = Outcome.IMPORT_TYPE_UPDATE
        if met.others_edited:
            outcome.notes.append(_("Others edited it since the file was made; their changes are kept."))
        for name in met.taken:
            self._set(row, name, values[name])
            outcome.changes.append(self._difference(name, shown[name], self._shown(name, values[name])))
        self._save(row, values, met.taken, outcome)
        if "publication" in met.taken and values["publication"] == Publication.PUBLISHED:
            row.check_publishable()
        self.lookup.add(row)

    def _makes_slug(self) -> bool:
        return "slug" in self.columns and self._field("slug").blank

    def _field(self, name: str) -> models.Field:
        return self.model._meta.get_field("entry_id" if name == "entry" else name)

    def _set(self, row: models.Model, name: str, value: Any) -> None:
        cell = self.columns[name].widget
        if isinstance(cell, AnyEntry):
            row.entry_type_id, row.entry_id = value or (None, None)
        elif not isinstance(cell, References):
            setattr(row, self.columns[name].attribute, value)

    def _save(self, row: models.Model, values: dict[str, Any], taken: list[str], outcome: Outcome) -> None:
        """Check the row as forms do, and save it where nothing is wrong with it."""
        unread = {one.column for one in outcome.problems}
        for name, column in self.columns.items():
            required = isinstance(column.widget, References) and not self._field(name).blank
            if required and name not in unread and not values.get(name, True if row.pk else None):
                outcome.problem(_("Name at least one."), name)
        if isinstance(row, EntryLink) and row.entry_id is None:
            outcome.problem(_("Name the entry it belongs to."), "entry")
        elif "field" in taken and (text := check_supports(row.entry_type.model_class(), row.field)):
            outcome.problem(text, "field")
        # Of cells that can't be read, and of a slug that saving makes, Django need not say anything more.
        told = {one.column for one in outcome.problems}
        made = {"slug"} if self._makes_slug() and not row.slug else set()
        try:
            row.full_clean(exclude=(told - {""}) | made)
        except ValidationError as error:
            outcome.refuse(error, self.columns)
        if outcome.problems:
            raise _Refused
        with edits.savepoint():
            row.save()
            for name in taken:
                if isinstance(self.columns[name].widget, References):
                    getattr(row, name).set(values[name])

    # Telling it ----------------------------------------------------------------------------------------------

    def _shown(self, name: str, value: Any) -> str:
        return str(self.columns[name].widget.render(value)) or EMPTY

    def _difference(self, name: str, old: str, new: str) -> Difference:
        return Difference(name, capfirst(str(self._field(name).verbose_name)), old, new)


def version_in(line: dict[str, str | None]) -> int | None:
    """The version that a row was made from; None where it does not say."""
    text = line.get(VERSION) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def hold(documents: set[tuple[int, int]]) -> None:
    """Let nobody else edit these entries until this transaction ends."""
    for kind in sorted({kind for kind, _pk in documents}):
        model = ContentType.objects.get_for_id(kind).model_class()
        ids = [pk for one, pk in documents if one == kind]
        list(model._base_manager.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
