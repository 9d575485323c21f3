from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.utils import translation

from catalogue.models import OldAddress


class MovedPageMiddleware:
    """Sends readers of an old address to where its entry is now, in the language they asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD") or "\x00" in request.path_info:
            return response
        path, language = request.path_info, settings.LANGUAGE_CODE
        for code, _name in settings.LANGUAGES:
            if path.startswith(f"/{code}/"):
                path, language = path[len(code) + 1 :], code
        with translation.override(language):
            target = OldAddress.objects.forwarding(path)
        if target is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        moved = HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
        # Browsers keep a permanent redirect for good; should the slug ever change back, they would go in circles.
        moved["Cache-Control"] = "no-cache"
        return moved
