"""What the search index is made of: one row for each public entry, and the words that occur.

The rows repeat what the catalogue says elsewhere, made ready to be found and shown; ``indexing.py`` keeps them
true. The matching itself is django-modelsearch's: the same code on SQLite (FTS5) and PostgreSQL.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from modelsearch.queryset import SearchableQuerySetMixin


class SearchEntryQuerySet(SearchableQuerySetMixin, models.QuerySet):
    pass


class Kind(models.TextChoices):
    """The groups that results are shown in."""

    MAKE = "make", _("Makes")
    MODEL = "model", _("Models")
    VEHICLE = "vehicle", _("Vehicles")
    PLANT = "plant", _("Plants")
    STATE = "state", _("States")
    PROGRAM = "export", _("Exports to Japan")
    ERA = "era", _("Export eras")
    MANUFACTURER = "manufacturer", _("Manufacturers")
    SOURCE = "source", _("Sources")
    PAGE = "page", _("Pages of this site")


#: What one result is called.
ONE = {
    Kind.MAKE: _("make"),
    Kind.MODEL: _("model"),
    Kind.VEHICLE: _("vehicle"),
    Kind.PLANT: _("plant"),
    Kind.STATE: _("state"),
    Kind.PROGRAM: _("export program"),
    Kind.ERA: _("export era"),
    Kind.MANUFACTURER: _("manufacturer"),
    Kind.SOURCE: _("source"),
    Kind.PAGE: _("page"),
}


class SearchEntry(index.Indexed, models.Model):
    """One public entry (or US state) as the search knows it."""

    #: ``vehicle/12``, ``state/OH``: the kind and the id of the entry.
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    #: Which of many equally good matches are looked at first; more is earlier.
    weight = models.FloatField()
    #: The page, without a language prefix.
    path = models.CharField(max_length=400)
    title = models.CharField(max_length=400)
    title_ja = models.CharField(max_length=400, blank=True)
    title_lang = models.CharField(max_length=10, default="en")
    #: What is said of the entry: see ``documents.Fact``.
    facts = models.JSONField()
    #: All words of the facts.
    words = models.TextField()

    search_auto_update = False  # indexing.py does it, once for each entry that a change touches
    search_fields = [
        index.SearchField("words"),
        index.AutocompleteField("words"),
        index.FilterField("key"),
        index.FilterField("kind"),
        index.FilterField("weight"),
    ]

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self):
        return self.key


class SearchWord(models.Model):
    """A word that occurs in the index: what misspelt words are compared with, and Japanese is divided by."""

    word = models.CharField(max_length=80, unique=True)
    #: That of the strongest fact it occurs in; names are what a misspelt word is likely to mean.
    strength = models.FloatField(db_index=True)
    japanese = models.BooleanField(db_index=True)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

    def __str__(self):
        return self.word
