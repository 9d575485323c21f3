"""The OpenAPI description of what the views have in common: names, parameters of the answer, errors."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema

from catalogue.api.query import parameter

ERROR = {
    "type": "object",
    "description": "What is wrong: for the whole request, or by parameter.",
    "properties": {"detail": {"type": "string"}},
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}
ERRORS = {
    "400": _("A parameter is unknown, or its value can't be read."),
    "404": _("There is no such entry, or no such page of a list."),
    "429": _("Too many requests; Retry-After says for how many seconds to wait."),
}


#: What the forms besides JSON look like.
FORMS = {
    "csv": {"type": "string"},
    "geojson": {
        "type": "object",
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["type", "features"],
    },
}


def without_required(result, generator, request, public):
    """``fields=`` leaves out whatever was not asked for, so no field of an entry is always there."""
    for schema in result["components"]["schemas"].values():
        if "url" in schema.get("properties", {}):
            schema.pop("required", None)
    return result


class Description(AutoSchema):
    """Operations named after what they give: "vehicles_list", "vehicle"."""

    def get_operation_id(self) -> str:
        name = self.view.__class__.__name__.removesuffix("Detail").removesuffix("List")
        return f"{name[0].lower()}{name[1:]}" + ("_list" if self._is_list_view() else "")

    def get_description(self) -> str:
        return str(self.view.about)

    def get_tags(self) -> list[str]:
        return [self.path.split("/")[3] or "api"]

    def get_operation(self, path, path_regex, path_prefix, method, registry):
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        given = self.view.get_serializer_class()().fields if hasattr(self.view, "get_serializer_class") else {}
        parameters = operation.setdefault("parameters", [])
        if given:
            text = gettext("Only these fields, apart by commas.")
            fields = {"type": "array", "items": {"type": "string", "enum": list(given)}}
            parameters.append({**parameter("fields", text, fields), "style": "form", "explode": False})
        if self._is_list_view():
            formats = [renderer.format for renderer in self.view.renderer_classes]
            whole = [renderer for renderer in self.view.renderer_classes if renderer.format in FORMS]
            text = gettext("The form of the answer; all but json hold the whole list, without pages.")
            parameters.append(parameter("format", text, {"type": "string", "enum": formats}))
            text = gettext("true: the whole list in one answer, without pages.")
            parameters.append(parameter("all", text, {"type": "string", "enum": ["true", "false"]}))
            answers = operation["responses"]["200"]["content"]
            answers.update({renderer.media_type: {"schema": FORMS[renderer.format]} for renderer in whole})
        for status, description in ERRORS.items():
            content = {"application/json": {"schema": ERROR}}
            operation["responses"][status] = {"description": str(description), "content": content}
        return operation
