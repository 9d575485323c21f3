"""A walk through the whole site, from link to link: nothing broken, every page well made."""

import json
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

from catalogue.models import Source
from plants.models import Manufacturer, Plant
from vehicles.models import ExportEra, ExportProgram, Generation, Make, VehicleModel

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # without the first, one test alone would read the real database

HOST = "http://testserver"
#: A list has an address for every combination of filters. Of those naming the same parameters so many are
#: followed, and so many in all.
MOST_ALIKE, MOST_QUERIES = 2, 70
#: There are more than a thousand sources and their pages are all alike: a part of them will do.
MOST_SOURCES = {"/": 60, "/ja/": 20}
#: Every entry page names its data, whose objects tests/test_api.py asks for.
MOST_OF_API = 25
MOST_PAGES = 5000
REFERENCES = {"a": "href", "link": "href", "form": "action", "img": "src", "script": "src"}
PAGED = (Manufacturer, Plant, Make, VehicleModel, Generation, ExportEra, ExportProgram)


@dataclass
class Page:
    """What there is to say of one page, without keeping its text."""

    address: str
    status: int
    is_html: bool
    language: str = ""
    title: str = ""
    headings: int = 0
    canonical: list[str] = field(default_factory=list)
    ids: Counter = field(default_factory=Counter)
    #: Absolute addresses of everything the page refers to, in its order, fragments included.
    links: dict[str, None] = field(default_factory=dict)
    data_blocks: list[str] = field(default_factory=list)
    #: Scripts and styles written into the page, which the content security policy forbids.
    inline: list[str] = field(default_factory=list)
    #: Ids that labels, controls and ARIA attributes name.
    wanted_ids: set[str] = field(default_factory=set)
    #: Words in English, of a page in Japanese, that are not marked as such.
    english: list[str] = field(default_factory=list)
    #: What html5lib.HTMLParser(strict=True) raises at the first of; here all of them are kept.
    errors: list[str] = field(default_factory=list)


def read(address: str, response) -> Page:
    page = Page(address, response.status_code, response.headers.get("Content-Type", "").startswith("text/html"))
    if not page.is_html:
        return page
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(response.content.decode())
    page.errors = [f"{position}: {code} {values}" for position, code, values in parser.errors]
    page.language, page.title = tree.get("lang", ""), (tree.findtext("head/title") or "").strip()
    for element in tree.iter():
        if isinstance(element.tag, str):  # not a comment
            note(page, element.tag, element.attrib, element.text or "")
    if page.language == "ja":
        page.english = list(english_in(tree, "ja"))
    return page


#: Three words in small letters, one after the other, are a piece of a sentence, no name.
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
READ_OUT = ("aria-label", "title", "alt", "placeholder")


def english_in(element, language: str):
    """English text below an element, where the language in force is Japanese; code and data are not read."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "code", "kbd", "pre"):
        return
    language = element.get("lang", language)
    if language == "ja":
        texts = [element.text, *(element.get(name) for name in READ_OUT), *(child.tail for child in element)]
        yield from (text.strip()[:80] for text in texts if text and ENGLISH.search(text))
    for child in element:
        yield from english_in(child, language)


def note(page: Page, tag: str, attributes: dict, text: str) -> None:
    get = attributes.get
    if "id" in attributes:
        page.ids[get("id")] += 1
    page.headings += tag == "h1"
    if tag == "link" and get("rel") == "canonical":
        page.canonical.append(get("href"))
    reference = get(REFERENCES.get(tag, ""))
    if tag == "meta" and get("property") in ("og:url", "og:image"):
        reference = get("content")
    if reference is not None:
        page.links[urljoin(HOST + page.address, reference)] = None
    if tag == "script" and get("type") == "application/ld+json":
        page.data_blocks.append(text)
    elif tag == "style" or (tag == "script" and "src" not in attributes):
        page.inline.append(f"<{tag}> {text[:60]}")
    page.inline += [f"<{tag} {name}=…>" for name in attributes if name == "style" or name.startswith("on")]
    for name in ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls"):
        page.wanted_ids.update((get(name) or "").split())


def internal(link: str) -> str | None:
    """The path and query of a link within the site; None for any other."""
    parts = urlsplit(urldefrag(link).url)
    if f"{parts.scheme}://{parts.netloc}" != HOST:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class Crawl:
    """All pages that links lead to from the two home pages, breadth first: each path once, some with a query."""

    def __init__(self):
        #: Each page, and the address of the page that first named it.
        self.pages: dict[str, Page] = {}
        self.named_by = {"/": "the start", "/ja/": "the start"}
        #: All addresses that any page named, followed or not.
        self.named: set[str] = set()
        self.followed: Counter = Counter()
        client, waiting = Client(), deque(self.named_by)
        while waiting:
            assert len(self.pages) < MOST_PAGES, f"links without end, such as {waiting[-1]}"
            address = waiting.popleft()
            self.pages[address] = page = read(address, client.get(address))
            for target in filter(None, map(internal, page.links)):
                self.named.add(target)
                if target not in self.named_by and self.affords(target):
                    self.named_by[target] = address
                    waiting.append(target)

    def affords(self, target: str) -> bool:
        path, _, query = target.partition("?")
        names = sorted(name for name, _ in parse_qsl(query))
        if "/static/" in path:  # looked up, not fetched
            return False
        limits = {}
        if names and (names != ["page"] or path.endswith("/report/")):
            limits = {(path, *names): MOST_ALIKE, "queries": MOST_QUERIES}
        elif path.startswith("/api/v1/"):
            limits = {"api": MOST_OF_API}
        elif source := re.fullmatch(r"(/|/ja/)sources/.+/", path):
            limits = {f"sources of {source[1]}": MOST_SOURCES[source[1]]}
        if any(self.followed[kind] >= most for kind, most in limits.items()):
            return False
        self.followed.update(limits.keys())
        return True

    def faults(self, find) -> list[str]:
        """What ``find`` says of each HTML page, with the page's address; [] when nothing is wrong anywhere."""
        return [f"{page.address}: {fault}" for page in self.pages.values() if page.is_html for fault in find(page)][:40]


@pytest.fixture(scope="module")
def crawl(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Crawl()


def test_the_crawl_reaches_every_kind_of_page_in_both_languages(crawl):
    expected = ["", "vehicles/", "vehicles/toyota/", "vehicles/toyota/camry/", "vehicles/toyota/camry/xv10/"]
    expected += ["plants/", "plants/toyota-georgetown/", "states/", "states/tx/", "manufacturers/", "exports/"]
    expected += ["manufacturers/nummi/", "exports/toyota-camry-2026/", "eras/trade-deal/", "sources/", "about/"]
    assert [path for path in expected for start in ("/", "/ja/") if start + path not in crawl.pages] == []
    assert crawl.followed["queries"] == MOST_QUERIES


@pytest.mark.django_db
def test_every_public_entry_can_be_reached_by_links(crawl):
    assert addresses_of_entries() - crawl.named == set()
    assert {address for address in addresses_of_entries() - set(crawl.pages) if "/sources/" not in address} == set()


def test_no_link_is_broken_or_redirected(crawl):
    broken = [page for page in crawl.pages.values() if page.status != 200]
    assert [f"{page.address} {page.status}, linked from {crawl.named_by[page.address]}" for page in broken] == []


def test_every_page_is_valid_html(crawl):
    assert crawl.faults(lambda page: page.errors) == []


def test_every_id_is_one_word_that_its_page_has_once(crawl):
    assert (
        crawl.faults(lambda page: [name for name, n in page.ids.items() if n > 1 or not re.fullmatch(r"\S+", name)])
        == []
    )


def test_labels_and_controls_name_ids_that_are_on_their_page(crawl):
    assert crawl.faults(lambda page: page.wanted_ids - set(page.ids)) == []


def test_every_fragment_link_has_a_target(crawl):
    def missing(page):
        for link in page.links:
            address, fragment = internal(link), unquote(urldefrag(link).fragment)
            if fragment and address in crawl.pages and fragment not in crawl.pages[address].ids:
                yield link

    assert crawl.faults(missing) == []


def test_every_page_has_language_title_one_heading_and_its_canonical_address(crawl):
    def missing(page):
        if page.language != ("ja" if page.address.startswith("/ja/") else "en"):
            yield f"lang is {page.language!r}"
        if not re.fullmatch(r"\S.* · \S+", page.title):
            yield f"title is {page.title!r}"
        if page.headings != 1:
            yield f"{page.headings} h1"
        if len(page.canonical) != 1 or urlsplit(page.canonical[0]).path != page.address.partition("?")[0]:
            yield f"canonical is {page.canonical}"

    assert crawl.faults(missing) == []


def test_nothing_on_japanese_pages_is_in_english_but_what_is_marked_so(crawl):
    assert crawl.faults(lambda page: page.english) == []


def test_no_page_has_an_inline_script_or_style(crawl):
    assert crawl.faults(lambda page: page.inline) == []


def test_pages_refer_only_to_static_files_that_exist(crawl):
    def missing(page):
        for target in filter(None, map(internal, page.links)):
            if "/static/" in target and not (target.startswith("/static/") and finders.find(target[8:])):
                yield target

    assert crawl.faults(missing) == []


def test_links_to_elsewhere_are_whole_web_addresses(crawl):
    def wrong(page):
        return [link for link in page.links if internal(link) is None and not re.match(r"https?://[^/\s]+\.\w", link)]

    assert crawl.faults(wrong) == []


def test_structured_data_is_json_of_schema_org(crawl):
    def wrong(page):
        for block in page.data_blocks:
            if json.loads(block).get("@context") != "https://schema.org":
                yield block[:80]

    assert crawl.faults(wrong) == []
    assert sum(len(page.data_blocks) for page in crawl.pages.values()) > 500


# For machines, and for readers who got lost ---------------------------------------------------------------


def addresses_of_entries() -> set[str]:
    """The path of every public entry and source in both languages, worked out in plain Python."""
    entries = [one for kind in PAGED for one in kind.objects.select_related() if is_public(one)]
    found = set()
    for language in ("en", "ja"):
        with translation.override(language):
            found.update(one.get_absolute_url() for one in [*entries, *Source.objects.all()])
    return found


def is_public(entry) -> bool:
    above = [getattr(entry, name, None) for name in ("make", "model", "era", "plant", "generation")]
    return entry.publication == "published" and all(is_public(one) for one in above if one is not None)


def sitemap_paths(client) -> list[str]:
    response = client.get("/sitemap.xml")
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return [urlsplit(address).path for address in re.findall(r"<loc>(.*?)</loc>", response.content.decode())]


@pytest.mark.django_db
def test_the_sitemap_lists_every_public_address_once_and_no_draft(client, crawl):
    Plant.objects.filter(slug="toyota-georgetown").update(publication="draft")
    Make.objects.filter(slug="lexus").update(publication="draft")
    paths = sitemap_paths(client)
    entries = addresses_of_entries()
    assert [path for path, times in Counter(paths).items() if times > 1] == []
    assert entries - set(paths) == set()
    others = set(paths) - entries
    names = "vehicles|plants|states|manufacturers|exports|compare|figures|vin|sources|changes|downloads|api/docs|about"
    sections = rf"(/ja)?/(({names})/)?"
    assert [path for path in others if not re.fullmatch(rf"{sections}|(/ja)?/states/[a-z][a-z]/", path)] == []
    assert not [path for path in paths if "toyota-georgetown" in path or path.startswith("/vehicles/lexus/")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "slug", "near"),
    [
        (Manufacturer, "toyota", "/manufacturers/ /vehicles/toyota/ /plants/toyota-georgetown/ /manufacturers/hino/"),
        (Plant, "toyota-georgetown", "/plants/?state=KY /states/ky/ /vehicles/toyota/camry/xv10/"),
        (Make, "toyota", "/ /manufacturers/ /exports/ /exports/toyota-cavalier/ /states/tx/"),
        (VehicleModel, "camry", "/vehicles/toyota/ /states/ky/ /plants/toyota-georgetown/"),
        (Generation, "xv10", "/vehicles/toyota/camry/ /vehicles/toyota/camry/xv20/ /states/ky/"),
        (ExportEra, "trade-deal", "/ /exports/ /eras/pullback/ /plants/toyota-georgetown/"),
        (ExportProgram, "toyota-camry-2026", "/ /exports/ /vehicles/toyota/camry/ /eras/trade-deal/"),
    ],
)
def test_a_withdrawn_entry_leaves_no_link_behind(client, kind, slug, near):
    kind.objects.filter(slug=slug).update(publication="draft")
    gone = kind.objects.get(slug=slug).get_absolute_url()
    assert client.get(gone).status_code == 404
    pages = [read(address, client.get(address)) for address in near.split()]
    assert [page.address for page in pages if gone in map(internal, page.links)] == []


@pytest.mark.django_db
def test_robots_txt_names_the_sitemap_and_keeps_robots_out_of_the_admin(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /report/",
        "Disallow: /ja/report/",
        "",
        f"Sitemap: {HOST}/sitemap.xml",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/ja/", "/vehicles/", "/vehicles/?state=ZZ", "/exports/toyota-camry-2026/", "/no/"]
)
def test_pages_carry_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/no-such-page/",
        "/plants/atlantis/",
        "/vehicles/toyota/camry/xv999/",
        "/states/zz/",
        "/states/hi/",
        "/exports/%00/",
    ],
)
@pytest.mark.parametrize("start", ["", "/ja"])
def test_a_missing_page_says_so_and_offers_ways_on(client, start, path):
    response = client.get(start + path)
    assert response.status_code == 404
    page = read(start + path, response)
    assert (page.language, page.headings, page.errors) == ("ja" if start else "en", 1, [])
    offered = {internal(link) for link in page.links}
    assert {f"{start}/{name}/" for name in ("vehicles", "plants", "states", "exports")} <= offered
    assert b'type="search"' in response.content and b"noindex" in response.content
