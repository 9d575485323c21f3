"""Whether sources still answer: asked politely, never in private networks, and shown where it can be mended."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue import revision
from catalogue.desk.kinds import admin_address as address
from catalogue.links import columns, fetching
from catalogue.links.checking import Checker, check, days_ago, due, judge, note
from catalogue.links.fetching import Answer, NoAnswer, fetch, is_public, look_up
from catalogue.links.record import LinkCheck, LinkState, Trouble
from catalogue.models import Source, Version

HERE = "https://example.com/a"


class Web:
    """A web of canned answers, with a clock that only moves when somebody waits."""

    def __init__(self, **answers):
        self.answers, self.asked, self.now = answers, [], 0.0

    def __call__(self, method, url, timeout):
        self.asked.append((method, url))
        answer = self.answers.get(method, self.answers.get("any"))
        answer = answer(url) if callable(answer) else answer
        if isinstance(answer, Trouble):
            raise NoAnswer(answer)
        return answer if isinstance(answer, Answer) else Answer(answer)

    def sleep(self, seconds):
        self.now += seconds

    def checker(self, **options):
        return Checker(self, clock=lambda: self.now, sleep=self.sleep, **options)


def redirects(steps: dict):
    return lambda url: Answer(301, steps[url]) if url in steps else Answer(200)


# Judging -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, LinkState.OK),
        (404, LinkState.GONE),
        (410, LinkState.GONE),
        (403, LinkState.BLOCKED),
        (429, LinkState.BLOCKED),
        (999, LinkState.BLOCKED),
        (500, LinkState.UNREACHABLE),
    ],
)
def test_what_a_status_means_for_a_reader(status, state):
    assert judge(HERE, HERE, status).state == state


def test_a_host_that_does_not_care_for_head_is_asked_properly():
    for head in (405, Trouble.NO_CONNECTION, Trouble.NOT_HTTP):
        web = Web(HEAD=head, GET=200)
        assert web.checker().look(HERE).state == LinkState.OK
        assert [method for method, _url in web.asked] == ["HEAD", "GET"]


def test_a_page_that_is_gone_is_asked_for_once():
    web = Web(any=404)
    assert web.checker().look(HERE).state == LinkState.GONE
    assert len(web.asked) == 1


def test_redirects_are_followed_and_told_where_the_page_is_another():
    there = "https://example.com/new/b"
    assert Web(any=redirects({HERE: "/b", "https://example.com/b": there})).checker().look(HERE)[:3] == (
        LinkState.MOVED,
        200,
        there,
    )
    same = Web(any=redirects({HERE: "https://www.example.com/a/"})).checker().look(HERE)
    assert same.state == LinkState.OK, "only written otherwise"


@pytest.mark.parametrize(
    ("location", "trouble"),
    [
        (HERE, Trouble.REDIRECTS),
        ("ftp://example.com/a", Trouble.BAD_ADDRESS),
        ("file:///etc/passwd", Trouble.BAD_ADDRESS),
        ("http://[::1", Trouble.BAD_ADDRESS),
        ("/" + "x" * 3000, Trouble.BAD_ADDRESS),
    ],
)
def test_a_redirect_to_nowhere_ends_the_search(location, trouble):
    finding = Web(any=lambda url: Answer(302, location)).checker().look(HERE)
    assert (finding.state, finding.trouble) == (LinkState.UNREACHABLE, trouble)


def test_a_host_is_not_asked_more_often_than_agreed():
    web = Web(any=200)
    checker = web.checker(delay=2)
    checker.look(HERE)
    checker.look("https://other.example/")
    assert web.now == 0, "another host need not wait"
    checker.look("https://example.com/b")
    assert web.now == 2


def test_one_address_takes_no_more_than_its_time():
    web = Web(any=redirects({f"https://example.com/{n}": f"/{n + 1}" for n in range(5)}))
    finding = web.checker(delay=10, patience=25).look("https://example.com/0")
    assert (finding.state, finding.trouble) == (LinkState.UNREACHABLE, Trouble.TIMEOUT)


# Only public hosts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ip",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_private_addresses_are_not_public(ip):
    assert not is_public(ip)


def test_public_addresses_are_public():
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::1]:{}/", "http://2130706433:{}/"]
)
def test_our_own_network_is_never_asked(url):
    with serving() as (_base, requests, port):
        with pytest.raises(NoAnswer) as none:
            fetch("GET", url.format(port), 2)
        assert none.value.trouble in (Trouble.NOT_PUBLIC, Trouble.NO_HOST)
        assert requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [(2, 1, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(NoAnswer) as none:
        look_up("example.com", 80)
    assert none.value.trouble == Trouble.NOT_PUBLIC


@pytest.mark.parametrize("url", ["http:///a", "ftp://example.com/", "http://a:99999/", "http://" + "a" * 70 + ".com/"])
def test_what_is_no_address_is_not_asked(url):
    with pytest.raises(NoAnswer):
        fetch("GET", url, 1)


# A real server ---------------------------------------------------------------------------------------------


@contextmanager
def serving():
    """A server on this machine that answers by its path, and what it was asked."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append((self.command, self.path, dict(self.headers)))
            if self.path == "/slow":
                stop.wait(5)
            elif self.path == "/drip":
                while not stop.wait(0.1):
                    self.wfile.write(b"x")
            elif self.path == "/garbage":
                self.wfile.write(b"\x00\x01 nothing like HTTP\r\n\r\n")
            elif self.path == "/moved":
                self.send_response(301)
                self.send_header("Location", "/日本".encode().decode("latin-1"))
                self.end_headers()
            else:
                self.send_response(404 if self.path == "/gone" else 200)
                self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - the library's name

        def log_message(self, *args):
            pass

    stop = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests, server.server_port
    finally:
        stop.set()
        server.shutdown()
        server.server_close()


def test_a_real_server_is_asked_honestly_and_understood(settings):
    settings.SITE_URL = "https://catalogue.example"
    with serving() as (base, requests, _port):
        checker = Checker(partial(fetch, allow_private=True), delay=0, timeout=0.4)
        assert checker.look(f"{base}/here").state == LinkState.OK
        assert checker.look(f"{base}/gone")[:2] == (LinkState.GONE, 404)
        assert checker.look(f"{base}/moved")[:3] == (LinkState.MOVED, 200, f"{base}/%E6%97%A5%E6%9C%AC")
        assert checker.look(f"{base}/slow").trouble == Trouble.TIMEOUT
        assert checker.look(f"{base}/drip").trouble == Trouble.TIMEOUT, "a byte now and then does not hold us up"
        assert checker.look(f"{base}/garbage").trouble == Trouble.NOT_HTTP
        assert checker.look(f"{base.replace('http:', 'https:')}/here").state == LinkState.UNREACHABLE
    _method, path, headers = requests[0]
    assert (path, headers["Host"]) == ("/here", base.removeprefix("http://"))
    assert "https://catalogue.example" in headers["User-Agent"]
    with pytest.raises(NoAnswer) as none:
        fetch("HEAD", f"{base}/here", 1, allow_private=True)
    assert none.value.trouble == Trouble.NO_CONNECTION


# What is kept ------------------------------------------------------------------------------------------------


@pytest.fixture
def source(db):
    return Source.objects.get(slug="exp2026-027")


def ask(source, *states) -> LinkCheck:
    for state in states:
        kept = note(source, judge(source.url, source.url, state))
    return kept


def test_failures_are_counted_until_it_answers_again(source):
    with time_machine.travel("2026-11-01", tick=False):
        ask(source, 404)
    with time_machine.travel("2026-11-05", tick=False):
        kept = ask(source, 500)
    assert (kept.failures, kept.first_failed_at.day, kept.checked_at.day) == (2, 1, 5)
    assert LinkCheck.objects.failing().get() == kept
    kept = ask(source, 200)
    assert (kept.failures, kept.first_failed_at, LinkCheck.objects.failing().count()) == (0, None, 0)


def test_what_was_found_at_another_address_counts_no_more(source):
    ask(source, 404, 404)
    source.url = "https://example.com/new"
    source.save()
    assert not LinkCheck.objects.failing().exists()
    assert due(days_ago(30)).first() != source or due(days_ago(30)).filter(pk=source.pk).exists()
    assert ask(source, 404).failures == 1


def test_a_source_deleted_meanwhile_is_passed_over(db):
    source = Source.objects.create(slug="short-lived", title="A", url=HERE)
    Source.objects.filter(pk=source.pk).delete()
    assert note(source, judge(HERE, HERE, 200)) is None


def test_asking_is_no_edit_of_the_catalogue(source):
    before, versions = revision.current(), Version.objects.count()
    ask(source, 404)
    assert (revision.current(), Version.objects.count()) == (before, versions)


def test_the_command_asks_what_was_never_asked_first_and_leaves_out_what_was(db):
    first, second = Source.objects.exclude(url="").order_by("pk")[:2]
    ask(first, 200)
    with time_machine.travel(timezone.now() - timezone.timedelta(days=40)):
        ask(second, 200)
    waiting = list(due(days_ago(30)))
    assert first not in waiting
    assert waiting[-1] == second
    web, out = Web(any=404), StringIO()
    call_command("check_links", limit=3, checker=web.checker(), stdout=out)
    assert [url for _method, url in web.asked] == [one.url for one in waiting[:3]]
    assert "gone: 3" in out.getvalue()


@pytest.mark.parametrize("wrong", ["--limit=-1", "--limit=many", "--delay=-1", "--older-than-days=9999999"])
def test_the_command_refuses_numbers_that_make_no_sense(wrong):
    with pytest.raises(CommandError):
        call_command("check_links", wrong)


# At the desk -------------------------------------------------------------------------------------------------


def test_the_list_and_the_form_say_how_a_link_is(editor_client, source):
    ask(source, 404, 404)
    page = editor_client.get(address(Source, "changelist"), {"care": "dead-links"}).content.decode()
    assert source.title in page
    assert "gone, since" in page
    assert "1 source" in page
    page = editor_client.get(address(Source, "change", source.pk)).content.decode()
    assert "Gone (404)" in page
    assert "asked 2 times" in page


@pytest.mark.parametrize("value", ["ok", "moved", "gone", "blocked", "unreachable", "unknown", "nonsense"])
def test_every_choice_of_the_link_filter_works(editor_client, source, value):
    ask(source, 200)
    assert editor_client.get(address(Source, "changelist"), {"link": value}).status_code == 200


def test_links_of_a_few_selected_sources_can_be_asked_now(editor_client, monkeypatch):
    web = Web(any=lambda url: Answer(404 if "honda" in url else 200))
    monkeypatch.setattr(columns.LinkColumns, "link_checker", lambda self: web.checker())
    chosen = list(Source.objects.exclude(url="")[:2])
    data = {"action": "check_links", "_selected_action": [one.pk for one in chosen]}
    response = editor_client.post(address(Source, "changelist"), data, follow=True)
    assert LinkCheck.objects.count() == len(chosen)
    assert chosen[0].title.split()[0] in response.content.decode()
    data["_selected_action"] = list(Source.objects.values_list("pk", flat=True)[: columns.MOST_AT_ONCE + 2])
    response = editor_client.post(address(Source, "changelist"), data, follow=True)
    assert "Choose at most 5" in response.content.decode()
    assert LinkCheck.objects.count() == len(chosen)


def test_checking_yields_each_source_with_what_was_found(source):
    found = list(check(Source.objects.filter(pk=source.pk), Web(any=Trouble.NO_HOST).checker()))
    assert [(one, link.trouble) for one, link in found] == [(source, Trouble.NO_HOST)]
