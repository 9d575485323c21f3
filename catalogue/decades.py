"""Filtering the desk's lists by decade: dates of ours are texts, known to the year or better, or years."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import models
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"


def by_decade(field: str, label) -> type[admin.SimpleListFilter]:
    """A filter by the decade of a field that holds a partial date or a year."""

    class Decade(admin.SimpleListFilter):
        title = label
        parameter_name = f"{field}_decade"

        def lookups(self, request, model_admin):
            begins = Left(Cast(field, models.CharField()), 3)
            known = model_admin.model._base_manager.annotate(decade=begins).values_list("decade", flat=True)
            decades = sorted({one for one in known.distinct().order_by() if one and one.isdecimal()}, reverse=True)
            return [*((one, _("%(decade)ss") % {"decade": f"{one}0"}) for one in decades), (UNKNOWN, _("not known"))]

        def queryset(self, request, queryset):
            if self.value() is None:
                return queryset
            if self.value() == UNKNOWN:
                no_year = models.Q(**{f"{field}__isnull": True})
                is_text = isinstance(queryset.model._meta.get_field(field), models.CharField)
                return queryset.filter(no_year | models.Q(**{field: ""}) if is_text else no_year)
            if self.value() not in dict(self.lookup_choices):
                raise IncorrectLookupParameters(f"No decade {self.value()}")
            return queryset.filter(**{f"{field}__startswith": self.value()})

    return Decade
