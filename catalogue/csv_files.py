"""CSV that spreadsheets open as it is meant."""

from collections.abc import Iterable

#: The mark by which Excel knows UTF-8.
BOM = "\ufeff"


def safe_cell(value):
    """Text that a spreadsheet takes as text: one that begins like a formula is led in by an apostrophe. Numbers
    stay numbers, negative ones too.

    Source: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection

    >>> safe_cell("=1+1"), safe_cell(-84.5), safe_cell("Ohio")
    ("'=1+1", -84.5, 'Ohio')
    """
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def safe_row(row: Iterable) -> list:
    return [safe_cell(value) for value in row]
