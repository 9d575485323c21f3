"""The map of plants: a mark for each plant, in its state, apart from the others, saying what the table says."""

import re
from collections import Counter
from functools import cache
from itertools import combinations, pairwise
from math import cos, dist, hypot, radians, sin, sqrt
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.drawings.plant_map import APART, PlantMap, apart
from plants.drawings.us_map import place
from plants.models import Plant
from plants.states import CODES
from plants.views import plants_for_cards
from tests.drafts import draft
from tests.facts import FIXTURES, PLANT_LIST, PLANTS, RUNS, STATE_NAMES, VEHICLES, ListPage, text_of
from tests.markup import Markup, classes, visit
from vehicles.models import Generation

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KINDS = {
    "assembly": "vehicle assembly",
    "powertrain": "engines and transmissions",
    "battery": "batteries",
    "components": "castings and components",
}
#: Filters whose results fit one page and filters whose results span several.
QUERIES = ["", "page=2", "state=OH", "as_of=1994", "q=toyota", "q=georgetown", "kind=assembly&status=operating"]
BY_STATE = Counter(plant["state"] for plant in PLANTS.values())
#: Marks are links: their middles are at least 24 pixels apart on a drawing 860 pixels wide, of 975 units.
LEAST = 24 * 975 / 860
#: The generations that each plant built.
BUILT = {slug: {tuple(run["generation"]) for run in RUNS if run["plant"] == [slug]} for (slug,) in PLANTS}

# What a map shows -------------------------------------------------------------------------------------------


class Map:
    """The first map of a page: its marks by the plant's slug, leaders, tints and states' marks."""

    def __init__(self, page: Markup):
        self.page = page
        (self.drawing,) = page.all("svg", "us-map")

    @property
    def marks(self) -> dict[str, str]:
        """What each plant's mark says, by the plant's slug."""
        return {self._slug(mark): text_of(self.page.one("title", within=mark)) for mark in self._plant_marks()}

    @property
    def places(self) -> dict[str, tuple[float, float]]:
        """The middle of each plant's mark."""
        return {self._slug(mark): self._middle(mark) for mark in self._plant_marks()}

    @property
    def shapes(self) -> dict[str, tuple[str, set[str]]]:
        return {self._slug(mark): (list(mark)[1].tag.rpartition("}")[2], classes(mark)) for mark in self._plant_marks()}

    @property
    def leaders(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """The lines from true places to marks."""
        groups = self.page.all("g", "leaders", self.drawing)
        paths = [path.get("d") for group in groups for path in self.page.all("path", within=group)]
        numbers = [[float(one) for one in re.findall(r"[\d.]+", path)] for path in paths]
        return [((x1, y1), (x2, y2)) for x1, y1, x2, y2 in numbers]

    @property
    def tints(self) -> dict[str, int]:
        found = {}
        for use in self.page.all("use", "state", self.drawing):
            (tint,) = [int(name[5:]) for name in classes(use) if name.startswith("tint-")]
            found[urlsplit(use.get("href")).fragment] = tint
        return found

    @property
    def states(self) -> dict[str, tuple[str, str]]:
        """The number on each state's mark and the mark's link, by what the mark says."""
        group = self.page.one("g", "state-marks", self.drawing)
        return {
            text_of(self.page.one("title", within=mark)): (
                text_of(self.page.one("text", within=mark)),
                mark.get("href"),
            )
            for mark in self.page.all("a", "mark", group)
        }

    def _plant_marks(self) -> list:
        marks = [
            one for group in self.page.all("g", "plant-marks", self.drawing) for one in self.page.all("a", "", group)
        ]
        assert len({mark.get("href") for mark in marks}) == len(marks), "a plant has two marks"
        return marks

    @staticmethod
    def _slug(mark) -> str:
        return re.fullmatch("(?:/ja)?/plants/([^/]+)/", mark.get("href"))[1]

    @staticmethod
    def _middle(mark) -> tuple[float, float]:
        shape = list(mark)[1]
        number = {name: float(value) for name, value in shape.items() if name != "d"}
        match shape.tag.rpartition("}")[2]:
            case "circle":
                return number["cx"], number["cy"]
            case "rect":
                return number["x"] + number["width"] / 2, number["y"] + number["height"] / 2
        # A diamond or a triangle begins at its tip, one radius above its middle.
        x, tip, _dx, radius = [float(one) for one in re.findall(r"-?[\d.]+", shape.get("d"))][:4]
        return x, tip + (radius if "h" not in shape.get("d") else radius / 2)


def plant_map(client, query: str = "", prefix: str = "") -> Map:
    return Map(visit(client, f"{prefix}/plants/?{query}"))


def plant_in(row: dict) -> tuple[float, float]:
    return place(float(row["latitude"]), float(row["longitude"]))


# The drawn outlines -----------------------------------------------------------------------------------------

Ring = list[tuple[float, float]]


@cache
def outlines() -> dict[str, list[Ring]]:
    """The rings of each state in the file the page draws: only absolute starts and relative lines."""
    drawing = (Path(FIXTURES).parent / "static" / "geo" / "us-map.svg").read_text()
    return {
        code: [ring(part) for part in path.split("M")[1:]]
        for code, path in re.findall('id="(..)" d="([^"]+)"', drawing)
    }


def ring(path: str) -> Ring:
    assert re.fullmatch(r"[-\d. ]+l[-\d. ]+z", path)
    numbers = [float(one) for one in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path)]
    points = [(numbers[0], numbers[1])]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


def off_by(point: tuple[float, float], state: str) -> float:
    """How far a point is outside a state's outline; 0 within it."""
    edges = [edge for one in outlines()[state] for edge in pairwise([*one, one[0]])]
    x, y = point
    inside = sum((y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1) for (x1, y1), (x2, y2) in edges) % 2
    return 0.0 if inside else min(to_line(point, *edge) for edge in edges)


def to_line(point, start, end) -> float:
    length = dist(start, end) ** 2
    along = sum((p - s) * (e - s) for p, s, e in zip(point, start, end, strict=True)) / length if length else 0
    along = min(max(along, 0), 1)
    return dist(point, [s + along * (e - s) for s, e in zip(start, end, strict=True)])


# A mark for each plant --------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES)
def test_each_plant_that_the_filters_find_has_one_mark_whatever_page_of_the_list_it_is_on(client, query):
    wanted = {name: values for name, values in parse_qs(query).items() if name != "page"}
    found = PLANT_LIST.matching(**wanted)
    assert found
    assert set(plant_map(client, query).marks) == found == ListPage(client, "/plants/", query).found


def what_it_is(plant: dict, built: int, query: str) -> list[str]:
    year = parse_qs(query).get("as_of", [""])[0]
    status = f"open in {year}" if year else plant["status"]
    generations = [f"{built} generation{'' if built == 1 else 's'} built"] if built else []
    return [KINDS[plant["kind"]], status, *generations]


@pytest.mark.parametrize("query", ["", "as_of=1994"])
def test_a_mark_says_plant_city_state_kind_status_and_how_much_it_built(client, query):
    marks = plant_map(client, query).marks
    assert marks
    for slug, said in marks.items():
        plant = PLANTS[slug,]
        built = len(BUILT[slug])
        assert said.startswith(plant["name"])
        where = said.removeprefix(plant["name"]).removesuffix(
            what := " · ".join(["", *what_it_is(plant, built, query)])
        )
        assert said.endswith(what)
        assert where.strip(" ·,") == f"{plant['city']}, {STATE_NAMES[plant['state']]}"


def test_kind_and_status_show_in_a_marks_shape_and_not_in_words_alone(client):
    shapes = plant_map(client).shapes
    drawn = {"assembly": "circle", "powertrain": "rect", "battery": "path", "components": "path"}
    for slug, (shape, names) in shapes.items():
        plant = PLANTS[slug,]
        assert shape == drawn[plant["kind"]]
        assert {plant["kind"], plant["status"]} <= names


def test_in_japanese_marks_say_japanese_names_and_lead_to_japanese_pages(client):
    page = plant_map(client, "state=KY", prefix="/ja")
    assert set(page.marks) == PLANT_LIST.matching(state="KY")
    for slug, said in page.marks.items():
        assert said.startswith(PLANTS[slug,]["name_ja"])
        assert all(words in said for words in (PLANTS[slug,]["city_ja"], "ケンタッキー州"))
        assert f"/ja/plants/{slug}/" in page.page.links()


def test_home_marks_every_plant_and_its_states_lead_to_the_states_pages(client):
    home = Map(visit(client, "/"))
    assert set(home.marks) == {slug for (slug,) in PLANTS}
    assert home.states == {
        said(code, count): (str(count), f"/states/{code.lower()}/") for code, count in BY_STATE.items()
    }


def test_the_marks_come_from_west_to_east_as_the_keyboard_goes_through_them(client):
    across = [x for x, _y in plant_map(client).places.values()]
    assert across == sorted(across)


def test_no_plants_are_no_map(client):
    page = visit(client, "/plants/?state=WY")
    assert page.all("svg", "us-map") == []
    assert page.by_id("map-table") is None


# Where the marks are ----------------------------------------------------------------------------------------


def test_every_plant_is_projected_into_the_drawn_outline_of_its_state():
    astray = {slug: off_by(plant_in(row), row["state"]) for (slug,), row in PLANTS.items()}
    assert {slug: off for slug, off in astray.items() if off > 3} == {}


def test_the_outlines_tell_states_apart():
    """So that the test above can fail: no plant's place fits a state that is not its neighbour."""
    (x, y) = plant_in(PLANTS["toyota-georgetown",])
    assert off_by((x, y), "KY") == 0
    assert [code for code in CODES if off_by((x, y), code) <= 3] == ["KY"]


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        *(("AK", 61.22, -149.9), ("AK", 64.84, -147.72), ("HI", 21.31, -157.86), ("HI", 19.72, -155.08)),
        *(
            ("ME", 44.8, -68.77),
            ("FL", 25.77, -80.2),
            ("WA", 47.6, -122.33),
            ("CA", 32.72, -117.16),
            ("DC", 38.9, -77.03),
        ),
    ],
)
def test_places_in_every_corner_of_the_country_fall_into_their_state(code, latitude, longitude):
    assert off_by(place(latitude, longitude), code) <= 3


@given(st.floats(25, 49), st.floats(-124, -67))
def test_the_projection_is_snyders(latitude, longitude):
    """Albers' equal-area conic as Snyder writes it (1987, page 100), which is not how the page writes it."""
    first, second = radians(29.5), radians(45.5)
    n = (sin(first) + sin(second)) / 2
    c = cos(first) ** 2 + 2 * n * sin(first)

    def raw(east_of_96: float, north: float) -> tuple[float, float]:
        rho, theta = sqrt(c - 2 * n * sin(radians(north))) / n, n * radians(east_of_96)
        return rho * sin(theta), -rho * cos(theta)

    (x, y), (middle_x, middle_y) = raw(longitude + 96, latitude), raw(-0.6, 38.7)
    expected = (487.5 + 1300 * (x - middle_x), 305 - 1300 * (y - middle_y))
    assert dist(place(latitude, longitude), expected) < 0.01


@pytest.mark.parametrize("address", ["/", "/plants/", "/plants/?state=OH", "/plants/?as_of=1994", "/plants/?state=TN"])
def test_no_two_marks_are_closer_than_a_finger_can_tell(client, address):
    places = Map(visit(client, address)).places
    assert len(places) > 1
    near = {pair: dist(places[pair[0]], places[pair[1]]) for pair in combinations(places, 2)}
    assert {pair: far for pair, far in near.items() if far < LEAST} == {}


@pytest.mark.parametrize("address", ["/", "/plants/?state=OH"])
def test_a_mark_that_made_room_has_a_line_from_its_true_place_and_no_other_has(client, address):
    page = Map(visit(client, address))
    moved = {slug: (true, at) for slug, at in page.places.items() if dist(at, true := plant_in(PLANTS[slug,])) > 4.2}
    still = [slug for slug, at in page.places.items() if dist(at, plant_in(PLANTS[slug,])) < 3.8]
    assert moved
    assert still or address != "/"
    for true, at in moved.values():
        assert any(dist(start, true) < 0.2 and dist(end, at) < 0.2 for start, end in page.leaders)
    for slug in still:
        assert all(dist(end, page.places[slug]) > 0.2 for _start, end in page.leaders)


def test_marks_stay_near_their_places_and_inside_the_drawing(client):
    for slug, (x, y) in Map(visit(client, "/")).places.items():
        assert dist((x, y), plant_in(PLANTS[slug,])) < 120, slug
        assert 0 < x < 975
        assert 0 < y < 610


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_choice_of_plants_can_be_told_apart(data):
    """Whatever filters find: the places are those of the fixtures."""
    rows = data.draw(st.lists(st.sampled_from(sorted(PLANTS)), min_size=2, unique=True))
    places = tuple((*plant_in(PLANTS[key]), 7.0 + 1.5 * sqrt(len(BUILT[key[0]]))) for key in rows)
    moved = apart(places)
    assert min(dist(one, other) for one, other in combinations(moved, 2)) >= LEAST


@pytest.mark.parametrize("count", [2, 3, 10, 25])
def test_plants_at_the_same_place_make_room_for_each_other(count):
    moved = apart(((600.0, 300.0, 9.0),) * count)
    assert min(dist(one, other) for one, other in combinations(moved, 2)) >= LEAST
    assert all(hypot(x - 600, y - 300) < APART * count for x, y in moved)


# States -----------------------------------------------------------------------------------------------------


def tint_of(count: int) -> int:
    """The more plants, the stronger: none, one, two, three to five, more."""
    return [0, 1, 2, 3, 3, 3, 4][min(count, 6)]


def said(code: str, count: int) -> str:
    return f"{STATE_NAMES[code]}: {count} plant{'' if count == 1 else 's'}"


@pytest.mark.parametrize(
    ("address", "query"), [("/", {}), ("/plants/?as_of=1994", {"as_of": "1994"}), ("/states/", {})]
)
def test_states_are_tinted_by_how_many_plants_are_found_there(client, address, query):
    counts = Counter(PLANTS[slug,]["state"] for slug in PLANT_LIST.matching(**query))
    assert Map(visit(client, address)).tints == {code: tint_of(counts[code]) for code in STATE_NAMES}


def test_all_steps_of_the_tint_occur():
    assert {tint_of(BY_STATE[code]) for code in STATE_NAMES} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("query", ["", "kind=assembly&q=toyota", "as_of=2010&sort=-name&page=2"])
def test_a_states_mark_leads_to_as_many_plants_as_it_says_with_the_other_filters_kept(client, query):
    wanted = {name: values for name, values in parse_qs(query).items() if name not in ("page", "sort")}
    counts = Counter(PLANTS[slug,]["state"] for slug in PLANT_LIST.matching(**wanted))
    states = plant_map(client, query).states
    assert {words: number for words, (number, _link) in states.items()} == {
        said(code, count): str(count) for code, count in counts.items()
    }
    for words, (number, link) in states.items():
        kept = parse_qs(link.removeprefix("?"))
        (code,) = kept.pop("state")
        assert words.startswith(STATE_NAMES[code])
        assert kept == {name: values for name, values in parse_qs(query).items() if name != "page"}
        assert ListPage(client, "/plants/", link).total == int(number)


def test_the_sentence_beside_the_map_counts_plants_and_states(client):
    found = PLANT_LIST.matching(as_of="1994")
    states = {PLANTS[slug,]["state"] for slug in found}
    sentence = f"{len(found)} plants in {len(states)} states"
    page = plant_map(client, "as_of=1994")
    assert page.drawing.get("aria-label") == f"Map of plants: {sentence}"
    assert sentence in text_of(page.page.one("div", "overview-head"))


def test_the_list_of_states_marks_each_state_and_no_plant(client):
    page = Map(visit(client, "/states/"))
    assert page.marks == {}
    assert "only-states" in classes(page.drawing)
    assert page.states == {
        said(code, count): (str(count), f"/states/{code.lower()}/") for code, count in BY_STATE.items()
    }


# The table --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "state=OH", "as_of=1994"])
def test_the_table_says_the_same_as_the_map(client, query):
    page = plant_map(client, query)
    table = page.page.by_id("map-table")
    slugs = [link.split("/")[2] for link in page.page.links(table)]
    assert sorted(slugs) == sorted(page.marks)
    for slug, (_name, where, kind, status, _production, built) in zip(slugs, page.page.rows(table), strict=True):
        said = page.marks[slug]
        assert where in said
        assert said.endswith(" · ".join([kind, status, *what_it_is(PLANTS[slug,], int(built), query)[2:]]))


# Drafts and gaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/plants/", "/plants/?state=KY", "/states/", "/states/ky/"])
def test_a_draft_is_on_no_map(client, editor, address):
    draft(Plant.objects.filter(slug="toyota-georgetown"))
    for _reader in ("anyone", "an editor"):
        page = visit(client, address)
        for link in page.links():
            assert "toyota-georgetown" not in link
        if page.all("svg", "us-map"):
            assert said("KY", BY_STATE["KY"] - 1) in Map(page).states
        client.force_login(editor)


def test_a_draft_generation_does_not_count_in_what_a_mark_says_was_built(client):
    key = next(key for key, runs in VEHICLES.runs.items() if any(run["plant"] == ["toyota-georgetown"] for run in runs))
    make, model, slug = key.split("/")
    before = plant_map(client, "q=georgetown").marks["toyota-georgetown"]
    draft(Generation.objects.filter(model__make__slug=make, model__slug=model, slug=slug))
    number = int(re.search(r"(\d+) generation", before)[1])
    assert f"{number - 1} generations built" in plant_map(client, "q=georgetown").marks["toyota-georgetown"]


def test_a_plant_without_coordinates_is_counted_and_listed_but_has_no_mark(client):
    assert Plant.objects.filter(slug="toyota-georgetown").update(latitude=None, longitude=None)
    page = plant_map(client)
    assert set(page.marks) == {slug for (slug,) in PLANTS} - {"toyota-georgetown"}
    assert "/plants/toyota-georgetown/" in page.page.links(page.page.by_id("map-table"))
    number, link = page.states[said("KY", BY_STATE["KY"])]
    assert ListPage(client, "/plants/", link).total == int(number)
    for address in ("/", "/states/ky/", "/plants/toyota-georgetown/", "/plants/?q=georgetown"):
        visit(client, address)


def test_only_half_a_coordinate_is_none(client):
    assert Plant.objects.filter(slug="toyota-georgetown").update(longitude=None)
    assert "toyota-georgetown" not in plant_map(client).marks
    assert visit(client, "/plants/toyota-georgetown/").all("circle", "dot") == []


# Many plants ------------------------------------------------------------------------------------------------


def build_plants(count: int, state: str = "TX") -> None:
    Plant.objects.bulk_create(
        Plant(
            slug=f"works-{number}",
            name=f"Works {number}",
            short_name=f"Works {number}",
            kind="assembly",
            status="operating",
            city="Nowhere",
            state=state,
            latitude="31.5",
            longitude=f"{-100 + number / 1000:.4f}",
            production_start="1990",
            production_end="..",
            publication="published",
        )
        for number in range(count)
    )


def test_more_than_three_hundred_plants_are_marked_by_state_only(client, django_assert_max_num_queries):
    build_plants(301)
    with django_assert_max_num_queries(12):
        page = plant_map(client)
    assert page.marks == {}
    assert "only-states" in classes(page.drawing)
    counts = BY_STATE + Counter(TX=301)
    assert page.states == {said(code, count): (str(count), f"?state={code}") for code, count in counts.items()}
    assert page.tints == {code: tint_of(counts[code]) for code in STATE_NAMES}
    assert f"{sum(counts.values())} plants in {len(counts)} states" in page.drawing.get("aria-label")


def test_of_more_than_three_hundred_plants_the_table_counts_the_states_as_the_map_does(client):
    build_plants(301)
    page = plant_map(client, "kind=assembly&page=2")
    table = page.page.by_id("map-table")
    rows = {f"{state}: {number} plant{'' if number == '1' else 's'}": number for state, number in page.page.rows(table)}
    assert rows == {words: number for words, (number, _link) in page.states.items()}
    assert sorted(page.page.links(table)) == sorted(link for _number, link in page.states.values())


def test_filters_that_leave_fewer_show_every_plant_again(client):
    build_plants(301)
    assert set(plant_map(client, "state=OH").marks) == PLANT_LIST.matching(state="OH")


# Small maps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(BY_STATE))
def test_a_states_map_shows_each_of_its_plants_at_its_place_in_the_state(client, code):
    drawing = visit(client, f"/states/{code.lower()}/")
    locator = drawing.one("svg", "locator")
    assert locator.get("aria-label") == f"Where {STATE_NAMES[code]} is in the United States"
    (here,) = drawing.all("use", "here", locator)
    assert urlsplit(here.get("href")).fragment == code
    others = [urlsplit(use.get("href")).fragment for use in drawing.all("use", within=locator) if use is not here]
    assert sorted(others) == sorted(set(STATE_NAMES) - {code})
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawing.all("circle", "dot", locator)]
    assert len(dots) == BY_STATE[code]
    assert max(off_by(dot, code) for dot in dots) <= 3
    gone = [plant for plant in PLANTS.values() if plant["state"] == code and plant["status"] in ("closed", "sold")]
    assert len(drawing.all("circle", "gone", locator)) == len(gone)


@pytest.mark.parametrize("slug", ["toyota-georgetown", "nummi-fremont", "honda-marysville"])
def test_a_plants_map_shows_its_state_and_one_dot(client, slug):
    page = visit(client, reverse("plant", args=[slug]))
    locator = page.one("svg", "locator")
    (here,) = page.all("use", "here", locator)
    assert urlsplit(here.get("href")).fragment == PLANTS[slug,]["state"]
    dot = page.one("circle", "dot", locator)
    assert dist((float(dot.get("cx")), float(dot.get("cy"))), plant_in(PLANTS[slug,])) < 0.1
    assert ("gone" in classes(dot)) == (PLANTS[slug,]["status"] in ("closed", "sold"))


def test_a_map_of_nothing_marks_nothing():
    nothing = PlantMap([], str)
    assert (nothing.marks, nothing.states, nothing.summary) == ([], [], "0 plants in 0 states")
    assert {outline.tint for outline in nothing.outlines} == {0}


def test_the_map_of_the_view_and_the_drawing_agree_on_the_plants(client):
    assert {mark.plant.slug for mark in PlantMap(plants_for_cards(), str).marks} == set(plant_map(client).marks)
