"""The lists of the desk, filtered by what wants care."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils.translation import gettext_lazy as _

from catalogue.care import cares_of


class CareFilter(admin.SimpleListFilter):
    """Rows that want a certain care; see catalogue/care.py."""

    title = _("what is to be done")
    parameter_name = "care"

    def lookups(self, request, model_admin):
        return [(care.concern, care.title) for care in cares_of(model_admin.model)]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        cares = {care.concern: care for care in cares_of(queryset.model)}
        if self.value() not in cares:
            raise IncorrectLookupParameters
        # By their ids: the list's own annotations count over joins of their own.
        return queryset.filter(pk__in=cares[self.value()].rows().values("pk"))


class CareLists:
    """For the admin of every type that something is to be done about."""

    def get_list_filter(self, request):
        return [CareFilter, *super().get_list_filter(request)]
