"""The seventeen positions of a VIN, each with what it means in general and in this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from catalogue.words import place
from plants import vin as rules

if TYPE_CHECKING:
    from vehicles.vin_check import VinAnswer


@dataclass(frozen=True)
class Position:
    """One position or several that belong together: their numbers, their characters, what they stand for."""

    first: int
    last: int
    characters: str
    name: str
    meaning: str

    @property
    def number(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


def explain(answer: VinAnswer) -> list[Position]:
    """The positions of a well-formed VIN in order, in the reader's language."""
    vin, small_maker = answer.vin, len(answer.wmi) == 6

    def part(first: int, last: int, name: str, meaning: str) -> Position:
        return Position(first, last, vin[first - 1 : last], name, meaning)

    serial = [part(12, 17, gettext("Serial number"), gettext("tells this vehicle from all others"))]
    if small_maker:
        serial = [
            part(12, 14, gettext("Maker, second part"), gettext("makers of few vehicles share positions 1 to 3")),
            part(15, 17, gettext("Serial number"), gettext("tells this vehicle from all others")),
        ]
    return [
        part(1, 1, gettext("Country"), first_character(answer)),
        part(2, 3, gettext("Maker"), maker(answer)),
        part(4, 6, gettext("Vehicle"), model(answer)),
        part(7, 7, gettext("Vehicle, and which years"), cycle(answer)),
        part(8, 8, gettext("Vehicle"), gettext("in the maker's own code: body, engine, restraints")),
        part(9, 9, gettext("Check digit"), check_digit(answer)),
        part(10, 10, gettext("Model year"), model_year(answer)),
        part(11, 11, gettext("Plant"), plant(answer)),
        *serial,
    ]


def first_character(answer: VinAnswer) -> str:
    return gettext("the maker code %(wmi)s was given out for: %(country)s") % {
        "wmi": answer.wmi,
        "country": answer.origin,
    }


def maker(answer: VinAnswer) -> str:
    make = answer.make.local_name if answer.make else answer.make_name
    return str(make) or gettext("not in the public data")


def model(answer: VinAnswer) -> str:
    name = answer.model.local_name if answer.model else answer.model_name
    if name:
        return gettext("in the maker's own code; here: %(model)s") % {"model": name}
    return gettext("in the maker's own code; the public data does not name this one")


def cycle(answer: VinAnswer) -> str:
    if answer.vin[6].isdigit():
        return gettext("a digit: in cars and light trucks the model year is one of 1980 to 2009")
    return gettext("a letter: in cars and light trucks the model year is one of 2010 to 2039")


def check_digit(answer: VinAnswer) -> str:
    expected = rules.check_digit(answer.vin)
    if answer.vin[8] == expected:
        return gettext("right: it follows from all the others")
    return gettext("wrong: the others ask for %(expected)s") % {"expected": expected}


def model_year(answer: VinAnswer) -> str:
    return gettext(" or ").join(map(str, sorted(answer.model_years))) or gettext("stands for no model year")


def plant(answer: VinAnswer) -> str:
    if answer.plant:
        where = place(answer.plant.local_city, answer.plant.state_name)
        return gettext("%(plant)s, in %(place)s") % {"plant": answer.plant.local_short_name, "place": where}
    return gettext("not known here")
