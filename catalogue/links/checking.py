"""Asking the web addresses of sources, politely, and judging what they answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from django.db import models, transaction
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from catalogue.links.fetching import Answer, NoAnswer, fetch
from catalogue.links.record import LinkCheck, LinkState, Trouble
from catalogue.models import Source
from catalogue.source_addresses import address_key

MOST_REDIRECTS = 6
#: Longer addresses than this are no addresses.
LONGEST_ADDRESS = 2000
#: Answers to HEAD that GET would not change.
FINAL = frozenset({404, 410, 429})
GONE = frozenset({404, 410})


class Finding(NamedTuple):
    state: LinkState
    status: int | None = None
    final_url: str = ""
    trouble: str = ""


class Checker:
    """Asks addresses one after another, no host more often than every ``delay`` seconds.

    ``timeout`` is for one request, ``patience`` for one address with all its redirects.
    """

    def __init__(
        self,
        fetch: Callable[[str, str, float], Answer] = fetch,
        *,
        delay: float = 1.0,
        timeout: float = 15.0,
        patience: float = 45.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.fetch, self.clock, self.sleep = fetch, clock, sleep
        self.delay, self.timeout, self.patience = delay, timeout, patience
        self.last_asked: dict[str, float] = {}

    def look(self, url: str) -> Finding:
        """What is at an address now: HEAD first, GET where a host does not care for that."""
        until = self.clock() + self.patience
        asked = url
        try:
            for _hop in range(MOST_REDIRECTS + 1):
                answer = self._ask("HEAD", asked, until)
                if answer is None or (answer.status >= 400 and answer.status not in FINAL):
                    answer = self._ask("GET", asked, until, give_up=True)
                if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
                    return judge(url, asked, answer.status)
                asked = iri_to_uri(urljoin(asked, answer.location))
                if len(asked) > LONGEST_ADDRESS or urlsplit(asked).scheme not in ("http", "https"):
                    raise NoAnswer(Trouble.BAD_ADDRESS)
        except NoAnswer as none:
            return Finding(LinkState.UNREACHABLE, None, asked if asked != url else "", none.trouble)
        except ValueError:  # a redirect to what is no address
            return Finding(LinkState.UNREACHABLE, None, "", Trouble.BAD_ADDRESS)
        return Finding(LinkState.UNREACHABLE, None, asked, Trouble.REDIRECTS)

    def _ask(self, method: str, url: str, until: float, give_up: bool = False) -> Answer | None:
        """None where the host dropped a HEAD without a word: some do, and answer to GET."""
        self._wait(urlsplit(url).hostname or "")
        left = until - self.clock()
        if left <= 0:
            raise NoAnswer(Trouble.TIMEOUT)
        try:
            return self.fetch(method, url, min(self.timeout, left))
        except NoAnswer as none:
            if give_up or none.trouble not in (Trouble.NO_CONNECTION, Trouble.NOT_HTTP):
                raise
            return None

    def _wait(self, host: str) -> None:
        now = self.clock()
        pause = self.last_asked.get(host, now - self.delay) + self.delay - now
        if pause > 0:
            self.sleep(pause)
        self.last_asked[host] = self.clock()


def judge(url: str, final: str, status: int) -> Finding:
    """What a status means for a reader who follows the link."""
    elsewhere = final if final != url else ""
    if status in GONE:
        return Finding(LinkState.GONE, status, elsewhere)
    if 500 <= status < 600:
        return Finding(LinkState.UNREACHABLE, status, elsewhere, Trouble.SERVER_ERROR)
    if status >= 400:  # it is there, but not for us; 999 is one host's way of saying so
        return Finding(LinkState.BLOCKED, status, elsewhere)
    moved = address_key(final) != address_key(url)
    return Finding(LinkState.MOVED if moved else LinkState.OK, status, elsewhere if moved else "")


def due(older_than: datetime) -> models.QuerySet:
    """The sources whose address was not asked since then: those never asked first, then the longest ago."""
    known = LinkCheck.objects.since(older_than).values("source")
    return (
        Source.objects.exclude(url="")
        .exclude(pk__in=known)
        .order_by(models.F("link_check__checked_at").asc(nulls_first=True), "pk")
    )


def check(sources: models.QuerySet, checker: Checker) -> Iterator[tuple[Source, LinkCheck]]:
    """Ask the addresses of these sources and note the answers, one after another."""
    for source in sources:
        if noted := note(source, checker.look(source.url)):
            yield source, noted


def note(source: Source, finding: Finding) -> LinkCheck | None:
    """Keep what was found; None where the source was deleted while it was asked."""
    now = timezone.now()
    with transaction.atomic():
        if not Source.objects.select_for_update().filter(pk=source.pk).exists():
            return None
        kept = LinkCheck.objects.filter(source=source).first() or LinkCheck(source=source)
        if kept.url != source.url:
            kept.url, kept.first_failed_at, kept.failures = source.url, None, 0
        kept.state, kept.trouble = finding.state, finding.trouble
        kept.status_code, kept.final_url, kept.checked_at = finding.status, finding.final_url, now
        if kept.is_failing:
            kept.first_failed_at, kept.failures = kept.first_failed_at or now, kept.failures + 1
        else:
            kept.first_failed_at, kept.failures = None, 0
        kept.save()
    return kept


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
