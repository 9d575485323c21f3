"""What the browse lists should show: the fixtures read as plain Python, and our own reading of the filters' rules.

Nothing of the app is used to work out an expectation, so that a test compares two independent answers. What a
list page does show is read by ``ListPage``, at the end.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

import html5lib
import us

FIXTURES = Path(__file__).parent.parent / "fixtures"
STATE_NAMES = {state.abbr: state.name for state in (*us.states.STATES, us.states.DC)}
EVER = 9999

# The fixtures, without what is a draft or hangs on a draft --------------------------------------------------


def read(name: str) -> list[dict]:
    (path,) = FIXTURES.glob(f"[0-9][0-9]_{name}.jsonl")
    return [json.loads(line)["fields"] for line in path.read_text("utf-8").splitlines()]


def published(name: str) -> list[dict]:
    return [row for row in read(name) if row["publication"] == "published"]


def public(key: list[str] | None, table: dict) -> bool:
    """Whether a reference leads to an entry the public may see, or nowhere."""
    return key is None or tuple(key) in table


MANUFACTURERS = {(row["slug"],): row for row in published("manufacturers")}
PLANTS = {(row["slug"],): row for row in published("plants")}
MAKES = {(row["slug"],): row for row in published("makes")}
MODELS = {(*row["make"], row["slug"]): row for row in published("models") if public(row["make"], MAKES)}
GENERATIONS = {(*row["model"], row["slug"]): row for row in published("generations") if public(row["model"], MODELS)}
ERAS = {(row["slug"],): row for row in published("export_eras")}
ERAS_IN_ORDER = sorted((slug for (slug,) in ERAS), key=lambda slug: ERAS[slug,]["start"])
RUNS = [
    row
    for row in published("production_runs")
    if public(row["generation"], GENERATIONS) and public(row["plant"], PLANTS)
]
PROGRAMS = {
    row["slug"]: row
    for row in published("export_programs")
    if public(row["era"], ERAS) and public(row["generation"], GENERATIONS) and public(row["plant"], PLANTS)
}
SOLD = [program for program in PROGRAMS.values() if program["status"] != "cancelled"]
OWNERSHIPS = [
    row for row in read("ownerships") if public(row["manufacturer"], MANUFACTURERS) and public(row["plant"], PLANTS)
]
SPECIFICATIONS = [row for row in published("specifications") if public(row["generation"], GENERATIONS)]
ALIASES = read("plant_aliases")
MARKET_NAMES = read("market_names")

# Years ------------------------------------------------------------------------------------------------------


def year_of(date: str) -> int | None:
    """The year of a partial date; None where it is not known, or open."""
    return int(date[:4]) if date[:4].isdigit() else None


def run_years(run: dict) -> tuple[int, int] | None:
    """First and last year of a run: model years, else those of production; None if nothing is dated."""
    first = run["first_model_year"] or year_of(run["production_start"])
    if first is None:
        return None
    if run["last_model_year"]:
        return first, run["last_model_year"]
    if run["status"] != "ended":
        return first, EVER
    return first, year_of(run["production_end"]) or first


def built_during(runs: list[dict], first: int, last: int) -> bool:
    spans = [span for run in runs if (span := run_years(run))]
    return any(begin <= last and end >= first for begin, end in spans)


def open_in(plant: dict, year: int) -> bool:
    begin = year_of(plant["production_start"])
    end = EVER if plant["production_end"] == ".." else year_of(plant["production_end"])
    return begin is not None and end is not None and begin <= year <= end


def on_sale_in(program: dict, year: int) -> bool:
    """An end that is not known counts for the year the sale began only."""
    begin = year_of(program["sales_start"])
    end = EVER if program["sales_end"] == ".." else year_of(program["sales_end"]) or begin
    return begin is not None and begin <= year <= end


def owned_while_built(owner: dict, run: dict) -> bool:
    since, until = year_of(owner["since"]) or 0, year_of(owner["until"]) or EVER
    first = run["first_model_year"] or year_of(run["production_start"]) or 0
    return since <= (run["last_model_year"] or EVER) and until >= first


# Fit in Japan -----------------------------------------------------------------------------------------------


def within(row: dict, **limits: int) -> bool | None:
    """Whether all measures are within their limits; None where it can't be told."""
    least = {name: row[f"{name}"] for name in limits}
    if any(least[name] is not None and least[name] > limits[name] for name in limits):
        return False
    most = {name: row[f"{name}_max"] or least[name] for name in limits}
    return True if all(most[name] is not None and most[name] <= limits[name] for name in limits) else None


def size_of(row: dict) -> set[str]:
    """5-number and so on: at most 4.7 m long, 1.7 m wide, 2 m high and 2,000 cc, which a diesel need not be."""
    limits = {"length_mm": 4700, "width_mm": 1700, "height_mm": 2000, "displacement_cc": 2000}
    if {"diesel", "battery-electric", "fuel-cell"} & {slug for (slug,) in row["powertrains"]}:
        del limits["displacement_cc"]
    small = within(row, **limits)
    names = ("4-number", "1-number") if row["body_style"][0] in ("pickup", "truck") else ("5-number", "3-number")
    return set() if small is None else {names[0] if small else names[1]}


def smallest(row: dict, places: dict[str, dict[str, int]]) -> set[str]:
    """The first of these places that the car fits; "none" where it is too large for the last."""
    answers = {name: within(row, **limits) for name, limits in places.items()}
    for name, answer in answers.items():
        if answer:
            return {name}
    return {"none"} if list(answers.values())[-1] is False else set()


BAYS = {"small": {"length_mm": 5000, "width_mm": 2300}, "standard": {"length_mm": 6000, "width_mm": 2500}}
GARAGES = {
    "ordinary": {"length_mm": 5000, "width_mm": 1800, "height_mm": 1550},
    "newer": {"length_mm": 5050, "width_mm": 1850, "height_mm": 1550},
    "high-roof": {"length_mm": 5050, "width_mm": 1850, "height_mm": 2000},
}


def fit_of(rows: list[dict]) -> dict[str, set[str]]:
    return {
        "size": {value for row in rows for value in size_of(row)},
        "garage": {value for row in rows for value in smallest(row, GARAGES)},
        "bay": {value for row in rows for value in smallest(row, BAYS)},
    }


def telling_of(program: str) -> list[dict]:
    """The specifications that tell how a program's cars fit: those of known width, of them the Japanese ones."""
    own = [row for row in SPECIFICATIONS if row["program"] == [program]]
    sized = [row for row in own if row["width_mm"]]
    return [row for row in sized if row["market"] == "japan"] or sized or own


# The lists --------------------------------------------------------------------------------------------------


@dataclass
class Listing:
    """One browse list: for each entry its values in each facet, the texts it is found by, and its years."""

    path: str
    values: dict[str, dict[str, set[str]]]
    texts: dict[str, list[str]]
    years: dict[str, Callable[[str, int], bool]]
    runs: dict[str, list[dict]] = field(default_factory=dict)

    @property
    def facets(self) -> list[str]:
        return list(next(iter(self.values.values())))

    def all_values(self, facet: str) -> list[str]:
        return sorted({value for values in self.values.values() for value in values[facet]})

    def random_query(self, seed: int) -> dict[str, list[str]]:
        """Three filters that at least one entry fits, some of them with a second value that it need not have."""
        rng = random.Random(seed)  # noqa: S311 - chance, not secrecy
        own = self.values[rng.choice(sorted(self.values))]
        chosen = rng.sample([facet for facet in self.facets if own[facet]], 3)
        return {
            facet: sorted({rng.choice(sorted(own[facet])), *rng.sample(self.all_values(facet), rng.randint(0, 1))})
            for facet in chosen
        }

    def matching(self, **parameters: str | list[str]) -> set[str]:
        """The entries that a list with these (right) parameters should show."""
        wanted = {name: [value] if isinstance(value, str) else value for name, value in parameters.items()}
        return {entry for entry in self.values if self._fits(entry, wanted)}

    def _fits(self, entry: str, wanted: dict[str, list[str]]) -> bool:
        span = [int(year) for name in ("built_from", "built_to") for year in wanted.get(name, [])]
        if span:
            first = min(map(int, wanted.get("built_from", [0])))
            last = max(map(int, wanted.get("built_to", [EVER])))
            if not built_during(self.runs[entry], first, last):
                return False
        return all(
            self._fits_one(entry, name, wanted[name]) for name in wanted if name not in ("built_from", "built_to")
        )

    def _fits_one(self, entry: str, name: str, wanted: list[str]) -> bool:
        if name == "q":
            return any(all(self._has_word(entry, word) for word in text.split()) for text in wanted)
        if name in self.years:
            return any(self.years[name](entry, int(year)) for year in wanted)
        facet, _, operator = name.partition("__")
        own = self.values[entry][facet]
        if operator == "empty":
            return (not own) == (wanted == ["true"])
        chosen = {value.upper() for value in wanted} if facet == "state" else set(wanted)
        return not own & chosen if operator == "not" else bool(own & chosen)

    def _has_word(self, entry: str, word: str) -> bool:
        word = word.casefold()
        states = self.values[entry]["state"]
        return (
            any(word in text.casefold() for text in self.texts[entry])
            or word.upper() in states
            or (len(word) > 2 and any(word in STATE_NAMES[code].casefold() for code in states))
        )


def pick(row: dict, *names: str) -> list[str]:
    return [row[name] for name in names]


def plant_texts(key: tuple[str, ...]) -> list[str]:
    return [
        *pick(
            PLANTS[key], "name", "name_ja", "short_name", "short_name_ja", "city", "city_ja", "operator_name", "slug"
        ),
        *(row["name"] for row in ALIASES if tuple(row["plant"]) == key),
        *(MANUFACTURERS[tuple(row["manufacturer"])]["name"] for row in OWNERSHIPS if tuple(row["plant"]) == key),
    ]


def generation_texts(key: tuple[str, ...]) -> list[str]:
    make, model, generation = MAKES[key[:1]], MODELS[key[:2]], GENERATIONS[key]
    return [*pick(make, "name", "name_ja"), *pick(model, "name", "name_ja"), generation["code"]]


def vehicles() -> Listing:
    values, texts, runs = {}, {}, {}
    for key in GENERATIONS:
        entry = "/".join(key)
        runs[entry] = own = [run for run in RUNS if tuple(run["generation"]) == key]
        sold = [program for program in SOLD if tuple(program["generation"] or ()) == key]
        plants = {tuple(run["plant"]) for run in own}
        statuses = [status for status in ("current", "planned", "ended") if status in {run["status"] for run in own}]
        values[entry] = {
            "make": {key[0]},
            "manufacturer": {
                *(
                    o["manufacturer"][0]
                    for o in OWNERSHIPS
                    for run in own
                    if o["plant"] == run["plant"] and owned_while_built(o, run)
                )
            },
            "plant": {slug for (slug,) in plants},
            "state": {PLANTS[plant]["state"] for plant in plants},
            "body": {slug for run in own for (slug,) in run["body_styles"]},
            "powertrain": {slug for run in own for (slug,) in run["powertrains"]},
            "era": {program["era"][0] for program in sold},
            "exported": {"yes" if sold else "no"},
            "production": set(statuses[:1]),
            **fit_of([row for row in SPECIFICATIONS if tuple(row["generation"]) == key]),
        }
        texts[entry] = [
            *generation_texts(key),
            *(MODELS[key[:2]]["aliases"], key[1], key[2]),
            *(name for row in MARKET_NAMES if tuple(row["generation"]) == key for name in pick(row, "name", "name_ja")),
            *(text for p in sold for text in pick(p, "title", "title_ja", "japan_name", "japan_name_ja")),
            *(text for plant in plants for text in plant_texts(plant)),
        ]
    built = {"as_of": lambda entry, year: built_during(runs[entry], year, year)}
    return Listing("/vehicles/", values, texts, built, runs)


def plants() -> Listing:
    values, texts, runs = {}, {}, {}
    for key, plant in PLANTS.items():
        entry = plant["slug"]
        runs[entry] = [run for run in RUNS if tuple(run["plant"]) == key]
        values[entry] = {
            "state": {plant["state"]},
            "manufacturer": {row["manufacturer"][0] for row in OWNERSHIPS if tuple(row["plant"]) == key},
            "make": {run["generation"][0] for run in runs[entry]},
            "kind": {plant["kind"]},
            "status": {plant["status"]},
            "era": {program["era"][0] for program in SOLD if tuple(program["plant"] or ()) == key},
        }
        texts[entry] = plant_texts(key)
    years = {
        "built_in": lambda entry, year: built_during(runs[entry], year, year),
        "as_of": lambda entry, year: open_in(PLANTS[entry,], year),
    }
    return Listing("/plants/", values, texts, years)


def exports() -> Listing:
    values, texts = {}, {}
    for entry, program in PROGRAMS.items():
        plant, generation = program["plant"], program["generation"]
        values[entry] = {
            "era": set(program["era"]),
            "state": {PLANTS[tuple(plant)]["state"]} if plant else set(),
            "plant": set(plant or ()),
            "make": set(program["japan_make"]),
            "status": {program["status"]},
            "drive": {program["drive_side"]} - {""},
            **fit_of(telling_of(entry)),
        }
        names = ("title", "title_ja", "japan_name", "japan_name_ja", "us_make", "us_model", "slug")
        texts[entry] = [
            *pick(program, *names),
            *pick(MAKES[tuple(program["japan_make"])], "name", "name_ja"),
            *(generation_texts(tuple(generation)) if generation else []),
            *(plant_texts(tuple(plant)) if plant else []),
        ]
    on_sale = {name: lambda entry, year: on_sale_in(PROGRAMS[entry], year) for name in ("year", "as_of")}
    return Listing("/exports/", values, texts, on_sale)


VEHICLES, PLANT_LIST, EXPORTS = vehicles(), plants(), exports()
LISTS = {"vehicles": VEHICLES, "plants": PLANT_LIST, "exports": EXPORTS}

# What a list page shows -------------------------------------------------------------------------------------


class ListPage:
    """A list page as a reader meets it: its results over all pages, its facets, tags, messages and links."""

    def __init__(self, client, path: str, query: str | dict | list = ""):
        self.path = path
        query = query.removeprefix("?").removeprefix(".") if isinstance(query, str) else urlencode(query, doseq=True)
        self.response = client.get(f"{path}?{query}" if query else path)
        self.status = self.response.status_code

    @property
    def filters(self):
        return self.response.context["filters"]

    @property
    def in_order(self) -> list[str]:
        """All results, over all pages, in the page's order, as the part of their address after the list's."""
        found = self.filters.qs
        entries = self.filters.queryset.prefetch_related(None).in_bulk(list(found.ids))
        return [entries[pk].get_absolute_url().removeprefix(self.path).strip("/") for pk in found.ids]

    @property
    def found(self) -> set[str]:
        found = self.in_order
        assert len(found) == len(set(found)), "a result is shown twice"
        return set(found)

    @property
    def total(self) -> int:
        return self.response.context["page"].paginator.count

    @cached_property
    def tree(self):
        return html5lib.parse(self.response.content.decode(), namespaceHTMLElements=False)

    def all(self, tag: str, css_class: str = "", within=None) -> list:
        elements = (self.tree if within is None else within).iter(tag)
        return [one for one in elements if not css_class or css_class in one.get("class", "").split()]

    @cached_property
    def groups(self) -> dict:
        """The fieldset of each facet, by its parameter."""
        groups = {}
        for fieldset in self.all("fieldset", "facet"):
            if "year-fields" not in fieldset.get("class").split() and (inputs := self.all("input", within=fieldset)):
                groups[inputs[0].get("name")] = fieldset
        return groups

    def counts(self, facet: str) -> dict[str, int]:
        """The values of a facet with the numbers beside them, in the order shown."""
        return {value: count for value, count, _link in self.values(facet)}

    def values(self, facet: str) -> list[tuple[str, int, str | None]]:
        """(value, count, link or None) of each value of a facet."""
        found = []
        for item in self.all("li", "facet-value", self.groups[facet]):
            (box,), links, (count,) = (
                self.all("input", within=item),
                self.all("a", within=item),
                self.all("span", "count", item),
            )
            number = int(text_of(count).replace(",", ""))
            found.append((box.get("value"), number, links[0].get("href") if links else None))
        return found

    def tags(self) -> dict[str, str]:
        """The chosen filters as shown, with the link of each."""
        return {text_of(link): link.get("href") for link in self.all("a", "tag")}

    def errors_beside(self, name: str) -> list[str]:
        """The messages shown in the same field or facet as the control of this parameter."""
        boxes = [*self.all("div", "field"), *self.groups.values()]
        return [
            text_of(error)
            for box in boxes
            if any(control.get("name") == name for control in self.all("input", within=box))
            for error in self.all("p", "error", box)
        ]

    def problems(self) -> list[str]:
        """What the box above the results says is wrong with the address."""
        return [text_of(item) for box in self.all("div", "error-summary") for item in box.iter("li")]


def text_of(element) -> str:
    return " ".join("".join(element.itertext()).split())


def mismatches(client, listing: Listing, queries: list[dict]) -> dict[str, set[str]]:
    """The entries that a list shows too much or too little, by query; empty when all is right."""
    assert queries
    wrong = {}
    for query in queries:
        page = ListPage(client, listing.path, query)
        assert page.status == 200, query
        if difference := page.found ^ listing.matching(**query):
            wrong[str(query)] = difference
    return wrong


def assert_in_order(values: list, backwards: bool = False) -> None:
    """The known values are in order, and those not known (None) come last."""
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=backwards)
    assert values[: len(known)] == known, "what is not known does not come last"
    assert len(set(known)) > 1, "too few values to be in any order"


def assert_a_to_z(names: list[str]) -> None:
    """Names are in alphabetical order whatever their case; databases may differ on what hyphens and spaces weigh."""

    def letters(name: str) -> str:
        return "".join(letter for letter in name.casefold() if letter.isalnum())

    swapped = [
        (one, other)
        for one, other in zip(names, names[1:], strict=False)
        if one.casefold() > other.casefold() and letters(one) > letters(other)
    ]
    assert swapped == []
