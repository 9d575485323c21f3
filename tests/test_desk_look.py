"""The desk has the colours of the site: static/css/desk.css says each token once, for light and dark."""

import re
from pathlib import Path

from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"


def test_the_desks_tokens_are_those_of_the_site():
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))
        for part in (CSS / "base.css").read_text().split("@media (prefers-color-scheme: dark)")
    )
    desk = dict(re.findall(r"--([a-z-]+): light-dark\(([^)]+)\);", (CSS / "desk.css").read_text()))
    shared = {name: value for name, value in desk.items() if name in light}
    assert len(shared) > 12
    assert shared == {name: f"{light[name]}, {dark[name]}" for name in shared}
