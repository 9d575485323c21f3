"""Readers report an error, and editors find it in their queue."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.lookup import place_at
from catalogue.report_form import new_stamp
from catalogue.reports import Report
from plants.models import Plant
from vehicles.models import Generation

pytestmark = pytest.mark.django_db

PLANT = "/plants/toyota-georgetown/"
TYPED = {
    "message": "It opened in May.\r\nNot in July.",
    "source_url": "https://example.com/opened",
    "email": "reader@example.com",
}


@pytest.fixture(autouse=True)
def empty_cache():
    """The limit for each client is counted in the cache, and all tests come from one address."""
    cache.clear()
    yield
    cache.clear()


def stamp(seconds: float = 10) -> str:
    """The stamp of a form that was shown so many seconds ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds), tick=False):
        return new_stamp()


def send(client, start: str = "", **changes):
    data = {**TYPED, "page": PLANT, "stamp": stamp(), "website": "", **changes}
    return client.post(f"{start}/report/", {name: value for name, value in data.items() if value is not None})


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def everything_typed_is_in(page: str) -> bool:
    return "It opened in May." in page and TYPED["source_url"] in page and TYPED["email"] in page


# The way there ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PLANT, "/vehicles/toyota/camry/xv10/", "/eras/trade-deal/", f"/ja{PLANT}"])
def test_every_entry_page_leads_to_the_form_about_itself(client, address):
    start = "/ja" if address.startswith("/ja/") else ""
    link = f"{start}/report/?page={address}"
    assert f'href="{link}"' in text_of(client.get(address))
    page = text_of(client.get(link))
    assert f'<a href="{address}">' in page
    assert f'name="page" value="{address}"' in page


def test_the_form_names_the_entry_as_its_page_does(client):
    generation = Generation.objects.get(slug="xv10", model__slug="camry")
    page = text_of(client.get("/report/", {"page": generation.get_absolute_url()}))
    assert f">{generation.full_name}</a>" in page


def test_a_list_page_can_be_reported_too(client):
    assert '<a href="/exports/">' in text_of(client.get("/report/?page=/exports/"))
    send(client, page="/exports/")
    assert Report.objects.values_list("page", "entry_id").get() == ("/exports/", None)


def test_the_about_page_mentions_the_form(client):
    for start in ("", "/ja"):
        assert f'<a href="{start}/report/">' in text_of(client.get(f"{start}/about/"))


@pytest.mark.parametrize(
    "page",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "javascript:alert(1)",
        "plants/toyota-georgetown/",
        "/plants/no-such-plant/",
        "/plants/%00/",
        "/plants/\x00/",
        "/plants/toyota-georgetown/\x00",
        "/admin/",
        "/admin/plants/plant/",
        "/health/live",
        "/robots.txt",
        "/nowhere/",
        "/plants/" + "a" * 500 + "/",
        '/"><script>alert(1)</script>/',
    ],
)
def test_a_page_that_is_none_of_ours_is_a_report_about_the_site_as_a_whole(client, page):
    shown = text_of(client.get("/report/", {"page": page}))
    assert "about the site as a whole" in shown
    assert "evil.example" not in shown and "alert(1)" not in shown
    assert send(client, page=page).status_code == 302
    report = Report.objects.get()
    assert (report.page, report.entry_type, report.entry_id) == ("", None, None)


@pytest.mark.parametrize("owner", ["itself", "its model", "its make"])
def test_a_draft_is_not_revealed_to_readers_or_through_an_editor(client, editor, owner):
    generation = Generation.objects.get(slug="xv10", model__slug="camry")
    path = generation.get_absolute_url()
    one = {"itself": generation, "its model": generation.model, "its make": generation.model.make}[owner]
    type(one).objects.filter(pk=one.pk).update(publication="draft")
    unknown = text_of(client.get("/report/", {"page": "/vehicles/toyota/camry/no-such/"}))
    hidden = text_of(client.get("/report/", {"page": path}))
    varying = re.compile(r'value="[^"]{20,}"')
    assert varying.sub("", hidden) == varying.sub("", unknown)
    client.force_login(editor)
    assert "about the site as a whole" in text_of(client.get("/report/", {"page": path}))


def test_the_prefix_of_a_path_decides_what_it_means():
    plant = Plant.objects.get(slug="toyota-georgetown")
    assert place_at(PLANT).entry == place_at(f"/ja{PLANT}").entry == plant
    assert place_at(f"/de{PLANT}") is None


def test_the_other_language_is_about_the_same_page(client):
    page = text_of(client.get("/report/", {"page": PLANT}))
    assert 'href="http://testserver/ja/report/?page=%2Fja%2Fplants%2Ftoyota-georgetown%2F" hreflang="ja"' in page


@pytest.mark.parametrize("address", ["/report/", "/report/thanks/", "/ja/report/", "/ja/report/thanks/"])
def test_the_pages_are_neither_indexed_nor_cached(client, address):
    response = client.get(address)
    assert '<meta name="robots" content="noindex">' in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert f"Disallow: {address.removesuffix('thanks/')}\n" in text_of(client.get("/robots.txt"))


# Sending ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "language", "word"), [("", "en", "Thank you"), ("/ja", "ja", "<code>")])
def test_a_report_is_stored_with_its_entry_and_thanked_for(client, start, language, word):
    response = send(client, start, page=f"{start}{PLANT}")
    report = Report.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{start}/report/thanks/?r={report.reference}"
    page = text_of(client.get(response["Location"]))
    assert report.reference in page and word in page
    assert report.entry == Plant.objects.get(slug="toyota-georgetown")
    assert (report.page, report.language, report.state) == (f"{start}{PLANT}", language, "new")
    assert report.message == "It opened in May.\nNot in July."
    assert (report.source_url, report.email) == (TYPED["source_url"], TYPED["email"])


def test_source_and_e_mail_are_optional(client):
    assert send(client, source_url="", email="").status_code == 302
    assert Report.objects.values_list("source_url", "email").get() == ("", "")


def test_no_address_of_a_reader_is_stored(client):
    client.post("/report/", {**TYPED, "stamp": stamp()}, REMOTE_ADDR="203.0.113.9")
    assert "203.0.113.9" not in str(Report.objects.values().get())
    assert "203.0.113.9" not in str(getattr(cache, "_cache", ""))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("message", "", "Please say what is wrong"),
        ("message", "  \r\n ", "Please say what is wrong"),
        ("message", None, "Please say what is wrong"),
        ("message", "a\x00b", "Null characters are not allowed"),
        ("message", "a" * 3001, "at most 3000 characters"),
        ("message", "http://a.example " * 4, "at most 3 links"),
        ("message", "WWW.a.example HTTPS://b.example www.c.example https://www.d.example", "at most 3 links"),
        ("source_url", "not an address", "not the address of a web page"),
        ("source_url", "javascript:alert(1)", "not the address of a web page"),
        ("source_url", "ftp://example.com/x", "not the address of a web page"),
        ("source_url", "https://[example.com/", "not the address of a web page"),
        ("source_url", "https://example.com/\x00", "Null characters are not allowed"),
        ("source_url", "https://example.com/" + "a" * 600, "at most 600 characters"),
        ("email", "reader@", "not an e-mail address"),
        ("email", "reader\x00@example.com", "Null characters are not allowed"),
        ("email", "a" * 250 + "@example.com", "at most 254 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(client, field, value, said):
    page = text_of(send(client, **{field: value}), 400)
    if value is None or "\x00" not in value:
        html5lib.HTMLParser(strict=True).parse(page)
    beside = page[page.index(f'id="id_{field}_error"') :]
    assert said in beside[: beside.index("</div>")]
    assert f'aria-describedby="{"" if field == "message" else f"id_{field}_helptext "}id_{field}_error"' in page
    for other in TYPED:
        kept = TYPED[other].split("\r\n")[0]
        assert other == field or kept in page
    assert value is None or "\x00" in value or not value.strip() or value[:40].strip() in page
    assert f'name="page" value="{PLANT}"' in page
    assert not Report.objects.exists()


def test_three_links_and_a_text_of_3000_characters_with_line_breaks_are_fine(client):
    assert send(client, message="https://www.a.example www.b.example https://c.example").status_code == 302
    assert send(client, message="a\r\n" * 1499 + "aa").status_code == 302
    assert Report.objects.count() == 2


@pytest.mark.parametrize("start", ["", "/ja"])
def test_markup_is_shown_as_text(client, start):
    page = text_of(send(client, start, message="</textarea><script>alert(1)</script>", email="x"), 400)
    assert "<script>alert" not in page


def test_a_file_in_place_of_text_is_no_text(client, tmp_path):
    (tmp_path / "message").write_text("text")
    with (tmp_path / "message").open() as file:
        page = text_of(client.post("/report/", {**TYPED, "message": file, "stamp": stamp()}), 400)
    assert "Please say what is wrong" in page


def test_fields_of_the_editors_cannot_be_sent(client, editor):
    send(client, state="fixed", note="x", handled_by=editor.pk, reference="AAAAAAAA", language="xx", entry_id=7)
    report = Report.objects.get()
    assert (report.state, report.note, report.handled_by, report.language) == ("new", "", None, "en")
    assert report.reference != "AAAAAAAA" and report.entry_id != 7


# Machines ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{}, {"message": ""}, {"stamp": ""}])
def test_who_fills_in_the_hidden_field_is_thanked_and_forgotten(client, wrong):
    response = send(client, website="https://spam.example", **wrong)
    assert response.status_code == 302
    reference = parse_qs(urlsplit(response["Location"]).query)["r"][0]
    assert reference in text_of(client.get(response["Location"]))
    assert not Report.objects.exists()


def test_the_hidden_field_is_out_of_everyones_way(client):
    page = text_of(client.get("/report/"))
    field = page[page.index('<div class="visually-hidden" aria-hidden="true">') :]
    field = re.search(r"<input[^>]*>", field)[0]
    assert 'name="website"' in field and 'tabindex="-1"' in field and 'autocomplete="off"' in field


@pytest.mark.parametrize(
    "made", [lambda: stamp(1), lambda: stamp(25 * 3600), lambda: "", lambda: "1.2:x", lambda: "\x00"]
)
def test_a_form_sent_too_fast_too_late_or_without_a_stamp_can_be_sent_again(client, made):
    page = text_of(send(client, stamp=made()), 400)
    assert "please send it again" in page
    assert everything_typed_is_in(page)
    assert not Report.objects.exists()
    fresh = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert send(client, stamp=fresh).status_code == 302
    assert Report.objects.count() == 1


def test_a_form_sent_too_fast_with_a_mistake_tells_of_the_mistake_only(client):
    page = text_of(send(client, stamp=stamp(1), message=""), 400)
    assert "Please say what is wrong." in page
    assert "please send it again" not in page


def test_a_refused_form_goes_on_from_when_it_was_first_shown(client):
    shown = stamp(60)
    page = text_of(send(client, stamp=shown, email="nobody"), 400)
    kept = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    assert kept == shown
    assert send(client, stamp=kept).status_code == 302


def test_a_form_open_for_most_of_a_day_is_accepted(client):
    assert send(client, stamp=stamp(23 * 3600)).status_code == 302


def test_the_eleventh_report_within_an_hour_waits(client):
    for number in range(10):
        assert send(client, message=f"Error {number}").status_code == 302
    response = send(client)
    page = text_of(response, 429)
    assert "send this one again later" in page and response["Retry-After"] == "3600"
    assert everything_typed_is_in(page)
    assert Report.objects.count() == 10
    elsewhere = {**TYPED, "page": PLANT, "stamp": stamp()}
    assert client.post("/report/", elsewhere, REMOTE_ADDR="203.0.113.9").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=3601)):
        assert send(client).status_code == 302


def test_behind_a_proxy_the_client_is_who_the_proxy_saw(client, settings):
    for behind, accepted in ((False, 10), (True, 11)):
        cache.clear()
        settings.BEHIND_PROXY = behind
        statuses = [
            client.post(
                "/report/",
                {"message": f"Error {number}", "stamp": stamp()},
                headers={"x-forwarded-for": f"198.51.100.1, 203.0.113.{number}"},
            ).status_code
            for number in range(11)
        ]
        assert statuses.count(302) == accepted


def test_a_network_of_one_household_counts_as_one_client(client):
    statuses = [
        client.post("/report/", {"message": f"Error {n}", "stamp": stamp()}, REMOTE_ADDR=f"2001:db8::{n}").status_code
        for n in range(1, 12)
    ]
    assert statuses.count(302) == 10


def test_the_same_text_about_the_same_page_is_kept_once_within_an_hour(client):
    first, second = send(client), send(client)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == 1
    send(client, page="/exports/")
    assert Report.objects.count() == 2
    Report.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    send(client)
    assert Report.objects.count() == 3


def test_a_request_from_another_site_is_refused():
    assert send(Client(enforce_csrf_checks=True)).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("reference", ["", "<b>x</b>", "abc", "AAAAAAA0", "AAAAAAAAA", "AAAAAAAA\n", "\x00" * 8])
def test_the_thanks_show_no_text_that_is_no_reference(client, reference):
    assert "<code>" not in text_of(client.get("/report/thanks/", {"r": reference}))


# The queue --------------------------------------------------------------------------------------------

QUEUE = "/admin/catalogue/report/"


def a_report(**values) -> Report:
    return Report.objects.create(
        **{"page": PLANT, "entry": Plant.objects.get(slug="toyota-georgetown"), "message": "Wrong.", **values}
    )


def test_new_reports_come_first_then_the_newest(editor_client):
    now = timezone.now()
    for hours, state in enumerate(["fixed", "new", "in-work", "new"]):
        a_report(message=f"Report {hours}", state=state, created_at=now - timedelta(hours=hours), language="en")
    page = text_of(editor_client.get(QUEUE))
    assert sorted(range(4), key=lambda number: page.index(f"Report {number}")) == [1, 3, 0, 2]


def test_the_queue_links_to_page_and_entry_and_can_be_narrowed(editor_client):
    a_report(message="Wrong date", language="ja")
    a_report(page="", entry=None, message="Site is slow", language="en", state="fixed")
    page = text_of(editor_client.get(QUEUE))
    plant = Plant.objects.get(slug="toyota-georgetown")
    assert f'<a href="{PLANT}">' in page
    assert f'<a href="{reverse("admin:plants_plant_change", args=[plant.pk])}">Plant</a>' in page
    for query, found in (
        ("language__exact=ja", "Wrong date"),
        ("state__exact=fixed", "Site is slow"),
        ("q=slow", "Site"),
    ):
        page = text_of(editor_client.get(f"{QUEUE}?{query}"))
        assert found in page and page.count('class="action-select"') == 1


def test_a_long_queue_costs_no_more_queries(editor_client, django_assert_max_num_queries):
    for number, plant in enumerate(Plant.objects.all()[:20]):
        a_report(entry=plant, message=f"Report {number}", language="en")
    with django_assert_max_num_queries(14):
        editor_client.get(QUEUE)


@pytest.mark.parametrize(
    ("action", "state"), [("take_on", "in-work"), ("mark_as_fixed", "fixed"), ("decline", "declined")]
)
def test_actions_move_reports_on_and_record_by_whom(editor_client, editor, action, state):
    reports = [a_report(message=f"Report {number}", language="en") for number in range(2)]
    data = {"action": action, "_selected_action": [report.pk for report in reports]}
    assert "2 reports are now" in text_of(editor_client.post(QUEUE, data, follow=True))
    assert set(Report.objects.values_list("state", "handled_by")) == {(state, editor.pk)}
    assert "Changed state" in text_of(editor_client.get(f"{QUEUE}{reports[0].pk}/history/"))


def test_changing_the_state_by_hand_records_by_whom_and_a_note_alone_does_not(editor_client, editor):
    report = a_report(language="en")
    address = f"{QUEUE}{report.pk}/change/"
    assert editor_client.post(address, {"state": "new", "note": "To be checked"}).status_code == 302
    report.refresh_from_db()
    assert (report.note, report.handled_by) == ("To be checked", None)
    editor_client.post(address, {"state": "declined", "note": "", "message": "Changed", "email": "x@example.com"})
    report.refresh_from_db()
    assert (report.state, report.handled_by, report.message, report.email) == ("declined", editor, "Wrong.", "")


def test_what_a_reader_sent_is_shown_as_text_and_only_web_addresses_as_links(editor_client):
    report = a_report(message="<script>alert(1)</script>", source_url="javascript:alert(2)", language="en")
    page = text_of(editor_client.get(f"{QUEUE}{report.pk}/change/"))
    assert "<script>alert" not in page and 'href="javascript' not in page
    Report.objects.update(source_url="https://example.com/?a=1&b=2", page="//evil.example/")
    page = text_of(editor_client.get(f"{QUEUE}{report.pk}/change/"))
    assert '<a href="https://example.com/?a=1&amp;b=2" rel="noopener nofollow">' in page
    assert 'href="//evil.example' not in page


def test_a_report_outlives_its_entry_and_its_editor(editor_client, editor, django_user_model):
    plant = Plant.objects.get(slug="toyota-georgetown")
    report = a_report(entry=plant, handled_by=django_user_model.objects.create_user("other"), language="en")
    Report.objects.update(entry_id=999999)
    django_user_model.objects.get(username="other").delete()
    report = Report.objects.get()
    assert (report.entry, report.handled_by) == (None, None)
    assert editor_client.get(QUEUE).status_code == 200
    assert editor_client.get(f"{QUEUE}{report.pk}/change/").status_code == 200


def test_nobody_adds_a_report_in_the_admin_and_others_do_not_see_them(client, editor_client, django_user_model):
    assert editor_client.get(f"{QUEUE}add/").status_code == 403
    report = a_report(language="en")
    viewer = django_user_model.objects.create_user("guest", is_staff=True)
    client.force_login(viewer)
    assert client.get(QUEUE).status_code == 403
    viewer.user_permissions.set(Permission.objects.filter(codename="view_report"))
    assert client.get(QUEUE).status_code == 200
    client.post(QUEUE, {"action": "decline", "_selected_action": [report.pk]})
    assert client.post(f"{QUEUE}{report.pk}/change/", {"state": "fixed"}).status_code == 403
    report.refresh_from_db()
    assert report.state == "new"
