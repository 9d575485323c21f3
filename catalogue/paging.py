"""Pages of results: the one that was asked for, and the links from one to the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext


class Excerpt(list):
    """The first of these rows; ``left_out`` is how many more there are."""

    #: Rows of one kind that a page about something else tells at most; the lists with filters have them all.
    most = 300

    def __init__(self, rows: QuerySet | Sequence):
        super().__init__(rows[: self.most + 1])
        self.left_out = 0
        if len(self) > self.most:
            del self[self.most :]
            self.left_out = (rows.count() if isinstance(rows, QuerySet) else len(rows)) - self.most


def page_of(results: QuerySet | Sequence, per_page: int, wanted: str) -> tuple[Page, str]:
    """The page with this number ("" is the first); where there is none the first one, and a message."""
    paginator = Paginator(results, per_page)
    try:
        return paginator.page(int(wanted or "1") if re.fullmatch("[0-9]{0,9}", wanted) else 0), ""
    except EmptyPage:
        form = gettext("There is no page “%(wanted)s”; the last one is %(last)s.")
        return paginator.page(1), form % {"wanted": wanted[:20], "last": paginator.num_pages}


def links_of(page: Page, link_to: Callable[[int], str]) -> list[tuple[int | None, str]]:
    """(number, link) for the foot of the page; no number where some are left out."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [(number, link_to(number)) if isinstance(number, int) else (None, "") for number in numbers]
