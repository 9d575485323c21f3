"""Entering a source: none twice, each with an id of its own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.form_fields import WebAddressField
from catalogue.models import Source
from catalogue.source_addresses import address_key, without_tracking

LONGEST_SLUG = Source._meta.get_field("slug").max_length


def proposed_slug(source: Source) -> str:
    """An id that no source has yet, of publisher, date and title: ``nikkei-2026-03-12-toyota-to-sell-us-built``.

    Where these are in Japanese letters, the host of its address says more than nothing.
    """
    named = slugify(f"{source.publisher} {source.published_on} {source.title}")
    if not any(letter.isalpha() for letter in named):
        host = address_key(source.url).partition("/")[0]
        named = slugify(f"{host.replace('.', '-') or 'source'} {source.published_on}")
    base = _cut(named, LONGEST_SLUG)
    taken = set(Source.objects.filter(slug__startswith=base[:40]).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{_cut(base, LONGEST_SLUG - len(str(number)) - 1)}-{number}"
    return slug


def _cut(slug: str, length: int) -> str:
    """As many whole words as there is room for."""
    if len(slug) <= length:
        return slug
    words = slug[: length + 1].rpartition("-")[0]
    return words or slug[:length]


class SourceForm(ModelForm):
    class Meta:
        model = Source
        fields = ["url", "title", "publisher", "published_on", "language", "slug"]
        field_classes = {"url": WebAddressField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = gettext_lazy(
                "Short and permanent: it is the source's address. Left empty, it is made of publisher, date and title."
            )

    def clean_url(self):
        url = without_tracking(self.cleaned_data["url"])
        if url and "url" in self.changed_data:
            other = Source.objects.at_address(url).exclude(pk=self.instance.pk).first()
            if other:
                raise ValidationError(already_there(other), code="already_there")
        return url

    def clean(self):
        data = super().clean()
        if not data.get("slug") and "slug" in self.fields and "slug" not in self.errors:
            typed = {name: data.get(name, "") for name in ("url", "title", "publisher", "published_on")}
            data["slug"] = self.instance.slug or proposed_slug(Source(**typed))
        return data


def already_there(source: Source) -> str:
    address = reverse("admin:catalogue_source_change", args=[source.pk])
    link = format_html('<a href="{}">{}</a>', address, source)
    return format_html(_("This is already there: {source}. Cite it instead of adding it again."), source=link)
