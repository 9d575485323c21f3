"""The VIN check for programs. What it is asked is kept by no cache and in no log, like on the page."""

from __future__ import annotations

from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from catalogue.api.views import Forms, Limit
from plants.api import PlantReference
from vehicles.api import ExportReference, MakeReference, ModelReference, VehicleReference
from vehicles.vin_check import check


class ProblemSerializer(serializers.Serializer):
    """What is wrong with the text, or what could not be read from it."""

    code = serializers.CharField()
    message = serializers.CharField()


class VinSerializer(serializers.Serializer):
    """What a VIN says. What is not known is null or empty, and ``problems`` says why."""

    vin = serializers.CharField(help_text=_("As it was read: without spaces and dashes, in upper case."))
    valid = serializers.BooleanField(help_text=_("17 of the characters a VIN may have, with the right check digit."))
    problems = ProblemSerializer(many=True)
    wmi = serializers.CharField(help_text=_("The maker code."))
    origin = serializers.CharField(help_text=_("The country or part of the world of the maker code."))
    model_year = serializers.IntegerField(allow_null=True)
    model_years = serializers.ListField(child=serializers.IntegerField(), help_text=_("All it can mean."))
    make = MakeReference(allow_null=True)
    make_name = serializers.CharField(help_text=_("As NHTSA's data spells it."))
    model = ModelReference(allow_null=True)
    model_name = serializers.CharField(help_text=_("As NHTSA's data spells it."))
    plant = PlantReference(allow_null=True)
    vehicle = VehicleReference(allow_null=True, help_text=_("null also where more than one is possible."))
    vehicles = VehicleReference(source="generations", many=True, help_text=_("All it can be."))
    exports = ExportReference(many=True, help_text=_("What of this vehicle was, is or is to be sold in Japan."))


class Vin(APIView):
    about = _("Where a vehicle was built, and which entry it is, by its VIN: the same answer as on the page.")
    throttle_classes = [Limit]
    content_negotiation_class = Forms
    renderer_classes = [JSONRenderer]

    @extend_schema(responses=VinSerializer)
    def get(self, request, vin: str) -> Response:
        answer = VinSerializer(check(vin[:500]), context={"request": request})
        response = Response(answer.data)
        patch_cache_control(response, no_store=True, private=True)
        response["X-Robots-Tag"] = "noindex"
        return response
