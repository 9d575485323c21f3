"""How entries are told in the API: addresses, citations, references from one to another."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalogue.context import absolute
from catalogue.models import Citation


class Addressed(serializers.Serializer):
    """What has an address here and a page on the site. Subclasses name the API's URL and its arguments."""

    #: The name of the URL in the API, and the look-ups from an object to its arguments.
    address: str = ""
    address_arguments: tuple[str, ...] = ("slug",)

    url = serializers.SerializerMethodField(help_text=_("Its address in this API."))
    page = serializers.SerializerMethodField(help_text=_("Its page on the site, for people."))

    def get_url(self, entry) -> str:
        arguments = []
        for path in self.address_arguments:
            value = entry
            for name in path.split("__"):
                value = getattr(value, name)
            arguments.append(value)
        return absolute(self.context["request"], reverse(self.address, args=arguments))

    def get_page(self, entry) -> str:
        return absolute(self.context["request"], self.page_path(entry))

    def page_path(self, entry) -> str:
        return entry.get_absolute_url()


class Slugs(serializers.ListField):
    """Terms of a small vocabulary, by the slugs that filters take."""

    child = serializers.CharField()

    def to_representation(self, terms) -> list[str]:
        return [term.slug for term in terms]


class Reference(Addressed):
    """An entry named within another: enough to show it and to follow it."""

    slug = serializers.CharField()
    name = serializers.SerializerMethodField()
    name_ja = serializers.SerializerMethodField(help_text=_("Its name in Japanese; empty where it is not known."))

    def get_name(self, entry) -> str:
        return entry.name

    def get_name_ja(self, entry) -> str:
        return entry.name_ja


class SourceReference(Addressed):
    address = "api-source"

    slug = serializers.CharField()
    title = serializers.CharField()
    publisher = serializers.CharField()
    published_on = serializers.CharField(help_text=_("EDTF: 1992, 1992-09 or 1992-09-07; empty if not known."))
    original = serializers.CharField(source="url", help_text=_("Where it was published; empty if not on the web."))


class CitationSerializer(serializers.ModelSerializer):
    """What an entry, or one fact of it, rests on. Where the source says otherwise, ``claim`` and ``reason`` tell."""

    source = SourceReference()
    field = serializers.CharField(help_text=_("The fact it supports; empty for the entry as a whole."))

    class Meta:
        model = Citation
        fields = ["field", "source", "locator", "claim", "claim_ja", "reason", "reason_ja", "read_on"]


class EntrySerializer(Addressed, serializers.ModelSerializer):
    """An entry with its addresses and citations. ``fields=`` in the query string keeps to some of its fields."""

    citations = CitationSerializer(many=True, help_text=_("What it rests on."))

    def __init__(self, *args, only: list[str] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(only or self.fields):
            self.fields.pop(name)


#: Fields that every entry has, in the order they are told.
COMMON = ["url", "page", "slug"]
#: Fields that end every entry.
LAST = ["confidence", "updated_at", "citations"]
