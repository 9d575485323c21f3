"""Japanese years, as an aid to readers who count in them: 1992 is 平成4年.

Source: the days on which the eras began are in the Cabinet orders that named them: Showa on 25 December 1926, Heisei
on 8 January 1989, Reiwa on 1 May 2019.
"""

from __future__ import annotations

import datetime

from catalogue.dates import PartialDate

ERAS = (
    ("令和", datetime.date(2019, 5, 1)),
    ("平成", datetime.date(1989, 1, 8)),
    ("昭和", datetime.date(1926, 12, 25)),
)


def year_in(day: datetime.date) -> str:
    for name, first_day in ERAS:
        if day >= first_day:
            year = day.year - first_day.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return ""


def wareki(text: str) -> str:
    """The Japanese year of a partial date, both years where the era changed within it; "" before Showa.

    >>> wareki("1992-09"), wareki("1989"), wareki("1989-01-07")
    ('平成4年', '昭和64年／平成元年', '昭和64年')
    """
    date = PartialDate.parse(text)
    return "／".join(dict.fromkeys(filter(None, (year_in(date.earliest), year_in(date.latest)))))
