"""Pages that belong to the site as a whole: sources, about, errors, and what machines ask for."""

import sys

from django.conf import settings
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.paginator import Paginator
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.http import HttpResponse, HttpResponsePermanentRedirect, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, TemplateView

from catalogue.availability import database, is_away, took_too_long, unavailable
from catalogue.context import absolute, translations
from catalogue.entries import EntryQuerySet
from catalogue.entry_names import name_of
from catalogue.footnotes import RULES
from catalogue.models import Citation, Source


class SourceList(TemplateView):
    """All sources, by publisher or title; ``q`` narrows them."""

    template_name = "catalogue/source_list.html"
    per_page = 100

    def get_context_data(self, **kwargs):
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        sources = Source.objects.with_use().order_by("slug")
        for word in words.split():
            sources = sources.filter(
                Q(title__icontains=word)
                | Q(publisher__icontains=word)
                | Q(url__icontains=word)
                | Q(slug__icontains=word)
            )
        page = Paginator(sources, self.per_page).get_page(self.request.GET.get("page", "")[:9])
        numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
        return super().get_context_data(page=page, sources=page.object_list, numbers=numbers, q=words, **kwargs)


class SourcePage(DetailView):
    """A source and all that rests on it."""

    model = Source
    template_name = "catalogue/source.html"
    context_object_name = "source"

    def get_context_data(self, **kwargs):
        citations = Citation.objects.filter(source=self.object).select_related("entry_type").order_by("pk")
        return super().get_context_data(
            uses=public_uses(citations),
            rule=RULES.get(self.object.slug),
            code_count=self.object.plant_codes.count(),
            breadcrumbs=[(gettext("Sources"), reverse("sources"))],
            **kwargs,
        )


def public_uses(citations) -> list[tuple[str, list[Citation]]]:
    """Citations of public entries, grouped by the entries' type: one query for each type, none for each row."""
    by_type: dict = {}
    for citation in citations:
        by_type.setdefault(citation.entry_type, []).append(citation)
    groups = []
    for entry_type, found in by_type.items():
        entry_class = entry_type.model_class()
        queryset: EntryQuerySet = entry_class._default_manager.published()
        needed = [
            field.name
            for field in entry_class._meta.fields
            if field.many_to_one and field.related_model._meta.app_label in ("plants", "vehicles", "catalogue")
        ]
        needed = [*needed, *(["generation__model__make"] if "generation" in needed else [])]
        needed = [*needed, *(["model__make"] if "model" in needed else [])]
        entries = queryset.select_related(*needed).in_bulk([citation.entry_id for citation in found])
        shown = []
        for citation in found:
            if citation.entry_id in entries:
                citation.about = entries[citation.entry_id]
                citation.about_name = name_of(citation.about)
                shown.append(citation)
        if shown:
            groups.append((entry_class._meta.verbose_name_plural, shown))
    return groups


class About(TemplateView):
    """Scope, method and licence."""

    template_name = "catalogue/about.html"


class StyleGuide(UserPassesTestMixin, TemplateView):
    """The parts that pages are made of, on one page, for those who work on the site."""

    template_name = "catalogue/styleguide.html"
    extra_context = {
        "tokens": ["paper", "surface", "sunken", "ink", "ink-soft", "line", "line-strong", "indigo", "indigo-strong"]
        + ["indigo-soft", "vermilion", "vermilion-mark", "vermilion-soft", "caution", "caution-soft"]
        + ["tint-1", "tint-2", "tint-3", "tint-4"],
        "bodies": ["sedan", "coupe", "convertible", "wagon", "liftback", "hatchback", "suv", "minivan", "pickup"]
        + ["van", "truck", "plant"],
    }

    def test_func(self) -> bool:
        return self.request.user.is_active and self.request.user.is_staff


# Errors ------------------------------------------------------------------------------------------------


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def server_error(request):
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        if is_away(error):
            database.lost()
        return unavailable(request, too_long=took_too_long(error))
    # Whatever broke may be what the other pages are made of, so this one needs nothing: no database, no context.
    return HttpResponseServerError(loader.get_template("500.html").render())


# For machines ------------------------------------------------------------------------------------------


def favicon(request):
    """Browsers that ask for the old address get the drawing."""
    return HttpResponsePermanentRedirect(static("favicon.svg"))


def robots(request):
    closed = [path for _code, path in translations(reverse("report"))]
    if settings.ADMIN_PATH == "admin":
        # A path that was chosen not to be guessed is told to nobody; each page of the desk says "noindex" itself.
        closed.insert(0, reverse("admin:index"))
    rules = [f"Disallow: {path}" for path in closed]
    lines = ["User-agent: *", *rules, "", f"Sitemap: {absolute(request, reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@never_cache
def live(request):
    """This process answers."""
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
def ready(request):
    """The database answers and is migrated."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    if waiting:
        return HttpResponse("migrations are waiting\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
