"""Two servers behind nginx, with one PostgreSQL and one Redis: one is killed, one is stopped, a thousand dawdle."""

import re
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.drills.load import ask, readers
from tests.drills.nginx import PROGRAM, nginx
from tests.drills.redis_server import RedisServer
from tests.loaded import site_environment
from tests.sites import Site, running_site

PATHS = ["/", "/ja/plants/", "/vehicles/?state=OH", "/api/v1/plants/?fields=name", "/search/?q=camry"]
SLOW = 1000


@pytest.fixture
def environment(primary, var, tmp_path) -> Iterator[dict[str, str]]:
    if not PROGRAM:
        pytest.fail("no nginx is installed, and the drills need one")
    redis = RedisServer(tmp_path)
    redis.start()
    behind = {"CACHE_URL": redis.url, "BEHIND_PROXY": "true"}
    yield site_environment(var, primary.url("catalogue")) | behind
    redis.stop()


@contextmanager
def two_servers(environment: dict[str, str], folder: Path) -> Iterator[tuple[Site, Site, str]]:
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(running_site(environment, folder / f"log-{name}", "--workers", "1"))
            for name in ("one", "two")
        )
        address = stack.enter_context(nginx(folder, [urlsplit(site.address).port for site in (one, two)]))
        yield one, two, address


def test_an_edit_shows_on_both_at_once_and_one_that_is_killed_or_stopped_is_not_missed(environment, tmp_path):
    with two_servers(environment, tmp_path) as (one, two, address):
        for number in range(5):
            name = f"Renamed {number} by one"
            find = "from plants.models import Plant; plant = Plant.objects.get(slug='nummi-fremont')"
            one.manage("shell", "--no-imports", "--command", f"{find}; plant.name = '{name}'; plant.save()")
            for site in (one, two):
                page = ask(site.address, "/plants/nummi-fremont/").body.decode()
                assert re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1].strip() == name
        with readers(address, PATHS, number=6) as load:
            time.sleep(2)
            one.kill()
            killed = time.monotonic()
            time.sleep(5)
        assert load.faults() == []
        assert len(load.since(killed)) > 30


def test_one_that_is_told_to_stop_ends_what_it_has_begun(environment, tmp_path):
    with two_servers(environment, tmp_path) as (_one, two, address), readers(address, PATHS, number=6) as load:
        time.sleep(2)
        two.stop()
        time.sleep(3)
    assert load.faults() == []


def test_a_thousand_who_send_a_byte_at_a_time_hold_up_nobody(environment, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    slow: list[socket.socket] = []
    try:
        with two_servers(environment, tmp_path) as (_one, _two, address):
            place = urlsplit(address)
            for _ in range(SLOW):
                client = socket.create_connection((place.hostname, place.port), timeout=10)
                client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
                slow.append(client)
            with readers(address, PATHS, number=4) as load:
                for _ in range(5):
                    for client in slow:
                        client.sendall(b"a")
                    time.sleep(0.5)
        assert load.faults() == []
        assert len(load.answers) > 20
    finally:
        for client in slow:
            client.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
