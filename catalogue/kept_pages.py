"""Kept pages, sent before anything of a request begins: what has not changed costs about what a static file does.

This is the outermost layer of the site (catalogue/wsgi.py). It finds what the page store keeps and sends it; everything
else goes on to Django, where the store's middleware (catalogue/page_store.py) makes the page or says why there is none.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable
from http.client import responses

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from catalogue import revision, watching
from catalogue.availability import database
from catalogue.page_store import KnownRevision, Page, may_be_stored, place_of

#: Seconds to wait for PostgreSQL; while it is away, kept pages are sent all the same.
PATIENCE = 2


class OwnConnection:
    """A connection of this process's own to the primary, to ask for the revision alone.

    It is in no pool, which would check it each time it is handed out, and never in a transaction. Threads take turns:
    the question takes a fraction of what there is to do for a request anyway.
    """

    def __init__(self):
        self._lock, self._connection = threading.Lock(), None

    def number(self) -> int:
        """The present revision. Raises what Django does where the database does not answer."""
        with self._lock:
            if self._connection is not None:
                try:
                    return read(self._connection)
                except DatabaseError:  # the server may have been started anew since it was last asked
                    self._connection.close()
                    self._connection = None
            self._connection = self._open()
            return read(self._connection)

    @staticmethod
    def _open() -> BaseDatabaseWrapper:
        config = copy.deepcopy(connections.settings[DEFAULT_DB_ALIAS])
        if config["OPTIONS"].pop("pool", None):
            config["OPTIONS"]["connect_timeout"] = PATIENCE
        connection = load_backend(config["ENGINE"]).DatabaseWrapper(config, DEFAULT_DB_ALIAS)
        connection.inc_thread_sharing()
        connection.ensure_connection()
        return connection


def read(connection: BaseDatabaseWrapper) -> int:
    """As ``revision.read``; of PostgreSQL asked with nothing around the question, which costs half of what it does by
    a cursor."""
    if connection.vendor != "postgresql":
        return revision.read(connection)
    with connection.wrap_database_errors:
        pgconn = connection.connection.pgconn
        answer = pgconn.exec_(revision.QUESTION.encode())
        if answer.status != ExecStatus.TUPLES_OK:
            raise error_from_result(answer)
        return int(answer.get_value(0, 0)) if answer.ntuples else 0


class KeptPages:
    """A WSGI application around the site's."""

    def __init__(self, application: Callable):
        self.application = application
        self.revision = KnownRevision(OwnConnection().number)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        began = time.perf_counter()
        page = self._find(environ) if settings.PAGE_STORE and may_be_stored(environ) else None
        if page is None:
            return self.application(environ, start_response)
        status, headers, body = page.answer(environ, "stored")
        start_response(f"{status} {responses[status]}", list(headers.items()))
        watching.count(environ["REQUEST_METHOD"], environ["PATH_INFO"], "kept page", status, began)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _find(self, environ: dict) -> Page | None:
        if not database.is_away or database.may_be_asked():
            self.revision.find()
        shelf, key = place_of(environ, self.revision.number)
        return shelf.get(key)
