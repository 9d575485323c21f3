"""axe-core finds nothing to object to, in light and dark, in Japanese, on a phone and a wide screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_reading import visit

NAMES = [
    "home",
    "vehicles filtered",
    "generation",
    "plants",
    "plant",
    "exports",
    "program",
    "states",
    "about",
    "search",
    "VIN answered",
    "downloads",
    "changes",
    "API",
    "missing page",
]
SETTINGS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "Japanese phone": {"viewport": {"width": 390, "height": 800}},
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(new_page, watch, name, setting):
    page = new_page(**SETTINGS[setting])
    visit(page, watch, name, "/ja" if setting.startswith("Japanese") else "")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    problems = [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found.response["violations"]]
    assert problems == []
