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


#: Drafts of milestones, each with its source; then publishing them, as the action of their list does.
DRAFTS = """
from catalogue.models import Citation, Milestone, Source
for n in range({rows}):
    one = Milestone.objects.create(slug=f"killed-{name}-{{n}}", title=f"Title {{n}}", date="1999", kind="policy")
    Citation.objects.create(entry=one, source=Source.objects.first())
"""
PUBLISH = """
from catalogue.desk import edits
from catalogue.models import Milestone
print("writing", flush=True)
with edits.edit(None, "a drill"):
    for one in Milestone.objects.filter(slug__startswith="killed-{name}-"):
        with edits.savepoint():
            one.publish()
print("done", flush=True)
"""
#: How many of them are public, and how many versions of them their history has.
PUBLISHED = """
SELECT (SELECT count(*) FROM catalogue_milestone WHERE slug LIKE 'killed-{name}-%' AND publication = 'published')::text
       || ' ' ||
       (SELECT count(*) FROM catalogue_version v JOIN catalogue_milestone m ON v.entry_id = m.id
          JOIN django_content_type t ON v.entry_type_id = t.id AND t.model = 'milestone'
          WHERE m.slug LIKE 'killed-{name}-%')::text
"""


def begin(environment: dict[str, str], *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def begin_code(environment: dict[str, str], code: str, name: str) -> subprocess.Popen:
    """Run code in Django's shell until it says that it begins to write."""
    process = begin(environment, "shell", "--no-imports", "--command", code.format(name=name, rows=ROWS))
    assert process.stdout.readline() == b"writing\n", process.stderr.read().decode()
    return process


def begin_import(environment: dict[str, str], name: str) -> subprocess.Popen:
    return begin_code(environment, IMPORT, name)


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


def test_publishing_that_is_killed_publishes_all_or_nothing(primary, var):
    environment = site_environment(var, primary.url("catalogue"))

    def drafts(name: str) -> int:
        made = begin(environment, "shell", "--no-imports", "--command", DRAFTS.format(name=name, rows=ROWS))
        assert made.wait() == 0, made.stderr.read().decode()
        public, versions = map(int, primary.ask(PUBLISHED.format(name=name)).split())
        assert public == 0
        return versions

    before = drafts("first")
    whole = begin_code(environment, PUBLISH, "first")
    writing = time.monotonic()
    assert whole.communicate()[0] == b"done\n"
    seconds = time.monotonic() - writing
    after = int(primary.ask(PUBLISHED.format(name="first")).split()[1])
    assert after > before
    for number in range(ROUNDS):
        drafts(f"p{number}")
        process = begin_code(environment, PUBLISH, f"p{number}")
        time.sleep(random.uniform(0, seconds))
        process.kill()
        process.communicate()
        time.sleep(0.2)
        assert primary.ask(PUBLISHED.format(name=f"p{number}")) in (f"0 {before}", f"{ROWS} {after}")


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
