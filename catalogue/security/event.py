"""The security log: who signed in or failed to, and who was given which rights. Written by the site, by nobody else."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    LOGIN = "login", _("signed in")
    FAILED_LOGIN = "failed-login", _("wrong password")
    LOCKED_OUT = "locked-out", _("locked out")
    LOGOUT = "logout", _("signed out")
    PASSWORD = "password", _("password changed")
    FACTOR_SET_UP = "factor-set-up", _("second factor set up")
    FACTOR_REMOVED = "factor-removed", _("second factor turned off")
    CODE_ACCEPTED = "code-accepted", _("code accepted")
    CODE_REFUSED = "code-refused", _("wrong code")
    RECOVERY_CODE = "recovery-code", _("recovery code used")
    RECOVERY_CODES = "recovery-codes", _("new recovery codes")
    RIGHTS = "rights", _("rights changed")
    USER_CREATED = "user-created", _("user created")
    USER_DELETED = "user-deleted", _("user deleted")


class SecurityEventQuerySet(models.QuerySet):
    def older_than(self, days: int):
        return self.filter(at__lt=timezone.now() - timedelta(days=days))


class SecurityEvent(models.Model):
    """One thing that happened. It outlives the user, whose name it keeps."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind, db_index=True)
    #: Who did it, or tried; nobody where it was done at the command line, or under a name that no user has.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    user_name = models.CharField(_("by"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("from the address"), null=True)
    #: Names of users, groups and permissions, and nothing that was typed.
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("security event")
        verbose_name_plural = _("security events")

    def __str__(self):
        return f"{self.get_kind_display()} {self.user_name}".strip()
