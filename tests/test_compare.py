"""Comparing vehicles: what stands side by side, what is marked as different, and how a comparison is put together."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.drafts import draft
from tests.facts import GENERATIONS, MAKES, MODELS, PROGRAMS, RUNS, VEHICLES, ListPage, text_of
from tests.markup import Markup, classes, visit
from vehicles.models import ExportProgram, Generation, Make, ProductionRun, VehicleModel

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SCEPTER, CAMRY, ACCORD, NSX = "toyota/camry/xv10", "toyota/camry/xv70", "honda/accord/cb", "acura/nsx/nc1"
FOUR = [SCEPTER, CAMRY, ACCORD, NSX]
TUNDRA = "toyota/tundra/xk70"
#: A generation at one plant, and one with the same plant, to have rows that agree.
ALIKE = ["toyota/avalon/xx10", "toyota/avalon/xx20"]


def address(*keys: str, prefix: str = "", **rest) -> str:
    return f"{prefix}/compare/?{urlencode({'v': keys, **rest}, doseq=True, safe='/')}"


def compare(client, *keys: str, status: int = 200, **rest) -> Markup:
    return visit(client, address(*keys, **rest), status)


def columns(page: Markup) -> list[str]:
    """The vehicles that are compared, as keys, in their order."""
    tables = page.all("table", "compare")
    heads = [head for table in tables for head in page.all("th", within=page.one("thead", within=table))]
    return ["/".join(page.links(head)[0].strip("/").split("/")[-3:]) for head in heads]


def rows(page: Markup) -> dict:
    """Label of each row: (its cells, whether it is marked as different)."""
    found = {}
    for row in page.one("tbody", within=page.one("table", "compare")):
        head, *cells = [cell for cell in row if cell.tag in ("td", "th")]
        marked = bool(page.all("span", "differs-mark", head))
        assert marked == ("differs" in classes(row))
        found[head.text.strip()] = (
            [[text_of(item) for item in page.all("span", "item", cell)] or text_of(cell) for cell in cells],
            marked,
        )
    return found


def problems(page: Markup) -> list[str]:
    return [text_of(item) for box in page.all("div", "error-summary") for item in page.all("li", within=box)]


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_the_vehicles_of_these_tests_are_in_the_fixtures():
    assert {tuple(key.split("/")) for key in [*FOUR, *ALIKE, TUNDRA]} <= GENERATIONS.keys()


# Which vehicles ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [FOUR[:1], FOUR[:2], FOUR[:3], FOUR, FOUR[::-1], [NSX, SCEPTER]], ids=len)
def test_one_to_four_vehicles_stand_side_by_side_in_the_order_of_the_address(client, keys):
    page = compare(client, *keys)
    assert columns(page) == keys
    assert problems(page) == []
    assert all(len(cells) == len(keys) for cells, _marked in rows(page).values())


def test_nothing_chosen_offers_comparisons_that_work(client):
    page = visit(client, "/compare/")
    suggestions = page.links(page.one("ul", "presets-list"))
    assert suggestions
    for link in suggestions:
        found = columns(visit(client, f"/compare/{link}"))
        assert found == query_of(link)["v"]
        assert 2 <= len(found) <= 4


def test_a_fifth_vehicle_is_refused_with_a_message_and_four_are_shown(client):
    page = compare(client, *FOUR, TUNDRA, status=400)
    assert columns(page) == FOUR
    assert problems(page) == ["At most 4 vehicles fit side by side; the first 4 are shown."]


@pytest.mark.parametrize(
    "wrong",
    [
        *("toyota/camry/xv999", "toyota/camry", "camry", "a/b/c/d", "toyota//xv10", "//", "a\x00b/c/d", "\x00"),
        *("toyota/camry/xv10\x00", "' OR 1=1 --", "x" * 5000, "toyota/camry/トヨタ", "%", "toyota/camry/%"),
    ],
    ids=lambda value: repr(value[:20]),
)
@pytest.mark.parametrize("prefix", ["", "/ja"])
def test_an_unknown_vehicle_is_400_with_a_message_and_the_others_are_compared(client, wrong, prefix):
    page = compare(client, SCEPTER, wrong, CAMRY, status=400, prefix=prefix)
    assert columns(page) == [SCEPTER, CAMRY]
    (problem,) = problems(page)
    assert len(problem) < 200
    assert "\x00" not in page.text
    (canonical,) = [one.get("href") for one in page.all("link") if one.get("rel") == "canonical"]
    assert query_of(canonical) == {"v": [SCEPTER, CAMRY]}


def test_only_unknown_vehicles_are_400_and_the_way_to_begin(client):
    page = compare(client, "a/b/c", status=400)
    assert columns(page) == []
    assert page.all("ul", "presets-list")


def test_a_message_shows_markup_as_text(client):
    page = compare(client, "<script>alert(1)</script>", status=400)
    assert "<script>alert" in problems(page)[0]
    assert "<script>alert" not in page.text


def test_a_vehicle_named_twice_stands_there_once(client):
    page = compare(client, SCEPTER, CAMRY, SCEPTER, f"/{CAMRY}/", SCEPTER.upper())
    assert columns(page) == [SCEPTER, CAMRY]


def test_blanks_are_no_vehicles(client):
    assert columns(compare(client, "", SCEPTER, "  ")) == [SCEPTER]


# What the table says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [FOUR, ALIKE, [SCEPTER, ACCORD], [CAMRY, TUNDRA]], ids=str)
@pytest.mark.parametrize("prefix", ["", "/ja"])
def test_a_row_is_marked_exactly_where_its_cells_differ(client, keys, prefix):
    found = rows(compare(client, *keys, prefix=prefix))
    assert {label: marked for label, (_cells, marked) in found.items()} == {
        label: any(sorted(cell) != sorted(cells[0]) for cell in cells) for label, (cells, _marked) in found.items()
    }
    assert {marked for _cells, marked in found.values()} == {True, False}


def test_one_vehicle_alone_differs_from_nothing(client):
    page = compare(client, SCEPTER, only="differences")
    assert not any(marked for _cells, marked in rows(page).values())
    assert len(rows(page)) == 12


@pytest.mark.parametrize("keys", [FOUR, ALIKE, [SCEPTER, ACCORD]], ids=str)
def test_only_differences_leaves_out_what_is_the_same(client, keys):
    everything = rows(compare(client, *keys))
    page = compare(client, *keys, only="differences")
    assert rows(page) == {label: row for label, row in everything.items() if row[1]}
    assert rows(page) != everything
    assert columns(page) == keys


def test_the_same_bodies_recorded_in_another_order_are_no_difference(client):
    """Two runs of one vehicle have a body each, one run of the other has both."""
    runs = ProductionRun.objects.filter(generation__model__make__slug="toyota", generation__model__slug="avalon")
    one, other = (runs.filter(generation__slug=key.rpartition("/")[2]).first() for key in ALIKE)
    bodies = {body.slug: body for body in one.body_styles.model.objects.filter(slug__in=["sedan", "wagon"])}
    one.body_styles.set(bodies.values())
    other.body_styles.set([bodies["wagon"]])
    second = ProductionRun.objects.get(pk=other.pk)
    second.pk, second.slug, second.variant, second._state.adding = None, "second", "second", True
    second.first_model_year = second.last_model_year
    second.save()
    second.body_styles.set([bodies["sedan"]])
    cells, marked = rows(compare(client, *ALIKE))["Body"]
    assert sorted(cells[0]) == sorted(cells[1])
    assert not marked


def test_the_link_between_differences_and_everything_keeps_the_vehicles(client):
    only = compare(client, *FOUR).link_saying("Only differences")
    assert query_of(only) == {"v": FOUR, "only": ["differences"]}
    back = visit(client, f"/compare/{only}").link_saying("Show everything")
    assert query_of(back) == {"v": FOUR}


def test_cells_say_what_the_fixtures_say(client):
    found = rows(compare(client, *FOUR))
    for place, key in enumerate(tuple(one.split("/")) for one in FOUR):
        runs = [run for run in RUNS if tuple(run["generation"]) == key]
        sold = [program for program in PROGRAMS.values() if tuple(program["generation"] or ()) == key]
        cell = {label: cells[place] for label, (cells, _marked) in found.items()}
        assert cell["Make"] == [MAKES[key[:1]]["name"]]
        assert cell["Model"] == [MODELS[key[:2]]["name"]]
        assert cell["Chassis code"] == [GENERATIONS[key]["code"]]
        assert len(cell["Built at"]) == len({run["plant"][0] for run in runs})
        years = " ".join(cell["Model years"])
        assert all(str(run["first_model_year"]) in years for run in runs)
        if sold:
            assert len(cell["Sold in Japan"]) == len([one for one in sold if one["status"] != "cancelled"])
        else:
            assert cell["Sold in Japan"] == "no official sale known"


def test_a_cell_of_which_nothing_is_known_says_unknown(client):
    Generation.objects.filter(model__slug="camry", slug="xv70").update(code="")
    cells, marked = rows(compare(client, SCEPTER, CAMRY))["Chassis code"]
    assert cells == [["XV10"], "unknown"]
    assert marked


# Links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("only", [{}, {"only": "differences"}], ids=["all", "differences"])
def test_removing_a_vehicle_keeps_the_others_and_the_view(client, only):
    page = compare(client, *FOUR, **only)
    heads = page.all("th", within=page.one("thead", within=page.one("table", "compare")))
    for place, head in enumerate(heads):
        link = page.link_saying("Remove", head)
        assert query_of(link) == {"v": FOUR[:place] + FOUR[place + 1 :], **({"only": ["differences"]} if only else {})}


def test_removing_the_last_leaves_none(client):
    page = compare(client, SCEPTER)
    assert columns(visit(client, f"/compare/{page.link_saying('Remove')}")) == []


def test_adding_a_vehicle_searches_the_list_with_the_others_put_aside(client):
    page = compare(client, SCEPTER, NSX)
    (form,) = page.all("form", "inline-search")
    kept = [
        (one.get("name"), one.get("value")) for one in page.all("input", within=form) if one.get("type") == "hidden"
    ]
    assert kept == [("compare", SCEPTER), ("compare", NSX)]
    assert form.get("action") == "/vehicles/"
    assert compare(client, *FOUR).all("form", "inline-search") == []


def test_the_canonical_link_and_the_other_language_keep_the_comparison(client):
    page = compare(client, SCEPTER, NSX, only="differences", utm_source="x")
    (canonical,) = [one.get("href") for one in page.all("link") if one.get("rel") == "canonical"]
    assert canonical == f"http://testserver{address(SCEPTER, NSX)}"
    alternates = {one.get("hreflang"): one.get("href") for one in page.all("link") if one.get("rel") == "alternate"}
    assert alternates["ja"] == f"http://testserver{address(SCEPTER, NSX, prefix='/ja')}"
    assert alternates["en"] == canonical
    (japanese,) = page.links(page.by_id("languages"))
    assert columns(visit(client, japanese.removeprefix("http://testserver"))) == [SCEPTER, NSX]


def test_comparing_one_from_its_page_or_card_works(client):
    assert address(SCEPTER) in visit(client, f"/vehicles/{SCEPTER}/").links()
    assert address(SCEPTER) in visit(client, "/vehicles/toyota/camry/").links()
    assert address(SCEPTER) in visit(client, "/exports/?q=scepter").links()


# Drafts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "which"),
    [
        (Generation, {"slug": "xv10", "model__slug": "camry"}),
        (VehicleModel, {"slug": "camry"}),
        (Make, {"slug": "toyota"}),
    ],
    ids=["generation", "model", "make"],
)
def test_a_draft_is_not_compared_even_when_named_and_by_an_editor(client, editor, model, which):
    draft(model.objects.filter(**which))
    for _reader in ("anyone", "an editor"):
        page = compare(client, SCEPTER, ACCORD, status=400)
        assert columns(page) == [ACCORD]
        assert problems(page) == [f"“{SCEPTER}” is not a vehicle of this catalogue."]
        client.force_login(editor)


def test_draft_runs_and_programs_are_in_no_cell(client):
    draft(ProductionRun.objects.filter(generation__slug="xv10", generation__model__slug="camry"))
    draft(ExportProgram.objects.filter(generation__slug="xv10", generation__model__slug="camry"))
    page = compare(client, SCEPTER, ACCORD)
    found = rows(page)
    assert found["Built at"][0][0] == found["Model years"][0][0] == "unknown"
    assert found["Sold in Japan"][0][0] == "no official sale known"
    assert not [link for link in page.links() if "scepter" in link]


# In both countries ------------------------------------------------------------------------------------------


def both_sides(page: Markup, slug: str) -> dict[str, tuple[str, str, bool]]:
    """What the table of a program says of each country, and whether it is marked as different."""
    region = next(one for one in page.all("div") if one.get("aria-labelledby") == f"japan-{slug}")
    return {
        page.all("th", within=row)[0].text.strip(): (
            *(text_of(cell) for cell in page.all("td", within=row)),
            "differs" in classes(row),
        )
        for row in page.one("tbody", within=page.one("table", "both-sides", region))
    }


def test_each_export_is_set_beside_the_american_car(client):
    page = compare(client, SCEPTER)
    slugs = [slug for slug, one in PROGRAMS.items() if one["generation"] == SCEPTER.split("/")]
    assert len(slugs) == 2
    found = both_sides(page, "toyota-scepter-coupe")
    assert found["Name"] == ("Camry Coupe", "Scepter Coupe セプター クーペ", True)
    assert found["Badge"] == ("Toyota", "Toyota", False)
    assert found["Steering"] == ("left-hand drive", "right-hand drive", True)
    _home, sold, marked = found["Model years; on sale in Japan"]
    assert (sold, marked) == ("November 1993 to June 1996", False)
    assert found["Price when new"] == ("unknown", "¥3,421,000", False)
    assert both_sides(page, "toyota-scepter-wagon")["Price when new"][1] == "unknown"


@pytest.mark.parametrize("slug", sorted(slug for slug, one in PROGRAMS.items() if one["generation"]))
def test_every_exports_two_sides_say_what_the_fixtures_say(client, slug):
    program = PROGRAMS[slug]
    found = both_sides(compare(client, "/".join(program["generation"])), slug)
    steering = {"lhd": "left-hand drive", "rhd": "right-hand drive", "both": "left- and right-hand drive"}
    wheel = steering.get(program["drive_side"], "unknown")
    badge = MAKES[tuple(program["japan_make"])]["name"]
    assert found["Name"][0] == program["us_model"]
    assert found["Name"][1].startswith(program["japan_name"])
    assert found["Name"][2] == (program["us_model"] != program["japan_name"])
    assert found["Badge"] == (program["us_make"], badge, program["us_make"] != badge)
    assert found["Steering"] == ("left-hand drive", wheel, wheel not in ("left-hand drive", "unknown"))
    years = " ".join(
        str(year)
        for run in RUNS
        if (run["generation"], run["plant"]) == (program["generation"], program["plant"])
        for year in (run["first_model_year"], run["last_model_year"])
        if year
    )
    assert all(year in found["Model years; on sale in Japan"][0] for year in years.split())
    sold = found["Model years; on sale in Japan"][1]
    assert sold == "not yet" if program["status"] == "announced" else program["sales_start"][:4] in sold
    price = program["price_yen"]
    assert found["Price when new"][1] == (f"¥{price:,}" if price else "unknown")


@pytest.mark.parametrize("slug", sorted(slug for slug, one in PROGRAMS.items() if one["generation"]))
def test_what_differs_between_the_countries_does_not_depend_on_the_readers_language(client, slug):
    key = "/".join(PROGRAMS[slug]["generation"])
    english = both_sides(compare(client, key), slug)
    japanese = both_sides(compare(client, key, prefix="/ja"), slug)
    assert [marked for *_cells, marked in japanese.values()] == [marked for *_cells, marked in english.values()]


def test_in_japanese_the_comparison_is_japanese(client):
    page = compare(client, SCEPTER, NSX, prefix="/ja")
    assert columns(page) == [SCEPTER, NSX]
    found = rows(page)
    assert "Make" not in found
    assert found["メーカー" if "メーカー" in found else "ブランド"][0][0] == ["トヨタ"]
    assert "セプター クーペ" in page.text
    assert all(link.startswith(("/ja/", "?", "#")) for link in page.links(page.one("table", "compare")))


def test_the_page_of_a_program_has_the_same_two_sides(client):
    page = visit(client, "/exports/toyota-scepter-coupe/")
    table = page.one("table", "both-sides")
    assert "¥3,421,000" in text_of(table)
    assert [text_of(row[1]) for row in page.one("tbody", within=table)][:2] == ["Camry Coupe", "Toyota"]


# Cost -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/ja"])
def test_four_vehicles_need_at_most_twelve_queries(client, prefix, django_assert_max_num_queries):
    for keys in (FOUR, FOUR[:1], [*FOUR, "a/b/c"], []):
        with django_assert_max_num_queries(12):
            client.get(address(*keys, prefix=prefix))


# Put aside on the list --------------------------------------------------------------------------------------


def tray(page: Markup) -> list[str]:
    """The vehicles put aside: those that the button compares."""
    asides = page.all("aside", "tray")
    return [
        key for aside in asides for link in page.all("a", "button", aside) for key in query_of(link.get("href"))["v"]
    ]


def add_links(page: Markup) -> dict[str, str]:
    """By the vehicle's key: the link of its card that adds it to the comparison."""
    found = {}
    for card in page.all("li", "card"):
        for link in page.all("a", "quiet-link", card):
            if text_of(link).startswith("Add to compare"):
                found[page.links(card)[0].removeprefix("/vehicles/").strip("/")] = link.get("href")
    return found


def test_adding_from_the_list_keeps_filters_order_and_page(client):
    query = "make=toyota&sort=-built&page=2"
    page = visit(client, f"/vehicles/?{query}")
    key, link = next(iter(add_links(page).items()))
    assert query_of(link) == {**parse_qs(query), "compare": [key]}
    after = visit(client, f"/vehicles/{link}")
    assert tray(after) == [key]
    assert [text_of(card) for card in after.all("h3")] == [text_of(card) for card in page.all("h3")]
    assert key not in add_links(after)


def test_adding_four_one_by_one_leads_to_their_comparison(client):
    link, chosen = "?make=toyota", []
    for _turn in range(4):
        page = visit(client, f"/vehicles/{link}")
        key, link = next(iter(add_links(page).items()))
        chosen.append(key)
    page = visit(client, f"/vehicles/{link}")
    assert sorted(tray(page)) == sorted(chosen)
    assert add_links(page) == {}, "there is no room for a fifth"
    (button,) = [one.get("href") for one in page.all("a", "button", page.one("aside", "tray"))]
    assert sorted(columns(visit(client, button))) == sorted(chosen)


@pytest.mark.parametrize("spelling", [SCEPTER, SCEPTER.upper(), f"/{SCEPTER}/"])
def test_each_vehicle_put_aside_can_be_dropped_with_the_rest_kept(client, spelling):
    page = visit(
        client, f"/vehicles/?{urlencode({'compare': [spelling, NSX], 'make': 'honda', 'page': 2}, doseq=True)}"
    )
    assert sorted(tray(page)) == sorted([SCEPTER, NSX])
    (link,) = [one.get("href") for one in page.all("a", "tag", page.one("aside", "tray")) if "Camry" in text_of(one)]
    assert query_of(link) == {"compare": [NSX], "make": ["honda"], "page": ["2"]}
    assert tray(visit(client, f"/vehicles/{link}")) == [NSX]


def test_what_is_put_aside_survives_filtering_sorting_paging_and_the_other_language(client):
    start = ListPage(client, "/vehicles/", {"compare": [SCEPTER, NSX], "make": "honda"})
    page = Markup(start.response)
    hidden = {
        (one.get("name"), one.get("value"))
        for one in page.all("input", within=page.by_id("filters"))
        if one.get("type") == "hidden"
    }
    assert hidden == {("compare", SCEPTER), ("compare", NSX)}, "the form carries it when filters or order are applied"
    facets = [link for facet in start.groups for _value, _count, link in start.values(facet) if link]
    years = page.links(page.one("nav", "year-control"))
    pages = [link for link in page.links() if link and "page=" in link and link.startswith("?")]
    presets = page.links(page.one("nav", "presets"))
    tags = page.links(page.one("div", "tags"))
    (japanese,) = page.links(page.by_id("languages"))
    for name, links in {"facets": facets, "years": years, "pages": pages, "presets": presets, "tags": tags}.items():
        assert links, name
        for link in links:
            assert query_of(link).get("compare") == sorted([SCEPTER, NSX]), f"{name}: {link}"
    assert sorted(query_of(japanese)["compare"]) == sorted([SCEPTER, NSX])
    clear = page.link_saying("Clear all filters")
    assert query_of(clear) == {"compare": sorted([SCEPTER, NSX])}


def test_a_preset_is_marked_as_chosen_whatever_is_put_aside(client):
    for query in ("?body=pickup", f"?body=pickup&compare={SCEPTER}"):
        page = visit(client, f"/vehicles/{query}")
        chosen = [text_of(one) for one in page.all("a", within=page.one("nav", "presets")) if one.get("aria-current")]
        assert chosen == ["Pickups"]


def test_what_is_put_aside_filters_nothing_and_is_no_page_of_its_own(client):
    page = ListPage(client, "/vehicles/", {"compare": [SCEPTER], "make": "honda"})
    assert page.found == VEHICLES.matching(make="honda")
    assert len(page.tags()) == 2, "the filter and the vehicle put aside"
    addresses = [one.get("href") for one in page.all("link") if one.get("rel") in ("canonical", "alternate")]
    assert len(addresses) == 7, "its address, that of each language and of readers without one, feed, CSV and JSON"
    assert [one for one in addresses if "compare" in one or "make=honda" not in one] == []


@pytest.mark.parametrize("wrong", ["a/b/c", "camry", "a\x00b", "<b>", "x" * 3000])
def test_a_wrong_vehicle_put_aside_is_said_and_does_not_disturb_the_list(client, wrong):
    page = ListPage(client, "/vehicles/", {"compare": [wrong, NSX], "make": "honda"})
    assert page.status == 200
    assert page.found == VEHICLES.matching(make="honda")
    markup = Markup(page.response)
    assert tray(markup) == [NSX]
    assert len(markup.all("p", "error", markup.one("aside", "tray"))) == 1
    assert "\x00" not in markup.text
    assert "<b>" not in markup.text


def test_a_long_address_is_not_multiplied_by_every_link_of_the_page(client):
    plain = len(client.get("/vehicles/").content)
    laden = client.get("/vehicles/", {"compare": ["x/" * 1000, "y" * 1000, *(f"a/b/{n}" for n in range(300))]})
    assert laden.status_code == 200
    assert len(laden.content) < 1.5 * plain


def test_unknown_vehicles_take_no_place_from_known_ones(client):
    response = client.get("/compare/", {"v": ["a/b/c", "d/e/f", *FOUR]})
    assert response.status_code == 400
    assert [one.key for one in response.context["generations"]] == list(FOUR)


def test_a_draft_put_aside_is_not_shown(client):
    draft(Generation.objects.filter(slug="xv10", model__slug="camry"))
    page = visit(client, f"/vehicles/?compare={SCEPTER}&compare={NSX}")
    assert tray(page) == [NSX]
    assert f"/vehicles/{SCEPTER}/" not in page.links()
