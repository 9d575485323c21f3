"""Tables as files that spreadsheets open as they are meant."""

from __future__ import annotations

import io
from typing import Any

import tablib
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from catalogue.csv_files import BOM, cell, safe_cell, writer

NARROWEST, WIDEST = 9, 48
#: Excel's format for "text": what is typed over such a cell stays text as well, "1992-09" too.
AS_TEXT = "@"


class CSV(base_formats.CSV):
    """Numbers as they are, everything else as text that no spreadsheet takes for a formula."""

    label = _("CSV (UTF-8, for any program)")

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        out = io.StringIO()
        lines = writer(out)
        lines.writerow(dataset.headers)
        lines.writerows([cell(value) for value in row] for row in dataset)
        return f"{BOM}{out.getvalue()}".encode()


class XLSX(base_formats.XLSX):
    label = _("Excel workbook (.xlsx)")

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("catalogue")
        sheet.freeze_panes = "A2"
        for place, header in enumerate(dataset.headers):
            longest = max((len(str(row[place])) for row in dataset), default=0)
            width = min(max(longest, len(header), NARROWEST), WIDEST) + 2
            sheet.column_dimensions[get_column_letter(place + 1)].width = width
        sheet.append([self._header(sheet, header) for header in dataset.headers])
        for row in dataset:
            sheet.append([self._cell(sheet, value) for value in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    @staticmethod
    def _header(sheet, text: str) -> WriteOnlyCell:
        one = WriteOnlyCell(sheet, text)
        one.font = Font(bold=True)
        return one

    @staticmethod
    def _cell(sheet, value: Any) -> WriteOnlyCell:
        if not isinstance(value, str):
            return WriteOnlyCell(sheet, value)
        one = WriteOnlyCell(sheet, safe_cell(value))
        one.data_type = "s"
        one.number_format = AS_TEXT
        one.alignment = Alignment(vertical="top", wrap_text="\n" in value)
        return one


FORMATS = {"xlsx": XLSX, "csv": CSV}
