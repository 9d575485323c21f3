"""The sources of an entry, cited and added in the entry's own form.

Each stored citation is one row: one source for one fact, or for the whole entry. The row for a new one takes several
facts at once, and a source that is chosen, or described on the spot; one that is there already is cited, not doubled.
"""

from __future__ import annotations

import copy

from django.contrib import messages
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CharField, CheckboxSelectMultiple, ChoiceField, MultipleChoiceField, Textarea, TextInput
from django.forms.models import ModelForm, fields_for_model
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.desk import edits
from catalogue.entries import Publication
from catalogue.form_fields import WebAddressField
from catalogue.models import Citation, Source
from catalogue.source_addresses import address_key, without_tracking
from catalogue.source_editing import proposed_slug

#: What is typed of a new source in the row, by the source's own field.
NEW = {
    "url": "new_url",
    "title": "new_title",
    "publisher": "new_publisher",
    "published_on": "new_published_on",
    "language": "new_language",
}


def citable_fields(entry_class: type[models.Model]) -> list[tuple[str, str]]:
    """The fields of an entry type that a citation can support, as choices."""
    hidden = {"id", "slug", "publication", "confidence", "created_at", "updated_at"}
    fields = [
        (field.name, str(field.verbose_name))
        for field in [*entry_class._meta.fields, *entry_class._meta.many_to_many]
        if field.name not in hidden and not field.name.endswith("_ja")
    ]
    return [("", gettext_lazy("the whole entry")), *fields]


class FactBoxes(CheckboxSelectMultiple):
    def value_from_datadict(self, data, files, name):
        return [value for value in super().value_from_datadict(data, files, name) or [] if value]


class CitationForm(ModelForm):
    new_url = CharField(
        label=gettext_lazy("Its address on the web"),
        max_length=600,
        required=False,
        help_text=gettext_lazy("Or the id of a source that is already there."),
    )

    class Meta:
        model = Citation
        fields = ["source", "field", "locator", "claim", "claim_ja", "reason", "reason_ja", "read_on"]

    def __init__(self, *args, may_add: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_add = may_add
        self.source_cited: Source | None = None
        self.new_source: Source | None = None
        #: Whether the source was described here and turned out to be there already.
        self.was_there = False
        if self.instance.pk:
            del self.fields["new_url"]
            return
        if "field" in self.fields:
            facts = [choice for choice in self.fields["field"].choices if choice[0]]
            self.fields["field"] = MultipleChoiceField(
                choices=facts, required=False, widget=FactBoxes, label=self.fields["field"].label
            )
        if "source" in self.fields:
            self.fields["source"].required = False
        if may_add:
            typed = fields_for_model(Source, [name for name in NEW if name != "url"])
            for name, field in typed.items():
                field.required = False
                field.widget.attrs.pop("required", None)
                self.fields[NEW[name]] = field

    @property
    def described(self) -> list:
        """The fields that describe a new source, for the template."""
        return [self[name] for name in NEW.values() if name in self.fields]

    @property
    def is_described(self) -> bool:
        return any(field.errors or field.value() for field in self.described)

    @property
    def facts(self) -> list[str]:
        """The fields that this row cites its source for; "" is the whole entry."""
        return getattr(self, "_facts", None) or [self.cleaned_data.get("field") or ""]

    def clean_field(self):
        chosen = self.cleaned_data["field"]
        if isinstance(chosen, str):
            return chosen
        self._facts = chosen or [""]
        return self._facts[0]

    def clean_new_url(self):
        typed = self.cleaned_data["new_url"]
        known = Source.objects.filter(slug=typed).first() if typed else None
        if known:
            self.source_cited = known
            return typed
        return without_tracking(WebAddressField(required=False, max_length=600).clean(typed))

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            self.source_cited = data.get("source")
        elif not any(name in self.errors for name in ("source", *NEW.values())):
            self._find_source(data)
        return data

    def _find_source(self, data) -> None:
        typed = {name: data.get(row_name, "") for name, row_name in NEW.items()}
        chosen = data.get("source")
        if chosen and any(typed.values()):
            self.add_error("new_url", _("Choose a source or describe one here, not both."))
        elif chosen:
            self.source_cited = chosen
        elif not any(typed.values()):
            self.add_error("source", _("Choose a source, or paste the address of one below."))
        elif found := self.source_cited or like(typed):
            self.source_cited, self.was_there = found, True
            data["source"] = found
        elif not self.may_add:
            self.add_error("new_url", _("No source has this address, and you may not add sources. Choose one above."))
        elif not typed["title"]:
            self.add_error("new_title", _("No source has this address yet: give its title, as published."))
        else:
            self.new_source = Source(**typed)
            try:
                self.new_source.full_clean(exclude=["slug"])
            except ValidationError as error:
                self.add_error(None, ValidationError({NEW[name]: told for name, told in error.error_dict.items()}))

    @property
    def source_key(self):
        """By which two rows are seen to cite the same source, stored or not."""
        if self.source_cited:
            return self.source_cited.pk
        new = self.new_source
        return (address_key(new.url) or new.title.casefold(), new.publisher.casefold() if not new.url else "")

    def take_source(self) -> Source | None:
        """Make sure that the source of a new row is stored; returns it where it had to be added."""
        if self.new_source is None:
            return None
        new = self.new_source
        there = like({name: getattr(new, name) for name in NEW})  # another row of this form may have added it
        if there is None:
            new.slug = proposed_slug(new)
            new.save()
        self.instance.source = there or new
        return None if there else new


def like(typed: dict[str, str]) -> Source | None:
    """The source that somebody describes again: the same address, or without one the same title and publisher."""
    if typed["url"]:
        return Source.objects.at_address(typed["url"]).first()
    return Source.objects.filter(url="", title__iexact=typed["title"], publisher__iexact=typed["publisher"]).first()


class CitationFormSet(BaseGenericInlineFormSet):
    """The sources of an entry; a published entry of a type that needs one can't lose the last."""

    may_add = True

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "may_add": self.may_add}

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        self._no_fact_twice(kept)
        entry = self.instance
        if not kept and entry.needs_citation and entry.publication == Publication.PUBLISHED:
            raise ValidationError(
                _("A published entry of this type needs a source: add one here, or set Publication to “draft”."),
                code="no_citation",
            )

    def _no_fact_twice(self, kept: list[CitationForm]) -> None:
        # Rows are stored one by one: a changed one must not meet what another still is in the database.
        stored = {(form.initial["source"], form.initial["field"]): form for form in self.initial_forms}
        seen = set()
        for form in kept:
            for fact in form.facts:
                key = (form.source_key, fact)
                met = form.instance.pk and stored.get(key, form) is not form
                if key in seen or met:
                    form.add_error("field", _("This source is already cited for this fact."))
                seen.add(key)

    def save_new(self, form, commit=True):
        added = form.take_source()
        if added:
            self.added_sources.append(added)
        elif form.was_there:
            self.found_sources.append(form.source_cited)
        first = super().save_new(form, commit)
        for fact in form.facts[1:]:
            other = copy.copy(first)
            other.pk, other._state = None, models.base.ModelState()
            other.field = fact
            if commit:
                other.save()
            self.also_new.append(other)
        return first

    def save_new_objects(self, commit=True):
        self.added_sources: list[Source] = []
        self.found_sources: list[Source] = []
        self.also_new: list[Citation] = []
        super().save_new_objects(commit)
        self.new_objects += self.also_new
        return self.new_objects

    # Facts without a source ------------------------------------------------------------------------------------

    @property
    def covers_all(self) -> bool:
        """Whether a source is cited for the entry as a whole."""
        return any(form.initial["field"] == "" for form in self.initial_forms)

    @property
    def uncited_facts(self) -> list[str]:
        """The names of this entry's filled fields that no stored citation supports by itself."""
        entry = self.instance
        if entry.pk is None:
            return []
        cited = {form.initial["field"] for form in self.initial_forms}
        facts = [(name, label) for name, label in citable_fields(type(entry)) if name and name not in cited]
        return [label for name, label in facts if known(entry, name)]


def known(entry: models.Model, name: str) -> bool:
    """Whether anything is recorded in a field."""
    field = entry._meta.get_field(name)
    if field.many_to_many:
        return getattr(entry, name).exists()
    return field.value_from_object(entry) not in (None, "", False)


class CitationInline(GenericTabularInline):
    model = Citation
    form = CitationForm
    formset = CitationFormSet
    template = "admin/citations.html"
    fields = CitationForm.Meta.fields
    ct_field, ct_fk_field = "entry_type", "entry_id"
    autocomplete_fields = ["source"]
    extra = 1
    verbose_name_plural = gettext_lazy("sources of this entry")
    formfield_overrides = {models.CharField: {"widget": TextInput(attrs={"size": 24})}}

    class Media:
        css = {"all": ["css/citations.css"]}

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.may_add = request.user.has_perm("catalogue.add_source")
        return formset

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "field":
            return ChoiceField(
                choices=citable_fields(self.parent_model),
                required=False,
                label=db_field.verbose_name,
                help_text=db_field.help_text,
            )
        if db_field.name in ("claim", "claim_ja", "reason", "reason_ja"):
            kwargs["widget"] = Textarea(attrs={"rows": 2, "cols": 30})
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "source" and field is not None:
            # A source is added in the row itself, and changed on its own page.
            for can in ("can_add_related", "can_change_related", "can_delete_related"):
                setattr(field.widget, can, False)
        return field


class SourcesFirst:
    """For the admin of entries with a CitationInline: says what became of sources that were described there."""

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if isinstance(formset, CitationFormSet):
            request.added_sources = formset.added_sources
            request.found_sources = formset.found_sources
            self._tell_found(request)

    def _tell_found(self, request) -> None:
        for source in getattr(request, "found_sources", ()):
            text = _("This source was already there and is cited; it was not added again: {source}")
            self.message_user(request, format_html(text, source=str(source)), messages.INFO)

    def _tried(self, request, *args, **kwargs):
        """What was tried is undone, but its outcome names the new sources: they stay, with their ids."""
        response, document = super()._tried(request, *args, **kwargs)
        if document is not None:
            with edits.edit(request.user):
                for source in getattr(request, "added_sources", ()):
                    source.save(force_insert=True)
            self._tell_found(request)
        return response, document
