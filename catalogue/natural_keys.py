"""Rows named by what they are, not by a number: natural keys, declared once for each type.

Ids differ between databases; fixtures, imports and exports name rows by these keys.
"""

from django.db import models


class NaturalKeyQuerySet(models.QuerySet):
    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.model.natural_key_fields, key, strict=True)))


class NaturalKeyModel(models.Model):
    """A row found again by the look-ups in ``natural_key_fields``. Abstract."""

    #: Look-ups that together name one row for good; the order is that of ``natural_key()``.
    natural_key_fields: tuple[str, ...] = ("slug",)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple:
        return tuple(self._follow(path) for path in self.natural_key_fields)

    def _follow(self, path: str):
        value = self
        for name in path.split("__"):
            value = getattr(value, name)
        return value
