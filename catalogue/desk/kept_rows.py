"""What the lists of versions and of proposals share: rows about entries, that nobody adds or deletes by hand."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from catalogue.desk.kinds import viewable_kinds


class KeptRowsAdmin(admin.ModelAdmin):
    """Shows only rows about entries of types that the user may view."""

    list_select_related = ["entry_type"]
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).filter(entry_type__in=viewable_kinds(request, self.admin_site))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def history_view(self, request, object_id, extra_context=None):
        """Their own page is all the history they have."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse(f"admin:catalogue_{self.opts.model_name}_change", args=[object_id]))
