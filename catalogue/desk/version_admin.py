"""The history of the whole catalogue at the desk, and the page of one version: what it changed, and its restoring."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.desk import edits, preview
from catalogue.desk.deleting import restore
from catalogue.desk.differences import differences
from catalogue.desk.documents import put, take
from catalogue.desk.kept_rows import KeptRowsAdmin
from catalogue.desk.kinds import KindFilter, admin_address, may
from catalogue.desk.proposal import propose
from catalogue.desk.version import Action, Version
from catalogue.roles import may_publish


class VersionAdmin(KeptRowsAdmin):
    """Every edit of every entry. Nothing here can be changed; older states can be looked at and restored."""

    list_display = ["at", "label", "kind", "action", "user_name", "reason", "number"]
    list_display_links = ["at", "label"]
    list_filter = ["action", KindFilter, ("user", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["label", "reason", "user_name"]
    search_help_text = gettext_lazy("Entry, reason or user")
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("type"), ordering="entry_type")
    def kind(self, version):
        return capfirst(version.kind)

    # The page --------------------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        version = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if "_preview" in request.POST:
            return self._preview(request, version)
        if "_restore" in request.POST:
            return self._restore(request, version)
        return self._page(request, version)

    def _page(self, request: HttpRequest, version: Version) -> HttpResponse:
        kind, live = version.entry_class, take(version.entry_class, version.entry_id)
        earlier = Version.objects.of_key(kind, version.entry_id).filter(number__lt=version.number).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(entry)s, version %(n)s") % {"entry": version.label, "n": version.number},
            "opts": self.opts,
            "original": version,
            "version": version,
            "kind": version.kind,
            "changed": differences(kind, earlier.document if earlier else None, version.document)
            if version.action not in (Action.BEGUN, Action.REMOVED)
            else [],
            "since": differences(kind, live, version.document) if live else [],
            "whole": differences(kind, None, version.document),
            "is_gone": live is None,
            "together": [] if live else self._deleted_with(version),
            "may_restore": self._may_restore(request, version),
            "restoring_proposes": self._only_proposes(request, live),
            "entry_address": admin_address(kind, "change", version.entry_id) if live else "",
            "history_address": admin_address(kind, "history", version.entry_id),
        }
        return TemplateResponse(request, "admin/desk/version.html", context)

    @staticmethod
    def _deleted_with(version: Version) -> list[Version]:
        """The entries that were deleted with this one, itself included; none of those that are back already."""
        if version.action != Action.REMOVED:
            return [version]
        return list(Version.objects.gone().filter(edit=version.edit))

    def _may_restore(self, request, version: Version) -> bool:
        kind = version.entry_class
        if version.entry_class._base_manager.filter(pk=version.entry_id).exists():
            return may(request, self.admin_site, kind, "change")
        return may_publish(request.user) and all(
            may(request, self.admin_site, one.entry_class, "add") for one in self._deleted_with(version)
        )

    @staticmethod
    def _only_proposes(request, live) -> bool:
        return bool(live) and live["fields"].get("publication") == "published" and not may_publish(request.user)

    # What can be done with it ------------------------------------------------------------------------------------

    def _preview(self, request, version: Version) -> HttpResponse:
        try:
            return HttpResponseRedirect(preview.start(request, version))
        except ValidationError as error:
            preview.stop(request)
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def _restore(self, request, version: Version) -> HttpResponse:
        if not self._may_restore(request, version):
            raise PermissionDenied
        reason = edits.reason_in(request.POST) or _("Version %(n)s restored") % {"n": version.number}
        try:
            return self._restore_now(request, version, reason)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def _restore_now(self, request, version: Version, reason: str) -> HttpResponse:
        kind = version.entry_class
        preview.stop(request)
        with edits.edit(request.user, reason, Action.RESTORED):
            entry = kind._base_manager.select_for_update().filter(pk=version.entry_id).first()
            live = take(kind, version.entry_id)
            if entry is None:
                restored = restore(self._deleted_with(version), request.user)
                text = _("Restored: %(names)s") % {"names": ", ".join(str(one) for one in restored[:10])}
            elif self._only_proposes(request, live):
                proposal = propose(entry, version.document, request.user, reason)
                self.message_user(
                    request, f"{_('Kept as a proposed change.')} {_('The site still shows the entry as it was.')}"
                )
                return HttpResponseRedirect(proposal.get_absolute_url())
            else:
                entry = put(kind, version.entry_id, self._allowed(request, version.document, live))
                if getattr(entry, "publication", "") == "published":
                    entry.check_publishable()
                text = _("The entry is again as it was in version %(n)s.") % {"n": version.number}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(admin_address(kind, "change", version.entry_id))

    @staticmethod
    def _allowed(request, document, live):
        """The document, not more public than it is now where the user may not publish."""
        if may_publish(request.user) or "publication" not in live["fields"]:
            return document
        return {**document, "fields": {**document["fields"], "publication": live["fields"]["publication"]}}
