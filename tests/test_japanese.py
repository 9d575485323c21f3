"""The Japanese edition: no text is missing, and dates, prices and order are as a reader in Japan expects them."""

import re

import polib
import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from catalogue.gojuon import gojuon_key
from catalogue.templatetags.catalogue import span, when_exactly, with_japanese_year, yen
from catalogue.wareki import wareki
from tests.facts import FIXTURES, ListPage, read

DATA = sorted(path.stem[3:] for path in FIXTURES.glob("*.jsonl"))


@pytest.mark.parametrize("name", DATA)
def test_every_text_of_the_fixtures_is_told_in_japanese(name):
    missing = [
        f"{row.get('slug') or row}: {field}"
        for row in read(name)
        for field in row
        if f"{field}_ja" in row and row[field] and not row[f"{field}_ja"]
    ]
    assert missing == []


@pytest.mark.parametrize("name", DATA)
def test_japanese_texts_are_japanese_and_punctuated_so(name):
    """Full-width punctuation beside Japanese characters; names and codes may be in Latin letters."""
    odd = []
    for row in read(name):
        for field, text in row.items():
            if not (field.endswith("_ja") and text):
                continue
            # A half-width comma, full stop, bracket or colon beside a Japanese character, or the wrong wave dash.
            if re.search(r"[ぁ-んァ-ヶ一-龠][,.;:!?](?=\s|$|[ぁ-んァ-ヶ一-龠])|～", text):
                odd.append(f"{row.get('slug')}.{field}: {text[:60]}")
            # Whole sentences left in English.
            if re.search(r"[a-z]{3,}(?: [a-z]{2,}){3,}", text):
                odd.append(f"{row.get('slug')}.{field}: {text[:60]}")
    assert odd == []


def test_every_text_of_the_interface_is_translated_and_none_is_in_doubt():
    texts = polib.pofile(str(settings.LOCALE_PATHS[0] / "ja" / "LC_MESSAGES" / "django.po"))
    assert [one.msgid for one in texts.untranslated_entries()] == []
    assert [one.msgid for one in texts.fuzzy_entries()] == []


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1992", "平成4年"),
        ("1992-09-07", "平成4年"),
        ("1989-01-07", "昭和64年"),
        ("1989-01-08", "平成元年"),
        ("1989", "昭和64年／平成元年"),
        ("1989-01", "昭和64年／平成元年"),
        ("2019-04-30", "平成31年"),
        ("2019-05-01", "令和元年"),
        ("2026", "令和8年"),
        ("1926-12-24", ""),
        ("1982-11-01", "昭和57年"),
    ],
)
def test_japanese_years(date, year):
    assert wareki(date) == year


def test_japanese_years_stand_beside_dates_for_readers_of_japanese_only():
    assert "平成" not in when_exactly("1996-01")
    with translation.override("ja"):
        assert "平成8年" in when_exactly("1996-01")
        assert "不明" in when_exactly("")
        both = re.sub("<[^>]+>", "", span("1988-04-22", "1990-04", with_japanese_year))
        assert both == "1988年4月22日（昭和63年）〜1990年4月（平成2年）"


@pytest.mark.parametrize(
    ("amount", "japanese", "english"),
    [
        (0, "0円", "¥0"),
        (9_999, "9,999円", "¥9,999"),
        (10_000, "1万円", "¥10,000"),
        (39_500, "3万9,500円", "¥39,500"),
        (1_499_000, "149万9,000円", "¥1,499,000"),
        (2_600_000, "260万円", "¥2,600,000"),
        (23_700_000, "2,370万円", "¥23,700,000"),
    ],
)
def test_prices_are_told_in_ten_thousands_in_japanese(amount, japanese, english):
    assert yen(amount) == english
    with translation.override("ja"):
        assert yen(amount) == japanese


@pytest.mark.parametrize(
    "ordered",
    [
        [
            "アキュラ",
            "いすゞ",
            "インフィニティ",
            "スズキ",
            "スバル",
            "トヨタ",
            "日産",
            "日野",
            "ホンダ",
            "マツダ",
            "三菱",
            "レクサス",
        ],
        ["カムリ", "カローラ", "ガンマ", "キャバリエ", "ギャラン", "クエスト"],
        ["RDX", "アコード", "アコードクーペ"],
        ["ハイランダー", "パイロット", "バス"],
    ],
)
def test_names_are_in_the_order_of_the_syllabary(ordered):
    assert sorted(sorted(ordered), key=gojuon_key) == ordered


@given(st.text())
def test_any_text_has_a_place_in_the_syllabary(text):
    assert isinstance(gojuon_key(text)[0], str)


@pytest.mark.django_db
def test_makes_stand_in_that_order_on_japanese_lists_and_by_the_alphabet_on_english_ones(client):
    english, japanese = (list(ListPage(client, path).counts("make")) for path in ("/vehicles/", "/ja/vehicles/"))
    assert english == sorted(english)
    assert japanese.index("nissan") < japanese.index("honda") < japanese.index("mazda") < japanese.index("mitsubishi")
    assert sorted(japanese) == english


@pytest.mark.django_db
def test_the_home_pages_name_the_other_edition_to_those_who_come_with_the_other_language(client):
    """It is shown by a script, once: nobody is sent anywhere."""
    for path, other in (("/", "ja"), ("/ja/", "en")):
        answer = client.get(path, headers={"accept-language": "ja" if other == "ja" else "en-US"})
        assert answer.status_code == 200
        assert f'lang="{other}" data-for="{other}" hidden' in answer.content.decode()
