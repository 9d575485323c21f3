"""Deleting an entry with all that hangs on it, and bringing it all back."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from catalogue.desk import edits
from catalogue.desk.documents import is_document, owners_of, put
from catalogue.desk.version import Action, Version


def dependants(entry: models.Model) -> list[models.Model]:
    """The entries that can't be without this one, those that hang on others of them first."""
    found: dict[tuple[type, int], models.Model] = {}

    def visit(one: models.Model) -> None:
        for relation in one._meta.related_objects:
            if relation.on_delete is models.PROTECT and is_document(relation.related_model):
                for other in relation.related_model._base_manager.filter(**{relation.field.name: one}):
                    if (type(other), other.pk) not in found and other != entry:
                        found[type(other), other.pk] = other
                        visit(other)

    visit(entry)
    # A dependant found through another must go before it: the last found hang on nobody.
    ordered, left = [], list(found.values())
    while left:
        keys = {(type(one), one.pk) for one in left}
        free = [one for one in left if not any((type(o), o.pk) in keys for o in direct(one) if o != one)]
        if not free:  # in a circle: PROTECT will say so
            return [*ordered, *left]
        ordered += free
        left = [one for one in left if one not in free]
    return ordered


def direct(entry: models.Model) -> list[models.Model]:
    """The entries that name this one and are protected by it."""
    return [
        other
        for relation in entry._meta.related_objects
        if relation.on_delete is models.PROTECT and is_document(relation.related_model)
        for other in relation.related_model._base_manager.filter(**{relation.field.name: entry})
    ]


def blockers(entries: list[models.Model]) -> list[models.Model]:
    """Rows of other entries that rest on these, such as the citations of a source: with them nothing is deleted."""
    going = {(type(one), one.pk) for one in entries}
    found = []
    for entry in entries:
        for relation in entry._meta.related_objects:
            if relation.on_delete is not models.PROTECT or is_document(relation.related_model):
                continue
            for row in relation.related_model._base_manager.filter(**{relation.field.name: entry})[:20]:
                owners = [getattr(row, name) for name in owners_of(type(row))]
                if not any((type(owner), owner.pk) in going for owner in owners if owner is not None):
                    found.append(row)
    return found


def delete(entry: models.Model, user, reason: str = "") -> uuid.UUID:
    """Delete an entry and its dependants in one edit; returns the edit's id, by which it can be undone."""
    with edits.edit(user, reason) as this:
        for one in dependants(entry):
            one.delete()
        entry.delete()
    return this.id


def restore(versions: list[Version], user, reason: str = "") -> list[models.Model]:
    """Bring deleted entries back with their ids, those first that others hang on. All of them or none.

    Raises ValidationError where something else has taken their place.
    """
    with edits.edit(user, reason, Action.RESTORED):
        restored, left, problem = [], list(versions), None
        while left:
            still = []
            for version in left:
                try:
                    with edits.savepoint():
                        restored.append(put(version.entry_class, version.entry_id, version.document))
                except ValidationError as error:
                    problem = error
                    still.append(version)
            if len(still) == len(left):
                names = ", ".join(version.label for version in still)
                why = " ".join(problem.messages)
                raise ValidationError(_("It can't be restored: %(names)s. %(why)s") % {"names": names, "why": why})
            left = still
    return restored
