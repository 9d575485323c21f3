"""Looking at the whole site as a proposal, or an older version, would have it: exactly the pages readers would get.

An editor's session says what is looked at. Each page is then made in a transaction in which that document is put in
place, and which is rolled back: lists, counts, timelines and search show it too, and nobody else sees any of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.desk.documents import Document, put
from catalogue.desk.edits import trial
from catalogue.models import Proposal, Version

KEY = "preview"
#: Answers that are made once for each revision and kept by whoever asks, or that are not pages.
NOT_PAGES = ("/api/", "/static/", "/downloads/", "/photos/", "/health/")


@dataclass(frozen=True)
class Preview:
    """What is looked at. ``title`` says it to the editor, ``back`` leads to its page at the desk."""

    model: type[models.Model]
    pk: int
    document: Document
    title: str
    back: str

    def put(self) -> models.Model:
        return put(self.model, self.pk, self.document, provisional=True)


def start(request: HttpRequest, source: Proposal | Version) -> str:
    """Look at this from now on; returns the address of the entry's page as it then is."""
    request.session[KEY] = {"kind": source._meta.model_name, "id": source.pk}
    preview = of(source)
    address = reverse("home")
    with trial():
        entry = preview.put()
        if getattr(entry, "has_page", True) and hasattr(entry, "get_absolute_url") or hasattr(entry, "generation"):
            address = entry.get_absolute_url()
    return address


def stop(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def of(source: Proposal | Version) -> Preview:
    """The preview of a proposal, merged into what is live, or of a version."""
    if isinstance(source, Proposal):
        title = _("“%(label)s” as proposed by %(name)s") % {"label": source.label, "name": source.author_name}
        document = source.merged().document
    else:
        form = _("“%(label)s” as it stood in version %(n)s")
        title, document = form % {"label": source.label, "n": source.number}, source.document
    # Looked at as readers would once it is published.
    if "publication" in document["fields"]:
        document = {**document, "fields": {**document["fields"], "publication": "published"}}
    back = reverse(f"admin:catalogue_{source._meta.model_name}_change", args=[source.pk])
    return Preview(source.entry_class, source.entry_id, document, str(title), back)


def asked_for(request: HttpRequest) -> Preview | None:
    """What this session looks at; None for nearly everybody. Asks the session only where there is one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.method not in ("GET", "HEAD"):
        return None
    asked = request.session.get(KEY)
    if not asked or not request.user.is_staff:
        return None
    source = {"proposal": Proposal, "version": Version}[asked["kind"]].objects.filter(pk=asked["id"]).first()
    if source is None:
        return None
    try:
        return of(source)
    except ValidationError:
        return None


class PreviewMiddleware:
    """Answers with pages as the preview has them, marked as such and never kept."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.not_pages = (*NOT_PAGES, reverse("admin:index"))

    def __call__(self, request):
        if request.path.startswith(self.not_pages) or request.path.endswith(".atom"):
            return self.get_response(request)
        preview = asked_for(request)
        if preview is None:
            return self.get_response(request)
        with trial():
            try:
                preview.put()
            except ValidationError as error:
                request.preview_problem = " ".join(error.messages)
            request.preview = preview
            request.user = AnonymousUser()
            response = self.get_response(request)
            if hasattr(response, "render"):
                response.render()
        response["Cache-Control"] = "private, no-store"
        return response
