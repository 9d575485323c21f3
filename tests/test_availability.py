"""While the database is away: one request asks it, all others know. What took too long, or can't be done, is said."""

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from catalogue import availability, page_store, revision, views
from catalogue.availability import Availability, is_away, took_too_long


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(availability.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def database(monkeypatch):
    """The state that the middleware and the error page share, this test's own."""
    one = Availability()
    for module in (page_store, views):
        monkeypatch.setattr(module, "database", one)
    return one


def error(cause: Exception) -> OperationalError:
    raised = OperationalError(str(cause))
    raised.__cause__ = cause
    return raised


def test_of_many_one_asks_again_after_two_seconds(clock):
    database = Availability()
    assert not database.is_away
    database.lost()
    assert database.is_away and not database.may_be_asked()
    clock[0] += 2
    assert [database.may_be_asked() for _ in range(3)] == [True, False, False]
    database.found()
    assert not database.is_away


@pytest.mark.parametrize(
    ("cause", "away"),
    [
        (psycopg.OperationalError("the connection is closed"), True),
        (psycopg.errors.AdminShutdown("terminating connection due to administrator command"), True),
        (psycopg.errors.TooManyConnections("sorry, too many clients already"), True),
        (psycopg.errors.QueryCanceled("canceling statement due to statement timeout"), False),
        (psycopg.errors.DeadlockDetected("deadlock detected"), False),
        (psycopg.errors.DiskFull("could not extend file"), False),
    ],
)
def test_only_a_server_that_is_gone_counts_as_away(cause, away):
    assert is_away(error(cause)) is away


def test_an_error_of_another_kind_says_nothing_of_the_server():
    assert not is_away(ValueError("no")) and not is_away(None) and not took_too_long(OperationalError("disk is full"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/vehicles/", "/ja/search/?q=camry", "/api/v1/plants/", "/report/", "/admin/login/"])
def test_while_it_is_away_nobody_waits_and_all_are_told_when_to_come_back(path, database, clock):
    database.lost()
    answer = Client().get(path)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert "does not answer just now" in answer.content.decode()
    assert ("データベース" in answer.content.decode()) is not path.startswith("/api/")
    assert Client().get("/health/live").status_code == 200
    clock[0] += 2
    assert Client().get(path).status_code == 200
    assert not database.is_away


@pytest.mark.django_db
def test_who_asks_in_vain_goes_on_waiting(database, clock, monkeypatch):
    def away():
        raise error(psycopg.OperationalError("connection refused"))

    database.lost()
    clock[0] += 2
    monkeypatch.setattr(revision, "number", away)
    assert Client().get("/api/v1/plants/").status_code == 503
    assert database.is_away and not database.may_be_asked()


@pytest.mark.django_db
def test_a_database_that_goes_in_the_middle_of_an_answer_is_no_fault_of_the_page(database, monkeypatch):
    def gone(*args, **kwargs):
        raise error(psycopg.errors.AdminShutdown("terminating connection"))

    monkeypatch.setattr(views.About, "get", gone)
    answer = Client(raise_request_exception=False).get("/about/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert database.is_away


@pytest.mark.django_db
def test_any_other_error_is_a_fault_and_says_so(database, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(views.About, "get", broken)
    answer = Client(raise_request_exception=False).get("/about/")
    assert (answer.status_code, database.is_away) == (500, False)


@pytest.mark.django_db
def test_a_query_that_takes_too_long_is_given_up_in_words(database):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such limit")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1ms'")
    answer = Client(raise_request_exception=False).get("/vehicles/?state=OH")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "took too long" in answer.content.decode()
    assert not database.is_away
