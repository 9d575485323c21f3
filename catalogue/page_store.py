"""Pages kept ready to send, for as long as the catalogue stays as it is.

A published page depends on nothing but the catalogue's content, the code, the day (drawings end "today") and the
address. So a finished page is kept under exactly these, compressed already; an edit raises the revision in its own
transaction, and from the moment it is committed no process finds the earlier pages. One look-up for the revision and
one for the page is all that an unchanged page costs.

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
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import brotli
from django.conf import settings
from django.core.cache import caches
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from catalogue import revision
from catalogue.availability import database, unavailable
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
NOT_PAGES = ("/static/", "/health/", "/metrics", "/api/v1/", "/api/schema/", "/downloads/", "/photos/")
#: What takes long to make, with the only parameters that make a difference there: others would have it made again.
DEAR = {"/sitemap.xml": ("p",), "/api/docs/": (), "/ja/api/docs/": ()}
#: Addresses that answer without the database.
ALWAYS = ("/static/", "/health/", "/metrics")
#: What a request says of how it wants the answer.
CONDITIONS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
#: What is worked out anew for each answer.
NOT_KEPT = {"content-length", "date", "etag", "content-encoding"}
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

    def answer(self, request: HttpRequest, how: str) -> HttpResponse:
        """The page as this request wants it: compressed or not, or that it has not changed."""
        if "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MATCH" in request.META:
            of_304 = {name: value for name, value in self.headers.items() if name in KEPT_BY_304}
            response = get_conditional_response(request, self.headers["ETag"], response=HttpResponse(headers=of_304))
            if response.status_code != 200:
                return response
        encoding = accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""), self.bodies)
        body = self.bodies[encoding] if encoding in self.bodies else gzip.decompress(self.bodies["gzip"])
        told = {"Server-Timing": f'page;desc="{how}"', "Content-Length": str(len(body))}
        if encoding:
            told["Content-Encoding"] = encoding
        return HttpResponse(body, headers={**self.headers, **told})


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


def may_be_stored(request: HttpRequest) -> bool:
    """Whether the answer is a page, and the same for everybody who asks so."""
    cookies = {settings.SESSION_COOKIE_NAME, "messages"}
    return (
        request.method in ("GET", "HEAD")
        and ("HTTP_COOKIE" not in request.META or not cookies & request.COOKIES.keys())
        and "HTTP_AUTHORIZATION" not in request.META
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not request.path_info.startswith((*NOT_PAGES, f"/{settings.ADMIN_PATH}"))
        and "/search/" not in request.path_info
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


def query_of(request: HttpRequest) -> str:
    """The query in one order; values of one parameter keep theirs."""
    query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    if request.path_info in DEAR:
        query = [(name, value) for name, value in query if name in DEAR[request.path_info]]
    return urlencode(sorted(query, key=lambda pair: pair[0]))


def address(request: HttpRequest, query: str) -> str:
    """What names the page."""
    part = [name for name in ("HX-Request", "HX-History-Restore-Request") if request.headers.get(name)]
    return "|".join([request.scheme or "", request.headers.get("Host", ""), request.path_info, query, *part])


class Shelf:
    """One of Django's caches, as the store uses it."""

    def __init__(self, name: str):
        self.cache = caches[name]

    def get(self, key: str) -> Page | None:
        return self.cache.get(key)

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


class PageStoreMiddleware:
    """Outside of all that makes a page, so that what is kept is all that readers get."""

    def __init__(self, get_response):
        self.get_response = get_response
        #: The last revision that was known, for when the database is away.
        self.revision = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        away = database.is_away and not (database.may_be_asked() and self._find_revision())
        if not settings.PAGE_STORE or not may_be_stored(request):
            needs_database = not request.path_info.startswith(ALWAYS)
            return unavailable(request) if away and needs_database else self.get_response(request)
        away = away or not self._find_revision()
        query = query_of(request)
        shelf = Shelf("queries" if query else "pages")
        named = f"{release()}|{self.revision}|{timezone.localdate()}|{address(request, query)}"
        key = f"page:{hashlib.sha256(named.encode(errors='surrogateescape')).hexdigest()}"
        page = shelf.get(key)
        if page is None and away:
            return unavailable(request)
        if page is None and not shelf.begin(key):
            page = shelf.wait(key)
        if page is not None:
            response = page.answer(request, "stored")
            response.was_kept = True
            return response
        try:
            return self._make(request, shelf, key)
        finally:
            shelf.end(key)

    def _find_revision(self) -> bool:
        """Learn the present revision; False while the database is away."""
        try:
            self.revision = revision.number()
        except DatabaseError:
            database.lost()
            log.warning("the database is away; pages of revision %s are served", self.revision)
            return False
        database.found()
        return True

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
        return page.answer(request, "new")
