"""The history of every entry: what it was after each edit, who made that, when and why."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.desk.documents import Document


class Action(models.TextChoices):
    BEGUN = "begun", _("as it stood before")
    ADDED = "added", _("added")
    CHANGED = "changed", pgettext_lazy("what happened", "changed")
    REMOVED = "removed", _("deleted")
    RESTORED = "restored", _("restored")


class VersionQuerySet(models.QuerySet):
    def of(self, entry: models.Model) -> VersionQuerySet:
        return self.of_key(type(entry), entry.pk)

    def of_key(self, model: type[models.Model], pk: int) -> VersionQuerySet:
        """The versions of an entry, the latest first; also of one that is gone."""
        return self.filter(entry_type=ContentType.objects.get_for_model(model), entry_id=pk).order_by("-number")

    def gone(self) -> VersionQuerySet:
        """The last versions of entries that are deleted now."""
        later = Version.objects.filter(
            entry_type=models.OuterRef("entry_type"),
            entry_id=models.OuterRef("entry_id"),
            number__gt=models.OuterRef("number"),
        )
        return self.filter(~models.Exists(later), action=Action.REMOVED).order_by("-at", "-pk")


class Version(models.Model):
    """A document as one edit left it; of a deleted entry, as it was until then."""

    entry_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("entry type"))
    entry_id = models.BigIntegerField(_("entry"))
    number = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("what happened"), max_length=8, choices=Action)
    label = models.CharField(_("entry"), max_length=250)
    document: models.JSONField[Document, Any] = models.JSONField(_("document"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    user_name = models.CharField(_("by"), max_length=150, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    #: What was done in one go, such as a plant deleted with its runs, shares this.
    edit = models.UUIDField(_("edit"), default=uuid.uuid4, db_index=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["entry_type", "entry_id", "number"], name="version_number_once"),
        ]

    def __str__(self):
        return f"{self.label}, {self.number}"

    @property
    def entry_class(self) -> type[models.Model]:
        return self.entry_type.model_class()

    @property
    def kind(self) -> str:
        """What such an entry is called."""
        return str(self.entry_class._meta.verbose_name)


def number_of(model: type[models.Model], pk: int | None) -> int:
    """The number of an entry's latest version; 0 where no edit is recorded yet."""
    if pk is None:
        return 0
    return Version.objects.of_key(model, pk).values_list("number", flat=True).first() or 0
