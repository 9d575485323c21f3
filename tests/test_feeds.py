"""Feeds: what RFC 4287 asks of them, the filters of their pages, and what asking again costs."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plants.models import Plant
from tests.markup import visit
from vehicles.models import ExportProgram, Make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NS = {"a": "http://www.w3.org/2005/Atom", "xml": "http://www.w3.org/XML/1998/namespace"}
FEEDS = ["changes", "exports", "vehicles", "plants"]
EACH_FEED = pytest.mark.parametrize("name", FEEDS)


def read(client, address: str):
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def texts(feed, path: str) -> list[str]:
    return [one.text for one in feed.findall(path, NS)]


@pytest.mark.parametrize("prefix", ["", "/ja"])
@EACH_FEED
def test_a_feed_has_what_rfc_4287_asks_for(client, name, prefix):
    feed = read(client, f"{prefix}/{name}.atom?make=honda")
    assert feed.tag == f"{{{NS['a']}}}feed"
    assert feed.get(f"{{{NS['xml']}}}lang") == (prefix[1:] or "en")
    for one in [feed, *feed.findall("a:entry", NS)]:
        for required in ("id", "title", "updated"):
            (text,) = texts(one, f"a:{required}")
            assert text
        assert datetime.fromisoformat(one.findtext("a:updated", "", NS)).tzinfo
        assert one.findtext("a:id", "", NS).startswith("tag:transplants.example,2026:")
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", NS)}
    assert links == {
        "alternate": f"http://testserver{prefix}/{name}/?make=honda",
        "self": f"http://testserver{prefix}/{name}.atom?make=honda",
    }
    assert feed.findtext("a:author/a:name", "", NS)
    entries = feed.findall("a:entry", NS)
    assert entries
    ids = texts(feed, "a:entry/a:id")
    assert len(set(ids)) == len(ids)
    for entry in entries:
        (link,) = entry.findall("a:link", NS)
        assert urlsplit(link.get("href")).path.startswith(f"{prefix}/")
        assert client.get(link.get("href")).status_code == 200


def test_the_feed_of_exports_has_the_programs_of_the_page_newest_launch_first(client):
    query = "?make=honda&status=ended&drive=lhd"
    programs = list(client.get(f"/exports/{query}").context["filters"].qs)
    assert programs
    assert texts(read(client, f"/exports.atom{query}"), "a:entry/a:title") == [one.title for one in programs]
    launches = [one.launch for one in programs]
    assert launches == sorted(launches, reverse=True)


@EACH_FEED
def test_wrong_values_are_400_in_plain_words(client, name):
    response = client.get(f"/{name}.atom?make=zebra&make=honda&state=ZZ")
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "make: “zebra” is not a value of this filter." in response.content.decode()


@EACH_FEED
def test_a_list_leads_to_its_feed_with_its_filters_and_without_page_and_order(client, name):
    sort = {"changes": "newest", "exports": "title", "vehicles": "-name", "plants": "-name"}[name]
    page = client.get(f"/{name}/?make=honda&sort={sort}").content.decode()
    address = f"http://testserver/{name}.atom?make=honda"
    assert f'<link rel="alternate" type="application/atom+xml" href="{address}"' in page
    assert client.get(address).status_code == 200


@EACH_FEED
def test_who_asks_again_is_told_nothing_new_at_the_cost_of_one_query(client, name):
    first = client.get(f"/{name}.atom")
    with CaptureQueriesContext(connection) as captured:
        again = client.get(f"/{name}.atom", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert len(captured) == 1
    plant = Plant.objects.first()
    plant.employees = 9001
    plant.save()
    assert client.get(f"/{name}.atom", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_each_language_and_filter_has_a_tag_of_its_own(client):
    addresses = ["/exports.atom", "/ja/exports.atom", "/exports.atom?make=honda", "/vehicles.atom"]
    assert len({client.get(address)["ETag"] for address in addresses}) == len(addresses)
    assert len({read(client, address).findtext("a:id", "", NS) for address in addresses}) == len(addresses)


def test_the_same_catalogue_gives_the_same_bytes_also_where_nothing_is_found(client):
    for address in ("/exports.atom", "/changes.atom?action=removed"):
        assert client.get(address).content == client.get(address).content


def test_an_entry_keeps_its_id_when_its_address_changes(client, settings):
    program = ExportProgram.objects.get(slug="toyota-scepter-wagon")
    before = set(texts(read(client, "/exports.atom"), "a:entry/a:id"))
    program.slug, program.title = "renamed", "Renamed"
    program.save()
    assert set(texts(read(client, "/exports.atom"), "a:entry/a:id")) == before
    settings.SITE_URL = "https://catalogue.example"
    feed = read(client, "/exports.atom")
    assert feed.findtext("a:id", "", NS) == "tag:catalogue.example,2026:exports/en"
    assert "https://catalogue.example/exports/renamed/" in [
        link.get("href") for link in feed.findall("a:entry/a:link", NS)
    ]


def test_a_subscription_survives_the_renaming_of_its_make(client):
    make = Make.objects.get(slug="honda")
    make.slug = "honda-motor"
    make.save()
    assert client.get("/exports.atom?make=honda").url == "/exports.atom?make=honda-motor"


def test_drafts_are_in_no_feed(client):
    program = ExportProgram.objects.get(slug="toyota-scepter-wagon")
    program.publication, program.title = "draft", "Zebra"
    program.save()
    for name in FEEDS:
        assert "Zebra" not in client.get(f"/{name}.atom").content.decode()


@EACH_FEED
def test_a_feed_costs_few_queries(client, django_assert_max_num_queries, name):
    with django_assert_max_num_queries(10):  # four of them for the index of the list, which is kept then
        client.get(f"/{name}.atom?make=honda")
    with django_assert_max_num_queries(7):
        client.get(f"/{name}.atom")


@pytest.mark.parametrize("name", ["changes", "vehicles", "exports", "plants"])
def test_words_with_control_characters_are_told_without_them(client, name):
    response = client.get(f"/{name}.atom?q=a%14b%18%1f")
    assert response.status_code == 200
    assert "ab" in ElementTree.fromstring(response.content)[0].text  # noqa: S314 - our own


def test_only_reading_is_allowed(client):
    assert client.post("/exports.atom").status_code == 405
    assert client.head("/exports.atom").status_code == 200


@pytest.mark.parametrize("path", ["/plants/toyota-georgetown/", "/ja/vehicles/toyota/", "/eras/trade-deal/"])
def test_plants_makes_and_eras_lead_to_the_feed_of_their_changes(client, path):
    page = visit(client, path)
    (address,) = [one.get("href") for one in page.all("link") if one.get("type") == "application/atom+xml"]
    response = client.get(address)
    assert response.status_code == 200
    assert b"<entry>" in response.content
