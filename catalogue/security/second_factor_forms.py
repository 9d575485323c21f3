"""The forms of the second factor: a code, or the password or a code to confirm by."""

from collections.abc import Callable

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.security.second_factor import TooSoon, check, plain

LONGEST_CODE = 40


class CodeForm(forms.Form):
    """One code; ``accepts`` says whether it is right."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, accepts: Callable[[str], bool], **kwargs):
        super().__init__(**kwargs)
        self.accepts = accepts
        #: After how many seconds the next code is looked at.
        self.wait = 0

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not self.is_right(code):
            raise forms.ValidationError(
                _("This code is not right, or was used already. Wait for the next one, then type it here.")
            )
        return code

    def is_right(self, code: str) -> bool:
        try:
            return self.accepts(code)
        except TooSoon as late:
            self.wait = late.seconds
            text = ngettext(
                "Codes were wrong. Wait %(n)s second, then try again.",
                "Codes were wrong. Wait %(n)s seconds, then try again.",
                late.seconds,
            )
            raise forms.ValidationError(text % {"n": late.seconds}) from None


class ProofForm(CodeForm):
    """The password or a code, typed into one field, before something is changed that protects the account."""

    code = None
    proof = forms.CharField(
        label=gettext_lazy("Your password, or a code from your app"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, user, **kwargs):
        super().__init__(accepts=lambda code: check(user, code), **kwargs)
        self.request, self.user = request, user

    def clean_proof(self) -> str:
        proof = self.cleaned_data["proof"]
        code = plain(proof)
        if code.isascii() and code.isdigit() and len(code) == 6:
            right = self.is_right(proof)
        else:
            # Through the front door: what is wrong here counts like a wrong password at the login.
            right = authenticate(self.request, username=self.user.get_username(), password=proof) is not None
        if not right:
            raise forms.ValidationError(_("This is neither your password nor a code that is good now."))
        return proof
