"""Redis as the cache: shared while it is there, missed by nobody while it is not."""

import logging
import time
from collections.abc import Iterator

import pytest

from catalogue import availability
from catalogue.caches import RedisCache
from tests.drills.redis_server import PROGRAM, RedisServer


@pytest.fixture
def server(tmp_path) -> Iterator[RedisServer]:
    if not PROGRAM:
        pytest.skip("no Redis is installed")
    one = RedisServer(tmp_path)
    one.start()
    yield one
    one.stop()


def test_it_keeps_counts_and_forgets_like_any_cache(server):
    cache, other = RedisCache(server.url, {}), RedisCache(server.url, {})
    cache.set("page", {"a": b"b"}, 60)
    assert other.get("page") == {"a": b"b"}
    assert (cache.add("lock", True, 10), other.add("lock", True, 10)) == (True, False)
    cache.set("count", 1, 60)
    assert other.incr("count") == 2
    assert cache.delete("page") and other.get("page", "none") == "none"


def test_without_it_nothing_is_kept_nothing_fails_and_nobody_waits(server, monkeypatch, caplog):
    monkeypatch.setattr(availability, "RETRY", 0.3)
    cache = RedisCache(server.url, {})
    cache.set("page", "kept", 60)
    server.stop()
    began = time.monotonic()
    with caplog.at_level(logging.WARNING, "catalogue.caches"):
        for _ in range(100):
            assert cache.get("page", "none") == "none"
            assert cache.add("lock", True, 10) is True
            cache.set("page", "other", 60)
            assert not cache.delete("page") and not cache.has_key("page")
            with pytest.raises(ValueError, match="not found"):
                cache.incr("count")
    assert time.monotonic() - began < 5
    assert [record.message.partition(";")[0] for record in caplog.records] == ["Redis does not answer"]
    server.start()
    time.sleep(0.5)
    cache.set("page", "kept again", 60)
    assert cache.get("page") == "kept again"
