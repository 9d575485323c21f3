"""Pages come from a copy that has all edits, from the primary while it has not or is gone."""

import re
from collections.abc import Iterator

import pytest

from tests.drills.cluster import Cluster
from tests.drills.load import ask
from tests.loaded import site_environment
from tests.sites import Site, running_site

PAGE = "/plants/nummi-fremont/"
READS = "SELECT idx_scan + seq_scan FROM pg_stat_user_tables WHERE relname = 'plants_plant'"
REPLAYED = "SELECT number::int FROM catalogue_revision"


@pytest.fixture
def copy(primary, folder, request) -> Iterator[Cluster]:
    cluster = primary.copied(folder / request.node.name)
    yield cluster
    cluster.stop("immediate")


@pytest.fixture
def site(primary, copy, var, tmp_path) -> Iterator[Site]:
    replica = {"DATABASE_REPLICA_URLS": copy.url("catalogue"), "PAGE_STORE": "false"}
    environment = site_environment(var, primary.url("catalogue")) | replica
    with running_site(environment, tmp_path / "log", "--workers", "1") as one:
        yield one


def rename(site: Site, name: str) -> None:
    find = "from plants.models import Plant; plant = Plant.objects.get(slug='nummi-fremont')"
    code = f"{find}; plant.name = '{name}'; plant.save()"
    site.manage("shell", "--no-imports", "--command", code)


def heading(site: Site) -> str:
    answer = ask(site.address, PAGE)
    assert answer.status == 200
    return re.search(r"<h1[^>]*>(.*?)</h1>", answer.body.decode(), re.DOTALL)[1].strip()


def test_readers_pages_are_made_from_the_copy(site, primary, copy):
    primary.wait_until("SELECT count(*)::int FROM pg_stat_replication WHERE state = 'streaming'", 1)
    before = primary.ask(READS)
    for _ in range(20):
        heading(site)
    # Its sessions report their counts when they pause, a second later at most.
    copy.wait_until(f"SELECT ({READS}) >= 20", True)
    assert primary.ask(READS) - before < 20


def test_a_copy_that_is_behind_is_left_out_until_it_has_caught_up(site, primary, copy):
    copy.ask("SELECT pg_wal_replay_pause()")
    for number in range(3):
        rename(site, f"Renamed {number}")
        assert heading(site) == f"Renamed {number}"
    revision = primary.ask(REPLAYED)
    assert copy.ask(REPLAYED) < revision
    copy.ask("SELECT pg_wal_replay_resume()")
    copy.wait_until(REPLAYED, revision)
    assert heading(site) == "Renamed 2"


def test_a_copy_that_dies_is_replaced_by_the_primary(site, primary, copy):
    known = heading(site)
    copy.stop("immediate")
    try:
        answers = [ask(site.address, PAGE) for _ in range(20)]
    finally:
        copy.start()
    assert {answer.status for answer in answers} == {200}
    assert known.encode() in answers[-1].body
    assert heading(site) == known
