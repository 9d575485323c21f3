"""A change that is not live yet: how an entry should be, on its way from a draft to the public site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.desk import edits
from catalogue.desk.documents import Document, put, take, with_provisional_ids
from catalogue.desk.merging import Merged, merge
from catalogue.desk.version import Version


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("awaiting review")
    RETURNED = "returned", _("returned")
    SCHEDULED = "scheduled", _("to be published")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: States in which something may still come of it.
OPEN_STATES = (State.DRAFT, State.REVIEW, State.RETURNED, State.SCHEDULED)


class Undecided(Exception):  # noqa: N818 - it asks a question, nothing failed
    """Some pieces were changed here and on the site, each otherwise: someone must choose."""

    def __init__(self, merged: Merged):
        super().__init__(f"{len(merged.conflicts)} pieces were changed on both sides")
        self.merged = merged


class ProposalQuerySet(models.QuerySet):
    def open(self) -> ProposalQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def about(self, entry: models.Model) -> ProposalQuerySet:
        return self.filter(entry_type=ContentType.objects.get_for_model(type(entry)), entry_id=entry.pk)

    def due(self) -> ProposalQuerySet:
        return self.filter(state=State.SCHEDULED, publish_at__lte=timezone.now()).order_by("publish_at", "pk")


class Proposal(models.Model):
    """How one entry should be. ``base`` is the version it started from."""

    entry_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("entry type"))
    entry_id = models.BigIntegerField(_("entry"))
    label = models.CharField(_("entry"), max_length=250)
    base = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", verbose_name=_("started from"))
    document: models.JSONField[Document, Any] = models.JSONField(_("document"))
    state = models.CharField(
        pgettext_lazy("of a proposal", "state"), max_length=10, choices=State, default=State.DRAFT, db_index=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("of a proposal", "author"),
    )
    author_name = models.CharField(_("by"), max_length=150, blank=True)
    note = models.CharField(pgettext_lazy("with a proposal", "note"), max_length=300, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("reviewer")
    )
    reviewer_name = models.CharField(_("reviewed by"), max_length=150, blank=True)
    answer = models.CharField(_("reviewer's answer"), max_length=300, blank=True)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    problem = models.CharField(_("why it could not be published"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        permissions = [("publish_entries", "Can publish entries, and change published ones")]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("admin:catalogue_proposal_change", args=[self.pk])

    @property
    def entry_class(self) -> type[models.Model]:
        return self.entry_type.model_class()

    @property
    def kind(self) -> str:
        """What such an entry is called."""
        return str(self.entry_class._meta.verbose_name)

    @property
    def entry(self) -> models.Model | None:
        return self.entry_class._base_manager.filter(pk=self.entry_id).first()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def merged(self, choices: Mapping[str, str] | None = None) -> Merged:
        """The entry as it would be published now; raises ValidationError where it was deleted meanwhile."""
        live = take(self.entry_class, self.entry_id)
        if live is None:
            raise ValidationError(_("The entry was deleted. Restore it first."), code="gone")
        return merge(self.base.document, self.document, live, choices)

    def publish(self, user, choices: Mapping[str, str] | None = None) -> models.Model:
        """Make the change live, all of it or nothing; returns the entry.

        Raises Undecided where both sides changed a piece and ``choices`` does not say whose counts, and
        ValidationError where the result can't be published.
        """
        with edits.edit(user, self.note or self.answer):
            self._lock()
            entry = put(self.entry_class, self.entry_id, self._decided(choices).document)
            if getattr(entry, "publication", "") == "published":
                entry.check_publishable()
            self.decide(State.PUBLISHED, user, self.answer)
        return entry

    def schedule(self, at: datetime, user, choices: Mapping[str, str] | None = None) -> None:
        """Have it published at ``at``; raises as ``publish`` would now."""
        with transaction.atomic():
            self._lock()
            merged = self._decided(choices)
            with edits.trial():
                entry = put(self.entry_class, self.entry_id, merged.document)
                if getattr(entry, "publication", "") == "published":
                    entry.check_publishable()
            # From here on it differs from what is live only in what was proposed and chosen.
            self.base = edits.begin(self.entry)
            self.document = with_provisional_ids(merged.document, self.base.document)
            self.publish_at = at
            self.decide(State.SCHEDULED, user, self.answer)

    def fail(self, error: Undecided | ValidationError) -> None:
        """Its time came and it could not be published: back to those who decide, with the reason."""
        undecided = _("The entry was changed meanwhile; choose what counts.")
        problem = str(undecided) if isinstance(error, Undecided) else " ".join(error.messages)
        # Only as it was read: somebody may be deciding on it at this moment.
        Proposal.objects.filter(pk=self.pk, state=State.SCHEDULED, updated_at=self.updated_at).update(
            state=State.REVIEW, problem=problem[:500]
        )
        self.problem = problem

    def _lock(self) -> None:
        """Keep others from deciding on this, and from changing the entry, until the transaction ends."""
        now = Proposal.objects.select_for_update().get(pk=self.pk)
        if not now.is_open or now.updated_at != self.updated_at:
            raise ValidationError(_("Somebody changed or decided it meanwhile. Look at it again."))
        self.entry_class._base_manager.select_for_update().filter(pk=self.entry_id).first()

    def _decided(self, choices: Mapping[str, str] | None) -> Merged:
        merged = self.merged(choices)
        if merged.conflicts:
            raise Undecided(merged)
        return merged

    def decide(self, state: State, user, answer: str = "") -> None:
        """Note what a reviewer, or the author, made of it."""
        self.state, self.answer, self.problem = state, answer, ""
        if user is not None and state != State.REVIEW:
            self.reviewer, self.reviewer_name = user, user.get_username()
        self.save()


def propose(
    entry: models.Model,
    document: Document,
    user,
    note: str = "",
    state: State = State.DRAFT,
    *,
    base: Version | None = None,
    label: str = "",
) -> Proposal:
    """A proposal that an entry be like ``document``; it started from ``base``, else from how the entry is stored."""
    return Proposal.objects.create(
        entry_type=ContentType.objects.get_for_model(type(entry)),
        entry_id=entry.pk,
        label=label or str(entry)[:250],
        base=base or edits.begin(entry),
        document=document,
        author=user,
        author_name=user.get_username(),
        note=note[:300],
        state=state,
    )
