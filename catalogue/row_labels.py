"""Names for the fields of rows within a form: their column's heading is no label to a screen reader."""

from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _


class RowLabels:
    """For a ModelAdmin whose inlines are tables. Stacked ones have labels."""

    def get_formsets_with_inlines(self, request, obj=None):
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if not inline.template.endswith("stacked.html"):
                for field in formset.form.base_fields.values():
                    field.widget.attrs.setdefault("aria-label", field.label)
                formset.deletion_widget = CheckboxInput(attrs={"aria-label": _("Delete this row")})
            yield formset, inline
