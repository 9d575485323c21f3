"""Pages of the site that are no entries, by what people call them: "give me the data" leads to the downloads."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation

from catalogue.context import SECTIONS
from catalogue.search.entry import Kind
from catalogue.search.facts import Document, Fact, both

#: What is on each page, in the words of those who look for it.
WORDS = {
    "vehicles": ("cars trucks list", "車種 クルマ 一覧 リスト"),
    "plants": ("plants factories map list", "工場 地図 マップ 一覧"),
    "exports": ("exports timeline list", "逆輸入車 年表 一覧"),
    "figures": ("figures statistics numbers charts production sales volume", "統計 数字 グラフ 生産台数 輸出台数 台数"),
    "compare": ("compare comparison difference differences", "比較 違い"),
    "states": ("states list", "州 一覧"),
    "manufacturers": ("manufacturers makers companies list", "メーカー 企業 一覧"),
    "vin": ("vin check chassis number decoder serial", "車台番号 車体番号 シリアル 番号"),
    "sources": ("sources references bibliography list", "出典 資料 一覧"),
    "api-docs": ("api json developers programs geojson openapi", "開発者 プログラム"),
    "changes": ("changes news feed atom rss updates latest", "更新 履歴 最新 フィード"),
    "downloads": ("downloads download data dataset csv excel json sqlite file everything", "ダウンロード データ 表"),
    "about": ("about method licence license contact method scope", "このサイト 方法 ライセンス 連絡先"),
}


def site_pages() -> Iterator[Document]:
    for name, label in SECTIONS:
        english, japanese = WORDS[name]
        with translation.override("en"):
            path = reverse(name)
        facts = [Fact("name", *both(lambda label=label: label)), Fact("site", "", also=(english, japanese))]
        yield Document(f"page/{name}", Kind.PAGE, path, *both(lambda label=label: label), weight=4, facts=facts)
