"""A thousand requests that no browser sends; ``make fuzz`` sends fifty times as many."""

from tests.fuzz import fuzz
from tests.loaded import site_environment
from tests.sites import running_site


def test_whatever_is_asked_is_answered_and_nothing_breaks(primary, var, tmp_path):
    environment = site_environment(var, primary.url("catalogue")) | {"API_RATE": "1000000/s"}
    with running_site(environment, tmp_path / "log") as site:
        tried = fuzz(site.address, 1000, seed=7)
    assert tried.faults == []
    assert sum(tried.statuses.values()) == 1000 and tried.statuses[200] > 200
