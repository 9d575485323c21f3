"""PostgreSQL servers of the drills' own, to be stopped and killed: Debian's programs, a folder, a port."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.loaded import free_port

_found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
#: Where initdb, pg_ctl and pg_basebackup are; None where no PostgreSQL server is installed.
PROGRAMS = _found[-1].parent if _found else None


def run(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs, which refuse to be run by root."""
    assert PROGRAMS is not None
    other = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    command = [PROGRAMS / program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/", **other)
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


@dataclass
class Cluster:
    """One server: its folder and port."""

    folder: Path
    port: int

    @classmethod
    def create(cls, folder: Path) -> Cluster:
        """A new server, started; whoever comes by way of 127.0.0.1 is trusted."""
        cluster = cls(folder, free_port())
        own(folder)
        run("initdb", "--pgdata", folder / "data", "--auth", "trust", "--username", "postgres", "--encoding", "UTF8")
        cluster.configure()
        cluster.start()
        return cluster

    def copied(self, folder: Path) -> Cluster:
        """A server that follows this one by streaming replication, started."""
        copy = Cluster(folder, free_port())
        own(folder)
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        run(
            "pg_basebackup",
            "--pgdata",
            folder / "data",
            "--write-recovery-conf",
            "--dbname",
            source,
            "--checkpoint=fast",
        )
        copy.configure()
        copy.start()
        return copy

    def configure(self) -> None:
        """What the server reads at its start; the last of two lines counts. It needs to survive no power cut."""
        lines = {"port": self.port, "listen_addresses": "'127.0.0.1'", "unix_socket_directories": "''", "fsync": "off"}
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in lines.items())

    def start(self) -> None:
        run("pg_ctl", "start", "--wait", "--pgdata", self.folder / "data", "--log", self.folder / "log")

    def stop(self, mode: str = "fast") -> None:
        """``immediate`` is what a crash is like: the next start recovers."""
        run("pg_ctl", "stop", "--wait", "--pgdata", self.folder / "data", "--mode", mode)

    def url(self, name: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def ask(self, question: str, name: str = "catalogue"):
        """The first value that a query gives; None where it gives no rows."""
        with psycopg.connect(self.url(name), autocommit=True) as server:
            cursor = server.execute(question)
            return cursor.fetchone()[0] if cursor.description else None

    def wait_until(self, question: str, expected) -> None:
        """Wait for a query to give a value: ten seconds at most."""
        for _ in range(100):
            if self.ask(question) == expected:
                return
            time.sleep(0.1)
        raise AssertionError(f"{question} did not become {expected}")


def own(folder: Path) -> None:
    """A folder that the server may write to."""
    folder.mkdir()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
