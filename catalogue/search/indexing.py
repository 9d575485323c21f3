"""Keeping the index true: which documents a change touches, and writing them in the same transaction.

What a signal is sent for (saving, deleting, many-to-many changes) is followed at once. Fixtures are loaded
"raw", row by row, while half of what they refer to is not there yet: after such a transaction everything is
indexed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, islice

from django.db import connection, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from modelsearch.backends import get_search_backend

from catalogue.models import Source
from catalogue.search.documents import MAKERS, states
from catalogue.search.entry import SearchEntry, SearchWord
from catalogue.search.facts import FACTS, Document
from catalogue.search.site_pages import site_pages
from catalogue.search.words import is_japanese
from plants.models import Manufacturer, Ownership, Plant, PlantAlias, PlantCode
from plants.states import CODES
from vehicles.models import (
    BodyStyle,
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    Powertrain,
    ProductionRun,
    VehicleModel,
)

CHUNK = 500
LONGEST_WORD = 80
KINDS = {
    Make: "make",
    VehicleModel: "model",
    Generation: "vehicle",
    Plant: "plant",
    Manufacturer: "manufacturer",
    ExportProgram: "export",
    ExportEra: "era",
    Source: "source",
}

#: Which entries show something of a changed one: type → (type, look-up from there to the changed one).
TOUCHES: dict[type, list[tuple[type, str]]] = {
    Source: [(Source, "pk")],
    Make: [
        (Make, "pk"),
        (VehicleModel, "make"),
        (Generation, "model__make"),
        (Plant, "runs__generation__model__make"),
        (ExportProgram, "japan_make"),
        (ExportProgram, "generation__model__make"),
    ],
    VehicleModel: [
        (VehicleModel, "pk"),
        (Generation, "model"),
        (Plant, "runs__generation__model"),
        (ExportProgram, "generation__model"),
    ],
    Generation: [
        (Generation, "pk"),
        (VehicleModel, "generations"),
        (Plant, "runs__generation"),
        (ExportProgram, "generation"),
    ],
    MarketName: [(Generation, "market_names"), (VehicleModel, "generations__market_names")],
    ProductionRun: [(Generation, "runs"), (Plant, "runs")],
    ExportProgram: [
        (ExportProgram, "pk"),
        (Generation, "exports"),
        (VehicleModel, "generations__exports"),
        (ExportEra, "programs"),
    ],
    ExportEra: [(ExportEra, "pk"), (ExportProgram, "era"), (Generation, "exports__era")],
    Plant: [
        (Plant, "pk"),
        (Generation, "runs__plant"),
        (ExportProgram, "plant"),
        (Manufacturer, "ownerships__plant"),
        (VehicleModel, "generations__exports__plant"),
    ],
    PlantCode: [(Plant, "codes")],
    PlantAlias: [(Plant, "aliases"), (Generation, "runs__plant__aliases"), (ExportProgram, "plant__aliases")],
    Manufacturer: [
        (Manufacturer, "pk"),
        (Manufacturer, "parent"),
        (Plant, "ownerships__manufacturer"),
        (Make, "manufacturer"),
    ],
    Ownership: [(Plant, "ownerships"), (Manufacturer, "ownerships")],
    BodyStyle: [(Generation, "runs__body_styles"), (ExportProgram, "body_styles")],
    Powertrain: [(Generation, "runs__powertrains")],
}

Touched = dict[type, set[int]]


# Writing ---------------------------------------------------------------------------------------------------


def row(document: Document) -> SearchEntry:
    facts = [fact.as_json() for fact in document.facts]
    words = dict.fromkeys(word for fact in facts for word in fact["w"].split())
    return SearchEntry(
        key=document.key,
        kind=document.kind,
        weight=document.weight,
        path=document.path,
        title=document.title,
        title_ja=document.title_ja,
        title_lang=document.title_lang,
        facts=facts,
        words=" ".join(words),
    )


def write(documents: Iterable[Document]) -> int:
    """Write documents to the index, new or in place of what was there; returns how many."""
    rows = [row(document) for document in documents]
    if not rows:
        return 0
    fields = ["kind", "weight", "path", "title", "title_ja", "title_lang", "facts", "words"]
    SearchEntry.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=fields)
    get_search_backend().get_index_for_model(SearchEntry).add_items(SearchEntry, rows)
    write_words(rows)
    return len(rows)


def write_words(rows: list[SearchEntry]) -> None:
    """Words that are new become known. Those that nothing has any more are dropped when all is rebuilt."""
    strengths: dict[str, float] = {}
    for fact in chain.from_iterable(one.facts for one in rows):
        strength = FACTS[fact["k"]][0]
        for word in fact["w"].split():
            if len(word) <= LONGEST_WORD:
                strengths[word] = max(strength, strengths.get(word, 0))
    known = dict(SearchWord.objects.filter(word__in=strengths).values_list("word", "strength"))
    changed = [
        SearchWord(word=word, strength=strength, japanese=is_japanese(word))
        for word, strength in strengths.items()
        if strength > known.get(word, 0)
    ]
    SearchWord.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["word"], update_fields=["strength"], batch_size=CHUNK
    )


def chunks(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while chunk := list(islice(documents, CHUNK)):
        yield chunk


def expected() -> int:
    """About how many documents there will be: drafts are counted too."""
    return sum(entry_type.objects.count() for entry_type in MAKERS)


def rebuild(progress=None) -> int:
    """Index everything anew, in one transaction; ``progress(kind, number)`` is told as it goes on."""
    written = 0
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        SearchWord.objects.all().delete()
        kinds = [(KINDS[entry_type], maker(entry_type.objects.all())) for entry_type, maker in MAKERS.items()]
        for kind, documents in [*kinds, ("state", states(CODES)), ("page", site_pages())]:
            for chunk in chunks(iter(documents)):
                written += write(chunk)
                if progress:
                    progress(kind, len(chunk))
    return written


_later: ContextVar[tuple[Touched, set[str]] | None] = ContextVar("index-later", default=None)


@contextmanager
def in_one_go() -> Iterator[None]:
    """What happens within touches the same few entries again and again: index each of them once, at the end."""
    touched: Touched = {}
    codes: set[str] = set()
    token = _later.set((touched, codes))
    try:
        yield
    finally:
        _later.reset(token)
    refresh(touched, codes)


def refresh(touched: Touched, state_codes: set[str]) -> None:
    """Write the documents of these entries anew; those of entries that are not public any more go."""
    if later := _later.get():
        for entry_type, ids in touched.items():
            later[0].setdefault(entry_type, set()).update(ids)
        later[1].update(state_codes)
        return
    for entry_type, ids in touched.items():
        if not ids:
            continue
        documents = list(MAKERS[entry_type](entry_type.objects.filter(pk__in=ids)))
        write(documents)
        forget({f"{KINDS[entry_type]}/{pk}" for pk in ids} - {document.key for document in documents})
    if state_codes:
        documents = list(states(state_codes))
        write(documents)
        forget({f"state/{code}" for code in state_codes} - {document.key for document in documents})


def forget(keys: set[str]) -> None:
    if keys:
        SearchEntry.objects.filter(key__in=keys).delete()


# Following changes -------------------------------------------------------------------------------------------


def touched_by(instance) -> Touched:
    """The entries whose documents tell something of this row, as the database has it now."""
    touched: Touched = {}
    for entry_type, path in TOUCHES[type(instance)]:
        found = entry_type.objects.filter(**{path: instance.pk}).values_list("pk", flat=True)
        touched.setdefault(entry_type, set()).update(found)
    return touched


def states_of(instance) -> set[str]:
    """The state that shows this plant, as the database has it now."""
    if not isinstance(instance, Plant):
        return set()
    return set(Plant.objects.filter(pk=instance.pk).values_list("state", flat=True))


def remember(sender, instance, raw=False, **kwargs) -> None:
    """Before a change: what the row as it was is told by. A run moved to another plant touches both."""
    instance._touched_before = ({}, set()) if raw or not instance.pk else (touched_by(instance), states_of(instance))


def follow(sender, instance, raw=False, **kwargs) -> None:
    """After a change: write what tells of the row as it was and as it is."""
    if raw:
        instance._is_raw = True  # its relations follow, and their signal does not say so
        rebuild_after_transaction()
        return
    before, states_before = getattr(instance, "_touched_before", ({}, set()))
    touched = touched_by(instance) if instance.pk else {}
    for entry_type, ids in before.items():
        touched.setdefault(entry_type, set()).update(ids)
    refresh(touched, states_before | states_of(instance))


def follow_many_to_many(sender, instance, action, **kwargs) -> None:
    happened = action in ("post_add", "post_remove", "post_clear") and type(instance) in TOUCHES
    if happened and not getattr(instance, "_is_raw", False):
        refresh(touched_by(instance), set())


def rebuild_after_transaction() -> None:
    """Once for each transaction, when it is committed."""
    waiting = any(function is rebuild for _sids, function, _robust in connection.run_on_commit)
    if not waiting:
        transaction.on_commit(rebuild)


def connect() -> None:
    for entry_type in TOUCHES:
        for signal in (pre_save, pre_delete):
            signal.connect(remember, sender=entry_type, dispatch_uid=f"search-remember-{entry_type.__name__}")
        for signal in (post_save, post_delete):
            signal.connect(follow, sender=entry_type, dispatch_uid=f"search-follow-{entry_type.__name__}")
    for relation in (ProductionRun.body_styles, ProductionRun.powertrains, ExportProgram.body_styles):
        m2m_changed.connect(follow_many_to_many, sender=relation.through)
