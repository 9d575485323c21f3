"""From an uploaded file to rows of text, whatever was uploaded. What can't be read is said, never guessed.

CSV and XLSX come out alike: each cell is the text a person would have typed, ``None`` where it holds what can't be
taken, which is then among the problems.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from catalogue.csv_files import plain_text
from catalogue.exchange.cells import tidy

#: No table of ours has more.
MOST_COLUMNS = 200
#: A workbook is compressed: 5 MB can hold gigabytes.
MOST_UNPACKED = 50 * 1024 * 1024
MOST_MEMBERS = 500
#: Excel's own limit. A row may claim a greater number, and all before it would be made up.
LAST_ROW = 1_048_576
#: No text of ours is as long; a lost quotation mark makes the rest of the file one cell.
LONGEST_CELL = 100_000
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How files begin that are no tables whatever their names say.
NO_TABLES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"\x1f\x8b")


class Encoding(models.TextChoices):
    UTF_8 = "utf-8-sig", gettext_lazy("UTF-8")
    SHIFT_JIS = "cp932", gettext_lazy("Shift_JIS (Excel in Japanese)")
    WINDOWS = "cp1252", gettext_lazy("Windows-1252 (Excel in western Europe and America)")


@dataclass(frozen=True)
class Problem:
    """What stands in the way of an import, and where: the row as the spreadsheet counts it, the column's name."""

    text: str
    row: int | None = None
    column: str = ""


@dataclass
class Sheet:
    headers: list[str]
    rows: list[list[str | None]] = field(default_factory=list)
    #: The number of each row in the spreadsheet; the headers are row 1.
    numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Unreadable(Exception):  # noqa: N818 - the message is for the editor
    """The file can't be read at all; the message says why, and what to do."""


def read(content: bytes, encoding: str = Encoding.UTF_8) -> Sheet:
    """The table in a file; raises Unreadable."""
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if content.startswith(OLD_EXCEL):
        raise Unreadable(
            _("This is an old or a locked Excel file. Save it without a password as .xlsx or as CSV UTF-8.")
        )
    if content.startswith(NO_TABLES):
        raise Unreadable(
            _("This is a picture, a PDF or a packed file, whatever its name says. Choose a CSV or XLSX file.")
        )
    lines = workbook_lines(content) if content.startswith(b"PK\x03\x04") else text_lines(content, encoding)
    return sheet_of(lines)


def sheet_of(lines: Iterator[tuple[int, list[Any]]]) -> Sheet:
    number, first = next(lines, (1, []))
    if number != 1 or not any(first):
        raise Unreadable(_("The first row must hold the names of the columns, and it is empty."))
    problems: list[Problem] = []
    sheet = Sheet([header.strip() for header in (read_cell(one, 1, "", problems) or "" for one in first)])
    while sheet.headers and not sheet.headers[-1]:
        sheet.headers.pop()
    if len(sheet.headers) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(n)s columns.") % {"n": MOST_COLUMNS})
    width = len(sheet.headers)
    for number, cells in lines:
        if not any(cell not in (None, "") for cell in cells):
            continue
        if len(sheet.rows) >= settings.IMPORT_MAX_ROWS:
            form = _("The file has more than %(n)s rows. Divide it, and import the parts one after the other.")
            raise Unreadable(form % {"n": settings.IMPORT_MAX_ROWS})
        names = [*sheet.headers, *(get_column_letter(place + 1) for place in range(width, len(cells)))]
        row = [read_cell(cell, number, name, problems) for cell, name in zip(cells, names, strict=False)]
        if any(cell != "" for cell in row[width:]):
            text = _("The row has more cells than there are columns. Is a quotation mark or a comma out of place?")
            problems.append(Problem(text, number))
        sheet.rows.append([*row[:width], *[""] * (width - len(row))])
        sheet.numbers.append(number)
    sheet.problems = problems
    return sheet


class Bad:
    """A cell that holds what can't be taken."""

    def __init__(self, problem: str):
        self.problem = problem


def read_cell(value: Any, number: int, column: str, problems: list[Problem]) -> str | None:
    """A cell's text, without the apostrophe that guards it; None with a problem noted where it has none."""
    text = value if isinstance(value, str) else ""
    if "\x00" in text:
        value = Bad(_("The cell holds a null character, which no text can. Delete the cell and type it anew."))
    elif len(text) > LONGEST_CELL:
        form = _("The cell holds more than %(n)s characters. Is a quotation mark missing?")
        value = Bad(form % {"n": LONGEST_CELL})
    if isinstance(value, Bad):
        problems.append(Problem(value.problem, number, column))
        return None
    return plain_text(tidy(text))


# CSV -------------------------------------------------------------------------------------------------------


def text_lines(content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    text = decoded(content, encoding)
    first = text.split("\n", 1)[0]
    # Excel separates by semicolons where commas are decimal points, by tabs in its "Unicode text".
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width = None
    for number in count(1):
        try:
            cells = next(lines, None)
        except csv.Error as error:
            form = _("Row %(row)s can't be read: %(error)s. Is a quotation mark missing?")
            raise Unreadable(form % {"row": number, "error": error}) from None
        if cells is None:
            return
        if width and any(cells) and len(cells) < width:
            form = _("Row %(row)s has %(n)s cells, but there are %(width)s columns. Is the file complete?")
            raise Unreadable(form % {"row": number, "n": len(cells), "width": width})
        width = width or len(cells)
        yield number, cells


def decoded(content: bytes, encoding: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        if encoding != Encoding.UTF_8:
            form = _("The file is not written in the encoding chosen: see line %(row)s. Try another one.")
            raise Unreadable(form % {"row": row}) from None
        form = _(
            "The file is not written in UTF-8: see line %(row)s. Save it as “CSV UTF-8”, or choose under “Encoding” "
            "how your program wrote it; Excel in Japanese writes Shift_JIS."
        )
        raise Unreadable(form % {"row": row}) from None


# XLSX ------------------------------------------------------------------------------------------------------


def workbook_lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    check_package(content)
    try:
        yield from cells_of(content)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails in as many ways as there are
        raise Unreadable(_("The workbook is damaged. Open it in a spreadsheet program and save it again.")) from error


def check_package(content: bytes) -> None:
    """Refuse what would fill the memory, and what is no workbook, before anything is unpacked."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(_("The workbook is damaged. Open it in a spreadsheet program and save it again.")) from error
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))
    # zipfile unpacks no more of a member than it claims to hold.
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unreadable(_("The workbook holds far more than a table of ours. Copy the table alone into a new one."))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable(_("The workbook contains macros. Save it as .xlsx without them."))


def cells_of(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # The size a sheet claims to have is filled up with empty cells otherwise.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        if len(row) > MOST_COLUMNS:
            raise Unreadable(_("The file has more than %(n)s columns.") % {"n": MOST_COLUMNS})
        if number > LAST_ROW:
            raise Unreadable(_("The workbook is damaged. Open it in a spreadsheet program and save it again."))
        yield number, [typed(cell) for cell in row]


def typed(cell) -> str | Bad:
    """What a person would have typed to get this cell."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Bad(_("The cell holds a formula. Copy it, and paste it as a value."))
    if cell.data_type == "e":
        return Bad(_("The cell holds an error of the spreadsheet (%(error)s).") % {"error": str(value)[:20]})
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime.datetime | datetime.date):
        return partial_date(value, str(cell.number_format))
    return str(value)


def partial_date(value: datetime.date, number_format: str) -> str:
    """A date cell as precisely as it is shown: a spreadsheet makes a date of "1992-09", but shows the month only."""
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", number_format).lower()
    precision = "%Y-%m-%d" if "d" in shown or not set(shown) & set("ymge") else "%Y-%m" if "m" in shown else "%Y"
    return value.strftime(precision)
