"""Readers by the dozen, who ask without pause and remember what they were answered."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """Status 0: the connection broke, or nothing came in time; then the body says why."""

    at: float
    path: str
    status: int
    seconds: float
    headers: dict[str, str]
    body: bytes = b""


def ask(address: str, path: str, *, timeout: float = 30, **headers: str) -> Answer:
    """One request on a connection of its own."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=timeout)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body, status = response.read(), response.status
        told = {name.lower(): value for name, value in response.getheaders()}
    except (OSError, http.client.HTTPException) as error:
        body, status, told = repr(error).encode(), 0, {}
    finally:
        connection.close()
    return Answer(began, path, status, time.monotonic() - began, told, body)


class Load:
    """What the readers were answered."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.over = threading.Event()

    def since(self, moment: float) -> list[Answer]:
        return [answer for answer in self.answers if answer.at >= moment]

    def faults(self) -> list[str]:
        """What else than 200 was answered."""
        wrong = [answer for answer in self.answers if answer.status != 200]
        return [f"{one.path}: {one.status} after {one.seconds:.2f} s, {one.body[:200]!r}" for one in wrong]


@contextmanager
def readers(address: str, paths: Sequence[str], number: int = 4) -> Iterator[Load]:
    """So many readers at once, each going round the paths until the block ends."""
    load = Load()

    def read(place: int) -> None:
        while not load.over.is_set():
            load.answers.append(ask(address, paths[place % len(paths)]))
            place += 1
            time.sleep(0.01)

    threads = [threading.Thread(target=read, args=(number_,)) for number_ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in threads:
            thread.join(timeout=60)
