"""The yearly figures: which of them are drawn, and the same data as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.generic import TemplateView, View

from catalogue import csv_files
from catalogue.bilingual import TextWithLanguage, in_reader_language
from catalogue.drawings.chart import BarChart, ColumnChart
from catalogue.footnotes import Footnotes
from catalogue.models import Citation, Series, Statistic

#: Fewer values than this are read faster than drawn.
FEWEST_COLUMNS = 4
#: The series that are one chart together, a make each, and how each is named in it.
BY_BRAND = "imports-by-brand"
BRANDS = {
    "jaia-japanese-brand-imports-toyota": ("Toyota", "トヨタ"),
    "jaia-japanese-brand-imports-honda": ("Honda", "ホンダ"),
    "jaia-japanese-brand-imports-nissan": ("Nissan", "日産"),
    "jaia-japanese-brand-imports-suzuki": ("Suzuki", "スズキ"),
}
#: The charts that come first, in this order; the others follow by name.
FIRST = ("jama-us-plant-exports", "jama-us-vehicle-production", "jaia-japanese-brand-imports", BY_BRAND)


@dataclass
class Figure:
    """One or more series shown together: a chart where it helps, always a table."""

    slug: str
    name: str
    scope: str
    series: Sequence[Series]

    @property
    def values(self) -> list[Statistic]:
        return [value for series in self.series for value in series.public_values]

    @property
    def below_zero(self) -> bool:
        """Whether a value is negative: charts stand on zero, so it is told in the table only."""
        return any(value.value < 0 for value in self.values)

    @property
    def unit(self) -> TextWithLanguage:
        return self.series[0].local_unit

    @property
    def csv_address(self) -> str:
        return reverse("figure-csv", args=[self.slug])

    @cached_property
    def columns(self) -> ColumnChart | None:
        """The columns over the years, where the series is long enough and its periods are whole years."""
        values = self.values
        whole_years = all(re.fullmatch("(FY)?[0-9]{4}", value.period) for value in values)
        one_a_year = len({value.year for value in values}) == len(values)
        if len(self.series) > 1 or not whole_years or not one_a_year or self.below_zero or len(values) < FEWEST_COLUMNS:
            return None
        return ColumnChart(values)

    @property
    def drawn(self) -> bool:
        """Whether there is a chart of it; the others are read faster in a table."""
        return bool(self.columns or self.bars)

    @cached_property
    def bars(self) -> BarChart | None:
        if self.slug != BY_BRAND or self.below_zero:
            return None
        return BarChart(self.by_make)

    @property
    def by_make(self) -> list[tuple[str, list[Statistic]]]:
        """The values of each make that a figure of several series tells of."""
        return [
            (in_reader_language(*BRANDS[one.slug]) if one.slug in BRANDS else one.local_name, one.public_values)
            for one in self.series
        ]


def public_series(*slugs: str) -> list[Series]:
    """Public series with their public values, all or only these: two queries."""
    values = Statistic.objects.published().order_by("year", "period")
    found = Series.objects.published().prefetch_related(Prefetch("values", values, to_attr="public_values"))
    if slugs:
        found = found.filter(slug__in=slugs)
    return [series for series in found if series.public_values]


def all_figures() -> list[Figure]:
    """Every public figure, those by brand gathered in one."""
    series = public_series()
    figures = [Figure(one.slug, one.local_name, one.local_scope, [one]) for one in series if one.slug not in BRANDS]
    brands = [one for one in series if one.slug in BRANDS]
    if brands:
        name = gettext("Imports of Japanese-brand cars to Japan by brand")
        scope = gettext("Cars of these brands built abroad and newly registered in Japan, of all origins.")
        figures.append(Figure(BY_BRAND, name, scope, brands))
    place = {slug: position for position, slug in enumerate(FIRST)}
    return sorted(figures, key=lambda one: (place.get(one.slug, len(place)), not one.drawn, one.name.casefold()))


class Figures(TemplateView):
    """All figures, each with its sources, its table and its CSV."""

    template_name = "catalogue/figures.html"

    def get_context_data(self, **kwargs):
        figures = all_figures()
        footnotes = Footnotes(value for figure in figures for value in figure.values)
        return super().get_context_data(
            charts=[figure for figure in figures if figure.drawn],
            short=[figure for figure in figures if not figure.drawn],
            footnotes=footnotes,
            page_name=gettext("Figures"),
            **kwargs,
        )


def as_csv(figure: Figure) -> str:
    sources: dict[int, list[str]] = {}
    for citation in Citation.objects.of(figure.values):
        sources.setdefault(citation.entry_id, []).append(citation.source.url or str(citation.source))
    out = StringIO()
    writer = csv_files.writer(out)
    writer.writerow(["series", "period", "year", "value", "approximate", "unit", "notes", "sources"])
    for series in figure.series:
        for value in series.public_values:
            row = [series.local_name, value.period, value.year, value.value, "yes" if value.approximate else "no"]
            rest = [series.local_unit, value.local_notes, " ".join(sources.get(value.pk, []))]
            writer.writerow(map(csv_files.cell, [*row, *rest]))
    return out.getvalue()


def by_slug(figures: Iterable[Figure], slug: str) -> Figure | None:
    return next((figure for figure in figures if figure.slug == slug), None)


class FigureCsv(View):
    """The same data as the chart and the table. With the mark by which Excel knows UTF-8."""

    def get(self, request, slug: str):
        figure = by_slug(all_figures(), slug)
        if figure is None:
            raise Http404
        response = HttpResponse(csv_files.BOM + as_csv(figure), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{figure.slug}.csv"'
        return response
