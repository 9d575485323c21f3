"""Security headers of a site as it is run for real, graded by the rules of Mozilla's HTTP Observatory.

Rules: developer.mozilla.org/en-US/observatory/docs/tests_and_scoring. A site begins with 100; faults cost points, and
if 90 are left, merits add some. From 100 on the grade is A+.
"""

import json
import re
import subprocess
import sys

import pytest
from html5lib import parse

from tests.loaded import ROOT, site_environment

PAGES = [
    *("/", "/ja/", "/vehicles/?state=OH", "/plants/toyota-georgetown/", "/search/?q=camry", "/vin/", "/report/"),
    *("/ja/report/", "/admin/login/", "/api/docs/", "/nowhere/", "/vehicles/?make=nobody"),
]
HALF_A_YEAR = 15_768_000
#: Asks for all pages as a browser does, by HTTPS and once by HTTP, under the settings of production.
ASK = """
import json
from django.test import Client
def told(path, secure):
    answer = Client().get(path, secure=secure, headers={{"host": "catalogue.example"}})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cookies = [cookie.OutputString() for cookie in answer.cookies.values()]
    return {{"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies, "body": body.decode()}}
print(json.dumps({{"https": {{path: told(path, True) for path in {pages}}}, "http": told("/", False)}}))
"""


pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def answers(loaded) -> dict:
    environment = site_environment(loaded.var, loaded.url) | {"HTTPS": "true", "ALLOWED_HOSTS": "catalogue.example"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", ASK.format(pages=PAGES)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def policy(headers: dict[str, str]) -> dict[str, list[str]]:
    parts = (part.split() for part in headers.get("Content-Security-Policy", "").split(";"))
    return {name: values for name, *values in (part for part in parts if part)}


def points(answer: dict) -> dict[str, int]:
    """The modifiers that this answer earns, by what they are for."""
    headers, csp = answer["headers"], policy(answer["headers"])
    everything = [value for values in csp.values() for value in values]
    found = {}
    if not csp:
        found["no content security policy"] = -25
    elif any(value in ("'unsafe-inline'", "'unsafe-eval'") for value in everything):
        found["unsafe content security policy"] = -20
    elif any(value.startswith("http:") or value == "*" for value in everything):
        found["content from anywhere"] = -20
    else:
        found["content security policy"] = 10 if csp.get("default-src") == ["'none'"] else 5
    found["framing"] = 5 if csp.get("frame-ancestors") == ["'none'"] else -20
    found["cookies"] = sum(cookie_points(cookie) for cookie in answer["cookies"])
    transport = headers.get("Strict-Transport-Security", "")
    age = re.search(r"max-age=([0-9]+)", transport)
    found["transport security"] = -20 if not age else 0 if int(age[1]) >= HALF_A_YEAR else -10
    found["content type"] = 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5
    private = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
    found["referrer"] = 5 if headers.get("Referrer-Policy") in private else -5
    found["cross-origin access"] = -50 if "Access-Control-Allow-Credentials" in headers else 0
    found["scripts from elsewhere"] = -50 if foreign_scripts(answer) else 0
    return found


def cookie_points(cookie: str) -> int:
    said = cookie.lower()
    if "secure" not in said:
        return -40 if "session" in said else -20
    if "samesite=lax" not in said and "samesite=strict" not in said:
        return -20
    return -30 if "session" in said and "httponly" not in said else 0


def foreign_scripts(answer: dict) -> list[str]:
    if "text/html" not in answer["headers"].get("Content-Type", ""):
        return []
    document = parse(answer["body"], namespaceHTMLElements=False)
    return [src for script in document.iter("script") if (src := script.get("src", "/")) and not src.startswith("/")]


def score(answer: dict) -> int:
    found = points(answer)
    without_merits = 100 + sum(value for value in found.values() if value < 0)
    return without_merits + (sum(value for value in found.values() if value > 0) if without_merits >= 90 else 0)


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_gets_the_best_grade(answers, path):
    answer = answers["https"][path]
    assert answer["status"] in (200, 400, 404)
    assert score(answer) >= 100, points(answer)


def test_pages_earn_all_that_can_be_earned_by_headers(answers):
    assert score(answers["https"]["/"]) == 120


def test_plain_http_leads_to_https_at_the_same_address(answers):
    answer = answers["http"]
    assert (answer["status"], answer["headers"]["Location"]) == (301, "https://catalogue.example/")


def test_the_grade_notices_what_is_missing(answers):
    good = answers["https"]["/"]
    for name, least in (
        ("Content-Security-Policy", 60),
        ("Strict-Transport-Security", 80),
        ("X-Content-Type-Options", 115),
        ("Referrer-Policy", 110),
    ):
        headers = {key: value for key, value in good["headers"].items() if key != name}
        worse = {**good, "headers": headers}
        assert score(worse) < score(good)
        assert score(worse) <= least
    assert score({**good, "cookies": ["sessionid=1; Path=/"]}) < 90
