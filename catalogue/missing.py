"""The page for addresses that lead nowhere: what was perhaps meant, found by the search."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from django.shortcuts import render
from django.urls import reverse

from catalogue.context import SECTIONS
from catalogue.pages import UnknownEntry
from catalogue.search.entry import Kind
from catalogue.search.finding import Search

#: How alike two words are to be taken for one another (difflib's ratio): "vehicels" and "vehicles" are 0.88.
ALIKE = 0.7
MOST = 5
#: Only so much of the address is looked at: a wrong one must cost little.
LONGEST_WORD = 60
MOST_WORDS = 2


@dataclass(frozen=True)
class Guess:
    """A page that was perhaps meant."""

    name: str
    link: str
    #: What it is the page of: a model and an export program may have the same name.
    kind: str = ""


def words_of(path: str) -> list[str]:
    """The parts of a path, the last first: it says most closely what was looked for."""
    parts = [part[:LONGEST_WORD].lower().replace("-", " ") for part in unquote(path).split("/") if part]
    return [part for part in parts[::-1] if part != "ja"][:MOST_WORDS]


def guesses(path: str) -> list[Guess]:
    """Pages that a part of this path may name, the likeliest first."""
    sections = {name: Guess(label, reverse(name)) for name, label in SECTIONS}
    found: dict[Guess, None] = {}
    for word in words_of(path):
        for near in get_close_matches(word, sections, n=1, cutoff=ALIKE):
            found[sections[near]] = None
        if word in sections:
            continue
        search = Search(word)
        if not search.partial:
            results = [result for result in search.results if result.entry.kind != Kind.SOURCE]
            found.update(dict.fromkeys(Guess(one.title, one.link, one.kind_name) for one in results[:MOST]))
    return list(found)[:MOST]


def not_found(request, exception=None):
    # Django's own 404s carry the URL patterns it tried or the model it looked in; only our words are for readers.
    message = exception.args[0] if isinstance(exception, UnknownEntry) else ""
    context = {"message": message, "guesses": guesses(request.path_info)}
    return render(request, "404.html", context, status=404)
