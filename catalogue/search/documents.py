"""What can be found of each kind of entry. Like the home page, this module knows all apps.

Each function takes a queryset of one kind and yields the documents of its public entries; what hangs on a
draft is left out, so nothing of a draft can be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext

from catalogue.dates import OPEN, PartialDate
from catalogue.models import Source
from catalogue.search.entry import Kind
from catalogue.search.facts import Document, Fact, both, years_and_decades
from catalogue.words import model_years, names_in, place, plain_date, span_words
from plants.filters import public_owners
from plants.models import Manufacturer, Ownership, Plant
from plants.states import CODES, CODES_JA, state_name
from vehicles.filters import public_exports, public_runs
from vehicles.models import ExportEra, ExportProgram, Generation, Make, MarketName, VehicleModel

#: The first year any of it was sold; spans without a known end are taken as one year.
LAST_YEAR = 2027
EXPORT_WORDS = (
    "export exports exported import imports imported japan",
    "逆輸入 逆輸入車 輸出 輸入 輸入車 日本 導入",
)
PLANT_WORDS = ("plant plants factory factories 工場 生産 拠点",)
#: What people call a body or a powertrain besides its name.
BODY_WORDS = {
    "pickup": ("truck pickups ピックアップ トラック",),
    "wagon": ("estate stationwagon ワゴン",),
    "suv": ("crossover クロスオーバー",),
    "minivan": ("van ミニバン",),
    "coupe": ("クーペ",),
    "convertible": ("cabriolet spyder spider オープン カブリオレ",),
}
POWERTRAIN_WORDS = {
    "battery-electric": ("ev bev electric 電気 電気自動車",),
    "plug-in-hybrid": ("phev",),
    "hybrid": ("hev",),
    "fuel-cell": ("hydrogen fcev fcv 燃料電池 水素",),
    "natural-gas": ("cng 天然ガス",),
}
DRIVE_WORDS = {
    "lhd": ("lhd left 左ハンドル",),
    "rhd": ("rhd right 右ハンドル",),
    "both": ("lhd rhd left right 左ハンドル 右ハンドル",),
}


def path_of(entry) -> str:
    with translation.override("en"):
        return entry.get_absolute_url()


def plant_and_place(plant: Plant) -> str:
    return f"{plant.local_short_name}, {place(plant.local_city, plant.state_name)}"


def plant_words(plant: Plant) -> tuple[str, ...]:
    """All names by which what was built at a plant is found."""
    return (plant.name, plant.name_ja, plant.state, *(alias.name for alias in plant.aliases.all()))


def span_years(start: str, end: str) -> range:
    """The calendar years of a span; an unknown end counts for the first year only."""
    if not start:
        return range(0)
    first = PartialDate.parse(start).year
    last = LAST_YEAR if end == OPEN else PartialDate.parse(end).year if end else first
    return range(first, last + 1)


def run_years(run) -> range:
    """The years of a run, model years and those of its production dates: readers mean either."""
    years = [*span_years(run.production_start, run.production_end)]
    if first := run.first_model_year:
        years += [first, run.last_model_year or (LAST_YEAR if run.status == "current" else first)]
    return range(min(years), max(years) + 1) if years else range(0)


def joined(names: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Names in English and in Japanese as two lists in one line each; missing Japanese falls back to English."""
    pairs = list(dict.fromkeys(names))
    return ", ".join(english for english, _japanese in pairs), "、".join(ja or english for english, ja in pairs)


def terms_fact(kind: str, terms: Iterable, also: dict[str, tuple[str, ...]]) -> list[Fact]:
    terms = list(dict.fromkeys(terms))
    if not terms:
        return []
    more = [text for term in terms for text in also.get(term.slug, ())]
    return [Fact(kind, *joined((term.name, term.name_ja) for term in terms), also=more)]


def text_fact(entry) -> list[Fact]:
    shown = Truncator(entry.summary).chars(140), Truncator(entry.summary_ja).chars(70)
    return [Fact("text", *shown, also=(entry.summary, entry.summary_ja))] if entry.summary else []


# Kinds -------------------------------------------------------------------------------------------------


def makes(queryset: QuerySet) -> Iterator[Document]:
    for make in queryset.published().select_related("manufacturer"):
        facts = [Fact("name", make.name, make.name_ja)]
        if not make.manufacturer.is_draft:
            facts.append(Fact("maker", make.manufacturer.name, make.manufacturer.name_ja))
        facts += text_fact(make)
        yield Document(f"make/{make.pk}", Kind.MAKE, path_of(make), make.name, make.name_ja, weight=9, facts=facts)


def models(queryset: QuerySet) -> Iterator[Document]:
    names = MarketName.objects.filter(generation__publication="published")
    generations = Generation.objects.filter(publication="published").prefetch_related(
        Prefetch("market_names", names), Prefetch("exports", public_exports(), to_attr="public_exports")
    )
    queryset = queryset.published().select_related("make")
    for model in queryset.prefetch_related(Prefetch("generations", generations, to_attr="public_generations")):
        make = model.make
        title, title_ja = f"{make.name} {model.name}", f"{make.name_ja or make.name} {model.name_ja or model.name}"
        facts = [Fact("name", model.name, model.name_ja), Fact("full", title, title_ja)]
        facts += [Fact("alias", name) for name in names_in(model.aliases)]
        others = dict.fromkeys(
            (name.name, name.name_ja) for one in model.public_generations for name in one.market_names.all()
        )
        facts += [Fact("others", english, japanese) for english, japanese in others if english != model.name]
        number = str(len(model.public_generations))
        facts.append(Fact("generations", number, number, silent=True))
        if codes := [one.code for one in model.public_generations if one.code]:
            facts.append(Fact("codes", ", ".join(codes)))
        programs = [program for one in model.public_generations for program in one.public_exports]
        if programs:
            titles = joined((program.title, program.title_ja) for program in programs)
            facts.append(Fact("programs", *titles, also=EXPORT_WORDS))
        yield Document(f"model/{model.pk}", Kind.MODEL, path_of(model), title, title_ja, weight=8, facts=facts)


def vehicles(queryset: QuerySet) -> Iterator[Document]:
    runs = public_runs().select_related("plant").prefetch_related("plant__aliases", "body_styles", "powertrains")
    queryset = (
        queryset.published()
        .select_related("model__make__manufacturer")
        .prefetch_related(
            "market_names",
            Prefetch("runs", runs, to_attr="public_runs"),
            Prefetch("exports", public_exports(), to_attr="public_exports"),
        )
    )
    for generation in queryset:
        yield vehicle(generation)


def vehicle(generation: Generation) -> Document:
    model, make, runs = generation.model, generation.model.make, generation.public_runs
    names = (f"{make.name} {model.name}", f"{make.name_ja or make.name} {model.name_ja or model.name}")
    facts = [Fact("model", *names)]
    if generation.code:
        facts.append(Fact("code", generation.code))
    if generation.ordinal:
        facts.append(Fact("ordinal", f"gen {generation.ordinal}"))
    if generation.own_name:
        facts.append(Fact("ordinal", generation.own_name, generation.own_name_ja))
    facts += [Fact("market", f"{name.name} ({name.market})", name.name_ja) for name in generation.market_names.all()]
    if programs := generation.public_exports:
        titles = joined((program.title, program.title_ja) for program in programs)
        facts.append(Fact("japan", *titles, also=EXPORT_WORDS))
    facts += map(run_fact, runs)
    facts += terms_fact("body", (body for run in runs for body in run.body_styles.all()), BODY_WORDS)
    facts += terms_fact("powertrain", (one for run in runs for one in run.powertrains.all()), POWERTRAIN_WORDS)
    current = any(run.status == "current" for run in runs)
    last_year = max((year - 1980 for run in runs for year in run_years(run)), default=0)
    if current:
        facts.append(Fact("status", *both(lambda: generation.runs.model._meta.get_field("status").choices[1][1])))
    return Document(
        f"vehicle/{generation.pk}",
        Kind.VEHICLE,
        path_of(generation),
        *both(lambda: generation.full_name),
        weight=6 + 0.3 * current + 0.2 * bool(programs) + last_year / 1000,
        facts=facts + text_fact(generation),
    )


def run_fact(run) -> Fact:
    """One run: where, when and what was built there, so that "accord alabama 2009" can hold in one and the same."""
    kinds = [*run.body_styles.all(), *run.powertrains.all()]
    more = {**BODY_WORDS, **POWERTRAIN_WORDS}
    return Fact(
        "run",
        *both(lambda: f"{plant_and_place(run.plant)}, {model_years(run)}"),
        also=[
            *plant_words(run.plant),
            *years_and_decades(run_years(run)),
            *(text for kind in kinds for text in (kind.name, kind.name_ja, *more.get(kind.slug, ()))),
        ],
    )


def plants(queryset: QuerySet) -> Iterator[Document]:
    runs = public_runs().select_related("generation__model__make")
    owners = public_owners().select_related("manufacturer").order_by("since", "manufacturer__name", "pk")
    queryset = queryset.published().prefetch_related(
        "aliases",
        "codes",
        Prefetch("ownerships", owners, to_attr="public_owners"),
        Prefetch("runs", runs, to_attr="public_runs"),
    )
    for plant in queryset:
        yield plant_document(plant)


def plant_document(plant: Plant) -> Document:
    facts = [Fact("name", plant.name, plant.name_ja), Fact("name", plant.short_name)]
    facts += [Fact("alias", alias.name) for alias in plant.aliases.all()]
    facts.append(Fact("city", plant.city, plant.city_ja))
    in_state = both(lambda: place(plant.local_city, plant.state_name))
    facts.append(Fact("place", *in_state, also=(plant.state, plant.county)))
    kind = both(plant.get_kind_display)
    facts += [Fact("kind", *kind, also=PLANT_WORDS), Fact("status", *both(plant.get_status_display))]
    if plant.public_owners:
        holders = [owner.manufacturer for owner in plant.public_owners]
        names = joined((holder.name, holder.name_ja) for holder in holders)
        facts.append(Fact("owner", *names, also=[holder.aliases for holder in holders]))
    built = [run.generation.model for run in plant.public_runs]
    if built:
        facts.append(Fact("makes", *joined((model.make.name, model.make.name_ja) for model in built)))
        facts.append(Fact("builds", *joined((model.name, model.name_ja) for model in built)))
    if wmis := sorted({code.wmi for code in plant.codes.all() if code.pattern}):
        facts.append(Fact("wmi", ", ".join(wmis), also=("vin wmi",)))
    if plant.production_start or plant.production_end:
        years = span_years(plant.production_start, plant.production_end)
        said = both(lambda: span_words(plant.production_start, plant.production_end))
        facts.append(Fact("years", *said, also=years_and_decades(years)))
    return Document(
        f"plant/{plant.pk}",
        Kind.PLANT,
        path_of(plant),
        plant.name,
        plant.name_ja,
        weight=7 + 0.2 * (plant.status == "operating") + 0.1 * (plant.kind == "assembly"),
        facts=facts + text_fact(plant),
    )


def manufacturers(queryset: QuerySet) -> Iterator[Document]:
    held = (
        Ownership.objects.filter(plant__publication="published").select_related("plant").order_by("plant__name", "pk")
    )
    queryset = queryset.published().select_related("parent")
    for company in queryset.prefetch_related(Prefetch("ownerships", held, to_attr="public_holdings")):
        facts = [Fact("name", company.name, company.name_ja)]
        facts += [Fact("alias", name) for name in names_in(company.aliases)]
        facts.append(Fact("kind", *both(company.get_kind_display), also=("company manufacturer maker メーカー 企業",)))
        if company.parent and not company.parent.is_draft:
            facts.append(Fact("maker", company.parent.name, company.parent.name_ja))
        if company.public_holdings:
            held_plants = [holding.plant for holding in company.public_holdings]
            facts.append(Fact("plants", *joined((plant.short_name, plant.short_name_ja) for plant in held_plants)))
        yield Document(
            f"manufacturer/{company.pk}",
            Kind.MANUFACTURER,
            path_of(company),
            company.name,
            company.name_ja,
            weight=5,
            facts=facts + text_fact(company),
        )


def states(codes: Iterable[str]) -> Iterator[Document]:
    """The states with public plants."""
    by_state: dict[str, list[Plant]] = {}
    for plant in Plant.objects.published().filter(state__in=list(codes)).order_by("city", "name"):
        by_state.setdefault(plant.state, []).append(plant)
    for code, standing in by_state.items():
        facts = [
            Fact("name", CODES[code], CODES_JA[code]),
            Fact("alias", code),
            Fact("plants", *joined((plant.short_name, plant.short_name_ja) for plant in standing), also=PLANT_WORDS),
            Fact("text", "", also=[plant.city for plant in standing]),
        ]
        with translation.override("en"):
            path = reverse("state", args=[code.lower()])
        yield Document(
            f"state/{code}", Kind.STATE, path, *both(lambda code=code: state_name(code)), weight=8.5, facts=facts
        )


def programs(queryset: QuerySet) -> Iterator[Document]:
    related = ("era", "japan_make", "plant", "generation__model__make")
    for program in (
        queryset.published().select_related(*related).prefetch_related("body_styles", "plant__aliases").iterator(200)
    ):
        yield program_document(program)


def sale_words(program) -> str:
    """When it is or was on sale; of an announced one, for when that is planned."""
    if program.status == "announced":
        return gettext("planned for %(date)s") % {"date": plain_date(program.sales_start)}
    return span_words(program.sales_start, program.sales_end)


def program_document(program: ExportProgram) -> Document:
    make = program.japan_make
    facts = [
        Fact("name", program.japan_name, program.japan_name_ja),
        Fact("full", f"{make.name} {program.japan_name}", f"{make.name_ja} {program.japan_name_ja}"),
        Fact("name", program.title, program.title_ja),
    ]
    home = f"{program.us_make} {program.us_model}".strip()
    if generation := program.generation:
        names = (generation.code, generation.model.name, generation.model.name_ja)
        facts.append(Fact("us", *both(lambda: generation.full_name), also=(home, *names)))
    elif home:
        facts.append(Fact("us", home))
    if program.sales_start:
        said = both(lambda: sale_words(program))
        years = span_years(program.sales_start, program.sales_end)
        facts.append(Fact("years", *said, also=years_and_decades(years)))
    elif program.announced:
        said = both(lambda: gettext("announced %(date)s") % {"date": plain_date(program.announced)})
        facts.append(Fact("years", *said))
    if plant := program.plant:
        facts.append(Fact("built", *both(lambda: plant_and_place(plant)), also=plant_words(plant)))
    facts += terms_fact("body", program.body_styles.all(), BODY_WORDS)
    facts.append(Fact("era", program.era.name, program.era.name_ja))
    facts.append(Fact("export", "", also=EXPORT_WORDS))
    facts.append(Fact("status", *both(program.get_status_display)))
    if program.drive_side:
        drive = both(program.get_drive_side_display)
        facts.append(Fact("drive", *drive, also=DRIVE_WORDS.get(program.drive_side, ())))
    return Document(
        f"export/{program.pk}",
        Kind.PROGRAM,
        path_of(program),
        program.title,
        program.title_ja,
        weight=5.8,
        facts=facts + text_fact(program),
    )


def eras(queryset: QuerySet) -> Iterator[Document]:
    public = ExportProgram.objects.published()
    for era in queryset.published().prefetch_related(Prefetch("programs", public, to_attr="public_programs")):
        said = both(lambda era=era: span_words(era.start, era.end))
        facts = [
            Fact("name", era.name, era.name_ja),
            Fact("years", *said, also=years_and_decades(span_years(era.start, era.end))),
            Fact("export", "", also=(*EXPORT_WORDS, "era eras period 時代")),
        ]
        if era.public_programs:
            titles = joined((program.title, program.title_ja) for program in era.public_programs)
            facts.append(Fact("programs", *titles))
        yield Document(
            f"era/{era.pk}", Kind.ERA, path_of(era), era.name, era.name_ja, weight=5.5, facts=facts + text_fact(era)
        )


def sources(queryset: QuerySet) -> Iterator[Document]:
    for source in queryset.iterator(500):
        facts = [Fact("title", source.title, also=(source.slug.replace("-", " "),))]
        if source.publisher:
            facts.append(Fact("publisher", source.publisher, also=(source.published_on[:4],)))
        yield Document(
            f"source/{source.pk}",
            Kind.SOURCE,
            path_of(source),
            source.title,
            title_lang=source.language or "en",
            weight=1,
            facts=facts,
        )


#: How the documents of each type of entry are made.
MAKERS = {
    Make: makes,
    VehicleModel: models,
    Generation: vehicles,
    Plant: plants,
    Manufacturer: manufacturers,
    ExportProgram: programs,
    ExportEra: eras,
    Source: sources,
}
