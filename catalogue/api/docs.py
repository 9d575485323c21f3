"""The description of the API: as OpenAPI for programs, as a page for people."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import ValidationError

from catalogue.api.views import Limit, ReadOnly
from catalogue.context import absolute

#: Questions and how they are asked; the tests ask them.
EXAMPLES = [
    (_("Vehicles built in Ohio that were sold in Japan"), "/api/v1/vehicles/?state=OH&exported=yes"),
    (_("What was on sale in Japan in 1994, with name and plant only"), "/api/v1/exports/?year=1994&fields=title,plant"),
    (_("Pickups built today, as a table"), "/api/v1/vehicles/?body=pickup&production=current&format=csv"),
    (_("All plants as places on a map"), "/api/v1/plants/?format=geojson"),
    (_("Plants open in 1994"), "/api/v1/plants/?as_of=1994"),
    (_("Vehicles not built in Kentucky"), "/api/v1/vehicles/?make=toyota&state__not=KY"),
    (_("Export programs whose steering is not known"), "/api/v1/exports/?drive__empty=true"),
    (_("What a VIN says (a constructed one)"), "/api/v1/vin/1HGCB9850NA000000/"),
    (_("One vehicle with its runs, exports and sources"), "/api/v1/vehicles/toyota/camry/xv10/"),
]


@cache
def description(language: str) -> dict:
    """The description in a language, made once: it is read off the code, and takes half a second."""
    with override(language):
        return SchemaGenerator().get_schema(request=None, public=True)


class KeptGenerator(SchemaGenerator):
    def get_schema(self, request=None, public=False) -> dict:
        return description(get_language())


class Schema(ReadOnly, SpectacularAPIView):
    about = _("The OpenAPI description of this API.")

    generator_class = KeptGenerator

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        # Each language that is named stays in memory, and a version would become part of a header.
        if request.GET.get("lang", "en") not in dict(settings.LANGUAGES):
            raise ValidationError({"lang": [gettext("Known are: %(names)s.") % {"names": "en, ja"}]})
        if "version" in request.GET:
            raise ValidationError({"version": [gettext("There is one version only.")]})


class Docs(TemplateView):
    """What there is to ask for and how, from the same description that programs get."""

    template_name = "catalogue/api_docs.html"

    def get_context_data(self, **kwargs):
        schema = description(get_language())
        return super().get_context_data(
            operations=list(operations(schema)),
            examples=EXAMPLES,
            root=absolute(self.request, reverse("api-root")),
            rate=Limit().parse_rate(settings.API_RATE),
            **kwargs,
        )


def operations(schema: dict):
    """The addresses with what they take and give, ready for the page."""
    components = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        yield {
            "path": path,
            "id": operation["operationId"],
            "summary": operation.get("description", ""),
            "parameters": [
                {**one, "type": type_of(one["schema"])}
                for one in operation.get("parameters", [])
                if one["in"] == "query"
            ],
            "fields": fields_of(answer, components),
        }


def fields_of(schema: dict, components: dict) -> list[dict]:
    """The fields of an answer, those of each result where it is a list."""
    schema = resolved(schema, components)
    properties = schema.get("properties", {})
    if "results" in properties:
        schema = resolved(properties["results"]["items"], components)
        properties = schema.get("properties", {})
    return [
        {"name": name, "type": type_of(one), "about": one.get("description", "")} for name, one in properties.items()
    ]


def resolved(schema: dict, components: dict) -> dict:
    return components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def type_of(schema: dict) -> str:
    """A field's type in a word or two: "string", "number or null", "list of PlantReference"."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return gettext(" or ").join(type_of(one) for one in schema[several])
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return gettext(" or ").join(kind)
    return gettext("list of %(type)s") % {"type": type_of(schema.get("items", {}))} if kind == "array" else kind
