"""What an editor typed is not lost when the session ended meanwhile: it is kept, and shown again after signing in.

Each form of the admin carries a signed note of whom it was shown to. Where such a form is posted and can't be taken,
because nobody is signed in any more or a new login has changed the CSRF token, what was typed goes into the session.
The same user then gets the form filled with it. It is only ever shown: to save it takes a press of the button, with
the user's own token, so a form posted from elsewhere does nothing.

Nobody but the user to whom the form was shown gets to see it, and only in the same browser. Without a note of ours
nothing is kept at all, so strangers can't fill our database.
"""

from __future__ import annotations

import json
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_csrf_failure

from catalogue.limits import within_limit

NOTE = "_form_of"
SESSION_KEY = "kept_forms"
#: How long what was typed is kept, in seconds; how many forms; how much of each, in characters.
LIFETIME = 24 * 3600
MOST = 5
LONGEST = 400_000
#: How often in an hour forms of one client are kept.
PER_HOUR = 30
_SALT = "catalogue.kept_forms"


def note_for(request: HttpRequest) -> str:
    """What a form says of whom it was shown to, and where."""
    return signing.dumps({"user": request.user.pk, "path": request.path}, salt=_SALT)


def _owner(request: HttpRequest) -> int | None:
    """The user to whom the posted form was shown; None where no note of ours says so."""
    try:
        note = signing.loads(request.POST.get(NOTE, ""), salt=_SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None
    return note["user"] if note["path"] == request.path else None


def keep(request: HttpRequest) -> bool:
    """Keep what was posted, without files and passwords; False where it is no form of ours, too large or too often."""
    owner = _owner(request)
    if owner is None:
        return False
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in (NOTE, "csrfmiddlewaretoken") and "password" not in name.lower()
    }
    if len(json.dumps(fields)) > LONGEST or not within_limit(request, "kept-forms", PER_HOUR, 3600):
        return False
    others = [one for one in _fresh(request) if one["path"] != request.path]
    mine = {"user": owner, "path": request.path, "at": int(time.time()), "fields": fields}
    request.session[SESSION_KEY] = [*others, mine][-MOST:]
    return True


def _fresh(request: HttpRequest) -> list[dict]:
    return [one for one in request.session.get(SESSION_KEY, []) if one["at"] > time.time() - LIFETIME]


def is_waiting(request: HttpRequest) -> bool:
    """Whether something is kept in this session, for whomever."""
    return bool(_fresh(request))


def kept(request: HttpRequest) -> QueryDict | None:
    """What this user typed into the form at this address and could not save."""
    for one in _fresh(request):
        if one["path"] == request.path and one["user"] == request.user.pk:
            data = QueryDict(mutable=True)
            for name, values in one["fields"].items():
                data.setlist(name, values)
            return data
    return None


def forget(request: HttpRequest) -> None:
    """What was typed at this address is saved now. What is too old goes with it."""
    if SESSION_KEY in request.session:
        request.session[SESSION_KEY] = [one for one in _fresh(request) if one["path"] != request.path]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """In place of Django's page: a form of the admin comes back as it was typed, with a fresh token.

    The login form is offered anew: somebody signed in in another window while it was open.
    """
    login = reverse("admin:login")
    if request.path == login:
        return HttpResponseRedirect(request.get_full_path())
    if not keep(request) or (request.user.is_staff and kept(request) is None):
        return plain_csrf_failure(request, reason)  # not ours, or shown to somebody else than is signed in now
    if request.user.is_staff:
        return HttpResponseRedirect(request.get_full_path())
    return redirect_to_login(request.get_full_path(), login)


class KeptForms:
    """For a ModelAdmin whose forms come back filled. Comes before the classes that save.

    A kept form is shown by a GET, with ``request.POST`` filled: what the form and whatever surrounds it (the version
    it was begun from, the reason) read from there is as it was typed, and Django saves nothing on a GET.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        data = kept(request) if request.method == "GET" and request.GET.get("kept") != "no" else None
        if data is not None:
            request.POST = request.kept_form = data
            text = _(
                "This is what you typed before you had to sign in again. It is not saved yet: look it over and press "
                "Save. Files must be chosen anew. {}"
            )
            link = format_html('<a href="{}?kept=no">{}</a>', request.path, _("Start from what is stored instead"))
            messages.warning(request, format_html(text, link))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        context.update(form_of=note_for(request), refilled=hasattr(request, "kept_form"))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return _filled_with(request.kept_form, form) if hasattr(request, "kept_form") else form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        known = super().get_formset_kwargs(request, obj, inline, prefix)
        return {**known, "data": request.kept_form} if hasattr(request, "kept_form") else known

    def response_add(self, request, obj, *args, **kwargs):
        forget(request)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request, obj):
        forget(request)
        return super().response_change(request, obj)


def _filled_with(data: QueryDict, form: type) -> type:
    class Filled(form):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **{**kwargs, "data": data})

    return Filled
