"""What all addresses of the API share: reading only, filters, fields, forms, limits and conditional requests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import wraps

from django.http import StreamingHttpResponse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import condition
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import NotAcceptable, NotFound, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from catalogue import revision
from catalogue.api.query import OF_THE_ANSWER, CatalogueFilters, Pages, fields_asked
from catalogue.api.renderers import CsvRenderer, WholeJsonRenderer, WholeRenderer
from catalogue.limits import client_key
from catalogue.list_index import Found
from catalogue.release import release


class Limit(SimpleRateThrottle):
    """How much one client may ask for; the rate is settings.API_RATE. No address is kept as it is."""

    scope = "api"

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": client_key(request, self.scope)}


def etag(request, *args, **kwargs) -> str:
    """The answer changes with the catalogue and with what is asked for; nothing else goes into it."""
    parts = [release(), revision.number(), request.get_full_path(), request.headers.get("Accept", "")]
    asked = " ".join(map(str, [*parts, request.get_host()]))
    return f'"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'


def errors_are_not_kept(view):
    """An error has no ETag: who was refused once (429) would be told 304 when the answer is to be had."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if response.status_code >= 400:
            del response["ETag"]
            response["Cache-Control"] = "no-store"
        return response

    return checked


class Forms(DefaultContentNegotiation):
    """``format=`` decides, then the Accept header; who accepts nothing of ours gets JSON."""

    def select_renderer(self, request, renderers, format_suffix=None):
        if request.method not in ("GET", "HEAD"):
            return JSONRenderer(), JSONRenderer.media_type
        wanted = request.query_params.get("format")
        known = {renderer.format: renderer for renderer in renderers}
        if wanted:
            if wanted not in known:
                request.accepted_renderer, request.accepted_media_type = renderers[0], renderers[0].media_type
                text = gettext("There is no form “%(name)s” of this; there is: %(known)s.")
                raise ValidationError({"format": [text % {"name": wanted[:40], "known": ", ".join(known)}]})
            return known[wanted], known[wanted].media_type
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type


class ReadOnly(APIView):
    """A part of the API that anyone may read, and keep until it changes."""

    #: What it gives, in the reader's language: for the API's description.
    about: str | Promise = ""
    throttle_classes = [Limit]
    content_negotiation_class = Forms

    @method_decorator(errors_are_not_kept)
    @method_decorator(condition(etag_func=etag))
    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
        return response

    def handle_exception(self, exc):
        """Errors are JSON, whatever form was asked for."""
        self.request.accepted_renderer, self.request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        return super().handle_exception(exc)


class EntryList(ReadOnly, generics.ListAPIView):
    """A filtered list, in pages; as CSV (and where a view says so, other forms) whole."""

    filter_backends = [CatalogueFilters]
    pagination_class = Pages
    renderer_classes = [JSONRenderer, CsvRenderer]
    #: The beginning of the name of a file that is made of it.
    file_name = ""

    def get_serializer(self, *args, also: tuple[str, ...] = (), **kwargs):
        only = fields_asked(self.request, self.columns)
        return super().get_serializer(*args, only=only and [*only, *also], **kwargs)

    @property
    def columns(self) -> list[str]:
        return list(self.get_serializer_class()().fields)

    def list(self, request, *args, **kwargs):
        whole = self.whole_renderer(request)
        if whole is None:
            return super().list(request, *args, **kwargs)
        self.pagination_class.numbers(request)
        found = self.filter_queryset(self.get_queryset())
        columns = fields_asked(request, self.columns) or self.columns
        pieces = whole.pieces(self.told(found, whole.needs), columns, len(found))
        response = StreamingHttpResponse(pieces, content_type=f"{whole.media_type}; charset=utf-8")
        day = revision.current().changed_at.date().isoformat()
        name = f"transplants-{self.file_name}-{day}.{whole.format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def whole_renderer(self, request) -> WholeRenderer | None:
        """The renderer that writes the whole list, where the answer is not in pages."""
        everything = request.query_params.get("all", "")
        if everything not in ("", "true", "false"):
            text = gettext("“%(value)s” is neither true nor false.") % {"value": everything[:40]}
            raise ValidationError({"all": [text]})
        if isinstance(request.accepted_renderer, WholeRenderer):
            return request.accepted_renderer
        return WholeJsonRenderer() if everything == "true" else None

    def told(self, found: Found, also: tuple[str, ...]) -> Iterator[dict]:
        return map(self.get_serializer(also=also).to_representation, found)


class EntryDetail(ReadOnly, generics.RetrieveAPIView):
    """One entry."""

    lookup_field = "slug"

    def get_serializer(self, *args, **kwargs):
        request = self.request
        if unknown := [name for name in request.query_params if name not in OF_THE_ANSWER]:
            raise ValidationError({unknown[0][:60]: [gettext("There is no such parameter.")]})
        only = fields_asked(request, list(self.get_serializer_class()().fields))
        return super().get_serializer(*args, only=only, **kwargs)


class Nowhere(ReadOnly):
    """Addresses below /api/ that lead nowhere answer like the rest of the API."""

    schema = None

    def get(self, request, *args, **kwargs):
        raise NotFound(gettext("There is nothing at this address; /api/docs/ tells what there is."))


class Root(ReadOnly):
    about = _("The lists there are.")
    #: {name: name of the URL}; the URLs know all apps and fill it in.
    lists: dict[str, str] = {}

    @extend_schema(responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}})
    def get(self, request) -> Response:
        return Response({name: reverse(url, request=request) for name, url in self.lists.items()})
