"""The loaded catalogue, made once for all processes of a test run: each takes a copy of it.

Loading the fixtures takes longer than most test files do. The first process to ask prepares a database, and the
static files of a real site, as ``make run`` does; the others wait for it.
"""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
#: What a shell may say of the site, and pytest-django of its tests: a site that tests start is to know neither.
FOREIGN = {
    *("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CACHE_URL", "SECRET_KEY", "VAR_DIR", "DEBUG", "HTTPS"),
    *("ALLOWED_HOSTS", "SITE_URL", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "DATABASE_POOL_SIZE"),
    *("ADMIN_PATH", "SESSION_HOURS", "REQUIRE_SECOND_FACTOR", "PAGE_STORE", "DATABASE_REPLICA_URLS"),
    *("STATEMENT_TIMEOUT", "METRICS_TOKEN", "LOG_REQUESTS", "LOG_FORMAT", "PROMETHEUS_MULTIPROC_DIR"),
}


def fresh_environment(**changes: str) -> dict[str, str]:
    """The environment of a fresh machine, whatever this one says, with ``changes``."""
    return {**{name: value for name, value in os.environ.items() if name not in FOREIGN}, **changes}


def site_environment(var: Path, url: str) -> dict[str, str]:
    """The environment of a site that keeps its things in ``var``, on the database of ``url`` or else on SQLite."""
    return fresh_environment(VAR_DIR=str(var), **({"DATABASE_URL": url} if url else {}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int) -> None:
    """Wait until somebody listens on a port of this machine: five seconds at most."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on port {port}")


@dataclass(frozen=True)
class Loaded:
    """What was prepared: the folder a site keeps its things in, and its database's address ("" for SQLite's)."""

    var: Path
    url: str

    @property
    def sqlite_file(self) -> Path:
        return self.var / "catalogue.sqlite3"

    @property
    def database_name(self) -> str:
        return urlsplit(self.url).path[1:]


def database_beside(url: str, suffix: str) -> str:
    """The address of a database beside the one of ``url``, on the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}_{suffix}"))


def drop_database(url: str) -> None:
    """Drop the PostgreSQL database that ``url`` names, where it exists."""
    with server_of(url) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name_in(url)))


def create_database(url: str, *, template: str = "template1") -> None:
    """Create the PostgreSQL database that ``url`` names anew, as a copy of ``template``."""
    drop_database(url)
    with server_of(url) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name_in(url), sql.Identifier(template)))


def server_of(url: str) -> psycopg.Connection:
    return psycopg.connect(urlunsplit(urlsplit(url)._replace(scheme="postgresql", path="/postgres")), autocommit=True)


def name_in(url: str) -> sql.Identifier:
    return sql.Identifier(urlsplit(url).path[1:])


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold back the other processes that ask for the same folder."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def loaded_url() -> str:
    """The address of the loaded database on PostgreSQL, where tests are to run there; else empty."""
    url = os.environ.get("DATABASE_URL", "")
    return database_beside(url, "loaded") if url.startswith(("postgres:", "postgresql:")) else ""


def loaded_catalogue(folder: Path) -> Loaded:
    """Prepare the catalogue in ``folder``, which all processes of this test run share, unless one has done so."""
    loaded = Loaded(folder / "var", loaded_url())
    folder.mkdir(exist_ok=True)
    with alone(folder):
        if not (folder / "ready").exists():
            if loaded.url:
                create_database(loaded.url)
            subprocess.run(
                [sys.executable, "manage.py", "start", "--prepare-only", "--port", str(free_port())],
                cwd=ROOT,
                env=site_environment(loaded.var, loaded.url),
                check=True,
                stdout=subprocess.DEVNULL,
            )
            (folder / "ready").touch()
    return loaded
