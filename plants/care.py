"""What in plants wants an editor's care."""

from django.db.models import Q

from catalogue.care import has_passed, register
from plants.choices import PlantStatus
from plants.models import Plant

register("no-place", Plant, lambda: Q(latitude=None) | Q(longitude=None))
register("overdue", Plant, lambda: Q(status=PlantStatus.PLANNED) & has_passed("production_start"))
