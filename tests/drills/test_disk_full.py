"""SQLite's disk is full: readers notice nothing, editors are told, and nothing is half written."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.drills.load import readers
from tests.loaded import site_environment
from tests.sites import Site, running_site

PATHS = ["/", "/ja/vehicles/?make=honda", "/plants/toyota-georgetown/", "/api/v1/eras/", "/search/?q=camry"]
#: What an editor's command writes: more than what is left on the disk.
WRITE = """
from django.db import OperationalError, transaction
from catalogue.models import Source
try:
    with transaction.atomic():
        for n in range({rows}):
            Source.objects.create(slug=f"full-{{n}}", title="x" * 500, language="en")
except OperationalError as error:
    print(error)
else:
    print("written")
"""


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A file system of its own, of this size."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"only root can make a small disk: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def write(site: Site, rows: int) -> str:
    return site.manage("shell", "--no-imports", "--command", WRITE.format(rows=rows)).strip()


def test_a_full_disk_loses_nothing_and_keeps_nobody_from_reading(loaded, tmp_path):
    if loaded.url:
        pytest.skip("about SQLite")
    with small_disk(tmp_path / "disk", 120) as disk:
        var = disk / "var"
        shutil.copytree(loaded.var, var)
        with running_site(site_environment(var, ""), tmp_path / "log") as site:
            with readers(site.address, PATHS) as load:
                filler = disk / "filler"
                fill(filler)
                assert write(site, 3000) == "database or disk is full"
                told = sign_in_wrongly(site.address)
                filler.unlink()
                assert write(site, 30) == "written"
            assert load.faults() == []
            assert len(load.answers) > 50
            assert told == (503, "30")
            assert sign_in_wrongly(site.address) == (200, "")
        with closing(sqlite3.connect(var / "catalogue.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            count = "SELECT count(*) FROM catalogue_source WHERE slug LIKE 'full-%'"
            assert database.execute(count).fetchone() == (30,)


def fill(path: Path) -> None:
    """Take all that is left on the disk."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


def sign_in_wrongly(address: str) -> tuple[int, str]:
    """Status and Retry-After: a failed login is counted, so something is written."""
    opener = build_opener(HTTPCookieProcessor())
    login = f"{address}/admin/login/"
    token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)', opener.open(login).read())[1].decode()
    form = urlencode({"csrfmiddlewaretoken": token, "username": "nobody", "password": "wrong"}).encode()
    try:
        with opener.open(Request(login, form, {"Referer": login})) as answer:  # noqa: S310 - our own server
            return answer.status, ""
    except HTTPError as error:
        return error.code, error.headers.get("Retry-After", "")
