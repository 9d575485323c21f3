"""The machine's clock is put forward and back while the site runs: pages stay right, edits show, nothing breaks."""

import os
import time
from pathlib import Path

import pytest

from tests.drills.load import ask, readers
from tests.loaded import site_environment
from tests.sites import running_site

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
PATHS = ["/", "/exports/", "/vehicles/?state=OH", "/api/v1/plants/?fields=name", "/search/?q=camry", "/admin/login/"]
DAY = 24 * 3600
RENAME = """
from plants.models import Plant
one = Plant.objects.get(slug="toyota-georgetown")
one.name = "{name}"
one.save()
"""


def test_a_clock_that_jumps_breaks_nothing(primary, var, tmp_path):
    if not LIBRARY:
        if os.environ.get("CI"):
            pytest.fail("faketime is not installed, and on CI the drills must run")
        pytest.skip("faketime is not installed")
    clock = tmp_path / "clock"

    def put(seconds: int) -> None:
        clock.write_text(f"{seconds:+d}s")

    put(0)
    environment = site_environment(var, primary.url("catalogue")) | {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        # Clocks that only measure how long something takes go on as they do on a machine whose date is changed.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with running_site(environment, tmp_path / "log") as site, readers(site.address, PATHS) as load:
        page = "/plants/toyota-georgetown/"
        days = []
        for number, jump in enumerate((0, 3 * DAY, -400 * DAY, 40 * DAY, 0)):
            put(jump)
            time.sleep(2)
            name = f"Clock plant {number}"
            site.manage("shell", "--no-imports", "--command", RENAME.format(name=name))
            answer = ask(site.address, page)
            assert name in answer.body.decode(), f"after a jump of {jump} s"
            days.append(answer.headers["date"][5:16])
    assert load.faults() == []
    assert len(load.answers) > 100
    assert len(set(days)) >= 4, days
