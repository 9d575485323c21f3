"""The sitemap: every public page, in both languages, with when it last changed."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from catalogue.models import Source
from plants.models import Manufacturer, Plant
from vehicles.models import ExportEra, ExportProgram, Generation, Make, VehicleModel


class Pages(Sitemap):
    i18n = True
    alternates = True
    x_default = True

    def items(self):
        return [
            "home", "vehicles", "plants", "states", "manufacturers", "exports", "sources", "about",
        ]  # fmt: skip

    def location(self, item):
        return reverse(item)


class States(Sitemap):
    i18n = alternates = x_default = True

    def items(self):
        return sorted({code.lower() for code in Plant.objects.published().values_list("state", flat=True)})

    def location(self, item):
        return reverse("state", args=[item])


class Entries(Sitemap):
    i18n = alternates = x_default = True

    def __init__(self, model, *related):
        self.model, self.related = model, related

    def items(self):
        return self.model.objects.published().select_related(*self.related).order_by("pk")

    def lastmod(self, item):
        return item.updated_at


class Sources(Sitemap):
    i18n = alternates = x_default = True

    def items(self):
        return Source.objects.order_by("pk")


SITEMAPS = {
    "pages": Pages,
    "states": States,
    "manufacturers": Entries(Manufacturer),
    "plants": Entries(Plant),
    "makes": Entries(Make),
    "models": Entries(VehicleModel, "make"),
    "generations": Entries(Generation, "model__make"),
    "eras": Entries(ExportEra),
    "programs": Entries(ExportProgram),
    "sources": Sources,
}
