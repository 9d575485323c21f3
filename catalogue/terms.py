"""Small controlled vocabularies that editors may extend."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.bilingual import LocalText
from catalogue.natural_keys import NaturalKeyModel


class Term(NaturalKeyModel):
    """A word of a small controlled vocabulary. Abstract."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_ja = models.CharField(_("name in Japanese"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("Order in lists."))

    local_name = LocalText("name")

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self):
        return self.name
