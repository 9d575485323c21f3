"""Lists as Atom feeds (RFC 4287): the same filters as the page, the newest entries first, for programs that watch.

A feed depends on the catalogue's content, the language and the address only, so a program that asks again is told
"nothing new" (304) without a list being read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import quote_etag
from django.utils.translation import get_language, gettext
from django.views.generic import View

from catalogue import revision
from catalogue.context import absolute
from catalogue.filters import BrowseFilterSet
from catalogue.pages import moved_value

#: So many entries does a feed hold; the page has the rest.
MOST_ITEMS = 50
#: Part of each ETag: another number makes every program fetch anew after the form of the feeds was changed.
FORM = 1
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"


@dataclass
class Item:
    """One entry of a feed. ``key`` names it for good, whatever becomes of its address."""

    key: str
    title: str
    path: str
    summary: str
    published: datetime
    updated: datetime


def tag(key: str) -> str:
    """A name that never changes (RFC 4151). Its authority is the public address, never the host that was asked.

    >>> tag("program/12")
    'tag:transplants.example,2026:program/12'
    """
    return f"tag:{urlsplit(settings.SITE_URL).hostname or 'transplants.example'},2026:{key}"


class Atom(Atom1Feed):
    """Django's Atom feed, in which nothing depends on the time of asking."""

    def root_attributes(self):
        return {name: value for name, value in super().root_attributes().items() if value is not None}

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "Transplants")

    def latest_post_date(self):
        if self.items:
            return super().latest_post_date()
        return self.feed["when_empty"]


#: Control characters, which somebody may have searched for.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class ListFeed(View):
    """A list as a feed. Subclasses name the page, its FilterSet and rows, and say each row as an ``Item``."""

    #: The name of the page's URL; the feed's own is the same with ``-feed``.
    page: str
    filterset_class: type[BrowseFilterSet]
    #: The order of the feed, one of the FilterSet's, whatever order the page has.
    sort: str
    title: str
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet:
        raise NotImplementedError

    def items(self, rows: Iterable) -> list[Item]:
        raise NotImplementedError

    def get(self, request):
        current = revision.current()
        state = f"{FORM} {current} {absolute(request, request.get_full_path())} {get_language()} {tag('')}"
        etag = quote_etag(hashlib.sha256(state.encode()).hexdigest())
        filters = self.filterset_class(request.GET, self.get_queryset(), request=request)
        response = get_conditional_response(request, etag)
        if response is None:
            response = self.answer(filters, current.changed_at)
        if response.status_code in (200, 304):
            response["ETag"] = etag
        return response

    def answer(self, filters: BrowseFilterSet, changed_at: datetime) -> HttpResponse:
        if moved := moved_value(self.request, filters):
            return HttpResponseRedirect(moved)
        if filters.problems:
            lines = [f"{name}: {message}" for name, messages in filters.problems.items() for message in messages]
            text = "\n".join([gettext("This feed's address has parameters that can't be read."), *lines, ""])
            return HttpResponse(text, content_type="text/plain; charset=utf-8", status=400)
        rows = filters.results(self.sort)[:MOST_ITEMS]
        feed = self.feed(filters, changed_at)
        for item in self.items(rows):
            feed.add_item(
                title=item.title,
                link=absolute(self.request, item.path),
                # Atom calls Django's description "html"; ours are plain words.
                description=item.summary.replace("&", "&amp;").replace("<", "&lt;"),
                unique_id=tag(item.key),
                pubdate=item.published,
                updateddate=item.updated,
            )
        return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")

    def feed(self, filters: BrowseFilterSet, changed_at: datetime) -> Atom:
        state = filters.query.canonical([*filters.CARRIED, "page", "sort"])
        query = f"?{state}" if state else ""
        title = f"{gettext('Transplants')}: {self.title}"
        description = NOT_IN_XML.sub("", filters.description)
        return Atom(
            title=f"{title} ({description})" if state else title,
            link=absolute(self.request, reverse(self.page)) + query,
            description="",  # Atom has a subtitle instead
            subtitle=description or None,
            language=get_language(),
            author_name=gettext("Transplants"),
            author_link=absolute(self.request, reverse("home")),
            feed_url=absolute(self.request, reverse(f"{self.page}-feed")) + query,
            feed_guid=tag(f"{self.page}/{get_language()}{query}"),
            feed_copyright=LICENCE,
            when_empty=changed_at,
        )
