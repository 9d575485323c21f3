"""A fact by which an entry is found: what is shown of it, the words it answers to, and how much those count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from catalogue.search.words import decade, words_of

#: How much a word counts by the fact it stands in, and what the fact is called on the page of results. An empty
#: label: the title says it already, or it explains nothing.
FACTS: dict[str, tuple[float, str]] = {
    "name": (10, ""),
    "full": (10, ""),
    "model": (9, ""),
    "code": (10, _("Chassis code")),
    "alias": (9, _("Also known as")),
    "market": (6.5, _("Sold as")),
    "city": (7, _("Place")),
    "japan": (7, _("In Japan")),
    "ordinal": (6, ""),
    "place": (6, _("Place")),
    "others": (5, _("Also sold as")),
    "generations": (0, _("Generations")),
    "codes": (3, _("Chassis codes")),
    "us": (6, _("In the US")),
    "built": (5, _("Built at")),
    "run": (5, _("Built at")),
    "owner": (5, _("Owners and operators")),
    "makes": (5, _("Makes")),
    "builds": (4, _("Built there")),
    "years": (5, _("Years")),
    "body": (4, _("Body")),
    "powertrain": (4, _("Powertrain")),
    "kind": (4, _("Kind")),
    "era": (4, _("Export era")),
    "drive": (3, _("Steering")),
    "status": (3, _("Status")),
    "export": (7, ""),
    "maker": (3, _("Manufacturer")),
    "plants": (3, _("Plants")),
    "programs": (3, _("Exports to Japan")),
    "title": (2.5, ""),
    "publisher": (2, _("Publisher")),
    "wmi": (5, _("In a VIN")),
    "site": (6, ""),
    "text": (1, _("In the text")),
}


@dataclass
class Fact:
    """``kind`` is a key of FACTS; ``also`` are further words that mean the same and are not shown.

    A ``silent`` fact is only shown.
    """

    kind: str
    english: str
    japanese: str = ""
    also: Iterable[str] = ()
    silent: bool = False

    def as_json(self) -> dict[str, str]:
        said = () if self.silent else (*words_of(self.english), *words_of(self.japanese))
        words = dict.fromkeys(said)
        for text in self.also:
            words.update(dict.fromkeys(words_of(text)))
        return {"k": self.kind, "en": self.english, "ja": self.japanese, "w": " ".join(words)}


@dataclass
class Document:
    """What the index keeps of one entry."""

    key: str
    kind: str
    path: str
    title: str
    title_ja: str = ""
    title_lang: str = "en"
    weight: float = 0
    facts: list[Fact] = field(default_factory=list)


def both(say) -> tuple[str, str]:
    """What a function says in English and in Japanese: for texts that are made, not stored."""
    said = []
    for language in ("en", "ja"):
        with translation.override(language):
            said.append(str(say()))
    return said[0], said[1]


def years_and_decades(years: Iterable[int]) -> list[str]:
    years = list(years)
    return [*map(str, years), *dict.fromkeys(map(decade, years))]
