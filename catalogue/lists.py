"""What the desk's lists and choices have in common: counts beside filters, a link to the site's page, names at no
further cost."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.words import span_words


class EasyLists:
    """For a ModelAdmin. ``list_select_related`` also serves its autocomplete, where names tell of what is above."""

    show_facets = admin.ShowFacets.ALLOW
    list_per_page = 50

    def get_queryset(self, request):
        related = self.list_select_related
        queryset = super().get_queryset(request)
        return queryset.select_related(*related) if related else queryset

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        has_page = hasattr(self.model, "get_absolute_url") and getattr(self.model, "has_page", True)
        return [*shown, "on_site"] if has_page else shown

    @admin.display(description=_("page"))
    def on_site(self, entry):
        text = gettext("View %(name)s on the site") % {"name": entry}
        return format_html('<a href="{}" aria-label="{}">{}</a>', entry.get_absolute_url(), text, gettext("View"))


class Choices(AutocompleteJsonView):
    """What autocomplete fields offer: drafts are marked; sources have their id, since titles repeat; eras and
    generations, years."""

    def serialize_result(self, obj, to_field_name):
        offered = super().serialize_result(obj, to_field_name)
        if getattr(obj, "is_draft", False):
            offered["text"] = gettext("%(name)s (draft)") % {"name": offered["text"]}
        elif obj._meta.model_name == "source":
            offered["text"] = f"{offered['text']} [{obj.slug}]"
        elif obj._meta.model_name == "exportera":
            offered["text"] = f"{offered['text']}, {span_words(obj.start, obj.end)}"
        elif obj._meta.model_name == "generation" and obj.first_model_year:
            texts = {"name": offered["text"], "year": obj.first_model_year}
            offered["text"] = gettext("%(name)s, from model year %(year)d") % texts
        return offered
