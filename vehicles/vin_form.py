"""The form for a VIN: takes what people paste, and says beside the field what is wrong with it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vehicles.vin_check import VinAnswer, check

#: More than this nobody pastes by mistake; what comes after is neither read nor sent back.
MOST_CHARACTERS = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class VinForm(forms.Form):
    vin = forms.CharField(
        label=_("VIN (17 letters and digits)"),
        help_text=_("Spaces, hyphens and lower case do no harm. It is not stored."),
        error_messages={"required": _("Please type or paste a VIN.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "vin-field"}
        ),
    )
    #: What the check found, once the form was validated with a text in it.
    answer: VinAnswer | None = None

    @classmethod
    def of(cls, text: str) -> "VinForm":
        """The form with a text in it, without what can't be shown: control characters, and all that is too long."""
        return cls({"vin": _CONTROL.sub(" ", text[:MOST_CHARACTERS])})

    def clean_vin(self):
        self.answer = check(self.cleaned_data["vin"])
        if self.answer.errors:
            raise ValidationError([ValidationError(error.message, code=error.code) for error in self.answer.errors])
        return self.answer.vin
