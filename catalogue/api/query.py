"""Reading a request: the FilterSets of the pages, ``fields=``, and pages of results; what is wrong is a 400 that
says which parameter and why."""

from __future__ import annotations

from django.utils.translation import gettext
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import PageNumberPagination

from catalogue.facets import Facet
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import Excluded, SearchFilter, Unrecorded, YearsFilter

#: Parameters that filter nothing: they say how the answer is told.
OF_THE_ANSWER = frozenset({"format", "page", "page_size", "fields", "all"})
#: More values than this are not listed in the description of a parameter.
MOST_LISTED = 300


class CatalogueFilters(BaseFilterBackend):
    """The view's ``filterset_class``: the same parameters, values and order as on the page."""

    def filter_queryset(self, request, queryset, view):
        filters: BrowseFilterSet = view.filterset_class(request.query_params, queryset, request=request)
        known = {*filters.filters, "sort", *OF_THE_ANSWER}
        problems = {
            name: [gettext("There is no such parameter.")] for name in request.query_params if name not in known
        }
        problems.update(filters.problems)
        if problems:
            raise ValidationError(problems)
        return filters.qs

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """The parameters for the OpenAPI description, with the values they take now."""
        filters: BrowseFilterSet = view.filterset_class({}, view.get_queryset())
        described = [described_parameter(name, one, filters) for name, one in filters.filters.items()]
        orders = [order for name in filters.SORTS for order in (name, f"-{name}")]
        sort = parameter("sort", gettext("Order; a leading “-” reverses it."), {"type": "string", "enum": orders})
        return [*described, sort]


def parameter(name: str, description: str, schema: dict) -> dict:
    """A parameter of the query string; a blank value is as good as none."""
    given = {"name": name, "in": "query", "required": False, "allowEmptyValue": True}
    return {**given, "description": description, "schema": schema}


def described_parameter(name: str, one, filters: BrowseFilterSet) -> dict:
    if isinstance(one, Unrecorded):
        text = gettext("true: of which nothing is known here; false: of which something is.")
        return parameter(name, f"{one.facet.label}. {text}", {"type": "string", "enum": ["true", "false"]})
    if isinstance(one, SearchFilter):
        pattern = r"^[^\u0000]*$"
        return parameter(
            name, gettext("Words that must all occur."), {"type": "string", "maxLength": 100, "pattern": pattern}
        )
    if isinstance(one, YearsFilter):
        text = " ".join(str(part) for part in (f"{one.label}.", one.extra.get("help_text", "")) if part)
        year = {"type": "integer", "minimum": 1900, "maximum": 2100}
        return parameter(name, text, {"type": "array", "items": year, "maxItems": 10})
    facet: Facet = one.facet if isinstance(one, Excluded) else one
    values = list(filters.terms[facet.field_name])
    item: dict = {"type": "string"}
    if 0 < len(values) <= MOST_LISTED:
        item["enum"] = values
    text = gettext("Excludes these values.") if isinstance(one, Excluded) else str(facet.help)
    return parameter(name, f"{facet.label}. {text}".strip(), {"type": "array", "items": item})


class Pages(PageNumberPagination):
    """``page`` and ``page_size``; a number that is none is a 400, like any other wrong value."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"

    @classmethod
    def numbers(cls, request) -> tuple[int, int]:
        """Which page, and how many results on it; what is no number is refused."""
        problems, read = {}, []
        for name, usual, most in (("page", 1, None), (cls.page_size_query_param, cls.page_size, cls.max_page_size)):
            text = request.query_params.get(name, "").strip() or str(usual)
            number = int(text[:9]) if text.isascii() and text.isdigit() else 0
            read.append(number)
            if number < 1 or (most and number > most):
                form = gettext("Give a number from 1 to %(most)s.") if most else gettext("Give a number from 1 on.")
                problems[name] = [form % {"most": most}]
        if problems:
            raise ValidationError(problems)
        return read[0], read[1]

    def paginate_queryset(self, queryset, request, view=None):
        number, size = self.numbers(request)
        paginator = self.django_paginator_class(queryset, size)
        if number > paginator.num_pages:
            text = gettext("There is no page “%(wanted)s”; the last one is %(last)s.")
            raise NotFound(text % {"wanted": number, "last": paginator.num_pages})
        self.request, self.page = request, paginator.page(number)
        return list(self.page)

    def get_schema_operation_parameters(self, view) -> list[dict]:
        most = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            parameter("page", gettext("Which page of the results."), {"type": "integer", "minimum": 1}),
            parameter("page_size", gettext("How many results on a page."), most),
        ]


def fields_asked(request, known: list[str]) -> list[str] | None:
    """The fields that ``fields=`` keeps to (repeated, or apart by commas); None for all."""
    asked = [name.strip() for text in request.query_params.getlist("fields") for name in text.split(",")]
    asked = [name for name in asked if name]
    if unknown := [name for name in asked if name not in known]:
        text = gettext("There is no field “%(name)s”; the fields are: %(known)s.")
        raise ValidationError({"fields": [text % {"name": unknown[0][:60], "known": ", ".join(known)}]})
    return asked or None
