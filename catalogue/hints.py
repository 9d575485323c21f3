"""Hints above a form of the desk: what looks odd about the stored entry, by the conditions of each app's ``quality``.

They forbid nothing. An admin class says in ``hints`` what it looks at.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.text import capfirst


class Hints:
    """For a ModelAdmin."""

    def hints(self, entry: models.Model) -> Iterable[str]:
        return ()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        # Of a form that came back with mistakes the stored entry is not what is shown.
        if obj is not None and request.method == "GET":
            context["hints"] = [capfirst(text) for text in self.hints(obj)]
        return super().render_change_form(request, context, add, change, form_url, obj)
