"""What in vehicles and exports wants an editor's care."""

from django.db.models import Q

from catalogue.care import has_passed, register
from catalogue.dates import OPEN
from plants.choices import PlantStatus
from vehicles.choices import ExportStatus, RunStatus
from vehicles.models import ExportProgram, ProductionRun


def announced_and_due() -> Q:
    """Programs whose sale should have begun, or that were announced without a date and are due for another look."""
    due = has_passed("sales_start") | (Q(sales_start="") & has_passed("announced"))
    return Q(status=ExportStatus.ANNOUNCED) & due


def without_end() -> Q:
    """Runs at closed plants that are said to go on, or of whose end nothing is known."""
    unknown = Q(production_end="") & Q(last_model_year=None)
    return Q(plant__status=PlantStatus.CLOSED) & (Q(production_end=OPEN) | unknown)


register("overdue", ExportProgram, announced_and_due)
register("overdue", ProductionRun, lambda: Q(status=RunStatus.PLANNED) & has_passed("production_start"))
register("no-end", ProductionRun, without_end)
