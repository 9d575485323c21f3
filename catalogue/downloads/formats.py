"""Writing the tables as one zip of CSV files, as JSON, and as a SQLite file. The same rows give the same bytes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from catalogue import csv_files
from catalogue.downloads.columns import INTEGER, NUMBER, Table

LICENCE = "Creative Commons Attribution 4.0 International (CC BY 4.0)"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
Rows = list[list[Any]]


@dataclass(frozen=True)
class Edition:
    """All tables with their rows, as of one revision of the catalogue."""

    revision: int
    changed_at: datetime
    address: str
    tables: list[tuple[Table, Rows]]

    @property
    def date(self) -> str:
        return f"{self.changed_at:%Y-%m-%d}"

    @property
    def name(self) -> str:
        """What its files are called, without their ending: ``transplants-2026-11-25-r123``."""
        return f"transplants-{self.date}-r{self.revision}"

    @property
    def about(self) -> dict[str, Any]:
        return {
            "title": "Transplants: vehicles of Japanese brands built in the United States",
            "date": self.date,
            "revision": self.revision,
            "licence": LICENCE,
            "licence_address": LICENCE_ADDRESS,
            "attribution": f"Transplants, revision {self.revision}, {self.date}",
            "address": self.address,
        }

    @property
    def counts(self) -> dict[str, int]:
        return {table.name: len(rows) for table, rows in self.tables}


# CSV -------------------------------------------------------------------------------------------------------

README = """# Transplants: the whole catalogue as CSV

Vehicles of Japanese brands built in the United States: plants, makes, models, production runs, exports to Japan.

- Date: {date}
- Revision of the catalogue: {revision}
- Licence: {licence}, {licence_address}
- Please cite as: {attribution}
{address}
## How to read the files

- Comma-separated (RFC 4180), UTF-8 with a byte order mark, by which spreadsheets know Japanese text.
- An empty cell means: not known, or nothing to say. Where several values stand in one cell, "; " is between them.
- Dates are as precise as the sources: 1992, 1992-09 or 1992-09-07. The end of something that goes on is `..`.
- Rows refer to each other by natural keys: slugs, make/model for a model, make/model/generation for a vehicle.
- Text that begins with = + - @, a tab or a carriage return is led in by an apostrophe, so that no spreadsheet takes
  it for a formula; so is text that has apostrophes before one of these. To undo it, drop the first apostrophe of each
  cell that has, after its leading apostrophes, one of these characters. Numbers are never changed.
- Facts rest on the sources in `sources.csv`; `citations.csv` ties them to entries. The publications belong to their
  publishers; we only cite them. Text is ours.

"""


def readme(edition: Edition) -> str:
    about = edition.about
    text = [README.format(**{**about, "address": f"- From: {edition.address}/\n" if edition.address else ""})]
    for table, rows in edition.tables:
        text.append(f"## {table.name}.csv\n\n{table.meaning} Rows: {len(rows)}. Key: {', '.join(table.key)}.\n\n")
        text.append("| column | kind | meaning |\n|---|---|---|\n")
        for column in table.columns:
            refers = f" Refers to `{column.refers}`." if column.refers else ""
            text.append(f"| {column.name} | {column.kind} | {column.meaning.replace('|', chr(92) + '|')}{refers} |\n")
        text.append("\n")
    return "".join(text)


def licence_text(edition: Edition) -> str:
    return (
        f"This data is licensed under {LICENCE}.\nSummary: {LICENCE_ADDRESS}\nText: {LICENCE_ADDRESS}legalcode\n"
        f"Please name: {edition.about['attribution']}\n"
    )


def write_zip(edition: Edition, path: Path) -> None:
    moment = edition.changed_at.timetuple()[:6]
    with ZipFile(path, "w") as archive:

        def member(name: str) -> ZipInfo:
            info = ZipInfo(f"{edition.name}/{name}", moment)
            info.compress_type, info.external_attr, info.create_system = ZIP_DEFLATED, 0o644 << 16, 3
            return info

        archive.writestr(member("README.md"), readme(edition))
        archive.writestr(member("LICENSE.txt"), licence_text(edition))
        for table, rows in edition.tables:
            with (
                archive.open(member(f"{table.name}.csv"), "w") as binary,
                TextIOWrapper(binary, encoding="utf-8", newline="") as out,
            ):
                out.write(csv_files.BOM)
                writer = csv_files.writer(out)
                writer.writerow([column.name for column in table.columns])
                writer.writerows([csv_files.cell(value) for value in row] for row in rows)


# JSON ------------------------------------------------------------------------------------------------------


def write_json(edition: Edition, path: Path) -> None:
    """One object: ``about`` and ``tables``, a row to a line. Written row by row."""

    def as_json(value) -> str:
        return json.dumps(value, ensure_ascii=False)

    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"about": {as_json(edition.about)},\n"tables": {{')
        for number, (table, rows) in enumerate(edition.tables):
            out.write(f"{',' if number else ''}\n{as_json(table.name)}: [")
            names = [column.name for column in table.columns]
            for place, row in enumerate(rows):
                out.write(f"{',' if place else ''}\n{as_json(dict(zip(names, row, strict=True)))}")
            out.write("\n]")
        out.write("\n}}\n")


# SQLite ----------------------------------------------------------------------------------------------------

SQL_KINDS = {INTEGER: "INTEGER", NUMBER: "REAL"}


def quoted(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)


def table_sql(table: Table, keys: dict[str, str]) -> str:
    """The statement that makes a table; ``keys`` gives the column that names a row of each table."""
    parts = [f"{quoted(column.name)} {SQL_KINDS.get(column.kind, 'TEXT')}" for column in table.columns]
    parts.append(f"PRIMARY KEY ({quoted(*table.key)})")
    parts += [
        f"FOREIGN KEY ({quoted(column.name)}) REFERENCES {quoted(column.refers)} ({quoted(keys[column.refers])})"
        for column in table.columns
        if column.refers
    ]
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})"


def write_sqlite(edition: Edition, path: Path) -> None:
    keys = {table.name: table.key[0] for table, _rows in edition.tables}
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=OFF")
        database.execute(f"PRAGMA user_version={edition.revision % 2**31}")
        database.execute("CREATE TABLE _about (name TEXT PRIMARY KEY, value TEXT)")
        about = [(name, str(said)) for name, said in edition.about.items()]
        database.executemany("INSERT INTO _about VALUES (?, ?)", about)
        for table, rows in edition.tables:
            database.execute(table_sql(table, keys))
            marks = ", ".join("?" * len(table.columns))
            flat = ([("; ".join(one) or None) if isinstance(one, list) else one for one in row] for row in rows)
            database.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", flat)  # noqa: S608 - our names
            for column in table.columns:
                if column.refers and column.name != table.key[0]:
                    index = quoted(f"{table.name}_{column.name}")
                    database.execute(f"CREATE INDEX {index} ON {quoted(table.name)} ({quoted(column.name)})")
        database.commit()
        database.execute("VACUUM")


#: The three files: ending, content type, what is in it, how it is written.
FORMATS = {
    "zip": ("application/zip", write_zip),
    "json": ("application/json", write_json),
    "sqlite3": ("application/vnd.sqlite3", write_sqlite),
}
