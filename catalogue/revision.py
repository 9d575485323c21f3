"""The revision of the catalogue: a number that every edit raises, in the same transaction.

Whatever is worked out from the whole catalogue (downloads, feeds, kept pages) is worked out once for each revision.
A transaction that is rolled back takes its revision with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.functions import Greatest
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: The apps whose rows are the catalogue, and the types among them that are not part of what readers get.
APPS = frozenset({"catalogue", "plants", "vehicles"})
NOT_CONTENT = frozenset(
    {
        *("Revision", "Change", "Concern", "Report", "SearchEntry", "SearchWord", "Version", "Proposal"),
        *("SecurityEvent", "LinkCheck"),
    }
)


class Current(NamedTuple):
    number: int
    changed_at: datetime


class Revision(models.Model):
    """The one row that holds the number."""

    number = models.PositiveBigIntegerField(_("number"), default=0)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row")]

    def __str__(self):
        return str(self.number)


def current(using: str = DEFAULT_DB_ALIAS) -> Current:
    """The present revision and when it came about: what the primary knows, or a copy of it. One query."""
    row = Revision.objects.using(using).filter(pk=1).values_list("number", "changed_at").first()
    return Current(*row) if row else Current(0, datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone()))


def number(using: str = DEFAULT_DB_ALIAS) -> int:
    """The present revision's number."""
    return read(connections[using])


#: Every request asks this, so it is not built anew by the ORM.
QUESTION = "SELECT number FROM catalogue_revision WHERE id = 1"


def read(connection: BaseDatabaseWrapper) -> int:
    """The number by this connection."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION)
        row = cursor.fetchone()
    return row[0] if row else 0


def advance() -> None:
    """Begin the next revision."""
    now = timezone.now()
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
        Revision.objects.get_or_create(pk=1, defaults={"number": 1, "changed_at": now})


def leap() -> None:
    """Begin a revision that there never was, whatever the number was before: the seconds since 1970, of which there
    are more than edits."""
    advance()
    Revision.objects.filter(pk=1).update(number=Greatest(F("number"), int(timezone.now().timestamp())))


def is_content(model: type[models.Model]) -> bool:
    return model._meta.app_label in APPS and model.__name__ not in NOT_CONTENT


def follow(sender, instance, raw=False, action="post_add", **kwargs) -> None:
    """After a change of a row. Fixtures are loaded by thousands: they are one revision, when they are committed."""
    if not is_content(sender) or not action.startswith("post_"):
        return
    if raw:
        instance._is_raw = True  # its relations follow, and their signal does not say so
    if not getattr(instance, "_is_raw", False):
        advance()
    elif not any(function is advance for _sids, function, _robust in connection.run_on_commit):
        transaction.on_commit(advance)


def connect() -> None:
    for signal in (post_save, post_delete, m2m_changed):
        signal.connect(follow, dispatch_uid="catalogue-revision")
