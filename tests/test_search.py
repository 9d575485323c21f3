"""Everything is found by what people call it: first the answer they expect, on every database."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import SearchEntry
from catalogue.search.entry import Kind
from catalogue.search.finding import Search
from catalogue.search.questions import LONGEST, divided
from catalogue.search.words import fold, marked, parts_of, words_of
from tests.facts import text_of
from tests.markup import visit

pytestmark = pytest.mark.django_db

#: What readers search for and expect first; most of it written before the search was.
SEARCHES = list(csv.DictReader(Path(__file__).with_name("searches.csv").read_text().splitlines()))


def paths(text: str, **options) -> list[str]:
    return [result.entry.path for result in Search(text, **options).results]


@pytest.mark.parametrize("row", SEARCHES, ids=lambda row: row["query"])
def test_the_first_answer_is_the_one_expected(row):
    found = paths(row["query"])
    assert found, "nothing found"
    assert found[0] in row["first"].split()
    assert set(row["also"].split()) <= set(found)


def test_the_list_of_searches_covers_all_ways_of_asking():
    kinds = [row["kind"] for row in SEARCHES]
    assert len(SEARCHES) >= 120
    assert min(kinds.count(kind) for kind in ("japanese", "code", "plant", "spelling", "combination", "form")) >= 15


# Words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CR-V", "crv"),
        ("ＣＲ－Ｖ", "cr-v"),
        ("ｱｺｰﾄﾞ", "アコード"),
        ("あこーど", "アコード"),
        ("いすゞ", "いすず"),
        ("アヴァロン", "アバロン"),
        ("1990年代", "1990s"),
        ("'90s", "1990s"),
        ("平成4年", "1992"),
        ("平成元年", "1989"),
        ("8代目", "8th generation"),
        ("初代", "1st generation"),
        ("Élan", "elan"),
    ],
)
def test_different_spellings_are_the_same_words(one, other):
    assert [parts[0] for parts in parts_of(one)] == [parts[0] for parts in parts_of(other)]


def test_a_span_of_years_is_two_years_and_not_one_number():
    assert words_of("1992-96") == ["1992", "1996"]


@given(st.text(max_size=80))
def test_what_is_marked_is_the_text_itself(text):
    assert "".join(piece for piece, _hit in marked(text, {"accord", "アコード", "1994"})) == text


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="アコドワゴンノ", max_size=20))
def test_japanese_divided_into_words_is_the_same_letters(text):
    assert "".join(divided(text, {"アコード", "ワゴン", "ドワ"})) == text


# Finding -----------------------------------------------------------------------------------------------------


def test_a_vehicle_answers_only_if_one_production_run_has_all_that_is_asked():
    """Both a hybrid and an Indiana-built Camry exist, but no hybrid was built in Indiana."""
    assert "/vehicles/toyota/camry/xv40/" in paths("camry indiana")
    assert "/vehicles/toyota/camry/xv40/" in paths("camry hybrid")
    assert "/vehicles/toyota/camry/xv40/" not in paths("camry indiana hybrid")


def test_a_corrected_word_is_said():
    search = Search("hylander")
    assert search.results
    assert search.corrected.text == "highlander"
    assert Search("highlander").results
    assert Search("highlander").corrected is None


def test_where_nothing_has_all_words_what_has_most_of_them_comes():
    search = Search("accord zeppelin ohio")
    assert search.partial
    assert all(result.matched == 2 for result in search.results)
    assert "/vehicles/honda/accord/cd/" in [result.entry.path for result in search.results]


def test_each_result_says_why_it_is_there():
    (first, *_rest) = Search("maryville").results
    assert (str(first.why[0]["label"]), first.why[0]["pieces"]) == ("Also known as", [("MARYVILLE", True)])
    (accord, *_rest) = Search("accord ohio 1994").results
    assert ("Ohio", True) in accord.why[0]["pieces"]
    assert ("1994", True) in accord.why[0]["pieces"]


def test_every_result_of_many_searches_gives_a_reason():
    for row in SEARCHES[::7]:
        for result in Search(row["query"]).results[:5]:
            assert result.why or result.entry.kind in (Kind.SOURCE, Kind.MAKE), (row["query"], result.entry.path)


def test_only_one_kind_is_found_where_only_that_is_wanted():
    found = Search("ohio", kind="plant").results
    assert found
    assert {result.entry.kind for result in found} == {Kind.PLANT}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=300), st.text(alphabet="-–'’.・ーゞ゛年代目世平成90’s ｱガ\x00", max_size=60)))
def test_no_text_breaks_the_search(client, text):
    assert client.get("/search/", {"q": text}).status_code in (200, 400)
    assert client.get("/ja/search/", {"q": text, "type": text, "page": text}).status_code in (200, 400)
    assert client.get("/search/suggestions/", {"q": text}).status_code == 200


# The page ----------------------------------------------------------------------------------------------------


def test_the_page_groups_by_kind_with_counts_the_best_kind_first(client):
    page = visit(client, "/search/?q=accord+ohio+1994")
    groups = page.all("section", "found-group")
    assert [text_of(page.one("h2", within=group)) for group in groups] == [
        "Vehicles 1",
        "Exports to Japan 5",
        "Plants 2",
    ]
    assert page.links(groups[0]) == ["/vehicles/honda/accord/cd/"]
    assert [text_of(one) for one in page.all("mark", within=groups[0])][:2] == ["Accord", "Ohio"]


def test_the_page_of_one_kind_shows_all_of_it_in_pages(client):
    page = visit(client, "/search/?q=toyota")
    (link,) = [link for link in page.links() if "type=vehicle" in link]
    first = visit(client, f"/search/{link}")
    found = []
    for number in range(1, 10):
        response = client.get(f"/search/{link}&page={number}")
        if response.status_code == 400:
            break
        found += [one.get("href") for one in visit(client, f"/search/{link}&page={number}").all("a", "found-title")]
    assert len(found) == len(set(found)) == SearchEntry.objects.filter(kind="vehicle", words__contains="toyota").count()
    assert str(len(found)) in text_of(first.one("h2"))


def test_the_page_answers_in_japanese_with_links_to_japanese_pages(client):
    page = visit(client, "/ja/search/?q=アコードワゴン")
    assert all(one.get("href").startswith("/ja/") for one in page.all("a", "found-title"))
    assert "アコードワゴン" in text_of(page.all("a", "found-title")[0])


def test_wrong_parameters_are_said_and_lose_nothing(client):
    page = visit(client, "/search/?q=camry&type=boat", 400)
    assert "boat" in text_of(page.one("div", "error-summary"))
    assert page.all("a", "found-title")
    visit(client, "/search/?q=camry&type=vehicle&page=99", 400)
    long = visit(client, "/search/?q=" + "camry+" * 60, 400)
    assert str(LONGEST) in text_of(long.one("div", "error-summary"))


def test_nothing_found_leads_on(client):
    page = visit(client, "/search/?q=zzzzqqqq")
    assert "zzzzqqqq" in text_of(page.one("div", "empty"))
    assert "/vehicles/" in page.links(page.one("div", "empty"))


def test_results_are_not_for_search_engines_but_the_page_is(client):
    assert 'content="noindex, follow"' in visit(client, "/search/?q=camry").text
    assert "noindex" not in visit(client, "/search/").text


@pytest.mark.parametrize("text", ["camry", "hylander", "アコードワゴン", "accord zeppelin ohio", "toyota"])
def test_a_search_costs_few_queries_however_much_is_found(client, text, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        client.get("/search/", {"q": text})


@pytest.mark.parametrize(
    "text",
    [
        *("NOT camry", "camry AND", "OR", "NEAR(camry ohio)", '"camry', "camry*", "words:camry", "camry^2", "-camry"),
        *("camry:* & !ohio", "'; DROP TABLE", "%", "_", "\\", "a " * 90, "ー" * 200, "アコード" * 40, "x" * 200),
    ],
)
def test_the_languages_of_the_databases_mean_nothing_here(client, text):
    """FTS5 and PostgreSQL have operators of their own: to a reader they are words, or nothing."""
    assert client.get("/search/", {"q": text}).status_code == 200


@pytest.mark.parametrize("text", ['"camry', "camry*", "-camry", "camry:*", "(camry)", "^camry$"])
def test_signs_around_a_word_change_nothing(text):
    assert paths(text) == paths("camry")


def test_a_kind_without_words_and_a_form_sent_by_post(client):
    assert client.get("/search/?type=vehicle").status_code == 200
    assert client.get("/search/?type=vehicle&page=2").status_code == 400
    assert client.post("/search/", {"q": "camry"}).status_code in (403, 405)


def test_typed_html_is_text(client):
    text = "<script>alert(1)</script>"
    page = visit(client, f"/search/?q={text}")
    assert text not in page.text


# For browsers ------------------------------------------------------------------------------------------------


def test_suggestions_complete_the_last_word(client):
    text, names, kinds, links = client.get("/search/suggestions/?q=toyota tund").json()
    assert text == "toyota tund"
    assert names[0] == "Toyota Tundra"
    assert kinds[0] == "Model"
    assert links[0].endswith("/vehicles/toyota/tundra/")
    assert len(names) == len(kinds) == len(links) <= 8
    _text, names, _kinds, links = client.get("/ja/search/suggestions/?q=セプ").json()
    assert names[0].startswith("トヨタ")
    assert "/ja/" in links[0]


def test_one_letter_suggests_nothing(client):
    assert client.get("/search/suggestions/?q=a").json() == ["a", [], [], []]


def test_browsers_are_told_how_to_search_here(client):
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    assert response.content.startswith(b"<?xml")
    assert "/search/?q={searchTerms}" in response.content.decode()
    assert 'href="/opensearch.xml"' in visit(client, "/").text
