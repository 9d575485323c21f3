"""Reading from copies of the database (PostgreSQL's streaming replication), by DATABASE_REPLICA_URLS.

Pages for readers may be made from a copy; whatever editors do, and every write, goes to the primary. A copy is asked
only if it has the revision that the primary has, so no page is ever older than the last edit; one that is behind, or
does not answer, is left out until it is back.
"""

from __future__ import annotations

import itertools
import logging
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from catalogue import revision
from catalogue.availability import Availability, is_away

log = logging.getLogger("catalogue.replicas")

#: Where the present request reads.
_source: ContextVar[str] = ContextVar("source", default=DEFAULT_DB_ALIAS)


class Router:
    """Django's database router."""

    def db_for_read(self, model, **hints) -> str:
        return _source.get()

    def db_for_write(self, model, **hints) -> str:
        # What a request wrote, it finds again.
        _source.set(DEFAULT_DB_ALIAS)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints) -> bool:
        return db == DEFAULT_DB_ALIAS


@contextmanager
def reading_from(alias: str):
    token = _source.set(alias)
    try:
        yield
    finally:
        _source.reset(token)


class Replicas:
    """The copies, in turn."""

    def __init__(self, aliases: list[str]):
        self.state = {alias: Availability() for alias in aliases}
        self._turn = itertools.count()

    def one_like_the_primary(self) -> str:
        """A copy that answers and has the primary's revision; the primary where there is none."""
        wanted = revision.number()
        aliases = list(self.state)
        first = next(self._turn) % len(aliases)
        for alias in aliases[first:] + aliases[:first]:
            state = self.state[alias]
            if state.is_away and not state.may_be_asked():
                continue
            try:
                has = revision.number(alias)
            except DatabaseError:
                self.lost(alias)
                continue
            state.found()
            if has == wanted:
                return alias
        return DEFAULT_DB_ALIAS

    def lost(self, alias: str) -> None:
        self.state[alias].lost()
        log.warning("%s does not answer and is left out for now", alias)


class ReplicaMiddleware:
    """Inside the page store: only pages that have to be made come here."""

    def __init__(self, get_response):
        aliases = [alias for alias in connections if alias != DEFAULT_DB_ALIAS]
        if not aliases:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.replicas = Replicas(aliases)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        with reading_from(self.replicas.one_like_the_primary()):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A copy that goes while a page is made from it: the primary makes the page."""
        alias = _source.get()
        if alias == DEFAULT_DB_ALIAS or not is_away(exception):
            return None
        self.replicas.lost(alias)
        with reading_from(DEFAULT_DB_ALIAS):
            return self.get_response(request)
