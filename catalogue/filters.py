"""The FilterSet that every browse list builds on: pages now, the API and downloads with the same classes.

The rules it keeps (docs/decisions.md, "Filters"): repeating a parameter means "or", different parameters
mean "and"; a blank value is not filtered; a value that can't be read is reported beside its filter and left
out while the others apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import django_filters
from django import forms
from django.db.models import F, OrderBy, Value
from django.db.models.functions import Lower, NullIf
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from catalogue.facets import MOST_VALUES, Facet, FacetGroup, FacetValue, Term
from catalogue.list_index import Found, ListIndex, index_of
from catalogue.parameters import Excluded, Unrecorded, YearsFilter
from catalogue.query import ListQuery
from catalogue.year_control import YearControl


@dataclass
class Tag:
    """A chosen filter, shown as a link that removes it."""

    name: str
    label: str
    value: str
    link: str


@dataclass
class WayOut:
    """On an empty result: a filter to drop, and how many results that would give."""

    label: str
    value: str
    count: int
    link: str


class BrowseFilterSet(django_filters.FilterSet):
    """A list's filters, facets, order and tags.

    Subclasses declare ``SORTS``: ``{name: (label, order_by fields)}``, the first is the default.
    """

    SORTS: dict[str, tuple[str, tuple[str, ...]]] = {}
    #: Parameters of the page that filter nothing, such as the vehicles put aside to be compared; links keep them.
    CARRIED: tuple[str, ...] = ()
    #: The FilterSet with the same filters and orders of the same entries, where there is one: they share an index.
    indexed_as: type[BrowseFilterSet] | None = None

    @classmethod
    def get_filters(cls):
        filters = super().get_filters()
        for name, facet in [(name, one) for name, one in filters.items() if isinstance(one, Facet)]:
            filters[f"{name}__not"] = Excluded(facet, field_name=name, label=_("not"))
            filters[f"{name}__empty"] = Unrecorded(facet, field_name=name, label=_("not known"))
        return filters

    def __init__(self, data=None, queryset=None, *, reader: str = "", **kwargs):
        """``reader`` names whoever always gives the same queryset; then the entries of its pages are kept."""
        super().__init__(data, queryset, **kwargs)
        self.reader = reader
        for name, one in self.filters.items():
            if isinstance(one, Facet):
                one.field_name = name

    def get_form_class(self):
        """A form with those fields that something was given for: what the others would say is nothing."""
        fields = {name: one.field for name, one in self.filters.items() if name in self.data}
        return type("Parameters", (forms.Form,), {**fields, "sort": forms.CharField(required=False)})

    # Reading the parameters ----------------------------------------------------------------------------

    @property
    def facets(self) -> dict[str, Facet]:
        return {name: one for name, one in self.filters.items() if isinstance(one, Facet)}

    @cached_property
    def terms(self) -> dict[str, dict[str, Term]]:
        """All values of each facet, named for the reader and in order."""
        return {name: self.index.terms(facet) for name, facet in self.facets.items()}

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """What is wrong with the parameters, by name; those filters are left out."""
        problems = {name: list(messages) for name, messages in self.form.errors.items()}
        for name, one in self.filters.items():
            facet = one if isinstance(one, Facet) else getattr(one, "facet", None)
            if facet is None or isinstance(one, Unrecorded) or name in problems:
                continue
            for text in self.form.cleaned_data.get(name) or []:
                value = facet.clean_value(text)
                if value not in self.terms[facet.field_name] and value not in facet.also_valid:
                    message = gettext("“%(value)s” is not a value of this filter.") % {"value": text[:60]}
                    problems.setdefault(name, []).append(message)
        sort = self.form.cleaned_data.get("sort", "")
        if sort and sort.removeprefix("-") not in self.SORTS:
            message = gettext("“%(value)s” is not an order of this list.") % {"value": sort[:60]}
            problems.setdefault("sort", []).append(message)
        first, last = (self.form.cleaned_data.get(name) for name in ("built_from", "built_to"))
        if first and last and first[0] > last[-1]:
            problems["built_from"] = [gettext("The first year is after the last.")]
            problems["built_to"] = [gettext("The last year is before the first.")]
        return problems

    def values_of(self, name: str) -> list:
        """The values a parameter filters by: empty where it is blank or wrong."""
        if name in self.problems:
            return []
        one = self.filters[name]
        values = self.form.cleaned_data.get(name) or []
        if isinstance(one, Facet | Excluded):
            return list(dict.fromkeys(self.clean_text(name, text) for text in values))
        return values

    @cached_property
    def active(self) -> list[str]:
        return [name for name in self.filters if self.values_of(name)]

    # Filtering -----------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> ListIndex:
        return index_of(self.indexed_as or type(self), self.facets.values(), self.queryset)

    def found(self, without: str | None = None) -> BitMap:
        """The ids of what all filters but ``without`` find."""
        sets = [self.filters[name].ids(self.index, self.values_of(name)) for name in self.active if name != without]
        return BitMap.intersection(self.index.everything, *sets)

    def built_span(self, without: str | None = None) -> tuple[int | None, int | None] | None:
        """The model years that ``built_from`` and ``built_to`` ask for together; None where neither does."""
        first = self.values_of("built_from") if without != "built_from" else []
        last = self.values_of("built_to") if without != "built_to" else []
        return (first[0] if first else None, last[-1] if last else None) if first or last else None

    @property
    def sort(self) -> str:
        wanted = "" if "sort" in self.problems else self.form.cleaned_data.get("sort", "")
        return wanted or next(iter(self.SORTS))

    @cached_property
    def qs(self) -> Found:
        return self.results(self.sort)

    def results(self, sort: str) -> Found:
        """What the filters find, in this order."""
        clauses = order(self.SORTS[sort.removeprefix("-")][1], backwards=sort.startswith("-"))
        ids, found = self.index.order(sort, clauses), self.found()
        kept = self.index.entries((self.reader, get_language())) if self.reader else None
        return Found(self.queryset, ids if len(found) == len(ids) else [pk for pk in ids if pk in found], kept)

    # What the page shows ---------------------------------------------------------------------------------

    @cached_property
    def query(self) -> ListQuery:
        return ListQuery(
            self.data, [*self.filters, *self.CARRIED, "sort"], self.clean_text, usual=next(iter(self.SORTS))
        )

    def clean_text(self, name: str, text: str) -> str:
        """A value as its facet spells it, so that "tx" and "TX" are one."""
        one = self.filters.get(name)
        facet = one if isinstance(one, Facet) else one.facet if isinstance(one, Excluded) else None
        return facet.clean_value(text) if facet else text

    @cached_property
    def groups(self) -> list[FacetGroup]:
        """The facets with the counts of their values under all the other filters."""
        found = self.found()
        groups = []
        for name, facet in self.facets.items():
            # Only a facet that filters sees other entries than the list has.
            seen = self.found(name) if name in self.active else found
            counts = self.index.counts(name, seen)
            chosen, known = self.values_of(name), self.terms[name]
            group = FacetGroup(
                name,
                facet.label,
                facet.help,
                errors=self.problems.get(name, ()),
                excluded=self.values_of(f"{name}__not"),
                unrecorded=self.values_of(f"{name}__empty"),
                sharper_errors=[
                    message for kind in ("not", "empty") for message in self.problems.get(f"{name}__{kind}", ())
                ],
            )
            terms = [term for term in known.values() if term.listed or term.value in chosen]
            if strangers := [facet.stranger(value) for value in chosen if value not in known]:
                terms = facet.arrange([*terms, *strangers])
            if len(terms) > MOST_VALUES:
                first = sorted(terms, key=lambda term: (term.value not in chosen, -counts.get(term.value, 0)))
                shown = {term.value for term in first[:MOST_VALUES]}
                group.left_out = len(terms) - MOST_VALUES
                terms = [term for term in terms if term.value in shown]
            if not (group.sharpened or strangers or group.left_out):
                group.usual_in = self.index
            link_to = self.query.setting(name)
            for term in terms:
                count, is_chosen = counts.get(term.value, 0), term.value in chosen
                link = link_to(term.value) if count and not is_chosen else None
                group.values.append(FacetValue(term.value, term.label, count, is_chosen, link))
            groups.append(group)
        return groups

    def label_of_value(self, name: str, value) -> str:
        one = self.filters[name]
        if isinstance(one, Unrecorded):
            return gettext("not known") if value == "true" else gettext("known")
        facet = one if isinstance(one, Facet) else getattr(one, "facet", None)
        if facet is None:
            return str(value)
        text = (self.terms[facet.field_name].get(value) or facet.stranger(value)).label
        return gettext("not %(value)s") % {"value": text} if isinstance(one, Excluded) else text

    def label_of_filter(self, name: str) -> str:
        one = self.filters[name]
        return str(one.facet.label if isinstance(one, Excluded | Unrecorded) else one.label)

    @cached_property
    def tags(self) -> list[Tag]:
        tags = []
        for name in self.active:
            for raw in self.query.values.get(name, []):
                tags.append(
                    Tag(name, self.label_of_filter(name), self.label_of_value(name, raw), self.query.without(name, raw))
                )
        return tags

    @cached_property
    def clear_link(self) -> str:
        """Drops all filters; the search words and the order stay."""
        return self.query.keeping("q", "sort", *self.CARRIED)

    @property
    def whole_list_link(self) -> str:
        """The list without filters, search words and order."""
        return self.query.keeping(*self.CARRIED)

    @cached_property
    def carried(self) -> list[tuple[str, str]]:
        """Active parameters that the form has no control for; it carries them as hidden fields."""
        shown = {*self.facets, *self.numbers, "q", "as_of"}
        boxes = {(f"{name}__empty", "true") for name in self.facets}
        names = [name for name in (*self.active, *self.CARRIED) if name not in shown]
        rest = [(name, value) for name in names for value in self.query.values.get(name, [])]
        return [
            *(pair for pair in rest if pair not in boxes),
            *(("q", text) for text in self.query.values.get("q", [])[1:]),
        ]

    @property
    def numbers(self) -> dict[str, YearsFilter]:
        """The year fields that the form shows."""
        return {name: one for name, one in self.filters.items() if isinstance(one, YearsFilter) and name != "as_of"}

    @property
    def number_fields(self) -> list[dict]:
        """What the form needs to show its year fields, with what was typed, right or wrong."""
        return [
            {
                "name": name,
                "label": one.label,
                "help": one.extra.get("help_text", ""),
                "value": " ".join(self.query.values.get(name, [])),
                "errors": self.problems.get(name, ()),
            }
            for name, one in self.numbers.items()
        ]

    @cached_property
    def year_control(self) -> YearControl | None:
        """How the list is set to the world of one year; None where it knows none."""
        if "as_of" not in self.filters:
            return None
        years = self.values_of("as_of")
        typed = " ".join(self.query.values.get("as_of", []))
        return YearControl(self.query, years, typed, self.problems.get("as_of", ()))

    @property
    def as_of(self) -> int | None:
        """The one year the list is set to, where it is set to one."""
        years = self.values_of("as_of")
        return years[0] if len(years) == 1 else None

    @property
    def search_text(self) -> str:
        """What the search box shows; further searches, which mean "or", are carried along."""
        return (self.query.values.get("q") or [""])[0]

    @property
    def other_problems(self) -> list[tuple[str, str]]:
        """(filter, message) for parameters that the form shows no control for."""
        sharper = {f"{name}__{kind}" for name in self.facets for kind in ("not", "empty")}
        shown = {*self.facets, *sharper, *self.numbers, "as_of"}
        labelled = {"sort": gettext("Order")}
        return [
            (labelled.get(name) or self.label_of_filter(name), message)
            for name, messages in self.problems.items()
            if name not in shown
            for message in messages
        ]

    @cached_property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(name, label, chosen) of each order, both ways."""
        choices = []
        for name, (label, _fields) in self.SORTS.items():
            choices.append((name, str(label), self.sort == name))
            reversed_label = gettext("%(order)s, reversed") % {"order": label}
            choices.append((f"-{name}", reversed_label, self.sort == f"-{name}"))
        return choices

    def ways_out(self) -> list[WayOut]:
        """For an empty result: what dropping each one filter would give."""
        found = []
        for name in self.active:
            if number := len(self.found(name)):
                texts = [self.label_of_value(name, value) for value in self.values_of(name)]
                found.append(WayOut(self.label_of_filter(name), ", ".join(texts), number, self.query.without(name)))
        return sorted(found, key=lambda way: -way.count)

    @property
    def description(self) -> str:
        """The filters in words, for titles and descriptions: "Plant state: Texas; Body: pickup"."""
        parts: dict[str, list[str]] = {}
        for tag in self.tags:
            parts.setdefault(tag.label, []).append(tag.value)
        return "; ".join(f"{label}: {', '.join(values)}" for label, values in parts.items())


#: Orders by these dates, kept as text, put what is not known last; so do all others, which are NULL then.
DATES = frozenset({"production_start", "launch"})
#: Orders by these names do not tell capitals from small letters.
NAMES = frozenset({"name", "title", "city", "model__name", "model__make__name"})


def order(fields: tuple[str, ...], backwards: bool = False) -> list[OrderBy]:
    """Ordering by these fields ("-" for descending); what is not known comes last either way, and no order is left
    to chance."""
    clauses = []
    for field in fields:
        name = field.removeprefix("-")
        expression = NullIf(F(name), Value("")) if name in DATES else Lower(name) if name in NAMES else F(name)
        clauses.append(OrderBy(expression, descending=field.startswith("-") != backwards, nulls_last=True))
    return [*clauses, OrderBy(F("pk"))]
