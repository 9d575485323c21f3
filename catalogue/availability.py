"""Whether PostgreSQL answers, remembered for a moment: while it is away one request finds out, all others know.

Without that, each would wait until the pool of connections gives up, and those that only need a kept page with them.
"""

from __future__ import annotations

import threading
import time

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

#: Seconds after which it is asked again, and for which the one who asks may take.
RETRY = 2
#: SQLSTATE of a server that goes, is gone or takes no more connections; without one, no server answered at all.
GONE = ("08", "57P", "53300")


class Availability:
    """Of one database, as this process knows it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.is_away = False
        self._ask_again = 0.0

    def may_be_asked(self) -> bool:
        """While it is away: True for one of those who come once the time to ask again has come, else False."""
        with self._lock:
            now = time.monotonic()
            if now < self._ask_again:
                return False
            self._ask_again = now + RETRY
            return True

    def found(self) -> None:
        """It answered."""
        self.is_away = False

    def lost(self) -> None:
        """It did not answer."""
        with self._lock:
            self.is_away, self._ask_again = True, time.monotonic() + RETRY


database = Availability()


def cause_of(error: BaseException | None) -> psycopg.Error | None:
    """What PostgreSQL's driver said, where that is why Django raised this."""
    cause = getattr(error, "__cause__", None)
    return cause if isinstance(cause, psycopg.Error) else None


def is_away(error: BaseException | None) -> bool:
    """Whether this error says that no server answers, and not only that it refused or failed at something."""
    cause = cause_of(error)
    if cause is None or not isinstance(error, OperationalError | InterfaceError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(GONE)


def took_too_long(error: BaseException | None) -> bool:
    """Whether the server was told to give up a query after so long (STATEMENT_TIMEOUT)."""
    return isinstance(cause_of(error), psycopg.errors.QueryCanceled)


class AvailabilityMiddleware:
    """Says so where the page store found that the database is away; inside of what gives answers their headers."""

    #: Addresses that answer without the database.
    ALWAYS = ("/static/", "/health/", "/metrics")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "database_is_away", False) and not request.path_info.startswith(self.ALWAYS):
            return unavailable(request)
        return self.get_response(request)


def unavailable(request: HttpRequest, too_long: bool = False) -> HttpResponse:
    """Status 503 in words: the database is away or busy, or the answer took too long. Needs no database."""
    if request.path_info.startswith("/api/"):
        reason = "The answer took too long; ask for less." if too_long else "The database does not answer just now."
        response = JsonResponse({"detail": reason}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html", {"too_long": too_long}), status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
