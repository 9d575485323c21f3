"""Kept pages are sent before Django begins: the same bytes, and only to those they are for."""

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from catalogue import availability, kept_pages, page_store, revision
from catalogue.kept_pages import KeptPages, OwnConnection
from catalogue.page_store import KnownRevision
from catalogue.watching import ANSWERS

pytestmark = pytest.mark.django_db

PAGE = "/plants/toyota-georgetown/"
#: What differs from one answer to the next, or is said by Django alone.
OWN = {"Server-Timing": "", "X-Request-ID": ""}


class Site:
    """The layer, with what it was asked to pass on to Django."""

    def __init__(self, ask=lambda: revision.number()):
        self.passed_on: list[str] = []
        self.layer = KeptPages(self._django)
        self.layer.revision = KnownRevision(ask)

    def _django(self, environ, start_response):
        self.passed_on.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b"Django's"]

    def get(self, path: str, method: str = "get", **headers) -> tuple[str, dict, bytes]:
        told = []
        environ = getattr(RequestFactory(), method)(path, **headers).META
        body = b"".join(self.layer(environ, lambda status, fields: told.extend((status, dict(fields)))))
        return told[0], told[1], body


@pytest.fixture(autouse=True)
def store(settings, monkeypatch):
    settings.PAGE_STORE = True
    for name in ("pages", "queries"):
        caches[name].clear()
    state = availability.Availability()
    monkeypatch.setattr(page_store, "database", state)
    monkeypatch.setattr(kept_pages, "database", state)
    return state


@pytest.mark.parametrize("path", [PAGE, "/ja/", "/vehicles/?make=honda&state=OH", "/sitemap.xml"])
@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_a_kept_page_is_sent_as_the_store_sends_it(path, encoding):
    Client().get(path)
    stored = Client().get(path, HTTP_ACCEPT_ENCODING=encoding)
    site = Site()
    status, headers, body = site.get(path, HTTP_ACCEPT_ENCODING=encoding)
    assert (status, body) == ("200 OK", stored.content)
    assert headers | OWN == dict(stored.headers) | OWN
    assert site.passed_on == []


def test_a_page_that_is_not_kept_is_passed_on():
    site = Site()
    assert site.get(PAGE)[2] == b"Django's"
    assert site.passed_on == [PAGE]


def test_an_edit_makes_the_next_request_django_s():
    Client().get(PAGE)
    site = Site()
    assert site.get(PAGE)[2] != b"Django's"
    revision.advance()
    assert site.get(PAGE)[2] == b"Django's"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "messages=abc"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HX_REQUEST": "true"},
        {"wsgi.url_scheme": "https"},
        {"QUERY_STRING": "x" * 400},
    ],
)
def test_who_is_not_everybody_or_asks_otherwise_is_passed_on(headers):
    Client().get(PAGE)
    assert Site().get(PAGE, **headers)[2] == b"Django's"


@pytest.mark.parametrize("method", ["post", "options", "delete"])
def test_only_reading_is_answered(method):
    Client().get(PAGE)
    assert Site().get(PAGE, method=method)[2] == b"Django's"


def test_a_proxy_s_word_for_https_counts_where_there_is_one(settings):
    Client().get(PAGE, secure=True)
    told = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert Site().get(PAGE, **told)[2] == b"Django's"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert Site().get(PAGE, **told)[2] != b"Django's"


def test_asking_for_the_head_gives_no_body_and_its_length():
    whole = Client().get(PAGE)
    status, headers, body = Site().get(PAGE, method="head")
    assert (status, headers["Content-Length"], body) == ("200 OK", str(len(whole.content)), b"")


def test_who_has_the_page_is_told_so_without_it():
    etag = Client().get(PAGE).headers["ETag"]
    for said in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        status, headers, body = Site().get(PAGE, HTTP_IF_NONE_MATCH=said)
        assert (status, headers["ETag"], body) == ("304 Not Modified", etag, b"")
        assert "Content-Length" not in headers
    assert Site().get(PAGE, HTTP_IF_NONE_MATCH='"other"')[0] == "200 OK"
    assert Site().get(PAGE, HTTP_IF_NONE_MATCH="not an ETag")[0] == "200 OK"


def test_while_the_database_is_away_the_pages_of_the_last_revision_are_sent(store):
    Client().get(PAGE)
    answers = [revision.number(), DatabaseError("gone")]

    def ask():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    site = Site(ask)
    first = site.get(PAGE)
    assert site.get(PAGE)[2] == first[2]
    assert store.is_away
    # Nobody asks again for a moment: there is no third answer.
    assert site.get(PAGE)[2] == first[2]
    assert site.get("/about/")[2] == b"Django's"


def test_kept_pages_are_counted():
    Client().get(PAGE)
    counted = ANSWERS.labels("GET", "kept page", 200)._value.get
    before = counted()
    Site().get(PAGE)
    assert counted() == before + 1


def test_without_the_store_everything_is_django_s(settings):
    Client().get(PAGE)
    settings.PAGE_STORE = False
    assert Site().get(PAGE)[2] == b"Django's"


def test_the_layer_is_around_the_site():
    from catalogue.wsgi import application

    assert isinstance(application, KeptPages)
    assert isinstance(application.application, WSGIHandler)


# Its connection -----------------------------------------------------------------------------------------------------


@pytest.fixture
def own():
    one = OwnConnection()
    yield one
    one._connection.close()


def test_it_knows_what_is_committed(own):
    committed = own.number()
    assert committed == revision.number()
    if connection.vendor == "postgresql":  # in tests, SQLite's connections share one memory and lock each other out
        revision.advance()
        assert own.number() == committed


def test_a_connection_that_was_lost_is_opened_again(own):
    number = own.number()
    own._connection.connection.close()
    assert own.number() == number


def test_where_no_connection_can_be_had_it_says_so(own, monkeypatch):
    def refused():
        raise DatabaseError("connection refused")

    number = own.number()
    with monkeypatch.context() as away:
        away.setattr(own, "_open", refused)
        own._connection.connection.close()
        with pytest.raises(DatabaseError):
            own.number()
    assert own.number() == number
