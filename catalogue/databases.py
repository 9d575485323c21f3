"""How the catalogue talks to its databases: the options behind DATABASE_URL and DATABASE_REPLICA_URLS."""

from __future__ import annotations

from collections.abc import Sequence

import dj_database_url

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"

#: WAL lets readers read while an editor writes; IMMEDIATE takes the write lock at the start of a transaction instead
#: of failing in its middle.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
#: No query of ours runs long enough to earn being compiled.
PLANNER = "-c jit=off"


def databases(url: str, replica_urls: Sequence[str], *, pool_size: int, patience: int) -> dict[str, dict]:
    """Django's DATABASES: ``default``, and ``replica1`` and so on.

    ``patience`` is the seconds that PostgreSQL may take for one statement, 0 for no limit. ValueError, in words that
    go on from "... has a wrong value", where a URL can't be used.
    """
    default = parsed(url)
    if default["ENGINE"] == SQLITE:
        if replica_urls:
            raise ValueError("copies need PostgreSQL in DATABASE_URL")
        # Each thread keeps its connection: opening the file anew costs more than a kept page does.
        default["CONN_MAX_AGE"] = 600
        return {"default": {**default, "OPTIONS": {**default.get("OPTIONS", {}), **SQLITE_OPTIONS}}}
    found = {"default": default, **{f"replica{number}": parsed(one) for number, one in enumerate(replica_urls, 1)}}
    for name, config in found.items():
        if config["ENGINE"] != POSTGRESQL:
            raise ValueError("it must name SQLite or PostgreSQL" if name == "default" else "copies must be PostgreSQL")
        options = config.setdefault("OPTIONS", {})
        # Seconds to wait for a connection. There is one for each thread, so only a server that is away takes so long.
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 4 if name == "default" else 1}
        limits = f"{PLANNER} -c statement_timeout={patience}s"
        options["options"] = f"{limits} {options.get('options', '')}".strip()
        # A connection that was lost is found out before a request gets it.
        config["CONN_HEALTH_CHECKS"] = True
        if name != "default":
            config["TEST"] = {"MIRROR": "default"}
    return found


def parsed(url: str) -> dict:
    try:
        return dict(dj_database_url.parse(url, conn_max_age=0))
    except Exception:  # it raises whatever its parts do
        raise ValueError("it is no database URL") from None
