"""Dates and spans in the reader's words, as plain text: for drawings, titles and downloads.

The template tags write the same words with the dates as ``time`` elements.
"""

from __future__ import annotations

from django.utils.translation import gettext

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


def names_in(text: str) -> list[str]:
    """Names that editors write into one field, apart by semicolons.

    >>> names_in("TMMK; Toyota Georgetown;")
    ['TMMK', 'Toyota Georgetown']
    """
    return [name.strip() for name in text.split(";") if name.strip()]


def place(city: str, state: str) -> str:
    """A city and its state as one reads them: "Georgetown, Kentucky", in Japanese the state first."""
    return gettext("%(city)s, %(state)s") % {"city": city, "state": state}


def model_years(run) -> str:
    """A production run's model years: "1992–1996", "from 2018", "to 2006"; "unknown" where none is known."""
    first, last = run.first_model_year, run.last_model_year
    if first and last:
        return str(first) if first == last else f"{first}–{last}"
    if first:
        form = gettext("from %(year)s") if run.status != "ended" else gettext("from %(year)s, last year unknown")
        return form % {"year": first}
    if last:
        return gettext("to %(year)s, first year unknown") % {"year": last}
    return gettext("unknown")
