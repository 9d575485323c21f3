"""Kept pages: the same for everybody, right on the very next request after any edit, and only what is everybody's."""

import datetime
import gzip
import threading

import brotli
import pytest
import time_machine
import zeal
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from catalogue import availability, page_store, revision
from catalogue.models import Source
from catalogue.page_store import PageStoreMiddleware, accepted
from plants.models import Plant
from tests.admin_forms import form_data
from vehicles.models import Make

pytestmark = pytest.mark.django_db

PAGE = "/plants/toyota-georgetown/"


@pytest.fixture(autouse=True)
def store(settings):
    settings.PAGE_STORE = True
    for name in ("pages", "queries"):
        caches[name].clear()


@pytest.fixture
def reader() -> Client:
    return Client()


def how(answer) -> str:
    """ "new", "stored", or "" for what the store has nothing to do with."""
    return answer.headers.get("Server-Timing", "").removeprefix('page;desc="').removesuffix('"')


def twice(reader: Client, path: str, **options) -> tuple[str, str]:
    return how(reader.get(path, **options)), how(reader.get(path, **options))


def test_the_second_reader_gets_what_was_kept_for_the_first(reader):
    first, second = reader.get(PAGE), Client().get(PAGE)
    assert (how(first), how(second)) == ("new", "stored")
    assert first.content == second.content
    own = {"Server-Timing": "", "X-Request-ID": ""}
    assert dict(first.headers) | own == dict(second.headers) | own
    # A request has a name where something was done for it.
    assert first.headers["X-Request-ID"]
    assert "X-Request-ID" not in second.headers


def test_what_a_process_has_at_hand_it_does_not_ask_for_again(reader, monkeypatch):
    """Redis is as far away as the database is: each page costs one question, not two."""
    assert twice(reader, PAGE) == ("new", "stored")
    monkeypatch.setattr(page_store.Shelf, "__init__", with_a_cache_that_is_not_asked)
    assert how(reader.get(PAGE)) == "stored"
    revision.advance()
    with pytest.raises(AssertionError, match="asked for a page"):
        reader.get(PAGE)


def with_a_cache_that_is_not_asked(shelf, name):
    class Cache:
        def get(self, key):
            raise AssertionError("asked for a page")

    shelf.cache, shelf.at_hand = Cache(), page_store.at_hand[name]


def test_a_kept_page_costs_one_query(reader, django_assert_num_queries):
    reader.get(PAGE)
    with django_assert_num_queries(1):
        assert how(reader.get(PAGE)) == "stored"


@pytest.mark.parametrize(
    "path", ["/", "/ja/", "/vehicles/", "/exports/?year=1994", "/ja/plants/", "/eras/trade-deal/", "/opensearch.xml"]
)
def test_pages_lists_and_what_machines_read_are_kept_as_they_would_be_made(reader, settings, path):
    kept = [reader.get(path), reader.get(path)]
    settings.PAGE_STORE = False
    assert [how(one) for one in kept] == ["new", "stored"]
    made = reader.get(path)
    for one in kept:
        assert one.content == made.content
        assert one.headers["Content-Type"] == made.headers["Content-Type"]
        assert one.headers["Content-Security-Policy"] == made.headers["Content-Security-Policy"]


def test_the_languages_have_pages_of_their_own(reader):
    for path in (PAGE, f"/ja{PAGE}"):
        assert twice(reader, path) == ("new", "stored")
    assert reader.get(PAGE).content != reader.get(f"/ja{PAGE}").content


def test_what_takes_long_to_make_is_not_made_again_for_parameters_that_change_nothing(reader):
    assert twice(reader, "/sitemap.xml") == ("new", "stored")
    assert how(reader.get("/sitemap.xml?unheard=of")) == "stored"
    assert reader.get("/sitemap.xml?p=2").status_code == 404


def test_the_order_of_parameters_does_not_matter_but_that_of_one_parameters_values_may(reader):
    reader.get("/vehicles/?state=OH&make=honda")
    assert how(reader.get("/vehicles/?make=honda&state=OH")) == "stored"
    pair = "v=toyota/camry/xv10&v=honda/accord/cb"
    reader.get(f"/compare/?{pair}")
    assert how(reader.get("/compare/?v=honda/accord/cb&v=toyota/camry/xv10")) == "new"


def test_a_script_that_asks_for_the_list_alone_gets_that(reader):
    whole = reader.get("/vehicles/?make=honda")
    part = reader.get("/vehicles/?make=honda", headers={"hx-request": "true"})
    assert how(part) == "new" and b"<!doctype" in whole.content and b"<!doctype" not in part.content
    again = reader.get("/vehicles/?make=honda", headers={"hx-request": "true"})
    assert how(again) == "stored" and again.content == part.content
    assert again.headers["HX-Push-Url"] == part.headers["HX-Push-Url"]


# Every edit --------------------------------------------------------------------------------------------------------


def test_an_edit_by_code_is_seen_by_the_very_next_reader(reader):
    reader.get(PAGE)
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.name = "Renamed a moment ago"
    plant.save()
    answer = reader.get(PAGE)
    assert how(answer) == "new" and "Renamed a moment ago" in answer.content.decode()


def test_an_edit_in_the_admin_is_seen_on_the_page_and_on_lists(reader, admin_client):
    for path in ("/vehicles/suzuki/", "/manufacturers/suzuki/"):
        reader.get(path)
    address = reverse("admin:vehicles_make_change", args=[Make.objects.get(slug="suzuki").pk])
    data = form_data(admin_client.get(address)) | {"name": "Renamed at the desk"}
    with zeal.zeal_ignore():
        assert admin_client.post(address, data).status_code == 302
    for path in ("/vehicles/suzuki/", "/manufacturers/suzuki/"):
        assert "Renamed at the desk" in reader.get(path).content.decode()


def test_a_new_relation_a_new_source_and_a_deleted_row_are_seen(reader):
    for edit in (
        lambda: Source.objects.create(slug="new", title="A new one", url="https://example.com/new"),
        lambda: Plant.objects.get(slug="toyota-georgetown").aliases.first().delete(),
    ):
        reader.get(PAGE)
        edit()
        assert how(reader.get(PAGE)) == "new"


def test_loaded_fixtures_are_seen(reader, django_capture_on_commit_callbacks):
    reader.get(PAGE)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("loaddata", "07_body_styles", verbosity=0)
    assert how(reader.get(PAGE)) == "new"


def test_what_is_rolled_back_changes_nothing(reader):
    before = reader.get(PAGE).content
    with pytest.raises(RuntimeError), transaction.atomic():
        plant = Plant.objects.get(slug="toyota-georgetown")
        plant.name = "Never true"
        plant.save()
        assert how(reader.get(PAGE)) == "new"
        raise RuntimeError
    answer = reader.get(PAGE)
    assert how(answer) == "stored" and answer.content == before


def test_another_process_sees_it_too(reader):
    """Two processes with stores of their own have the revision of the database in common."""
    one, other = (PageStoreMiddleware(lambda request: HttpResponse(b"page " * 200)) for _ in range(2))
    request = RequestFactory().get(PAGE)
    assert [how(one(request)), how(other(request))] == ["new", "stored"]
    revision.advance()
    assert how(other(request)) == "new"


# Whose it is ---------------------------------------------------------------------------------------------------------


def test_editors_get_pages_made_for_them_and_readers_never_get_those(reader, editor_client):
    assert how(editor_client.get(PAGE)) == ""
    answer = reader.get(PAGE)
    assert how(answer) == "new"
    assert "/admin/plants/" not in answer.content.decode()
    editors = editor_client.get(PAGE)
    assert how(editors) == "" and "/admin/plants/" in editors.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        *("/report/", "/vin/?vin=1HGCB9850NA000000", "/search/?q=accord", "/ja/search/?q=accord", "/admin/login/"),
        *("/health/ready", "/api/v1/plants/", "/nothing/", "/vehicles/?state=ZZ", "/downloads/README.txt"),
    ],
)
def test_what_is_private_wrong_or_no_page_is_not_kept(reader, path):
    assert "stored" not in twice(reader, path)


def test_a_page_that_sets_a_cookie_is_not_kept():
    def sets(request):
        answer = HttpResponse("page")
        answer.set_cookie("theirs", "1")
        return answer

    middleware = PageStoreMiddleware(sets)
    request = RequestFactory().get(PAGE)
    assert [how(middleware(request)), how(middleware(request))] == ["", ""]


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_a_reader_with_a_session_or_a_message_is_answered_anew(reader, settings, cookie):
    reader.get(PAGE)
    reader.cookies[settings.SESSION_COOKIE_NAME if cookie == "sessionid" else cookie] = "something"
    assert how(reader.get(PAGE)) == ""


def test_posts_and_credentials_pass_by(reader):
    reader.get(PAGE)
    assert how(reader.post(PAGE)) == ""
    assert how(reader.get(PAGE, headers={"authorization": "Basic x"})) == ""


def test_a_page_too_large_and_a_query_too_long_are_not_kept(reader, monkeypatch):
    monkeypatch.setattr(page_store, "LARGEST", 1000)
    assert twice(reader, PAGE) == ("", "")
    assert twice(reader, f"/vehicles/?q={'x' * 400}") == ("", "")


def test_filters_by_the_hundred_push_out_no_page_without_a_query(reader):
    reader.get("/about/")
    middleware = PageStoreMiddleware(lambda request: HttpResponse("page"))
    for number in range(700):
        middleware(RequestFactory().get("/vehicles/", {"q": number}))
    assert len(caches["queries"]._cache) <= 1000
    assert how(reader.get("/about/")) == "stored"


# How it is sent ------------------------------------------------------------------------------------------------------


def test_it_is_kept_compressed_as_each_browser_wants_it(reader):
    plain = reader.get(PAGE).content
    for header, unpack in (("br, gzip", brotli.decompress), ("gzip, deflate", gzip.decompress)):
        answer = reader.get(PAGE, headers={"accept-encoding": header})
        assert how(answer) == "stored"
        assert answer.headers["Content-Encoding"] == header.split(",")[0]
        assert answer.headers["Content-Length"] == str(len(answer.content))
        assert unpack(answer.content) == plain
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in reader.get(PAGE).headers


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        *(("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("", ""), ("identity", ""), ("*", "br")),
        *(("br;q=0, gzip", "gzip"), ("BR", "br"), ("br; q=0", ""), ("gzip;q=0.5", "gzip"), (";;,,", "")),
    ],
)
def test_the_encoding_a_browser_takes(header, chosen):
    assert accepted(header, {"br": b"", "gzip": b""}) == chosen


def test_a_browser_that_has_the_page_is_told_so_until_it_changes(reader):
    tag = reader.get(PAGE).headers["ETag"]
    unchanged = reader.get(PAGE, headers={"if-none-match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == tag
    assert reader.get(PAGE, headers={"if-none-match": f'"other", {tag}', "accept-encoding": "br"}).status_code == 304
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.name = "Changed"
    plant.save()
    assert reader.get(PAGE, headers={"if-none-match": tag}).status_code == 200


def test_a_condition_that_holds_for_a_page_not_kept_yet_is_answered_and_the_whole_page_kept(reader):
    tag = reader.get(PAGE).headers["ETag"]
    caches["pages"].clear()
    page_store.at_hand["pages"].clear()
    assert reader.get(PAGE, headers={"if-none-match": tag, "accept-encoding": "gzip"}).status_code == 304
    whole = reader.get(PAGE)
    assert how(whole) == "stored" and b"</html>" in whole.content


def test_head_has_the_headers_of_get(reader):
    get, head = reader.get(PAGE), reader.head(PAGE)
    assert how(head) == "stored"
    assert head.content == b""
    assert head.headers["ETag"] == get.headers["ETag"]


def test_the_first_to_ask_may_ask_by_head(reader):
    assert how(reader.head(PAGE)) == "new"
    assert b"</html>" in reader.get(PAGE).content


# When something is wrong ---------------------------------------------------------------------------------------------


def test_a_stampede_makes_a_page_once():
    made, together = [], threading.Barrier(8)

    def slow(request):
        made.append(request)
        threading.Event().wait(0.2)
        return HttpResponse("page")

    middleware, answers = PageStoreMiddleware(slow), []
    # Threads have connections of their own, which see nothing of a test's transaction.
    middleware.revision.ask = lambda: 7

    def ask():
        together.wait()
        answers.append(middleware(RequestFactory().get("/about/")).content)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [b"page"] * 8
    assert len(made) == 1


def test_who_waited_in_vain_makes_the_page(monkeypatch):
    monkeypatch.setattr(page_store, "PATIENCE", 0.1)
    middleware = PageStoreMiddleware(lambda request: HttpResponse("page"))
    monkeypatch.setattr(page_store.Shelf, "begin", lambda self, key: False)
    monkeypatch.setattr(page_store.Shelf, "get", lambda self, key: None)
    assert middleware(RequestFactory().get("/about/")).content == b"page"


def test_a_page_whose_making_fails_holds_up_nobody():
    calls = []

    def fails_once(request):
        calls.append(request)
        if len(calls) == 1:
            raise RuntimeError
        return HttpResponse("page")

    middleware = PageStoreMiddleware(fails_once)
    with pytest.raises(RuntimeError):
        middleware(RequestFactory().get("/about/"))
    assert how(middleware(RequestFactory().get("/about/"))) == "new"


def away():
    raise DatabaseError("the server closed the connection unexpectedly")


def test_without_a_database_kept_pages_are_served_and_others_say_when_to_come_back(reader, monkeypatch):
    monkeypatch.setattr(availability, "RETRY", 0)
    reader.get(PAGE)
    with monkeypatch.context() as broken:
        broken.setattr(revision, "number", away)
        kept = reader.get(PAGE)
        other = reader.get("/plants/nummi-fremont/")
    assert (kept.status_code, how(kept)) == (200, "stored")
    assert (other.status_code, other.headers["Retry-After"]) == (503, "30")
    assert "Back in a moment" in other.content.decode() and "データベース" in other.content.decode()
    assert reader.get("/plants/nummi-fremont/").status_code == 200


def test_another_day_and_other_code_have_pages_of_their_own(reader, monkeypatch):
    reader.get(PAGE)
    monkeypatch.setattr(page_store, "release", lambda: "other code")
    assert how(reader.get(PAGE)) == "new"
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert how(reader.get(PAGE)) == "new"
