"""Processes killed in the middle of writing, at random moments: what they did is all there, or none of it.

``DRILL_ROUNDS`` says how often; ``make drills ROUNDS=50`` sets it.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.drills.cluster import Cluster
from tests.loaded import ROOT, site_environment

ROUNDS = int(os.environ.get("DRILL_ROUNDS", "4"))
ROWS = 60
#: Imports a spreadsheet of new sources, as an editor does; says when it begins to write.
IMPORT = """
from catalogue.exchange.importing import Options
from catalogue.exchange.reading import read
from catalogue.exchange.running import carry_out, try_out
from catalogue.models import Source
lines = ["slug,title,published_on,language", *(f"killed-{name}-{{n}},Title {{n}},1999,en" for n in range({rows}))]
sheet = read("\\n".join(lines).encode())
seen = try_out(sheet, [Source], Options())
print("writing", flush=True)
carry_out(sheet, [Source], Options(), user=None, reason="a drill", seen=seen.digest)
print("done", flush=True)
"""
#: What an import leaves: rows, their history, and what the search knows of them.
LEFT = """
SELECT (SELECT count(*) FROM catalogue_source WHERE slug LIKE 'killed-{name}-%')::text || ' ' ||
       (SELECT count(*) FROM catalogue_version v JOIN catalogue_source s ON v.entry_id = s.id
          JOIN django_content_type t ON v.entry_type_id = t.id AND t.model = 'source'
          WHERE s.slug LIKE 'killed-{name}-%')::text || ' ' ||
       (SELECT count(*) FROM catalogue_searchentry WHERE path LIKE '/sources/killed-{name}-%')::text
"""


def begin(environment: dict[str, str], *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def begin_import(environment: dict[str, str], name: str) -> subprocess.Popen:
    code = IMPORT.format(name=name, rows=ROWS)
    process = begin(environment, "shell", "--no-imports", "--command", code)
    assert process.stdout.readline() == b"writing\n", process.stderr.read().decode()
    return process


def test_an_import_that_is_killed_leaves_all_or_nothing(primary, var):
    environment = site_environment(var, primary.url("catalogue"))
    began = time.monotonic()
    whole = begin_import(environment, "whole")
    writing = time.monotonic()
    assert whole.communicate()[0] == b"done\n"
    seconds = time.monotonic() - writing
    everything = f"{ROWS} {ROWS} {ROWS}"
    assert primary.ask(LEFT.format(name="whole")) == everything
    seen = set()
    for number in range(ROUNDS):
        process = begin_import(environment, f"r{number}")
        time.sleep(random.uniform(0, seconds))
        process.kill()
        process.communicate()
        time.sleep(0.2)  # until the server has seen that nobody is there
        seen.add(primary.ask(LEFT.format(name=f"r{number}")))
        assert seen <= {"0 0 0", everything}, f"after {time.monotonic() - began:.1f} s"


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_migration_that_is_killed_goes_on_the_next_time(primary: Cluster, tmp_path: Path, database):
    rounds = max(1, ROUNDS // 4)
    for number in range(rounds):
        var, url = tmp_path / str(number), ""
        var.mkdir()
        if database == "PostgreSQL":
            primary.ask("DROP DATABASE IF EXISTS migrated", "postgres")
            primary.ask("CREATE DATABASE migrated", "postgres")
            url = primary.url("migrated")
        environment = site_environment(var, url)
        process = begin(environment, "migrate")
        while b"Running migrations" not in (line := process.stdout.readline()):
            assert line or process.poll() is None
        time.sleep(random.uniform(0, 4))
        process.kill()
        process.communicate()
        for command in (["migrate"], ["migrate", "--check"]):
            again = begin(environment, *command)
            _out, errors = again.communicate(timeout=120)
            assert again.returncode == 0, errors.decode()
