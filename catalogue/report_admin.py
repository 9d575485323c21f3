"""The editors' queue of error reports."""

from django.contrib import admin
from django.db.models import Case, Value, When
from django.forms import Textarea
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.kept_forms import KeptForms
from catalogue.lookup import LOCAL_PATH
from catalogue.reports import Report, ReportState


class ReportAdmin(KeptForms, admin.ModelAdmin):
    """What readers wrote can be read and answered, not changed; the state and the note are the editors'."""

    save_on_top = True
    list_per_page = 50
    list_display = ["created_at", "first_words", "state", "page_link", "entry_link", "language", "handled_by"]
    list_display_links = ["created_at", "first_words"]
    list_filter = ["state", "language"]
    list_select_related = ["entry_type", "handled_by"]
    date_hierarchy = "created_at"
    search_fields = ["reference", "message", "page", "email", "source_url", "note"]
    ordering = [Case(When(state=ReportState.NEW, then=Value(0)), default=Value(1)), "-created_at", "-pk"]
    actions = ["take_on", "mark_as_fixed", "decline"]
    fieldsets = [
        (None, {"fields": ["state", "note", "handled_by", "changed_at"]}),
        (
            _("What the reader sent"),
            {"fields": ["reference", "created_at", "page_link", "entry_link", "message", "source_link", "email"]},
        ),
    ]
    readonly_fields = [
        *("handled_by", "changed_at", "reference", "created_at"),
        *("page_link", "entry_link", "message", "source_link", "email"),
    ]

    def has_add_permission(self, request):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "note":
            kwargs["widget"] = Textarea(attrs={"rows": 4, "cols": 90})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if "state" in form.changed_data:
            obj.handled_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("message"))
    def first_words(self, report):
        return report.first_words

    @admin.display(description=_("page"), ordering="page")
    def page_link(self, report):
        if not LOCAL_PATH.match(report.page):
            return _("the site as a whole")
        return format_html('<a href="{0}">{0}</a>', report.page)

    @admin.display(description=_("entry"))
    def entry_link(self, report):
        # Made of type and number alone: to look each entry up for its name would cost a query for each row.
        model = report.entry_type.model_class() if report.entry_type else None
        if model is None or report.entry_id is None:
            return "–"
        try:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[report.entry_id])
        except NoReverseMatch:
            return "–"
        return format_html('<a href="{}">{}</a>', address, capfirst(model._meta.verbose_name))

    @admin.display(description=_("source"))
    def source_link(self, report):
        if not report.source_url.startswith(("https://", "http://")):
            return report.source_url or "–"
        return format_html('<a href="{0}" rel="noopener nofollow">{0}</a>', report.source_url)

    @admin.action(description=_("Take on the selected reports"), permissions=["change"])
    def take_on(self, request, queryset):
        self._handle(request, queryset, ReportState.IN_WORK)

    @admin.action(description=_("Mark the selected reports as fixed"), permissions=["change"])
    def mark_as_fixed(self, request, queryset):
        self._handle(request, queryset, ReportState.FIXED)

    @admin.action(description=_("Decline the selected reports"), permissions=["change"])
    def decline(self, request, queryset):
        self._handle(request, queryset, ReportState.DECLINED)

    def _handle(self, request, queryset, state: ReportState) -> None:
        moved = 0
        for report in queryset.exclude(state=state):
            report.handle(state, request.user)
            self.log_change(
                request, report, [{"changed": {"fields": [str(Report._meta.get_field("state").verbose_name)]}}]
            )
            moved += 1
        text = ngettext("%(n)s report is now “%(state)s”.", "%(n)s reports are now “%(state)s”.", moved)
        self.message_user(request, text % {"n": moved, "state": state.label})
