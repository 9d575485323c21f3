"""The form for reporting an error, and what tells its readers from machines."""

import re
import time
from datetime import timedelta

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import normalize_newlines
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.form_fields import WebAddressField
from catalogue.lookup import Place
from catalogue.reports import Report

STAMP_SALT = "catalogue.report"
#: Seconds between showing the form and sending it: nobody is faster, and no one looks that long.
FASTEST, SLOWEST = 3, 24 * 3600
MOST_LINKS = 3
LINK = re.compile(r"https?://|(?<!//)www\.", re.IGNORECASE)
#: The same text about the same page within this time is one report, sent twice.
REPEATED_WITHIN = timedelta(hours=1)


class MessageField(forms.CharField):
    """Text of several lines. Browsers count a line break once and send two characters; here it is one."""

    widget = forms.Textarea

    def to_python(self, value):
        return normalize_newlines(super().to_python(value))


class ReportForm(forms.ModelForm):
    message = MessageField(
        label=_("What is wrong, and what would be right?"),
        max_length=Report._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please say what is wrong.")},
    )
    source_url = WebAddressField(
        label=_("A source that says so (optional)"),
        help_text=_("The address of a page on the web, such as https://example.com/page."),
        max_length=Report._meta.get_field("source_url").max_length,
        required=False,
        error_messages={
            "invalid": _("This is not the address of a web page; it should look like https://example.com.")
        },
    )
    email = forms.EmailField(
        label=_("Your e-mail address (optional)"),
        help_text=_("It is only used to answer you, and never shown."),
        max_length=Report._meta.get_field("email").max_length,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This is not an e-mail address; it should look like name@example.com.")},
    )
    #: Readers don't see it; programs that fill in every field do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = Report
        fields = ["message", "source_url", "email"]

    def clean_message(self):
        message = self.cleaned_data["message"]
        if len(LINK.findall(message)) > MOST_LINKS:
            raise ValidationError(
                _("Please name at most %(most)s links in the message; one of them can go in the field for the source."),
                code="links",
                params={"most": MOST_LINKS},
            )
        return message

    def clean(self):
        age = stamp_age(self.data.get("stamp", ""))
        # What is wrong with a field is said first: mending it takes a reader longer than the limit.
        if not self.errors and (age is None or not FASTEST <= age <= SLOWEST):
            raise ValidationError(
                _("The form was sent very fast, or was open for very long. All is still here: please send it again."),
                code="stamp",
            )
        return super().clean()

    def stamp(self) -> str:
        """When the form was first shown, signed; one that is too old, or not ours, begins anew."""
        first = self.data.get("stamp", "")
        age = stamp_age(first)
        return first if age is not None and age <= SLOWEST else new_stamp()

    def save_about(self, place: Place | None) -> Report:
        """The stored report; the one that is there already where this one repeats it."""
        message, page = self.cleaned_data["message"], place.path if place else ""
        with transaction.atomic():
            lately = timezone.now() - REPEATED_WITHIN
            if earlier := Report.objects.filter(page=page, message=message, created_at__gte=lately).first():
                return earlier
            report = self.save(commit=False)
            report.page, report.language = page, get_language()
            report.entry = place.entry if place else None
            report.save()
            return report


def new_stamp() -> str:
    return signing.dumps(time.time(), salt=STAMP_SALT)


def stamp_age(stamp: str) -> float | None:
    """Seconds since a form with this stamp was shown; None where we did not make it."""
    try:
        return time.time() - signing.loads(stamp, salt=STAMP_SALT)
    except signing.BadSignature:
        return None
