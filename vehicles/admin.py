"""Editing makes, models, generations, production runs and export programs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalogue.admin import META
from catalogue.decades import by_decade
from catalogue.desk.entry_admin import DeskAdmin
from catalogue.editing import CitationInline, EntryAdmin, MilestoneSubjectInline, linked_entries
from catalogue.exchange.admin import Exchange
from catalogue.kept_forms import KeptForms
from catalogue.lists import EasyLists
from catalogue.photo_editing import PhotoInline
from vehicles import quality
from vehicles.models import (
    BodyStyle,
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    Powertrain,
    ProductionRun,
    Specification,
    VehicleModel,
)


@admin.register(Make)
class MakeAdmin(EntryAdmin):
    list_display = ["name", "name_ja", "manufacturer", "publication"]
    list_filter = ["publication"]
    list_select_related = ["manufacturer"]
    search_help_text = _("Name or slug.")
    search_fields = ["name", "name_ja", "slug"]
    autocomplete_fields = ["manufacturer"]
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["name", "name_ja", "manufacturer", "summary", "summary_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


@admin.register(VehicleModel)
class VehicleModelAdmin(EntryAdmin):
    list_display = ["name", "name_ja", "make", "publication"]
    list_filter = ["publication", "make"]
    list_select_related = ["make"]
    search_help_text = _("Make and model, other spellings or slug.")
    search_fields = ["name", "name_ja", "aliases", "slug", "make__name"]
    autocomplete_fields = ["make"]
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["make", "name", "name_ja", "aliases"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


class MarketNameInline(admin.TabularInline):
    model = MarketName
    extra = 0


@admin.register(Generation)
class GenerationAdmin(EntryAdmin):
    runs_here = linked_entries(_("production runs"), "runs", "generation", "generation__model__make", "plant")
    programs_here = linked_entries(_("export programs"), "exports", "generation")
    readonly_fields = [*EntryAdmin.readonly_fields, "runs_here", "programs_here"]
    list_display = ["__str__", "code", "since", "ordinal", "publication", "confidence"]
    list_filter = ["publication", "confidence", "model__make"]
    list_select_related = ["model__make"]
    search_help_text = _("Make, model and code: camry xv70. Names in other markets too.")
    search_fields = ["code", "slug", "model__name", "model__name_ja", "model__make__name", "market_names__name"]
    autocomplete_fields = ["model"]
    slug_from = ("code",)
    inlines = [MarketNameInline, CitationInline, MilestoneSubjectInline, PhotoInline]
    fieldsets = [
        (None, {"fields": ["model", ("code", "ordinal"), ("own_name", "own_name_ja")]}),
        (_("Built and exported"), {"fields": ["runs_here", "programs_here"]}),
        (_("Text"), {"fields": ["summary", "summary_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_years(ProductionRun.objects.all(), ExportProgram.objects.all())

    @admin.display(description=_("from model year"), ordering="first_model_year")
    def since(self, generation):
        return generation.first_model_year

    def hints(self, generation):
        return quality.generation_problems(generation)


@admin.register(ProductionRun)
class ProductionRunAdmin(EntryAdmin):
    list_display = [
        "generation",
        "plant",
        "variant",
        "first_model_year",
        "last_model_year",
        "status",
        "publication",
        "confidence",
    ]
    list_filter = [
        *("publication", "status", "confidence"),
        by_decade("first_model_year", _("first model year")),
        *("generation__model__make", "plant"),
    ]
    search_help_text = _("Make, model, code, plant or slug.")
    list_select_related = ["generation__model__make", "plant"]
    search_fields = [
        "generation__code",
        "generation__model__name",
        "generation__model__make__name",
        "plant__name",
        "plant__short_name",
        "slug",
    ]
    autocomplete_fields = ["generation", "plant", "body_styles", "powertrains"]
    slug_from = ()
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["generation", "plant", ("variant", "variant_ja"), "body_styles", "powertrains"]}),
        (
            _("When"),
            {
                "fields": [
                    "status",
                    ("first_model_year", "last_model_year"),
                    ("production_start", "production_end"),
                    "notes",
                    "notes_ja",
                ]
            },
        ),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]

    def hints(self, run):
        return quality.run_problems(run)


@admin.register(ExportEra)
class ExportEraAdmin(EntryAdmin):
    list_display = ["name", "name_ja", "start", "end", "publication"]
    search_fields = ["name", "name_ja", "slug"]
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["name", "name_ja", ("start", "end"), "summary", "summary_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


@admin.register(ExportProgram)
class ExportProgramAdmin(EntryAdmin):
    list_display = ["title", "status", "sales_start", "sales_end", "plant", "era", "publication", "confidence"]
    list_filter = [
        *("publication", "status", "era"),
        by_decade("sales_start", _("on sale from")),
        *("drive_side", "confidence", "japan_make"),
    ]
    search_help_text = _("Title, name in Japan, model in the US or slug.")
    list_select_related = ["plant", "era"]
    search_fields = ["title", "title_ja", "japan_name", "japan_name_ja", "us_model", "slug"]
    autocomplete_fields = ["era", "generation", "plant", "japan_make", "body_styles"]
    slug_from = ("title",)
    inlines = [CitationInline, MilestoneSubjectInline, PhotoInline]
    fieldsets = [
        (None, {"fields": ["title", "title_ja", "era", ("status", "status_as_of")]}),
        (
            _("The car"),
            {
                "fields": [
                    "generation",
                    "plant",
                    ("run_note", "run_note_ja"),
                    "body_styles",
                    "drive_side",
                    ("us_make", "us_model"),
                    ("japan_make", "japan_name", "japan_name_ja"),
                ]
            },
        ),
        (
            _("Sale in Japan"),
            {
                "fields": [
                    ("announced", "sales_start", "sales_end"),
                    ("sales_channel", "sales_channel_ja"),
                    ("target", "target_ja"),
                    ("units_sold", "units_note", "units_note_ja"),
                    ("price_yen", "price_note", "price_note_ja"),
                    ("certification", "certification_ja"),
                ]
            },
        ),
        (_("Text"), {"fields": ["summary", "summary_ja", "differences", "differences_ja", "history", "history_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]

    def hints(self, program):
        return quality.program_problems(program)


@admin.register(Specification)
class SpecificationAdmin(EntryAdmin):
    list_display = ["__str__", "market", "first_model_year", "length_mm", "width_mm", "publication", "confidence"]
    list_filter = ["publication", "market", "confidence", "body_style", "generation__model__make"]
    list_select_related = ["generation__model__make"]
    search_help_text = _("Make, model, code, variant, engine or slug.")
    search_fields = [
        *("generation__code", "generation__model__name", "generation__model__make__name"),
        *("variant", "variant_ja", "engine", "type_designation", "slug"),
    ]
    autocomplete_fields = ["generation", "program", "body_style", "powertrains"]
    slug_from = ()
    inlines = [CitationInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("generation", "program", "market", ("variant", "variant_ja")),
                    *(("first_model_year", "last_model_year"), "body_style", "powertrains"),
                ]
            },
        ),
        (
            _("Size and weight"),
            {
                "fields": [
                    *(("length_mm", "length_mm_max"), ("width_mm", "width_mm_max"), ("height_mm", "height_mm_max")),
                    *(("wheelbase_mm", "wheelbase_mm_max"), ("weight_kg", "weight_kg_max")),
                    *(("seats", "seats_max"), "doors"),
                ]
            },
        ),
        (
            _("Engine and drive"),
            {
                "fields": [
                    *("engine", ("displacement_cc", "displacement_cc_max", "displacement_nominal")),
                    *(("cylinders", "cylinders_max"), ("power_ps", "power_ps_max"), "torque_nm"),
                    *("transmission", "drive"),
                ]
            },
        ),
        (_("In Japan"), {"fields": ["type_designation", "price_yen"]}),
        (_("Notes"), {"fields": ["notes", "notes_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


@admin.register(BodyStyle, Powertrain)
class TermAdmin(KeptForms, EasyLists, Exchange, DeskAdmin):
    list_display = ["name", "name_ja", "slug", "position"]
    search_fields = ["name", "name_ja", "slug"]
    prepopulated_fields = {"slug": ["name"]}
