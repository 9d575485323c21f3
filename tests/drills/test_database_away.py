"""PostgreSQL is stopped and started again while people read."""

import time

import pytest

from tests.drills.load import ask, readers
from tests.loaded import site_environment
from tests.sites import running_site

KEPT = ["/", "/ja/", "/plants/toyota-georgetown/", "/vehicles/?state=OH", "/ja/exports/"]
#: Made anew for each reader, or never asked for before.
NOT_KEPT = ["/search/?q=camry", "/api/v1/plants/", "/admin/login/", "/report/", "/ja/vehicles/nissan/"]


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_kept_pages_go_on_others_are_told_when_to_come_back_and_it_recovers_by_itself(primary, var, tmp_path, mode):
    environment = site_environment(var, primary.url("catalogue"))
    with running_site(environment, tmp_path / "log", "--workers", "1") as site:
        pages = {path: ask(site.address, path) for path in KEPT}
        assert {page.status for page in pages.values()} == {200}
        with readers(site.address, KEPT, number=4) as load:
            time.sleep(1)
            primary.stop(mode)
            try:
                stopped = time.monotonic()
                time.sleep(1)  # the first who finds out may wait until the pool of connections gives up
                others = [ask(site.address, path) for path in NOT_KEPT]
                time.sleep(12)
                settled = [ask(site.address, path) for path in NOT_KEPT]
                health = ask(site.address, "/health/live"), ask(site.address, "/health/ready")
            finally:
                primary.start()
            started = time.monotonic()
            recovered = next(
                moment
                for moment in (time.monotonic() for _ in range(300) if not time.sleep(0.1))
                if ask(site.address, "/api/v1/plants/").status == 200
            )
            time.sleep(1)
        assert load.faults() == []
        assert all(answer.body == pages[answer.path].body for answer in load.answers)
        assert len(load.since(stopped)) > 20
        assert {answer.status for answer in [*others, *settled]} == {503}
        assert all(answer.headers["retry-after"] == "30" and answer.body for answer in [*others, *settled])
        # One in two seconds asks, and waits; the others are told at once.
        assert sorted(answer.seconds for answer in settled)[len(settled) // 2] < 2
        assert [answer.status for answer in health] == [200, 503]
        assert recovered - started < 60
        assert [ask(site.address, path).status for path in NOT_KEPT] == [200] * len(NOT_KEPT)
