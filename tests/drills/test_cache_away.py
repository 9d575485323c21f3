"""Redis, where all servers keep their pages, is lost and comes back."""

import time

import pytest

from tests.drills.load import readers
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
            time.sleep(6)
            redis.start()
            back = time.monotonic()
            time.sleep(5)
    finally:
        redis.stop()
    assert load.faults() == []
    assert len(load.since(lost)) > len(PATHS) * 4
    homes = [answer for answer in load.since(back + 2.5) if answer.path == "/"]
    assert homes and "stored" in homes[-1].headers["server-timing"]
    without = [answer for answer in load.since(lost + 1) if answer.at < back and answer.path == "/"]
    assert without and all("new" in answer.headers["server-timing"] for answer in without)
