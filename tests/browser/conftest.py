"""A real browser against the real site: started as ``make run`` starts it, with a database of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.loaded import create_database, database_beside, drop_database, site_environment
from tests.sites import Site, running_site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "correct horse battery"


def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="no Chromium is installed")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM and not os.environ.get("CI"):
                item.add_marker(missing)


# The site ------------------------------------------------------------------------------------------------


def create_users(site: Site) -> None:
    """An administrator; an editor who may change all of the catalogue; one of each role that migrate makes."""
    site.manage(
        "shell",
        "--command",
        f"""
from django.contrib.auth.models import Group, Permission, User
User.objects.create_superuser("admin", password="{PASSWORD}")
editor = User.objects.create_user("editor", password="{PASSWORD}", is_staff=True)
apps = ["catalogue", "plants", "vehicles"]
editor.user_permissions.set(Permission.objects.filter(content_type__app_label__in=apps))
for name, role in (("carla", "Contributor"), ("edith", "Editor"), ("emil", "Editor")):
    User.objects.create_user(name, password="{PASSWORD}", is_staff=True).groups.add(Group.objects.get(name=role))
""",
    )


@pytest.fixture(scope="session")
def database_url(loaded) -> Iterator[str]:
    """Empty for SQLite in the site's own folder; else a PostgreSQL database beside the one of DATABASE_URL."""
    if not loaded.url:
        yield ""
        return
    own = database_beside(os.environ["DATABASE_URL"], f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    create_database(own, template=loaded.database_name)
    yield own
    drop_database(own)


@pytest.fixture(scope="session")
def site(loaded, database_url) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        var, log = Path(folder) / "var", Path(folder) / "log"
        shutil.copytree(loaded.var, var)
        environment = site_environment(var, database_url)
        with running_site(environment, log) as site:
            create_users(site)
            yield site
        assert "Traceback" not in log.read_text(), f"the server's log has an error:\n{log.read_text()[-5000:]}"


# The browser ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Not for the whole session: while Playwright runs, an event loop does, and in its thread Django
    # refuses to use the database, so the tests of other packages in this process would fail.
    if not CHROMIUM:
        pytest.fail("no Chromium is installed, and on CI the browser tests must run")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that no reader should meet: errors, failed requests, requests to others."""

    address: str
    problems: list[str] = field(default_factory=list)
    #: Paths that are to answer with a status of 400 or more.
    expected: set[str] = field(default_factory=set)

    def attach(self, context: BrowserContext) -> None:
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.problems.append(f"error in the page: {error.error}"))
        context.on("request", self.on_request)
        context.on("response", self.on_response)
        context.on("requestfailed", self.on_failure)

    def on_console(self, message) -> None:
        # A failed load is judged by its response, which may be an expected one.
        # A request that a newer one replaces is what is meant to happen; htmx calls it an error all the same.
        expected = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")
        if message.type in ("error", "warning") and not message.text.startswith(expected):
            self.problems.append(f"console {message.type}: {message.text}")

    def on_request(self, request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def on_response(self, response) -> None:
        if response.status >= 400 and urlsplit(response.url).path not in self.expected:
            self.problems.append(f"status {response.status}: {response.url}")

    def on_failure(self, request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # the browser's own: it left for another page
            self.problems.append(f"failed request: {request.url} {request.failure}")


@pytest.fixture
def watch(site) -> Watch:
    return Watch(site.address)


@pytest.fixture
def new_page(site, browser, watch):
    """A function that opens a page in a window of its own; the test fails when anything goes wrong in any."""
    contexts = []

    def open_window(**options) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", **options}
        context = browser.new_context(base_url=site.address, **options)
        context.set_default_timeout(15_000)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert watch.problems == []


@pytest.fixture
def page(new_page) -> Page:
    return new_page()
