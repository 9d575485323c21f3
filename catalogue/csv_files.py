"""CSV that spreadsheets open without harm: RFC 4180, UTF-8 with the mark by which Excel knows it, no formulas."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any, TextIO

BOM = "\ufeff"
#: A cell that begins so is taken for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Text that a spreadsheet takes as text: one that begins like a formula is led in by an apostrophe.

    So is one that only lacks its apostrophes to be such a text; that makes ``plain_text`` the exact way back.
    Source: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection

    >>> safe_cell("=1+1"), safe_cell("'=1+1"), safe_cell("Camry")
    ("'=1+1", "''=1+1", 'Camry')
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def plain_text(cell: str) -> str:
    """The text that ``safe_cell`` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def cell(value: Any) -> str:
    """Any value as a cell: numbers stay numbers, also below zero; None is empty; a list is joined by "; "."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, int | float):
        return str(value)
    return safe_cell("; ".join(value) if isinstance(value, list | tuple) else str(value))


def writer(out: TextIO):
    return csv.writer(out, lineterminator="\r\n")
