"""What the admin pages of all entry types share."""

from django.contrib import admin
from django.contrib.contenttypes.admin import GenericTabularInline
from django.db import models
from django.forms import ModelChoiceField, Textarea
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from catalogue.care_lists import CareLists
from catalogue.citing import CitationInline as CitationInline
from catalogue.citing import SourcesFirst
from catalogue.desk.entry_admin import DeskAdmin
from catalogue.desk.kinds import admin_address
from catalogue.desk.publishing import PublishActions
from catalogue.exchange.admin import Exchange
from catalogue.hints import Hints
from catalogue.kept_forms import KeptForms
from catalogue.lists import EasyLists
from catalogue.models import MilestoneSubject
from catalogue.roles import may_publish
from catalogue.row_labels import RowLabels


class MilestoneSubjectInline(GenericTabularInline):
    model = MilestoneSubject
    ct_field, ct_fk_field = "entry_type", "entry_id"
    autocomplete_fields = ["milestone"]
    extra = 0
    verbose_name_plural = _("milestones")


class EntryAdmin(KeptForms, Hints, EasyLists, RowLabels, CareLists, SourcesFirst, Exchange, PublishActions, DeskAdmin):
    """Draft and published, sources, a link to the page: the same for every type of entry."""

    readonly_fields = ["created_at", "updated_at", "page_link"]
    formfield_overrides = {
        models.TextField: {"widget": Textarea(attrs={"rows": 4, "cols": 90})},
        models.URLField: {"assume_scheme": "https"},
    }
    #: The text fields that an empty slug is made from while typing.
    slug_from: tuple[str, ...] = ("name",)

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": self.slug_from} if obj is None and self.slug_from else {}

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        return fields if may_publish(request.user) else [*fields, "publication"]

    @admin.display(description=_("page on the site"))
    def page_link(self, entry):
        if not entry.pk or not entry.has_page:
            return "–"
        label = _("Preview this draft") if entry.is_draft else _("View on the site")
        return format_html('<a href="{}">{}</a>', entry.get_absolute_url(), label)

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj is not None and obj.has_page else None

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, ModelChoiceField) and not db_field.blank:
            field.error_messages["required"] = _("Choose one; type a few letters to search.")
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Beside what is chosen, a cross would look as if it took that away again; it would delete the other entry.
        if field is not None and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field


def linked_entries(title, related: str, field: str, *with_: str):
    """A read-only field that lists the entries of another type that name this one, each a link, and offers to add one.

    ``related`` is the relation's name on this entry, ``field`` the other's field that leads back, ``with_``
    what its name is made of.
    """

    @admin.display(description=title)
    def show(self, entry):
        if not entry.pk:
            return _("Save this entry first; then they can be added.")
        manager = getattr(entry, related)
        rows = [
            (admin_address(manager.model, "change", one.pk), str(one), one.get_publication_display())
            for one in manager.select_related(*with_)
        ]
        shown = format_html_join("", '<li><a href="{}">{}</a> <span class="desk-state">{}</span></li>', rows)
        add = f"{admin_address(manager.model, 'add')}?{field}={entry.pk}"
        text = _("Add a %(kind)s") % {"kind": manager.model._meta.verbose_name}
        return format_html('<ul class="desk-linked">{}</ul><a class="addlink" href="{}">{}</a>', shown, add, text)

    return show
