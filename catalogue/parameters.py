"""The kinds of parameters that lists take, beside the facets: words to search for, years, "not", "not known"."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from catalogue.facets import Facet, SeveralValuesField, SharedFilter, YearsField
from catalogue.list_index import ListIndex

#: A longer text is no search a person types; it is refused, with a message. Each word costs several look-ups.
LONGEST_SEARCH = 100
MOST_WORDS = 10


class SearchField(SeveralValuesField):
    def to_python(self, value):
        texts = [unicodedata.normalize("NFKC", text) for text in super().to_python(value)]
        if any(len(text) > LONGEST_SEARCH for text in texts):
            raise ValidationError(_("Please search with at most %(n)s characters."), params={"n": LONGEST_SEARCH})
        if sum(len(text.split()) for text in texts) > MOST_WORDS:
            raise ValidationError(_("Please search with at most %(n)s words."), params={"n": MOST_WORDS})
        return texts


class SearchFilter(SharedFilter):
    """Entries in which every word of the text occurs somewhere; ``matching_word(word)`` says where."""

    field_class = SearchField

    def __init__(self, matching_word, **kwargs):
        super().__init__(required=False, **kwargs)
        self.matching_word = matching_word

    def ids(self, index: ListIndex, texts: Sequence[str]) -> BitMap:
        matching = reduce(or_, (reduce(and_, map(self.matching_word, text.split())) for text in texts))
        return index.answer((self.field_name, *texts), matching)


class YearsFilter(SharedFilter):
    """A number field for a year; ``during(year)`` says which entries that means. Without, it filters with others."""

    field_class = YearsField

    def __init__(self, during: Callable[[int], Q] | None = None, **kwargs):
        super().__init__(required=False, **kwargs)
        self.during = during

    def ids(self, index: ListIndex, years: Sequence[int]) -> BitMap:
        if self.during is None:
            return index.everything
        return BitMap.union(*(index.answer((self.field_name, year), self.during(year)) for year in years))


class Excluded(SharedFilter):
    """``<facet>__not``: entries that have none of these values."""

    field_class = SeveralValuesField

    def __init__(self, facet: Facet, **kwargs):
        super().__init__(required=False, **kwargs)
        self.facet = facet

    def ids(self, index: ListIndex, values: Sequence[str]) -> BitMap:
        return index.everything - self.facet.ids(index, values)


class YesNoField(SeveralValuesField):
    def to_python(self, value):
        texts = super().to_python(value)
        for text in texts:
            if text not in ("true", "false"):
                message = _("“%(value)s” is neither true nor false.")
                raise ValidationError(message, code="yes_no", params={"value": text[:40]})
        return texts


class Unrecorded(SharedFilter):
    """``<facet>__empty``: true finds entries of which nothing is known there, false the others."""

    field_class = YesNoField

    def __init__(self, facet: Facet, **kwargs):
        super().__init__(required=False, **kwargs)
        self.facet = facet

    def ids(self, index: ListIndex, values: Sequence[str]) -> BitMap:
        recorded = index.recorded(self.facet.field_name)
        if len(values) == 2:
            return index.everything
        return recorded if values == ["false"] else index.everything - recorded


def contains(*paths: str):
    """A ``matching_word`` that looks for a word in any of these text look-ups."""

    def matching_word(word: str) -> Q:
        return reduce(or_, (Q(**{f"{path}__icontains": word}) for path in paths))

    return matching_word
