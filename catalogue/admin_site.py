from functools import wraps

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from catalogue import kept_forms
from catalogue.lists import Choices
from catalogue.security.second_factor_pages import SecondFactorSite

#: The apps in the order of thought, others after them.
APPS = ("vehicles", "plants", "catalogue")


class CatalogueAdminSite(SecondFactorSite):
    site_title = _("Transplants")
    site_header = _("Transplants: editing")
    index_title = _("What would you like to edit?")
    empty_value_display = "–"

    def get_urls(self):
        return [
            path("preview/stop/", self.admin_view(self.stop_preview), name="catalogue_preview_stop"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def stop_preview(self, request):
        """End looking at the site as it would be, and stay on the page where that page is still there."""
        from catalogue.desk import preview

        preview.stop(request)
        wanted = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
        return HttpResponseRedirect(wanted if safe else reverse("home"))

    def admin_view(self, view, cacheable=False):
        """Refuse null characters in addresses: list filters and autocompletes pass them on, and PostgreSQL
        has no text that holds one. Keep what is posted after the session has ended."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request, *args, **kwargs):
            if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
                raise SuspiciousOperation("A null character in the query string.")
            # Django asks the database for rows with these ids as they are sent.
            if not all(
                one.isascii() and one.isdigit() and len(one) < 19 for one in request.POST.getlist(ACTION_CHECKBOX_NAME)
            ):
                raise SuspiciousOperation("A chosen row that is no number.")
            if request.method == "POST" and not self.has_permission(request):
                kept_forms.keep(request)
            return inner(request, *args, **kwargs)

        return checked

    def index(self, request, extra_context=None):
        """Begins with what is to be done."""
        from catalogue import care_page

        return super().index(request, {**care_page.context(request, self), **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        """Apps in the order of thought, their types in the order in which they are registered."""
        places = {model: place for place, model in enumerate(self._registry)}
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda one: places[one["model"]])
        return sorted(found, key=lambda app: APPS.index(app["app_label"]) if app["app_label"] in APPS else len(APPS))

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        return super().login(request, {"kept_form": kept_forms.is_waiting(request), **(extra_context or {})})
