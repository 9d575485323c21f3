from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from plants.models import Plant


class States(Sitemap):
    """The pages of states that have a public plant."""

    i18n = alternates = x_default = True

    def items(self):
        return sorted({code.lower() for code in Plant.objects.published().values_list("state", flat=True)})

    def location(self, item):
        return reverse("state", args=[item])
