"""A backup brings back everything: facts, history, users, photos, the secret key. On the database the tests run on."""

import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.loaded import ROOT, create_database, database_beside, drop_database, loaded_url, site_environment

#: Counts, and a name, as ``manage.py shell`` prints them.
ASK = """
from django.contrib.auth.models import User
from catalogue.models import Citation, Source, Version
from plants.models import Plant
from vehicles.models import Specification
print([one.objects.count() for one in (User, Citation, Source, Version, Plant, Specification)])
print(Plant.objects.get(slug="nummi-fremont").name)
"""
CHANGE = """
from django.contrib.auth.models import User
from plants.models import Plant
User.objects.create_user("somebody")
plant = Plant.objects.get(slug="nummi-fremont")
plant.name = "{name}"
plant.save()
"""
REVISION = "from catalogue import revision; print(revision.number())"


pytestmark = pytest.mark.skipif(
    bool(loaded_url()) and not shutil.which("pg_dump") and not os.environ.get("CI"),
    reason="PostgreSQL's client programs are not installed",
)


@pytest.fixture(scope="module")
def site(loaded, tmp_path_factory):
    """The environment of an installation with photos."""
    var = tmp_path_factory.mktemp("backup") / "var"
    shutil.copytree(loaded.var, var)
    (var / "photos").mkdir(exist_ok=True)
    (var / "photos" / "one.webp").write_bytes(b"a picture")
    url = ""
    if loaded.url:
        url = database_beside(os.environ["DATABASE_URL"], f"backup_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
        create_database(url, template=loaded.database_name)
    yield site_environment(var, url)
    if url:
        drop_database(url)


def manage(site, *arguments: str, fails: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=site,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def state_of(site) -> str:
    return manage(site, "shell", "--no-imports", "--command", ASK)


def test_what_was_lost_after_a_backup_comes_back(site, tmp_path):
    var, backup = Path(site["VAR_DIR"]), tmp_path / "backup.tar.gz"
    manage(site, "shell", "--no-imports", "--command", CHANGE.format(name="Before the backup"))
    before, key = state_of(site), (var / "secret_key").read_text()
    manage(site, "backup", str(backup))
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600

    manage(site, "shell", "--no-imports", "--command", CHANGE.format(name="After it").replace("somebody", "nobody"))
    latest = int(manage(site, "shell", "--no-imports", "--command", REVISION))
    (var / "secret_key").write_text("lost")
    (var / "photos" / "one.webp").unlink()
    assert state_of(site) != before

    assert "Restored" in manage(site, "restore", str(backup), "--yes")
    assert state_of(site) == before and "Before the backup" in before
    assert (var / "secret_key").read_text() == key
    assert (var / "photos" / "one.webp").read_bytes() == b"a picture"
    assert manage(site, "check_catalogue").strip() == "No problems found."
    # Pages that were kept of what is lost now are those of lower numbers.
    assert int(manage(site, "shell", "--no-imports", "--command", REVISION)) > latest


def test_a_backup_is_never_overwritten_and_what_is_none_is_refused(site, tmp_path):
    there = tmp_path / "there.tar.gz"
    there.write_text("something")
    assert "exists already" in manage(site, "backup", str(there), fails=True)
    assert there.read_text() == "something"
    before = state_of(site)
    assert "can't be read as a backup" in manage(site, "restore", str(there), "--yes", fails=True)
    assert state_of(site) == before


def test_a_damaged_backup_changes_nothing(site, tmp_path):
    whole = tmp_path / "whole.tar.gz"
    manage(site, "backup", str(whole))
    before = state_of(site)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert "can't be read as a backup" in manage(site, "restore", str(cut), "--yes", fails=True)
    wrong = tmp_path / "wrong.tar.gz"
    with tarfile.open(wrong, "w:gz") as archive:
        for name in ("database.sqlite3", "database.dump"):
            (tmp_path / name).write_bytes(b"no database" * 1000)
            archive.add(tmp_path / name, arcname=name)
    said = manage(site, "restore", str(wrong), "--yes", fails=True)
    assert "damaged" in said or "pg_restore failed" in said
    assert "Nothing was changed" in manage(site, "restore", str(whole), fails=True)  # nobody is there to say yes
    assert state_of(site) == before
