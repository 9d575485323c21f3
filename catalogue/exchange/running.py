"""A whole file: which table it is, what it would do, and doing all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import tablib
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue.desk import edits
from catalogue.exchange.importing import ImportedTable, Options, Outcome
from catalogue.exchange.lookup import perhaps
from catalogue.exchange.reading import Problem, Sheet
from catalogue.exchange.resource import FOR_PEOPLE, key_columns, table_of


class Refused(Exception):  # noqa: N818 - the plan says why
    """Nothing was imported: something has problems, or is not what the editor saw."""

    def __init__(self, plan: Plan):
        super().__init__("the import was refused")
        self.plan = plan


@dataclass
class Plan:
    """What a file does to the catalogue, or what stands in its way."""

    model: type[models.Model] | None
    problems: list[Problem] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What its rows are, in words."""
        return capfirst(str(self.model._meta.verbose_name_plural)) if self.model else ""

    def of_kind(self, kind: str) -> list[Outcome]:
        return [one for one in self.outcomes if one.import_type == kind]

    @property
    def added(self) -> list[Outcome]:
        return self.of_kind(Outcome.IMPORT_TYPE_NEW)

    @property
    def changed(self) -> list[Outcome]:
        return self.of_kind(Outcome.IMPORT_TYPE_UPDATE)

    @property
    def unchanged(self) -> list[Outcome]:
        return self.of_kind(Outcome.IMPORT_TYPE_SKIP)

    @property
    def all_problems(self) -> list[Problem]:
        return [*self.problems, *(problem for outcome in self.outcomes for problem in outcome.problems)]

    @property
    def can_be_done(self) -> bool:
        return not self.all_problems and bool(self.added or self.changed)

    @property
    def digest(self) -> str:
        """The same for plans that do the same: what an editor confirmed is what is done."""
        said = [
            (one.number, one.import_type, one.notes, [(change.path, change.old, change.new) for change in one.changes])
            for one in self.outcomes
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def best_table(headers: list[str], kinds: Iterable[type[models.Model]]) -> type[models.Model]:
    """The type whose table these columns most likely are."""
    present = set(headers)

    def fit(model: type[models.Model]) -> tuple[bool, int]:
        known = set(table_of(model)._meta.fields)
        return present.issuperset(key_columns(model)), len(present & known) - len(named(headers) - known)

    return max(kinds, key=fit)


def named(headers: list[str]) -> set[str]:
    return {header for header in headers if header and not header.startswith(FOR_PEOPLE)}


def header_problems(sheet: Sheet, model: type[models.Model]) -> list[Problem]:
    known = [name for name in table_of(model)._meta.fields if not name.startswith(FOR_PEOPLE)]
    problems = []
    for name in dict.fromkeys(sheet.headers):
        if name in named(sheet.headers) and name not in known:
            text = _("There is no column of this name. Correct it, or begin the name with # to have it passed over.")
            problems.append(Problem(f"{text} {perhaps(name, known)}".strip(), 1, name[:80]))
        if name in known and sheet.headers.count(name) > 1:
            problems.append(Problem(_("Two columns have this name."), 1, name))
    for name in key_columns(model):
        if name not in sheet.headers:
            text = _("This column is missing. It says which row of the catalogue is meant.")
            problems.append(Problem(text, 1, name))
    for place, name in enumerate(sheet.headers):
        if not name and any(row[place] for row in sheet.rows):
            problems.append(Problem(_("Column %(n)s has no name in its first row.") % {"n": place + 1}, 1))
    return problems


def plan_of(sheet: Sheet, kinds: Iterable[type[models.Model]], options: Options) -> Plan:
    """Take all rows, in the transaction at hand."""
    model = best_table(sheet.headers, kinds)
    plan = Plan(model, [one for one in sheet.problems if one.row == 1] + header_problems(sheet, model))
    if not sheet.rows:
        plan.problems.append(Problem(_("The file has no rows below its first.")))
    if plan.problems:
        plan.problems += [one for one in sheet.problems if one.row != 1]
        return plan
    places = [place for place, name in enumerate(sheet.headers) if name in named(sheet.headers)]
    rows = [[row[place] for place in places] for row in sheet.rows]
    dataset = tablib.Dataset(*rows, headers=[sheet.headers[place] for place in places])
    result = table_of(model, ImportedTable)().import_data(
        dataset, use_transactions=False, raise_errors=True, sheet=sheet, options=options
    )
    plan.outcomes = result.rows
    return plan


def try_out(sheet: Sheet, kinds: Iterable[type[models.Model]], options: Options) -> Plan:
    """What the file would do. Nothing is done."""
    with edits.trial():
        return plan_of(sheet, kinds, options)


def carry_out(
    sheet: Sheet, kinds: Iterable[type[models.Model]], options: Options, *, user, reason: str, seen: str
) -> Plan:
    """Do it, as one edit; raises Refused, with nothing done, where it is not what was ``seen``."""
    with edits.edit(user, reason):
        plan = plan_of(sheet, kinds, options)
        if not plan.can_be_done or plan.digest != seen:
            raise Refused(plan)
    return plan
