"""A copy of the database as one file, and back: by SQLite's own backup, by PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

#: What else an installation has that nothing can make again, in VAR_DIR.
KEPT = ("secret_key", "photos")
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def kept_files() -> list[Path]:
    return [path for name in KEPT if (path := settings.VAR_DIR / name).exists()]


def put_files_back(folder: Path) -> None:
    for name in KEPT:
        source, target = folder / name, settings.VAR_DIR / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        elif source.exists():
            target.write_bytes(source.read_bytes())
            target.chmod(0o600)


def database_in(folder: Path) -> Path:
    """The database's file in an unpacked backup; it must be of the kind this site runs on."""
    path = folder / NAMES[connection.vendor]
    if not path.exists():
        raise CommandError(f"This backup is not of a {connection.display_name} database; check DATABASE_URL.")
    return path


def dump_database(folder: Path) -> Path:
    """Copy the running database into a new file in ``folder``: as it is at one moment, whoever writes meanwhile."""
    path = folder / NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
    else:
        _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    return path


def load_database(path: Path) -> None:
    """Put a copy in place of the present database, all or nothing."""
    if connection.vendor == "sqlite":
        _check(path)
        connection.close()
        target = Path(connection.settings_dict["NAME"])
        fresh = target.with_name(f".{target.name}.restoring")
        shutil.copyfile(path, fresh)
        for left in (f"{target}-wal", f"{target}-shm"):
            Path(left).unlink(missing_ok=True)
        fresh.replace(target)
    else:
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        _tool(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", str(path)
        )


def _check(path: Path) -> None:
    """Refuse a file that is no whole SQLite database, while the present one is still there."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            problem = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        problem = error
    if problem != "ok":
        raise CommandError(f"The database in this backup is damaged ({problem}).")


def _tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the database of the settings; its password is in no list of processes."""
    database = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    known = {variable: str(database[key]) for variable, key in named.items() if database[key]}
    if name == "pg_restore":
        arguments = (f"--dbname={database['NAME']}", *arguments)
    try:
        command = [name, *arguments]  # our own names, no shell
        done = subprocess.run(command, env={**os.environ, **known}, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise CommandError(f"{name} was not found; install PostgreSQL's client programs.") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        raise CommandError(f"{name} failed ({reason[-1] if reason else 'no reason given'}).")
