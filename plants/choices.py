"""Fixed vocabularies of plants and manufacturers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ManufacturerKind(models.TextChoices):
    CARMAKER = "carmaker", _("carmaker")
    JOINT_VENTURE = "joint-venture", _("joint venture")
    SUBSIDIARY = "subsidiary", _("subsidiary")
    CONTRACT = "contract-builder", _("contract builder")
    SUPPLIER = "supplier", _("supplier or partner")


class PlantKind(models.TextChoices):
    ASSEMBLY = "assembly", _("vehicle assembly")
    POWERTRAIN = "powertrain", _("engines and transmissions")
    BATTERY = "battery", _("batteries")
    COMPONENTS = "components", _("castings and components")


class PlantStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPERATING = "operating", _("operating")
    SOLD = "sold", _("sold")
    CLOSED = "closed", _("closed")


class AliasKind(models.TextChoices):
    SHORT = "short", _("short name")
    EARLIER = "earlier", _("earlier name")
    LATER = "later", _("later name")
    VIN = "vin", _("spelling in public VIN data")
    OTHER = "other", _("other name")


class OwnershipRole(models.TextChoices):
    OWNER = "owner", _("owner")
    OPERATOR = "operator", _("operator")
