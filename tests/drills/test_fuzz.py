"""A thousand requests that no browser sends; ``make fuzz`` sends fifty times as many."""

import random

from tests.fuzz import fuzz
from tests.loaded import site_environment
from tests.sites import running_site


def test_whatever_is_asked_is_answered_and_nothing_breaks(primary, var, tmp_path):
    environment = site_environment(var, primary.url("catalogue")) | {"API_RATE": "1000000/s"}
    seed = random.randrange(1_000_000)
    with running_site(environment, tmp_path / "log") as site:
        tried = fuzz(site.address, 1000, seed)
    assert tried.faults == [], f"seed {seed}"
    assert sum(tried.statuses.values()) == 1000 and tried.statuses[200] > 200
