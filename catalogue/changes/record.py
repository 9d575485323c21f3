"""What is kept of a change: which public entry was added, corrected or removed, when, and which of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.bilingual import LocalText

#: Changes of one entry within this time of the first are told as one: a save in the admin touches many rows, and
#: editors save more than once.
ONE_SITTING = timedelta(minutes=10)

#: A fact that changed: its field, and what it was and is where short values are worth telling.
Fact = dict[str, Any]


class Action(models.TextChoices):
    ADDED = "added", pgettext_lazy("change", "added")
    CORRECTED = "corrected", pgettext_lazy("change", "corrected")
    REMOVED = "removed", pgettext_lazy("change", "removed")


class ChangeQuerySet(models.QuerySet):
    def latest_first(self):
        return self.order_by("-at", "-pk")


class Change(models.Model):
    """One line of the log. What it says of the entry stays as it was said, whatever becomes of the entry."""

    at = models.DateTimeField(_("when"), db_index=True)
    updated_at = models.DateTimeField(_("last changed"))
    action = models.CharField(_("action"), max_length=9, choices=Action)
    # Not an EntryLink: a change outlives the entry it tells of.
    entry_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("entry type"))
    entry_id = models.PositiveBigIntegerField(_("entry"))
    name = models.CharField(_("name"), max_length=400)
    name_ja = models.CharField(_("name in Japanese"), max_length=400, blank=True)
    #: Where readers find it, without a language prefix; empty where it has no place of its own.
    path = models.CharField(_("path"), max_length=500, blank=True)
    facts = models.JSONField(_("facts"), default=list)

    local_name = LocalText("name")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["entry_type", "entry_id", "at"], name="change_entry_recent")]

    def __str__(self):
        return f"{self.action}: {self.name}"


class Concern(models.Model):
    """A make, plant or era that a change concerns, by the slug it is filtered by."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="concerns", verbose_name=_("change"))
    kind = models.CharField(_("kind"), max_length=5)
    slug = models.CharField(_("slug"), max_length=120)

    class Meta:
        verbose_name = _("concern of a change")
        verbose_name_plural = _("concerns of changes")
        constraints = [models.UniqueConstraint(fields=["kind", "slug", "change"], name="concern_once")]

    def __str__(self):
        return f"{self.kind}: {self.slug}"


#: The slugs of the makes, plants and eras that an entry concerns.
Concerns = Mapping[str, Iterable[str]]


def with_concerns(pairs: Iterable[tuple[Change, Concerns]]) -> None:
    """Write new changes with what they concern, all at once."""
    pairs = list(pairs)
    Change.objects.bulk_create([change for change, _concerns in pairs], batch_size=500)
    Concern.objects.bulk_create(
        [
            Concern(change=change, kind=kind, slug=slug)
            for change, concerns in pairs
            for kind, slugs in concerns.items()
            for slug in slugs
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def record(told: Change, concerns: Concerns) -> None:
    """Take a new change into the log, merged with what was told of the same entry in the same sitting.

    A correction joins the addition or correction before it; what was added and withdrawn at once is not told, and of
    facts that are again as they were nothing is left.
    """
    of_entry = Change.objects.filter(entry_type=told.entry_type, entry_id=told.entry_id)
    last = of_entry.filter(at__gt=told.at - ONE_SITTING).latest_first().first()
    if last is None or last.action == Action.REMOVED:
        # An entry that goes takes rows with it; that they went is no news of its own.
        if last is None or told.action == Action.ADDED:
            with_concerns([(told, concerns)])
        return
    if told.action == Action.REMOVED:
        last.delete()
        if last.action == Action.CORRECTED:
            with_concerns([(told, concerns)])
        return
    if last.action == Action.CORRECTED:
        last.facts = merged(last.facts, told.facts)
        if not last.facts:
            last.delete()
            return
    last.name, last.name_ja, last.path, last.updated_at = told.name, told.name_ja, told.path, told.updated_at
    last.save()
    add_concerns(last, concerns)


def add_concerns(change: Change, concerns: Concerns) -> None:
    rows = [Concern(change=change, kind=kind, slug=slug) for kind, slugs in concerns.items() for slug in slugs]
    Concern.objects.bulk_create(rows, ignore_conflicts=True)


def merged(before: list[Fact], after: list[Fact]) -> list[Fact]:
    """Facts that changed twice, told once: from what they first were to what they are."""
    facts = {fact["field"]: fact for fact in before}
    for fact in after:
        first = facts.get(fact["field"])
        if first and "old" in first and "new" in fact:
            fact = {**fact, "old": first["old"]}
            if fact["old"] == fact["new"]:
                del facts[fact["field"]]
                continue
        facts[fact["field"]] = fact
    return list(facts.values())


def new_change(action: Action, entry: models.Model, name: tuple[str, str], path: str, facts=(), at=None) -> Change:
    at = at or timezone.now()
    english, japanese = (one[:400] for one in name)
    return Change(
        at=at,
        updated_at=at,
        action=action,
        entry_type=ContentType.objects.get_for_model(entry),
        entry_id=entry.pk,
        name=english,
        name_ja="" if japanese == english else japanese,
        path=path,
        facts=list(facts),
    )


def open_to_readers(changes: Iterable[Change]) -> set[tuple[int, int]]:
    """Which of the entries of these changes are public now, as (type, id). One query."""
    by_type: dict[ContentType, set[int]] = {}
    for change in changes:
        by_type.setdefault(change.entry_type, set()).add(change.entry_id)
    queries = [
        entry_type.model_class()
        ._default_manager.published()
        .filter(pk__in=ids)
        .order_by()
        .annotate(told_as=Value(str(entry_type.pk), CharField()))
        .values_list("told_as", "pk")
        for entry_type, ids in by_type.items()
    ]
    if not queries:
        return set()
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    return {(int(told_as), pk) for told_as, pk in rows}


def rename(kind: str, old: str, new: str) -> None:
    """Follow a make, plant or era to its new slug, so that the filter still finds what was told of it."""
    Concern.objects.filter(kind=kind, slug=old).exclude(change__concerns__slug=new).update(slug=new)
