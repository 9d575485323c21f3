"""The desk's first page: what is to be done, as far as the user may see it, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import admin
from django.core.cache import cache
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language

from catalogue import quality, revision
from catalogue.care import CARES, CONCERNS, Care, counts
from catalogue.desk.kinds import viewable_types
from catalogue.desk.proposal import Proposal, State
from catalogue.release import release
from catalogue.size import is_large

#: More contradictions than this are a fault of the checks, or of an import: the command lists them all.
MOST_CONTRADICTIONS = 100


@dataclass
class Where:
    """The rows of one type on a line, and the list that shows them."""

    kind: str
    number: int
    address: str


@dataclass
class Line:
    title: str
    places: list[Where] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(place.number for place in self.places)


def lines(types: list[type[models.Model]]) -> list[Line]:
    """What is to be done and what is done with entries of these types. One query."""
    shown = [[care for model in types if (care := CARES[slug].get(model))] for slug in CONCERNS]
    numbers = counts([care for cares in shown for care in cares])
    found = []
    for slug, cares in zip(CONCERNS, shown, strict=True):
        if cares:
            told = [(care, numbers.get((slug, care.model._meta.label), 0)) for care in cares]
            places = [Where(kind_of(care.model), number, address_of(care)) for care, number in told if number]
            found.append(Line(str(CONCERNS[slug]), places))
    return found


def kind_of(model: type[models.Model]) -> str:
    return capfirst(str(model._meta.verbose_name_plural))


def address_of(care: Care) -> str:
    opts = care.model._meta
    return f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_changelist')}?{urlencode(care.parameters)}"


# Contradictions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contradiction:
    """What the data checks found about one entry."""

    label: str
    kind: str
    entry: str
    text: str
    address: str


def contradictions(types: list[type[models.Model]]) -> list[Contradiction]:
    """What contradicts or lacks something, of entries of these types.

    The checks read the whole catalogue: once for each revision, language and release of the site.
    """
    key = f"contradictions:{release()}:{revision.number()}:{get_language()}"
    found = cache.get(key)
    if found is None:
        found = [told(problem) for problem in quality.all_problems()]
        cache.set(key, found, 24 * 3600)
    labels = {model._meta.label for model in types}
    return [one for one in found if one.label in labels]


def told(problem: quality.Problem) -> Contradiction:
    opts = problem.entry._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[problem.entry.pk])
    return Contradiction(opts.label, capfirst(str(opts.verbose_name)), str(problem.entry), problem.text, address)


def context(request: HttpRequest, site: admin.AdminSite) -> dict:
    """What templates/admin/care.html shows."""
    types = viewable_types(request, site)
    every, large = lines(types), is_large()
    against = [] if large else contradictions(types)
    own = Proposal.objects.filter(author=request.user, state=State.RETURNED) if request.user.pk else ()
    return {
        "care_returned": own,
        "care_open": [line for line in every if line.number],
        "care_done": [line for line in every if not line.number],
        "contradictions_not_sought": large,
        "contradictions": against[:MOST_CONTRADICTIONS],
        "contradictions_left": max(len(against) - MOST_CONTRADICTIONS, 0),
    }
