"""Which types of entries a user may see at the desk, and where their admin pages are."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalogue.desk.documents import document_types


def may(request: HttpRequest, site: admin.AdminSite, model: type[models.Model], action: str) -> bool:
    """Whether the user may "view", "add", "change" or "delete" entries of this type at the desk."""
    model_admin = site.get_model_admin(model)
    if action == "add":
        return model_admin.has_add_permission(request)
    return getattr(model_admin, f"has_{action}_permission")(request)


def viewable_types(request: HttpRequest, site: admin.AdminSite) -> list[type[models.Model]]:
    """All types, of entries and of other rows, that the user may see at the desk, in its order."""
    listed = (one["model"] for app in site.get_app_list(request) for one in app["models"])
    return [model for model in listed if may(request, site, model, "view")]


def viewable_kinds(request: HttpRequest, site: admin.AdminSite) -> list[ContentType]:
    """The types of entries that the user may see at the desk."""
    documented = set(document_types())
    kinds = [model for model in viewable_types(request, site) if model in documented]
    return list(ContentType.objects.get_for_models(*kinds).values()) if kinds else []


def admin_address(model: type[models.Model], page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


class KindFilter(admin.SimpleListFilter):
    """Rows about entries of one type."""

    title = _("type")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = viewable_kinds(request, model_admin.admin_site)
        named = [(kind.model, capfirst(str(kind.model_class()._meta.verbose_name))) for kind in kinds]
        return sorted(named, key=lambda one: one[1])

    def queryset(self, request, queryset):
        return queryset.filter(entry_type__model=self.value()) if self.value() else queryset
