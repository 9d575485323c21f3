"""Measures as readers write them: in English with inches, pounds and horsepower beside, in Japanese without.

Each function takes the least and the most of a measure; where both are the same, it is one figure.
"""

from __future__ import annotations

from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils.translation import get_language, gettext, pgettext_lazy

from catalogue.templatetags.catalogue import number

MM_PER_INCH = Decimal("25.4")
KG_PER_POUND = Decimal("0.45359237")
#: A PS is 75 kgf·m/s, a horsepower 550 ft·lbf/s.
KW_PER_PS = Decimal("0.73549875")
KW_PER_HP = Decimal("0.74569987")
NM_PER_LB_FT = Decimal("1.35581795")


RANGE = pgettext_lazy("from the least to the most", "%(least)s–%(most)s")


def spread(least: int | Decimal, most: int | Decimal) -> str:
    """A figure, or from the least to the most of it."""
    if least == most:
        return number(least)
    return RANGE % {"least": number(least), "most": number(most)}


def converted(least: int, most: int, factor: Decimal, places: str = "1") -> str:
    return spread(*((Decimal(value) * factor).quantize(Decimal(places)) for value in (least, most)))


def beside(metric: str, imperial: str) -> str:
    """Both for readers of English; Japan measures in metric units only."""
    return metric if get_language() == "ja" else f"{metric} ({imperial})"


def length(least: int, most: int) -> str:
    inches = converted(least, most, 1 / MM_PER_INCH, "0.1")
    return beside(gettext("%(value)s mm") % {"value": spread(least, most)}, f"{inches} in")


def weight(least: int, most: int) -> str:
    pounds = converted(least, most, 1 / KG_PER_POUND)
    return beside(gettext("%(value)s kg") % {"value": spread(least, most)}, f"{pounds} lb")


def displacement(least: int, most: int, *, nominal: bool) -> str:
    """Where only the litres are known, the litres."""
    if nominal:
        least, most = (floatformat(Decimal(cc) / 1000, 1) for cc in (least, most))
        return gettext("%(value)s L") % {"value": least if least == most else RANGE % {"least": least, "most": most}}
    return gettext("%(value)s cc") % {"value": spread(least, most)}


def power(least: int, most: int) -> str:
    """Horsepower as English has them come first there; sources of both countries give PS or what comes to the same."""
    ps = gettext("%(value)s PS") % {"value": spread(least, most)}
    kw = gettext("%(value)s kW") % {"value": converted(least, most, KW_PER_PS)}
    if get_language() == "ja":
        return f"{ps}（{kw}）"
    return f"{converted(least, most, KW_PER_PS / KW_PER_HP)} hp ({ps}, {kw})"


def torque(least: int, most: int) -> str:
    pound_feet = converted(least, most, 1 / NM_PER_LB_FT)
    return beside(gettext("%(value)s N·m") % {"value": spread(least, most)}, f"{pound_feet} lb-ft")
