"""The two kinds of pages that both apps are made of: a list to browse and an entry to read."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.generic import DetailView, TemplateView

from catalogue.context import absolute, translations
from catalogue.entries import Entry
from catalogue.facets import Facet
from catalogue.filters import BrowseFilterSet
from catalogue.footnotes import Footnotes
from catalogue.models import Milestone, OldAddress
from catalogue.paging import Excerpt, links_of, page_of
from catalogue.parameters import Excluded
from catalogue.photos import Photo


class UnknownEntry(Http404):
    """A 404 whose message is meant for readers."""


def moved_value(request, filters: BrowseFilterSet) -> str | None:
    """The same list under the new slug, where a filter's value is an entry's former slug."""
    data, moved = request.GET.copy(), False
    for name in filters.problems:
        one = filters.filters.get(name)
        facet = one.facet if isinstance(one, Excluded) else one
        if not isinstance(facet, Facet) or not facet.page:
            continue
        known = filters.terms[facet.field_name]
        values = filters.form.cleaned_data.get(name) or []
        renamed = [value if value in known else OldAddress.objects.present_slug(facet.page, value) for value in values]
        if values and all(renamed):
            data.setlist(name, renamed)
            moved = True
    return f"{request.path}?{data.urlencode()}" if moved else None


class BrowseView(TemplateView):
    """A list with facets, tags, order and pages. What it lists and by what is the FilterSet's.

    A script that asks for the list only (htmx) gets the same page without what surrounds it.
    """

    filterset_class: type[BrowseFilterSet]
    per_page = 24
    #: The name of the same list in the API.
    api_name = ""
    #: The forms in which the list can be taken away: (name, media type, query string), in the API.
    forms: tuple[tuple[str, str, str], ...] = (
        ("CSV", "text/csv", "format=csv"),
        ("JSON", "application/json", "all=true"),
    )
    #: One-click presets: (label, query string).
    presets: tuple[tuple[str, str], ...] = ()
    #: The name of the URL of the same list as a feed.
    feed = ""

    def get_queryset(self) -> models.QuerySet:
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        filters = self.filterset_class(request.GET, self.get_queryset(), request=request, reader="page")
        if moved := moved_value(request, filters):
            return HttpResponseRedirect(moved)
        wanted = (filters.query.values.get("page") or [""])[-1]
        page, page_problem = page_of(filters.qs, self.per_page, wanted)
        state = f"?{query}" if (query := filters.query.canonical(filters.CARRIED)) else ""
        # What readers take with them into the other language and into the address bar, beside what makes the page.
        full_state = f"?{query}" if (query := filters.query.canonical()) else ""
        part = bool(request.htmx) and not request.htmx.history_restore_request
        context = self.get_context_data(
            base_template="part.html" if part else "base.html",
            filters=filters,
            page=page,
            page_links=links_of(page, filters.query.page),
            page_problem=page_problem,
            results=page.object_list,
            ways_out=filters.ways_out() if not page.paginator.count else [],
            presets=[
                (label, filters.query.instead(query, filters.CARRIED), query == state) for label, query in self.presets
            ],
            forms=self._forms(filters),
            canonical=absolute(request, request.path) + state,
            alternates=[(code, absolute(request, path) + state) for code, path in translations(request.path)],
            feed_address=self.feed_address(filters),
            language_links=[(code, absolute(request, path) + full_state) for code, path in translations(request.path)],
        )
        response = self.render_to_response(context, status=400 if filters.problems or page_problem else 200)
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        if part:
            # The form sends blanks and repeats; the address bar shows the state in its one canonical form.
            response["HX-Push-Url"] = request.path + full_state
        return response

    def _forms(self, filters: BrowseFilterSet) -> list[tuple[str, str, str]]:
        """(name, media type, address) of the same results as data; none where part of the address can't be read."""
        if filters.problems or not self.api_name:
            return []
        state = filters.query.keeping(*filters.filters, "sort").removeprefix("?").removeprefix(".")
        address = reverse(self.api_name)
        return [
            (name, media_type, f"{address}?{'&'.join(filter(None, (state, form)))}")
            for name, media_type, form in self.forms
        ]

    def feed_address(self, filters: BrowseFilterSet) -> str:
        """The same list, with the same filters, as a feed; empty where there is none."""
        if not self.feed:
            return ""
        state = filters.query.canonical([*filters.CARRIED, "page", "sort"])
        return absolute(self.request, reverse(self.feed)) + (f"?{state}" if state else "")


class EntryView(DetailView):
    """One entry's page: its facts, sources, milestones and relatives. Drafts are shown to editors only."""

    context_object_name = "entry"
    #: The name of the same entry in the API; it takes what the page's own address takes.
    api_name = ""
    #: The parameter by which the feed of changes keeps to this entry; empty where there is none.
    changes_by = ""
    #: What ``related_entries`` found, for ``structured_data``.
    related: dict[str, Excerpt]

    def get_queryset(self):
        return self.model._default_manager.visible_to(self.request.user)

    def related_entries(self) -> dict[str, models.QuerySet | Sequence[models.Model]]:
        """Entries shown on the page beside the main one, by their name in the template."""
        return {}

    def breadcrumbs(self) -> list[tuple[str, str]]:
        """(label, address) from the section down; the entry itself comes last by itself."""
        return []

    def structured_data(self) -> dict | None:
        """schema.org data about the entry."""
        return None

    def get_context_data(self, **kwargs):
        self.related = related = {name: Excerpt(entries) for name, entries in self.related_entries().items()}
        context = super().get_context_data(**related, **kwargs)
        context["left_out"] = sum(entries.left_out for entries in related.values())
        context["milestones"] = milestones = self.milestones()
        footnoted = [one for entries in related.values() for one in entries if isinstance(one, Entry)]
        context["photos"] = self.photos()
        if self.request.user.is_staff:
            public = self.model._default_manager.published()
            context["below_a_draft"] = not public.filter(pk=self.object.pk).exists()
        context["footnotes"] = Footnotes([self.object, *footnoted, *milestones], self.rules())
        context["breadcrumbs"] = crumbs = self.breadcrumbs()
        context["page_name"] = self.page_name()
        context["structured_data"] = self._graph(crumbs)
        if self.changes_by:
            context["changes_address"] = f"{reverse('changes-feed')}?{self.changes_by}={self.object.slug}"
        context["json_address"] = reverse(self.api_name, args=list(self.kwargs.values()))
        return context

    def rules(self) -> Sequence[str]:
        """Slugs of sources that the page's own words rest on, beside those of entries."""
        return ()

    def milestones(self) -> list[Milestone]:
        if not hasattr(self.object, "subjects"):
            return []
        return list(Milestone.objects.published().filter(subjects__in=self.object.subjects.all()))

    def photos(self) -> list[Photo]:
        return list(self.object.photos.all()) if hasattr(self.object, "photos") else []

    def _graph(self, crumbs: list[tuple[str, str]]) -> dict:
        trail = [*crumbs, (str(self.page_name()), self.object.get_absolute_url())]
        items = [
            {"@type": "ListItem", "position": place, "name": str(label), "item": absolute(self.request, path)}
            for place, (label, path) in enumerate(trail, 1)
        ]
        graph: list[dict] = [{"@type": "BreadcrumbList", "itemListElement": items}]
        if data := self.structured_data():
            address = absolute(self.request, self.object.get_absolute_url())
            graph.insert(0, {**data, "@id": address, "url": address})
        return {"@context": "https://schema.org", "@graph": graph}

    def page_name(self) -> str:
        return getattr(self.object, "local_name", None) or str(self.object)
