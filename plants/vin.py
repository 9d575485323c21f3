"""The vehicle identification number (VIN), as the standards define it. Pure: no database, no request.

Sources: 49 CFR part 565 (https://www.ecfr.gov/current/title-49/subtitle-B/chapter-V/part-565) for the check digit
and the model year, ISO 3780 as administered by SAE for the countries of maker codes. docs/vin.md retells the rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django.utils.translation import gettext, gettext_noop, ngettext

LENGTH = 17
LETTERS_AND_DIGITS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
#: What is most likely meant by a letter that VINs never have, since it looks like a digit.
MISTAKEN = {"I": "1", "O": "0", "Q": "0"}

#: 49 CFR 565.15(c), tables III and IV: the value of each character, and the weight of each position.
VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
CHECK_DIGITS = "0123456789X"

#: 49 CFR 565.15(d)(1), table VII: one character for each of thirty model years, then anew.
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
FIRST_YEAR, CYCLE = 1980, 30

#: ISO 3780 counts letters before digits, and 0 last.
ISO_ORDER = "ABCDEFGHJKLMNPRSTUVWXYZ1234567890"
#: Countries of maker codes: first character, first and last second character. Those that build for these makes
#: or are often pasted; for the rest the region is said.
COUNTRIES = (
    ("1", "A", "0", gettext_noop("the United States")),
    ("4", "A", "0", gettext_noop("the United States")),
    ("5", "A", "0", gettext_noop("the United States")),
    ("7", "F", "0", gettext_noop("the United States")),
    ("2", "A", "0", gettext_noop("Canada")),
    ("3", "A", "W", gettext_noop("Mexico")),
    ("6", "A", "W", gettext_noop("Australia")),
    ("7", "A", "E", gettext_noop("New Zealand")),
    ("8", "A", "E", gettext_noop("Argentina")),
    ("9", "A", "E", gettext_noop("Brazil")),
    ("9", "3", "9", gettext_noop("Brazil")),
    ("J", "A", "0", gettext_noop("Japan")),
    ("K", "L", "R", gettext_noop("South Korea")),
    ("L", "A", "0", gettext_noop("China")),
    ("M", "A", "E", gettext_noop("India")),
    ("M", "F", "K", gettext_noop("Indonesia")),
    ("M", "L", "R", gettext_noop("Thailand")),
    ("N", "L", "R", gettext_noop("Türkiye")),
    ("S", "A", "M", gettext_noop("the United Kingdom")),
    ("S", "N", "T", gettext_noop("Germany")),
    ("T", "R", "V", gettext_noop("Hungary")),
    ("V", "F", "R", gettext_noop("France")),
    ("V", "S", "W", gettext_noop("Spain")),
    ("W", "A", "0", gettext_noop("Germany")),
    ("Y", "S", "W", gettext_noop("Sweden")),
    ("Z", "A", "R", gettext_noop("Italy")),
)
UNITED_STATES = COUNTRIES[0][3]
REGIONS = (
    ("ABCDEFGH", gettext_noop("Africa")),
    ("JKLMNPR", gettext_noop("Asia")),
    ("STUVWXYZ", gettext_noop("Europe")),
    ("123457", gettext_noop("North America")),
    ("6", gettext_noop("Oceania")),
    ("890", gettext_noop("South America")),
)

#: "VIN:", "VIN no." and what Japanese papers call it. No VIN begins like that: it has no letter I.
_LABEL = re.compile(r"\s*(?:V\.?\s*I\.?\s*N\.?|車台番号)\s*(?:NO\.?|NR\.?|NUMBER|CODE|番号)?\s*[:#=.]*")
#: What people put between the groups of a VIN: every dash, and the long-vowel mark that a Japanese keyboard types.
_DASHES = frozenset("−ー_")
#: What stands around a VIN on plates and in texts.
_AROUND = " *'\"“”‘’「」<>()[]{}.,:;#"


@dataclass(frozen=True)
class Problem:
    """What is wrong or not known: ``code`` for programs, ``message`` for readers.

    A ``fatal`` one means that the text is no VIN as it stands; the others say what could not be read from it.
    """

    code: str
    message: str
    fatal: bool = False


class CodeRow(Protocol):
    """What matching needs of a plant code (``plants.models.PlantCode``)."""

    pattern: str
    code: str
    first_model_year: int | None
    last_model_year: int | None


def clean(text: str) -> str:
    """What was meant by a pasted text: upper case, half-width, without label, spaces and dashes.

    >>> clean("VIN: 1hg-cb985 1NA000000")
    '1HGCB9851NA000000'
    """
    text = unicodedata.normalize("NFKC", text).upper()
    if label := _LABEL.match(text):
        text = text[label.end() :]
    return "".join(character for character in text.strip().strip(_AROUND) if not _is_filler(character))


def _is_filler(character: str) -> bool:
    """Spaces, dashes, and what cannot be seen: control characters and the like."""
    return character in _DASHES or character.isspace() or unicodedata.category(character) in ("Pd", "Cc", "Cf", "Cs")


def check_digit(vin: str) -> str:
    """The character that position 9 of a well-formed VIN must have: 49 CFR 565.15(c)."""
    return CHECK_DIGITS[sum(VALUES[one] * weight for one, weight in zip(vin, WEIGHTS, strict=True)) % 11]


def is_well_formed(vin: str) -> bool:
    return len(vin) == LENGTH and all(character in LETTERS_AND_DIGITS for character in vin)


def problems_of_form(vin: str) -> list[Problem]:
    """Why a cleaned text is no VIN; empty where it is one."""
    problems = []
    if not vin:
        return [Problem("empty", gettext("Please type or paste a VIN."), fatal=True)]
    if len(vin) != LENGTH:
        message = ngettext(
            "A VIN has 17 characters; this has %(n)s.", "A VIN has 17 characters; these are %(n)s.", len(vin)
        )
        problems.append(Problem("length", message % {"n": len(vin)}, fatal=True))
    for letter in dict.fromkeys(one for one in vin if one in MISTAKEN):
        places = ", ".join(str(place) for place, one in enumerate(vin[: 2 * LENGTH], 1) if one == letter)
        message = gettext("A VIN never has the letter %(letter)s (position %(places)s); is it the digit %(digit)s?")
        values = {"letter": letter, "places": places or "…", "digit": MISTAKEN[letter]}
        problems.append(Problem("letter", message % values, fatal=True))
    strange = list(dict.fromkeys(one for one in vin if one not in LETTERS_AND_DIGITS and one not in MISTAKEN))
    if strange:
        shown = " ".join(strange[:5]) + (" …" if len(strange) > 5 else "")
        message = gettext("A VIN has only the letters A to Z and digits, not: %(characters)s")
        problems.append(Problem("characters", message % {"characters": shown}, fatal=True))
    if not problems and vin[8] != (expected := check_digit(vin)):
        message = gettext(
            "The check digit (position 9) is %(found)s, but the other characters ask for %(expected)s. A character may"
            " be mistyped; vehicles made for markets outside North America need no check digit."
        )
        problems.append(Problem("check_digit", message % {"found": vin[8], "expected": expected}, fatal=True))
    return problems


def wmi_of(vin: str) -> str:
    """The maker code: positions 1 to 3; where the third is 9, a small maker's, also 12 to 14 (49 CFR 565.15(a))."""
    return vin[:3] + (vin[11:14] if vin[2:3] == "9" else "")


def origin(wmi: str) -> str:
    """The country a maker code belongs to, or the part of the world, as an untranslated text."""
    for first, begin, end, country in COUNTRIES:
        within = ISO_ORDER.index(begin) <= ISO_ORDER.index(wmi[1]) <= ISO_ORDER.index(end)
        if wmi[0] == first and within:
            return country
    return next(region for firsts, region in REGIONS if wmi[0] in firsts)


def is_us(wmi: str) -> bool:
    """Whether a maker code was given out for the United States: 1, 4, 5 and 7F to 70."""
    return origin(wmi) == UNITED_STATES


def model_years(vin: str, *, newest: int, light: bool) -> list[int]:
    """The model years position 10 can mean, the most likely first; empty where it stands for none.

    For passenger cars and light vehicles (``light``: up to 4,536 kg gross) position 7 decides between the two
    cycles of thirty years: a digit means 1980 to 2009, a letter 2010 to 2039 (49 CFR 565.15(b)). For others both are
    possible. Years after ``newest`` are left out. The other cycle is still named for light vehicles, last: light
    trucks had letters in position 7 before 2010 as well.
    """
    if vin[9] not in YEAR_CODES:
        return []
    early = FIRST_YEAR + YEAR_CODES.index(vin[9])
    years = [early, early + CYCLE] if light and vin[6].isdigit() else [early + CYCLE, early]
    return [year for year in years if year <= newest]


@lru_cache(maxsize=2048)
def _compiled(notation: str) -> re.Pattern | None:
    """One alternative of vPIC's notation as an expression; None where it is none."""
    tokens = re.findall(r"\[[A-Z0-9^-]+\]|[A-Z0-9*]", notation)
    if "".join(tokens) != notation:
        return None
    try:
        return re.compile("".join("." if token == "*" else token for token in tokens))  # noqa: S105 - no password
    except re.error:
        return None


def _fits(notation: str, text: str) -> bool:
    expression = _compiled(notation)
    return bool(expression and expression.match(text))


def pattern_fits(pattern: str, vin: str) -> bool:
    """Whether positions 4 to 8 (and after ``|`` those from 10 on) are as a pattern says. An empty one fits all.

    >>> pattern_fits("B***E; [CD]4", "5YFBU4EE0DP000000"), pattern_fits("*N1", "4N2XN2100XD000000")
    (True, False)
    """
    for alternative in pattern.split(";"):
        head, _, tail = alternative.strip().partition("|")
        if _fits(head, vin[3:8]) and _fits(tail, vin[9:]):
            return True
    return False


def covers_year(row: CodeRow, year: int) -> bool:
    return (row.first_model_year or 0) <= year <= (row.last_model_year or 9999)


def rows_for(rows: Iterable[CodeRow], vin: str) -> list[CodeRow]:
    """The plant codes of this VIN's maker that fit it, in any year."""
    return [row for row in rows if _fits(row.code, vin[10]) and pattern_fits(row.pattern, vin)]


def best_rows(rows: Iterable[CodeRow], year: int) -> list[CodeRow]:
    """Of fitting plant codes those of a model year; rows with a pattern know better than rows for the whole maker."""
    dated = [row for row in rows if covers_year(row, year)]
    return [row for row in dated if row.pattern] or dated
