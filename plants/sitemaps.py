from django.urls import reverse

from catalogue.sitemaps import Section
from plants.models import Plant


class States(Section):
    """The pages of states that have a public plant."""

    def items(self):
        return sorted({code.lower() for code in Plant.objects.published().values_list("state", flat=True)})

    def location(self, item):
        return reverse("state", args=[item])
