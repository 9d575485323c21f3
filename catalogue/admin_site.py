from functools import wraps

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _

from catalogue.security.second_factor_pages import SecondFactorSite


class CatalogueAdminSite(SecondFactorSite):
    site_title = _("Transplants")
    site_header = _("Transplants: editing")
    index_title = _("What would you like to edit?")

    def admin_view(self, view, cacheable=False):
        """Refuse null characters in addresses: list filters and autocompletes pass them on, and PostgreSQL
        has no text that holds one."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request, *args, **kwargs):
            if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
                raise SuspiciousOperation("A null character in the query string.")
            return inner(request, *args, **kwargs)

        return checked
