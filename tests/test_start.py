"""``manage.py start``, the heart of ``make run``, as a process of its own: it prepares once, and says what is wrong."""

import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.loaded import ROOT, free_port, fresh_environment

#: What it starts with, SQLite or no database at all, is the same whatever the tests run on.
pytestmark = pytest.mark.once


def start(var: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", "start", "--prepare-only", *(arguments or ["--port", str(free_port())])]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=fresh_environment(VAR_DIR=str(var), **changes),
        capture_output=True,
        text=True,
        timeout=120,
    )


def assert_refused(done: subprocess.CompletedProcess, *words: str) -> None:
    """It ended with one sentence, which has these words, and an exit status that make sees."""
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert [word for word in words if word not in lines[0]] == [], lines[0]
    assert 30 < len(lines[0]) < 400


# What is wrong with the machine, in one sentence ----------------------------------------------------------


def test_a_taken_port_is_named_and_another_proposed(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert_refused(start(tmp_path / "var", "--port", str(port)), f"port {port}", f"PORT={port + 1}")
    assert not (tmp_path / "var").exists(), "it looks at the port before it makes anything"


@pytest.mark.parametrize("port", ["0", "-1", "99999", "http", ""])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    assert_refused(start(tmp_path / "var", f"--port={port}"), "port")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("a file, where a folder is wanted")
    for folder in (tmp_path / "file", tmp_path / "file" / "var"):
        assert_refused(start(folder), str(folder), "VAR_DIR")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("oracle2://somewhere/db", ["DATABASE_URL"]),
        ("mysql://root@127.0.0.1/db", ["DATABASE_URL", "SQLite or PostgreSQL"]),
        ("not an address", ["DATABASE_URL"]),
        ("sqlite:////no/such/folder/catalogue.sqlite3", ["DATABASE_URL", "unable to open database file"]),
    ],
)
def test_a_wrong_database_url_is_explained(tmp_path, url, words):
    assert_refused(start(tmp_path / "var", DATABASE_URL=url), *words)


def test_a_postgresql_server_that_does_not_answer_is_named_soon(tmp_path):
    url = f"postgres://somebody@127.0.0.1:{(port := free_port())}/catalogue"
    assert_refused(start(tmp_path / "var", DATABASE_URL=url), "DATABASE_URL", str(port), "refused")


def test_a_file_that_is_no_database_is_explained(tmp_path):
    (tmp_path / "notes.sqlite3").write_text("dear diary, " * 1000)
    assert_refused(
        start(tmp_path / "var", DATABASE_URL=f"sqlite:///{tmp_path}/notes.sqlite3"), "DATABASE_URL", "not a database"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("DEBUG", "perhaps"), ("HTTPS", "2"), ("BEHIND_PROXY", "often"), ("CACHE_URL", "paper://")),
        *(("ADMIN_PATH", "my desk"), ("SESSION_HOURS", "0"), ("REQUIRE_SECOND_FACTOR", "maybe")),
    ],
)
def test_a_wrong_value_of_a_setting_names_the_setting(tmp_path, name, value):
    assert_refused(start(tmp_path / "var", **{name: value}), name)


@pytest.mark.parametrize("size", ["many", "0", "-3"])
def test_a_wrong_pool_size_names_the_setting(tmp_path, size):
    url = f"postgres://somebody@127.0.0.1:{free_port()}/catalogue"
    assert_refused(start(tmp_path / "var", DATABASE_URL=url, DATABASE_POOL_SIZE=size), "DATABASE_POOL_SIZE")


# The first start and the second ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """The VAR_DIR of a first start."""
    var = tmp_path_factory.mktemp("start") / "var"
    done = start(var)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [line.split(" ...")[0] for line in done.stdout.splitlines()] == [
        "Preparing the database",
        "Loading the facts",
        "Building the static files",
    ]
    return var


def ask(var: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(var / "catalogue.sqlite3")) as database, database:
        return database.execute(query).fetchall()


def test_the_first_start_makes_a_secret_key_that_only_its_owner_can_read(prepared):
    key = prepared / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 50


def test_the_first_start_loads_the_whole_catalogue(prepared):
    for table, fixture in {
        "plants_plant": "03_plants",
        "vehicles_generation": "11_generations",
        "vehicles_exportprogram": "15_export_programs",
        "catalogue_citation": "21_citations",
    }.items():
        facts = (ROOT / "fixtures" / f"{fixture}.jsonl").read_text().splitlines()
        assert ask(prepared, f"SELECT count(*) FROM {table}") == [(len(facts),)]  # noqa: S608 - our own names


def test_the_first_start_builds_compressed_static_files_with_names_that_change(prepared):
    sheets = {path.name for path in (prepared / "static" / "css").glob("site.*")}
    assert any(len(name.split(".")) == 3 and name.endswith(".css") for name in sheets), sheets
    assert any(name.endswith(".css.gz") for name in sheets) and any(name.endswith(".css.br") for name in sheets), sheets
    assert "/*" in (ROOT / "static" / "css" / "site.css").read_text()
    assert "/*" not in (prepared / "static" / "css" / "site.css").read_text()


def test_a_second_start_loads_nothing_again_and_keeps_what_editors_wrote(prepared):
    ask(prepared, "UPDATE plants_plant SET name = 'As an editor wrote it' WHERE slug = 'nummi-fremont'")
    ask(prepared, "DELETE FROM catalogue_milestonesubject")
    key, database = (prepared / "secret_key").read_text(), (prepared / "catalogue.sqlite3").stat().st_ino
    sheets = {path: path.stat().st_mtime_ns for path in (prepared / "static").rglob("*") if path.is_file()}

    done = start(prepared)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert ask(prepared, "SELECT name FROM plants_plant WHERE slug = 'nummi-fremont'") == [("As an editor wrote it",)]
    assert ask(prepared, "SELECT count(*) FROM catalogue_milestonesubject") == [(0,)]
    assert (prepared / "secret_key").read_text() == key
    assert (prepared / "catalogue.sqlite3").stat().st_ino == database
    assert {path: path.stat().st_mtime_ns for path in sheets} == sheets


def test_a_start_builds_static_files_that_were_removed_again(prepared):
    (prepared / "static" / ".built-from").unlink()
    done = start(prepared)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["Building the static files ..."]


# Images of a container ----------------------------------------------------------------------------------------------


def names_in(path: Path) -> set[str]:
    lines = (line.strip().removeprefix("**/").strip("/") for line in path.read_text().splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def test_what_is_made_here_does_not_get_into_an_image():
    """``COPY . .`` would put this machine's environment, database and key over those of the image."""
    assert names_in(ROOT / ".gitignore") - {"*.pyc"} <= names_in(ROOT / ".dockerignore")
