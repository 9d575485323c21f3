"""How well an entry answers a question, and what it says of why: the same on every database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language

from catalogue.bilingual import TextWithLanguage, in_reader_language
from catalogue.search.entry import ONE, Kind, SearchEntry
from catalogue.search.facts import FACTS
from catalogue.search.questions import Question, Term, content
from catalogue.search.words import marked, words_of

#: How many reasons a result gives.
MOST_REASONS = 2
#: What the kinds are worth among equals.
PRIOR = {
    Kind.VEHICLE: 4.6,
    Kind.PLANT: 2.3,
    Kind.MODEL: 2.0,
    Kind.PROGRAM: 1.8,
    Kind.STATE: 1.5,
    Kind.MAKE: 1.5,
    Kind.MANUFACTURER: 1.5,
    Kind.ERA: 1.5,
    Kind.SOURCE: 0.0,
    Kind.PAGE: 1.0,
}
#: Words that say which kind is meant, and what that is worth.
MEANT = {
    Kind.PLANT: frozenset({"plant", "plants", "factory", "factories", "工場", "拠点"}),
    Kind.PROGRAM: frozenset({"export", "exports", "exported", "import", "imports", "imported", "japan"})
    | frozenset({"逆輸入", "逆輸入車", "輸出", "輸入", "輸入車"}),
    Kind.ERA: frozenset({"era", "eras", "period", "時代"}),
    Kind.MANUFACTURER: frozenset({"company", "manufacturer", "メーカー", "企業"}),
}
MEANT_WORTH = 4
#: Facts that name the entry: a question that says just this is about it.
NAMES = {"name": 20, "full": 20, "code": 19, "alias": 18, "title": 9, "market": 14, "city": 12}
#: Facts about what was built where and when: those asked for must hold for one and the same production run.
OF_A_RUN = {"run", "body", "powertrain"}
#: A word that only begins like a wanted one counts less, and so does a part of a name.
BEGINS = 0.6
A_PART = 0.05
#: Words for a kind of thing are no part of the name of one.
KIND_WORDS = frozenset().union(*MEANT.values())
#: What a result says of itself where its name was all that was asked for, by kind of fact.
USUAL = (
    *("run", "years", "built", "japan", "place", "builds", "programs", "plants", "makes", "publisher", "maker"),
    *("us", "body", "generations", "codes"),
)


@dataclass(frozen=True)
class Asked:
    """What is looked for: the terms of a question, the last perhaps as a beginning of words."""

    question: Question
    prefix: bool = False

    @property
    def terms(self) -> Sequence[Term]:
        return self.question.terms

    def begins(self, place: int) -> bool:
        """Whether the term at this place also stands for words that begin with it."""
        return self.prefix and place == len(self.terms) - 1

    @cached_property
    def words(self) -> set[str]:
        return {word for term in self.terms for word in term.words}

    @cached_property
    def name(self) -> set[str]:
        """The words that can be the name of something."""
        words = {word for term in self.terms for word in term.ways[0]}
        return words - KIND_WORDS or words

    @cached_property
    def spelled(self) -> str:
        """All that was typed, fillers included, without its gaps."""
        return "".join(parts[0] for parts in self.question.parts)


class Result:
    """A match and how well it matches."""

    def __init__(self, entry: SearchEntry, asked: Asked):
        self.entry, self.asked = entry, asked
        self.facts = [(fact, set(fact["w"].split())) for fact in entry.facts]
        found = [self.best(term, asked.begins(place)) for place, term in enumerate(asked.terms)]
        #: How many of the terms it has, and the facts it has them in.
        self.matched = sum(strength > 0 for strength, _fact in found)
        self.reasons: list[dict] = []
        for _strength, fact in found:
            if fact and fact not in self.reasons:
                self.reasons.append(fact)
        meant = MEANT_WORTH * bool(asked.words & MEANT.get(entry.kind, frozenset()))
        found_in = sum(strength for strength, _fact in found) / max(len(found), 1)
        self.score = found_in + PRIOR[entry.kind] + entry.weight / 20 + meant + self.naming()

    def best(self, term: Term, begins: bool) -> tuple[float, dict | None]:
        """How much a term counts here, and the fact it was found in: that of its best way, which is as good as its
        weakest word."""
        ways = (min((self.strongest(word, begins) for word in way), key=strength_of) for way in term.ways)
        return max(ways, key=strength_of)

    def strongest(self, word: str, begins: bool) -> tuple[float, dict | None]:
        found: list[tuple[float, dict | None]] = [(0.0, None)]
        for fact, words in self.facts:
            strength = FACTS[fact["k"]][0]
            if word in words:
                found.append((strength, fact))
            elif begins and any(one.startswith(word) for one in words):
                found.append((strength * BEGINS, fact))
        return max(found, key=strength_of)

    def naming(self) -> float:
        """What it is worth that the question, or a part of it, is this entry's name."""
        best = 0.0
        for fact, _words in self.facts:
            if not (worth := NAMES.get(fact["k"])):
                continue
            for text in (fact["en"], fact["ja"]):
                words = words_of(text)
                name = set(content(words))
                spelled = ("".join(words), "".join(content(words)))
                if name and (name == self.asked.name or self.asked.spelled in spelled):
                    return worth
                if self.asked.prefix and spelled[1].startswith(self.asked.spelled):
                    best = max(best, worth * BEGINS)
                if name and fact["k"] != "market":
                    best = max(best, len(name & self.asked.name) / len(name) * worth * A_PART)
        return best

    @property
    def in_one_run(self) -> bool:
        """Whether all that the question says of the production of a vehicle holds in one run of it."""
        runs = [words for fact, words in self.facts if fact["k"] == "run"]
        if len(runs) < 2:
            return True
        rest = [words for fact, words in self.facts if fact["k"] not in OF_A_RUN and FACTS[fact["k"]][0] > 1]
        of_a_run = [
            term
            for term in self.asked.terms
            if any(has(words, term) for words in runs) and not any(has(words, term) for words in rest)
        ]
        return any(all(has(words, term) for term in of_a_run) for words in runs)

    # What is shown ---------------------------------------------------------------------------------------

    @property
    def link(self) -> str:
        """The page in the reader's language."""
        return f"/ja{self.entry.path}" if get_language() == "ja" else self.entry.path

    @property
    def title(self) -> TextWithLanguage:
        text = in_reader_language(self.entry.title, self.entry.title_ja)
        return TextWithLanguage(text, text.lang if text.lang == "ja" else self.entry.title_lang)

    @property
    def kind_name(self) -> str:
        return str(ONE[Kind(self.entry.kind)])

    @property
    def marked_title(self) -> list[tuple[str, bool]]:
        return marked(self.title, self.asked.words)

    @property
    def why(self) -> list[dict]:
        """The facts that it was found by, or others where those say nothing: each with label, language and pieces."""
        told = [fact for fact in self.reasons if FACTS[fact["k"]][1] and fact["en"]]
        if len(told) < MOST_REASONS:
            kinds = {fact["k"] for fact in told}
            rest = [fact for fact in self.entry.facts if fact["k"] in USUAL and fact["k"] not in kinds and fact["en"]]
            told += sorted(rest, key=lambda fact: USUAL.index(fact["k"]))
        shown = []
        for fact in told[:MOST_REASONS]:
            text = in_reader_language(fact["en"], fact["ja"])
            pieces = marked(text, self.asked.words)
            shown.append({"label": FACTS[fact["k"]][1], "lang": text.lang, "pieces": pieces})
        return shown


def strength_of(found: tuple[float, dict | None]) -> float:
    return found[0]


def has(words: set[str], term: Term) -> bool:
    return any(words.issuperset(way) for way in term.ways)
