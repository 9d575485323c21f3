from functools import wraps

from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _

from catalogue import kept_forms
from catalogue.lists import Choices


class CatalogueAdminSite(AdminSite):
    site_title = _("Transplants")
    site_header = _("Transplants: editing")
    index_title = _("What would you like to edit?")
    empty_value_display = "–"

    def admin_view(self, view, cacheable=False):
        """Refuse null characters in addresses: list filters and autocompletes pass them on, and PostgreSQL
        has no text that holds one. Keep what is posted after the session has ended."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request, *args, **kwargs):
            if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
                raise SuspiciousOperation("A null character in the query string.")
            if request.method == "POST" and not self.has_permission(request):
                kept_forms.keep(request)
            return inner(request, *args, **kwargs)

        return checked

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        return super().login(request, {"kept_form": kept_forms.is_waiting(request), **(extra_context or {})})
