"""The forms of the export and import pages."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.exchange.reading import Encoding
from catalogue.exchange.writing import FORMATS

#: More rows than a list has are never chosen by hand.
MOST_CHOSEN = 20_000


class ExportForm(forms.Form):
    table = forms.ChoiceField(label=pgettext_lazy("list of rows", "Rows"), widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label=_("File"), choices=[(name, one.label) for name, one in FORMATS.items()], widget=forms.RadioSelect
    )
    #: Ids of the entries chosen in the list; without any, all that the list shows.
    chosen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_CHOSEN * 8)

    def __init__(self, kinds, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [
            (model._meta.label_lower, capfirst(str(model._meta.verbose_name_plural))) for model in kinds
        ]

    def clean_chosen(self) -> list[int]:
        parts = [part for part in self.cleaned_data["chosen"].split(",") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_("Choose the rows in the list again."))
        return [int(part) for part in parts]


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"), required=False, allow_empty_file=True, help_text=_("CSV or an Excel workbook (.xlsx).")
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=Encoding,
        initial=Encoding.UTF_8,
        help_text=_("How a CSV file is written. Workbooks need none."),
    )
    overwrite = forms.BooleanField(
        label=_("The file has no versions: overwrite what is there"),
        required=False,
        help_text=_("Only for files that were not exported here. The preview shows what was there before."),
    )
    publish_new = forms.BooleanField(
        label=_("Publish what is new"),
        required=False,
        help_text=_("Else new entries are drafts. What needs a source stays a draft until it has one."),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("Stands in the history of every entry changed.")
    )
    #: The file kept since the preview, and what the preview said.
    upload = forms.CharField(required=False, widget=forms.HiddenInput, max_length=500)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise forms.ValidationError(_("The file is larger than %(limit)s. Divide it.") % {"limit": limit})
        return file

    def clean(self):
        data = super().clean()
        if not data.get("file") and not data.get("upload") and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        return data
