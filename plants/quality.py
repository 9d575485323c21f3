"""Contradictions and gaps in what is recorded of plants and manufacturers."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue.dates import OPEN
from catalogue.quality import Problem, uncited
from plants.choices import OwnershipRole, PlantStatus
from plants.models import Manufacturer, Plant
from plants.outlines import in_state


def misplaced(plant: Plant) -> bool:
    if plant.latitude is None or plant.longitude is None:
        return False
    return not in_state(plant.state, float(plant.latitude), float(plant.longitude))


def most_owned(plant: Plant) -> Decimal:
    """The largest total of known shares at any date an owner begins."""
    shares = [one for one in plant.ownerships.all() if one.role == OwnershipRole.OWNER and one.share is not None]

    def holds(one, date: str) -> bool:
        ended = one.until not in ("", OPEN) and one.until[: len(date)] <= date[: len(one.until)]
        return one.since <= date and not ended

    return max((sum(other.share for other in shares if holds(other, one.since)) for one in shares), default=Decimal(0))


def plant_problems(plant: Plant) -> Iterator[str]:
    if misplaced(plant):
        yield _("its coordinates are not in %(state)s") % {"state": plant.state}
    if plant.latitude is None:
        yield _("has no coordinates")
    if most_owned(plant) > 100:
        yield _("its owners have more than 100 percent together")
    if plant.status == PlantStatus.CLOSED and plant.production_end in ("", OPEN):
        yield _("is closed, but has no end of production")
    if plant.status == PlantStatus.OPERATING and plant.production_end != OPEN:
        yield _("is operating, but its end of production is not open (..)")
    if not plant.summary:
        yield _("has no summary")


def problems() -> Iterable[Problem]:
    yield from uncited(Plant.objects)
    for plant in Plant.objects.prefetch_related("ownerships"):
        for text in plant_problems(plant):
            yield Problem(plant, text)
    for maker in Manufacturer.objects.filter(publication="published", summary=""):
        yield Problem(maker, _("has no summary"))
