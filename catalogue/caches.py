"""Redis as Django's cache, for as long as it is there: without it nothing is kept, and nothing fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.core.cache.backends.redis import RedisCache as DjangosRedisCache
from django.core.cache.backends.redis import RedisCacheClient
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalogue.availability import Availability

log = logging.getLogger("catalogue.caches")

#: Seconds: a page is made anew in less than it takes to wait for a server that does not answer.
OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 1}


def otherwise(answer: Callable):
    """What a method gives while the server is away; the first who finds out says so in the log."""

    def decorate(method):
        @wraps(method)
        def tried(self, *args):
            if not self.server.is_away or self.server.may_be_asked():
                try:
                    result = method(self, *args)
                except RedisError as error:
                    if not self.server.is_away:
                        log.warning("Redis does not answer; nothing is kept for now (%s)", error)
                    self.server.lost()
                else:
                    self.server.found()
                    return result
            return answer(*args)

        return tried

    return decorate


def not_found(key, *args):
    raise ValueError(f"Key {key!r} not found.")


class Client(RedisCacheClient):
    """Django's client, which finds nothing, and keeps nothing, while the server is away."""

    def __init__(self, *args, **options):
        super().__init__(*args, **{**OPTIONS, "retry": Retry(NoBackoff(), 0), **options})
        self.server = Availability()

    add = otherwise(lambda key, value, timeout: True)(RedisCacheClient.add)
    get = otherwise(lambda key, default: default)(RedisCacheClient.get)
    set = otherwise(lambda key, value, timeout: None)(RedisCacheClient.set)
    touch = otherwise(lambda key, timeout: False)(RedisCacheClient.touch)
    delete = otherwise(lambda key: False)(RedisCacheClient.delete)
    get_many = otherwise(lambda keys: {})(RedisCacheClient.get_many)
    has_key = otherwise(lambda key: False)(RedisCacheClient.has_key)
    incr = otherwise(not_found)(RedisCacheClient.incr)
    set_many = otherwise(lambda data, timeout: None)(RedisCacheClient.set_many)
    delete_many = otherwise(lambda keys: None)(RedisCacheClient.delete_many)
    clear = otherwise(lambda: False)(RedisCacheClient.clear)


class RedisCache(DjangosRedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = Client
