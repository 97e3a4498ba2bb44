"""Tables as files: .xlsx with a table a sheet, .csv and .tsv.

openpyxl's fast reading mode does not know merged cells, so that the usual one is used; what is read are the values that
were shown when the file was saved, not the formulas.
"""

import csv
import datetime as dt
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.draft import Draft
from ingest.loaders.encoding import decode
from ingest.loaders.files import open_container, read_bytes
from ingest.tables import Cell

#: A table with more cells is data and no document.
_CELL_LIMIT: Final = 200_000
_DELIMITERS: Final = ",;\t"


class SheetLoader:
    """`Loader` for .xlsx."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        with open_container(path, "xlsx") as container:
            if "[Content_Types].xml" not in container.namelist():
                raise LoadError(f"{path.name}：不是 xlsx 文件；请用表格软件另存为 xlsx 再添加。")
            _refuse_types(container, path)
        try:
            workbook = load_workbook(path, data_only=True)
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError,
                zipfile.BadZipFile, zlib.error, EOFError, OSError) as exc:  # fmt: skip
            raise LoadError(f"{path.name}：表格已损坏（{type(exc).__name__}）；请用表格软件另存后再添加。") from exc
        draft = Draft(path)
        shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        for sheet in shown:
            if sheet.max_row * sheet.max_column > _CELL_LIMIT:
                raise LoadError(f"{path.name}：工作表 {sheet.title} 超过 {_CELL_LIMIT} 格，是数据不是文件；请删减。")
            if len(shown) > 1 and sheet.max_row:
                draft.paragraph(sheet.title)
            _write(_cells(sheet), draft)
        hidden = [sheet.title for sheet in workbook.worksheets if sheet.sheet_state != "visible"]
        if hidden and draft.written:
            draft.finding("hidden_sheets", f"隐藏的工作表没有收录：{'、'.join(hidden)}", "note")
        return draft.finish()


class CsvLoader:
    """`Loader` for .csv and .tsv."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        text = decode(read_bytes(path), path.name)
        counts = {sign: text[:20_000].count(sign) for sign in _DELIMITERS}
        delimiter = "\t" if path.suffix.lower() == ".tsv" else max(counts, key=lambda sign: counts[sign])
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error as exc:
            raise LoadError(f"{path.name}：不是完整的 CSV（{exc}）；请用表格软件另存后再添加。") from exc
        if sum(map(len, rows)) > _CELL_LIMIT:
            raise LoadError(f"{path.name}：超过 {_CELL_LIMIT} 格，是数据不是文件；请删减后再添加。")
        draft = Draft(path)
        _write([[Cell(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)], draft)
        return draft.finish()


def _refuse_types(container: zipfile.ZipFile, path: Path) -> None:
    for name in container.namelist():
        if name.endswith(".xml"):
            with container.open(name) as stream:
                if b"<!DOCTYPE" in stream.read(4096).upper():
                    raise LoadError(f"{path.name}：其中的 XML 带有文档类型声明，可能有害；没有解析它。")


def _cells(sheet: Any) -> list[list[Cell]]:  # noqa: ANN401 - openpyxl has no types
    """The rows of a sheet that are shown, merged cells as one that spans."""
    spans = {(merged.min_row, merged.min_col): merged for merged in sheet.merged_cells.ranges}
    covered = {
        (row, column)
        for merged in spans.values()
        for row in range(merged.min_row, merged.max_row + 1)
        for column in range(merged.min_col, merged.max_col + 1)
    } - spans.keys()
    rows = []
    for number, values in enumerate(sheet.iter_rows(), 1):
        if sheet.row_dimensions[number].hidden:
            continue
        row = []
        for column, cell in enumerate(values, 1):
            if (number, column) not in covered:
                merged = spans.get((number, column))
                high = merged.max_row - merged.min_row + 1 if merged else 1
                wide = merged.max_col - merged.min_col + 1 if merged else 1
                row.append(Cell(_shown(cell), high, wide))
        rows.append(row)
    return rows


def _shown(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if "%" in (cell.number_format or ""):
            return f"{round(100 * value, 6):g}%"
        return f"{value:.10g}"
    return str(value)


def _write(rows: list[list[Cell]], draft: Draft) -> None:
    """The rows above the header that hold one cell are titles, the rest is a table."""
    place = 0
    while place < len(rows):
        filled = [cell for cell in rows[place] if cell.text.strip()]
        if len(filled) > 1:
            break
        for cell in filled:
            draft.paragraph(cell.text)
        place += 1
    if place < len(rows):
        draft.table(rows[place:])
