"""Dates and spans in the reader's words, as plain text: for drawings, titles and downloads.

The template tags write the same words with the dates as ``time`` elements.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, pgettext

from catalogue.dates import OPEN, PartialDate


def plain_date(text: str) -> str:
    """A partial date as the reader's language writes it; "unknown" where it is not known."""
    return PartialDate.parse(text).display() if text and text != OPEN else gettext("unknown")


def span_form(start: str, end: str) -> tuple[str, tuple[str, ...]]:
    """How a span is said, with ``{}`` for each date, and the dates: open and unknown ends read differently."""
    if not start and not end:
        return gettext("unknown"), ()
    if end == OPEN:
        return (gettext("since {}"), (start,)) if start else (gettext("to this day; start unknown"), ())
    if not end:
        return gettext("from {}; end unknown"), (start,)
    if not start:
        return gettext("until {}; start unknown"), (end,)
    if start == end:
        return "{}", (start,)
    return gettext("{} to {}"), (start, end)


def span_words(start: str, end: str) -> str:
    """From start to end in words.

    >>> span_words("1992-09", "1996-06"), span_words("2007", "..")
    ('September 1992 to June 1996', 'since 2007')
    """
    form, dates = span_form(start, end)
    return form.format(*map(plain_date, dates))


def period_words(period: str) -> str:
    """The period of a figure: 2018, FY2018 and FY2023-H1 for Japanese fiscal years and their halves, 2026-03.

    >>> period_words("FY2023-H1"), period_words("2026-03"), period_words("2018")
    ('FY2023, first half', 'March 2026', '2018')
    """
    match = re.fullmatch(r"FY([0-9]{4})(?:-H([12]))?", period)
    if match:
        year, half = match.groups()
        forms = {
            None: gettext("FY%(year)s"),
            "1": gettext("FY%(year)s, first half"),
            "2": gettext("FY%(year)s, second half"),
        }
        return forms[half] % {"year": year}
    try:
        return PartialDate.parse(period).display()
    except ValueError:
        return period


def names_in(text: str) -> list[str]:
    """Names that editors write into one field, apart by semicolons.

    >>> names_in("TMMK; Toyota Georgetown;")
    ['TMMK', 'Toyota Georgetown']
    """
    return [name.strip() for name in text.split(";") if name.strip()]


def place(city: str, state: str) -> str:
    """A city and its state as one reads them: "Georgetown, Kentucky", in Japanese the state first."""
    return gettext("%(city)s, %(state)s") % {"city": city, "state": state}


def plant_in_state(plant) -> str:
    """A plant's short name with its state: "Toyota Kentucky, Kentucky"."""
    return gettext("%(plant)s, %(state)s") % {"plant": plant.local_short_name, "state": plant.state_name}


def years_between(first: int, last: int) -> str:
    """Years as one reads them: "1992–1996", in Japanese with a wave dash and the word for year."""
    if first == last:
        return pgettext("a single year", "%(year)s") % {"year": first}
    return pgettext("from the first to the last year", "%(first)s–%(last)s") % {"first": first, "last": last}


def model_years(run) -> str:
    """A production run's model years: "1992–1996", "from 2018", "to 2006"; "unknown" where none is known."""
    first, last = run.first_model_year, run.last_model_year
    if first and last:
        return years_between(first, last)
    if first:
        form = gettext("from %(year)s") if run.status != "ended" else gettext("from %(year)s, last year unknown")
        return form % {"year": first}
    if last:
        return gettext("to %(year)s, first year unknown") % {"year": last}
    return gettext("unknown")
