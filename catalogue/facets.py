"""Filters whose values are shown with counts.

A facet sees a list (of generations, plants, programs) through *rows*: any queryset of which each row ties
one value to one entry of the list. The rows of the facet "plant" on the list of vehicles are the production
runs. From that one declaration follow what the filter matches, what it excludes, what it finds unknown, and
how many results each value would give.

All values of a list's facets are read in one query and kept in memory (catalogue/list_index.py), and so are their
names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, CharField, F, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from catalogue.bilingual import in_reader_language
from catalogue.gojuon import in_reading_order

if TYPE_CHECKING:
    from pyroaring import BitMap

    from catalogue.list_index import ListIndex

#: Values beyond this many are folded away; the chosen ones never are.
FOLD_AFTER = 8
#: Of more values than this a page lists those with most results.
MOST_VALUES = 80


class SeveralValuesWidget(forms.SelectMultiple):
    """Reads all values of a repeated parameter; blanks mean "not filtered"."""

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value.strip() for value in values if value.strip()]


class SeveralValuesField(forms.Field):
    """A list of texts. Whether they are known values is the facet's business, which knows them all."""

    widget = SeveralValuesWidget

    def to_python(self, value):
        texts = list(dict.fromkeys(value or []))
        for text in texts:
            if "\x00" in text:
                raise ValidationError(_("Null characters are not allowed."), code="null_characters_not_allowed")
        return texts


#: More years at once are no question a reader has, and each costs a look-up.
MOST_YEARS = 10


class YearsField(SeveralValuesField):
    """A list of years between 1900 and 2100; several may stand in one value, apart by spaces or commas."""

    def to_python(self, value):
        years = set()
        for text in super().to_python(value):
            for word in text.replace(",", " ").split():
                if not re.fullmatch("[0-9]{4}", word) or not 1900 <= int(word) <= 2100:
                    message = _("“%(value)s” is not a year between 1900 and 2100.")
                    raise ValidationError(message, code="year", params={"value": word[:40]})
                years.add(int(word))
        if len(years) > MOST_YEARS:
            raise ValidationError(_("Please give at most %(n)s years."), code="years", params={"n": MOST_YEARS})
        return sorted(years)


@dataclass
class FacetValue:
    """One value of a facet as a page shows it."""

    value: str
    label: str
    count: int
    chosen: bool
    #: Shows the results with this value alone in its facet; None where there would be none.
    link: str | None


@dataclass
class FacetGroup:
    """One facet as a page shows it: its values, those before and those behind the fold."""

    name: str
    label: str
    help: str
    values: list[FacetValue] = field(default_factory=list)
    errors: Sequence[str] = ()
    #: What is excluded, and "true" or "false" where the list keeps to what is not known or to what is.
    excluded: Sequence[str] = ()
    unrecorded: Sequence[str] = ()
    #: Messages about these two.
    sharper_errors: Sequence[str] = ()
    #: How many values there are that are not listed, for want of room.
    left_out: int = 0
    #: Where parts of it are kept that tell nothing of the filters chosen; None where these make a difference.
    usual_in: ListIndex | None = None

    @property
    def excludable(self) -> list[FacetValue]:
        """The values that can still be excluded."""
        return [value for value in self.values if value.value not in self.excluded]

    @property
    def sharpened(self) -> bool:
        return bool(self.excluded or self.unrecorded or self.sharper_errors)

    @property
    def chosen(self) -> int:
        return sum(value.chosen for value in self.values)

    @cached_property
    def in_sight(self) -> list[FacetValue]:
        """The values before the fold: the chosen ones, then those that lead somewhere, then the others."""
        if len(self.values) <= FOLD_AFTER + 1:
            return self.values
        weight = sorted(self.values, key=lambda value: (not value.chosen, not value.count))
        shown = {value.value for value in weight[: max(FOLD_AFTER, self.chosen)]}
        return [value for value in self.values if value.value in shown]

    @cached_property
    def folded(self) -> list[FacetValue]:
        shown = {value.value for value in self.in_sight}
        return [value for value in self.values if value.value not in shown]


@dataclass(frozen=True)
class Term:
    """A value a facet knows, named for the reader; ``listed`` says whether any entry of the list has it."""

    value: str
    label: str
    listed: bool = True


class SharedFilter(django_filters.Filter):
    """A filter that never changes: each request has its own copy, but what it is made of is everybody's."""

    def __deepcopy__(self, memo):
        return copy(self)


class Facet(SharedFilter):
    """A filter by one of several known values.

    ``rows``: a callable giving the queryset that ties values to entries of the list.
    ``value``: the look-up of the value in a row. ``entry``: the look-up of the list entry's id in a row.
    ``vocabulary``: a callable giving a queryset of all values with ``value``, ``label``, ``label_ja`` and
    ``listed`` annotated (see ``vocabulary()``), in display order when ``in_order``; or fixed ``choices``.
    ``also_valid``: values that are right but that no entry has, such as the other states.
    ``page``: the name of the URL of a value's own page, through which retired slugs are found.
    """

    field_class = SeveralValuesField

    def __init__(
        self,
        *,
        rows: Callable[[], models.QuerySet],
        value: str,
        entry: str,
        vocabulary: Callable[[], models.QuerySet] | None = None,
        choices: Iterable[tuple[str, str]] | Callable = (),
        in_order: bool = False,
        upper: bool = False,
        relabel: Callable[[str], str] | None = None,
        also_valid: Iterable[str] = (),
        page: str = "",
        help: str = "",
        **kwargs,
    ):
        super().__init__(required=False, **kwargs)
        self.rows, self.value, self.entry = rows, value, entry
        self.vocabulary, self.choices = vocabulary, choices
        self.in_order, self.upper, self.relabel = in_order or bool(choices), upper, relabel
        self.also_valid, self.page, self.help = frozenset(also_valid), page, help

    def clean_value(self, text: str) -> str:
        return text.upper() if self.upper else text

    # What it matches ---------------------------------------------------------------------------------

    def pairs(self) -> models.QuerySet:
        """The rows with their value as ``facet_value``.

        An annotation shares the joins that ``rows`` has filtered on; a further ``filter()`` on the look-up
        itself would join a many-valued relation a second time and lose that condition.
        """
        return self.rows().order_by().annotate(facet_value=Cast(F(self.value), CharField()))

    def ids(self, index: ListIndex, values: Sequence[str]) -> BitMap:
        """The entries that have any of these values."""
        return index.having(self.field_name, values)

    # What it shows -----------------------------------------------------------------------------------

    def terms_query(self) -> models.QuerySet | None:
        if self.vocabulary is None:
            return None
        return (
            self.vocabulary()
            .order_by()
            .annotate(facet=Value(self.field_name, CharField()))
            .values_list("facet", "term", "label", "label_ja", "listed", "place")
            .distinct()
        )

    def terms(self, rows: Iterable[tuple[str, str, str, bool]]) -> dict[str, Term]:
        """All values it knows, in the reader's language and order. ``rows``: of its vocabulary, (value, label,
        label_ja, listed) in an order of their own."""
        if self.vocabulary is None:
            choices = self.choices() if callable(self.choices) else self.choices
            terms = [Term(value, str(label)) for value, label in choices]
        else:
            terms = [Term(value, self.named(value, label, label_ja), listed) for value, label, label_ja, listed in rows]
        return {term.value: term for term in self.arrange(terms)}

    def stranger(self, value: str) -> Term:
        """A value that it does not know."""
        return Term(value, self.named(value, value, ""), listed=False)

    def named(self, value: str, label: str, label_ja: str) -> str:
        return self.relabel(value) if self.relabel else in_reader_language(label, label_ja)

    def arrange(self, terms: list[Term]) -> list[Term]:
        """In the reader's order."""
        return terms if self.in_order else in_reading_order(terms, lambda term: term.label)


def vocabulary(
    queryset: models.QuerySet, *, value="slug", label="name", label_ja="name_ja", listed=None, place: str | None = None
) -> models.QuerySet:
    """Annotate a queryset as a facet's vocabulary.

    ``listed`` is a condition that tells which values occur in the list at all; ``place`` a text look-up to
    order by where the facet is shown in an order of its own.
    """
    return queryset.annotate(
        term=Cast(F(value), CharField()),
        label=Cast(F(label), CharField()),
        label_ja=Cast(F(label_ja), CharField()) if label_ja else Value("", CharField()),
        listed=models.ExpressionWrapper(listed, BooleanField()) if listed is not None else Value(True, BooleanField()),
        place=Cast(F(place), CharField()) if place else Value("", CharField()),
    )
