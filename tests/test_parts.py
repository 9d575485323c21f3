"""Lists for scripts: a request by htmx gets the same list without what surrounds it."""

from urllib.parse import parse_qs

import pytest

from tests.facts import LISTS, text_of
from tests.markup import Markup, visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HTMX = {"HX-Request": "true"}
BACK = {**HTMX, "HX-History-Restore-Request": "true"}
ADDRESSES = [
    *(
        "/vehicles/",
        "/vehicles/?make=honda&as_of=1994",
        "/vehicles/?page=3&compare=toyota/camry/xv10",
        "/ja/vehicles/?q=カムリ",
    ),
    *("/plants/", "/plants/?state=OH", "/plants/?status=closed&page=1", "/ja/plants/?as_of=1994", "/plants/?state=WY"),
    *("/exports/", "/exports/?era=pullback&sort=title", "/ja/exports/?status=announced", "/exports/?as_of=1994"),
]
WRONG = ["/vehicles/?make=nobody", "/plants/?as_of=soon&state=OH", "/exports/?page=99", "/ja/plants/?sort=x"]


def inside(page: Markup) -> list[tuple]:
    """Everything of the list itself: each element with its attributes and its own text, in order."""
    root = page.by_id("browse")
    return [
        (one.tag, sorted(one.items()), (one.text or "").strip(), (one.tail or "").strip() if one is not root else "")
        for one in root.iter()
    ]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_part_is_the_same_list_as_the_page(client, address):
    full, part = visit(client, address), visit(client, address, headers=HTMX)
    assert inside(part) == inside(full)
    assert text_of(part.all("title")[0]) == text_of(full.all("title")[0]) != ""
    assert text_of(part.one("h1")) == text_of(full.one("h1"))


@pytest.mark.parametrize("address", ["/vehicles/", "/plants/", "/exports/"])
def test_the_parts_of_these_tests_have_results_filters_and_drawings(client, address):
    part = visit(client, address, headers=HTMX)
    assert part.all("li", "card")
    assert part.all("span", "count")
    assert part.all("nav", "year-control")
    assert bool(part.all("svg", "us-map")) == (address == "/plants/")
    assert bool(part.all("div", "timeline")) == (address == "/exports/")
    assert text_of(visit(client, f"{address}?state=OH", headers=HTMX).one("a", "clear"))


@pytest.mark.parametrize("address", ADDRESSES[::4])
def test_a_part_has_nothing_of_what_surrounds_the_list(client, address):
    text = visit(client, address, headers=HTMX).text
    for piece in (
        "<html",
        "<head>",
        "<body",
        "<!doctype",
        "<link ",
        "<script",
        "<main",
        'class="masthead"',
        "<footer",
        "<meta",
    ):
        assert piece not in text.lower()
    full = visit(client, address).text
    assert "<main" in full
    assert len(text) < len(full)


@pytest.mark.parametrize("address", ADDRESSES)
def test_caches_are_told_that_pages_and_parts_differ(client, address):
    for headers in ({}, HTMX, BACK):
        vary = {one.strip().lower() for one in visit(client, address, headers=headers).response["Vary"].split(",")}
        assert {"hx-request", "hx-history-restore-request"} <= vary


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/vehicles/", "/vehicles/"),
        ("/vehicles/?q=&make=&as_of=&built_from=%20&sort=name", "/vehicles/"),
        ("/vehicles/?sort=name&make=toyota&make=honda&make=toyota&q=", "/vehicles/?make=honda&make=toyota"),
        ("/vehicles/?state=oh&utm_source=x&page=1", "/vehicles/?state=OH"),
        ("/vehicles/?sort=built&page=2", "/vehicles/?page=2&sort=built"),
        ("/vehicles/?compare=toyota/camry/xv10&q=accord", "/vehicles/?compare=toyota/camry/xv10&q=accord"),
        ("/plants/?sort=name&kind=assembly", "/plants/?kind=assembly"),
        ("/exports/?sort=launch&as_of=1994", "/exports/?as_of=1994"),
        ("/ja/exports/?q=%E3%82%AB%E3%83%A0%E3%83%AA&sort=", "/ja/exports/?q=%E3%82%AB%E3%83%A0%E3%83%AA"),
    ],
)
def test_the_address_bar_gets_the_state_in_its_one_form(client, asked, kept):
    part = visit(client, asked, headers=HTMX)
    assert part.response["HX-Push-Url"] == kept
    assert inside(visit(client, kept)) == inside(part)
    assert "HX-Push-Url" not in visit(client, asked).response


@pytest.mark.parametrize(
    "address", ["/vehicles/?make=honda&compare=acura/nsx/nc1", "/ja/plants/?state=OH", "/exports/?as_of=1994"]
)
def test_the_link_to_the_other_language_follows(client, address):
    full, part = visit(client, address), visit(client, address, headers=HTMX)
    (link,) = part.links(part.by_id("languages"))
    assert [link] == full.links(full.by_id("languages"))
    path, _, query = link.partition("?")
    assert ("/ja/" in path) == (not address.startswith("/ja/"))
    assert parse_qs(query) == parse_qs(address.partition("?")[2])
    assert part.by_id("languages").get("data-hx-swap-oob") == "true"
    assert full.by_id("languages").get("data-hx-swap-oob") is None


@pytest.mark.parametrize("address", ADDRESSES[::3])
def test_going_back_gets_the_whole_page(client, address):
    page = visit(client, address, headers=BACK)
    assert page.text.lower().startswith("<!doctype html>")
    assert page.all("header", "masthead")
    assert "HX-Push-Url" not in page.response


@pytest.mark.parametrize("address", WRONG)
def test_wrong_values_are_400_with_the_same_messages_in_a_part(client, address):
    full, part = visit(client, address, 400), visit(client, address, 400, headers=HTMX)
    assert inside(part) == inside(full)
    assert part.all("div", "error-summary")
    assert "<html" not in part.text


def test_a_wrong_value_stays_in_the_address_as_it_was_typed(client):
    part = visit(client, "/plants/?as_of=soon&state=OH&q=", 400, headers=HTMX)
    assert part.response["HX-Push-Url"] == "/plants/?as_of=soon&state=OH"


def test_htmx_is_told_to_show_the_messages_of_a_400(client):
    """Else it would drop answers of that status."""
    for listing in LISTS.values():
        (config,) = [
            one.get("content") for one in visit(client, listing.path).all("meta") if one.get("name") == "htmx-config"
        ]
        assert '{"code":"400","swap":true}' in config


@pytest.mark.parametrize("value", ["false", "1", "yes", ""])
def test_only_the_header_as_htmx_sends_it_asks_for_a_part(client, value):
    assert "<html" in visit(client, "/plants/", headers={"HX-Request": value}).text


@pytest.mark.parametrize("address", ["/", "/compare/", "/figures/", "/plants/toyota-georgetown/", "/sources/"])
def test_pages_that_are_no_lists_are_always_whole(client, address):
    assert "<html" in visit(client, address, headers=HTMX).text


@pytest.mark.parametrize("name", LISTS)
def test_a_part_needs_no_more_queries_than_the_page(client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        visit(client, LISTS[name].path, headers=HTMX)
