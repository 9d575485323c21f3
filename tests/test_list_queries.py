"""What a list makes of its query string - blank, wrong, hostile, paged - and how many database queries that takes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.pages import BrowseView
from plants.models import Manufacturer, Plant
from tests.facts import LISTS, VEHICLES, ListPage, text_of
from vehicles.models import ExportEra, Make

pytestmark = pytest.mark.django_db

YEARS = {"vehicles": ["built_from", "built_to", "as_of"], "plants": ["built_in", "as_of"], "exports": ["year", "as_of"]}
#: A right filter for each list, to see that it is applied beside a wrong one.
RIGHT = {"vehicles": ("make", "honda"), "plants": ("status", "operating"), "exports": ("era", "trade-friction-peak")}
EACH_LIST = pytest.mark.parametrize("name", LISTS)


def names_of(name: str) -> list[str]:
    """Every parameter of a list but the order and the page."""
    facets = LISTS[name].facets
    return ["q", *facets, *(f"{one}__{kind}" for one in facets for kind in ("not", "empty")), *YEARS[name]]


def browse(client, name: str, query="") -> ListPage:
    return ListPage(client, LISTS[name].path, query)


# Wrong values -----------------------------------------------------------------------------------------------


def wrong_values(name: str) -> list[tuple[str, str]]:
    listing, right = LISTS[name], RIGHT[name][0]
    texts = ["no-such-value", "Ünknown", "x" * 5000, "a\x00b", "\x00", "' OR 1=1 --"]
    numbers = ["abc", "99999999999999", "-5", "1994.5", "1 994", "0", "2101", "9" * 4000, "19\x0094", "0000019940000"]
    facets = [facet for facet in listing.facets if facet != right]
    return [
        *((facet, text) for facet in facets for text in texts[: 6 if facet in ("state", "plant") else 1]),
        *((f"{facet}__not", "no-such-value") for facet in facets),
        *((f"{facet}__empty", "maybe") for facet in facets),
        *((year, number) for year in YEARS[name] for number in numbers),
        ("q", "x" * 101),
        ("q", "a\x00b"),
    ]


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        pytest.param(name, parameter, value, id=f"{name}-{parameter}-{value[:20]!r}")
        for name in LISTS
        for parameter, value in wrong_values(name)
    ],
)
@pytest.mark.once
def test_a_wrong_value_is_400_with_a_message_while_the_other_filters_apply(client, name, parameter, value):
    right, its_value = RIGHT[name]
    page = browse(client, name, {parameter: value, right: its_value})
    assert page.status == 400
    assert page.found == LISTS[name].matching(**{right: its_value})
    assert page.all("li", "card")
    (problem,) = page.problems()
    if parameter == "q" or parameter in page.groups or parameter in YEARS[name][:-1]:
        (message,) = page.errors_beside(parameter)
        assert message in problem
        assert all(not page.errors_beside(other) for other in [*page.groups, "q"] if other != parameter)


def test_a_wrong_value_among_right_ones_leaves_that_filter_out(client):
    page = browse(client, "vehicles", "state=TX&state=ZZ&make=toyota")
    assert page.status == 400
    assert page.found == VEHICLES.matching(make="toyota")
    (message,) = page.errors_beside("state")
    assert "ZZ" in message
    assert "TX" not in message


def test_built_from_after_built_to_is_said_at_both_fields(client):
    page = browse(client, "vehicles", "built_from=2000&built_to=1990&make=honda")
    assert page.status == 400
    assert page.found == VEHICLES.matching(make="honda")
    assert page.errors_beside("built_from")
    assert page.errors_beside("built_to")


def test_a_message_shows_markup_as_text(client):
    page = browse(client, "plants", {"state": "<script>alert(1)</script>"})
    assert "<script>alert" in text_of(page.groups["state"])
    assert b"<script>alert" not in page.response.content


def test_a_year_of_thousands_of_digits_is_refused(client):
    assert browse(client, "exports", {"year": "000001994" + "0" * 5000}).status == 400


@EACH_LIST
@pytest.mark.parametrize("value", ["nonsense", "--name", "-", "name,title", "x\x00y", "Name", "x" * 3000])
@pytest.mark.once
def test_an_unknown_order_is_400_with_a_message_and_the_list_in_its_default_order(client, name, value):
    page = browse(client, name, {"sort": value})
    assert page.status == 400
    assert page.in_order == browse(client, name).in_order
    assert len(page.problems()) == 1


@EACH_LIST
def test_blank_values_mean_not_filtered(client, name):
    page = browse(client, name, [(one, blank) for one in [*names_of(name), "sort", "page"] for blank in ("", "  ")])
    assert (page.status, page.found) == (200, set(LISTS[name].values))
    assert page.tags() == {}
    (canonical,) = [link for link in page.all("link") if link.get("rel") == "canonical"]
    assert canonical.get("href").endswith(LISTS[name].path)


@EACH_LIST
@pytest.mark.once
def test_unknown_names_are_ignored_and_kept_out_of_links(client, name):
    page = browse(client, name, "utm_source=x&colour=red&state__like=TX&csrf\x00=1&page=1")
    assert (page.status, page.found) == (200, set(LISTS[name].values))
    assert b"utm_source" not in page.response.content


# Retired slugs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parameter", "model", "slug"),
    [
        ("vehicles", "plant", Plant, "toyota-georgetown"),
        ("exports", "plant", Plant, "toyota-georgetown"),
        ("vehicles", "make", Make, "honda"),
        ("plants", "make", Make, "honda"),
        ("exports", "make", Make, "honda"),
        ("exports", "era", ExportEra, "pullback"),
        ("vehicles", "era", ExportEra, "pullback"),
        ("plants", "era", ExportEra, "pullback"),
        ("vehicles", "manufacturer", Manufacturer, "nummi"),
        ("plants", "manufacturer", Manufacturer, "nummi"),
    ],
)
def test_a_retired_slug_leads_to_the_same_list_under_the_new_one(client, name, parameter, model, slug):
    entry = model.objects.get(slug=slug)
    entry.slug = "renamed"
    entry.save()
    response = browse(client, name, {parameter: slug, "sort": "-name" if name != "exports" else "title"}).response
    assert response.status_code in (301, 302)
    after = ListPage(client, LISTS[name].path, response.url.partition("?")[2])
    assert (after.status, after.total) == (200, len(LISTS[name].matching(**{parameter: slug})))
    assert after.filters.sort in response.url


@pytest.mark.parametrize("query", ["plant=toyota-georgetown&plant=nummi-fremont", "plant__not=toyota-georgetown"])
def test_a_retired_slug_beside_a_present_one_or_excluded_leads_on_too(client, query):
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.slug = "renamed"
    plant.save()
    response = browse(client, "vehicles", query).response
    assert response.status_code in (301, 302)
    assert response.url == f"/vehicles/?{query.replace('toyota-georgetown', 'renamed')}"


def test_the_retired_slug_of_a_draft_does_not_tell_its_new_one(client):
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.slug, plant.publication = "secret-plan", "draft"
    plant.save()
    response = browse(client, "vehicles", "plant=toyota-georgetown").response
    assert "secret-plan" not in response.get("Location", "")


# Pages ------------------------------------------------------------------------------------------------------


def page_links(page: ListPage) -> list[str]:
    (nav,) = page.all("nav", "pages")
    return [link.get("href") for link in nav.iter("a")]


def test_pages_keep_filters_and_order_and_together_show_each_result_once(client):
    page = browse(client, "vehicles", "make=toyota&make=honda&production=ended&sort=-built")
    assert page.total > BrowseView.per_page
    shown, link = [], "?make=honda&make=toyota&production=ended&sort=-built"
    for number in range(1, page.response.context["page"].paginator.num_pages + 1):
        one = browse(client, "vehicles", link + (f"&page={number}" if number > 1 else ""))
        shown += [heading.find("a").get("href") for card in one.all("li", "card") for heading in card.iter("h3")]
    assert [address.removeprefix("/vehicles/").strip("/") for address in shown] == page.in_order
    queries = [set(address.removeprefix("?").split("&")) for address in page_links(page)]
    assert all(set(link.removeprefix("?").split("&")) <= query for query in queries)


@EACH_LIST
@pytest.mark.parametrize("number", ["0", "-1", "99999", "abc", "1.5", "9" * 5000, "1\x00", "+-1"])
@pytest.mark.once
def test_a_page_that_is_not_there_is_400_with_a_message_and_the_list(client, name, number):
    right, its_value = RIGHT[name]
    page = browse(client, name, {"page": number, right: its_value})
    assert page.status == 400
    assert page.all("li", "card")
    assert page.found == LISTS[name].matching(**{right: its_value})
    (problem,) = page.problems()
    assert problem.startswith("There is no page")


@pytest.mark.parametrize("number", ["1_0", "0_2", "２"])
@pytest.mark.once
def test_only_plain_digits_name_a_page(client, number):
    assert browse(client, "vehicles", {"page": number}).status == 400


def test_changing_a_filter_or_the_order_starts_at_the_first_page(client):
    page = browse(client, "vehicles", "make=toyota&page=2")
    assert page.status == 200
    links = [link for group in page.groups.values() for one in group.iter("a") if (link := one.get("href"))]
    assert [link for link in [*links, *page.tags().values()] if "page=" in link] == []
    assert [one for one in page.all("input") if one.get("name") == "page"] == []


# Whatever anyone types --------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.sampled_from(
        ["TX", "tx", "honda", "toyota-georgetown", "true", "false", "yes", "1994", "2", "name", "-built", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(st.sampled_from("\x00\x01\t\n\r\x1c\x7f\x85\u200b\u2028\u3000%_\\'\"&=;?#"), max_size=8),
    st.integers(-(10**30), 10**30).map(str),
)


@EACH_LIST
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_query_string_makes_a_list_fail(client, name, data):
    names = st.sampled_from([*names_of(name), "sort", "page", "colour", "state__"])
    query = data.draw(st.lists(st.tuples(names, st.lists(TEXTS, min_size=1, max_size=12)), max_size=8))
    assert browse(client, name, query).status in (200, 302, 400)


@EACH_LIST
@pytest.mark.parametrize("parameter", ["q", "state", "sort", "page"])
def test_hundreds_of_values_do_not_make_a_list_fail(client, name, parameter):
    values = [str(number) for number in range(1900, 2101)]
    assert browse(client, name, {parameter: values}).status in (200, 400)


@pytest.mark.parametrize(("name", "parameter"), [(name, year) for name in LISTS for year in YEARS[name]])
@pytest.mark.once
def test_more_years_than_a_reader_asks_for_are_refused_with_a_message(client, name, parameter):
    page = browse(client, name, {parameter: [str(year) for year in range(1960, 2040)]})
    assert page.status == 400
    assert any("at most 10 years" in problem for problem in page.problems())


# Database queries -------------------------------------------------------------------------------------------

MANY = {
    "vehicles": "make=toyota&make=honda&state=KY&state=OH&body=sedan&powertrain=gasoline&production=ended"
    "&manufacturer__not=gm&era__empty=false&built_from=1985&built_to=2020&as_of=1995&q=a&sort=-japan",
    "plants": "state=OH&state=KY&kind=assembly&status=operating&make=honda&make=toyota&as_of=2005&built_in=2000&q=o",
    "exports": "era__not=pullback&make=honda&make=toyota&status=ended&state=OH&year=1995&q=honda&sort=-units",
}
EMPTY = {
    "vehicles": "make=subaru&state=TX&production=ended&q=x&as_of=1995",
    "plants": "state=WY&kind=assembly&make=honda&as_of=1995",
    "exports": "era=trade-deal&status=ended&state=OH&year=1995",
}


@EACH_LIST
@pytest.mark.parametrize("queries", [dict.fromkeys(LISTS, ""), MANY, EMPTY], ids=["no filter", "many filters", "empty"])
def test_a_list_page_needs_at_most_twelve_queries(client, django_assert_max_num_queries, name, queries):
    with django_assert_max_num_queries(12):
        page = browse(client, name, queries[name])
    assert page.status == 200
    assert bool(page.total) == (queries is not EMPTY)


@EACH_LIST
def test_the_number_of_queries_does_not_grow_with_the_rows_shown(client, monkeypatch, name):
    view = resolve(LISTS[name].path).func.view_class

    def needed(per_page: int) -> int:
        monkeypatch.setattr(view, "per_page", per_page)
        with CaptureQueriesContext(connection) as captured:
            page = browse(client, name)
        assert len(page.response.context["results"]) == per_page
        return len(captured)

    browse(client, name)
    assert needed(1) == needed(24)
