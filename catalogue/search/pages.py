"""The page of results, suggestions while typing, and the description that browsers offer the search by."""

from __future__ import annotations

import re

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpResponse, JsonResponse
from django.template import loader
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.views.generic import TemplateView, View

from catalogue.context import absolute, translations
from catalogue.query import query_string
from catalogue.search.entry import Kind
from catalogue.search.finding import Search
from catalogue.search.questions import LONGEST

#: So many results of each kind are shown together; the rest has pages of its own.
OF_EACH_KIND = 6
PER_PAGE = 30
MOST_SUGGESTIONS = 8
#: What the empty page offers to try.
EXAMPLES = ("Scepter", "アコードワゴン", "XV10", "NUMMI", "accord ohio 1994", "toyota indiana hybrid", "TMMK")


def asked(request) -> str:
    """The words that were typed. What no page can show is shown as unreadable."""
    return request.GET.get("q", "").replace("\x00", "\ufffd").strip()


class SearchPage(TemplateView):
    """Everything that answers ``q``, by kind; ``type`` keeps to one kind, in pages."""

    template_name = "catalogue/search.html"

    def get(self, request, *args, **kwargs):
        text, wanted = asked(request), request.GET.get("type", "").strip()
        problems = []
        if len(text) > LONGEST:
            form = gettext("Only the first %(n)s characters were looked for.")
            problems.append(form % {"n": LONGEST})
        if wanted and wanted not in Kind.values:
            problems.append(gettext("“%(value)s” is not a kind of result; all are shown.") % {"value": wanted[:60]})
            wanted = ""
        search = Search(text, kind=wanted or None)
        page, problem = paged(search, request.GET.get("page", "").strip()) if wanted else (None, "")
        problems += [problem] if problem else []
        context = self.get_context_data(search=search, kind=wanted and Kind(wanted), page=page, problems=problems)
        return self.render_to_response(context, status=400 if problems else 200)

    def get_context_data(self, *, search: Search, kind, page, problems, **kwargs):
        values = {"q": [search.text], **({"type": [kind.value]} if kind else {})} if search.text else {}
        state = query_string(values) if values else ""
        groups = [] if page else search.groups
        for group in groups:
            group.shown = group.results[: OF_EACH_KIND if len(groups) > 1 else PER_PAGE]
            group.all_link = query_string({**values, "type": [group.kind.value]})
        return super().get_context_data(
            search=search,
            groups=groups,
            kind=kind,
            page=page,
            page_links=page_links(page, values) if page else [],
            everything_link=query_string({"q": [search.text]}),
            problems=problems,
            examples=[(text, query_string({"q": [text]})) for text in EXAMPLES],
            language_links=[
                (code, absolute(self.request, path) + state) for code, path in translations(self.request.path)
            ],
            longest=LONGEST,
            **kwargs,
        )


def paged(search: Search, wanted: str):
    """A page of results of one kind, and what is wrong where there is no such page."""
    paginator = Paginator(search.results, PER_PAGE)
    try:
        number = int(wanted) if re.fullmatch("[0-9]{1,9}", wanted) else 1 if not wanted else 0
        return paginator.page(number), ""
    except EmptyPage:
        form = gettext("There is no page “%(wanted)s”; the last one is %(last)s.")
        return paginator.page(1), form % {"wanted": wanted[:20], "last": paginator.num_pages}


def page_links(page, values: dict[str, list[str]]) -> list[tuple[int | None, str]]:
    """(number, link) for the foot of the page; no number where some are left out."""
    links: list[tuple[int | None, str]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        if isinstance(number, int):
            links.append((number, query_string({**values, **({"page": [str(number)]} if number > 1 else {})})))
        else:
            links.append((None, ""))
    return links


class Suggestions(View):
    """What may be meant by the beginning of a search, in the form that browsers ask for too:
    ``[what was typed, [names], [descriptions], [addresses]]`` (OpenSearch Suggestions 1.1)."""

    def get(self, request):
        text = asked(request)[:LONGEST]
        results = Search(text, prefix=True).results[:MOST_SUGGESTIONS] if len(text) > 1 else []
        names = [str(result.title) for result in results]
        kinds = [capfirst(result.kind_name) for result in results]
        links = [absolute(request, result.link) for result in results]
        return JsonResponse(
            [text, names, kinds, links], safe=False, content_type="application/x-suggestions+json; charset=utf-8"
        )


def opensearch(request) -> HttpResponse:
    """How browsers can offer this site's search in their address bar (OpenSearch 1.1)."""
    context = {
        "search": absolute(request, reverse("search")),
        "suggestions": absolute(request, reverse("search-suggestions")),
        "icon": absolute(request, reverse("favicon")),
        "own": absolute(request, request.path),
        "language": get_language(),
    }
    content = loader.render_to_string("catalogue/opensearch.xml", context)
    return HttpResponse(content, content_type="application/opensearchdescription+xml; charset=utf-8")
