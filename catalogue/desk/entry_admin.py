"""Saving at the desk: every edit with its reason and its version, no edit over another's, drafts of what is live."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, nullcontext

from django.contrib import admin, messages
from django.contrib.admin.utils import get_deleted_objects, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.desk import edits, preview
from catalogue.desk.deleting import blockers, delete, dependants
from catalogue.desk.documents import Document, put, take, with_provisional_ids
from catalogue.desk.history_pages import HistoryPages
from catalogue.desk.kinds import may
from catalogue.desk.merging import merge
from catalogue.desk.proposal import Proposal, State, propose
from catalogue.desk.version import Version, number_of
from catalogue.roles import may_publish

#: Offered while a reason is typed.
REASONS = [
    gettext_lazy("Typing error"),
    gettext_lazy("New source"),
    gettext_lazy("Reader's report"),
    gettext_lazy("New announcement by the maker"),
    gettext_lazy("Japanese text added"),
]


class DeskAdmin(HistoryPages, admin.ModelAdmin):
    """For every type whose rows are documents: see catalogue/desk/documents.py.

    The form says in ``_base`` which version it was filled from. Where another has been saved since, what was typed is
    brought together with it, or kept as a proposal where someone has to choose.
    """

    change_form_template = "admin/desk/change_form.html"
    delete_confirmation_template = "admin/desk/delete.html"

    # Forms ---------------------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        pk = self._pk(object_id)
        proposal = self._proposal(request, pk)
        if request.method != "POST" and proposal is None:
            return self._form(request, pk, object_id, form_url, extra_context)
        extra_context = {**(extra_context or {}), **self._desk_context(request, pk, proposal)}
        if request.method != "POST":
            response, _document = self._tried(request, object_id, form_url, extra_context, proposal.document)
            return response
        if "_publish" in request.POST and may_publish(request.user):
            request.POST = request.POST.copy()
            request.POST["publication"] = "published"
        if proposal is not None:
            return self._save_proposal(request, object_id, form_url, extra_context, proposal)
        response = self._save(request, pk, object_id, form_url, extra_context)
        saved = getattr(request, "saved_entry", None)
        if "_publish" in request.POST and saved is not None and getattr(saved, "has_page", False):
            link = format_html('<a href="{}">{}</a>', saved.get_absolute_url(), _("View on the site"))
            self.message_user(request, format_html("{} {}", _("Published."), link), messages.SUCCESS)
        if "_preview" in request.POST and saved is not None:
            return self._look(request, edits.begin(saved), response)
        return response

    def _form(self, request, pk: int | None, object_id, form_url, extra_context) -> HttpResponse:
        """The form to be filled in. All of it must be as the version has it that it says it was filled from: where
        somebody saves while it is made, it is made anew."""
        for must_hold in (False, False, False, True):
            # Where others save faster than a form is made, they wait for the last try.
            with self._alone(pk) if must_hold else nullcontext():
                context = {**(extra_context or {}), **self._desk_context(request, pk, None)}
                response = super().changeform_view(request, object_id, form_url, context)
                if not hasattr(response, "render"):
                    break
                response.render()
                if "_base" in request.POST or str(number_of(self.model, pk)) == context["base_version"]:
                    break
        return response

    @contextmanager
    def _alone(self, pk: int | None):
        """Within, nobody else saves this entry."""
        with transaction.atomic():
            self.model._base_manager.select_for_update().filter(pk=pk).first()
            yield

    def _save(self, request, pk: int | None, object_id, form_url, context) -> HttpResponse:
        """Save the entry itself, or keep what was typed as a proposal; all in one edit."""
        with edits.edit(request.user, self._reason(request)), self._alone(pk):
            base = self._base(request, pk)
            live = take(self.model, pk)
            if base is not None and base.document != live and not self._begun_now(base, pk):
                return self._meet(request, object_id, form_url, context, base, live)
            if live is not None and self._proposes(request, live):
                return self._propose(request, object_id, form_url, context, live)
            response = super().changeform_view(request, object_id, form_url, context)
            if "_review" in request.POST and hasattr(request, "saved_entry"):
                return self._send_for_review(request, request.saved_entry)
            return response

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        #: Tells that the form was right and its entry saved, whatever the answer is.
        request.saved_entry = form.instance

    def _desk_context(self, request, pk: int | None, proposal: Proposal | None) -> dict:
        base = request.POST.get("_base") or str(number_of(self.model, pk))
        entry = self.model._base_manager.filter(pk=pk).first() if pk else None
        draftable = hasattr(self.model, "publication")
        return {
            "base_version": base,
            "reason": self._reason(request),
            "desk_publisher": may_publish(request.user),
            "draftable": draftable,
            "is_live": bool(draftable and entry and not entry.is_draft),
            "open_proposals": Proposal.objects.open().about(entry) if entry else (),
            "edited_proposal": proposal,
            "proposal_seen": request.POST.get("_seen") or (proposal.updated_at.isoformat() if proposal else ""),
            "reasons": REASONS,
            # One button less in a row that stays in sight; another is added from the list.
            "show_save_and_add_another": False,
        }

    def _pk(self, object_id: str | None) -> int | None:
        try:
            return self.model._meta.pk.to_python(unquote(object_id)) if object_id else None
        except ValidationError:
            return None

    @staticmethod
    def _reason(request) -> str:
        return edits.reason_in(request.POST)

    @staticmethod
    def _proposes(request, live: Document) -> bool:
        """Whether what was typed is kept as a proposal: it was asked for, or the user may not change what is live."""
        published = live["fields"].get("publication") == "published"
        return "_propose" in request.POST or (
            published and ("_preview" in request.POST or not may_publish(request.user))
        )

    # Two people at once ----------------------------------------------------------------------------------------

    def _base(self, request, pk: int | None) -> Version | None:
        """The version the form was filled from; None where the form does not say."""
        asked = request.POST.get("_base", "")
        if pk is None or not asked.isascii() or not asked.isdigit():
            return None
        # What had no version yet when the form was opened got its first just before the first edit.
        return Version.objects.of_key(self.model, pk).filter(number=max(int(asked[:9]), 1)).first()

    def _begun_now(self, base: Version, pk: int) -> bool:
        """Whether the entry is newer than its latest version only because it was loaded from outside."""
        return base.number == number_of(self.model, pk)

    def _meet(self, request, object_id, form_url, context, base: Version, live: Document | None) -> HttpResponse:
        """Bring what was typed together with what others saved meanwhile."""
        response, mine = self._tried(request, object_id, form_url, context, base.document)
        if mine is None:
            return response
        others = Version.objects.of_key(self.model, base.entry_id).filter(number__gt=base.number).first()
        who = others.user_name if others and others.user_name else _("somebody")
        merged = merge(base.document, mine, live) if live is not None else None
        if merged and not merged.conflicts and not self._proposes(request, live):
            put(self.model, base.entry_id, merged.document)
            text = _("%(who)s had saved this entry meanwhile. Both changes are kept; please look whether they agree.")
            self.message_user(request, text % {"who": who}, messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        entry = self.model._base_manager.filter(pk=base.entry_id).first() or self.model(pk=base.entry_id)
        proposal = propose(entry, mine, request.user, self._reason(request), base=base, label=base.label)
        text = _("%(who)s saved this entry while you edited it. What you typed is kept here: choose what counts.")
        self.message_user(request, text % {"who": who}, messages.WARNING)
        return HttpResponseRedirect(proposal.get_absolute_url())

    # Drafts of what is live --------------------------------------------------------------------------------------

    def _proposal(self, request, pk: int | None) -> Proposal | None:
        """The proposal that the form is about, where it is about one."""
        asked = request.POST.get("_proposal") or request.GET.get("proposal") or ""
        if pk is None or not asked.isascii() or not asked.isdigit():
            return None
        proposal = get_object_or_404(Proposal, pk=int(asked[:15]), entry_id=pk, entry_type__model=self.opts.model_name)
        if not (may_publish(request.user) or proposal.author_id == request.user.pk):
            raise PermissionDenied
        if not proposal.is_open and request.method != "POST":  # what is sent is kept all the same: _save_proposal
            raise PermissionDenied
        return proposal

    def _propose(self, request, object_id, form_url, context, live: Document) -> HttpResponse:
        response, mine = self._tried(request, object_id, form_url, context, None)
        if mine is None:
            return response
        if mine == live:
            self.message_user(request, _("Nothing was changed."), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        entry = self.model._base_manager.get(pk=self._pk(object_id))
        state = State.REVIEW if "_review" in request.POST else State.DRAFT
        proposal = propose(entry, with_provisional_ids(mine, live), request.user, self._reason(request), state)
        sent = state == State.REVIEW
        text = _("Sent for review.") if sent else _("Kept as a proposed change.")
        self.message_user(request, f"{text} {_('The site still shows the entry as it was.')}")
        return self._look_or_go(request, proposal)

    def _save_proposal(self, request, object_id, form_url, context, proposal: Proposal) -> HttpResponse:
        response, mine = self._tried(request, object_id, form_url, context, proposal.document)
        if mine is None:
            return response
        if not proposal.is_open or request.POST.get("_seen", "") != proposal.updated_at.isoformat():
            entry = self.model._base_manager.filter(pk=proposal.entry_id).first() or self.model(pk=proposal.entry_id)
            note = self._reason(request)
            another = propose(entry, mine, request.user, note, base=proposal.base, label=proposal.label)
            text = _("Somebody changed or decided that proposal meanwhile. What you typed is kept as another one.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(another.get_absolute_url())
        proposal.document = mine
        proposal.note = self._reason(request) or proposal.note
        proposal.publish_at = None
        proposal.decide(State.REVIEW if "_review" in request.POST else State.DRAFT, None, proposal.answer)
        text = _("Sent for review.") if proposal.state == State.REVIEW else _("The proposed change is saved.")
        self.message_user(request, f"{text} {_('The site still shows the entry as it was.')}")
        return self._look_or_go(request, proposal)

    def _look_or_go(self, request, proposal: Proposal) -> HttpResponse:
        """To the preview of a proposal where that was asked for, else to its page."""
        there = HttpResponseRedirect(proposal.get_absolute_url())
        return self._look(request, proposal, there) if "_preview" in request.POST else there

    def _look(self, request, source: Proposal | Version, instead: HttpResponse) -> HttpResponse:
        try:
            return HttpResponseRedirect(preview.start(request, source))
        except ValidationError as error:
            preview.stop(request)
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return instead

    def _send_for_review(self, request, entry: models.Model) -> HttpResponse:
        """Ask for a draft entry to be published as it is now saved."""
        document = take(type(entry), entry.pk)
        document["fields"]["publication"] = "published"
        waiting = Proposal.objects.open().about(entry).first()
        if waiting:
            waiting.document, waiting.base = document, edits.begin(entry)
            waiting.note = self._reason(request) or waiting.note
            waiting.decide(State.REVIEW, request.user)
        else:
            waiting = propose(entry, document, request.user, self._reason(request), State.REVIEW)
        self.message_user(request, _("Sent for review."), messages.SUCCESS)
        return HttpResponseRedirect(waiting.get_absolute_url())

    def _tried(
        self, request, object_id, form_url, context, start: Document | None
    ) -> tuple[HttpResponse, Document | None]:
        """What the form would make of the entry as ``start`` has it, without doing it.

        Returns the response with the document; without one where the form has errors, or was only asked for.
        """
        pk, document = self._pk(object_id), None
        with edits.trial():
            if start is not None:
                try:
                    put(self.model, pk, start, provisional=True)
                except ValidationError as error:
                    self.message_user(request, " ".join(error.messages), messages.ERROR)
            response = super().changeform_view(request, object_id, form_url, context)
            if request.__dict__.pop("saved_entry", None) is not None:
                document = take(self.model, pk)
                for _message in messages.get_messages(request):
                    pass  # "saved successfully" is not true here
            elif hasattr(response, "render"):
                response.render()
        if document is not None and start is not None:
            document = with_provisional_ids(document, start)
        return response, document

    # Deleting ------------------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs, request):
        """Entries that hang on these go with them: it can be undone. What others rest on stays protected."""
        objs = list(objs)
        hanging = list(dict.fromkeys(one for obj in objs for one in dependants(obj) if one not in objs))
        in_the_way = blockers([*objs, *hanging])
        to_delete, counts, lacking = [], Counter(), set()
        for one in [*objs, *hanging]:
            # One by one: Django collects objects of one type only. What it calls protected goes too, or is in the way;
            # rows that belong to an entry may go where the entry may.
            more, numbers, _lacking, _protected = get_deleted_objects([one], request, self.admin_site)
            to_delete += more
            counts.update(numbers)
            if not may(request, self.admin_site, type(one), "delete"):
                lacking.add(one._meta.verbose_name)
        return to_delete, dict(counts), lacking, [str(one) for one in in_the_way]

    def delete_model(self, request, obj):
        request.undo = delete(obj, request.user, self._reason(request))

    def delete_queryset(self, request, queryset):
        with edits.edit(request.user, self._reason(request)) as this:
            for obj in queryset:
                if self.model._base_manager.filter(pk=obj.pk).exists():  # it may have gone with another
                    delete(obj, request.user)
        request.undo = this.id

    def response_delete(self, request, obj_display, obj_id):
        response = super().response_delete(request, obj_display, obj_id)
        last = Version.objects.gone().filter(edit=request.undo, entry_id=obj_id).first()
        if last:
            address = self._version_address(last)
            link = format_html('<a href="{}">{}</a>', address, _("Undo"))
            self.message_user(request, format_html("{} {}", _("Deleted by mistake?"), link), messages.INFO)
        return response
