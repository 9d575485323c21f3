"""What a VIN says: where the vehicle was built, which entry of the catalogue it is, and whether that was sold in Japan.

``check`` takes any text and answers with a ``VinAnswer``, for the page and for programs alike. Nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from catalogue.dates import OPEN, PartialDate
from catalogue.words import names_in, place, span_words
from plants import vin as rules
from plants.choices import AliasKind
from plants.models import Plant, PlantCode
from plants.vin import Problem
from vehicles import vpic
from vehicles.filters import public_exports, public_runs
from vehicles.models import ExportProgram, Generation, Make, ProductionRun, VehicleModel
from vehicles.vin_positions import Position, explain


@dataclass
class VinAnswer:
    """What is known of a VIN. What is not known is None or empty, and ``problems`` says why."""

    #: The text without spaces, dashes and label, in upper case.
    vin: str
    #: Seventeen of the characters a VIN may have, with the right check digit.
    valid: bool = False
    problems: list[Problem] = field(default_factory=list)
    #: The maker code: three characters, six for a small maker.
    wmi: str = ""
    #: The country or part of the world the maker code belongs to, in the reader's language.
    origin: str = ""
    model_year: int | None = None
    #: Every model year that position 10 can mean; one where the rules or the data decide.
    model_years: list[int] = field(default_factory=list)
    make: Make | None = None
    #: As vPIC spells it, where the make has no entry.
    make_name: str = ""
    model: VehicleModel | None = None
    model_name: str = ""
    plant: Plant | None = None
    #: How NHTSA's data spells the plant's city, where that is not its name: KANSAS CITY for Claycomo.
    city_spellings: list[str] = field(default_factory=list)
    #: The production runs it can come from, with their generations.
    runs: list[ProductionRun] = field(default_factory=list)
    #: What of this generation was, is or is to be sold in Japan, from this plant or from one not known.
    exports: list[ExportProgram] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)

    @property
    def generations(self) -> list[Generation]:
        """The generations it can be, each once."""
        return list({run.generation_id: run.generation for run in self.runs}.values())

    @property
    def vehicle(self) -> Generation | None:
        """The one generation it is; None where there is none or more than one."""
        return self.generations[0] if len(self.generations) == 1 else None

    @property
    def errors(self) -> list[Problem]:
        """Why the text is no valid VIN."""
        return [problem for problem in self.problems if problem.fatal]

    @property
    def notes(self) -> list[Problem]:
        """What could not be read from it, or is in doubt."""
        return [problem for problem in self.problems if not problem.fatal]

    def note(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message))


def check(text: str) -> VinAnswer:
    """Read a VIN from any text. Never raises for its content; messages are in the active language.

    A VIN whose only fault is the check digit is read all the same, since vehicles for other markets have none.
    """
    vin = rules.clean(text)
    answer = VinAnswer(vin, problems=rules.problems_of_form(vin))
    answer.valid = not answer.problems
    if not rules.is_well_formed(vin):
        return answer
    answer.wmi = rules.wmi_of(vin)
    answer.origin = gettext(rules.origin(answer.wmi))
    codes = rules.rows_for(PlantCode.objects.of_maker(answer.wmi), vin)
    decide_year(answer, codes)
    decide_plant(answer, codes)
    decide_model(answer, codes)
    find_runs(answer)
    find_exports(answer)
    answer.positions = explain(answer)
    return answer


def decide_year(answer: VinAnswer, codes: list[PlantCode]) -> None:
    """The model year by the standard's rule, unless our plant codes know such VINs of the other cycle only."""
    light = vpic.is_light(answer.wmi)
    years = rules.model_years(answer.vin, newest=timezone.now().year + 1, light=light)
    if not years:
        answer.note("model_year", gettext("Position 10 (%s) stands for no model year.") % answer.vin[9])
        return
    # Vehicles for other markets need not follow the rule; one from abroad with a wrong check digit is for those.
    light = light and (answer.valid or rules.is_us(answer.wmi))
    by_rule = years[:1] if light or len(years) == 1 else []
    known = [year for year in years if rules.best_rows(codes, year)]
    # vPIC's data is older than our codes: that it does not know a recent year says nothing.
    known = known or by_rule or [year for year in years if vpic.look_up(answer.vin, answer.wmi, year).model]
    if by_rule and by_rule[0] in known:
        known = by_rule
    if len(known) == 1:
        answer.model_year, answer.model_years = known[0], known
    else:
        answer.model_years = years
        message = gettext("The model year can be %(one)s or %(other)s: for this kind of vehicle the VIN does not say.")
        answer.note("model_year_ambiguous", message % {"one": min(years), "other": max(years)})
    if light and answer.model_year != years[0]:
        message = gettext("By the rule position 7 would mean %(rule)s, but such vehicles are known of %(year)s only.")
        answer.note("model_year_by_data", message % {"rule": years[0], "year": answer.model_year})


def decide_plant(answer: VinAnswer, codes: list[PlantCode]) -> None:
    """The plant that position 11 stands for in the model year; none where it can be more than one."""
    years = [answer.model_year] if answer.model_year else answer.model_years
    plants = distinct_plants(row for year in years for row in rules.best_rows(codes, year))
    if len(plants) == 1:
        answer.plant = plants[0]
        spellings = answer.plant.aliases.filter(kind=AliasKind.VIN)
        answer.city_spellings = [alias.name for alias in spellings]
        if answer.model_year and not could_build(answer.plant, answer.model_year):
            message = gettext(
                "%(plant)s did not produce for model year %(year)s (production: %(span)s); a character may be mistyped."
            )
            span = span_words(answer.plant.production_start, answer.plant.production_end)
            values = {"plant": answer.plant.local_short_name, "year": answer.model_year, "span": span}
            answer.note("plant_years", message % values)
        return
    values = {"code": answer.vin[10], "wmi": answer.wmi, "country": answer.origin}
    if plants:
        message = gettext("The plant code %(code)s can stand for more than one plant: %(plants)s.")
        answer.note("plant_ambiguous", message % {**values, "plants": described(plants)})
    elif not rules.is_us(answer.wmi):
        message = gettext("The maker code %(wmi)s is not of the United States, but belongs to %(country)s.")
        answer.note("not_us", message % values)
    elif not years:
        answer.note("plant_unknown", gettext("Without a model year the plant code can't be read."))
    elif codes:
        message = gettext(
            "Under the maker code %(wmi)s the plant code %(code)s is known of other years or models only: %(plants)s."
        )
        answer.note("plant_unknown", message % {**values, "plants": described(distinct_plants(codes))})
    elif PlantCode.objects.of_maker(answer.wmi).exists():
        message = gettext("No plant of this catalogue has the plant code %(code)s under the maker code %(wmi)s.")
        answer.note("plant_unknown", message % values)
    else:
        message = gettext("The maker code %(wmi)s is of the United States, but this catalogue has no plants for it.")
        answer.note("maker_unknown", message % values)


def distinct_plants(codes: Iterable[PlantCode]) -> list[Plant]:
    return sorted({row.plant for row in codes}, key=lambda plant: plant.name)


def described(plants: list[Plant]) -> str:
    return "; ".join(f"{plant.local_short_name} ({place(plant.local_city, plant.state_name)})" for plant in plants)


def could_build(plant: Plant, model_year: int) -> bool:
    """Whether a plant produced in time for a model year, which may end the year after its last production."""
    start, end = plant.production_start, plant.production_end
    begun = not start or PartialDate.parse(start).year <= model_year
    return begun and (end in ("", OPEN) or model_year <= PartialDate.parse(end).year + 1)


def decide_model(answer: VinAnswer, codes: list[PlantCode]) -> None:
    """Make and model: our own plant codes name the model most exactly, then vPIC's patterns."""
    year = answer.model_year
    keys = {row.model for row in rules.best_rows(codes, year) if row.model} if year else set()
    found = vpic.look_up(answer.vin, answer.wmi, year) if year else vpic.VpicVehicle()
    answer.make_name, answer.model_name = found.make or vpic.make_of(answer.wmi), found.model
    models = VehicleModel.objects.published().select_related("make")
    if len(keys) == 1:
        make_slug, model_slug = next(iter(keys)).split("/")
        answer.model = models.filter(make__slug=make_slug, slug=model_slug).first()
    elif found.model:
        of_make = models.filter(make__name__iexact=found.make)
        answer.model = next((model for model in of_make if is_named(model, found.model)), None)
    if answer.model:
        answer.make = answer.model.make
    elif answer.make_name:
        answer.make = Make.objects.published().filter(name__iexact=answer.make_name).first()
    if not answer.model and not answer.model_name:
        answer.note("model_unknown", gettext("The public data names no model for positions 4 to 8."))


def is_named(model: VehicleModel, name: str) -> bool:
    """Whether a name means this model, whatever its capitals, spaces and hyphens: "Pick-Up" is the Pickup."""
    wanted = squeezed(name)
    return wanted in {squeezed(one) for one in (model.name, model.slug, *names_in(model.aliases))}


def squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def find_runs(answer: VinAnswer) -> None:
    """The production runs of the model at the plant in the model year, by chassis code where that tells them apart."""
    if not (answer.model and answer.plant and answer.model_year):
        return
    runs = list(
        public_runs()
        .built_in(answer.model_year)
        .filter(generation__model=answer.model, plant=answer.plant)
        .select_related("generation__model__make", "plant")
    )
    coded = [run for run in runs if has_code(run.generation, answer.vin[3:6])]
    answer.runs = coded or runs
    values = {"year": answer.model_year, "plant": answer.plant.local_short_name, "model": answer.model.full_name}
    if not runs:
        message = gettext("The catalogue has no production of the %(model)s at %(plant)s in model year %(year)s.")
        answer.note("vehicle_unknown", message % values)
    elif len(answer.generations) > 1:
        message = gettext("In model year %(year)s more than one generation of the %(model)s was built at %(plant)s.")
        answer.note("vehicle_ambiguous", message % values)


def has_code(generation: Generation, code: str) -> bool:
    """Whether a chassis code such as CB9 is among a generation's: Honda writes it into positions 4 to 6."""
    return code in re.split(r"[^A-Z0-9]+", generation.code.upper())


def find_exports(answer: VinAnswer) -> None:
    if answer.runs:
        programs = public_exports().filter(
            Q(plant=answer.plant) | Q(plant__isnull=True), generation__in=answer.generations
        )
        answer.exports = list(programs.select_related("japan_make", "generation__model__make", "plant", "era"))
