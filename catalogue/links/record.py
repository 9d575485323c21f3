"""What was found at the web address of a source when it was last asked."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkState(models.TextChoices):
    OK = "ok", _("answers")
    MOVED = "moved", _("moved")
    GONE = "gone", _("gone")
    BLOCKED = "blocked", _("refuses programs")
    UNREACHABLE = "unreachable", _("does not answer")


#: States in which a reader would find nothing.
FAILING = (LinkState.GONE, LinkState.UNREACHABLE)


class Trouble(models.TextChoices):
    """Why nothing, or nothing useful, was answered."""

    NO_HOST = "no-host", _("there is no such host")
    NO_CONNECTION = "no-connection", _("no connection")
    TIMEOUT = "timeout", _("it took too long")
    CERTIFICATE = "certificate", _("its certificate is not valid")
    NOT_HTTP = "not-http", _("what it answers can't be read")
    NOT_PUBLIC = "not-public", _("it leads to a private network")
    BAD_ADDRESS = "bad-address", _("the address can't be read")
    REDIRECTS = "redirects", _("it redirects without an end")
    SERVER_ERROR = "server-error", _("the server reports an error of its own")


class LinkCheckQuerySet(models.QuerySet):
    def current(self):
        """Those made with the address that the source has now."""
        return self.filter(url=models.F("source__url"))

    def failing(self):
        return self.current().filter(state__in=FAILING)

    def since(self, moment: datetime.datetime):
        return self.current().filter(checked_at__gte=moment)


class LinkCheck(models.Model):
    """The latest answer of a source's web address. It says nothing of the catalogue, so it is no content of it."""

    source = models.OneToOneField(
        "catalogue.Source", on_delete=models.CASCADE, related_name="link_check", verbose_name=_("source")
    )
    url = models.CharField(_("address asked"), max_length=600)
    state = models.CharField(_("link"), max_length=12, choices=LinkState, db_index=True)
    trouble = models.CharField(_("what is wrong"), max_length=14, choices=Trouble, blank=True)
    status_code = models.PositiveSmallIntegerField(_("status code"), null=True, blank=True)
    final_url = models.TextField(_("leads to"), blank=True)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now, db_index=True)
    first_failed_at = models.DateTimeField(_("no answer since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("checks in a row without an answer"), default=0)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at"]
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")

    def __str__(self):
        return f"{self.url}: {self.get_state_display()}"

    @property
    def is_failing(self) -> bool:
        return self.state in FAILING
