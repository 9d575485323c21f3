"""The page of a proposed change: what it would change, and everything that can be done with it."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalogue.desk import preview
from catalogue.desk.differences import Words, differences
from catalogue.desk.documents import take
from catalogue.desk.kept_rows import KeptRowsAdmin
from catalogue.desk.kinds import KindFilter, admin_address, may
from catalogue.desk.merging import Merged
from catalogue.desk.proposal import Proposal, State, Undecided
from catalogue.roles import may_publish


class DecisionForm(forms.Form):
    """What comes with a decision."""

    answer = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    publish_at = forms.DateTimeField(
        label=gettext_lazy("Publish at (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("Write day and time like 2026-12-01 09:00.")},
    )

    def clean_publish_at(self):
        at = self.cleaned_data["publish_at"]
        if at is not None and at <= timezone.now():
            raise ValidationError(_("This time has passed. Choose a later one, or publish now."))
        return at


class ProposalAdmin(KeptRowsAdmin):
    """Proposed changes: a list, and for each a page on which it is decided. Nothing is typed into them here."""

    list_display = ["label", "kind", "state_badge", "author_name", "note", "updated_at", "publish_at"]
    list_filter = ["state", KindFilter]
    search_fields = ["label", "note", "answer", "author_name"]
    search_help_text = gettext_lazy("Entry, note or author")
    date_hierarchy = "created_at"

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Proposed changes")})

    @admin.display(description=gettext_lazy("type"), ordering="entry_type")
    def kind(self, proposal):
        return capfirst(proposal.kind)

    @admin.display(description=pgettext_lazy("of a proposal", "state"), ordering="state")
    def state_badge(self, proposal):
        return format_html(
            '<span class="desk-state" data-state="{}">{}</span>', proposal.state, proposal.get_state_display()
        )

    # The page --------------------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        proposal = self.get_object(request, object_id)
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = DecisionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            done = self._decide(request, proposal, form)
            if done is not None:
                return done
        return self._page(request, proposal, form)

    def _page(self, request: HttpRequest, proposal: Proposal, form: DecisionForm) -> HttpResponse:
        kind, live = proposal.entry_class, take(proposal.entry_class, proposal.entry_id)
        merged, problem = None, ""
        if proposal.is_open:
            try:
                merged = proposal.merged(self._choices(request))
            except ValidationError as error:
                problem = " ".join(error.messages)
        if merged is None:
            compared = differences(kind, proposal.base.document, proposal.document)
        else:
            # A draft that no reader has seen is shown whole.
            unseen = live["fields"].get("publication") == "draft"
            compared = differences(kind, None if unseen else live, merged.document)
        own = proposal.author_id == request.user.pk
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proposed change: %(entry)s") % {"entry": proposal.label},
            "opts": self.opts,
            "original": proposal,
            "proposal": proposal,
            "kind": proposal.kind,
            "form": form,
            "differences": compared,
            "unseen": merged is not None and live["fields"].get("publication") == "draft",
            "conflicts": self._conflicts(request, proposal, merged),
            "problem": problem,
            "entry_address": admin_address(kind, "change", proposal.entry_id) if live else "",
            "history_address": admin_address(kind, "history", proposal.entry_id),
            "edit_address": f"{admin_address(kind, 'change', proposal.entry_id)}?proposal={proposal.pk}",
            "may_publish": may_publish(request.user) and may(request, self.admin_site, kind, "change"),
            "may_edit": proposal.is_open and live and (own or may_publish(request.user)),
        }
        return TemplateResponse(request, "admin/desk/proposal.html", context)

    @staticmethod
    def _conflicts(request, proposal: Proposal, merged: Merged | None) -> list[dict]:
        if merged is None:
            return []
        words = Words(proposal.entry_class)
        return [
            {
                "name": f"choose:{one.path}",
                "chosen": request.POST.get(f"choose:{one.path}", ""),
                "label": words.label(one.path),
                "base": words.value(one.path, one.base),
                "mine": words.value(one.path, one.mine),
                "theirs": words.value(one.path, one.theirs),
            }
            for one in merged.all_conflicts
        ]

    @staticmethod
    def _choices(request) -> dict[str, str]:
        """Whose counts for each piece that both changed, as far as it was chosen."""
        return {
            name.removeprefix("choose:"): value for name, value in request.POST.items() if name.startswith("choose:")
        }

    # What can be done with it ------------------------------------------------------------------------------------

    def _decide(self, request, proposal: Proposal, form: DecisionForm) -> HttpResponse | None:
        """Do what the pressed button says; None where the page must be shown again, with what is wrong."""
        own = proposal.author_id == request.user.pk and self.has_change_permission(request)
        publisher = may_publish(request.user) and may(request, self.admin_site, proposal.entry_class, "change")
        asked = next((name for name in self.BUTTONS if f"_{name}" in request.POST), None)
        if asked == "preview":
            return self._preview(request, proposal)
        if not publisher and not (own and asked in ("review", "withdraw")):
            raise PermissionDenied
        if not proposal.is_open or request.POST.get("_seen", "") != proposal.updated_at.isoformat():
            text = _("Somebody changed or decided it meanwhile. Look at it again.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(request.path)
        if asked is None or not form.is_valid():
            return None
        return self.BUTTONS[asked](self, request, proposal, form)

    def _preview(self, request, proposal: Proposal) -> HttpResponse | None:
        try:
            return HttpResponseRedirect(preview.start(request, proposal))
        except ValidationError as error:
            preview.stop(request)
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None

    def _review(self, request, proposal: Proposal, form: DecisionForm) -> HttpResponse:
        proposal.note = form.cleaned_data["answer"] or proposal.note
        proposal.decide(State.REVIEW, request.user)
        return self._done(request, proposal, _("Sent for review."))

    def _withdraw(self, request, proposal: Proposal, form: DecisionForm) -> HttpResponse:
        proposal.decide(State.WITHDRAWN, request.user, form.cleaned_data["answer"])
        return self._done(request, proposal, _("Withdrawn. The site stays as it is."))

    def _return(self, request, proposal: Proposal, form: DecisionForm) -> HttpResponse | None:
        if not form.cleaned_data["answer"]:
            form.add_error("answer", _("Say what is to be changed before it can be published."))
            return None
        proposal.publish_at = None
        proposal.decide(State.RETURNED, request.user, form.cleaned_data["answer"])
        return self._done(request, proposal, _("Returned to its author."))

    def _publish(self, request, proposal: Proposal, form: DecisionForm) -> HttpResponse | None:
        proposal.answer = form.cleaned_data["answer"]
        try:
            entry = proposal.publish(request.user, self._choices(request))
        except (Undecided, ValidationError) as error:
            self._say(form, error)
            return None
        text = _("Published.")
        if getattr(entry, "has_page", False):
            link = format_html('<a href="{}">{}</a>', entry.get_absolute_url(), _("View on the site"))
            text = format_html("{} {}", text, link)
        return self._done(request, proposal, text)

    def _schedule(self, request, proposal: Proposal, form: DecisionForm) -> HttpResponse | None:
        if form.cleaned_data["publish_at"] is None:
            form.add_error("publish_at", _("Say when it is to be published."))
            return None
        proposal.answer = form.cleaned_data["answer"]
        try:
            proposal.schedule(form.cleaned_data["publish_at"], request.user, self._choices(request))
        except (Undecided, ValidationError) as error:
            self._say(form, error)
            return None
        return self._done(request, proposal, _("It will be published at the time you chose."))

    @staticmethod
    def _say(form: DecisionForm, error: Undecided | ValidationError) -> None:
        if isinstance(error, Undecided):
            form.add_error(None, _("Choose for each fact that was changed on both sides which one counts."))
        else:
            form.add_error(None, error.messages)

    def _done(self, request, proposal: Proposal, text: str) -> HttpResponse:
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:catalogue_proposal_change", args=[proposal.pk]))

    BUTTONS = {
        "preview": _preview,
        "review": _review,
        "withdraw": _withdraw,
        "return": _return,
        "publish": _publish,
        "schedule": _schedule,
    }
