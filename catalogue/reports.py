"""What readers tell the editors: an error on a page, with what they left to prove it and to be answered."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: References are read out and typed again: no I, O, 0 or 1.
REFERENCE_LENGTH, REFERENCE_LETTERS = 8, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_reference() -> str:
    """A short name for a report that says nothing about it, nor how many there are."""
    return get_random_string(REFERENCE_LENGTH, REFERENCE_LETTERS)


class ReportState(models.TextChoices):
    NEW = "new", _("new")
    IN_WORK = "in-work", _("in work")
    FIXED = "fixed", _("fixed")
    DECLINED = "declined", _("declined")


class Report(models.Model):
    """One message of a reader about a page, or about the site as a whole where ``page`` is empty."""

    reference = models.CharField(
        _("reference"), max_length=REFERENCE_LENGTH, unique=True, default=new_reference, editable=False
    )
    page = models.CharField(_("page"), max_length=400, blank=True)
    # Not an EntryLink: a report may concern no entry, and outlives the one it concerns.
    entry_type = models.ForeignKey(
        ContentType, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("entry type")
    )
    entry_id = models.PositiveBigIntegerField(_("entry"), null=True, blank=True)
    entry = GenericForeignKey("entry_type", "entry_id")
    message = models.TextField(_("message"), max_length=3000)
    source_url = models.URLField(_("source"), max_length=600, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(
        pgettext_lazy("of a report", "state"),
        max_length=10,
        choices=ReportState,
        default=ReportState.NEW,
        db_index=True,
    )
    note = models.TextField(_("editors' note"), blank=True, help_text=_("Seen by editors only."))
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("error report")
        verbose_name_plural = _("error reports")
        indexes = [models.Index(fields=["page", "created_at"], name="report_page_recent")]

    def __str__(self):
        return f"{self.reference}: {self.first_words}"

    @property
    def first_words(self) -> str:
        return Truncator(" ".join(self.message.split())).chars(80)

    def handle(self, state: ReportState, user) -> None:
        """Move the report on, and record by whom."""
        self.state, self.handled_by = state, user
        self.save(update_fields=["state", "handled_by", "changed_at"])
