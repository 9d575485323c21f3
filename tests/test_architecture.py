"""Who may import whom: docs/architecture.md, kept true."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

#: What each app may import of the others.
MAY_IMPORT = {"catalogue": set(), "plants": {"catalogue"}, "vehicles": {"catalogue", "plants"}}
#: The places that know all apps: addresses, the home page, names of entries, the log of changes, downloads and search.
KNOW_ALL = {
    "catalogue/urls.py",
    "catalogue/entry_names.py",
    "catalogue/home.py",
    "catalogue/api/urls.py",
    "catalogue/changes/following.py",
    "catalogue/changes/pages.py",
    "catalogue/downloads/rows.py",
    "catalogue/downloads/tables.py",
    "catalogue/search/documents.py",
    "catalogue/search/indexing.py",
}
#: No module of ours tells more than one story.
LONGEST_MODULE = 400

MODULES = sorted(path for app in MAY_IMPORT for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imported_apps(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names & set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_room_may(path):
    name = str(path.relative_to(ROOT))
    app = name.split("/")[0]
    if name not in KNOW_ALL:
        assert imported_apps(path) - {app} <= MAY_IMPORT[app]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_enough_to_be_read_in_one_go(path):
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE
