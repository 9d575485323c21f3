"""The sources of a page as numbered footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise

from catalogue.models import Citation, Source

#: More sources than these fold away, unless it would be only a few.
FOLD_AFTER = 12
FEW = 3


#: What of the site's own words rests on a source, by the source's slug.
RULES: dict[str, str | Promise] = {}


def rests_on(slugs: Iterable[str], what: str | Promise) -> None:
    """Say that a rule in the site's own words rests on these sources; their pages tell it."""
    RULES.update(dict.fromkeys(slugs, what))


@dataclass
class Footnote:
    """One source a page rests on, with what it says differently."""

    number: int
    source: Source
    claims: list[Citation] = field(default_factory=list)
    locators: list[str] = field(default_factory=list)


class Footnotes:
    """The footnotes of a page about these entries, numbered in their order. One query.

    ``rules``: slugs of sources that the page's own words rest on; they come after those of the entries, with a query
    of their own.
    """

    def __init__(self, entries: Iterable[models.Model], rules: Sequence[str] = ()):
        entries = list(entries)
        order = {(type(entry), entry.pk): place for place, entry in enumerate(entries)}
        self._cited: dict[tuple[type, int], list[Citation]] = {}
        for citation in Citation.objects.of(entries):
            key = (citation.entry_type.model_class(), citation.entry_id)
            self._cited.setdefault(key, []).append(citation)
        self._notes: dict[int, Footnote] = {}
        for key in sorted(self._cited, key=order.__getitem__):
            for citation in self._cited[key]:
                self._add(citation)
        sources = {source.slug: source for source in Source.objects.filter(slug__in=rules)} if rules else {}
        self._rules = {slug: self._note(sources[slug]).number for slug in rules if slug in sources}

    def _note(self, source: Source) -> Footnote:
        return self._notes.setdefault(source.pk, Footnote(len(self._notes) + 1, source))

    def _add(self, citation: Citation) -> None:
        note = self._note(citation.source)
        if citation.claim:
            note.claims.append(citation)
        if citation.locator and citation.locator not in note.locators:
            note.locators.append(citation.locator)

    def __iter__(self):
        return iter(self._notes.values())

    def __len__(self) -> int:
        return len(self._notes)

    @property
    def in_sight(self) -> list[Footnote]:
        """The first ones, and all where only a few more would be folded away."""
        notes = list(self)
        return notes if len(notes) <= FOLD_AFTER + FEW else notes[:FOLD_AFTER]

    @property
    def folded(self) -> list[Footnote]:
        """The rest. A browser that is led to one of them by its mark unfolds them."""
        return list(self)[len(self.in_sight) :]

    def marks(self, entry: models.Model, field_name: str = "") -> list[tuple[int, bool]]:
        """The footnotes of an entry as a whole, or of one field of it: (number, whether it says otherwise)."""
        cited = self._cited.get((type(entry), entry.pk), [])
        found = {self._notes[one.source_id].number: bool(one.claim) for one in cited if one.field == field_name}
        return sorted(found.items())

    def marks_of_rule(self, slugs: Iterable[str]) -> list[tuple[int, bool]]:
        """The footnotes of the sources that a rule rests on, like ``marks``."""
        return [(self._rules[slug], False) for slug in slugs if slug in self._rules]
