"""A large and plausible catalogue for measuring: invented makes, plants and vehicles beside those that are there.

Nothing of it is a fact, and every slug says so. Models, generations, runs and exports grow with the number asked for,
makes and plants with its root, as in a country that builds more cars. The same seed makes the same catalogue.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from math import sqrt

from django.contrib.contenttypes.models import ContentType
from django.db import models

from catalogue.dates import OPEN
from catalogue.models import Citation, Source
from plants.models import Manufacturer, Ownership, Plant
from vehicles.exports import ExportEra, ExportProgram
from vehicles.models import Generation, Make, MarketName, ProductionRun, Specification, VehicleModel
from vehicles.terms import BodyStyle, Powertrain

#: How many there are of each in the real catalogue, of 2026.
REAL = {"generations": 221, "makes": 12, "plants": 55}
SYLLABLES = ("ka", "ri", "mo", "ta", "su", "no", "ver", "lan", "cor", "sen", "ti", "ra", "zu", "mi", "el", "ac", "do")
#: What has a source.
CITED = (Plant, Generation, ProductionRun, ExportProgram, Specification)
#: Rows that are written at a time.
CHUNK = 1000
THIS_YEAR = 2026
SUMMARY = {"summary": "Invented, for measuring.", "summary_ja": "計測用の架空の項目。"}


@dataclass
class Rows:
    """New rows of all types, in the order in which they refer to each other, with what they need once they have ids."""

    models: list[VehicleModel] = field(default_factory=list)
    generations: list[Generation] = field(default_factory=list)
    runs: list[ProductionRun] = field(default_factory=list)
    programs: list[ExportProgram] = field(default_factory=list)
    specifications: list[Specification] = field(default_factory=list)
    market_names: list[MarketName] = field(default_factory=list)
    bodies: list[tuple[models.Model, BodyStyle]] = field(default_factory=list)
    powertrains: list[tuple[models.Model, Powertrain]] = field(default_factory=list)


class Maker:
    """Makes the rows, by chance."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)  # noqa: S311 - it is to be the same each time
        self.numbers = count(1)
        self.bodies, self.powertrains = list(BodyStyle.objects.all()), list(Powertrain.objects.all())
        self.eras, self.sources = list(ExportEra.objects.order_by("start")), list(Source.objects.all()[:500])
        self.entry_types = ContentType.objects.get_for_models(*CITED)

    def name(self) -> str:
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.choice([2, 2, 3]))).capitalize()

    def slug(self, name: str) -> str:
        return f"generated-{name.lower()}-{next(self.numbers)}"

    def entry(self, **values) -> dict:
        confidence = self.chance.choice(["high", "medium", "medium", "low"])
        return {"publication": "published", "confidence": confidence, **values}

    # Makes and plants ----------------------------------------------------------------------------------------

    def make_of(self, manufacturer: Manufacturer) -> Make:
        name = manufacturer.name.removesuffix(" Motor")
        return Make(**self.entry(slug=manufacturer.slug, name=name, manufacturer=manufacturer, **SUMMARY))

    def manufacturer(self) -> Manufacturer:
        name = self.name()
        return Manufacturer(**self.entry(slug=self.slug(name), name=f"{name} Motor", kind="carmaker", **SUMMARY))

    def plant(self, like: Plant) -> Plant:
        """A plant near a real one."""
        name, begun = self.name(), self.chance.randrange(1960, 1981)
        closed = self.chance.random() < 0.3
        place = {one: getattr(like, one) for one in ("city", "city_ja", "state", "latitude", "longitude", "kind")}
        return Plant(
            **self.entry(
                slug=self.slug(name),
                name=f"{name} {like.city} Plant",
                short_name=f"{name} {like.city}"[:60],
                status="closed" if closed else "operating",
                production_start=str(begun),
                production_end=str(self.chance.randrange(1982, THIS_YEAR)) if closed else OPEN,
                **place,
                **SUMMARY,
            )
        )

    # Vehicles ------------------------------------------------------------------------------------------------

    def add_model(self, rows: Rows, make: Make, plants: list[Plant], generations: int) -> None:
        name = self.name()
        model = VehicleModel(**self.entry(slug=self.slug(name), name=name, make=make))
        rows.models.append(model)
        first = self.chance.randrange(1982, THIS_YEAR - 3)
        letters = "".join(self.chance.choices("ABCEFGHKLMNRSTUVXZ", k=2))
        for ordinal in range(1, generations + 1):
            last = first + self.chance.randrange(2, 8)
            self.add_generation(rows, model, f"{letters}{ordinal}0", ordinal, (first, last), plants)
            first = last + 1
            if first > THIS_YEAR:
                return

    def add_generation(self, rows: Rows, model, code: str, ordinal: int, years: tuple[int, int], plants) -> None:
        generation = Generation(**self.entry(model=model, slug=code.lower(), code=code, ordinal=ordinal, **SUMMARY))
        rows.generations.append(generation)
        for plant in self.chance.sample(plants, 2 if self.chance.random() < 0.15 else 1):
            self.add_run(rows, generation, plant, years)
        if self.chance.random() < 0.2:
            rows.market_names.append(MarketName(generation=generation, name=self.name(), market="Canada"))
        if self.chance.random() < 0.12:
            self.add_program(rows, generation, rows.runs[-1].plant, years)

    def add_run(self, rows: Rows, generation: Generation, plant: Plant, years: tuple[int, int]) -> None:
        first, last = years
        current = last >= THIS_YEAR
        run = ProductionRun(
            **self.entry(
                slug=f"generated-run-{next(self.numbers)}",
                generation=generation,
                plant=plant,
                status="current" if current else "ended",
                first_model_year=first,
                last_model_year=None if current else last,
                production_start=f"{first - 1}-{self.chance.randrange(6, 13):02}",
                production_end=OPEN if current else f"{last}-{self.chance.randrange(1, 13):02}",
            )
        )
        rows.runs.append(run)
        rows.bodies += [(run, body) for body in self.some(self.bodies)]
        rows.powertrains += [(run, powertrain) for powertrain in self.some(self.powertrains)]

    def add_program(self, rows: Rows, generation: Generation, plant: Plant, years: tuple[int, int]) -> None:
        first, last = years
        name, on_sale = self.name(), last >= THIS_YEAR
        begun = [era for era in self.eras if era.start[:4] <= str(first)]
        program = ExportProgram(
            **self.entry(
                slug=self.slug(name),
                title=f"{generation.model.make.name} {name}",
                era=begun[-1] if begun else self.eras[0],
                status="on-sale" if on_sale else "ended",
                japan_make=generation.model.make,
                japan_name=name,
                us_make=generation.model.make.name,
                us_model=generation.model.name,
                generation=generation,
                plant=plant,
                drive_side=self.chance.choice(["lhd", "rhd"]),
                announced=str(first),
                sales_start=f"{first}-{self.chance.randrange(1, 13):02}",
                sales_end=OPEN if on_sale else str(last),
                units_sold=self.chance.choice([None, self.chance.randrange(100, 20_000)]),
                **SUMMARY,
            )
        )
        rows.programs.append(program)
        rows.bodies.append((program, self.chance.choice(self.bodies)))
        rows.specifications.append(
            Specification(
                **self.entry(
                    slug=f"generated-spec-{next(self.numbers)}",
                    generation=generation,
                    program=program,
                    market="japan",
                    body_style=self.chance.choice(self.bodies),
                    first_model_year=first,
                    last_model_year=last,
                    length_mm=self.chance.randrange(4200, 5400),
                    width_mm=self.chance.randrange(1650, 2050),
                    height_mm=self.chance.randrange(1380, 1990),
                    weight_kg=self.chance.randrange(1100, 2600),
                    displacement_cc=self.chance.choice([None, self.chance.randrange(1500, 5700)]),
                )
            )
        )

    def some(self, values: list) -> list:
        return self.chance.sample(values, self.chance.choice([1, 1, 2]))

    # Sources -------------------------------------------------------------------------------------------------

    def cite(self, *entries: models.Model) -> None:
        """Write a citation for each, of any source."""
        citations = [
            Citation(entry_type=self.entry_types[type(one)], entry_id=one.pk, source=self.chance.choice(self.sources))
            for one in entries
        ]
        Citation.objects.bulk_create(citations, batch_size=CHUNK)


def sides_of(relation: models.ManyToManyField) -> tuple[str, str]:
    """What the rows between call the two: the entry and the term."""
    return relation.m2m_field_name(), relation.m2m_reverse_field_name()


def write(rows: Rows, maker: Maker) -> None:
    """Write the rows, those first that others refer to."""
    parts = (rows.models, rows.generations, rows.runs, rows.programs, rows.specifications, rows.market_names)
    for part in parts:
        if part:
            type(part[0])._base_manager.bulk_create(part, batch_size=CHUNK)
    for pairs, name in ((rows.bodies, "body_styles"), (rows.powertrains, "powertrains")):
        for entry_class in {type(entry) for entry, _term in pairs}:
            relation = entry_class._meta.get_field(name)
            through, own, other = relation.remote_field.through, *sides_of(relation)
            of_class = [pair for pair in pairs if type(pair[0]) is entry_class]
            through.objects.bulk_create([through(**{own: entry, other: term}) for entry, term in of_class], CHUNK)
    maker.cite(*rows.generations, *rows.runs, *rows.programs, *rows.specifications)


def generate(generations: int, seed: int, told: Callable[[int], None] = lambda number: None) -> int:
    """Add about so many generations; ``told`` hears how many more there are. Returns how many there are in the end."""
    maker = Maker(seed)
    growth = sqrt(generations / REAL["generations"])
    manufacturers = [maker.manufacturer() for _ in range(round(REAL["makes"] * growth))]
    Manufacturer.objects.bulk_create(manufacturers)
    makes = Make.objects.bulk_create([maker.make_of(one) for one in manufacturers])
    real = list(Plant.objects.exclude(latitude=None))
    plants = [maker.plant(maker.chance.choice(real)) for _ in range(round(REAL["plants"] * growth))]
    Plant.objects.bulk_create(plants, batch_size=CHUNK)
    maker.cite(*plants)
    owners = [Ownership(plant=one, manufacturer=maker.chance.choice(manufacturers), role="owner") for one in plants]
    Ownership.objects.bulk_create(owners, batch_size=CHUNK)
    # What is closed stands as it was: its vehicles would have to end with it.
    open_ones = [plant for plant in plants if plant.status == "operating"]
    plants_of = {make.pk: maker.chance.sample(open_ones, min(len(open_ones), 5)) for make in makes}
    made = 0
    numbers = list(sizes(maker.chance, generations))
    for start in range(0, len(numbers), CHUNK):
        rows = Rows()
        for number in numbers[start : start + CHUNK]:
            make = maker.chance.choice(makes)
            maker.add_model(rows, make, plants_of[make.pk], number)
        write(rows, maker)
        made += len(rows.generations)
        told(len(rows.generations))
    return made


def sizes(chance: random.Random, generations: int) -> Iterator[int]:
    """How many generations each model has: one to five."""
    while generations > 0:
        number = min(generations, chance.choice([1, 2, 2, 3, 5]))
        generations -= number
        yield number
