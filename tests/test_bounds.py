"""However large the catalogue: no page tells all of it, and each says where the rest is."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from catalogue.paging import Excerpt
from catalogue.sitemaps import Section
from plants.models import Plant
from vehicles.models import ProductionRun

pytestmark = pytest.mark.django_db

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return [one.text for one in ElementTree.fromstring(response.content).iter(f"{NAMESPACE}loc")]  # noqa: S314 - ours


def test_a_sitemap_that_does_not_fit_into_one_file_names_the_files_it_is_in(client, monkeypatch):
    whole = locations(client, "/sitemap.xml")
    monkeypatch.setattr(Section, "limit", 40)
    files = locations(client, "/sitemap.xml")
    assert len(files) > 10
    assert any(address.endswith("/sitemap-generations.xml?p=2") for address in files)
    parts = [locations(client, "{0.path}?{0.query}".format(urlsplit(address))) for address in files]
    assert max(map(len, parts)) == 40
    assert sorted(one for part in parts for one in part) == sorted(whole)


@pytest.mark.parametrize(
    "address", ["/sitemap-generations.xml?p=99", "/sitemap-nothing.xml", "/sitemap-plants.xml?p=x"]
)
def test_a_file_of_the_sitemap_that_is_not_there_is_404(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/plants/honda-marysville/", "/states/oh/", "/vehicles/honda/", "/vehicles/honda/accord/"]
)
def test_a_long_page_tells_the_beginning_and_how_much_more_there_is(client, monkeypatch, address):
    assert "more rows are found by the filters" not in client.get(address).content.decode()
    monkeypatch.setattr(Excerpt, "most", 2)
    page = client.get(address)
    told = (page.context[name] for name in page.context.keys())  # noqa: SIM118 - its other methods tell other things
    lists = {id(value): value for value in told if isinstance(value, Excerpt)}.values()
    assert max(map(len, lists)) == 2
    left_out = sum(one.left_out for one in lists)
    assert f"{left_out} more rows are found by the filters" in page.content.decode()


def test_an_excerpt_counts_what_it_leaves_out(monkeypatch):
    monkeypatch.setattr(Excerpt, "most", 3)
    runs = ProductionRun.objects.order_by("pk")
    assert list(Excerpt(runs)) == list(runs[:3])
    assert Excerpt(runs).left_out == runs.count() - 3
    assert (Excerpt([1, 2, 3]), Excerpt([1, 2, 3]).left_out) == ([1, 2, 3], 0)
    assert Excerpt([1, 2, 3, 4, 5]).left_out == 2


def test_the_home_page_counts_all_and_draws_the_latest(client, monkeypatch):
    whole = client.get("/").context
    monkeypatch.setattr("catalogue.home.MOST_PROGRAMS", 5)
    monkeypatch.setattr("catalogue.home.MOST_MARKS", 10)
    page = client.get("/").context
    assert page["figures"] == whole["figures"]
    assert [program.pk for program in page["programs"]] == [program.pk for program in whole["programs"][-5:]]
    assert sum(page["map"].counts.values()) == Plant.objects.published().count()
    assert not page["map"].marks
    assert [era.count for era in page["era_counts"]] == [era.count for era in whole["era_counts"]]
