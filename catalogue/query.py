"""The query string of a list page: it is the page's whole state, so links are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, quote_plus, urlencode

from django.http import QueryDict


def query_string(values: dict[str, list[str]]) -> str:
    """``?a=1&b=2`` in alphabetical order of the names, or ``.`` for none: a link to the bare list."""
    return "?" + urlencode(sorted(values.items()), doseq=True, safe="/") if values else "."


class ListQuery:
    """The parameters of a list page that mean something, in one canonical order.

    Blank values, unknown names, the ``usual`` order and page one are dropped, values of one parameter are sorted and
    unique, and every change of a filter starts at page one again.
    """

    def __init__(self, data: QueryDict, known: Iterable[str], clean: Callable[[str, str], str], usual: str):
        names = sorted({*known, "page"} & set(data))
        self.values: dict[str, list[str]] = {}
        for name in names:
            if found := sorted({clean(name, value.strip()) for value in data.getlist(name)} - {""}):
                self.values[name] = found
        for name, default in (("sort", usual), ("page", "1")):
            if self.values.get(name) == [default]:
                del self.values[name]

    def _link(self, values: dict[str, list[str]]) -> str:
        values = {name: found for name, found in values.items() if found and name != "page"}
        return query_string(values)

    def setting(self, name: str) -> Callable[[str], str]:
        """What makes links that set one parameter to one value."""
        change = self._changing(name, {other: found for other, found in self.values.items() if other != "page"})
        return lambda value: change([value])

    def adding(self, name: str) -> Callable[[str], str]:
        """What makes links that add a value to a parameter that filters nothing: the page stays the same."""
        change, present = self._changing(name, self.values), self.values.get(name, [])
        return lambda value: change(sorted({*present, value}))

    @staticmethod
    def _changing(name: str, values: dict[str, list[str]]) -> Callable[[list[str]], str]:
        """A page has hundreds of links that differ in one parameter: the others are written once."""
        before = query_string({other: found for other, found in values.items() if other < name}).removeprefix(".")
        after = query_string({other: found for other, found in values.items() if other > name}).removeprefix(".")
        start, end = f"{before}&" if before else "?", after.replace("?", "&", 1)
        return lambda some: start + "&".join(f"{name}={quote_plus(value, safe='/')}" for value in some) + end

    def dropping(self, name: str, *dropped: str) -> str:
        """The link that drops values of a parameter that filters nothing: the page stays the same."""
        values = {**self.values, name: [value for value in self.values.get(name, []) if value not in dropped]}
        values = {one: found for one, found in values.items() if found}
        return query_string(values)

    def without(self, name: str, value: str | None = None) -> str:
        """The link that drops one value of a parameter, or all of them."""
        kept = [] if value is None else [other for other in self.values.get(name, []) if other != value]
        return self._link({**self.values, name: kept})

    def keeping(self, *names: str) -> str:
        """The link that keeps only these parameters: what "clear all filters" leaves."""
        return self._link({name: self.values[name] for name in names if name in self.values})

    def instead(self, query: str, keeping: Iterable[str]) -> str:
        """The link to a query string of its own, with only these parameters of the present one."""
        kept = {name: self.values[name] for name in keeping if name in self.values}
        return self._link({**parse_qs(query.removeprefix("?")), **kept})

    def page(self, number: int) -> str:
        """The link to a page of the same results."""
        values = {**self.values, "page": [str(number)]}
        if number == 1:
            values.pop("page")
        return query_string(values)

    def canonical(self, leaving_out: Iterable[str] = ()) -> str:
        """The query string that names this state, without "?"; empty for the bare list."""
        values = {name: found for name, found in self.values.items() if name not in leaving_out}
        return query_string(values).removeprefix("?") if values else ""
