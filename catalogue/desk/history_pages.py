"""The history of one entry in the admin: each version with what it changed, ready to be looked at or restored."""

from __future__ import annotations

import datetime

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from catalogue.desk.differences import Difference, differences
from catalogue.desk.kinds import admin_address
from catalogue.desk.version import Version

PER_PAGE = 30


def with_differences(versions: list[Version], earlier: Version | None) -> list[tuple[Version, list[Difference]]]:
    """Each version, the latest first, with what differs from the one before; ``earlier`` precedes them all."""
    pairs = zip(versions, [*versions[1:], earlier], strict=True)
    return [
        (one, differences(one.entry_class, before.document if before else None, one.document))
        if one.action not in ("begun", "removed")
        else (one, [])
        for one, before in pairs
    ]


class HistoryPages:
    """Part of the admin of every type that has versions."""

    def history_view(self, request, object_id, extra_context=None):
        pk = self._pk(object_id)
        versions = Version.objects.of_key(self.model, pk) if pk is not None else Version.objects.none()
        entry = self.model._base_manager.filter(pk=pk).first()
        if entry is None and not versions.exists():
            raise Http404
        if not self.has_view_or_change_permission(request, entry):
            raise PermissionDenied
        on, on_text = None, request.GET.get("on", "")
        if on_text:
            try:
                on = parse_date(on_text)
            except ValueError:
                on = None
        then = self._on(versions, on) if on else None
        page = Paginator(versions, PER_PAGE).get_page(request.GET.get("p"))
        shown = list(page.object_list)
        earlier = versions.filter(number__lt=shown[-1].number).first() if shown else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(entry)s") % {"entry": entry or versions.first().label},
            "opts": self.opts,
            "object": entry,
            "object_id": unquote(object_id),
            "page": page,
            "rows": with_differences(shown, earlier),
            "on": on_text,
            "on_problem": bool(on_text) and on is None,
            "then": then,
            "whole": differences(self.model, None, then.document) if then else [],
            "entry_address": admin_address(self.model, "change", pk) if entry else "",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/history.html", context)

    @staticmethod
    def _on(versions, on: datetime.date) -> Version | None:
        """The version that was in force at the end of that day (UTC)."""
        end = datetime.datetime.combine(on, datetime.time.max, tzinfo=datetime.UTC)
        version = versions.filter(at__lte=end).first()
        first = versions.last()
        return version or (first if first and first.action == "begun" else None)

    @staticmethod
    def _version_address(version: Version) -> str:
        return reverse("admin:catalogue_version_change", args=[version.pk])
