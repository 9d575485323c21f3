"""Links from what is shown to its form at the desk, for those who may change it. Readers' pages carry nothing of it."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext

register = template.Library()


def form_address(context, entry) -> str:
    """The address of the entry's form; empty where there is none, and for whoever may not change it."""
    user = context.get("user")
    if user is None or not user.is_staff:
        return ""
    app, name = entry._meta.app_label, entry._meta.model_name
    if not user.has_perm(f"{app}.change_{name}"):
        return ""
    try:
        return reverse(f"admin:{app}_{name}_change", args=[entry.pk])
    except NoReverseMatch:
        return ""


def fact_link(context, entry, field: str):
    """A link to where one fact of the entry is changed; nothing for readers."""
    address = form_address(context, entry)
    if not address:
        return ""
    label = gettext("Edit: %(fact)s") % {"fact": entry._meta.get_field(field).verbose_name}
    return format_html(' <a class="edit-link fact" href="{}#id_{}" aria-label="{}">✎</a>', address, field, label)


@register.simple_tag(takes_context=True)
def edit_link(context, entry, label=""):
    """A link to the entry's form; nothing for everybody else. ``label`` in place of the short "Edit"."""
    address = form_address(context, entry)
    if not address:
        return ""
    if label:
        return format_html(' · <a href="{}">{}</a>', address, label)
    # By its type: to name each run or program would cost a query for each.
    what = gettext("Edit this %(kind)s") % {"kind": entry._meta.verbose_name}
    return format_html(' <a class="edit-link" href="{}" aria-label="{}">{}</a>', address, what, gettext("Edit"))
