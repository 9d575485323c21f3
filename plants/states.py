"""US states by their two-letter postal codes: English names from the ``us`` package, Japanese ones here."""

import us

from catalogue.bilingual import in_reader_language

CODES: dict[str, str] = {state.abbr: state.name for state in (*us.states.STATES, us.states.DC)}

#: As newspapers and maps in Japan write them.
CODES_JA: dict[str, str] = {
    "AK": "アラスカ州",
    "AL": "アラバマ州",
    "AR": "アーカンソー州",
    "AZ": "アリゾナ州",
    "CA": "カリフォルニア州",
    "CO": "コロラド州",
    "CT": "コネチカット州",
    "DC": "ワシントンD.C.",
    "DE": "デラウェア州",
    "FL": "フロリダ州",
    "GA": "ジョージア州",
    "HI": "ハワイ州",
    "IA": "アイオワ州",
    "ID": "アイダホ州",
    "IL": "イリノイ州",
    "IN": "インディアナ州",
    "KS": "カンザス州",
    "KY": "ケンタッキー州",
    "LA": "ルイジアナ州",
    "MA": "マサチューセッツ州",
    "MD": "メリーランド州",
    "ME": "メイン州",
    "MI": "ミシガン州",
    "MN": "ミネソタ州",
    "MO": "ミズーリ州",
    "MS": "ミシシッピ州",
    "MT": "モンタナ州",
    "NC": "ノースカロライナ州",
    "ND": "ノースダコタ州",
    "NE": "ネブラスカ州",
    "NH": "ニューハンプシャー州",
    "NJ": "ニュージャージー州",
    "NM": "ニューメキシコ州",
    "NV": "ネバダ州",
    "NY": "ニューヨーク州",
    "OH": "オハイオ州",
    "OK": "オクラホマ州",
    "OR": "オレゴン州",
    "PA": "ペンシルベニア州",
    "RI": "ロードアイランド州",
    "SC": "サウスカロライナ州",
    "SD": "サウスダコタ州",
    "TN": "テネシー州",
    "TX": "テキサス州",
    "UT": "ユタ州",
    "VA": "バージニア州",
    "VT": "バーモント州",
    "WA": "ワシントン州",
    "WI": "ウィスコンシン州",
    "WV": "ウェストバージニア州",
    "WY": "ワイオミング州",
}


def state_name(code: str) -> str:
    """``Texas`` for ``TX``, in the reader's language; the code itself where it is not a state."""
    name = CODES.get(code.upper())
    return in_reader_language(name, CODES_JA[code.upper()]) if name else code


def codes_matching(word: str) -> list[str]:
    """The codes of states that a search word names, in English or Japanese: the code, or a part of the name.

    >>> codes_matching("tx"), codes_matching("carolina"), codes_matching("テキサス")
    (['TX'], ['NC', 'SC'], ['TX'])
    """
    if word.upper() in CODES:
        return [word.upper()]
    if word.isascii() and len(word) < 3:
        return []
    return [code for code, name in CODES.items() if word.casefold() in name.casefold() or word in CODES_JA[code]]
