"""``make bench``: how fast pages are, as ratios measured in one run on one machine.

Each is compared with a bare Django view that sends as many bytes under the same server. Rates are medians of several
rounds, taken by turns, so that what slows the machine down slows all of them; the spread is how far they lie apart.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.request import urlopen

from tests.loaded import ROOT, free_port, fresh_environment, loaded_catalogue

CLIENTS, ROUNDS, SECONDS = 4, 5, 1.5


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
            try:
                urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).read()  # noqa: S310 - our own server
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - begun > 120:
                    raise RuntimeError("the server did not start") from None
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
    counts, until = [0] * CLIENTS, time.monotonic() + SECONDS

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < until:
            ask(connection, case)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.rates.append(sum(counts) / (time.monotonic() - begun))


def memory_of(parent: str) -> int:
    """Resident megabytes of the largest gunicorn worker of a port."""
    listed = subprocess.run(["ps", "-eo", "rss,args"], capture_output=True, text=True, check=True).stdout
    sizes = [int(line.split()[0]) for line in listed.splitlines() if f"127.0.0.1:{parent}" in line]
    return max(sizes, default=0) // 1024


def run() -> dict:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        loaded = loaded_catalogue(Path(folder) / "loaded")
        ports = {name: free_port() for name in ("site", "fresh", "bare")}
        environment = fresh_environment(VAR_DIR=str(loaded.var), API_RATE="1000000/s")
        if loaded.url:
            environment["DATABASE_URL"] = loaded.url
        gunicorn = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4", "--log-level", "error"]

        def command(name: str, application: str) -> list[str]:
            return [*gunicorn, "--bind", f"127.0.0.1:{ports[name]}", "--preload", "--no-control-socket", application]

        with (
            server(command("site", "catalogue.wsgi"), environment, ports["site"]) as start,
            server(command("fresh", "catalogue.wsgi"), {**environment, "PAGE_STORE": "false"}, ports["fresh"]),
            server(command("bare", "tests.bench_bare"), fresh_environment(), ports["bare"]),
        ):
            cases = [case for pair in pairs(ports) for case in pair]
            for case in cases:
                for _ in range(4):  # every worker once
                    connection = http.client.HTTPConnection("127.0.0.1", ports[case.server])
                    case.size = len(ask(connection, case))
                    connection.close()
            for _ in range(ROUNDS):
                for case in cases:
                    measure(case, ports[case.server])
            memory = memory_of(str(ports["site"]))
        return {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "database": "PostgreSQL" if loaded.url else "SQLite",
            "seconds to start": round(start, 1),
            "megabytes of a worker": memory,
            "cases": [told(*pair) for pair in zip(cases[::2], cases[1::2], strict=True)],
        }


def pairs(ports: dict[str, int]) -> Iterator[tuple[Case, Case]]:
    """Each case with the bare view that sends as many bytes."""
    takes = {"Accept-Encoding": "gzip"}
    connection = http.client.HTTPConnection("127.0.0.1", ports["site"])
    connection.request("GET", "/plants/toyota-georgetown/", headers=takes)
    answer = connection.getresponse()
    answer.read()
    unchanged = {**takes, "If-None-Match": answer.headers["ETag"]}
    for name, where, path, headers, status in (
        ("stored page", "site", "/plants/toyota-georgetown/", takes, 200),
        ("stored list with filters", "site", "/vehicles/?state=OH&make=honda", takes, 200),
        ("not modified", "site", "/plants/toyota-georgetown/", unchanged, 304),
        ("entry page, made anew", "fresh", "/plants/toyota-georgetown/", takes, 200),
        ("list with all facets, made anew", "fresh", "/vehicles/?state=OH&exported=yes", takes, 200),
        ("search", "fresh", "/search/?q=accord+ohio+1994", takes, 200),
        ("API list", "fresh", "/api/v1/vehicles/?state=OH", takes, 200),
        ("VIN check", "fresh", "/vin/?vin=1HGCB9850NA000000", takes, 200),
    ):
        case = Case(name, where, path, headers, status)
        connection = http.client.HTTPConnection("127.0.0.1", ports[where])
        size = len(ask(connection, case))
        yield case, Case(f"bare view, {size} bytes", "bare", f"/{size}/{status}/", status=status)


def told(case: Case, bare: Case) -> dict:
    return {
        "what": case.name,
        "bytes": case.size,
        "per second": round(case.rate),
        "bare view": round(bare.rate),
        "ratio": round(case.rate / bare.rate, 3),
        "spread": round(case.spread, 2),
        "spread of the bare view": round(bare.spread, 2),
        "rounds": {"case": asdict(case)["rates"], "bare": asdict(bare)["rates"]},
    }


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures here, too")
    options = parser.parse_args()
    result = run()
    say(f"{result['machine']}; {result['database']}; {CLIENTS} clients, {ROUNDS} rounds of {SECONDS} s")
    say(f"started in {result['seconds to start']} s; a worker takes {result['megabytes of a worker']} MB\n")
    say(f"{'':34}{'bytes':>8}{'/s':>8}{'bare /s':>9}{'ratio':>8}{'spread':>8}")
    for one in result["cases"]:
        figures = (
            f"{one['bytes']:>8}{one['per second']:>8}{one['bare view']:>9}{one['ratio']:>8.2f}{one['spread']:>8.0%}"
        )
        say(f"{one['what']:34}{figures}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
