"""Rows named by what they are, not by a number: natural keys, declared once for each type.

Ids differ between databases; fixtures, imports and exports name rows by these keys.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.db import models

_remembered: ContextVar[dict | None] = ContextVar("rows found by natural key", default=None)


@contextmanager
def remembered_lookups() -> Iterator[None]:
    """Within, a row once found by its natural key is not asked for again: only for what changes no natural key."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


class NaturalKeyQuerySet(models.QuerySet):
    def get_by_natural_key(self, *key):
        remembered = _remembered.get()
        if remembered is None:
            return self._find(key)
        known = (self.model, *map(str, key))
        if known not in remembered:
            remembered[known] = self._find(key)
        return remembered[known]

    def _find(self, key: tuple):
        return self.get(**dict(zip(self.model.natural_key_fields, key, strict=True)))

    def with_key(self):
        """Rows with those that their natural key follows, of which addresses are made, too."""
        followed = [path.rpartition("__")[0] for path in self.model.natural_key_fields if "__" in path]
        return self.select_related(*followed) if followed else self.all()


class NaturalKeyModel(models.Model):
    """A row found again by the look-ups in ``natural_key_fields``. Abstract."""

    #: Look-ups that together name one row for good; the order is that of ``natural_key()``.
    natural_key_fields: tuple[str, ...] = ("slug",)
    #: For constraints by name: the field beside which a form shows the message; and a message that says what to do,
    #: where the constraint's own does not.
    remedies: dict[str, tuple[str, str]] = {}

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_constraints(self):
        """The constraints, each telling of itself beside the field that ``remedies`` names."""
        return [
            (model, [_Told(one, *self.remedies[one.name]) if one.name in self.remedies else one for one in constraints])
            for model, constraints in super().get_constraints()
        ]

    def natural_key(self) -> tuple:
        return tuple(self._follow(path) for path in self.natural_key_fields)

    def _follow(self, path: str):
        value = self
        for name in path.split("__"):
            value = getattr(value, name)
        return value


class _Told:
    """A constraint whose message belongs to a field."""

    def __init__(self, constraint: models.BaseConstraint, field: str, remedy: str):
        self.constraint, self.field, self.remedy = constraint, field, remedy

    def validate(self, model, instance, exclude=None, using=None) -> None:
        try:
            self.constraint.validate(model, instance, exclude=exclude, using=using)
        except ValidationError as error:
            told = self.remedy or error.messages
            # A form without that field has no place beside it.
            raise ValidationError(told if self.field in (exclude or ()) else {self.field: told}) from error
