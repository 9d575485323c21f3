"""Sitemap sections: every public page, in both languages, with when it last changed. urls.py puts them together."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from catalogue.models import Source


class Pages(Sitemap):
    """Pages without an entry behind them, by the names of their URLs."""

    i18n = alternates = x_default = True

    def __init__(self, *names: str):
        self.names = names

    def items(self):
        return list(self.names)

    def location(self, item):
        return reverse(item)


class Entries(Sitemap):
    """The public entries of one type; ``related`` is what their addresses are made of."""

    i18n = alternates = x_default = True

    def __init__(self, model, *related: str):
        self.model, self.related = model, related

    def items(self):
        return self.model.objects.published().select_related(*self.related).order_by("pk")

    def lastmod(self, item):
        return item.updated_at


class Sources(Sitemap):
    i18n = alternates = x_default = True

    def items(self):
        return Source.objects.order_by("pk")
