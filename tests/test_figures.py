"""The yearly figures: charts, tables and downloads say what the fixtures say, and charts only what is known."""

import calendar
import csv
import re
from collections import defaultdict
from decimal import Decimal
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.drawings.chart import HEIGHT, BarChart, ColumnChart
from catalogue.models import Series, Statistic
from tests.facts import published, text_of
from tests.markup import Markup, classes, visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BRANDS = [f"jaia-japanese-brand-imports-{make}" for make in ("toyota", "honda", "nissan", "suzuki")]
BY_BRAND = "imports-by-brand"
SERIES = {row["slug"]: row for row in published("series")}
VALUES: dict[str, list[dict]] = defaultdict(list)
for row in published("statistics"):
    if row["series"][0] in SERIES:
        VALUES[row["series"][0]].append(row)
#: The figures of the page, each with its series.
FIGURES = {
    **{slug: [slug] for slug in VALUES if slug not in BRANDS},
    BY_BRAND: [one for one in VALUES if one in BRANDS],
}
#: Series of whole years with enough values to be worth drawing.
CHARTED = [
    slug
    for slug, values in VALUES.items()
    if slug not in BRANDS and len(values) >= 4 and all(re.fullmatch(r"(FY)?\d{4}", value["period"]) for value in values)
]


def figures_of(page: Markup) -> list:
    """The sections with a chart, and the rows of the table of those without."""
    sections = [one for one in page.all("section", "figure-section") if one.get("aria-labelledby") != "short"]
    return [*sections, *page.all("tr", "short-figure")]


def name_of(figure) -> str:
    return figure.get("aria-labelledby") or figure.get("id")


def section(page: Markup, slug: str):
    """The section of one figure."""
    (found,) = [one for one in figures_of(page) if name_of(one) == slug]
    return found


def as_written(value: dict) -> str:
    return f"{Decimal(value['value']).normalize():,f}"


def period_as_read(period: str) -> str:
    """2003-06 as a month, FY2003-H1 as half of a fiscal year; whole years as they are."""
    if month := re.fullmatch(r"(\d{4})-(\d{2})", period):
        return f"{calendar.month_name[int(month[2])]} {month[1]}"
    if half := re.fullmatch(r"(FY\d{4})-H([12])", period):
        return f"{half[1]}, {'first' if half[2] == '1' else 'second'} half"
    return period


def with_unit(slug: str, value: dict) -> str:
    """The number and what it counts; the base of an index in brackets."""
    unit = SERIES[slug]["unit"]
    return f"{as_written(value)} ({unit})" if "=" in unit else f"{as_written(value)} {unit}"


def percent(element, name: str) -> float:
    return float(element.get(name).removesuffix("%"))


def download(client, slug: str, prefix: str = "") -> list[dict]:
    response = client.get(f"{prefix}/figures/{slug}.csv")
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def new_series(*values: str, slug: str = "test", **rest) -> Series:
    """A public series with these values from 2001 on."""
    series = Series.objects.create(slug=slug, name=slug.title(), unit="cars", publication="published")
    for number, value in enumerate(values):
        Statistic.objects.create(
            **{
                "slug": f"{slug}-{number}",
                "series": series,
                "period": str(2001 + number),
                "year": 2001 + number,
                "value": Decimal(value),
                "publication": "published",
                **rest,
            }
        )
    return series


# The page ---------------------------------------------------------------------------------------------------


def test_every_public_series_is_a_figure_and_those_by_brand_are_one(client):
    page = visit(client, "/figures/")
    shown = [name_of(one) for one in figures_of(page)]
    assert sorted(shown) == sorted(FIGURES)
    assert shown[:4] == ["jama-us-plant-exports", "jama-us-vehicle-production", "jaia-japanese-brand-imports", BY_BRAND]


def test_figures_that_have_a_chart_come_before_those_that_have_none(client):
    page = visit(client, "/figures/")
    sections = page.all("section", "figure-section")
    charted = [bool(page.all("", "chart", one)) for one in sections]
    assert charted == [True] * (len(sections) - 1) + [False]
    assert page.all("tr", "short-figure", sections[-1])


def test_long_series_of_whole_years_are_drawn_and_others_are_tables_only(client):
    assert {"jama-us-plant-exports", "jaia-japanese-brand-imports-fiscal-year"} <= set(CHARTED)
    page = visit(client, "/figures/")
    drawn = {slug for slug in FIGURES if page.all("svg", "columns-chart", section(page, slug))}
    assert drawn == set(CHARTED)
    for slug in FIGURES:
        charted = slug in CHARTED or slug == BY_BRAND
        assert section(page, slug).tag == ("section" if charted else "tr"), slug


@pytest.mark.parametrize(("period", "read"), [("2003-06", "June 2003"), ("FY2003-H1", "FY2003, first half")])
def test_a_series_with_a_month_or_half_a_year_is_a_table_only(client, period, read):
    series = new_series("1", "2", "3", "4", "5")
    page = visit(client, "/figures/")
    assert page.all("svg", "columns-chart", section(page, "test"))
    assert series.values.filter(period="2003").update(period=period)
    page = visit(client, "/figures/")
    assert page.all("svg", "columns-chart", section(page, "test")) == []
    assert [read] == [text_of(one) for one in page.all("span", "period", section(page, "test")) if read in one.text]


def test_two_values_of_one_year_are_no_columns_over_each_other(client):
    series = new_series("1", "2", "3", "4", "5")
    assert series.values.filter(period="2003").update(period="FY2002", year=2002)
    page = visit(client, "/figures/")
    assert page.all("svg", "columns-chart", section(page, "test")) == []


@pytest.mark.parametrize("slug", CHARTED)
def test_a_chart_has_a_column_for_each_value_in_proportion_at_its_year(client, slug):
    page = visit(client, "/figures/")
    chart = page.one("svg", "columns-chart", section(page, slug))
    columns = [page.one("rect", within=group) for group in page.all("g", "column", chart)]
    values = sorted(VALUES[slug], key=lambda value: value["year"])
    assert len(columns) == len(values)
    first, span = values[0]["year"], values[-1]["year"] - values[0]["year"] + 1
    tallest = max(float(value["value"]) for value in values)
    highest = max(percent(column, "height") for column in columns)
    base = {round(percent(column, "y") + percent(column, "height"), 1) for column in columns}
    assert len(base) == 1, "columns stand on one line"
    for value, column in zip(values, columns, strict=True):
        assert percent(column, "height") / highest == pytest.approx(float(value["value"]) / tallest, abs=0.002)
        middle = percent(column, "x") + percent(column, "width") / 2
        assert middle == pytest.approx((value["year"] - first + 0.5) / span * 100, abs=0.02)


def test_years_without_a_figure_stay_empty(client):
    years = [value["year"] for value in VALUES["jama-us-plant-exports"]]
    assert 2015 not in years
    page = visit(client, "/figures/")
    chart = page.one("svg", "columns-chart", section(page, "jama-us-plant-exports"))
    said = [text_of(title) for title in page.all("title", within=chart)]
    assert [int(text[:4]) for text in said] == sorted(years)
    assert "2015" in [text_of(label) for label in page.all("text", "year", chart)]


@pytest.mark.parametrize("slug", CHARTED)
def test_a_column_says_its_value_and_whether_it_is_approximate(client, slug):
    page = visit(client, "/figures/")
    chart = page.one("svg", "columns-chart", section(page, slug))
    for value, group in zip(
        sorted(VALUES[slug], key=lambda one: one["year"]), page.all("g", "column", chart), strict=True
    ):
        about = "≈ " if value["approximate"] else ""
        said = text_of(page.one("title", within=group))
        assert said == f"{period_as_read(value['period'])}: {about}{with_unit(slug, value)}"
        assert ("approximate" in classes(group)) == value["approximate"]


def test_some_charted_values_are_approximate_and_some_are_not():
    assert {value["approximate"] for slug in CHARTED for value in VALUES[slug]} == {True, False}


def test_the_grid_reads_the_heights(client):
    """Where the grid says 200,000 there a column of 200,000 would end."""
    page = visit(client, "/figures/")
    chart = page.one("svg", "columns-chart", section(page, "jama-us-plant-exports"))
    lines = {
        float(text_of(label).replace(",", "")): float(label.get("y")) for label in page.all("text", "grid-label", chart)
    }
    assert 4 <= len(lines) <= 6
    top, base = max(lines), lines[0]
    for value, group in zip(
        sorted(VALUES["jama-us-plant-exports"], key=lambda one: one["year"]),
        page.all("g", "column", chart),
        strict=True,
    ):
        y = percent(page.one("rect", within=group), "y")
        assert y == pytest.approx(base + (lines[top] - base) * float(value["value"]) / top, abs=0.2)


# Brands -----------------------------------------------------------------------------------------------------


def test_brands_stand_side_by_side_in_the_last_two_years_with_gaps_said_to_be_unknown(client):
    page = visit(client, "/figures/")
    chart = page.one("div", "bars-chart", section(page, BY_BRAND))
    years = sorted({value["year"] for slug in BRANDS for value in VALUES[slug]})[-2:]
    most = max(Decimal(value["value"]) for slug in BRANDS for value in VALUES[slug] if value["year"] in years)
    shown = {}
    for row in page.all("div", "bar-row", chart):
        make = text_of(page.one("span", "bar-row-label", row)).lower()
        for line in page.all("span", "bar-line", row):
            words = text_of(page.one("span", "bar-value", line)).split()
            shown[make, int(words[1])] = (words[0], percent(page.one("rect", within=line), "width"))
    expected = {}
    for slug in BRANDS:
        by_year = {value["year"]: value for value in VALUES[slug]}
        for year in years:
            value = by_year.get(year)
            width = float(Decimal(value["value"]) / most * 100) if value else 0
            expected[slug.rpartition("-")[2], year] = (
                as_written(value) if value else "unknown",
                pytest.approx(width, abs=0.01),
            )
    assert shown == expected
    assert ("unknown", 0) in shown.values()


def test_brands_come_by_their_latest_figure(client):
    page = visit(client, "/figures/")
    labels = [text_of(label) for label in page.all("span", "bar-row-label")]
    latest = {slug: max(VALUES[slug], key=lambda value: value["year"]) for slug in BRANDS}
    order = sorted(BRANDS, key=lambda slug: -Decimal(latest[slug]["value"]))
    assert [label.lower() for label in labels] == [slug.rpartition("-")[2] for slug in order]


# Tables, sources, downloads ---------------------------------------------------------------------------------


def expected_values(slug: str) -> list[tuple[str, str, bool]]:
    return sorted(
        (value["period"], as_written(value), value["approximate"]) for one in FIGURES[slug] for value in VALUES[one]
    )


def test_every_figure_has_a_table_of_all_its_values(client):
    page = visit(client, "/figures/")
    for slug in FIGURES:
        shown = section(page, slug)
        if shown.tag == "section":
            table = page.one("table", within=shown)
            periods = [text_of(cell) for cell in page.all("th", within=page.one("tbody", within=table))]
            # The numbers of the footnotes follow in the cell, as an element of their own.
            numbers = [cell.text.strip() for cell in page.all("td", "num", table)]
        else:
            periods = [text_of(one) for one in page.all("span", "period", shown)]
            # They say their unit, too.
            said = [text_of(one) for one in page.all("strong", within=shown)]
            numbers = [re.match(r"(≈ )?[\d.,]+", one)[0] for one in said]
        found = sorted(zip(periods, numbers, strict=True))
        wished = [
            (period_as_read(period), f"≈ {digits}" if about else digits)
            for period, digits, about in expected_values(slug)
        ]
        assert found == sorted(wished), slug


def test_every_figure_and_every_value_names_its_sources(client):
    page = visit(client, "/figures/")
    notes = {one.get("id") for one in page.all("li") if (one.get("id") or "").startswith("source-")}
    assert notes
    for slug in FIGURES:
        shown = section(page, slug)
        line = page.one("p", "source-line", shown) if shown.tag == "section" else page.one("td", "values", shown)
        cited = [link.removeprefix("#") for link in page.links(line) if link.startswith("#source-")]
        assert cited, slug
        assert set(cited) <= notes
        if shown.tag == "section":
            assert len(cited) == len(set(cited)), f"{slug} names a source twice"
        for cell in [*page.all("td", "num", shown), *page.all("li", within=shown)]:
            assert page.all("sup", "cite", cell), slug


@pytest.mark.parametrize("slug", FIGURES)
def test_the_download_has_the_same_values_as_the_table(client, slug):
    rows = download(client, slug)
    assert sorted((row["period"], f"{Decimal(row['value']):,f}", row["approximate"] == "yes") for row in rows) == (
        expected_values(slug)
    )
    by_period = {(SERIES[one]["name"], value["period"]): value for one in FIGURES[slug] for value in VALUES[one]}
    for row in rows:
        value = by_period[row["series"], row["period"]]
        assert int(row["year"]) == value["year"]
        assert row["notes"] == value["notes"]
        assert row["unit"] == SERIES[value["series"][0]]["unit"]
        assert row["sources"]


def test_every_figure_links_to_its_download(client):
    page = visit(client, "/figures/")
    for slug in FIGURES:
        assert f"/figures/{slug}.csv" in page.links(section(page, slug))


def test_a_download_is_utf_8_with_the_mark_that_spreadsheets_need(client):
    response = client.get("/ja/figures/jama-us-plant-exports.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.content.count(b"\xef\xbb\xbf") == 1
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="jama-us-plant-exports.csv"'
    (name,) = {row["series"] for row in download(client, "jama-us-plant-exports", "/ja")}
    assert name == SERIES["jama-us-plant-exports"]["name_ja"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_is_text_to_a_spreadsheet(client, formula):
    series = new_series("5", notes=formula)
    Series.objects.filter(pk=series.pk).update(name=formula, unit=formula)
    (row,) = download(client, "test")
    for name in ("notes", "series", "unit"):
        assert row[name] == f"'{formula}"
    assert row["value"] == "5"


@pytest.mark.parametrize("slug", ["nowhere", "jaia-japanese-brand-imports-toyota", "jama_us", "x" * 300])
def test_there_is_no_download_of_an_unknown_figure(client, slug):
    assert client.get(f"/figures/{slug}.csv").status_code == 404
    assert client.get(f"/ja/figures/{slug}.csv").status_code == 404


# Drafts -----------------------------------------------------------------------------------------------------


def test_a_draft_figure_is_nowhere(client, editor):
    assert Statistic.objects.filter(slug="jama-us-plant-exports-2024").update(publication="draft")
    for _reader in ("anyone", "an editor"):
        for address in ("/", "/figures/", "/ja/figures/", "/figures/jama-us-plant-exports.csv"):
            text = client.get(address).content.decode()
            assert "309,375" not in text
            assert "309375" not in text
        client.force_login(editor)
    assert "424163" in client.get("/figures/jama-us-plant-exports.csv").content.decode()


def test_a_draft_series_is_nowhere(client):
    assert Series.objects.filter(slug="jama-us-plant-exports").update(publication="draft")
    for address in ("/", "/figures/"):
        page = visit(client, address)
        assert "jama-us-plant-exports" not in page.text
        assert "309,375" not in page.text
    assert client.get("/figures/jama-us-plant-exports.csv").status_code == 404


def test_a_series_of_which_every_value_is_a_draft_is_no_figure(client):
    Statistic.objects.filter(series__slug__in=BRANDS).update(publication="draft")
    page = visit(client, "/figures/")
    assert BY_BRAND not in page.text
    assert client.get(f"/figures/{BY_BRAND}.csv").status_code == 404


def test_without_any_figure_the_page_and_home_still_stand(client):
    Statistic.objects.update(publication="draft")
    assert visit(client, "/figures/").all("section", "figure-section") == []
    visit(client, "/")


# Odd series -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        *([], ["5"], ["0"], ["0", "0", "0", "0"], ["0", "0", "5", "0"], ["0.001", "0.002", "0.001", "0.003"]),
        *(["0.3", "0.1", "0.2", "0.3"], ["99999999999.999"] * 5, ["-5", "3", "2", "1"], ["-5", "-3", "-2", "-1"]),
    ],
    ids=str,
)
def test_no_series_breaks_the_page(client, values):
    new_series(*values)
    page = visit(client, "/figures/")
    if not values:
        assert "test" not in [name_of(one) for one in figures_of(page)]
        assert client.get("/figures/test.csv").status_code == 404
        return
    own = section(page, "test")
    assert len(page.all("span", "period", own) or page.rows(page.one("table", within=own))) == len(values)
    assert [Decimal(row["value"]) for row in download(client, "test")] == [Decimal(value) for value in values]
    for rect in page.all("rect", within=own):
        assert float(rect.get("height")) >= 0, "a rectangle can't be of negative height"
        assert float(rect.get("y")) >= 0
    labels = [text_of(label) for label in page.all("text", "grid-label", own)]
    assert all(len(label) < 16 for label in labels), labels


def test_brands_that_sold_nothing_do_not_break_the_page(client):
    Statistic.objects.filter(series__slug__in=BRANDS).update(value=0)
    page = visit(client, "/figures/")
    bars = page.all("rect", within=page.one("div", "bars-chart"))
    assert bars
    assert {percent(bar, "width") for bar in bars} == {0}


def test_home_stands_when_its_series_is_nothing_but_zeros(client):
    Statistic.objects.filter(series__slug="jama-us-plant-exports").update(value=0)
    visit(client, "/")


def test_a_value_of_which_every_year_is_the_same_is_drawn_at_full_height_each(client):
    new_series("7", "7", "7", "7")
    page = visit(client, "/figures/")
    heights = {rect.get("height") for rect in page.all("rect", within=section(page, "test"))}
    assert len(heights) == 1


AMOUNTS = st.decimals(0, 99_999_999, places=3)


@given(st.lists(AMOUNTS, min_size=1, max_size=40).filter(any))
def test_columns_are_in_proportion_and_within_the_chart(values):
    chart = ColumnChart([Statistic(year=1980 + i, period=str(1980 + i), value=value) for i, value in enumerate(values)])
    most = float(max(values))
    assert chart.top >= most * (1 - 1e-9)
    for column, value in zip(chart.columns, values, strict=True):
        assert column.height == pytest.approx(HEIGHT * float(value) / chart.top, abs=0.06)
        assert 0 <= column.height <= HEIGHT
        assert 0 <= column.x < column.x + column.width <= 100
    assert all(first.x + first.width < second.x for first, second in pairwise(chart.columns))
    assert 3 <= len(chart.grid) <= 6
    steps = [second.value - first.value for first, second in pairwise(chart.grid)]
    assert chart.grid[0].value == 0
    assert all(step == pytest.approx(steps[0]) for step in steps)
    assert all(len(f"{line.value:g}") <= 12 for line in chart.grid)
    assert any(column.labelled for column in chart.columns)


@given(st.lists(st.tuples(AMOUNTS, st.one_of(st.none(), AMOUNTS)), min_size=1, max_size=8))
def test_bars_are_in_proportion_and_the_missing_ones_have_no_value(pairs):
    named = [
        (str(i), [Statistic(year=year, value=value) for year, value in ((2024, old), (2025, new)) if value is not None])
        for i, (old, new) in enumerate(pairs)
    ]
    chart = BarChart(named)
    most = max(float(value) for pair in pairs for value in pair if value is not None)
    for row in chart.rows:
        for year, value, width in row.bars:
            wished = dict(zip((2024, 2025), pairs[int(row.label)], strict=True))[year]
            assert (value and value.value) == wished
            assert width == pytest.approx(float(wished or 0) / most * 100 if most else 0, abs=0.01)


def test_the_page_in_japanese_has_japanese_names(client):
    page = visit(client, "/ja/figures/")
    assert SERIES["jama-us-plant-exports"]["name_ja"] in page.text
    assert [text_of(one) for one in page.all("span", "bar-row-label")][0] == "スズキ"
    assert len(figures_of(page)) == len(FIGURES)


@pytest.mark.parametrize(("start", "name"), [("", "Honda"), ("/ja", "ホンダ")], ids=["English", "Japanese"])
def test_a_table_of_several_makes_names_the_makes(client, start, name):
    assert f"<td>{name}</td>" in client.get(f"{start}/figures/").content.decode()
