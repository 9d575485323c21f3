"""The rows of the list of vehicles as Datasette takes them: one table, a column for each facet.

    python -m tests.bench_rows FILE

reads the catalogue of the environment (DATABASE_URL, VAR_DIR) and writes a SQLite file. A facet of which an entry can
have several values is a JSON array, as Datasette's own facets want it.
"""

import json
import os
import sqlite3
import sys
from contextlib import closing

import django

#: Facets of which each vehicle has one value at most, and those of which it can have several.
SINGLE = ("make", "exported", "production")
SEVERAL = ("state", "plant", "era", "body", "powertrain", "manufacturer", "size", "garage", "bay")


def facet_query() -> str:
    """What asks Datasette for the facets of our list."""
    return "&".join([*(f"_facet={name}" for name in SINGLE), *(f"_facet_array={name}" for name in SEVERAL)])


def write(path: str) -> None:
    from vehicles.filters import VehicleFilterSet
    from vehicles.views import generations_for_cards

    index = VehicleFilterSet({}, generations_for_cards()).index
    facets = {name: {} for name in (*SINGLE, *SEVERAL)}
    if facets.keys() != index.values.keys():
        raise ValueError(f"the facets of the list are {', '.join(index.values)}")
    for name, values in index.values.items():
        for value, ids in values.items():
            for key in ids:
                facets[name].setdefault(key, []).append(value)

    def cell(name: str, key: int):
        found = facets[name].get(key, [])
        return next(iter(found), None) if name in SINGLE else json.dumps(found)

    rows = (
        (
            generation.pk,
            generation.full_name,
            generation.code,
            generation.first_model_year,
            generation.first_sale,
            generation.summary,
            *(cell(name, generation.pk) for name in facets),
        )
        for generation in generations_for_cards().prefetch_related(None).iterator(2000)
    )
    with closing(sqlite3.connect(path)) as database:
        columns = ", ".join(f'"{name}" TEXT' for name in facets)
        database.execute(
            "CREATE TABLE vehicles (id INTEGER PRIMARY KEY, name TEXT, code TEXT, first_model_year INTEGER, "
            f"first_sale TEXT, summary TEXT, {columns})"
        )
        marks = ", ".join("?" * (6 + len(facets)))
        database.executemany(f"INSERT INTO vehicles VALUES ({marks})", rows)  # noqa: S608 - our own names
        for name in SINGLE:
            database.execute(f'CREATE INDEX "vehicles_{name}" ON vehicles ("{name}")')
        database.execute("ANALYZE")
        database.commit()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
    django.setup()
    write(sys.argv[1])
