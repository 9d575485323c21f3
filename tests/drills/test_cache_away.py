"""Redis, where all servers keep their pages, is lost and comes back."""

import time

import pytest

from tests.drills.load import ask, readers
from tests.drills.redis_server import PROGRAM, RedisServer
from tests.loaded import site_environment
from tests.sites import running_site

PATHS = ["/", "/ja/plants/", "/vehicles/?state=OH", "/api/v1/plants/?fields=name", "/search/?q=camry"]


def test_without_redis_the_site_is_slower_and_not_down(primary, var, tmp_path):
    if not PROGRAM:
        pytest.fail("no Redis server is installed, and the drills need one")
    redis = RedisServer(tmp_path)
    redis.start()
    environment = site_environment(var, primary.url("catalogue")) | {"CACHE_URL": redis.url}
    try:
        with running_site(environment, tmp_path / "log") as site, readers(site.address, PATHS) as load:
            time.sleep(3)
            redis.stop()
            lost = time.monotonic()
            time.sleep(1)
            # What processes have at hand they send all the same; what none of them has is made each time.
            without = [made(site) for _ in range(4)]
            time.sleep(5)
            redis.start()
            time.sleep(5)
            again = [made(site) for _ in range(4)]
    finally:
        redis.stop()
    assert load.faults() == []
    assert len(load.since(lost)) > len(PATHS) * 4
    assert without == ["new"] * 4
    assert again[-1] == "stored"


def made(site) -> str:
    """How a page came about that nobody else asks for."""
    answer = ask(site.address, "/about/")
    assert answer.status == 200
    return "new" if "new" in answer.headers["server-timing"] else "stored"
