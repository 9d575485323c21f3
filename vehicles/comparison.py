"""Vehicles side by side: which ones, and a table of what they are, in which differences stand out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext

from catalogue.bilingual import TextWithLanguage
from catalogue.templatetags.catalogue import yen
from catalogue.words import model_years, place, span_words
from vehicles.models import ExportProgram, Generation

#: More columns than this can't be read side by side.
MOST = 4
#: Of an address that names more, only so many are looked up.
MOST_NAMED = 12
#: What can be the key of a vehicle; anything else is not carried from page to page.
KEY = re.compile("(?:[a-z0-9_-]{1,120}/){2}[a-z0-9_-]{1,120}")

Text = str | TextWithLanguage


@dataclass
class Choice:
    """The vehicles an address asks to compare: those found, in its order, and what is wrong with the rest."""

    generations: list[Generation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    #: Keys that name no vehicle.
    unknown: list[str] = field(default_factory=list)


def clean_key(text: str) -> str:
    """A key as an address may spell it, as we do. What no page can show is shown as unreadable.

    >>> clean_key(" /Toyota/Camry/XV10/ ")
    'toyota/camry/xv10'
    """
    return text.strip().strip("/").lower().replace("\x00", "\ufffd")


def choose(keys: Iterable[str], generations) -> Choice:
    """Look up ``make/model/generation`` keys in a queryset of public generations: the first four found. One query."""
    keys = list(dict.fromkeys(clean_key(key) for key in keys if key.strip()))[:MOST_NAMED]
    choice = Choice()
    wanted = [tuple(key.split("/")) for key in keys if KEY.fullmatch(key)]
    found = {}
    if wanted:
        conditions = (Q(model__make__slug=make, model__slug=model, slug=slug) for make, model, slug in wanted)
        found = {one.key: one for one in generations.filter(reduce(or_, conditions))}
    for key in keys:
        if key in found:
            choice.generations.append(found[key])
        else:
            choice.unknown.append(key)
            text = gettext("“%(key)s” is not a vehicle of this catalogue.")
            choice.problems.append(text % {"key": key[:80]})
    if len(choice.generations) > MOST:
        text = gettext("At most %(n)s vehicles fit side by side; the first %(n)s are shown.")
        choice.problems.insert(0, text % {"n": MOST})
        choice.generations = choice.generations[:MOST]
    return choice


@dataclass(frozen=True)
class Item:
    """One thing said in a cell, with the page about it where there is one."""

    text: Text
    link: str = ""


@dataclass(frozen=True)
class Row:
    """One attribute of all vehicles. A cell without items is unknown, or ``blank`` where it can't apply."""

    label: str
    cells: tuple[tuple[Item, ...], ...]
    blank: str = ""

    @property
    def differs(self) -> bool:
        # In whatever order its runs name them: a cell is a set of facts.
        return len({frozenset(str(item.text) for item in cell) for cell in self.cells}) > 1


def distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))


def body_items(generation: Generation) -> Iterable[Item]:
    return (Item(body.local_name) for run in generation.public_runs for body in run.body_styles.all())


def powertrain_items(generation: Generation) -> Iterable[Item]:
    return (Item(one.local_name) for run in generation.public_runs for one in run.powertrains.all())


def plant_items(generation: Generation) -> Iterable[Item]:
    return (Item(run.plant.local_name, run.plant.get_absolute_url()) for run in generation.public_runs)


def place_items(generation: Generation) -> Iterable[Item]:
    return (Item(place(run.plant.local_city, run.plant.state_name)) for run in generation.public_runs)


def year_items(generation: Generation) -> Iterable[Item]:
    several = len({run.plant_id for run in generation.public_runs}) > 1
    for run in generation.public_runs:
        years = model_years(run)
        yield Item(f"{run.plant.local_short_name}: {years}" if several else years)


def status_items(generation: Generation) -> Iterable[Item]:
    return (Item(str(run.get_status_display())) for run in generation.public_runs)


def name_items(generation: Generation) -> Iterable[Item]:
    for program in generation.public_exports:
        yield Item(program.name_as_written_in_japan or program.local_japan_name)
    if generation.model.name_ja and not generation.public_exports:
        yield Item(TextWithLanguage(generation.model.name_ja, "ja"))


def market_name_items(generation: Generation) -> Iterable[Item]:
    return (Item(f"{name.local_name} ({name.local_market})") for name in generation.market_names.all())


def program_items(generation: Generation) -> Iterable[Item]:
    for program in generation.public_exports:
        text = gettext("%(name)s, %(status)s") % {
            "name": program.local_title,
            "status": program.get_status_display(),
        }
        yield Item(text, program.get_absolute_url())


#: The table's rows: label, and what each cell says of a generation. Built when asked for, in the reader's language.
def attributes() -> list[tuple[str, Callable[[Generation], Iterable[Item]], str]]:
    none = gettext("none recorded")
    return [
        (gettext("Make"), lambda one: [Item(one.model.make.local_name, one.model.make.get_absolute_url())], ""),
        (gettext("Model"), lambda one: [Item(one.model.local_name, one.model.get_absolute_url())], ""),
        (gettext("Chassis code"), lambda one: [Item(one.code)] if one.code else [], ""),
        (gettext("Body"), body_items, ""),
        (gettext("Powertrain"), powertrain_items, ""),
        (gettext("Built at"), plant_items, ""),
        (gettext("Place"), place_items, ""),
        (gettext("Model years"), year_items, ""),
        (gettext("Production"), status_items, ""),
        (gettext("Name in Japanese"), name_items, ""),
        (gettext("Other names"), market_name_items, none),
        (gettext("Sold in Japan"), program_items, gettext("no official sale known")),
    ]


def table(generations: Sequence[Generation], *, only_differences: bool = False) -> list[Row]:
    """What the generations are, attribute by attribute."""
    rows = [
        Row(label, tuple(distinct(items(generation)) for generation in generations), blank)
        for label, items, blank in attributes()
    ]
    return [row for row in rows if row.differs] if only_differences else rows


@dataclass(frozen=True)
class Pair:
    """One fact of an exported vehicle, in the United States and in Japan; None is unknown."""

    label: str
    home: Text | None
    japan: Text | None
    #: The name in Japanese script, beside the English one.
    written: Text | None = None
    #: Whether a difference says something: model years and months of sale always differ.
    comparable: bool = True

    @property
    def differs(self) -> bool:
        return self.comparable and None not in (self.home, self.japan) and str(self.home) != str(self.japan)


def both_sides(program: ExportProgram, runs) -> list[Pair]:
    """The US car beside the one sold in Japan. ``runs`` are the production runs behind the program."""
    years = ", ".join(dict.fromkeys(model_years(run) for run in runs)) or None
    sale = None
    if program.status == "announced":
        sale = gettext("not yet")
    elif program.sales_start or program.sales_end:
        sale = span_words(program.sales_start, program.sales_end)
    badge = program.japan_make.local_name
    same_badge = program.us_make == program.japan_make.name
    name = program.local_japan_name
    written = program.name_as_written_in_japan if name.lang != "ja" else None
    return [
        # The same name in Japanese script is the same name.
        Pair(gettext("Name"), program.us_model or None, name, written, program.us_model != program.japan_name),
        Pair(gettext("Badge"), badge if same_badge else program.us_make or None, badge),
        # Cars for sale to the public in the United States have the wheel on the left: it drives on the right.
        Pair(gettext("Steering"), gettext("left-hand drive"), program.get_drive_side_display() or None),
        Pair(gettext("Model years; on sale in Japan"), years, sale, comparable=False),
        Pair(gettext("Price when new"), None, yen(program.price_yen) if program.price_yen else None),
    ]
