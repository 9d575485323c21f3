"""What to tell of a vehicle's fit: each question with an answer, the figures behind it, and the rule's sources.

All of it is about specifications that ``SpecificationQuerySet.with_fit`` has annotated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from catalogue.templatetags.catalogue import number, yen
from vehicles.fit import taxes
from vehicles.fit.limits import (
    BAY_SOURCES,
    FREE_OF_DISPLACEMENT,
    GARAGE_SOURCES,
    GARAGE_WEIGHT_KG,
    GARAGE_WEIGHT_SOURCES,
    GOODS_BODIES,
    HIGH_ROOF_GARAGE,
    NEWER_GARAGE,
    ORDINARY_GARAGE,
    SIZE_SOURCES,
    SMALL_BAY,
    SMALL_CLASS,
    STANDARD_BAY,
    Limit,
)
from vehicles.specifications import Specification
from vehicles.units import spread

#: How pickups have been registered; the certificate of a parking place; cars with the wheel on the left.
GOODS_SOURCES = ("specs-072",)
CERTIFICATE_SOURCES = ("specs-148", "specs-161")
STEERING_SOURCES = ("specs-127", "specs-149")


class Answer(StrEnum):
    """How good the news is; pages show a sign for it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"
    FACT = "fact"


@dataclass(frozen=True)
class Verdict:
    slug: str
    question: str | Promise
    answer: Answer
    headline: str
    details: list[str] = field(default_factory=list)
    #: Slugs of the sources of the rule.
    sources: Sequence[str] = ()


MEASURES = {
    "length_mm": (pgettext_lazy("of a vehicle", "length"), _("%(value)s mm")),
    "width_mm": (pgettext_lazy("of a vehicle", "width"), _("%(value)s mm")),
    "height_mm": (pgettext_lazy("of a vehicle", "height"), _("%(value)s mm")),
    "displacement_cc": (pgettext_lazy("of a vehicle", "displacement"), _("%(value)s cc")),
}
UNKNOWN = _("not known")


def span_of(specs: Iterable[Specification], name: str) -> tuple[int, int] | None:
    """The least and the most of a measure over several variants; None where it is known of none."""
    spans = [span for spec in specs if (span := spec.span(name))]
    return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None


def tested(limit: Limit, spec: Specification) -> dict[str, int]:
    """The measures a limit has for this vehicle: the displacement of a diesel, or of a car without engine, is free."""
    measures = limit.measures()
    if any(one.slug in FREE_OF_DISPLACEMENT for one in spec.powertrains.all()):
        measures.pop("displacement_cc", None)
    return measures


def too_much(limit: Limit, specs: Iterable[Specification]) -> list[str]:
    """Which measures are over the limit: "width 1,770 mm (limit 1,700 mm)"."""
    specs, said = list(specs), []
    for name, (label, unit) in MEASURES.items():
        over = [
            spec for spec in specs if (most := tested(limit, spec).get(name)) and (spec.span(name) or (0, 0))[1] > most
        ]
        if over and (span := span_of(over, name)):
            value = unit % {"value": spread(*span)}
            most = unit % {"value": number(limit.measures()[name])}
            said.append(
                gettext("%(measure)s %(value)s (limit %(most)s)") % {"measure": label, "value": value, "most": most}
            )
    return said


def missing(limit: Limit, specs: Iterable[Specification]) -> list[str]:
    """The measures that would be needed and are not known."""
    lacking = {name for spec in specs for name in tested(limit, spec) if spec.span(name) is None}
    return [str(label) for name, (label, _unit) in MEASURES.items() if name in lacking]


def by_answer(specs: Iterable[Specification], attribute: str) -> dict[str, list[Specification]]:
    """The variants by what the database says of them."""
    groups: dict[str, list[Specification]] = {}
    for spec in specs:
        groups.setdefault(getattr(spec, attribute), []).append(spec)
    return groups


def variants(specs: Iterable[Specification]) -> str:
    return gettext(", ").join(str(spec.local_variant or spec.get_market_display()) for spec in specs)


def told_by_variant(groups: dict[str, list[Specification]], names: dict[str, str | Promise]) -> list[str]:
    return [
        gettext("%(answer)s: %(variants)s") % {"answer": names[slug], "variants": variants(specs)}
        for slug, specs in groups.items()
    ]


def lacking_or_divided(limit: Limit, specs: list[Specification]) -> str:
    lacks = missing(limit, specs)
    if lacks:
        return gettext("Not known: %(measures)s.") % {"measures": gettext(", ").join(lacks)}
    return gettext("Its grades are on both sides of the limit.")


# The questions ---------------------------------------------------------------------------------------------------

SIZE_NAMES = {
    "5-number": _("small car (5-number)"),
    "3-number": _("ordinary car (3-number)"),
    "4-number": _("small goods vehicle (4-number)"),
    "1-number": _("ordinary goods vehicle (1-number)"),
    "": UNKNOWN,
}
GARAGE_NAMES = {
    "ordinary": _("fits the ordinary type"),
    "newer": _("fits the newer type only"),
    "high-roof": _("fits the high-roof type only"),
    "none": _("too large"),
    "": UNKNOWN,
}
BAY_NAMES = {
    "small": _("fits a bay for small cars"),
    "standard": _("fits a standard bay"),
    "none": _("longer or wider than a standard bay"),
    "": UNKNOWN,
}


def one_or_several(slug: str, question, groups, names, answers: dict[str, Answer], details, sources) -> Verdict:
    """A verdict from the variants' answers: theirs, where they agree, else each with its variants."""
    if len(groups) == 1:
        (only,) = groups
        return Verdict(slug, question, answers.get(only, Answer.UNKNOWN), str(names[only]), details, sources)
    told = told_by_variant(groups, names)
    return Verdict(slug, question, Answer.PARTLY, gettext("depends on the version"), [*told, *details], sources)


def registration(specs: list[Specification]) -> Verdict:
    groups = by_answer(specs, "size_class")
    details = []
    large = [*groups.get("3-number", []), *groups.get("1-number", [])]
    if reasons := too_much(SMALL_CLASS, large):
        details.append(gettext("Over the small class: %(reasons)s.") % {"reasons": gettext(", ").join(reasons)})
    if "" in groups:
        details.append(lacking_or_divided(SMALL_CLASS, groups[""]))
    sources = SIZE_SOURCES
    if any(spec.body_style.slug in GOODS_BODIES for spec in specs):
        details.append(
            gettext("Pickups brought in so far are registered as goods vehicles: inspection every year, lower tax.")
        )
        sources = (*SIZE_SOURCES, *GOODS_SOURCES)
    answers = {"5-number": Answer.YES, "4-number": Answer.YES, "3-number": Answer.FACT, "1-number": Answer.FACT}
    return one_or_several("registration", _("Registration class"), groups, SIZE_NAMES, answers, details, sources)


def parking_bay(specs: list[Specification]) -> Verdict:
    groups = by_answer(specs, "bay")
    details = []
    if reasons := too_much(STANDARD_BAY, groups.get("none", [])):
        details.append(gettext("Over the standard bay: %(reasons)s.") % {"reasons": gettext(", ").join(reasons)})
    if reasons := too_much(SMALL_BAY, groups.get("standard", [])):
        details.append(gettext("Over the bay for small cars: %(reasons)s.") % {"reasons": gettext(", ").join(reasons)})
    if width := span_of(specs, "width_mm"):
        room = (STANDARD_BAY.width_mm - width[1]) // 2
        if room > 0:
            details.append(
                gettext("In a bay 2.5 m wide there is %(cm)s cm on either side.") % {"cm": number(room // 10)}
            )
    if "" in groups:
        details.append(lacking_or_divided(STANDARD_BAY, groups[""]))
    answers = {"small": Answer.YES, "standard": Answer.YES, "none": Answer.NO}
    return one_or_several("bay", _("Parking bay"), groups, BAY_NAMES, answers, details, BAY_SOURCES)


def mechanical_garage(specs: list[Specification]) -> Verdict:
    groups = by_answer(specs, "garage")
    details = []
    if reasons := too_much(HIGH_ROOF_GARAGE, groups.get("none", [])):
        details.append(gettext("Over the limits: %(reasons)s.") % {"reasons": gettext(", ").join(reasons)})
    for slug, limit in (("high-roof", NEWER_GARAGE), ("newer", ORDINARY_GARAGE)):
        if reasons := too_much(limit, groups.get(slug, [])):
            text = gettext("Over the %(garage)s: %(reasons)s.")
            details.append(text % {"garage": limit.name, "reasons": gettext(", ").join(reasons)})
    if "" in groups:
        details.append(lacking_or_divided(HIGH_ROOF_GARAGE, groups[""]))
    strict, robust = GARAGE_WEIGHT_KG
    if weight := span_of(specs, "weight_kg"):
        told = {"weight": spread(*weight), "strict": number(strict), "robust": number(robust)}
        if weight[0] > robust:
            details.append(
                gettext("Too heavy for most: %(weight)s kg, where %(strict)s to %(robust)s kg are usual.") % told
            )
        elif weight[1] > strict:
            details.append(
                gettext("Mind the weight: %(weight)s kg, where the limit is %(strict)s to %(robust)s kg.") % told
            )
    details.append(gettext("Each car park has limits of its own."))
    answers = {"ordinary": Answer.YES, "newer": Answer.PARTLY, "high-roof": Answer.PARTLY, "none": Answer.NO}
    sources = (*GARAGE_SOURCES, *GARAGE_WEIGHT_SOURCES)
    return one_or_several("garage", _("Mechanical car park"), groups, GARAGE_NAMES, answers, details, sources)


def garage_certificate() -> Verdict:
    details = [gettext("The place is off the road within 2 km of home, holds the whole car and can be driven into.")]
    headline = gettext("needed, as for every registered car")
    return Verdict("certificate", _("Garage certificate"), Answer.FACT, headline, details, CERTIFICATE_SOURCES)


def steering(drive_side: str, label: str) -> Verdict:
    details = []
    if drive_side in ("lhd", "both"):
        details.append(gettext("Japan drives on the left and lets cars with the wheel on the left be sold and driven."))
    answer = {"rhd": Answer.YES, "both": Answer.YES, "lhd": Answer.PARTLY}.get(drive_side, Answer.UNKNOWN)
    return Verdict("steering", _("Steering"), answer, label or str(UNKNOWN), details, STEERING_SOURCES)


def automobile_tax(specs: list[Specification], *, before_2019: bool) -> Verdict:
    question = _("Automobile tax a year")
    sources: tuple[str, ...] = taxes.TAX_SOURCES
    if any(spec.body_style.slug in GOODS_BODIES for spec in specs):
        text = gettext("as a goods vehicle by its load, not by its engine")
        return Verdict("tax", question, Answer.FACT, text, [], GOODS_SOURCES)
    if all(any(one.slug in ("battery-electric", "fuel-cell") for one in spec.powertrains.all()) for spec in specs):
        band = taxes.AUTOMOBILE_TAX[0]
        headline = yen(band.yen_before if before_2019 else band.yen)
        return Verdict(
            "tax",
            question,
            Answer.FACT,
            headline,
            [gettext("Without an engine: the lowest class.")],
            taxes.ELECTRIC_TAX_SOURCES,
        )
    displacement = span_of(specs, "displacement_cc")
    if displacement is None:
        return Verdict(
            "tax", question, Answer.UNKNOWN, str(UNKNOWN), [gettext("The displacement is not known.")], sources
        )
    bands = taxes.automobile_tax(*displacement)
    amounts = [band.yen_before if before_2019 else band.yen for band in bands]
    details = (
        [
            gettext("Class of %(over)s to %(up_to)s cc.")
            % {"over": number(bands[0].over + 1), "up_to": number(bands[-1].up_to)}
        ]
        if bands[-1].up_to
        else [gettext("Class over %(over)s cc.") % {"over": number(bands[0].over)}]
    )
    if before_2019:
        text = gettext("Registered before October 2019; petrol cars older than %(years)s years pay %(percent)s%% more.")
        details.append(text % {"years": taxes.SURCHARGE_AFTER_YEARS, "percent": taxes.SURCHARGE_PERCENT})
        sources = (*sources, *taxes.SURCHARGE_SOURCES)
    headline = (
        yen(amounts[0])
        if len(amounts) == 1
        else gettext("%(least)s to %(most)s") % {"least": yen(amounts[0]), "most": yen(amounts[-1])}
    )
    return Verdict("tax", question, Answer.FACT, headline, details, sources)


def weight_tax(specs: list[Specification], *, sold_new: bool) -> Verdict:
    question = _("Weight tax")
    weight = span_of(specs, "weight_kg")
    if any(spec.body_style.slug in GOODS_BODIES for spec in specs):
        text = gettext("as a goods vehicle, each year; the rate was not found")
        return Verdict("weight-tax", question, Answer.UNKNOWN, text, [], GOODS_SOURCES)
    if weight is None:
        return Verdict(
            "weight-tax",
            question,
            Answer.UNKNOWN,
            str(UNKNOWN),
            [gettext("The weight is not known.")],
            taxes.WEIGHT_TAX_SOURCES,
        )
    bands = taxes.weight_tax(*weight)
    first, last = bands[0].yen_for_two_years, bands[-1].yen_for_two_years
    two_years = (
        yen(first) if first == last else gettext("%(least)s to %(most)s") % {"least": yen(first), "most": yen(last)}
    )
    details = [
        gettext("Class over %(over)s up to %(up_to)s kg.")
        % {"over": number(bands[0].over_kg), "up_to": number(bands[-1].up_to_kg)}
    ]
    if sold_new:
        new = bands[-1].yen_when_new
        details.append(
            gettext("New, for three years: %(yen)s. Relief for economical cars is not counted.") % {"yen": yen(new)}
        )
    else:
        details.append(gettext("Cars of 13 and of 18 years pay more."))
    headline = gettext("%(yen)s for two years") % {"yen": two_years}
    return Verdict("weight-tax", question, Answer.FACT, headline, details, taxes.WEIGHT_TAX_SOURCES)
