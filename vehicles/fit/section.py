"""How a vehicle fits in Japan, as its page tells it: verdicts, a drawing to scale, and the rules' sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.footnotes import rests_on
from vehicles.choices import ExportStatus, Market, RunStatus
from vehicles.exports import ExportProgram
from vehicles.fit import limits, scheme, taxes, verdicts
from vehicles.fit.drawing import FAMILIAR, KEI, View, drawn
from vehicles.fit.taxes import LOWER_SINCE
from vehicles.fit.verdicts import Verdict
from vehicles.specification_table import table
from vehicles.specifications import Specification

RULE_SOURCES = {
    *(*limits.SIZE_SOURCES, *limits.BAY_SOURCES, *limits.GARAGE_SOURCES, *limits.GARAGE_WEIGHT_SOURCES),
    *(*taxes.TAX_SOURCES, *taxes.ELECTRIC_TAX_SOURCES, *taxes.WEIGHT_TAX_SOURCES, *taxes.SURCHARGE_SOURCES),
    *(*verdicts.GOODS_SOURCES, *verdicts.CERTIFICATE_SOURCES, *verdicts.STEERING_SOURCES),
    *(slug for _text, sources in scheme.CONDITIONS for slug in sources),
    *(*FAMILIAR.sources, *KEI.sources),
}


@dataclass(frozen=True)
class Fit:
    """What is told of one vehicle. It is empty, and false, where no specification is known."""

    specs: Sequence[Specification] = ()
    verdicts: list[Verdict] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    conditions: tuple[tuple[Promise, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.specs)

    @property
    def from_us_figures(self) -> bool:
        """Whether all figures are those of the car as sold in the United States."""
        return all(spec.market == Market.US for spec in self.specs)

    @property
    def sources(self) -> tuple[str, ...]:
        """Slugs of the sources of all rules and of the two cars beside it, in the order of the page."""
        told = [verdict.sources for verdict in self.verdicts]
        told += [sources for _text, sources in self.conditions]
        told += [FAMILIAR.sources, KEI.sources] if self.views else []
        return tuple(dict.fromkeys(slug for sources in told for slug in sources))


rests_on(RULE_SOURCES, _("The rules by which pages tell whether a vehicle fits in Japan."))


def fit(specs: Sequence[Specification], name: str, *, steering: Verdict | None, old: bool, under_scheme: bool) -> Fit:
    """``old``: registered before the automobile tax fell; ``under_scheme``: what the approval of 2026 is for."""
    if not specs:
        return Fit()
    told = [
        verdicts.registration(specs),
        verdicts.parking_bay(specs),
        verdicts.mechanical_garage(specs),
        verdicts.garage_certificate(),
        *([steering] if steering else []),
        verdicts.automobile_tax(specs, before_2019=old),
        verdicts.weight_tax(specs, sold_new=not old),
    ]
    return Fit(specs, told, drawn(specs, name), scheme.CONDITIONS if under_scheme else ())


def telling_of_japan(specs: Sequence[Specification]) -> list[Specification]:
    """Those that say how the cars sold in Japan fit: Japanese ones of known size, else any of known size, else all."""
    sized = [spec for spec in specs if spec.width_mm]
    return [spec for spec in sized if spec.market == Market.JAPAN] or sized or list(specs)


def fit_of_program(program: ExportProgram, specs: Sequence[Specification]) -> Fit:
    """Of the cars sold in Japan; ``specs`` are all of the program."""
    ended = program.status == ExportStatus.ENDED
    return fit(
        telling_of_japan(specs),
        program.local_japan_name,
        steering=verdicts.steering(program.drive_side, str(program.get_drive_side_display())),
        old=ended and (program.sales_end or program.sales_start) < LOWER_SINCE,
        under_scheme=program.announced >= "2025" and program.status != ExportStatus.CANCELLED,
    )


def fit_of_generation(name: str, runs: Sequence, specs: Sequence[Specification]) -> Fit:
    """Of a US-built vehicle that was not sold in Japan."""
    current = any(run.status == RunStatus.CURRENT for run in runs)
    old = not current and all((run.last_model_year or 0) < 2020 for run in runs)
    return fit(specs, name, steering=None, old=old, under_scheme=current)


class FitMixin:
    """An entry's page that tells what it measures and how it fits in Japan; ``fit`` says from which specifications."""

    fit: Fit

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        specs = context["specifications"]
        notes = any(spec.notes for spec in specs)
        return {**context, "fit": self.fit, "specification_rows": table(specs), "specification_notes": notes}

    def rules(self):
        return self.fit.sources
