from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class CatalogueAdminSite(AdminSite):
    site_title = _("Transplants")
    site_header = _("Transplants: editing")
    index_title = _("What would you like to edit?")
