"""What the admin pages of all entry types share."""

from django.contrib import admin, messages
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ChoiceField, ModelChoiceField, Textarea, TextInput
from django.forms.models import ModelForm
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.entries import Publication
from catalogue.hints import Hints
from catalogue.kept_forms import KeptForms
from catalogue.lists import EasyLists
from catalogue.models import Citation, MilestoneSubject


def citable_fields(entry_class: type[models.Model]) -> list[tuple[str, str]]:
    """The fields of an entry type that a citation can support, as choices."""
    hidden = {"id", "slug", "publication", "confidence", "created_at", "updated_at"}
    fields = [
        (field.name, str(field.verbose_name))
        for field in [*entry_class._meta.fields, *entry_class._meta.many_to_many]
        if field.name not in hidden and not field.name.endswith("_ja")
    ]
    return [("", _("the whole entry")), *fields]


class CitationForm(ModelForm):
    class Meta:
        model = Citation
        fields = ["source", "field", "locator", "claim", "reason", "read_on"]


class CitationFormSet(BaseGenericInlineFormSet):
    """The sources of an entry; a published entry of a type that needs one can't lose the last."""

    def clean(self):
        super().clean()
        entry = self.instance
        if any(self.errors) or not entry.needs_citation or entry.publication != Publication.PUBLISHED:
            return
        kept = [form for form in self.forms if form.cleaned_data.get("source") and not form.cleaned_data.get("DELETE")]
        if not kept:
            raise ValidationError(
                _("A published entry of this type needs a source: add one here, or set Publication to “draft”."),
                code="no_citation",
            )


class CitationInline(GenericTabularInline):
    model = Citation
    form = CitationForm
    formset = CitationFormSet
    ct_field, ct_fk_field = "entry_type", "entry_id"
    autocomplete_fields = ["source"]
    extra = 1
    verbose_name_plural = _("sources of this entry")
    formfield_overrides = {models.CharField: {"widget": TextInput(attrs={"size": 24})}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "field":
            return ChoiceField(
                choices=citable_fields(self.parent_model),
                required=False,
                label=db_field.verbose_name,
                help_text=db_field.help_text,
            )
        if db_field.name in ("claim", "reason"):
            kwargs["widget"] = Textarea(attrs={"rows": 2, "cols": 30})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class MilestoneSubjectInline(GenericTabularInline):
    model = MilestoneSubject
    ct_field, ct_fk_field = "entry_type", "entry_id"
    autocomplete_fields = ["milestone"]
    extra = 0
    verbose_name_plural = _("milestones")


class EntryAdmin(KeptForms, Hints, EasyLists, admin.ModelAdmin):
    """Draft and published, sources, a link to the page: the same for every type of entry."""

    save_on_top = True
    actions = ["publish_selected", "withdraw_selected"]
    readonly_fields = ["created_at", "updated_at", "page_link"]
    formfield_overrides = {
        models.TextField: {"widget": Textarea(attrs={"rows": 4, "cols": 90})},
        models.URLField: {"assume_scheme": "https"},
    }
    #: The text fields that an empty slug is made from while typing.
    slug_from: tuple[str, ...] = ("name",)

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": self.slug_from} if obj is None and self.slug_from else {}

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

    @admin.action(description=_("Publish the selected entries"), permissions=["change"])
    def publish_selected(self, request, queryset):
        published = 0
        for entry in queryset.filter(publication=Publication.DRAFT):
            try:
                entry.publish()
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            else:
                self.log_change(request, entry, [{"changed": {"fields": [str(_("publication"))]}}])
                published += 1
        text = ngettext("%(n)s entry published.", "%(n)s entries published.", published) % {"n": published}
        self.message_user(request, text, messages.SUCCESS if published else messages.WARNING)

    @admin.action(description=_("Turn the selected entries back into drafts"), permissions=["change"])
    def withdraw_selected(self, request, queryset):
        withdrawn = 0
        for entry in queryset.filter(publication=Publication.PUBLISHED):
            entry.publication = Publication.DRAFT
            entry.save()
            self.log_change(request, entry, [{"changed": {"fields": [str(_("publication"))]}}])
            withdrawn += 1
        text = ngettext("%(n)s entry is a draft now.", "%(n)s entries are drafts now.", withdrawn) % {"n": withdrawn}
        self.message_user(request, text)


class DraftRowsMixin:
    """For inlines of entries that need a citation: new rows begin as drafts, sources are added on their own page."""

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)

        class Checked(formset):
            def clean(self):
                super().clean()
                for form in self.forms:
                    entry = form.instance
                    wants = form.cleaned_data.get("publication") if hasattr(form, "cleaned_data") else None
                    if wants != Publication.PUBLISHED or not entry.needs_citation or form.cleaned_data.get("DELETE"):
                        continue
                    if not entry.pk or not entry.citations.exists():
                        form.add_error(
                            "publication",
                            _("It has no source yet: save it as a draft, then add the source on its own page."),
                        )

        return Checked
