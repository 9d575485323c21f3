"""``make bench``: how fast pages are, as ratios measured in one run on one machine.

On SQLite, and on PostgreSQL where DATABASE_URL names a server; with the real catalogue, and with 100,000 invented
generations. Each page is compared with a bare Django view that sends as many bytes under the same server, lists with
all their facets also with Datasette, which serves the same rows with the same facets. Rates are medians of several
rounds, taken by turns, so that what slows the machine down slows all of them; the spread is how far they lie apart.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from tests.bench_rows import facet_query
from tests.bench_sites import EDITOR, Prepared, commands, prepare
from tests.loaded import ROOT, free_port

CLIENTS, ROUNDS, SECONDS = 4, 5, 1.5
PAGE, LIST, FILTER = "/plants/toyota-georgetown/", "/vehicles/", "state=OH&exported=yes"
#: Each with what it is compared with. No other answers with all facets are there to compare.
WITH_DATASETTE = {
    "list with all facets, made anew": "exported=yes&state__arraycontains=OH&",
    "whole list with all facets, made anew": "",
}


@dataclass
class Case:
    """One kind of request: which server, which address, which headers."""

    name: str
    server: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    size: int = 0
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def spread(self) -> float:
        return (max(self.rates) - min(self.rates)) / self.rate


@contextmanager
def server(command: list[str], environment: dict[str, str], port: int) -> Iterator[float]:
    """A server that answers; gives the seconds until it did."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/health/live")
                connection.getresponse().read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - begun > 120:
                    raise RuntimeError(f"{command[0]} did not start") from None
                time.sleep(0.05)
        yield time.monotonic() - begun
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def ask(connection: http.client.HTTPConnection, case: Case) -> bytes:
    connection.request("GET", case.path, headers=case.headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != case.status:
        raise RuntimeError(f"{case.name}: {answer.status} for {case.path}")
    return body


def measure(case: Case, port: int) -> None:
    """One round: requests a second by several clients, each with a connection of its own."""
    counts, begun = [0] * CLIENTS, time.monotonic()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < begun + SECONDS:
            ask(connection, case)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.rates.append(sum(counts) / (time.monotonic() - begun))


def milliseconds(port: int, path: str) -> float:
    begun = time.monotonic()
    urlopen(f"http://127.0.0.1:{port}{path}").read()  # noqa: S310 - our own server
    return (time.monotonic() - begun) * 1000


def memory_of(port: int) -> int:
    """Resident megabytes of the largest gunicorn worker of a port."""
    listed = subprocess.run(["ps", "-eo", "rss,args"], capture_output=True, text=True, check=True).stdout
    sizes = [int(line.split()[0]) for line in listed.splitlines() if f"127.0.0.1:{port}" in line]
    return max(sizes, default=0) // 1024


def signed_in(port: int) -> str:
    """The cookies of an editor."""
    jar = HTTPCookieProcessor()
    opener, login = build_opener(jar), f"http://127.0.0.1:{port}/admin/login/"
    token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)', opener.open(login).read())[1].decode()
    name, password = EDITOR.values()
    form = urlencode({"csrfmiddlewaretoken": token, "username": name, "password": password, "next": "/admin/"})
    opener.open(Request(login, form.encode(), {"Referer": login}))  # noqa: S310 - our own server
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar.cookiejar)


def cases(ports: dict[str, int]) -> Iterator[Case]:
    """What is measured."""
    takes = {"Accept-Encoding": "gzip"}
    with urlopen(Request(f"http://127.0.0.1:{ports['site']}{PAGE}", headers=takes)) as answer:  # noqa: S310 - ours
        etag = answer.headers["ETag"]
    editor = {**takes, "Cookie": signed_in(ports["fresh"])}
    yield Case("stored page", "site", PAGE, takes)
    yield Case("stored list with filters", "site", f"{LIST}?{FILTER}", takes)
    yield Case("not modified", "site", PAGE, {**takes, "If-None-Match": etag}, 304)
    yield Case("entry page, made anew", "fresh", PAGE, takes)
    yield Case("list with all facets, made anew", "fresh", f"{LIST}?{FILTER}")
    yield Case("whole list with all facets, made anew", "fresh", LIST)
    yield Case("search", "fresh", "/search/?q=accord+ohio+1994", takes)
    yield Case("API list", "fresh", "/api/v1/vehicles/?state=OH", takes)
    yield Case("VIN check", "fresh", "/vin/?vin=1HGCB9850NA000000", takes)
    yield Case("admin change list", "fresh", "/admin/vehicles/generation/", editor)


def bare_of(case: Case) -> Case:
    return Case(f"bare: {case.name}", "bare", f"/{case.size}/{case.status}/", status=case.status)


def datasette_of(case: Case) -> Case | None:
    if case.name not in WITH_DATASETTE:
        return None
    return Case(f"Datasette: {case.name}", "datasette", f"/rows/vehicles?{WITH_DATASETTE[case.name]}{facet_query()}")


def run(site: Prepared, datasette: str) -> dict:
    ports = {name: free_port() for name in ("site", "fresh", "bare", "datasette")}
    with ExitStack() as stack:
        start = {
            name: stack.enter_context(server(*command, ports[name]))
            for name, command in commands(site, ports, datasette).items()
        }
        # Nothing is in memory yet: what the first to ask after an edit waits.
        first = milliseconds(ports["fresh"], f"{LIST}?{FILTER}")
        measured = []
        for case in cases(ports):
            for _ in range(6):  # every worker once
                connection = http.client.HTTPConnection("127.0.0.1", ports[case.server])
                case.size = len(ask(connection, case))
                connection.close()
            measured.append((case, bare_of(case), datasette_of(case)))
        for _ in range(ROUNDS):
            for case in (one for several in measured for one in several if one):
                measure(case, ports[case.server])
        return {
            "site": site.name,
            "seconds to start": round(start["site"], 1),
            "megabytes of a worker that keeps pages": memory_of(ports["site"]),
            "megabytes of a worker that makes them": memory_of(ports["fresh"]),
            "milliseconds of the first list after an edit": round(first),
            **site.rates,
            "cases": [told(*several) for several in measured],
        }


def told(case: Case, bare: Case, datasette: Case | None) -> dict:
    compared = {}
    if datasette:
        compared = {"datasette": round(datasette.rate, 2), "times datasette": round(case.rate / datasette.rate, 1)}
    return {
        "what": case.name,
        "bytes": case.size,
        "per second": round(case.rate, 1),
        "bare view": round(bare.rate, 1),
        "ratio": round(case.rate / bare.rate, 3),
        "spread": round(case.spread, 2),
        "spread of the bare view": round(bare.spread, 2),
        **compared,
        "rounds": {one.name: one.rates for one in (case, bare, datasette) if one},
    }


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def report(results: list[dict]) -> None:
    """One table: a row for each case, a column for each catalogue. The ratio is to the bare view."""
    say(f"{'requests a second (ratio to a bare view, spread)':40}" + "".join(f"{one['site']:>26}" for one in results))
    for row in zip(*(one["cases"] for one in results), strict=True):
        cells = (f"{one['per second']:,.0f} ({one['ratio']:.2f}, ±{one['spread'] / 2:.0%})" for one in row)
        say(f"{row[0]['what']:40}" + "".join(f"{cell:>26}" for cell in cells))
        if "datasette" in row[0]:
            cells = (f"{one['times datasette']:.1f} × {one['datasette']:.1f}" for one in row)
            say(f"{'    times Datasette':40}" + "".join(f"{cell:>26}" for cell in cells))
    names = dict.fromkeys(name for one in results for name in one if name not in ("site", "cases"))
    for name in names:
        say(f"{name.replace('_', ' '):40}" + "".join(f"{one.get(name, '–'):>26}" for one in results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures here, too")
    parser.add_argument("--generations", type=int, default=100_000, help="of the large catalogue; 0: there is none")
    parser.add_argument("--datasette", required=True, help="the program")
    parser.add_argument("--keep", type=Path, default=ROOT / ".bench", help="where catalogues are kept for the next run")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    urls = ["", url] if url.startswith("postgres") else [""]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    say(f"{machine}; {CLIENTS} clients, {ROUNDS} rounds of {SECONDS} s; medians")
    if len(urls) == 1:
        say("DATABASE_URL names no PostgreSQL server: SQLite alone is measured.")
    results = []
    for generations in (None, options.generations) if options.generations else (None,):
        for one in urls:
            site = prepare(options.keep, one, generations)
            say(f"measuring {site.name} …")
            results.append(run(site, options.datasette))
    say()
    report(results)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "clients": CLIENTS, "results": results}, indent=1))


if __name__ == "__main__":
    main()
