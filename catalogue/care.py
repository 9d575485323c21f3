"""What in the catalogue wants an editor's care.

Each is a condition on rows of one type, counted on the desk's first page and shown as a filtered list where it can be
put right. Types may share a concern, such as having no source: they are one line. Each app tells its own in its
``care.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Count, F, Q, Value
from django.db.models.functions import Left, Length
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.entries import Confidence, Entry, Publication
from catalogue.links.record import LinkCheck
from catalogue.models import Proposal, Report, Source

#: The concerns in the order of the page, with what they are called there.
CONCERNS: dict[str, str] = {}
#: The types that have each: ``{concern: {type: Care}}``.
CARES: dict[str, dict[type[models.Model], Care]] = {}
DAYS = 30


@dataclass(frozen=True)
class Care:
    """One concern about rows of one type."""

    concern: str
    model: type[models.Model]
    #: Asked anew each time: conditions may name today.
    condition: Callable[[], Q]
    #: The query string of the list that shows them, where that list has a filter of its own for it.
    query: Callable[[], dict[str, str]] | None = None

    @property
    def title(self) -> str:
        return CONCERNS[self.concern]

    @property
    def parameters(self) -> dict[str, str]:
        return self.query() if self.query else {"care": self.concern}

    def rows(self) -> models.QuerySet:
        return self.model._default_manager.filter(self.condition()).order_by()

    def tally(self) -> models.QuerySet:
        """How many there are, as a row of (concern, type, number): rows of all cares can be one query."""
        names = {
            "care_concern": Value(self.concern, CharField()),
            "care_type": Value(self.model._meta.label, CharField()),
        }
        named = self.rows().annotate(**names).values(*names)
        return named.annotate(care_number=Count("pk", distinct=True)).values_list(*names, "care_number")


def concern(slug: str, title: str) -> None:
    CONCERNS[slug] = title
    CARES[slug] = {}


def register(slug: str, model: type[models.Model], condition: Callable[[], Q], query=None) -> None:
    CARES[slug][model] = Care(slug, model, condition, query)


def cares_of(model: type[models.Model]) -> list[Care]:
    """What can be filtered by in the list of a type."""
    found = (cares.get(model) for cares in CARES.values())
    return [care for care in found if care is not None and care.query is None]


def counts(cares: list[Care]) -> dict[tuple[str, str], int]:
    """How many rows there are for each, by concern and label of the type.

    One query, and another for the content types that this process has not met.
    """
    if not cares:
        return {}
    ContentType.objects.get_for_models(*(care.model for care in cares))  # or each condition asks for its own
    first, *others = (care.tally() for care in cares)
    rows = first.union(*others, all=True) if others else first
    return {(slug, label): number for slug, label, number in rows}


def has_passed(field: str) -> Q:
    """Whether the time that a partial date names is over: "2026-10" since November, "2026" since New Year."""
    today = timezone.localdate().isoformat()
    return ~Q(**{field: ""}) & Q(LessThan(F(field), Left(Value(today), Length(F(field)))))


def text_pairs(model: type[models.Model]) -> list[str]:
    """The fields of a type that exist in Japanese too."""
    names = {field.name for field in model._meta.concrete_fields}
    return [name for name in names if f"{name}_ja" in names]


#: Texts that name an entry; without them a Japanese reader can't even find it.
NAMES = frozenset({"name", "title", "own_name", "city"})


def lacks_japanese(names: list[str]) -> Q:
    lacking = Q()
    for name in names:
        lacking |= ~Q(**{name: ""}) & Q(**{f"{name}_ja": ""})
    return lacking


def long_ago():
    return (timezone.now() - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)


# The concerns that need no knowledge of plants and vehicles -----------------------------------------------------

concern("reports", _("New reports from readers"))
concern("review", _("Proposed changes awaiting review"))
concern("no-source", _("Entries without a source"))
concern("dead-links", _("Sources whose link does not answer"))
concern("overdue", _("Planned or announced for a date that has passed"))
concern("no-end", _("Production without an end at closed plants"))
concern("no-place", _("Plants without coordinates"))
concern("low-confidence", _("Low confidence"))
concern("no-japanese-name", _("Japanese name or title missing"))
concern("no-japanese-summary", _("Japanese summary missing"))
concern("no-japanese-text", pgettext_lazy("other texts of an entry", "Other texts missing in Japanese"))
concern("old-drafts", _("Drafts untouched for 30 days"))


def discover() -> None:
    """Fill the lists: what holds for entries of every type, then what the apps know of theirs."""
    register("reports", Report, lambda: Q(state="new"), lambda: {"state__exact": "new"})
    register("review", Proposal, lambda: Q(state="review"), lambda: {"state__exact": "review"})
    register("dead-links", Source, lambda: Q(pk__in=LinkCheck.objects.failing().values("source")))
    old_proposals = {"state__exact": "draft"}
    register(
        "old-drafts",
        Proposal,
        lambda: Q(state="draft", updated_at__lt=long_ago()),
        lambda: {**old_proposals, "updated_at__lt": long_ago().isoformat(timespec="minutes")},
    )
    for model in apps.get_models():
        if issubclass(model, Entry):
            register_entries(model)
    autodiscover_modules("care")


def register_entries(model: type[Entry]) -> None:
    register("no-source", model, lambda: Q(citations=None))
    register("low-confidence", model, lambda: Q(confidence=Confidence.LOW))
    register("old-drafts", model, lambda: Q(publication=Publication.DRAFT, updated_at__lt=long_ago()))
    pairs = text_pairs(model)
    for slug, names in {
        "no-japanese-name": [name for name in pairs if name in NAMES],
        "no-japanese-summary": [name for name in pairs if name == "summary"],
        "no-japanese-text": [name for name in pairs if name not in NAMES and name != "summary"],
    }.items():
        if names:
            register(slug, model, lambda names=names: lacks_japanese(names))
