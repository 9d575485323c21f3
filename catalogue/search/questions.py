"""Reading what someone typed: which words count, what they may stand for, and what a misspelt one may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein, Indel

from catalogue.search.entry import SearchWord
from catalogue.search.words import is_japanese, parts_of

LONGEST = 200
MOST_WORDS = 20

#: Words that ask instead of naming: they are left out, unless nothing else is there.
FILLERS = frozenset(
    [
        *("a", "about", "all", "also", "america", "american", "americas", "an", "and", "any", "are", "as", "at", "be"),
        *("been", "between", "brand", "brands", "built", "but", "by", "can", "car", "cars", "come", "did", "do"),
        *(
            "does",
            "ever",
            "everything",
            "find",
            "for",
            "from",
            "get",
            "give",
            "had",
            "has",
            "have",
            "how",
            "i",
            "in",
            "is",
            "it",
        ),
        *(
            "its",
            "japanese",
            "list",
            "made",
            "make",
            "makes",
            "many",
            "me",
            "model",
            "models",
            "my",
            "new",
            "of",
            "on",
            "or",
        ),
        *("please", "s", "sell", "sold", "states", "the", "their", "them", "there", "these", "they", "this", "to"),
        *("under", "united", "us", "usa", "vehicle", "vehicles", "was", "were", "what", "when", "where", "which"),
        *("who", "whose", "why", "will", "with", "you"),
        *("ノ", "ニ", "デ", "ヲ", "ハ", "ガ", "ト", "モ", "ヤ", "カ", "ヘ", "カラ", "マデ", "ナド", "ッテ", "デス"),
        *("ナ", "ドコ", "イツ", "ナニ", "サレタ", "ラレタ", "シタ", "ル", "製", "産", "車", "州", "市", "年", "何"),
        *("米", "名", "型", "作", "売", "米国", "製造", "一覧", "車種", "アメリカ"),
    ]
)
#: Fewer letters than these are not taken for misspelt: too much would be like them.
SHORTEST_MISSPELT = 4
SHORTEST_JAPANESE_MISSPELT = 3
SINGLE_KANA = re.compile("[ァ-ヺー]")
#: How alike two words must be, from 0 to 1, and how strong the facts are that a misspelt word may mean.
ALIKE = 0.72
#: Of the longer words that hold a Japanese one, only so many are looked for.
MOST_LONGER = 24
STRONG = 4


@dataclass(frozen=True)
class Term:
    """One thing asked for. ``ways`` are alternatives; each is a set of words that must all be there."""

    text: str
    ways: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> set[str]:
        return {word for way in self.ways for word in way}


class Question:
    """A line of text as terms that all should be found. Few queries, however long the line is."""

    def __init__(self, text: str, dividing: bool = False):
        self.text = text[:LONGEST].strip()
        #: Whether unknown Japanese is divided into what is known of it and the rest.
        self.dividing = dividing
        self.parts = list(parts_of(self.text))[:MOST_WORDS]

    @cached_property
    def known(self) -> set[str]:
        """Which of the words, their singulars and neighbours written together occur in the index. One query."""
        asked = {word for parts in self.parts for word in parts}
        asked |= {word.removesuffix("s") for word in asked}
        asked |= {first[0] + second[0] for first, second in pairwise(self.parts)}
        asked |= {piece for word in asked for piece in name_and_year(word)}
        return set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True))

    @cached_property
    def japanese(self) -> dict[str, float]:
        """All Japanese words of the index: what a line without spaces is divided by. One query, where it is needed."""
        return dict(SearchWord.objects.filter(japanese=True).values_list("word", "strength"))

    @cached_property
    def terms(self) -> list[Term]:
        wanted = [parts for parts in self.parts if not is_filler(parts)] or self.parts
        terms: list[Term] = []
        place = 0
        while place < len(wanted):
            parts = wanted[place]
            together = parts[0] + wanted[place + 1][0] if place + 1 < len(wanted) else ""
            if together in self.known and not {parts[0], wanted[place + 1][0]} <= self.known:
                terms.append(Term(together, ((together,),)))  # "rav 4" is RAV4
                place += 2
                continue
            terms += self.read(parts)
            place += 1
        return list(dict.fromkeys(terms))

    def read(self, parts: tuple[str, ...]) -> list[Term]:
        """The terms of one word: usually one, more where several words were written together."""
        word = parts[0]
        if is_japanese(word):
            return self.read_japanese(word)
        ways = [(word,)]
        if len(parts) > 1:
            ways.append(parts[1:])
        if word not in self.known:
            if (singular := word.removesuffix("s")) in self.known:
                ways.append((singular,))
            elif (pieces := name_and_year(word)) and set(pieces) <= self.known:
                return [Term(piece, ((piece,),)) for piece in pieces]
        return [Term(word, tuple(ways))]

    def read_japanese(self, word: str) -> list[Term]:
        """A run of Japanese letters: a word, or several written together, or a part of longer words."""
        longer = [(one,) for one in self.japanese if word in one and one != word] if len(word) > 1 else []
        smaller = tuple(piece for piece in divided(word, self.japanese.keys() - {word}) if piece not in FILLERS)
        # A single letter of kana is no word: what falls into such pieces is misspelt rather than written together.
        whole = all(piece in self.japanese and not SINGLE_KANA.fullmatch(piece) for piece in smaller)
        if word in self.japanese or longer:
            ways = [(word,)] if word in self.japanese else []
            ways += sorted(longer, key=lambda way: (len(way[0]), way))[:MOST_LONGER]
            if len(smaller) > 1 and whole:
                ways.append(smaller)
            return [Term(word, tuple(ways))]
        if smaller and whole:
            return [term for piece in smaller for term in self.read_japanese(piece)]
        if not self.dividing:
            return [Term(word, ((word,),))]
        kept = [piece for piece in smaller if len(piece) > 1 or piece in self.japanese]
        return [Term(piece, ((piece,),)) for piece in kept or [word]]

    def corrected(self) -> Question | None:
        """The question with unknown words replaced by the likeliest known ones; None where that changes nothing."""
        text, changed = [], False
        for term in self.terms:
            if term.words & self.known or term.text in self.japanese or term.text.isdigit():
                text.append(term.text)
                continue
            meant = likeliest(term.text)
            changed = changed or bool(meant)
            text.append(meant or term.text)
        # What is still unknown is divided now: at worst it names a part of what was looked for.
        return Question(" ".join(text), dividing=True) if changed or self.japanese_unknown else None

    @property
    def japanese_unknown(self) -> bool:
        return not self.dividing and any(is_japanese(term.text) and not term.words & self.known for term in self.terms)


def is_filler(parts: tuple[str, ...]) -> bool:
    """Whether a word, or all that its hyphens join ("us-built"), says nothing of what is looked for."""
    return parts[0] in FILLERS or (len(parts) > 1 and FILLERS.issuperset(parts[1:]))


def content(words: Iterable[str]) -> list[str]:
    """The words that name something; all of them where there is none."""
    words = list(words)
    return [word for word in words if word not in FILLERS] or words


def name_and_year(word: str) -> tuple[str, ...]:
    """ "accord1994" in two; nothing where it is not of that form."""
    name, year = word[:-4], word[-4:]
    return (name, year) if name.isalpha() and year.isdigit() and year[:2] in ("19", "20") else ()


def divided(text: str, known: Iterable[str]) -> list[str]:
    """Text without spaces as known words: as few letters as possible unknown, then as few words as possible.

    >>> divided("アコードノワゴン", {"アコード", "ワゴン", "コード"})
    ['アコード', 'ノ', 'ワゴン']
    """
    known = set(known) | FILLERS
    longest = max((len(word) for word in known), default=1)
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]
    for end in range(1, len(text) + 1):
        options = []
        for start in range(max(0, end - longest), end):
            piece = text[start:end]
            unknown, count, pieces = best[start]
            if piece in known:
                options.append((unknown, count + 1, [*pieces, piece]))
            elif end - start == 1:
                if pieces and pieces[-1] not in known:
                    options.append((unknown + 1, count, [*pieces[:-1], pieces[-1] + piece]))
                else:
                    options.append((unknown + 1, count + 1, [*pieces, piece]))
        best.append(min(options, key=lambda option: option[:2]))
    return best[-1][2]


def likeliest(word: str) -> str | None:
    """The word of a name, place or code that a misspelt word most likely means. One query."""
    japanese = is_japanese(word)
    if len(word) < (SHORTEST_JAPANESE_MISSPELT if japanese else SHORTEST_MISSPELT):
        return None
    names = SearchWord.objects.filter(japanese=japanese, strength__gte=STRONG).values_list("word", "strength")
    found = [(alike(word, name), strength, name) for name, strength in names if abs(len(name) - len(word)) <= 3]
    best = max(found, key=lambda one: (one[0] + one[1] / 100, one[2]), default=(0, 0, ""))
    return best[2] if best[0] >= ALIKE else None


def alike(one: str, other: str) -> float:
    """How alike two words are, from 0 to 1: letters swapped, left out or doubled, and how much they share in order.

    Sources: Damerau (1964), "A technique for computer detection and correction of spelling errors"; the longest common
    subsequence ("Indel") forgives sounds written with more letters, such as "hylander".
    """
    if other.isdigit() or len(other) < 3:
        return 0
    same_start = 0.05 if one[0] == other[0] else 0
    edits = DamerauLevenshtein.normalized_similarity(one, other)
    shared = Indel.normalized_similarity(one, other)
    return max(edits, shared - 0.04) + same_start
