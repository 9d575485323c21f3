"""Fixed vocabularies of vehicles and exports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    CURRENT = "current", _("in production")
    ENDED = "ended", _("ended")


class ExportStatus(models.TextChoices):
    ANNOUNCED = "announced", _("announced")
    ON_SALE = "on-sale", _("on sale")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")


class DriveSide(models.TextChoices):
    LEFT = "lhd", _("left-hand drive")
    RIGHT = "rhd", _("right-hand drive")
    BOTH = "both", _("left- and right-hand drive")
