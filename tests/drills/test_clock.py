"""The machine's clock is put forward and back while the site runs: pages stay right, edits show, nothing breaks."""

import time
from pathlib import Path

from tests.drills.load import ask, readers
from tests.loaded import site_environment
from tests.sites import running_site

PATHS = ["/", "/exports/", "/vehicles/?state=OH", "/api/v1/plants/?fields=name", "/search/?q=camry", "/admin/login/"]
DAY = 24 * 3600
RENAME = """
from plants.models import Plant
one = Plant.objects.get(slug="toyota-georgetown")
one.name = "{name}"
one.save()
"""


def test_a_clock_that_jumps_breaks_nothing(primary, var, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    environment = site_environment(var, primary.url("catalogue")) | {
        "DRILL_CLOCK": str(clock),
        "PYTHONPATH": str(Path(__file__).parent / "clock"),
    }
    days = []
    with running_site(environment, tmp_path / "log") as site, readers(site.address, PATHS) as load:
        for number, jump in enumerate((0, 3 * DAY, -400 * DAY, 40 * DAY, 0)):
            clock.write_text(str(jump))
            time.sleep(2)
            name = f"Clock plant {number}"
            site.manage("shell", "--no-imports", "--command", RENAME.format(name=name))
            answer = ask(site.address, "/plants/toyota-georgetown/")
            assert name in answer.body.decode(), f"after a jump of {jump} s"
            days.append(answer.headers["date"][5:16])
    assert load.faults() == []
    assert len(load.answers) > 100
    assert len(set(days)) == 4, days
