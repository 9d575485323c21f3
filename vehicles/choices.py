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


class Market(models.TextChoices):
    JAPAN = "japan", _("Japan")
    US = "us", _("United States")


class DrivenWheels(models.TextChoices):
    FRONT = "fwd", _("front-wheel drive")
    REAR = "rwd", _("rear-wheel drive")
    ALL = "awd", _("all-wheel drive")
    FRONT_OR_ALL = "fwd-awd", _("front- or all-wheel drive")
    REAR_OR_ALL = "rwd-awd", _("rear- or all-wheel drive")
