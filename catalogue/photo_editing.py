"""Adding photos to an entry, on the entry's own admin page."""

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.admin import GenericStackedInline
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalogue.form_fields import WebAddressField
from catalogue.photos import Photo
from catalogue.pictures import read_picture


class PhotoForm(forms.ModelForm):
    """A photo's texts and an upload, which is checked and decoded while the form is."""

    upload = forms.FileField(
        label=_("picture"),
        help_text=_("JPEG, PNG or WebP, at most 10 MB, at least 800 pixels wide and 450 high."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("The file is empty. Please choose another.")},
    )

    class Meta:
        model = Photo
        fields = ["alt", "alt_ja", "caption", "caption_ja", "author", "licence", "source_url", "position"]
        field_classes = {"source_url": WebAddressField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].required = False
            self.fields["upload"].label = _("another picture")

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        return read_picture(upload) if upload else None

    def save(self, commit=True):
        if picture := self.cleaned_data.get("upload"):
            self.instance.take(picture)
        return super().save(commit)


class PhotoInline(GenericStackedInline):
    model = Photo
    form = PhotoForm
    ct_field, ct_fk_field = "entry_type", "entry_id"
    extra = 0
    readonly_fields = ["preview"]
    fields = [
        ("preview", "upload"),
        ("alt", "alt_ja"),
        ("caption", "caption_ja"),
        ("author", "licence"),
        ("source_url", "position"),
    ]

    @admin.display(description=_("preview"))
    def preview(self, photo):
        if not photo.pk:
            return "–"
        address = photo.sizes[0][1]
        return format_html('<img src="{}" alt="{}" width="240">', address, photo.alt)
