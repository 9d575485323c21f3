"""Contradictions and gaps in what is recorded of vehicles and exports."""

from collections.abc import Iterable, Iterator

from django.db.models import Count
from django.utils.translation import gettext as _

from catalogue.dates import OPEN, PartialDate, in_order
from catalogue.quality import Problem, uncited
from vehicles.models import ExportProgram, Generation, Make, ProductionRun, VehicleModel


def year(text: str) -> int | None:
    return PartialDate.parse(text).year if text not in ("", OPEN) else None


def run_problems(run: ProductionRun) -> Iterator[str]:
    start, end = year(run.production_start), year(run.production_end)
    plant_start, plant_end = year(run.plant.production_start), year(run.plant.production_end)
    first, last = run.first_model_year, run.last_model_year
    if first and start and first < start - 1:
        yield _("model year %(first)s is before the start of production in %(start)s") % {
            "first": first,
            "start": start,
        }
    if not in_order(run.plant.production_start, run.production_start or str(first or "")):
        yield _("begins before its plant does")
    # A model year begins in the autumn before: the last one may be a year ahead of the plant's end.
    if plant_end and (
        (end and not in_order(run.production_end, run.plant.production_end)) or (last or 0) > plant_end + 1
    ):
        yield _("ends after its plant does")
    if plant_start and first and first < plant_start:
        text = _("model year %(first)s is before the plant's start in %(start)s")
        yield text % {"first": first, "start": plant_start}
    if plant_end and run.status == "current":
        yield _("is current, but its plant no longer produces")
    if run.status == "ended" and last is None and not run.production_end:
        yield _("has ended, but neither its last model year nor its end is known")
    for other in overlapping(run):
        yield _("its model years overlap another run of this generation at this plant: %(run)s") % {"run": other.slug}


def overlapping(run: ProductionRun) -> list[ProductionRun]:
    """Other runs of the same generation, plant and variant that share a model year with this one."""
    if not run.first_model_year:
        return []
    return [
        other
        for other in run.generation.runs.all()
        if other.pk != run.pk
        and (other.plant_id, other.variant) == (run.plant_id, run.variant)
        and other.first_model_year
        and other.first_model_year <= (run.last_model_year or 9999)
        and run.first_model_year <= (other.last_model_year or 9999)
    ]


def covers(run: ProductionRun, program: ExportProgram) -> bool:
    """Whether a run spans a program's sale. Sale may begin before the model year and trail it by a year."""
    begin, end = year(program.sales_start or program.announced), year(program.sales_end)
    first = run.first_model_year or year(run.production_start)
    last = run.last_model_year or year(run.production_end) or 9999
    return bool(begin and first) and first - 1 <= begin <= last + 1 and (end or begin) <= last + 1


def program_problems(program: ExportProgram) -> Iterator[str]:
    runs = (
        [run for run in program.generation.runs.all() if run.plant_id == program.plant_id] if program.generation else []
    )
    if program.run_note:
        return
    if not runs:
        yield _("no production run is behind it, and it does not say why")
    elif not any(covers(run, program) for run in runs):
        yield _("no production run covers its years, and it does not say why")


def generation_problems(generation: Generation) -> Iterator[str]:
    """What looks odd about its runs and programs, each named."""
    runs = list(generation.runs.select_related("plant").prefetch_related("generation__runs"))
    programs = list(generation.exports.select_related("generation").prefetch_related("generation__runs"))
    for entries, find in ((runs, run_problems), (programs, program_problems)):
        for entry in entries:
            for text in find(entry):
                yield f"{entry.plant.short_name if find is run_problems else entry}: {text}"
    if not runs:
        yield _("has no production run")


def problems() -> Iterable[Problem]:
    for model in (ProductionRun, ExportProgram):
        yield from uncited(model.objects)
    runs = ProductionRun.objects.select_related("plant", "generation__model__make")
    for run in runs.prefetch_related("generation__runs"):
        for text in run_problems(run):
            yield Problem(run, text)
    programs = ExportProgram.objects.filter(publication="published").select_related("generation")
    for program in programs.prefetch_related("generation__runs"):
        for text in program_problems(program):
            yield Problem(program, text)
        if not program.summary:
            yield Problem(program, _("has no summary"))
    for generation in Generation.objects.filter(runs__isnull=True):
        yield Problem(generation, _("has no production run"))
    for generation in Generation.objects.filter(exports__publication="published", summary="").distinct():
        yield Problem(generation, _("was or is to be exported, but has no summary"))
    for model in VehicleModel.objects.filter(generations__isnull=True):
        yield Problem(model, _("has no generation"))
    for make in Make.objects.filter(models__isnull=True):
        yield Problem(make, _("has no model"))
    twice = Generation.objects.exclude(code="").values("model", "code").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        for generation in Generation.objects.filter(model=row["model"], code=row["code"]):
            yield Problem(generation, _("has the same code as another generation of its model"))
