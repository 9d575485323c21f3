"""The table of specifications: the widest of the downloads."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from catalogue.downloads import rows
from catalogue.downloads.columns import (
    FIRST_YEAR,
    FOOT,
    SLUG,
    VEHICLE,
    Table,
    both,
    column,
    integer,
    measured,
    several,
    slug_of,
    slugs,
)

SPECIFICATIONS = Table(
    "specifications",
    _("What vehicles measure, weigh and are driven by, one row for each variant and market."),
    rows.specifications,
    (
        SLUG,
        VEHICLE,
        column("program", "The export program it belongs to.", slug_of("program"), refers="exports"),
        column("market", "Where it is sold: japan or us."),
        *both("variant", "Grade or engine."),
        FIRST_YEAR,
        integer("last_model_year", "Last model year the figures are for."),
        column("body_style", "Its body style.", slug_of("body_style"), refers="body_styles"),
        several("powertrains", "Its powertrains.", lambda row: slugs(row.powertrains.all())),
        *measured("length_mm", "Length in millimetres"),
        *measured("width_mm", "Width in millimetres, without mirrors"),
        *measured("height_mm", "Height in millimetres"),
        *measured("wheelbase_mm", "Wheelbase in millimetres"),
        *measured("weight_kg", "Curb weight in kilograms"),
        *measured("seats", "Seats"),
        integer("doors", "Doors."),
        column("engine", "Code of the engine."),
        *measured("displacement_cc", "Displacement in cubic centimetres"),
        integer(
            "displacement_nominal",
            "1 where the displacement is litres times 1,000, else 0.",
            lambda row: int(row.displacement_nominal),
        ),
        *measured("cylinders", "Cylinders"),
        *measured("power_ps", "Power in PS"),
        integer("torque_nm", "Torque in newton metres."),
        column("transmission", "Transmission."),
        column("drive", "fwd, rwd, awd, fwd-awd or rwd-awd."),
        column("type_designation", "Japanese type designation."),
        integer("price_yen", "Price when new in Japan, in yen."),
        *both("notes", "Notes."),
        *FOOT,
    ),
    ("slug",),
)
