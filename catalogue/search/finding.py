"""From a question to results: matched by the database through django-modelsearch, ranked in ``ranking.py``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from modelsearch.query import And, Or, PlainText, SearchQuery

from catalogue.search.entry import Kind, SearchEntry
from catalogue.search.questions import Question, Term
from catalogue.search.ranking import Asked, Result

#: So many matches are ranked; of more, those of the greatest weight.
MOST_RANKED = 600
#: Where fewer have the words, those that have longer words beginning with the last one follow.
FEW = 12


@dataclass
class Group:
    """The results of one kind, the best first."""

    kind: Kind
    results: list[Result]
    count: int

    @property
    def label(self):
        return self.kind.label


@dataclass(frozen=True)
class Outcome:
    """What came of a search, and of which question."""

    results: list[Result]
    corrected: Question | None = None
    partial: bool = False


class Search:
    """The results of a question. ``kind`` keeps to one kind; ``prefix`` takes the last word as a beginning."""

    def __init__(self, text: str, kind: str | None = None, prefix: bool = False):
        self.question = Question(text)
        self.kind = kind
        self.prefix = prefix

    @property
    def text(self) -> str:
        return self.question.text

    @property
    def results(self) -> list[Result]:
        """All that was found (at most MOST_RANKED), the best first."""
        return self.outcome.results

    @property
    def corrected(self) -> Question | None:
        """The question that was asked instead, where a word had to be corrected."""
        return self.outcome.corrected

    @property
    def partial(self) -> bool:
        """Whether only some of the words could be found together."""
        return self.outcome.partial

    @cached_property
    def outcome(self) -> Outcome:
        question = self.question
        if not question.terms:
            return Outcome([])
        found = self.match(Asked(question, self.prefix))
        if not self.prefix and len(found) < FEW:
            known = {result.entry.key for result in found}
            begun = self.match(Asked(question, prefix=True))
            found += [result for result in begun if result.entry.key not in known]
        if found:
            return Outcome(found)
        better = question.corrected()
        if better and (found := self.match(Asked(better, self.prefix))):
            return Outcome(found, better)
        return self.match_some(Asked(better or question), better)

    def match_some(self, asked: Asked, better: Question | None) -> Outcome:
        """Where nothing has all words: what has most of them."""
        if len(asked.terms) < 2:
            return Outcome([])
        found = self.ranked(Or([query_of(term) for term in asked.terms]), asked)
        most = max((result.matched for result in found), default=0)
        return Outcome([result for result in found if result.matched == most], better, partial=bool(found))

    def match(self, asked: Asked) -> list[Result]:
        queries = [query_of(term) for term in asked.terms]
        return self.ranked(queries[0] if len(queries) == 1 else And(queries), asked)

    def ranked(self, query: SearchQuery, asked: Asked) -> list[Result]:
        entries = SearchEntry.objects.order_by("-weight", "key")
        if self.kind:
            entries = entries.filter(kind=self.kind)
        find = entries.autocomplete if asked.prefix else entries.search
        found = [Result(entry, asked) for entry in find(query, order_by_relevance=False)[:MOST_RANKED]]
        found = [result for result in found if result.in_one_run]
        return sorted(found, key=lambda result: (-result.score, result.entry.title, result.entry.key))

    @cached_property
    def groups(self) -> list[Group]:
        """The results by kind, in the order of the best of each."""
        by_kind: dict[str, list[Result]] = {}
        for result in self.results:
            by_kind.setdefault(result.entry.kind, []).append(result)
        return [Group(Kind(kind), results, len(results)) for kind, results in by_kind.items()]


def query_of(term: Term) -> SearchQuery:
    ways = [PlainText(" ".join(way), operator="and") for way in term.ways]
    return ways[0] if len(ways) == 1 else Or(ways)
