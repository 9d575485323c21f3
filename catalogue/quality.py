"""What a check of the data reports. Each app checks its own entries; ``manage.py check_catalogue`` runs all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module

from django.db import models
from django.utils.translation import gettext as _

from catalogue.models import Milestone, Series, Source, Statistic

#: The apps that check their entries, each in its ``quality.problems()``.
CHECKED = ("catalogue", "plants", "vehicles")


@dataclass(frozen=True)
class Problem:
    """Something in the data that an editor should look at."""

    entry: models.Model
    text: str

    def __str__(self):
        return f"{self.entry._meta.verbose_name} {self.entry}: {self.text}"


def uncited(entries: models.QuerySet) -> Iterator[Problem]:
    """Published entries without any source."""
    for entry in entries.filter(publication="published", citations__isnull=True):
        yield Problem(entry, _("is published without a source"))


def problems() -> Iterable[Problem]:
    for model in (Milestone, Statistic):
        yield from uncited(model.objects)
    for series in Series.objects.filter(values__isnull=True):
        yield Problem(series, _("has no values"))
    addresses = Source.objects.exclude(url="").values("url").annotate(n=models.Count("pk")).filter(n__gt=1)
    for source in Source.objects.filter(url__in=addresses.values("url")):
        yield Problem(source, _("has the same address as another source"))


def all_problems() -> Iterator[Problem]:
    for app in CHECKED:
        yield from import_module(f"{app}.quality").problems()
