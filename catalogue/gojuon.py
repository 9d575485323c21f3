"""The order of the Japanese syllabary, for lists that a reader of Japanese looks through.

Katakana and hiragana are alike, a voiced sound comes after its plain one only where all else is equal, and a
long vowel counts as that vowel: カローラ as カロオラ. Kanji are read as they are in the names of the catalogue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import get_language

#: How the kanji of names in the catalogue are read; the longest first.
READINGS = {
    "本田技研": "ほんだぎけん",
    "富士重工": "ふじじゅうこう",
    "現在": "げんざい",
    "三菱": "みつびし",
    "日産": "にっさん",
    "日野": "ひの",
    "日本": "にほん",
    "米国": "べいこく",
    "普通": "ふつう",
    "小型": "こがた",
    "北米": "ほくべい",
}
VOWELS = {
    "あ": "あかさたなはまやらわぁゃゎ",
    "い": "いきしちにひみりぃ",
    "う": "うくすつぬふむゆるぅゅっ",
    "え": "えけせてねへめれぇ",
    "お": "おこそとのほもよろをぉょ",
}
VOWEL_OF = {sound: vowel for vowel, sounds in VOWELS.items() for sound in sounds}
SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


def hiragana(text: str) -> str:
    return "".join(chr(ord(one) - 0x60) if "ァ" <= one <= "ヶ" else one for one in text)


def gojuon_key(text: str) -> tuple[str, str]:
    """What to sort a Japanese name by; names in Latin letters come before kana, as in Japanese indexes.

    >>> sorted(["トヨタ", "日産", "カムリ", "ガイア", "Z", "カローラ"], key=gojuon_key)
    ['Z', 'ガイア', 'カムリ', 'カローラ', 'トヨタ', '日産']
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    for kanji, reading in READINGS.items():
        text = text.replace(kanji, reading)
    plain: list[str] = []
    for one in unicodedata.normalize("NFD", hiragana(text)):
        if one == "ー":
            plain.append(VOWEL_OF.get(plain[-1], "") if plain else "")
        elif not unicodedata.combining(one) and (one.isalnum()):
            plain.append(one.translate(SMALL))
    return "".join(plain), text


def in_reading_order(items: Iterable, name: Callable[[Any], str]) -> list:
    """Sorted by name as the reader's language does it."""
    order = gojuon_key if get_language() == "ja" else str.casefold
    return sorted(items, key=lambda item: order(str(name(item))))
