"""Several editors save the same entry again and again, at the same time, on the real server: nothing is lost.

No browser: the forms are read and sent as one would, by as many threads as there are editors.
"""

import json
import re
import threading
from html import unescape
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.browser.conftest import PASSWORD

SAVES = 500
#: Who writes which two fields; both always get the same text, so a half-written entry shows.
EDITORS = {"editor": ("name", "name_ja"), "edith": ("scope", "scope_ja"), "emil": ("unit", "unit_ja")}
INPUT = re.compile(r"<input [^>]*>")
SELECT = re.compile(r'<select name="([^"]+)".*?</select>', re.DOTALL)
TEXT = re.compile(r'<textarea name="([^"]+)"[^>]*>\s?(.*?)</textarea>', re.DOTALL)


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def fields(page: str) -> dict[str, str]:
    """What the page's form would send if it were saved as it is."""
    assert 'id="series_form"' in page, re.search(r"<title[^>]*>[^<]*|$", page)[0]
    form = page[page.index('id="series_form"') :]
    inputs = [tag for tag in INPUT.findall(form) if not re.search(r'type="(submit|checkbox)"', tag)]
    sent = {attribute(tag, "name"): attribute(tag, "value") for tag in inputs}
    sent |= {name: unescape(text) for name, text in TEXT.findall(form)}
    for match in SELECT.finditer(form):
        chosen = re.search(r'<option value="([^"]*)" selected', match[0])
        sent[match[1]] = chosen[1] if chosen else ""
    return {name: value for name, value in sent.items() if name and not name.endswith("DELETE")}


class Editor(threading.Thread):
    """Somebody who opens the form, writes the next number into two fields, saves, and begins again."""

    def __init__(self, site, name: str, form: str):
        super().__init__()
        self.site, self.who, self.form, self.problem = site.address, name, form, ""
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.texts = [f"{name} {n}" for n in range(SAVES // len(EDITORS) + 1)]

    def open(self, address: str, data: dict | None = None) -> str:
        sent = urlencode(data).encode() if data else None
        headers = [("Referer", self.site + address)]
        self.opener.addheaders = headers
        with self.opener.open(self.site + address, sent, timeout=60) as answer:
            return answer.read().decode()

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:  # told by the test, in whose thread it is raised
            self.problem = repr(error)

    def work(self) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.open("/admin/login/"))[1]
        page = self.open(
            f"/admin/login/?next={self.form}",
            {"username": self.who, "password": PASSWORD, "csrfmiddlewaretoken": token},
        )
        for text in self.texts:
            data = fields(page) | dict.fromkeys(EDITORS[self.who], text) | {"_reason": text, "_continue": "1"}
            page = self.open(self.form, data)
            assert "errornote" not in page, re.search(r"errornote.{300}", page, re.DOTALL)[0]


def test_five_hundred_saves_at_once_lose_nothing_and_leave_nothing_half_written(site):
    made = site.manage(
        "shell",
        "--verbosity=0",
        "--command",
        "from catalogue.models import Series\n"
        "print(Series.objects.create(slug='many-saves', name='Begun', name_ja='Begun', unit='Begun', unit_ja='Begun',"
        " scope='Begun', scope_ja='Begun').pk)",
    )
    pk = made.split()[-1]
    editors = [Editor(site, name, f"/admin/catalogue/series/{pk}/change/") for name in EDITORS]
    for one in editors:
        one.start()
    for one in editors:
        one.join()
    assert [one.problem for one in editors if one.problem] == []
    versions = json.loads(
        site.manage(
            "shell",
            "--verbosity=0",
            "--command",
            "import json\n"
            "from catalogue.models import Proposal, Series, Version\n"
            "assert not Proposal.objects.filter(entry_type__model='series').exists()\n"
            f"one = Series.objects.get(pk={pk})\n"
            "found = Version.objects.of(one).values_list('document', 'reason', 'user_name')\n"
            "print(json.dumps([[row[0]['fields'], row[1], row[2]] for row in found]))\n"
            "one.delete()",
        ).splitlines()[-1]
    )
    for document, _reason, _user in versions:
        for first, second in EDITORS.values():
            assert document[first] == document[second], "half written"
    written = {(user, reason) for _document, reason, user in versions if user}
    assert written == {(one.who, text) for one in editors for text in one.texts}
    for one in editors:
        first, _second = EDITORS[one.who]
        assert versions[0][0][first] == one.texts[-1], "the last that each wrote stands"
