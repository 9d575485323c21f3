"""What a list shows of its filters: counts that hold when clicked, removable tags, the form, ways out of nothing."""

from urllib.parse import parse_qsl, urlencode

import pytest

from plants.models import Plant
from tests.facts import ERAS_IN_ORDER, LISTS, ListPage, text_of
from vehicles.models import ExportProgram

#: What each value counts on each database, tests/test_browse_*.py ask.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

LADEN = [
    ("/vehicles/", ""),
    ("/vehicles/", "state=TX"),
    ("/vehicles/", "state=oh&state=IN&body=sedan&built_from=1990&q=honda&sort=-built"),
    ("/vehicles/", "make__not=toyota&powertrain__empty=false&as_of=2005"),
    ("/plants/", ""),
    ("/plants/", "kind=assembly&as_of=1995"),
    ("/exports/", ""),
    ("/exports/", "era=trade-deal"),
    ("/exports/", "era=trade-friction-peak&drive__empty=false&year=1995"),
]


def browse(client, path: str, query="") -> ListPage:
    return ListPage(client, path, query)


def in_sight(page: ListPage, facet: str) -> list[str]:
    """The values of a facet that are not folded away."""
    folded = {box.get("value") for fold in page.all("details", within=page.groups[facet]) for box in fold.iter("input")}
    return [value for value in page.counts(facet) if value not in folded]


# Counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "query"), LADEN)
def test_every_count_is_the_number_of_results_one_gets_by_clicking_it(client, path, query):
    page = browse(client, path, query)
    shown = {
        (facet, value): (count, link) for facet in page.groups for value, count, link in page.values(facet) if link
    }
    assert shown
    # Without filters the counts are also checked against the fixtures, below: there a part of them will do.
    clicked = dict(list(shown.items())[:: 5 if query else 10])
    reached = {key: browse(client, path, link).total for key, (_count, link) in clicked.items()}
    assert reached == {key: count for key, (count, _link) in clicked.items()}


@pytest.mark.parametrize(("path", "query"), LADEN)
def test_only_values_that_lead_to_results_are_links(client, path, query):
    page = browse(client, path, query)
    chosen = set(parse_qsl(query.replace("oh", "OH")))
    for facet in page.groups:
        for value, count, link in page.values(facet):
            assert bool(link) == (count > 0 and (facet, value) not in chosen), (facet, value)


@pytest.mark.parametrize("name", LISTS)
def test_counts_without_filters_are_those_of_the_fixtures(client, name):
    page, listing = browse(client, LISTS[name].path), LISTS[name]
    assert set(page.groups) == set(listing.facets)
    for facet in listing.facets:
        expected = {value: len(listing.matching(**{facet: value})) for value in listing.all_values(facet)}
        assert {value: count for value, count in page.counts(facet).items() if count} == expected


def test_values_without_results_stay_visible(client):
    everywhere, texas = browse(client, "/vehicles/"), browse(client, "/vehicles/", "state=TX")
    for facet in everywhere.groups:
        assert set(texas.counts(facet)) == set(everywhere.counts(facet))
    assert 0 in texas.counts("make").values()


def test_the_counts_of_a_facet_leave_its_own_selection_out(client):
    free, chosen = browse(client, "/vehicles/"), browse(client, "/vehicles/", "state=TX&state=OH")
    assert chosen.counts("state") == free.counts("state")
    assert chosen.counts("body") != free.counts("body")


@pytest.mark.parametrize("query", ["state=WY", "state=TX&make=subaru", "era=halo-only&make=hino&production=planned"])
def test_a_chosen_value_is_never_hidden(client, query):
    page = browse(client, "/vehicles/", query)
    for facet, value in parse_qsl(query):
        assert value in in_sight(page, facet)
        (box,) = [box for box in page.groups[facet].iter("input") if box.get("value") == value]
        assert box.get("checked") is not None
        assert box.get("disabled") is None


def test_a_chosen_value_beyond_the_fold_comes_into_sight(client):
    page = browse(client, "/vehicles/")
    folded = [value for value in page.counts("plant") if value not in in_sight(page, "plant")]
    for value in folded[:3]:
        assert value in in_sight(browse(client, "/vehicles/", {"plant": value}), "plant")


@pytest.mark.parametrize(("path", "query"), LADEN)
def test_long_lists_fold_after_about_eight_values_and_say_how_many_more(client, path, query):
    page = browse(client, path, query)
    assert any((one.get("id") or "").startswith("more-") for one in page.all("details"))
    for facet, group in page.groups.items():
        number, shown = len(page.counts(facet)), len(in_sight(page, facet))
        assert shown == (number if number <= 9 else 8), facet
        for fold in [one for one in page.all("details", within=group) if one.get("id") == f"more-{facet}"]:
            assert text_of(fold.find("summary")) == f"Show {number - shown} more"


@pytest.mark.parametrize("path", ["/vehicles/", "/plants/", "/exports/?state=KY"])
def test_eras_are_in_time_order(client, path):
    path, _, query = path.partition("?")
    assert list(browse(client, path, query).counts("era")) == ERAS_IN_ORDER


def test_other_values_are_ordered_by_name(client):
    page = browse(client, "/vehicles/")
    for facet in ("make", "state", "plant", "manufacturer"):
        labels = [text_of(item).rpartition(" ")[0] for item in page.all("li", "facet-value", page.groups[facet])]
        in_sight_labels, folded = labels[: len(in_sight(page, facet))], labels[len(in_sight(page, facet)) :]
        assert in_sight_labels == sorted(in_sight_labels, key=str.casefold)
        assert folded == sorted(folded, key=str.casefold)


# Tags -------------------------------------------------------------------------------------------------------


def test_each_chosen_filter_is_a_tag_that_removes_just_itself(client):
    query = "body=pickup&built_from=1990&make__not=honda&plant__empty=false&q=toyota&sort=-built&state=IN&state=TX"
    tags = browse(client, "/vehicles/", query).tags()
    parts = query.split("&")
    assert set(tags.values()) == {
        "?" + "&".join(part for part in parts if part != removed) for removed in parts if removed != "sort=-built"
    }
    assert len(tags) == len(parts) - 1


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ("state=tx", "Remove filter: Plant state: Texas ×"),
        ("state__not=tx", "Remove filter: Plant state: not Texas ×"),
        ("plant__empty=true", "Remove filter: Plant: not known ×"),
        ("plant__empty=false", "Remove filter: Plant: known ×"),
        ("make=toyota", "Remove filter: Make: Toyota ×"),
        ("built_from=1990", "Remove filter: Built from: 1990 ×"),
        ("as_of=1994", "Remove filter: As of year: 1994 ×"),
        ("q=civic", "Remove filter: Search vehicles: civic ×"),
    ],
)
def test_a_tag_says_filter_and_value_in_words(client, query, tag):
    assert browse(client, "/vehicles/", query).tags() == {tag: "."}


def test_a_value_given_in_two_spellings_is_one_tag(client):
    assert list(browse(client, "/vehicles/", "state=tx&state=TX").tags().values()) == ["."]


def test_clear_all_keeps_the_search_words_and_the_order(client):
    page = browse(client, "/vehicles/", "state=TX&make__not=honda&as_of=2010&q=toyota&sort=-built&page=2")
    (clear,) = page.all("a", "clear")
    assert clear.get("href") == "?q=toyota&sort=-built"


def test_wrong_values_are_no_tags(client):
    assert list(browse(client, "/vehicles/", "state=ZZ&make=toyota").tags()) == ["Remove filter: Make: Toyota ×"]


# The form ---------------------------------------------------------------------------------------------------


def submitted(page: ListPage) -> str:
    """The query string that pressing "Apply" sends, as a browser puts it together."""
    controls = [*(one for form in page.all("form") if form.get("id") == "filters" for one in form.iter("input"))]
    controls += [one for one in page.all("input") if one.get("form") == "filters" and one not in controls]
    sent = [
        (one.get("name"), one.get("value", ""))
        for one in controls
        if one.get("disabled") is None and (one.get("type") != "checkbox" or one.get("checked") is not None)
    ]
    for select in page.all("select"):
        if select.get("form") == "filters":
            options = list(select.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            sent.append((select.get("name"), chosen[0].get("value")))
    return urlencode(sent)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        *LADEN,
        ("/vehicles/", "built_from=1990&built_to=1999"),
        ("/vehicles/", "state__not=TX&plant__empty=false&as_of=1994&as_of=2004"),
        ("/vehicles/", "built_from=1990&built_from=1995"),
        ("/plants/", "built_in=1985&built_in=2020"),
        ("/exports/", "year=1994&year=2020"),
        ("/exports/", "q=accord&q=camry"),
        ("/plants/", "state=WY"),
    ],
)
def test_applying_the_form_unchanged_changes_nothing(client, path, query):
    page = browse(client, path, query)
    again = browse(client, path, submitted(page))
    assert again.status == page.status == 200
    assert again.in_order == page.in_order


def test_a_value_can_be_excluded_and_the_unknown_asked_for_in_the_form(client):
    page = browse(client, "/vehicles/")
    (choice,) = [one for one in page.all("select") if one.get("name") == "make__not"]
    values = [option.get("value") for option in choice.iter("option")]
    assert values == ["", *page.counts("make")]
    honda = browse(client, "/vehicles/", "make__not=honda")
    assert honda.total == page.total - page.counts("make")["honda"]
    (choice,) = [one for one in honda.all("select") if one.get("name") == "make__not"]
    assert "honda" not in [option.get("value") for option in choice.iter("option")]
    (fold,) = [one for one in honda.all("details") if one.get("id") == "sharper-make"]
    assert fold.get("open") is not None
    assert honda.tags() == {"Remove filter: Make: not Honda ×": "."}
    (box,) = [
        one
        for one in browse(client, "/exports/", "drive__empty=true").all("input")
        if one.get("name") == "drive__empty"
    ]
    assert box.get("checked") is not None


def test_a_wrong_exclusion_is_said_beside_its_field(client):
    page = browse(client, "/vehicles/", "make__not=zeppelin&state__empty=perhaps")
    assert page.status == 400
    assert "zeppelin" in text_of(next(one for one in page.all("p") if one.get("id") == "error-make-sharper"))
    assert "perhaps" in text_of(next(one for one in page.all("p") if one.get("id") == "error-state-sharper"))


def test_what_was_typed_wrong_is_still_in_its_field(client):
    page = browse(client, "/vehicles/", "built_from=abc")
    (control,) = [one for one in page.all("input") if one.get("name") == "built_from"]
    assert control.get("value") == "abc"


@pytest.mark.parametrize("listing", LISTS.values(), ids=LISTS)
def test_presets_lead_to_results(client, listing):
    (presets,) = browse(client, listing.path).all("nav", "presets")
    links = [link.get("href") for link in presets.iter("a")]
    assert links
    assert [link for link in links if not browse(client, listing.path, link).total] == []


# Nothing found ----------------------------------------------------------------------------------------------

EMPTY = [
    ("/vehicles/", "state=TX&make=subaru"),
    ("/vehicles/", "state=OH&make=honda&production=ended&exported=yes&q=nothing"),
    ("/vehicles/", "built_from=1991&built_to=1992&state=TX"),
    ("/vehicles/", "make=toyota&make__not=toyota&body=sedan"),
    ("/plants/", "state=KY&built_in=1970"),
    ("/plants/", "make=toyota&kind=battery"),
    ("/plants/", "make=toyota&manufacturer=toyota&make__empty=true"),
    ("/exports/", "era=strong-yen-pilot&status=announced"),
    ("/exports/", "era=strong-yen-pilot&year=2020&make=honda"),
]


def ways_out(page: ListPage) -> dict[str, int]:
    """The links of an empty page that drop a filter, with the number of results promised beside each."""
    (box,) = page.all("div", "empty")
    return {
        item.find("a").get("href"): int(text_of(item).rpartition("— ")[2].split()[0].replace(",", ""))
        for item in box.iter("li")
    }


@pytest.mark.parametrize(("path", "query"), EMPTY)
def test_an_empty_result_says_what_dropping_each_filter_would_give(client, path, query):
    page = browse(client, path, query)
    assert (page.status, page.total) == (200, 0)
    promised = ways_out(page)
    assert {link: browse(client, path, link).total for link in promised} == promised
    names = list(dict.fromkeys(name for name, _value in parse_qsl(query)))
    without = {name: [pair for pair in parse_qsl(query) if pair[0] != name] for name in names}
    helpful = [pairs for pairs in without.values() if browse(client, path, pairs).total]
    assert len(promised) == len(helpful) > 0
    assert {tuple(sorted(parse_qsl(link.removeprefix("?")))) for link in promised} == {
        tuple(sorted(p)) for p in helpful
    }


@pytest.mark.parametrize("query", ["state=WY", "as_of=1901", "q=nothing+of+that+name"])
def test_an_empty_result_by_one_filter_says_what_dropping_it_gives(client, query):
    page = browse(client, "/vehicles/", query)
    assert ways_out(page) == {".": browse(client, "/vehicles/").total}


def test_an_empty_result_that_no_single_filter_caused_leads_to_the_whole_list(client):
    page = browse(client, "/vehicles/", "make=subaru&state=TX&as_of=1901&q=nothing")
    (box,) = page.all("div", "empty")
    assert [link.get("href") for link in box.iter("a")] == ["/search/?q=nothing", "."]


# Drafts in counts -------------------------------------------------------------------------------------------


def test_counts_still_hold_when_clicked_after_entries_became_drafts(client):
    Plant.objects.filter(slug__in=["nummi-fremont", "toyota-georgetown"]).update(publication="draft")
    ExportProgram.objects.filter(slug__startswith="honda").update(publication="draft")
    for listing in LISTS.values():
        page = browse(client, listing.path)
        for facet in {"plant", "manufacturer", "era"} & set(page.groups):
            for value, count, link in page.values(facet):
                assert not link or browse(client, listing.path, link).total == count, (listing.path, facet, value)
