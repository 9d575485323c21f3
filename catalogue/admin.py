"""Editing sources, milestones and figures."""

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.care_lists import CareLists
from catalogue.decades import by_decade
from catalogue.desk.deciding import ProposalAdmin
from catalogue.desk.entry_admin import DeskAdmin
from catalogue.desk.version_admin import VersionAdmin
from catalogue.editing import CitationInline, EntryAdmin
from catalogue.exchange.admin import Exchange
from catalogue.kept_forms import KeptForms
from catalogue.links.columns import LinkColumns, LinkFilter
from catalogue.lists import EasyLists
from catalogue.models import Milestone, OldAddress, Proposal, Report, Series, Source, Statistic, Version
from catalogue.report_admin import ReportAdmin
from catalogue.security import event_admin, rights  # noqa: F401 - they register themselves
from catalogue.source_editing import SourceForm

META = (_("Record"), {"fields": ["created_at", "updated_at", "page_link"], "classes": ["collapse"]})


@admin.register(Source)
class SourceAdmin(KeptForms, EasyLists, CareLists, LinkColumns, Exchange, DeskAdmin):
    form = SourceForm
    list_display = ["slug", "title", "publisher", "published_on", "language", "uses", "link"]
    list_filter = [LinkFilter, "language", by_decade("published_on", _("published"))]
    search_help_text = _("Id, title, publisher or web address.")
    list_select_related = ["link_check"]
    readonly_fields = ["link_check_details"]
    actions = ["check_links"]
    search_fields = ["slug", "title", "publisher", "url"]
    ordering = ["slug"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return super().get_queryset(request).with_use()

    @admin.display(description=_("cited"), ordering="uses")
    def uses(self, source):
        return source.uses


@admin.register(Milestone)
class MilestoneAdmin(EntryAdmin):
    list_display = ["date", "title", "kind", "publication", "confidence"]
    list_display_links = ["title"]
    list_filter = ["publication", "kind", by_decade("date", _("date")), "confidence"]
    search_help_text = _("Title, detail, date (1992-09) or slug.")
    search_fields = ["title", "title_ja", "detail", "date", "slug"]
    slug_from = ("title",)
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["date", "kind", "title", "title_ja", "detail", "detail_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


@admin.register(Series)
class SeriesAdmin(EntryAdmin):
    list_display = ["name", "unit", "publication"]
    list_filter = ["publication"]
    search_help_text = _("Name or slug.")
    search_fields = ["name", "name_ja", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "name_ja", "unit", "unit_ja", "scope", "scope_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]
    inlines = [CitationInline]


@admin.register(Statistic)
class StatisticAdmin(EntryAdmin):
    list_display = ["series", "period", "value", "approximate", "publication"]
    list_display_links = ["period"]
    list_filter = ["publication", "series", by_decade("year", _("year")), "approximate"]
    search_help_text = _("Series, period, notes or slug.")
    list_select_related = ["series"]
    search_fields = ["series__name", "period", "notes", "slug"]
    autocomplete_fields = ["series"]
    slug_from = ()
    inlines = [CitationInline]
    fieldsets = [
        (None, {"fields": ["series", "period", "year", "value", "approximate", "notes", "notes_ja"]}),
        (_("Publishing"), {"fields": ["slug", "publication", "confidence"]}),
        META,
    ]


@admin.register(OldAddress)
class OldAddressAdmin(admin.ModelAdmin):
    list_display = ["path", "leads_to"]
    search_fields = ["path"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("leads to"))
    def leads_to(self, old):
        return old.entry.get_absolute_url() if old.entry else "–"


# The desk lists types in this order: the facts first, then what happens to them.
admin.site.register(Report, ReportAdmin)
admin.site.register(Proposal, ProposalAdmin)
admin.site.register(Version, VersionAdmin)
