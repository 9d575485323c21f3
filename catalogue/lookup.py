"""Which page of ours a path leads to, and which public entry that page is about."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.urls import resolve
from django.utils import translation
from django.views.generic.base import TemplateResponseMixin

from catalogue.entries import Entry
from catalogue.pages import EntryView

LONGEST_PATH = 400
#: From the root of this site: a second slash or a backslash would make a browser leave it.
LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*\Z")


@dataclass(frozen=True)
class Place:
    """A page of the site that every reader may open."""

    path: str
    name: str
    entry: Entry | None = None


def place_at(path: str) -> Place | None:
    """The page at this path; None where there is none, and just so where it is a draft's."""
    if len(path) > LONGEST_PATH or not LOCAL_PATH.match(path):
        return None
    try:
        # The prefix decides what a path means, not the language of whoever asks.
        with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
            match = resolve(path)
    except Http404:
        return None
    view_class = getattr(match.func, "view_class", None)
    if view_class is None or not issubclass(view_class, TemplateResponseMixin):
        return None  # the admin, health, robots.txt: nothing readers read
    if not issubclass(view_class, EntryView):
        return Place(path, path)
    view = view_class()
    view.setup(_anyone(path), *match.args, **match.kwargs)
    try:
        view.object = view.get_object()
    except Http404:
        return None
    return Place(path, view.page_name(), view.object)


def _anyone(path: str) -> HttpRequest:
    """A request of a reader who is not signed in, whoever asks: what it finds is public."""
    request = HttpRequest()
    request.method, request.path, request.user = "GET", path, AnonymousUser()
    return request
