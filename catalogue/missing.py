"""The page for addresses that lead nowhere: what was perhaps meant. Like the home page, it knows all apps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from django.shortcuts import render
from django.urls import reverse

from catalogue.context import SECTIONS
from catalogue.pages import UnknownEntry
from plants.models import Manufacturer, Plant
from plants.states import CODES, state_name
from vehicles.models import ExportEra, ExportProgram, Make, VehicleModel

#: How alike two words are to be taken for one another (difflib's ratio): "hylander" and "highlander" are 0.89.
ALIKE = 0.7
MOST = 5
#: Only so many names of a type are looked through, and so much of the address: a wrong address must cost little.
MOST_NAMES = 1500
LONGEST_WORD = 60
MOST_WORDS = 3


@dataclass(frozen=True)
class Guess:
    """A page that was perhaps meant."""

    name: str
    link: str


def words_of(path: str) -> list[str]:
    """The parts of a path, the last first: it says most closely what was looked for."""
    parts = [part[:LONGEST_WORD].lower() for part in unquote(path).split("/") if part]
    return parts[::-1][:MOST_WORDS]


def pages() -> Iterator[tuple[str, Guess]]:
    """Public pages by the words that people write for them: slugs, and the ends of them."""
    for name, label in SECTIONS:
        yield name, Guess(label, reverse(name))
    for code in CODES:
        yield CODES[code].lower(), Guess(state_name(code), reverse("state", args=[code.lower()]))
    types = [
        (Make.objects.published(), ()),
        (VehicleModel.objects.published(), ("make",)),
        (Plant.objects.published(), ()),
        (Manufacturer.objects.published(), ()),
        (ExportEra.objects.published(), ()),
        (ExportProgram.objects.published(), ()),
    ]
    for queryset, related in types:
        for entry in queryset.select_related(*related).order_by("pk")[:MOST_NAMES]:
            guess = Guess(name_of(entry), entry.get_absolute_url())
            yield entry.slug, guess
            if "-" in entry.slug:
                yield entry.slug.partition("-")[2], guess


def name_of(entry) -> str:
    return next(text for name in ("full_name", "local_name", "local_title") if (text := getattr(entry, name, "")))


def guesses(path: str) -> list[Guess]:
    """Pages whose names are like a part of this path, the likeliest first."""
    by_word: dict[str, list[Guess]] = {}
    for word, guess in pages():
        by_word.setdefault(word, []).append(guess)
    found: dict[Guess, None] = {}
    for word in words_of(path):
        for near in get_close_matches(word, by_word, n=MOST, cutoff=ALIKE):
            found.update(dict.fromkeys(by_word[near]))
    return list(found)[:MOST]


def not_found(request, exception=None):
    # Django's own 404s carry the URL patterns it tried or the model it looked in; only our words are for readers.
    message = exception.args[0] if isinstance(exception, UnknownEntry) else ""
    context = {"message": message, "guesses": guesses(request.path_info)}
    return render(request, "404.html", context, status=404)
