"""Timelines: bars as exact as the dates are, the exports over their eras, and plants' models as a railway."""

import calendar
import datetime
import re
from collections import Counter
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st

from catalogue.drawings.scale import YearScale
from catalogue.drawings.timeline import NEAR, Span, Timeline, scale_around
from tests.drafts import draft
from tests.facts import ERAS, EXPORTS, FIXTURES, GENERATIONS, MODELS, PLANTS, PROGRAMS, RUNS, published, text_of
from tests.markup import Markup, classes, visit
from vehicles.models import ExportProgram, ProductionRun

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TODAY = 2026.5
SCALE = YearScale(1987, 2027)

# Our own reading of dates and places ------------------------------------------------------------------------


def bounds(date: str) -> tuple[float, float]:
    """The first moment that a date can mean and the first after it, as years with a fraction."""
    year, month, day = (int(part) for part in f"{date}-00-00"[:10].split("-"))
    first = datetime.date(year, month or 1, day or 1)
    last = datetime.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    days = 366 if calendar.isleap(year) else 365
    return year + (first.timetuple().tm_yday - 1) / days, year + last.timetuple().tm_yday / days


def today() -> float:
    return bounds(timezone.localdate().isoformat())[0]


def at(moment: float, first: int, last: int) -> float:
    return min(max((moment - first) / (last + 1 - first) * 100, 0), 100)


def bar(span: Span, scale: YearScale = SCALE):
    return Timeline(scale, today=TODAY).bar(span, name="", link="")


def drawn(span: Span, scale: YearScale = SCALE) -> list[tuple[str, float, float]]:
    """The parts of a bar: what kind, and from which year to which."""
    width = scale.last + 1 - scale.first
    years = [(part.kind, part.x, part.x + part.width) for part in bar(span, scale).parts]
    return [(kind, scale.first + x * width / 100, scale.first + right * width / 100) for kind, x, right in years]


def like(parts: list, expected: list) -> bool:
    return [kind for kind, *_ in parts] == [kind for kind, *_ in expected] and all(
        abs(one - other) < 0.01
        for part, wish in zip(parts, expected, strict=True)
        for one, other in zip(part[1:], wish[1:], strict=True)
    )


# Spans of dates ---------------------------------------------------------------------------------------------

DATES = st.builds(
    lambda day, precision: day.isoformat()[:precision],
    st.dates(datetime.date(1980, 1, 1), datetime.date(2035, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
SPANS = st.one_of(
    st.builds(Span.of_dates, DATES, st.sampled_from(["", ".."]), st.just(TODAY)),
    st.tuples(DATES, DATES)
    .filter(lambda pair: bounds(pair[0])[0] < bounds(pair[1])[1])
    .map(lambda pair: Span.of_dates(*pair, TODAY)),
    st.builds(
        lambda first, more, current: Span.of_model_years(first, more and first + more - 1, current, TODAY),
        st.integers(1980, 2035),
        st.one_of(st.none(), st.integers(1, 30)),
        st.booleans(),
    ),
)
SCALES = st.builds(lambda first, more: YearScale(first, first + more), st.integers(1960, 2030), st.integers(0, 60))


@given(SPANS, SCALES)
def test_a_bar_stays_within_the_drawing_and_its_parts_follow_each_other(span, scale):
    one = bar(span, scale)
    assert one.parts
    assert all(part.x >= 0 and part.width > 0 and part.x + part.width <= 100.001 for part in one.parts)
    assert all(abs(first.x + first.width - second.x) < 0.011 for first, second in pairwise(one.parts))
    assert (one.x, one.end) == (one.parts[0].x, pytest.approx(one.parts[-1].x + one.parts[-1].width, abs=0.011))
    assert {part.kind for part in one.parts} <= {"vague", "full", "fading"}


@given(DATES, DATES)
def test_a_bar_reaches_from_the_first_day_to_the_last_that_its_dates_can_mean(start, end):
    assume(bounds(start)[0] < bounds(end)[1])
    one = bar(Span.of_dates(start, end, TODAY), YearScale(1980, 2036))
    left, right = at(bounds(start)[0], 1980, 2036), at(bounds(end)[1], 1980, 2036)
    if right - left > 0.02:
        assert (one.x, one.end) == (pytest.approx(left, abs=0.02), pytest.approx(right, abs=0.02))


@given(DATES, DATES)
def test_only_what_both_dates_leave_no_doubt_of_is_full(start, end):
    assume(bounds(start)[0] < bounds(end)[1])
    full = [part for part in drawn(Span.of_dates(start, end, TODAY), YearScale(1980, 2036)) if part[0] == "full"]
    sure_from, sure_to = bounds(start)[1], bounds(end)[0]
    if sure_to - sure_from > 0.02:
        assert like(full, [("full", sure_from, sure_to)])


def test_a_date_known_to_the_year_makes_that_year_pale():
    span = Span.of_dates("1992", "1996-06", TODAY)
    june, july = 1996 + 152 / 366, 1996 + 182 / 366
    assert like(drawn(span), [("vague", 1992, 1993), ("full", 1993, june), ("vague", june, july)])
    assert like(drawn(Span.of_dates("1992", "1994", TODAY))[:1], [("vague", 1992, 1993)])
    assert like(drawn(Span.of_dates("1992", "1994", TODAY))[2:], [("vague", 1994, 1995)])


def test_a_date_known_to_the_month_makes_that_month_pale():
    (kind, left, right), *_rest = drawn(Span.of_dates("1992-09", "1996", TODAY))
    assert kind == "vague"
    assert (left, right) == (pytest.approx(1992 + 244 / 366, abs=0.01), pytest.approx(1992 + 274 / 366, abs=0.01))


def test_what_began_and_ended_in_one_year_is_pale_all_over():
    assert like(drawn(Span.of_dates("1992", "1992", TODAY)), [("vague", 1992, 1993)])
    assert like(drawn(Span.of_dates("1992-03", "1992", TODAY))[-1:], [("vague", 1992 + 91 / 366, 1993)])


def test_an_open_end_reaches_today_and_has_an_arrow():
    one = bar(span := Span.of_dates("2020-02-03", "..", TODAY))
    assert one.goes_on
    assert drawn(span)[-1][0] == "full"
    assert drawn(span)[-1][2] == pytest.approx(TODAY, abs=0.01)


def test_what_began_at_an_unknown_day_of_this_year_does_not_pass_today():
    assert like(drawn(Span.of_dates("2026", "..", TODAY)), [("vague", 2026, TODAY)])


def test_an_unknown_end_fades_out():
    *_sure, (kind, left, right) = drawn(Span.of_dates("1996", "", TODAY))
    assert (kind, left) == ("fading", pytest.approx(1997, abs=0.01))
    assert right > left + 0.5
    assert not bar(Span.of_dates("1996", "", TODAY)).goes_on


def test_without_a_start_there_is_no_span():
    assert Span.of_dates("", "1996", TODAY) is Span.of_dates("", "..", TODAY) is Span.of_dates("", "", TODAY) is None
    assert Span.of_model_years(None, 1996, False, TODAY) is None


def test_a_bar_too_short_to_be_drawn_is_a_stroke_within_the_drawing():
    for span in (Span.of_dates("1992-09-07", "1992-09-07", TODAY), Span.of_dates("2040", "..", TODAY)):
        (part,) = bar(span, YearScale(1900, 2027)).parts
        assert part.width > 0
        assert part.x + part.width <= 100


def test_a_date_in_the_last_year_a_date_can_have_is_drawn():
    """Forms accept it, and it is what some write for "no end"."""
    assert bar(Span.of_dates("1992", "9999", TODAY)).end == 100


# Model years ------------------------------------------------------------------------------------------------


def test_model_years_are_whole_calendar_years_and_leave_no_doubt():
    assert like(drawn(Span.of_model_years(1992, 1996, False, TODAY)), [("full", 1992, 1997)])
    assert like(drawn(Span.of_model_years(1992, 1992, False, TODAY)), [("full", 1992, 1993)])


def test_model_years_still_built_reach_today_even_where_the_first_is_next_year():
    assert like(drawn(Span.of_model_years(2018, None, True, TODAY)), [("full", 2018, TODAY)])
    one = bar(Span.of_model_years(2027, None, True, TODAY))
    assert one.goes_on
    assert one.x == pytest.approx(SCALE.at(2027))


def test_a_last_model_year_that_is_not_known_fades():
    assert [kind for kind, *_ in drawn(Span.of_model_years(1992, None, False, TODAY))][-1] == "fading"


# The scale --------------------------------------------------------------------------------------------------


@given(SCALES)
def test_ticks_are_a_few_round_years_in_order_within_the_drawing(scale):
    ticks = scale.ticks
    assert len(ticks) <= 15
    assert [tick.year for tick in ticks] == sorted({tick.year for tick in ticks})
    assert all(scale.first <= tick.year <= scale.last and 0 <= tick.x < 100 for tick in ticks)
    assert len({second.year - first.year for first, second in pairwise(ticks)}) <= 1
    assert all(tick.x == pytest.approx(at(tick.year, scale.first, scale.last), abs=0.01) for tick in ticks)
    majors = [tick for tick in ticks if tick.major]
    assert len(ticks) // 2 <= len(majors) <= len(ticks) // 2 + 1


def test_a_long_scale_has_a_tick_every_five_years_a_short_one_every_year():
    assert [tick.year for tick in YearScale(1987, 2004).ticks] == [1990, 1995, 2000]
    assert [tick.year for tick in YearScale(2001, 2005).ticks] == [2001, 2002, 2003, 2004, 2005]
    assert [tick.year for tick in YearScale(2001, 2010).ticks] == [2002, 2004, 2006, 2008, 2010]


def test_what_lies_outside_the_scale_is_at_its_edge():
    assert (SCALE.at(1900), SCALE.at(2100)) == (0, 100)


@given(st.lists(SPANS, min_size=1), st.integers(2026, 2040))
def test_a_scale_around_spans_begins_before_the_first(spans, last):
    scale = scale_around(spans, last=last)
    assert scale.first < min(span.start for span in spans)
    assert scale.last == last


@given(st.integers(1900, 2100))
def test_the_year_a_timeline_is_set_to_has_its_line_and_no_label_beside_it(year):
    timeline = Timeline(SCALE, today=TODAY, as_of=year)
    if 1987 <= year <= 2027:
        assert timeline.as_of_x == pytest.approx(at(year + 0.5, 1987, 2027), abs=0.01)
        assert timeline.labelled_ticks == [tick for tick in SCALE.ticks if abs(tick.x - timeline.as_of_x) > NEAR]
    else:
        assert timeline.as_of_x is None
        assert timeline.labelled_ticks == SCALE.ticks


# The timeline of exports ------------------------------------------------------------------------------------


def launch(slug: str) -> str:
    return PROGRAMS[slug]["sales_start"] or PROGRAMS[slug]["announced"]


def in_order(slugs) -> list[str]:
    return sorted((slug for slug in slugs if launch(slug)), key=lambda slug: (launch(slug), PROGRAMS[slug]["title"]))


def percent(element, name: str = "x") -> float:
    return float(element.get(name).removesuffix("%"))


def reach(page: Markup, lane) -> tuple[float, float]:
    """Where the bar of a lane begins and ends, in percent."""
    parts = page.all("rect", "part", lane)
    return percent(parts[0]), percent(parts[-1]) + percent(parts[-1], "width")


def lanes(page: Markup) -> dict:
    """The lanes of an export timeline by the program's slug, in order."""
    found = page.all("a", "lane")
    by_slug = {lane.get("href").rstrip("/").rpartition("/")[2]: lane for lane in found}
    assert len(by_slug) == len(found), "a program has two lanes"
    return by_slug


@pytest.mark.parametrize("address", ["/", "/exports/", "/exports/?sort=title"])
def test_each_dated_program_has_one_lane_in_the_order_of_launch(client, address):
    assert list(lanes(visit(client, address))) == in_order(PROGRAMS)


@pytest.mark.parametrize("query", ["as_of=1994", "era=trade-deal", "q=accord", "status=on-sale", "state=OH&drive=lhd"])
def test_the_timeline_follows_the_filters(client, query):
    found = EXPORTS.matching(**dict(pair.split("=") for pair in query.split("&")))
    assert found
    page = visit(client, f"/exports/?{query}")
    assert list(lanes(page)) == in_order(found)
    table = page.by_id("timeline-table")
    assert {link.split("/")[2] for link in page.links(table) if link.startswith("/exports/")} == found


def test_no_programs_are_no_timeline(client):
    page = visit(client, "/exports/?as_of=1950")
    assert page.all("", "timeline") == []


def test_bars_reach_from_the_first_day_of_sale_to_the_last(client):
    last = timezone.localdate().year + 1
    page = visit(client, "/exports/")
    for slug, lane in lanes(page).items():
        program = PROGRAMS[slug]
        left, right = reach(page, lane)
        assert left == pytest.approx(at(bounds(launch(slug))[0], 1987, last), abs=0.02), slug
        if program["sales_end"] == "..":
            assert right == pytest.approx(at(today(), 1987, last), abs=0.02), slug
        elif program["sales_end"]:
            assert right == pytest.approx(at(bounds(program["sales_end"])[1], 1987, last), abs=0.02), slug


def test_status_shows_in_shapes_arrows_and_words(client):
    page = visit(client, "/exports/")
    statuses = set()
    for slug, lane in lanes(page).items():
        program = PROGRAMS[slug]
        track = page.one("svg", "track", lane)
        assert program["status"] in classes(lane) & classes(track)
        assert bool(page.all("path", "arrow", lane)) == (program["sales_end"] == ".."), slug
        fading = program["status"] == "ended" and not program["sales_end"]
        assert bool(page.all("rect", "fading", lane)) == fading, slug
        status = program["status"].replace("-", " ")
        assert text_of(page.one("span", "visually-hidden", lane)) == status
        assert f" · {status} · " in lane.get("title")
        statuses.add(program["status"])
    assert statuses == {"announced", "on-sale", "ended"}


def test_what_is_announced_only_is_dashed_to_the_edge(client):
    page = visit(client, "/exports/?status=announced")
    assert lanes(page)
    for slug, lane in lanes(page).items():
        left, right = reach(page, lane)
        assert right == pytest.approx(100, abs=0.01)
        assert left == pytest.approx(
            at(bounds(PROGRAMS[slug]["announced"])[0], 1987, timezone.localdate().year + 1), abs=0.02
        )
        assert "announced" in lane.get("title")
    styles = (FIXTURES.parent / "static" / "css" / "drawings.css").read_text()
    assert "stroke-dasharray" in re.search(r"\.announced \.part {([^}]+)}", styles)[1]


def test_what_was_cancelled_does_not_go_on(client):
    assert ExportProgram.objects.filter(slug="toyota-tundra-2026").update(status="cancelled")
    page = visit(client, "/exports/")
    lane = lanes(page)["toyota-tundra-2026"]
    assert "cancelled" in classes(lane)
    assert page.all("path", "arrow", lane) == []
    assert page.all("rect", "fading", lane)
    assert "toyota-tundra-2026" not in lanes(visit(client, "/"))


def test_programs_without_any_date_are_left_to_the_table(client):
    assert ExportProgram.objects.filter(slug="toyota-voltz").update(sales_start="", sales_end="", announced="")
    page = visit(client, "/exports/")
    assert list(lanes(page)) == in_order(set(PROGRAMS) - {"toyota-voltz"})
    assert "/exports/toyota-voltz/" in page.links(page.by_id("timeline-table"))


@pytest.mark.parametrize("address", ["/", "/exports/", "/eras/lifestyle-niche/"])
def test_a_draft_program_is_on_no_timeline(client, address):
    assert "toyota-voltz" in lanes(visit(client, address))
    draft(ExportProgram.objects.filter(slug="toyota-voltz"))
    assert "toyota-voltz" not in lanes(visit(client, address))


def test_a_lane_says_in_full_what_its_bar_shows(client):
    lane = lanes(visit(client, "/exports/"))["toyota-scepter-wagon"]
    assert lane.get("title").endswith(" · ended · September 1992 to June 1996 · Toyota Kentucky, Kentucky")


def test_in_japanese_lanes_bands_and_dates_are_japanese(client):
    page = visit(client, "/ja/exports/")
    assert list(lanes(page)) == in_order(PROGRAMS)
    for slug, lane in lanes(page).items():
        assert lane.get("href") == f"/ja/exports/{slug}/"
        assert PROGRAMS[slug]["title_ja"] in text_of(page.one("span", "lane-label", lane))
    assert "1992年9月" in lanes(page)["toyota-scepter-wagon"].get("title")
    names = [text_of(item) for item in page.one("ol", "band-list")]
    assert all(
        era["name_ja"] in name
        for era, name in zip(sorted(ERAS.values(), key=lambda era: era["start"]), names, strict=True)
    )


@pytest.mark.parametrize("address", ["/", "/exports/?era=pullback", "/eras/pullback/"])
def test_the_eras_are_bands_behind_the_bars_whatever_is_filtered(client, address):
    page = visit(client, address)
    eras = sorted(ERAS.values(), key=lambda era: era["start"])
    last = timezone.localdate().year + 1
    bands = page.all("rect", "band")
    assert len(bands) == len(eras)
    for era, band in zip(eras, bands, strict=True):
        right = 100 if era["end"] == ".." else at(bounds(era["end"])[1], 1987, last)
        assert percent(band) == pytest.approx(at(bounds(era["start"])[0], 1987, last), abs=0.02)
        assert percent(band) + percent(band, "width") == pytest.approx(right, abs=0.02)
    assert page.links(page.one("ol", "band-list")) == [f"/eras/{era['slug']}/" for era in eras]


def test_turns_of_policy_are_marked_and_told_in_the_table(client):
    policy = [row for row in published("milestones") if row["kind"] == "policy" and row["date"] >= "1987"]
    page = visit(client, "/exports/")
    marks = page.all("path", "milestone-mark")
    assert len(marks) == len(policy) > 3
    said = [text_of(page.one("title", within=mark)).partition(": ")[2] for mark in marks]
    assert sorted(said) == sorted(row["title"] for row in policy)
    table = text_of(page.by_id("timeline-table"))
    assert all(row["title"] in table for row in policy)


def test_the_year_the_list_is_set_to_has_a_line(client):
    page = visit(client, "/exports/?as_of=1994")
    assert percent(page.one("line", "as-of-line"), "x1") == pytest.approx(
        at(1994.5, 1987, timezone.localdate().year + 1), abs=0.01
    )
    assert text_of(page.one("text", "as-of-year")) == "1994"
    assert visit(client, "/exports/").all("line", "as-of-line") == []
    assert visit(client, "/exports/?as_of=1994&as_of=1995").all("line", "as-of-line") == []


@pytest.mark.parametrize("day", ["2027-07-02", "2031-01-01", "2024-12-31"])
def test_what_goes_on_reaches_the_day_the_page_is_read(client, day):
    with time_machine.travel(f"{day}T12:00:00Z", tick=False):
        page = visit(client, "/exports/")
    last = int(day[:4]) + 1
    left, right = reach(page, lanes(page)["honda-crv-efcev"])
    assert left == pytest.approx(at(bounds("2024-07-19")[0], 1987, last), abs=0.02)
    assert right == pytest.approx(at(bounds(day)[0], 1987, last), abs=0.02)
    assert reach(page, lanes(page)["toyota-scepter-wagon"])[1] == pytest.approx(
        at(bounds("1996-06")[1], 1987, last), abs=0.02
    )


# The railway ------------------------------------------------------------------------------------------------


def bars(page: Markup) -> list[list]:
    """The bars of each lane of a railway, in order."""
    tracks = page.one("div", "railway")
    return [page.all("a", "bar", lane) for lane in page.all("li", "lane-row", tracks)]


def extent(page: Markup, element) -> tuple[float, float]:
    target = page.one("rect", "target", element)
    return percent(target), percent(target) + percent(target, "width")


def year_at(page: Markup):
    """Reads years off the drawing's own ticks: where it says 1995 there 1995 is."""
    ticks = page.all("text", "year", page.one("div", "railway"))
    (x1, y1), (x2, y2) = [(percent(tick), int(text_of(tick))) for tick in (ticks[0], ticks[-1])]
    return lambda x: y1 + (x - x1) * (y2 - y1) / (x2 - x1)


def dated(runs: list[dict]) -> list[dict]:
    return [run for run in runs if run["first_model_year"] or run["production_start"]]


def addresses(runs: list[dict]) -> Counter:
    return Counter(f"/vehicles/{'/'.join(run['generation'])}/" for run in runs)


BUILDERS = sorted({run["plant"][0] for run in dated(RUNS)})


def test_every_dated_run_is_one_bar_of_its_plants_railway_and_no_two_bars_of_a_lane_overlap(client):
    for plant in BUILDERS:
        page = visit(client, f"/plants/{plant}/")
        tracks = bars(page)
        shown = Counter(one.get("href") for track in tracks for one in track)
        assert shown == addresses(dated([run for run in RUNS if run["plant"] == [plant]])), plant
        for track in tracks:
            reaches = [extent(page, one) for one in track]
            assert all(first[1] <= second[0] + 0.02 for first, second in pairwise(reaches)), plant
            assert all(0 <= left < right <= 100.01 for left, right in reaches), plant
            assert len({one.get("href").rstrip("/").rpartition("/")[0] for one in track}) == 1, "a lane is one model's"


@pytest.mark.parametrize("plant", ["honda-marysville", "toyota-georgetown", "nummi-fremont"])
def test_the_bars_stand_at_their_model_years(client, plant):
    page = visit(client, f"/plants/{plant}/")
    year = year_at(page)
    shown = sorted(
        (one.get("href"), round(year(left), 1), round(year(right), 1))
        for track in bars(page)
        for one in track
        for left, right in [extent(page, one)]
    )
    expected = sorted(
        (f"/vehicles/{'/'.join(run['generation'])}/", float(run["first_model_year"]), float(run["last_model_year"] + 1))
        for run in RUNS
        if run["plant"] == [plant] and run["first_model_year"] and run["last_model_year"]
    )
    assert expected
    assert [one for one in shown if one in expected] == expected
    current = [
        run for run in RUNS if run["plant"] == [plant] and run["status"] == "current" and not run["last_model_year"]
    ]
    for run in current:
        (end,) = [right for link, left, right in shown if link in addresses([run]) and left == run["first_model_year"]]
        assert end == pytest.approx(max(today(), run["first_model_year"] + 0.5), abs=0.15)


def test_a_bar_says_vehicle_years_and_status_and_is_short_on_itself(client):
    page = visit(client, "/plants/toyota-georgetown/")
    (camry,) = [one for track in bars(page) for one in track if one.get("href") == "/vehicles/toyota/camry/xv10/"]
    assert text_of(page.one("title", within=camry)) == "Toyota Camry XV10 (3rd generation) · 1992–1996 · ended"
    assert text_of(page.one("text", "bar-label", camry)) == "XV10"
    assert "built" in classes(camry)


def test_generations_built_side_by_side_take_a_track_each(client):
    runs = [
        run for run in RUNS if run["plant"] == ["toyota-georgetown"] and run["generation"][:2] == ["toyota", "camry"]
    ]
    first, second = sorted(runs, key=lambda run: run["first_model_year"])[:2]
    before = len(bars(visit(client, "/plants/toyota-georgetown/")))
    assert ProductionRun.objects.filter(slug=second["slug"]).update(first_model_year=first["first_model_year"])
    page = visit(client, "/plants/toyota-georgetown/")
    tracks = bars(page)
    assert len(tracks) == before + 1
    camry = [track for track in tracks if "/toyota/camry/" in track[0].get("href")]
    assert addresses([first]).keys() <= {one.get("href") for one in camry[0]} | {one.get("href") for one in camry[1]}
    for track in tracks:
        assert all(extent(page, one)[1] <= extent(page, other)[0] + 0.02 for one, other in pairwise(track))
    labels = [text_of(one) for one in page.all("", "lane-label", page.one("div", "railway"))]
    assert labels.count("Toyota Camry") == 1
    assert labels[labels.index("Toyota Camry") + 1] == ""


def test_planned_runs_are_dashed_and_undated_ones_left_to_the_table(client):
    run = next(
        run
        for run in RUNS
        if run["plant"] == ["toyota-georgetown"] and run["generation"] == ["toyota", "camry", "xv10"]
    )
    mine = ProductionRun.objects.filter(slug=run["slug"])
    assert mine.update(status="planned")
    page = visit(client, "/plants/toyota-georgetown/")
    (camry,) = [one for track in bars(page) for one in track if one.get("href") == "/vehicles/toyota/camry/xv10/"]
    assert "planned" in classes(camry)
    mine.update(first_model_year=None, last_model_year=None, production_start="", production_end="")
    page = visit(client, "/plants/toyota-georgetown/")
    assert "/vehicles/toyota/camry/xv10/" not in {one.get("href") for track in bars(page) for one in track}
    assert "/vehicles/toyota/camry/xv10/" in page.links()


def test_a_draft_run_is_on_no_railway(client):
    assert ProductionRun.objects.filter(generation__slug="xv10", plant__slug="toyota-georgetown").update(
        publication="draft"
    )
    page = visit(client, "/plants/toyota-georgetown/")
    assert "/vehicles/toyota/camry/xv10/" not in page.links(page.one("div", "railway"))


def test_where_no_run_is_dated_there_is_no_railway(client):
    ProductionRun.objects.filter(plant__slug="toyota-georgetown").update(
        first_model_year=None, last_model_year=None, production_start="", production_end=""
    )
    assert visit(client, "/plants/toyota-georgetown/").all("", "railway") == []


@pytest.mark.parametrize("key", [("toyota", "camry", "xv10"), ("honda", "accord", "cb"), ("nissan", "altima", "l31")])
def test_a_generations_page_marks_its_own_bars_among_its_siblings(client, key):
    assert key in GENERATIONS
    page = visit(client, f"/vehicles/{'/'.join(key)}/")
    shown = [one for track in bars(page) for one in track]
    assert Counter(one.get("href") for one in shown) == addresses(
        dated([r for r in RUNS if r["generation"][:2] == list(key[:2])])
    )
    for one in shown:
        own = one.get("href") == f"/vehicles/{'/'.join(key)}/"
        assert ("here" in classes(one), one.get("aria-current")) == ((True, "true") if own else (False, None))
    assert any("here" in classes(one) for one in shown)


def test_a_models_railway_has_a_lane_for_each_plant(client):
    key = ("toyota", "camry")
    assert key in MODELS
    page = visit(client, "/vehicles/toyota/camry/")
    labels = page.all("a", "lane-label", page.one("div", "railway"))
    plants = {run["plant"][0] for run in dated(RUNS) if tuple(run["generation"][:2]) == key}
    assert {label.get("href").split("/")[2] for label in labels} == plants
    assert {text_of(label) for label in labels} == {PLANTS[plant,]["short_name"] for plant in plants}
    assert not [one for track in bars(page) for one in track if "here" in classes(one)]


def test_the_railway_in_japanese_links_to_japanese_pages(client):
    page = visit(client, "/ja/plants/toyota-georgetown/")
    links = page.links(page.one("div", "railway"))
    assert links
    assert all(link.startswith("/ja/vehicles/") for link in links)
    assert "トヨタ カムリ" in text_of(page.one("div", "railway"))


def test_what_is_built_today_reaches_the_day_the_page_is_read(client):
    ends = []
    for day in ("2026-12-01", "2030-12-01"):
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            page = visit(client, "/plants/toyota-georgetown/")
        current = addresses(
            [run for run in RUNS if run["plant"] == ["toyota-georgetown"] and run["status"] == "current"]
        )
        year = year_at(page)
        ends.append(
            {round(year(extent(page, one)[1]), 1) for t in bars(page) for one in t if one.get("href") in current}
        )
    assert ends == [{2026.9}, {2030.9}]
