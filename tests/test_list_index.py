"""What lists keep in memory: as right as the database, and gone with the revision it belongs to."""

import threading

import pytest
from django.db import connection, transaction
from pyroaring import BitMap

from catalogue import facets, list_index, revision
from catalogue.filters import BrowseFilterSet
from catalogue.list_index import Found, ListIndex, index_of
from catalogue.parameters import SearchFilter
from plants.models import Plant
from tests.facts import LISTS, ListPage
from vehicles.filters import VehicleFilterSet
from vehicles.models import Generation, Make
from vehicles.views import generations_for_cards

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_asked_for_again_costs_no_query_for_its_filters(client, name, django_assert_max_num_queries):
    path = f"/{name}/?state=OH&make=honda"
    first = client.get(path)
    with django_assert_max_num_queries(8) as again:
        second = client.get(path)
    assert first.content == second.content
    asked = " ".join(query["sql"] for query in again.captured_queries)
    assert "facet_value" not in asked
    assert "UNION" not in asked


def test_an_edit_is_counted_on_the_very_next_request(client):
    before = ListPage(client, "/plants/", "").counts("status")
    plant = Plant.objects.get(slug="toyota-georgetown")
    plant.status = "closed"
    plant.save()
    after = ListPage(client, "/plants/", "").counts("status")
    assert after["closed"] == before["closed"] + 1
    assert after["operating"] == before["operating"] - 1


def test_a_new_name_is_read_on_the_very_next_request(client):
    client.get("/vehicles/")
    make = Make.objects.get(slug="honda")
    make.name = "Hondaa"
    make.save()
    assert "Hondaa" in client.get("/vehicles/").content.decode()


def test_what_is_not_committed_is_seen_by_its_own_transaction_only(client, monkeypatch):
    before = ListPage(client, "/plants/", "").counts("status")
    index = dict(list_index._kept)
    with monkeypatch.context() as inside, transaction.atomic():
        inside.setattr(list_index, "in_transaction", lambda alias: True)
        plant = Plant.objects.get(slug="toyota-georgetown")
        plant.status = "closed"
        plant.save()
        assert ListPage(client, "/plants/", "").counts("status")["closed"] == before["closed"] + 1
        transaction.set_rollback(True)
    assert list_index._kept == index
    assert ListPage(client, "/plants/", "").counts("status") == before


def test_words_and_years_are_looked_up_once(client):
    path = "/vehicles/?q=accord&built_from=1990&built_to=1995&as_of=1992"
    first = client.get(path)
    with CountedLikes() as likes:
        second = client.get(path)
    assert first.content == second.content
    assert likes.number == 0


class CountedLikes:
    """How often the database was searched for words."""

    number = 0

    def __enter__(self):
        self.wrapper = connection.execute_wrapper(self)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *how):
        self.wrapper.__exit__(*how)

    def __call__(self, execute, sql, *args):
        self.number += "LIKE" in sql.upper()
        return execute(sql, *args)


def test_the_page_and_the_api_share_an_index(client):
    client.get("/vehicles/?state=OH")
    client.get("/api/v1/vehicles/?state=OH")
    assert list(list_index._kept) == [VehicleFilterSet]


def test_there_is_one_index_for_a_list_and_it_is_of_the_present_revision():
    ask = lambda: index_of(VehicleFilterSet, [], Generation.objects.published())  # noqa: E731
    first = ask()
    assert ask() is first
    revision.advance()
    second = ask()
    assert second is not first
    assert second.revision == first.revision + 1
    assert list_index._kept == {VehicleFilterSet: second}


def test_others_wait_for_whoever_makes_a_part():
    index, begun, made = ListIndex(1, [], Generation.objects.none()), threading.Barrier(4), []

    def make():
        made.append(1)
        return BitMap([7])

    def ask():
        begun.wait()
        assert index._part("one", make) == BitMap([7])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_answers_to_any_number_of_questions_do_not_fill_the_memory(client, monkeypatch):
    monkeypatch.setattr(list_index, "MOST_ANSWERS", 3)
    for word in "abcdefgh":
        client.get(f"/plants/?q={word}")
    (index,) = list_index._kept.values()
    assert len(index._answers) <= 3


def test_found_entries_are_read_in_their_order_and_those_removed_meanwhile_are_left_out():
    ids = list(Plant.objects.order_by("-pk").values_list("pk", flat=True)[:5])
    found = Found(Plant.objects.all(), [*ids, 10**9])
    assert len(found) == 6
    assert [plant.pk for plant in found] == [plant.pk for plant in found[:6]] == ids
    assert found[2].pk == ids[2]


def test_a_facet_of_very_many_values_lists_those_with_most_results_and_the_chosen_one(client, monkeypatch):
    whole = ListPage(client, "/vehicles/", "").counts("plant")
    rare = min(whole, key=whole.get)
    monkeypatch.setattr("catalogue.filters.MOST_VALUES", 10)
    page = client.get(f"/vehicles/?plant={rare}")
    group = next(one for one in page.context["filters"].groups if one.name == "plant")
    listed = {value.value for value in group.values}
    assert len(listed) == 10
    assert rare in listed
    most = sorted(whole.values(), reverse=True)[8]
    assert {value for value, count in whole.items() if count > most} <= listed
    left = len(whole) - 10
    assert f"{left} values with fewer results are not listed" in page.content.decode()


def test_pages_of_kept_parts_say_what_pages_made_anew_say(client, monkeypatch):
    """Whoever asks first: a card is of its language and year, and what concerns one reader is not kept."""
    paths = [
        f"{language}{path}"
        for path in ("/vehicles/?make=honda", "/plants/", "/plants/?as_of=1994", "/exports/", "/exports/?as_of=1994")
        for language in ("", "/ja")
    ]
    paths += ["/vehicles/?make=honda&compare=honda/accord/cb", "/vehicles/?make=honda"]
    kept_pages = [[client.get(path).content for path in paths] for _time in range(2)]
    assert all(index._fragments for index in list_index._kept.values())
    monkeypatch.setattr(list_index, "in_transaction", lambda alias: True)
    anew = [client.get(path).content for path in paths]
    assert kept_pages == [anew, anew]


def test_a_kept_card_is_made_anew_after_an_edit(client):
    before = client.get("/vehicles/?make=acura").content.decode()
    plant = Plant.objects.get(slug="honda-marysville")
    plant.short_name = "Marysville renamed"
    plant.save()
    after = client.get("/vehicles/?make=acura").content.decode()
    assert "Marysville renamed" not in before
    assert after.count(">Marysville renamed</a>") == before.count(">Marysville Auto Plant</a>") > 1


def test_every_filter_tells_its_ids_from_the_index():
    """What a FilterSet is made of can be asked all at once, also where nothing is chosen."""
    filters = VehicleFilterSet({}, generations_for_cards())
    assert isinstance(filters, BrowseFilterSet)
    assert filters.found() == BitMap(Generation.objects.published().values_list("pk", flat=True))
    for name, one in filters.filters.items():
        if isinstance(one, facets.Facet):
            assert one.ids(filters.index, []) == BitMap(), name
        elif isinstance(one, SearchFilter):
            assert one.ids(filters.index, ["accord"]), name
