"""Recording each edit. Signals notice which documents it touches; at its end their versions are written.

``with edit(user, reason):`` makes everything within it one edit, in one transaction: all of it happens, with its
history, or nothing. A row saved outside of any, by a script, is an edit of its own. Fixtures are loaded "raw" and not
followed: the next edit notes how the entry stood before it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from catalogue.desk.documents import Document, document_types, is_document, owners_of, relations, take
from catalogue.desk.version import Action, Version

Key = tuple[type[models.Model], int]


def reason_in(data: Mapping[str, str]) -> str:
    """The reason for an edit that a form sent along; without what no database can keep."""
    return data.get("_reason", "").replace("\x00", "").strip()[:300]


class Edit:
    """What one person does in one go."""

    def __init__(self, user=None, reason: str = "", action: str = ""):
        self.user = user if user is not None and user.is_authenticated else None
        self.reason = reason[:300]
        self.action = action
        self.id = uuid.uuid4()
        #: Each document as it was before; None for what was not there.
        self.before: dict[Key, Document | None] = {}
        self.labels: dict[Key, str] = {}

    def touch(self, entry: models.Model | None) -> None:
        """Note a document that is about to change, as it still is."""
        if entry is None or not is_document(type(entry)):
            return
        key = (type(entry), entry.pk)
        if entry.pk is not None and key not in self.before:
            self.before[key] = take(*key)
            self.labels[key] = str(entry)[:250]

    def record(self) -> list[Version]:
        """Write a version of each document that is not what it was."""
        written = []
        for (model, pk), before in self.before.items():
            after = take(model, pk)
            if after == before:
                continue
            last = Version.objects.of_key(model, pk).first()
            number = last.number if last else 0
            if before is not None and (last is None or last.document != before or last.action == Action.REMOVED):
                number += 1
                label = self.labels[model, pk]
                self._version(model, pk, number=number, action=Action.BEGUN, document=before, label=label, told=False)
            if after is None:
                action = Action.REMOVED
            else:
                action = self.action or (Action.ADDED if before is None else Action.CHANGED)
            label = self.labels[model, pk] if after is None else str(model._base_manager.get(pk=pk))[:250]
            document = before if after is None else after
            written.append(self._version(model, pk, number=number + 1, action=action, document=document, label=label))
        self.before.clear()
        return written

    def _version(self, model, pk, *, told: bool = True, **values) -> Version:
        return Version.objects.create(
            entry_type=ContentType.objects.get_for_model(model),
            entry_id=pk,
            edit=self.id,
            user=self.user if told else None,
            user_name=self.user.get_username() if told and self.user else "",
            reason=self.reason if told else "",
            **values,
        )


class _NoHistory(Edit):
    """For what is rolled back in the end."""

    def touch(self, entry) -> None:
        pass

    def record(self) -> list[Version]:
        return []


#: What else is to know where an edit begins and ends: functions that return context managers.
AROUND: list[Callable[[], AbstractContextManager]] = []
_present: ContextVar[Edit | None] = ContextVar("edit", default=None)


@contextmanager
def edit(user=None, reason: str = "", action: str = "") -> Iterator[Edit]:
    """One edit by ``user``; an edit within another is part of it. A transaction of its own."""
    if outer := _present.get():
        yield outer
        return
    with transaction.atomic(), ExitStack() as stack, _as_present(Edit(user, reason, action)) as present:
        for manager in AROUND:
            stack.enter_context(manager())
        yield present
        present.record()


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of an edit that may fail by itself: then nothing of it is done, or noted."""
    present = _present.get()
    noted = dict(present.before) if present else {}
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if present:
            present.before = noted
        raise


@contextmanager
def _as_present(one: Edit) -> Iterator[Edit]:
    token = _present.set(one)
    try:
        yield one
    finally:
        _present.reset(token)


class Undo(Exception):  # noqa: N818 - nothing failed
    """Raised to leave a ``trial`` with everything as before."""


@contextmanager
def trial() -> Iterator[None]:
    """A transaction that is always rolled back and leaves no history: to see what would come of something."""
    try:
        with transaction.atomic(), _as_present(_NoHistory()):
            yield
            raise Undo
    except Undo:
        pass


def begin(entry: models.Model) -> Version:
    """The latest version of a stored entry; one of how it stands now, where none is recorded or it was loaded anew."""
    last = Version.objects.of(entry).first()
    document = take(type(entry), entry.pk)
    if last is None or last.document != document:
        number = last.number + 1 if last else 1
        last = Edit()._version(
            type(entry), entry.pk, number=number, action=Action.BEGUN, document=document, label=str(entry)[:250]
        )
    return last


# Following ---------------------------------------------------------------------------------------------------


def owners(row: models.Model) -> Iterator[models.Model | None]:
    """The documents a row is or belongs to, before and after it changes."""
    if is_document(type(row)):
        yield row
    for name in owners_of(type(row)):
        yield getattr(row, name)
        if row.pk is not None:
            stored = type(row)._base_manager.filter(pk=row.pk).first()
            yield getattr(stored, name) if stored else None


def before(instance: models.Model) -> None:
    present = _present.get()
    if present is None:
        present = instance._own_edit = Edit()
    for owner in owners(instance):
        present.touch(owner)


def after(instance: models.Model, created: bool = False) -> None:
    own = instance.__dict__.pop("_own_edit", None)
    present = own or _present.get()
    if created and present is not None and is_document(type(instance)) and not isinstance(present, _NoHistory):
        present.before.setdefault((type(instance), instance.pk), None)
    if own:
        own.record()


def saving(sender, instance, raw=False, **kwargs) -> None:
    if raw:
        instance._is_raw = True
    else:
        before(instance)


def saved(sender, instance, raw=False, created=False, **kwargs) -> None:
    if not raw:
        after(instance, created)


def deleting(sender, instance, **kwargs) -> None:
    before(instance)


def deleted(sender, instance, **kwargs) -> None:
    after(instance)


def relation_changing(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    if getattr(instance, "_is_raw", False):
        return
    entries = [instance] if not reverse else list(model._base_manager.filter(pk__in=pk_set or ()))
    for entry in entries:
        before(entry) if action.startswith("pre_") else after(entry)


def connect() -> None:
    kinds = document_types()
    parts = {relation.model for kind in kinds for relation in relations(kind)}
    for model in [*kinds, *parts]:
        name = f"edits-{model._meta.label}"
        pre_save.connect(saving, sender=model, dispatch_uid=name)
        post_save.connect(saved, sender=model, dispatch_uid=name)
        pre_delete.connect(deleting, sender=model, dispatch_uid=name)
        post_delete.connect(deleted, sender=model, dispatch_uid=name)
    for model in kinds:
        for field in model._meta.many_to_many:
            m2m_changed.connect(relation_changing, sender=field.remote_field.through, dispatch_uid=f"edits-{field}")
