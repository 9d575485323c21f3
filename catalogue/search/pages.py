"""The page of results, suggestions while typing, and the description that browsers offer the search by."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.template import loader
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from catalogue.context import absolute, translations
from catalogue.paging import links_of, page_of
from catalogue.query import query_string
from catalogue.search.entry import Kind
from catalogue.search.finding import Search
from catalogue.search.questions import LONGEST

#: So many results of each kind are shown together; the rest has pages of its own.
OF_EACH_KIND = 6
PER_PAGE = 30
MOST_SUGGESTIONS = 8
#: What the empty page offers to try.
EXAMPLES = ("Scepter", "アコードワゴン", "XV10", "NUMMI", _("accord ohio 1994"), _("toyota indiana hybrid"), "TMMK")


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
        number = request.GET.get("page", "").strip()
        page, problem = page_of(search.results, PER_PAGE, number) if wanted else (None, "")
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
            page_links=links_of(page, lambda number: page_link(values, number)) if page else [],
            everything_link=query_string({"q": [search.text]}),
            problems=problems,
            examples=[(text, query_string({"q": [text]})) for text in map(str, EXAMPLES)],
            language_links=[
                (code, absolute(self.request, path) + state) for code, path in translations(self.request.path)
            ],
            longest=LONGEST,
            **kwargs,
        )


def page_link(values: dict[str, list[str]], number: int) -> str:
    return query_string({**values, **({"page": [str(number)]} if number > 1 else {})})


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
    }
    content = loader.render_to_string("catalogue/opensearch.xml", context)
    return HttpResponse(content, content_type="application/opensearchdescription+xml; charset=utf-8")
