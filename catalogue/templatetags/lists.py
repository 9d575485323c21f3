"""What lists have hundreds of on a page, written here because each costs more in a template than it is."""

import html
from functools import lru_cache

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from catalogue.facets import FacetValue
from catalogue.templatetags.catalogue import number, text

register = template.Library()


@register.simple_tag
def facet_values(name, values):
    """The values of a facet as list items: a box that adds one to the form, a link that shows it alone, its count."""
    language = get_language()
    return mark_safe("".join(facet_value(name, value, language) for value in values))  # noqa: S308 - it is escaped


def facet_value(name: str, value: FacetValue, language: str) -> str:
    """One of them as HTML. Plain formatting: there are more than a hundred on each list."""
    place, own, label = spelled(name, value.value, value.label, getattr(value.label, "lang", language), language)
    if value.link:
        label = f'<a id="{place}" href="{html.escape(value.link)}">{label}</a>'
    else:
        label = f'<span id="{place}">{label}</span>'
    state, mark = (" chosen", " checked") if value.chosen else ("", "") if value.link else (" none", " disabled")
    return (
        f'<li class="facet-value{state}"><input type="checkbox" id="box-{place}" name="{name}" '
        f'value="{own}" aria-labelledby="{place}"{mark}>{label} <span class="count">{number(value.count)}</span></li>'
    )


@lru_cache(4000)
def spelled(name: str, value: str, label: str, language: str, page_language: str) -> tuple[str, str, str]:
    """The id of a value, the value and its label as HTML. The label has its language, which equal texts may not."""
    own = escape(value)
    return f"{name}-{own}", own, text(label)


@register.simple_tag
def facet_options(values):
    """The values of a facet as options of a choice."""
    options = (f'<option value="{escape(one.value)}">{escape(one.label)}</option>' for one in values)
    return mark_safe("".join(options))  # noqa: S308 - it is escaped


@register.tag
def kept(parser, token):
    """``{% kept index name keys %} to ``{% endkept %}``: what is between is made once for a revision and language.

    It must say nothing but what name and keys tell; without an index it is made each time.
    """
    _tag, index, *keys = token.split_contents()
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(parser.compile_filter(index), [parser.compile_filter(key) for key in keys], nodelist)


class KeptNode(template.Node):
    def __init__(self, index, keys, nodelist):
        self.index, self.keys, self.nodelist = index, keys, nodelist

    def render(self, context):
        index = self.index.resolve(context, ignore_failures=True)
        if not index:
            return self.nodelist.render(context)
        key = (get_language(), *(one.resolve(context) for one in self.keys))
        return index.fragment(key, lambda: self.nodelist.render(context))
