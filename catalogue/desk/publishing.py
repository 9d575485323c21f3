"""Publishing and withdrawing several entries from their list, after a question."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.desk import edits
from catalogue.desk.entry_admin import REASONS
from catalogue.entries import Publication
from catalogue.roles import may_publish


class PublishActions:
    """Part of the admin of every type that has drafts."""

    actions = ["publish_selected", "withdraw_selected"]

    def has_publish_permission(self, request) -> bool:
        """``permissions=["publish"]`` on an action."""
        return may_publish(request.user)

    @admin.action(description=_("Publish the selected entries"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        drafts = queryset.filter(publication=Publication.DRAFT)
        if not self.is_confirmed(request):
            return self.ask(request, drafts, _("Publish these entries?"), _("Readers will see them at once."))
        published = 0
        with edits.edit(request.user, self._reason(request)):
            for entry in drafts:
                try:
                    with edits.savepoint():
                        entry.publish()
                except ValidationError as error:
                    self.message_user(request, " ".join(error.messages), messages.ERROR)
                else:
                    self.log_change(request, entry, [{"changed": {"fields": [str(_("publication"))]}}])
                    published += 1
        text = ngettext("%(n)s entry published.", "%(n)s entries published.", published) % {"n": published}
        self.message_user(request, text, messages.SUCCESS if published else messages.WARNING)
        return None

    @admin.action(description=_("Turn the selected entries back into drafts"), permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        public = queryset.filter(publication=Publication.PUBLISHED)
        if not self.is_confirmed(request):
            note = _("Readers will no longer see them, nor what hangs on them. Nothing is deleted.")
            return self.ask(request, public, _("Turn these entries back into drafts?"), note)
        withdrawn = 0
        with edits.edit(request.user, self._reason(request)):
            for entry in public:
                entry.publication = Publication.DRAFT
                entry.save()
                self.log_change(request, entry, [{"changed": {"fields": [str(_("publication"))]}}])
                withdrawn += 1
        text = ngettext("%(n)s entry is a draft now.", "%(n)s entries are drafts now.", withdrawn) % {"n": withdrawn}
        self.message_user(request, text)
        return None

    @staticmethod
    def is_confirmed(request) -> bool:
        return "_confirmed" in request.POST

    def ask(self, request, queryset, question: str, note: str) -> TemplateResponse:
        """A page that names what an action is about to change, and asks whether and why."""
        context = {
            **self.admin_site.each_context(request),
            "title": question,
            "note": note,
            "opts": self.opts,
            "entries": list(queryset),
            "action": request.POST["action"],
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "reasons": REASONS,
        }
        return TemplateResponse(request, "admin/desk/confirm.html", context)
