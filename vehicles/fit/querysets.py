"""Which vehicles are within which limits, asked of the database: lists filter by it and pages tell it.

Three answers are possible: within, over, and not known, where a measure is missing or some grades are within and
others over. The last is the empty text.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from catalogue.entries import EntryQuerySet
from vehicles.fit.limits import (
    FREE_OF_DISPLACEMENT,
    GOODS_BODIES,
    HIGH_ROOF_GARAGE,
    NEWER_GARAGE,
    ORDINARY_GARAGE,
    SMALL_BAY,
    SMALL_CLASS,
    STANDARD_BAY,
    Limit,
)


def within(limit: Limit, *, but: str = "") -> Q:
    """No measure can be over the limit, and none is unknown; ``but`` leaves one measure out."""
    known = (
        Q(LessThanOrEqual(Coalesce(F(f"{name}_max"), F(name)), most))
        for name, most in limit.measures().items()
        if name != but
    )
    return reduce(and_, known)


def over(limit: Limit, *, but: str = "") -> Q:
    """At least one measure is over the limit for sure."""
    return reduce(or_, (Q(**{f"{name}__gt": most}) for name, most in limit.measures().items() if name != but))


def first_that_fits(*limits: Limit):
    """The slug of the first limit that a vehicle is within; "none" where it is over the last; "" if not known."""
    fitting = [When(within(limit), then=Value(limit.slug)) for limit in limits]
    return Case(*fitting, When(over(limits[-1]), then=Value("none")), default=Value(""), output_field=CharField())


def size_class(free_of_displacement: Exists):
    """By its registration: "5-number" or "3-number", goods vehicles "4-number" or "1-number"; "" if not known."""
    goods = Q(body_style__slug__in=GOODS_BODIES)
    small = within(SMALL_CLASS) | within(SMALL_CLASS, but="displacement_cc") & Q(free_of_displacement)
    large = over(SMALL_CLASS, but="displacement_cc") | over(SMALL_CLASS) & ~Q(free_of_displacement)
    return Case(
        When(goods & small, then=Value("4-number")),
        When(goods & large, then=Value("1-number")),
        When(small, then=Value("5-number")),
        When(large, then=Value("3-number")),
        default=Value(""),
        output_field=CharField(),
    )


class SpecificationQuerySet(EntryQuerySet):
    published_through = ("generation", "generation__model", "generation__model__make")

    def with_fit(self):
        """Annotate ``size_class``, ``bay`` and ``garage``."""
        exempt = self.model.powertrains.through.objects.filter(
            specification=OuterRef("pk"), powertrain__slug__in=FREE_OF_DISPLACEMENT
        )
        return self.annotate(
            size_class=size_class(Exists(exempt)),
            bay=first_that_fits(SMALL_BAY, STANDARD_BAY),
            garage=first_that_fits(ORDINARY_GARAGE, NEWER_GARAGE, HIGH_ROOF_GARAGE),
        )

    def telling_of_japan(self):
        """Of each program the rows that say how its cars fit: Japanese ones where their size is known, else any that
        have a size, else all. Lists filter by what ``section.telling_of_japan`` tells on pages."""
        of_program = self.model.objects.published().filter(program=OuterRef("program"), width_mm__isnull=False)
        japanese = Exists(of_program.filter(market="japan"))
        sized = Q(width_mm__isnull=False)
        return self.filter(
            Q(program__isnull=True) | sized & Q(market="japan") | ~japanese & sized | ~Exists(of_program)
        )
