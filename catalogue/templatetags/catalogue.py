"""How facts are written on pages: dates at the precision known, open and unknown ends, languages, sources."""

import json
from decimal import Decimal

from django import template
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from catalogue import words
from catalogue.dates import OPEN, PartialDate
from catalogue.templatetags.editing import fact_link
from catalogue.wareki import wareki
from catalogue.words import span_form

register = template.Library()


def unknown():
    return format_html('<span class="unknown">{}</span>', gettext("unknown"))


def date_element(text: str):
    """A partial date as a ``time`` element: HTML reads the same reduced precision. In Japanese it also knows its
    Japanese year."""
    date = PartialDate.parse(text).display()
    if get_language() == "ja" and (year := wareki(text)):
        return format_html('<time datetime="{}" title="{}">{}</time>', text, year, date)
    return format_html('<time datetime="{}">{}</time>', text, date)


def with_japanese_year(text: str):
    """The date, and for readers of Japanese its Japanese year beside it."""
    if get_language() != "ja" or not (year := wareki(text)):
        return date_element(text)
    return format_html('{}<span class="meta">（{}）</span>', date_element(text), year)


@register.simple_tag
def when_exactly(text: str):
    """``when``, with the Japanese year for readers of Japanese."""
    return with_japanese_year(text) if text and text != OPEN else unknown()


@register.filter
def when(text: str):
    """A partial date as the reader's language writes it; "unknown" where it is not known."""
    return date_element(text) if text and text != OPEN else unknown()


@register.filter
def bracketed(said: str):
    """What is said by the way, behind other words."""
    return format_html(gettext(" ({})"), said)


@register.filter
def after_comma(said: str):
    """What is added to other words: a state to a city, a market to a name. In Japanese it stands in brackets."""
    return format_html(gettext(", {}"), said)


register.filter(words.plain_date)
register.filter(words.period_words)
register.simple_tag(words.place)


@register.simple_tag
def span(start: str, end: str, write=None):
    """From start to end: open ends and unknown ends read differently."""
    form, dates = span_form(start, end)
    if not dates:
        return form if end == OPEN else unknown()
    return format_html(form, *map(write or date_element, dates))


@register.simple_tag
def sale(program, exactly=False):
    """When a program is or was on sale in Japan; of an announced one, for when that is planned."""
    write = with_japanese_year if exactly else date_element
    if program.status != "announced" or not program.sales_start:
        return span(program.sales_start, program.sales_end, write)
    form = gettext("planned for %(date)s").replace("%(date)s", "{}")
    return format_html(form, write(program.sales_start))


@register.simple_tag
def model_years(run):
    """A production run's model years: "1992–1996", "from 2018", "to 2006"."""
    return words.model_years(run) if run.first_model_year or run.last_model_year else unknown()


@register.simple_tag
def model_years_of(spec) -> str:
    """The model years that figures are for: "1992", "1993–1995"."""
    return words.years_between(spec.first_model_year, spec.last_model_year or spec.first_model_year)


@register.filter
def text(value):
    """Text that is data, marked with its language where that is not the page's."""
    language = getattr(value, "lang", None)
    if language and language != get_language():
        return format_html('<span lang="{}">{}</span>', language, value)
    return conditional_escape(value)


@register.filter
def foreign(name: str):
    """A proper name kept in its own spelling: on Japanese pages one in Latin letters is marked as English."""
    if get_language() == "ja" and name.isascii() and any(letter.islower() for letter in name):
        return format_html('<span lang="en">{}</span>', name)
    return name


@register.filter
def paragraphs(value):
    """Text that is data as paragraphs, each marked with its language where that is not the page's."""
    language = getattr(value, "lang", None)
    mark = format_html(' lang="{}"', language) if language and language != get_language() else ""
    parts = [part.strip() for part in str(value).split("\n\n") if part.strip()]
    return format_html_join("\n", "<p{}>{}</p>", ((mark, part) for part in parts))


@register.filter
def or_unknown(value):
    """The value, or "unknown" where there is none."""
    return unknown() if value in (None, "") else value


@register.filter
def number(value):
    """A number as the reader's language groups it, without useless decimals."""
    if isinstance(value, int):
        # No language groups three digits, and a list has more than a hundred such numbers.
        return str(value) if -1000 < value < 1000 else number_format(value, force_grouping=True)
    exact = Decimal(str(value)).normalize()
    return floatformat(exact, f"{max(-exact.as_tuple().exponent, 0)}g")


@register.simple_tag
def linked_place(plant, county=False):
    """City, county where it is known, and state with a link to its page; in Japanese from the largest to the least."""
    state = format_html('<a href="{}">{}</a>', reverse("state", args=[plant.state.lower()]), plant.state_name)
    if county and plant.county:
        form = pgettext("a plant's place", "%(city)s, %(county)s County, %(state)s")
    else:
        form = gettext("%(city)s, %(state)s")
    for name in ("city", "county", "state"):
        form = form.replace(f"%({name})s", f"{{{name}}}")
    return format_html(form, city=text(plant.local_city), county=text(plant.local_county), state=state)


@register.simple_tag
def place_with_state(plant):
    """``linked_place`` after the plant's name."""
    form = pgettext("after a plant's name", ", %(place)s").replace("%(place)s", "{}")
    return format_html(form, linked_place(plant))


@register.filter
def listed(texts) -> str:
    """Several texts in one line, apart as the reader's language does it."""
    return gettext(", ").join(str(text) for text in texts)


@register.simple_tag
def quantity(amount, unit):
    """A number with what it counts: "440,000 vehicles", in Japanese without a space between. A number of an index
    has its base in brackets, and Japanese counts billions in hundreds of millions."""
    if "=" in unit or "＝" in unit:
        form = pgettext("number of an index and its base", "%(amount)s (%(unit)s)")
        return format_html(form.replace("%(amount)s", "{}").replace("%(unit)s", "{}"), number(amount), text(unit))
    if unit.startswith("10億"):
        amount, unit = amount * 10, f"億{unit[3:]}"
    form = pgettext("number and unit", "%(amount)s %(unit)s")
    return format_html(form.replace("%(amount)s", "{}").replace("%(unit)s", "{}"), number(amount), text(unit))


@register.filter
def metres(millimetres: int):
    """Millimetres as metres, to the centimetre."""
    return floatformat(Decimal(millimetres) / 1000, 2)


@register.filter
def yen(value):
    """An amount in yen: ¥1,499,000, in Japanese 149万9,000円."""
    if get_language() != "ja":
        return f"¥{number(value)}"
    ten_thousands, rest = divmod(int(value), 10_000)
    told = [f"{number(ten_thousands)}万"] if ten_thousands else []
    return "".join([*told, number(rest) if rest or not told else "", "円"])


@register.simple_tag(takes_context=True)
def cite(context, entry, field=""):
    """The footnote marks of an entry, or of one field of it; ≠ marks a source that says otherwise.

    Behind a fact stand at most three: of many, two and how many more there are. Editors find there the way to its form.
    """
    notes = context.get("footnotes")
    marks = footnote_marks(notes.marks(entry, field) if notes is not None else [], most=3)
    return format_html("{}{}", marks, fact_link(context, entry, field)) if field else marks


@register.simple_tag(takes_context=True)
def cite_rule(context, slugs):
    """The footnote marks of the sources that a rule rests on."""
    return footnote_marks(context["footnotes"].marks_of_rule(slugs), most=3)


@register.simple_tag(takes_context=True)
def cite_every(context, entry, field=""):
    """All the footnote marks of an entry as a whole, or of one field of it."""
    return footnote_marks(context["footnotes"].marks(entry, field))


@register.simple_tag(takes_context=True)
def cite_all(context, entries):
    """The footnote marks of several entries together, each source once."""
    marks: dict[int, bool] = {}
    for entry in entries:
        for number, differs in context["footnotes"].marks(entry):
            marks[number] = marks.get(number, False) or differs
    return footnote_marks(sorted(marks.items()))


def footnote_marks(marks: list[tuple[int, bool]], most: int | None = None):
    """Links to the footnotes; where there are more than ``most``, those that disagree come before others."""
    if not marks:
        return ""
    shown = marks
    if most and len(marks) > most:
        shown = sorted(sorted(marks, key=lambda mark: not mark[1])[: most - 1])
    links = format_html_join(
        "",
        '<a href="#source-{0}" aria-label="{1}">{0}{2}</a>',
        (
            (
                number,
                (gettext("source %(number)s says otherwise") if differs else gettext("source %(number)s"))
                % {"number": number},
                "≠" if differs else "",
            )
            for number, differs in shown
        ),
    )
    more = ""
    if rest := len(marks) - len(shown):
        label = ngettext("%(n)s more source", "%(n)s more sources", rest) % {"n": rest}
        more = format_html('<a href="#sources-heading" aria-label="{}">+{}</a>', label, rest)
    return format_html('<sup class="cite">{}{}</sup>', links, more)


_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def json_ld(value):
    """Structured data for search engines, safe inside a script element (a data block: nothing is run)."""
    content = json.dumps(value, ensure_ascii=False, default=str).translate(_JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{content}</script>')  # noqa: S308
