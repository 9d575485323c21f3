"""``make fuzz``: addresses, parameters, headers and methods that no browser sends, by the ten thousand.

Against a real site on the database that DATABASE_URL names. Each request must be answered, with no status of 500 or
more, within two seconds. The same SEED asks the same again.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from tests.loaded import create_database, database_beside, drop_database, loaded_catalogue, site_environment
from tests.sites import Site, running_site

SLOWEST = 2.0
PAGES = (
    *("/", "/vehicles/", "/plants/", "/exports/", "/states/", "/manufacturers/", "/sources/", "/figures/", "/compare/"),
    *("/search/", "/search/suggestions/", "/vin/", "/changes/", "/changes.atom", "/downloads/", "/report/", "/about/"),
    *("/api/docs/", "/vehicles/toyota/camry/xv10/", "/plants/toyota-georgetown/", "/exports/toyota-cavalier/"),
    *("/states/oh/", "/eras/trade-deal/", "/sources/vpic/", "/figures/japan-consumer-prices.csv"),
)
MACHINES = (
    *("/api/v1/", "/api/v1/vehicles/", "/api/v1/plants/", "/api/v1/exports/", "/api/v1/runs/", "/api/v1/makes/"),
    *("/api/v1/sources/", "/api/v1/manufacturers/", "/api/v1/eras/", "/api/v1/models/", "/api/schema/"),
    *("/api/v1/vehicles/toyota/camry/xv10/", "/api/v1/plants/honda-marysville/", "/api/v1/vin/1HGCB9850NA000000/"),
    *("/sitemap.xml", "/robots.txt", "/opensearch.xml", "/favicon.ico", "/health/live", "/health/ready", "/metrics"),
    *("/downloads/SHA256SUMS", "/admin/", "/admin/login/", "/static/css/base.css", "/photos/a.webp", "/no/such/page/"),
)
NAMES = (
    *("q", "sort", "page", "limit", "offset", "format", "fields", "as_of", "year", "built_from", "built_to", "v"),
    *("make", "model", "plant", "state", "maker", "body", "powertrain", "era", "status", "production", "exported"),
    *("drive", "fit", "kind", "make__not", "state__empty", "plant__not", "only", "compare", "vin", "next", "after"),
    *("language", "field", "publisher", "bbox", "page_size", "cursor", "callback", "__proto__", "id__in"),
)
VALUES = (
    *("", "1", "0", "-1", "1994", "99999999999999999999", "1e309", "NaN", "0x10", "true", "null", "[]", "{}"),
    *("OH", "toyota", "xv10", "honda-marysville", "ended", "yes", "name", "-built", "json", "csv", "geojson"),
    *("' OR 1=1 --", '"; DROP TABLE', "<script>alert(1)</script>", "{{ 7*7 }}", "${jndi:ldap://x}", "../../etc"),
    *("カムリ", "ｶﾑﾘ", "ＨＯＮＤＡ", "İstanbul", "ß", "e\u0301", "\u202eabc", "\ud7ff", "😀" * 9, "%", "_", "*"),
    *("a" * 300, "a b " * 80, "9" * 40, "(" * 50, ")*+?[", "\t", "\x7f", "\\", "\u0000", "\r\nX-Evil: 1"),
    *("1992-13", "1992-00", "..", "1992..1996", "0000", "undefined"),
)
RAW = (
    *("%00", "%ff", "%c3%28", "%F0%9F", "%", "%zz", "%u0041", "+", ";", "=", "&&&"),
    *("%0d%0aSet-Cookie:a=b", "%2e%2e%2f"),
)
METHODS = (
    *(*["GET"] * 14, "HEAD", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
    *("OPTIONS", "TRACE", "PROPFIND", "get", "BREW"),
)
HEADERS = (
    *("Accept: application/json", "Accept: */*;q=a", "Accept: text/csv", "Accept: " + "a/b," * 400),
    *("Accept-Language: ja", "Accept-Language: x-" + "y" * 300),
    *("Accept-Encoding: br;q=1.0, gzip", "Accept-Encoding: \t,;="),
    *("If-None-Match: *", 'If-None-Match: W/"a", "b"', "If-Modified-Since: Thu, 99 Foo 9999", "Range: bytes=0-1,5-"),
    *("Cookie: sessionid=nobody; csrftoken=short", "Cookie: =;;=a", "Cookie: messages=1$[]"),
    *("X-Forwarded-For: 1.2.3.4, ::1, nonsense", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"),
    *("HX-Request: true", "HX-Request: x", "HX-History-Restore-Request: true", "Authorization: Basic %%%"),
    *("Content-Type: multipart/form-data; boundary=", "Content-Type: application/json", "Transfer-Encoding: gzip"),
    *("X-Request-ID: " + "a" * 200, "Expect: 100", "Origin: null", "Referer: \x80", "Upgrade: h2c", "DNT: 1"),
    *("X-HTTP-Method-Override: DELETE", "Host: evil.example"),
)


@dataclass
class Tried:
    """What came of all requests."""

    statuses: Counter = field(default_factory=Counter)
    slowest: float = 0
    slowest_request: str = ""
    faults: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)


class Fuzzer:
    """Makes requests, the same ones for the same seed."""

    def __init__(self, seed: int, known: list[str]):
        self.chance = random.Random(seed)
        self.known = known

    def value(self) -> str:
        chance = self.chance
        if chance.random() < 0.1:
            return "".join(chr(chance.choice([chance.randrange(0xD800), chance.randrange(0x300)])) for _ in range(20))
        text = chance.choice(VALUES)
        return text + chance.choice(VALUES) if chance.random() < 0.1 else text

    def query(self) -> str:
        chance = self.chance
        kind = chance.random()
        if kind < 0.2:
            return ""
        if kind < 0.22:
            return "&".join([f"{chance.choice(NAMES)}={quote(self.value())}"] * chance.choice([50, 300, 1200]))
        pairs = [(chance.choice(NAMES), self.value()) for _ in range(chance.choice([1, 1, 1, 2, 3, 6]))]
        query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)
        return query + chance.choice(RAW) if chance.random() < 0.15 else query

    def path(self) -> str:
        chance = self.chance
        kind = chance.random()
        path = chance.choice(self.known if kind < 0.3 else MACHINES if kind < 0.55 else PAGES)
        if chance.random() < 0.3 and not path.startswith(("/api", "/static", "/health", "/admin")):
            path = f"/ja{path}"
        twist = chance.random()
        if twist < 0.06:
            place = chance.randrange(len(path) + 1)
            path = path[:place] + chance.choice([*RAW, quote(self.value()), "/", "//", "/../", "/./"]) + path[place:]
        elif twist < 0.08:
            path = path.upper() if chance.random() < 0.5 else path.rstrip("/")
        return path[:8000]

    def request(self, host: str) -> bytes:
        chance = self.chance
        method, query = chance.choice(METHODS), self.query()
        target = self.path() + (f"?{query}" if query else "")
        headers = chance.sample(HEADERS, chance.choice([0, 0, 1, 2, 4]))
        if not any(one.startswith("Host:") for one in headers) or chance.random() < 0.5:
            headers = [f"Host: {host}", *(one for one in headers if not one.startswith("Host:"))]
        body = b""
        if method in ("POST", "PUT", "PATCH"):
            body = f"{chance.choice(NAMES)}={quote(self.value(), errors='surrogatepass')}".encode()
            headers.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([f"{method} {target} HTTP/1.1", *headers, "Connection: close", "", ""])
        return head.encode("utf-8", "surrogatepass") + body


def answer_to(request: bytes, host: str, port: int) -> tuple[int, float]:
    """The status (0 for none) and the seconds it took to have all of the answer."""
    began = time.monotonic()
    status = b""
    with socket.create_connection((host, port), timeout=30) as connection:
        connection.settimeout(30)
        try:
            connection.sendall(request)
            while piece := connection.recv(65536):
                status = status or piece[:12]
        except OSError:
            pass
    found = re.match(rb"HTTP/1\.[01] (\d{3})", status)
    return int(found[1]) if found else 0, time.monotonic() - began


def fuzz(address: str, requests: int, seed: int, at_once: int = 2) -> Tried:
    """Send so many requests to a site."""
    place = urlsplit(address)
    listed = urlopen(f"{address}/sitemap.xml").read().decode()  # noqa: S310 - our own server
    known = [urlsplit(one).path for one in re.findall(r"<loc>(.*?)</loc>", listed)]
    fuzzer, tried = Fuzzer(seed, known), Tried()

    def send(request: bytes) -> None:
        status, seconds = answer_to(request, place.hostname, place.port)
        tried.statuses[status] += 1
        said = request[:300].decode("utf-8", "backslashreplace")
        if seconds > tried.slowest:
            tried.slowest, tried.slowest_request = seconds, said
        if status >= 500 or status == 0:
            tried.faults.append(f"{status}: {said!r}")
        elif seconds > SLOWEST:
            tried.slow.append(f"{seconds:.2f} s: {said!r}")

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(send, (fuzzer.request(place.netloc) for _ in range(requests))))
    return tried


@contextmanager
def site_of_its_own(folder: Path) -> Iterator[Site]:
    loaded = loaded_catalogue(folder / "loaded")
    url = ""
    if loaded.url:
        url = database_beside(os.environ["DATABASE_URL"], "fuzz")
        create_database(url, template=loaded.database_name)
    environment = site_environment(loaded.var, url) | {"API_RATE": "1000000/s"}
    with running_site(environment, folder / "log") as site:
        yield site
    if url:
        drop_database(url)


def traceback_ends(log: str) -> Iterator[str]:
    """The last line of each traceback: what went wrong."""
    for traceback in log.split("Traceback (most recent call last):")[1:]:
        yield next((line for line in traceback.splitlines()[1:] if line and not line.startswith(" ")), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, site_of_its_own(Path(folder)) as site:
        tried = fuzz(site.address, options.requests, options.seed)
        errors = Counter(traceback_ends(site.log.read_text()))
    lines = [
        f"{sum(tried.statuses.values())} requests, seed {options.seed}",
        *(f"  {status or 'no answer'}: {number}" for status, number in sorted(tried.statuses.items())),
        f"slowest: {tried.slowest:.2f} s, {tried.slowest_request[:120]!r}",
        f"tracebacks in the log: {sum(errors.values())}",
        *(f"  {number} x {line[:200]}" for line, number in errors.most_common(20)),
        *tried.faults[:50],
        *tried.slow[:50],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(tried.faults or tried.slow))


if __name__ == "__main__":
    main()
