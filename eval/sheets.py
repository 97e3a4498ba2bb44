"""Rows of a spreadsheet, written so that no text is taken for a formula and none breaks the file."""

import re
from collections.abc import Iterable
from typing import Final

from openpyxl.worksheet.worksheet import Worksheet

#: What XML cannot hold, and so no cell.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: Spreadsheet programs cut a cell at 32,767 characters.
_LIMIT: Final = 32_000


def append(sheet: Worksheet, cells: Iterable[object]) -> None:
    """Add a row: a question that begins with = stays text."""
    sheet.append([_CONTROL.sub("", cell)[:_LIMIT] if isinstance(cell, str) else cell for cell in cells])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
