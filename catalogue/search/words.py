"""Text as words that can be compared: one spelling for all the ways of writing the same.

Full and half width, case, accents, hiragana and katakana, hyphens and the Japanese ways to write years do
not matter: the index and the questions go through the same functions. What databases make of letters differs;
they only ever see words made here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_HIRAGANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}

#: Marks that repeat the letter before, two of them with its voiced sound: いすゞ is いすず.
_REPEATS = {"ゝ": "", "ヽ": "", "ゞ": "\u3099", "ヾ": "\u3099"}
#: The sound v is written with b by some and with ヴ by others: アヴァロン, アバロン.
_V_AS_B = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
_V = re.compile("|".join(_V_AS_B))

_WORD = re.compile(
    r"[a-z0-9]+(?:[-'’.][a-z0-9]+)*"  # Latin letters and digits, with what joins them: cr-v, d.c.
    r"|[ァ-ヺヽヾー]+"
    r"|[ぁ-ゖゝゞー]+"
    r"|[\u3400-\u9fff々〆]+"
    r"|[^\W_]+"  # any other letters: no name of ours, but what someone may look for
)
_JOINT = re.compile(r"[-'’.]")
_SPAN_OF_YEARS = re.compile(r"\b((?:19|20)\d\d)\s*[-–—~〜]\s*((?:19|20)?\d\d)\b")
_DECADE = re.compile(r"\b(?:(19|20)(\d)0|([5-9])0)(?:'?s\b|年代)")
_ORDINAL = re.compile(
    r"第?\s*(\d{1,2})\s*(?:代目|世代)"
    r"|\b(\d{1,2})(?:st|nd|rd|th)\s+gen(?:eration|\b)"
    r"|\bgen(?:eration)?\s*(\d{1,2})\b"
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\s*年(?:式|型)?")
_JAPANESE_YEAR = re.compile(r"(昭和|平成|令和)\s*(\d{1,2}|元)\s*年?")
#: The year before the first of each era.
_ERA_BEGAN = {"昭和": 1925, "平成": 1988, "令和": 2018}
_FIRST = "初代"


def fold(text: str) -> str:
    """One spelling of letters: compatibility forms composed, small letters, no accents on Latin letters.

    >>> fold("Ｃｉｖｉｃ ｱｺｰﾄﾞ Citroën")
    'civic アコード citroen'
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        return text
    plain: list[str] = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        if len(parts) > 1 and parts[0].isascii():
            letter = parts[0]
        elif letter in _REPEATS and plain:
            letter = unicodedata.normalize("NFC", plain[-1] + _REPEATS[letter])
        plain.append(letter)
    return _V.sub(lambda match: _V_AS_B[match[0]], "".join(plain))


def _whole_years(match: re.Match) -> str:
    first, last = match[1], match[2]
    return f"{first} {last if len(last) == 4 else first[:2] + last}"


def _in_one_form(text: str) -> str:
    """Years, decades and ordinals in one form: "1990s" for 1990年代 and 90s, "1992" for 平成4年, "gen8" for 8代目."""
    text = text.replace(_FIRST, " 第1世代 ")
    text = _JAPANESE_YEAR.sub(lambda m: f" {_ERA_BEGAN[m[1]] + (1 if m[2] == '元' else int(m[2]))} ", text)
    text = _DECADE.sub(lambda m: f" {m[1] or '19'}{m[2] or m[3]}0s ", text)
    text = _YEAR.sub(r" \1 ", text)
    text = _SPAN_OF_YEARS.sub(_whole_years, text)
    return _ORDINAL.sub(lambda m: f" gen{int(next(filter(None, m.groups())))} ", text)


def parts_of(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text, each with the parts a hyphen joins: ("crv", "cr", "v"); a plain word stands alone.

    >>> list(parts_of("Honda CR-V, 1990年代"))
    [('honda',), ('crv', 'cr', 'v'), ('1990s',)]
    """
    for match in _WORD.finditer(_in_one_form(fold(text))):
        word = match[0].translate(_HIRAGANA)
        parts = _JOINT.split(word)
        yield ("".join(parts), *parts) if len(parts) > 1 else (word,)


def words_of(text: str) -> list[str]:
    """All words of a text for the index, those joined by hyphens whole and in parts, each once."""
    return list(dict.fromkeys(word for parts in parts_of(text) for word in parts))


def is_japanese(word: str) -> bool:
    return not word.isascii()


def decade(year: int) -> str:
    """The word for a year's decade: "1990s" for 1994."""
    return f"{year // 10}0s"


def marked(text: str, wanted: set[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of the wanted words (or begins with one of two or more letters)."""
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in _spans(text):
        forms = {word for parts in parts_of(text[start:end]) for word in parts}
        hit = any(form == word or (len(word) > 1 and form.startswith(word)) for form in forms for word in wanted)
        pieces += [(text[place:start], False), (text[start:end], hit)]
        place = end
    pieces.append((text[place:], False))
    joined: list[tuple[str, bool]] = []
    for piece, hit in pieces:
        if joined and joined[-1][1] == hit:
            joined[-1] = (joined[-1][0] + piece, hit)
        elif piece:
            joined.append((piece, hit))
    return joined


_SHOWN = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_KANA, _HIRA, _KANJI = "ァ-ヺーｦ-ﾟ", "ぁ-ゖ", "\u3400-\u9fff々"
_ONE_SCRIPT = re.compile(f"[{_KANA}]+|[{_HIRA}]+|[{_KANJI}]+|[^{_KANA}{_HIRA}{_KANJI}]+")


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text as it is shown; Japanese changes of script divide them."""
    for match in _SHOWN.finditer(text):
        start = match.start()
        for run in _ONE_SCRIPT.finditer(match[0]):
            yield start + run.start(), start + run.end()
