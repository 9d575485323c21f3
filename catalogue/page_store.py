"""Pages kept ready to send, for as long as the catalogue stays as it is.

A published page depends on nothing but the catalogue's content, the code, the day (drawings end "today") and the
address. So a finished page is kept under exactly these, compressed already; an edit raises the revision in its own
transaction, and from the moment it is committed no process finds the earlier pages. One look-up for the revision and
one for the page is all that an unchanged page costs; the server asks for both before Django begins
(catalogue/kept_pages.py).

Never kept, and never answered from here: anything but GET and HEAD; requests with a session, messages or credentials,
and with them all editors; searches, whose index may be a moment behind; answers that are no success, set a cookie,
are private, streamed or too large. Addresses with a query have a shelf of their own, so that readers who try all
filters can't push out the pages that everybody reads.

When the database is away, the pages of the last revision this process knew are still served.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import brotli
from django.conf import settings
from django.core.cache import caches
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from catalogue import revision
from catalogue.availability import database
from catalogue.bounded import Bounded
from catalogue.release import release

log = logging.getLogger("catalogue.pages")

#: Larger answers are not kept; longer queries are no list anybody comes back to.
LARGEST = 5_000_000
LONGEST_QUERY = 300
#: A page is kept a week at most: what nobody asks for goes.
SECONDS = 7 * 24 * 3600
#: How long others wait for the one who makes a page, in seconds, and how often they look.
PATIENCE, LOOK_EVERY = 10, 0.02
#: Smaller answers gain nothing by compression.
WORTH_COMPRESSING = 500
#: Addresses that are no pages, or that answer conditions by themselves.
NOT_PAGES = (
    "/static/",
    "/health/",
    "/metrics",
    "/api/v1/",
    "/api/schema/",
    "/downloads/",
    "/ja/downloads/",
    "/photos/",
)
#: What takes long to make, with the only parameters that make a difference there: others would have it made again.
DEAR = {"/sitemap": ("p",), "/api/docs/": (), "/ja/api/docs/": ()}
#: What a request says of how it wants the answer.
CONDITIONS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
#: What is worked out anew for each answer, or is of one request alone.
NAME = "X-Request-ID"
NOT_KEPT = {"content-length", "date", "etag", "content-encoding", NAME.lower()}
#: What an answer without a body says of the page (RFC 9110, 15.4.5).
KEPT_BY_304 = {"Cache-Control", "Content-Location", "ETag", "Expires", "Vary"}
KINDS = ("text/html", "application/xml", "application/atom+xml", "application/opensearchdescription+xml", "text/plain")


@dataclass(frozen=True)
class Page:
    """A finished answer. ``bodies`` has it by encoding: "br" and "gzip" where that is worth it, else plain ("")."""

    headers: dict[str, str]
    bodies: dict[str, bytes]

    @classmethod
    def of(cls, response: HttpResponse) -> Page:
        body = response.content
        bodies = {"": body}
        if len(body) >= WORTH_COMPRESSING:  # nearly everybody takes these; for others it is unpacked
            bodies = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)}
        patch_vary_headers(response, ["Accept-Encoding"])
        headers = {name: value for name, value in response.items() if name.lower() not in NOT_KEPT}
        return cls({**headers, "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'}, bodies)

    def answer(self, meta: dict, how: str) -> tuple[int, dict[str, str], bytes]:
        """The page as this request wants it, compressed or not, or that it has not changed: status, headers, body."""
        if has_already(meta, self.headers["ETag"]):
            return 304, {name: value for name, value in self.headers.items() if name in KEPT_BY_304}, b""
        encoding = accepted(meta.get("HTTP_ACCEPT_ENCODING", ""), self.bodies)
        body = self.bodies[encoding] if encoding in self.bodies else gzip.decompress(self.bodies["gzip"])
        told = {"Server-Timing": f'page;desc="{how}"', "Content-Length": str(len(body))}
        if encoding:
            told["Content-Encoding"] = encoding
        return 200, {**self.headers, **told}, body


def has_already(meta: dict, etag: str) -> bool:
    """Whether the client says that it has what goes by this weak ETag, as RFC 9110 (13.1.2) compares them."""
    header = meta.get("HTTP_IF_NONE_MATCH", "")
    return header == etag or any(one in ("*", etag, etag.removeprefix("W/")) for one in parse_etags(header))


def accepted(header: str, bodies: dict[str, bytes]) -> str:
    """The best of these encodings that a browser says it takes; "" for none.

    >>> accepted("gzip, br;q=0.5", {"": b"", "br": b"", "gzip": b""}), accepted("gzip;q=0", {"": b"", "gzip": b""})
    ('br', '')
    """
    taken = set()
    for part in header.lower().split(","):
        name, _, rest = part.strip().partition(";")
        if rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    return next((one for one in ("br", "gzip") if one in bodies and (one in taken or "*" in taken)), "")


def may_be_stored(meta: dict) -> bool:
    """Whether the answer is a page, and the same for everybody who asks so."""
    path, cookies = meta["PATH_INFO"], meta.get("HTTP_COOKIE", "")
    return (
        meta["REQUEST_METHOD"] in ("GET", "HEAD")
        and not (cookies and {settings.SESSION_COOKIE_NAME, "messages"} & parse_cookie(cookies).keys())
        and "HTTP_AUTHORIZATION" not in meta
        and len(meta.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not path.startswith((*NOT_PAGES, f"/{settings.ADMIN_PATH}"))
        and "/search/" not in path
    )


def worth_storing(response: HttpResponse) -> bool:
    control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not any(word in control for word in ("no-store", "private"))
        and response.get("Content-Type", "").partition(";")[0] in KINDS
        and len(response.content) <= LARGEST
    )


def query_of(meta: dict) -> str:
    """The query in one order; values of one parameter keep theirs."""
    if not (text := meta.get("QUERY_STRING", "")):
        return ""
    query = parse_qsl(text, keep_blank_values=True)
    for beginning, meant in DEAR.items():
        if meta["PATH_INFO"].startswith(beginning):
            query = [(name, value) for name, value in query if name in meant]
    return urlencode(sorted(query, key=lambda pair: pair[0]))


def scheme_of(meta: dict) -> str:
    """Whether the reader came by HTTPS, as Django's ``request.scheme`` tells it."""
    header, secure = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    if header in meta:
        return "https" if meta[header].partition(",")[0].strip() == secure else "http"
    return meta.get("wsgi.url_scheme", "http")


def address(meta: dict, query: str) -> str:
    """What names the page."""
    part = [name for name in ("HTTP_HX_REQUEST", "HTTP_HX_HISTORY_RESTORE_REQUEST") if meta.get(name)]
    return "|".join([scheme_of(meta), meta.get("HTTP_HOST", ""), meta["PATH_INFO"], query, *part])


def place_of(meta: dict, number: int) -> tuple[Shelf, str]:
    """The shelf on which the page that answers this request is kept, at this revision, and its key there."""
    query = query_of(meta)
    today = datetime.now(UTC).date()  # days are those of TIME_ZONE, UTC; Django takes five times as long to say so
    named = f"{release()}|{number}|{today}|{address(meta, query)}"
    key = hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest()
    return Shelf("queries" if query else "pages"), f"page:{key}"


#: The pages that this process sent last, by shelf and key: a key names the same page for ever.
at_hand: dict[str, Bounded[str, Page]] = {"pages": Bounded(100), "queries": Bounded(50)}


class Shelf:
    """One of Django's caches, as the store uses it, and before it what is at hand."""

    def __init__(self, name: str):
        self.cache, self.at_hand = caches[name], at_hand[name]

    def get(self, key: str) -> Page | None:
        page = self.at_hand.get(key)
        if page is None and (page := self.cache.get(key)) is not None:
            self.at_hand[key] = page
        return page

    def put(self, key: str, page: Page) -> None:
        self.cache.set(key, page, SECONDS)

    def begin(self, key: str) -> bool:
        """Whether nobody else makes this page at the moment; from now on we do."""
        return self.cache.add(f"{key}:making", True, PATIENCE)

    def end(self, key: str) -> None:
        self.cache.delete(f"{key}:making")

    def wait(self, key: str) -> Page | None:
        """Wait for whoever makes this page; None where that takes too long, or came to nothing."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            time.sleep(LOOK_EVERY)
            page = self.get(key)
            if page is not None or not self.cache.get(f"{key}:making"):
                return page
        return None


class KnownRevision:
    """The last revision that was known: that of the pages that are sent while the database is away."""

    def __init__(self, ask: Callable[[], int]):
        self.ask, self.number = ask, 0

    def find(self) -> bool:
        """Learn the present revision; False while the database is away."""
        try:
            self.number = self.ask()
        except DatabaseError:
            database.lost()
            log.warning("the database is away; pages of revision %s are served", self.number)
            return False
        database.found()
        return True


class PageStoreMiddleware:
    """Outside of all that makes a page, so that what is kept is all that readers get."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.revision = KnownRevision(lambda: revision.number())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        away = database.is_away and not (database.may_be_asked() and self.revision.find())
        if not settings.PAGE_STORE or not may_be_stored(request.META):
            request.database_is_away = away
            return self.get_response(request)
        away = away or not self.revision.find()
        shelf, key = place_of(request.META, self.revision.number)
        page = shelf.get(key)
        if page is None and away:
            request.database_is_away = True
            return self.get_response(request)
        if page is None and not shelf.begin(key):
            page = shelf.wait(key)
        if page is not None:
            return self._answer(request, page, "stored")
        try:
            return self._make(request, shelf, key)
        finally:
            shelf.end(key)

    def _make(self, request: HttpRequest, shelf: Shelf, key: str) -> HttpResponse:
        """The page made anew, whole and plain whatever the request takes; kept where it is worth it."""
        conditions = {name: request.META.pop(name) for name in CONDITIONS if name in request.META}
        request.__dict__.pop("headers", None)  # Django keeps them: they are to be read anew
        try:
            response = self.get_response(request)
        finally:
            request.META.update(conditions)
            request.__dict__.pop("headers", None)
        if not worth_storing(response):
            return response
        page = Page.of(response)
        shelf.put(key, page)
        answer = self._answer(request, page, "new")
        if NAME in response:
            answer[NAME] = response[NAME]
        return answer

    @staticmethod
    def _answer(request: HttpRequest, page: Page, how: str) -> HttpResponse:
        status, headers, body = page.answer(request.META, how)
        response = HttpResponse(body, status=status, headers=headers)
        if status == 304:
            del response["Content-Type"]
        response.was_kept = how == "stored"
        return response
