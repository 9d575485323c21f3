"""Form fields that more than one form has."""

from django import forms
from django.core.validators import URLValidator


class WebAddressField(forms.URLField):
    """The address of a page on the web: Django's own field takes FTP as well. ``https://`` may be left out."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, *, assume_scheme="https", **kwargs):
        super().__init__(assume_scheme=assume_scheme, **kwargs)
