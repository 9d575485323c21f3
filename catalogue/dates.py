"""Dates known only to the year or month, and the ends of spans.

Much of what the catalogue records is dated "1992" or "September 1992" in the only source there is.
Such dates are kept as ISO 8601 reduced-precision text, the form EDTF level 0 also uses
(https://www.loc.gov/standards/datetime/): ``1992``, ``1992-09`` or ``1992-09-07``. Text of that form
sorts in time order, on every database, with the less precise date first.

The end of a span has one more value, EDTF's ``..`` for "open": it has not ended. An empty text means
"not known". The two are shown differently and filter differently.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Left, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import dateformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

#: EDTF's mark for the end of a span that is still running.
OPEN = ".."

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date with the precision its source gives. Absent month and day are 0, so that dates sort."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; raise ValueError for anything else."""
        match = _FORM.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is not a date of the form 1992, 1992-09 or 1992-09-07")
        year, month, day = (int(part or 0) for part in match.groups())
        datetime.date(year, month or (0 if match[2] else 1), day or (0 if match[3] else 1))
        return cls(year, month, day)

    def __str__(self) -> str:
        return "-".join(f"{part:0{width}}" for part, width in ((self.year, 4), (self.month, 2), (self.day, 2)) if part)

    @property
    def earliest(self) -> datetime.date:
        """The first day this date can mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day this date can mean."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def display(self) -> str:
        """The date as the reader's language writes it, no more precise than it is known."""
        if self.day:
            form = pgettext("date: day, month, year (Django date format)", "j F Y")
        elif self.month:
            form = pgettext("date: month and year (Django date format)", "F Y")
        else:
            form = pgettext("date: year only (Django date format)", "Y")
        return dateformat.format(self.earliest, form)


def validate_partial_date(value: str) -> None:
    try:
        PartialDate.parse(value)
    except ValueError:
        raise ValidationError(
            _("Write the date as precisely as the source gives it: 1992, 1992-09 or 1992-09-07."), code="partial_date"
        ) from None


def validate_span_end(value: str) -> None:
    if value != OPEN:
        validate_partial_date(value)


class PartialDateField(models.CharField):
    """A date at the precision known, stored as reduced-precision ISO 8601 text; empty when unknown."""

    default_validators = [validate_partial_date]
    description = _("Date known to the year, month or day")

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def formfield(self, **kwargs):
        """A field that says what is wrong with "spring 2027", where a browser would cut it to what fits."""
        field = super().formfield(**kwargs)
        if field is not None:
            field.widget.attrs.pop("maxlength", None)
        return field


class SpanEndField(PartialDateField):
    """The end of a span: a partial date, ``..`` while it is still running, empty when not known."""

    default_validators = [validate_span_end]
    description = _("End of a span, or .. while it runs")


def in_order(start: str, end: str) -> bool:
    """Whether a span's two texts can be in time order; unknown and open ends always can.

    >>> in_order("1992-09", "1992"), in_order("1993", "1992-12")
    (True, False)
    """
    if not start or end in ("", OPEN):
        return True
    return PartialDate.parse(start).earliest <= PartialDate.parse(end).latest


def ordered_constraint(start: str, end: str, name: str) -> models.CheckConstraint:
    """A database constraint that a span's ``end`` field is not before its ``start`` field.

    Compares at the precision of the end, so that "1992" may follow "1992-09". Texts of one length and
    form compare alike under every collation.
    """
    return models.CheckConstraint(
        name=name,
        condition=(
            models.Q(**{start: ""})
            | models.Q(**{end: ""})
            | models.Q(**{end: OPEN})
            | LessThanOrEqual(Left(models.F(start), Length(models.F(end))), models.F(end))
        ),
        violation_error_message=_("The end is before the start."),
    )
