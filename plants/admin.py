"""Editing manufacturers and plants."""

from django.contrib import admin
from django.db.models import Count
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalogue.admin import META
from catalogue.decades import by_decade
from catalogue.desk.kinds import admin_address
from catalogue.editing import CitationInline, EntryAdmin, MilestoneSubjectInline, linked_entries
from catalogue.exchange.admin import Exchange
from catalogue.lists import EasyLists
from catalogue.photo_editing import PhotoInline
from plants import quality
from plants.models import Manufacturer, Ownership, Plant, PlantAlias, PlantCode


class AliasInline(admin.TabularInline):
    model = PlantAlias
    extra = 0


class OwnershipInline(admin.TabularInline):
    model = Ownership
    extra = 0
    autocomplete_fields = ["manufacturer"]


class PlantCodeInline(admin.TabularInline):
    model = PlantCode
    extra = 0
    autocomplete_fields = ["source"]
    classes = ["collapse"]


@admin.register(Manufacturer)
class ManufacturerAdmin(EntryAdmin):
    list_display = ["name", "kind", "country", "parent", "publication"]
    list_filter = ["publication", "kind", "country"]
    list_select_related = ["parent"]
    search_help_text = _("Name, other names or slug.")
    search_fields = ["name", "name_ja", "aliases", "slug"]
    autocomplete_fields = ["parent"]
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["name", "name_ja", "aliases", "kind", "parent", "country"]}),
        (_("Facts"), {"fields": ["founded", "us_manufacturing_since", "website"]}),
        (_("Text"), {"fields": ["summary", "summary_ja", "notes", "notes_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


@admin.register(Plant)
class PlantAdmin(EntryAdmin):
    runs_here = linked_entries(_("production runs"), "runs", "plant", "generation__model__make", "plant")
    readonly_fields = [*EntryAdmin.readonly_fields, "runs_here"]
    list_display = ["name", "city", "state", "kind", "status", "production_start", "run_count", "publication"]
    list_filter = [
        *("publication", "kind", "status", "state"),
        by_decade("production_start", _("start of production")),
        "confidence",
    ]
    search_help_text = _("Name, short name, alias, city or slug.")
    search_fields = ["name", "name_ja", "short_name", "city", "city_ja", "aliases__name", "slug"]
    slug_from = ("short_name",)
    inlines = [CitationInline, OwnershipInline, AliasInline, PlantCodeInline, MilestoneSubjectInline, PhotoInline]
    fieldsets = [
        (None, {"fields": ["name", "name_ja", ("short_name", "short_name_ja"), "kind", "status", "operator_name"]}),
        (
            _("Place"),
            {
                "fields": [
                    ("city", "city_ja"),
                    ("county", "county_ja"),
                    "state",
                    ("latitude", "longitude"),
                    ("location_note", "location_note_ja"),
                ]
            },
        ),
        (
            _("Dates and figures"),
            {
                "fields": [
                    "announced",
                    ("production_start", "production_end"),
                    ("employees", "employees_as_of"),
                    ("capacity", "capacity_as_of"),
                    ("capacity_unit", "capacity_unit_ja"),
                ]
            },
        ),
        (_("Built here"), {"fields": ["runs_here"]}),
        (
            _("Text"),
            {
                "fields": [
                    "summary",
                    "summary_ja",
                    "predecessor",
                    "predecessor_ja",
                    "brand_window",
                    "brand_window_ja",
                    "site_today",
                    "site_today_ja",
                    "notes",
                    "notes_ja",
                ]
            },
        ),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]

    def hints(self, plant):
        return quality.plant_problems(plant)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(run_count=Count("runs", distinct=True))

    @admin.display(description=_("runs"), ordering="run_count")
    def run_count(self, plant):
        return plant.run_count


@admin.register(PlantCode)
class PlantCodeAdmin(EasyLists, Exchange, admin.ModelAdmin):
    """Finds codes across all plants; they are edited with their plant, so that they are part of its history."""

    list_display = ["wmi", "pattern", "code", "first_model_year", "last_model_year", "plant_link", "model"]
    list_display_links = None
    list_filter = ["plant"]
    list_select_related = ["plant"]
    search_help_text = _("WMI, pattern, model (toyota/camry) or plant.")
    search_fields = ["wmi", "pattern", "model", "plant__name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("plant"), ordering="plant__name")
    def plant_link(self, code):
        return format_html('<a href="{}#codes-group">{}</a>', admin_address(Plant, "change", code.plant_id), code.plant)
