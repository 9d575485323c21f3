"""Visible text that is data, in English and Japanese.

A text field ``name`` has a sister ``name_ja``. English is always there; Japanese may be missing, and then
the English is shown and marked as English. ``LocalText`` declares the pair once:

    class Plant(Entry):
        name = models.CharField(...)
        name_ja = models.CharField(..., blank=True)
        local_name = LocalText("name")

``plant.local_name`` is then a ``str`` in the reader's language, with the language it is really in as
``.lang``. docs/decisions.md says why this is not django-modeltranslation.
"""

from django.utils.translation import get_language


class TextWithLanguage(str):
    """Text that knows the language it is written in (``"en"`` or ``"ja"``)."""

    lang: str

    def __new__(cls, text: str, lang: str) -> "TextWithLanguage":
        self = super().__new__(cls, text)
        self.lang = lang
        return self


def in_reader_language(english: str, japanese: str) -> TextWithLanguage:
    """The Japanese text for a reader of Japanese where there is one, else the English."""
    if japanese and get_language() == "ja":
        return TextWithLanguage(japanese, "ja")
    return TextWithLanguage(english, "en")


class LocalText:
    """A read-only attribute: the text of ``field`` or ``field_ja``, whichever suits the reader."""

    def __init__(self, field: str):
        self.field = field

    def __get__(self, entry, owner=None):
        if entry is None:
            return self
        return in_reader_language(getattr(entry, self.field), getattr(entry, f"{self.field}_ja"))
