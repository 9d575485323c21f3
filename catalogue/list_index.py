"""What the filters of a list find, kept in memory for as long as the catalogue stays as it is.

For each list there is one index in each process: which entries have which value of each facet, and the orders of the
list. Filtering is then a matter of intersecting sets, counting a facet's values one of their sizes, and neither costs
a query; the database is asked for the rows of one page. An index is filled as it is used, and from the moment an edit
is committed another one begins, for each revision of the catalogue has its own.

Inside of a transaction nothing is kept: what is not committed yet is nobody else's business.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import copy
from threading import Lock, RLock
from typing import Any, TypeVar

from django.db import connections, models, router
from django.db.models import Aggregate, CharField, OrderBy, TextField, Value
from django.utils.translation import get_language
from pyroaring import BitMap

from catalogue import revision
from catalogue.bounded import Bounded
from catalogue.facets import Facet, Term

Part = TypeVar("Part")

#: What other questions (words, years) found is kept for so many of them, entries of pages and their parts for so many.
MOST_ANSWERS, MOST_ENTRIES, MOST_FRAGMENTS = 500, 500, 2000


class Joined(Aggregate):
    """The ids of a group in one text, separated by commas: one row for each value instead of one for each entry."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **extra)


def ids_of(text: str | None) -> BitMap:
    """
    >>> ids_of("3,1,3")
    BitMap([1, 3])
    """
    return BitMap(map(int, text.split(","))) if text else BitMap()


def read_values(facets: Iterable[Facet]) -> dict[str, dict[str, BitMap]]:
    """For each facet, the entries that have each of its values; "" is not recorded. One query."""
    found: dict[str, dict[str, BitMap]] = {facet.field_name: {} for facet in facets}
    queries = [
        facet.pairs()
        .filter(facet_value__gt="", **{f"{facet.entry}__isnull": False})
        .annotate(facet=Value(facet.field_name, CharField()))
        .values("facet", "facet_value")
        .annotate(ids=Joined(facet.entry))
        .values_list("facet", "facet_value", "ids")
        for facet in facets
    ]
    for name, value, ids in united(queries):
        found[name][value] = ids_of(ids)
    return found


def read_vocabularies(facets: Iterable[Facet]) -> dict[str, list[tuple[str, str, str, bool]]]:
    """All values of those facets that the database knows, with their names and in their own order. One query."""
    facets = [facet for facet in facets if facet.vocabulary is not None]
    found: dict[str, list[tuple[str, str, str, bool]]] = {facet.field_name: [] for facet in facets}
    rows = united([facet.terms_query() for facet in facets])
    for name, value, label, label_ja, listed, _place in sorted(rows, key=lambda row: (row[0], row[5], row[1])):
        found[name].append((value, label, label_ja, bool(listed)))
    return found


def united(queries: list[models.QuerySet]) -> Iterable[tuple]:
    if not queries:
        return []
    return queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]


class ListIndex:
    """One list at one revision; None stands for what is not committed."""

    def __init__(self, number: int | None, facets: Iterable[Facet], queryset: models.QuerySet):
        self.revision = number
        self._facets, self._queryset = list(facets), queryset.all()
        self._lock = RLock()
        self._parts: dict[Hashable, Any] = {}
        self._answers: dict[Hashable, BitMap] = Bounded(MOST_ANSWERS)
        self._entries: dict[Hashable, dict[int, models.Model]] = {}
        self._fragments: dict[Hashable, str] = Bounded(MOST_FRAGMENTS)

    def _part(self, name: Hashable, make: Callable[[], Part]) -> Part:
        """A part of the index, made when it is first wanted, by one for all."""
        if name not in self._parts:
            with self._lock:
                if name not in self._parts:
                    self._parts[name] = make()
        return self._parts[name]

    @property
    def everything(self) -> BitMap:
        """The ids of all entries of the list."""
        return self._part("everything", self._everything)

    def _everything(self) -> BitMap:
        orders = [part for name, part in self._parts.items() if name[0] == "order"]
        return BitMap(orders[0] if orders else self._ids(self._queryset.order_by()))

    @property
    def values(self) -> dict[str, dict[str, BitMap]]:
        return self._part("values", lambda: read_values(self._facets))

    def terms(self, facet: Facet) -> dict[str, Term]:
        """What a facet knows, in the reader's language and order."""
        key = ("terms", facet.field_name, get_language())
        return self._part(key, lambda: facet.terms(self._vocabularies.get(facet.field_name, ())))

    @property
    def _vocabularies(self) -> dict[str, list[tuple[str, str, str, bool]]]:
        return self._part("vocabularies", lambda: read_vocabularies(self._facets))

    def order(self, name: str, clauses: Sequence[OrderBy]) -> array[int]:
        """The ids of all entries in the order that goes by this name."""
        return self._part(("order", name), lambda: self._ids(self._queryset.order_by(*clauses)))

    @staticmethod
    def _ids(queryset: models.QuerySet) -> array[int]:
        return array("I", queryset.values_list("pk", flat=True))

    def having(self, facet: str, values: Iterable[str]) -> BitMap:
        """The entries that have any of these values."""
        known = self.values[facet]
        return BitMap.union(BitMap(), *(known[value] for value in values if value in known))

    def counts(self, facet: str, found: BitMap) -> dict[str, int]:
        """How many of these entries have each value; those that none of them has are left out."""
        counts = ((value, found.intersection_cardinality(ids)) for value, ids in self.values[facet].items())
        return {value: count for value, count in counts if count}

    def recorded(self, facet: str) -> BitMap:
        """The entries of which anything is known in this facet."""
        return self.having(facet, self.values[facet])

    def answer(self, question: Hashable, condition: models.Q) -> BitMap:
        """The entries that fulfil a condition. Who asks the same question again gets the same answer."""
        found = self._answers.get(question)
        if found is None:
            found = self._answers[question] = BitMap(self._ids(self._queryset.filter(condition).order_by()))
        return found

    def entries(self, reader: Hashable) -> dict[int, models.Model]:
        """Where entries are kept for those who read them with the same relations and in the same language."""
        return {} if self.revision is None else self._entries.setdefault(reader, Bounded(MOST_ENTRIES))

    def fragment(self, key: Hashable, make: Callable[[], str]) -> str:
        """A part of a page that says nothing but what its key tells."""
        fragment = self._fragments.get(key) if self.revision is not None else None
        if fragment is None:
            fragment = self._fragments[key] = make()
        return fragment


#: One index for each list of the site: the last one that was asked for.
_kept: dict[type, ListIndex] = {}
_lock = Lock()


def in_transaction(alias: str) -> bool:
    return connections[alias].in_atomic_block


def index_of(owner: type, facets: Iterable[Facet], queryset: models.QuerySet) -> ListIndex:
    """The index of this list (named by its FilterSet) for the present revision."""
    alias = router.db_for_read(revision.Revision)
    if in_transaction(alias):
        return ListIndex(None, facets, queryset)
    number = revision.number(alias)
    with _lock:
        index = _kept.get(owner)
        if index is None or index.revision != number:
            index = _kept[owner] = ListIndex(number, facets, queryset)
        return index


class Found(Sequence):
    """The entries that the filters of a list find, in its order. The rows are read when they are looked at."""

    #: Rows that are read at a time where all are wanted.
    CHUNK = 200

    def __init__(self, queryset: models.QuerySet, ids: Sequence[int], kept: dict[int, models.Model] | None = None):
        self._queryset, self.ids, self._kept = queryset, ids, kept

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, wanted):
        if isinstance(wanted, slice):
            return self._read(self.ids[wanted])
        return self._read([self.ids[wanted]])[0]

    def __iter__(self) -> Iterator[models.Model]:
        for start in range(0, len(self.ids), self.CHUNK):
            yield from self._read(self.ids[start : start + self.CHUNK])

    def _read(self, ids: Sequence[int]) -> list[models.Model]:
        known = self._kept or {}
        rows = {pk: known[pk] for pk in ids if pk in known}
        if missing := [pk for pk in ids if pk not in rows]:
            rows |= {row.pk: row for row in self._queryset.filter(pk__in=missing).order_by()}
        # What was removed meanwhile is left out.
        found = [rows[pk] for pk in ids if pk in rows]
        if self._kept is None:
            return found
        for row in found:
            self._kept[row.pk] = row
        return list(map(copy, found))  # pages note on them what concerns one reader
