"""Sitemap sections: every public page, in both languages, with when it last changed. urls.py puts them together."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.urls import reverse

from catalogue.models import Source


class InAllLanguages(Sequence):
    """(item, language) for each of them, as Django's sitemaps want it. Only the items of a slice are read."""

    def __init__(self, items: QuerySet | Sequence):
        self.items, self.languages = items, [code for code, _name in settings.LANGUAGES]

    def __len__(self) -> int:
        items = self.items
        return len(self.languages) * (items.count() if isinstance(items, QuerySet) else len(items))

    def __getitem__(self, wanted: slice):
        several = len(self.languages)
        first, last = wanted.start // several, -(-wanted.stop // several)
        return [(item, language) for item in self.items[first:last] for language in self.languages]


class Section(Sitemap):
    """Part of the sitemap. A file of it has ``limit`` addresses at most: so many entries, each in all languages."""

    i18n = alternates = x_default = True
    limit = 4000 * len(settings.LANGUAGES)

    @property
    def paginator(self):
        return Paginator(InAllLanguages(self.items()), self.limit)


class Pages(Section):
    """Pages without an entry behind them, by the names of their URLs."""

    def __init__(self, *names: str):
        self.names = names

    def items(self):
        return list(self.names)

    def location(self, item):
        return reverse(item)


class Entries(Section):
    """The public entries of one type; ``related`` is what their addresses are made of."""

    def __init__(self, model, *related: str):
        self.model, self.related = model, related

    def items(self):
        return self.model.objects.published().select_related(*self.related).order_by("pk")

    def lastmod(self, item):
        return item.updated_at

    def get_latest_lastmod(self):
        return self.items().aggregate(latest=Max("updated_at"))["latest"]


class Sources(Section):
    def items(self):
        return Source.objects.order_by("pk")


def sitemap(request, sitemaps: dict[str, Sitemap]):
    """All pages in one file; where they don't fit into one, which files have them."""
    if all(section.paginator.num_pages == 1 for section in sitemaps.values()):
        return views.sitemap(request, sitemaps)
    return views.index(request, sitemaps, sitemap_url_name="sitemap-section")
