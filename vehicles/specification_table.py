"""Specifications side by side: one column for each variant, one row for each measure that is known of any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from catalogue.templatetags.catalogue import yen
from vehicles import units
from vehicles.choices import Market
from vehicles.specifications import Specification


@dataclass(frozen=True)
class Cell:
    spec: Specification
    #: None where it is not known; empty where there can be none.
    text: str | None


@dataclass(frozen=True)
class Row:
    label: str | Promise
    #: The field it is of: sources may be cited for it.
    field: str
    cells: list[Cell]


def displacement(spec: Specification, least: int, most: int) -> str:
    return units.displacement(least, most, nominal=spec.displacement_nominal)


def powertrains(spec: Specification) -> str | None:
    return gettext(", ").join(str(one.local_name) for one in spec.powertrains.all()) or None


MEASURES: tuple[tuple[str | Promise, str, Callable[[Specification, int, int], str]], ...] = (
    (_("Length"), "length_mm", lambda spec, *span: units.length(*span)),
    (_("Width"), "width_mm", lambda spec, *span: units.length(*span)),
    (_("Height"), "height_mm", lambda spec, *span: units.length(*span)),
    (_("Wheelbase"), "wheelbase_mm", lambda spec, *span: units.length(*span)),
    (_("Curb weight"), "weight_kg", lambda spec, *span: units.weight(*span)),
    (_("Seats"), "seats", lambda spec, *span: pgettext("seats", "%(value)s") % {"value": units.spread(*span)}),
    (_("Displacement"), "displacement_cc", displacement),
    (
        _("Cylinders"),
        "cylinders",
        lambda spec, *span: pgettext("cylinders", "%(value)s") % {"value": units.spread(*span)},
    ),
    (_("Power"), "power_ps", lambda spec, *span: units.power(*span)),
)
TEXTS: tuple[tuple[str | Promise, str, Callable[[Specification], str | None]], ...] = (
    (_("Doors"), "doors", lambda spec: pgettext("doors", "%(value)s") % {"value": spec.doors} if spec.doors else None),
    (_("Engine"), "engine", lambda spec: spec.engine or None),
    (_("Powertrain"), "powertrains", powertrains),
    (_("Torque"), "torque_nm", lambda spec: units.torque(spec.torque_nm, spec.torque_nm) if spec.torque_nm else None),
    (_("Transmission"), "transmission", lambda spec: spec.transmission or None),
    (_("Driven wheels"), "drive", lambda spec: str(spec.get_drive_display()) if spec.drive else None),
    (_("Type designation"), "type_designation", lambda spec: spec.type_designation or None),
    (_("Price when new"), "price_yen", lambda spec: yen(spec.price_yen) if spec.price_yen else None),
)
#: Of cars sold elsewhere nobody asks these.
ONLY_IN_JAPAN = ("type_designation", "price_yen")
#: The fields in the order of the table.
ORDER = (
    *("length_mm", "width_mm", "height_mm", "wheelbase_mm", "weight_kg", "seats", "doors", "powertrains", "engine"),
    *("displacement_cc", "cylinders", "power_ps", "torque_nm"),
    *("transmission", "drive", "type_designation", "price_yen"),
)


def text_of(spec: Specification, field: str, read: Callable[[Specification], str | None]) -> str | None:
    return "" if field in ONLY_IN_JAPAN and spec.market != Market.JAPAN else read(spec)


def table(specs: Sequence[Specification]) -> list[Row]:
    """The rows of which at least one variant has something; what is not known of others stays unknown."""
    rows = []
    for label, field, write in MEASURES:
        spans = ((spec, spec.span(field)) for spec in specs)
        rows.append(Row(label, field, [Cell(spec, write(spec, *span) if span else None) for spec, span in spans]))
    for label, field, read in TEXTS:
        rows.append(Row(label, field, [Cell(spec, text_of(spec, field, read)) for spec in specs]))
    told = [row for row in rows if any(cell.text for cell in row.cells)]
    return sorted(told, key=lambda row: ORDER.index(row.field))
