"""Question sets as spreadsheets, CSV and XLSX, read and written: one question a row, the columns named as the fields.

A cell with several values has one a line, or separated by |. `history` holds the earlier questions the same way.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from corpus.errors import InputError
from eval.dataset import Question
from eval.sheets import append

COLUMNS: Final = (
    "id", "question", "answers", "addresses", "documents", "answerable", "history", "slice", "require", "within",
    "synthetic", "total",
)  # fmt: skip
_NEEDED: Final = ("id", "question")
_SEVERAL: Final = frozenset({"answers", "addresses", "documents", "within", "history"})
_YES: Final = frozenset("true 1 是 有 yes y 可答".split())
_NO: Final = frozenset("false 0 否 无 没有 no n 不可答".split())


def read_table(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a spreadsheet; InputError names a column that is missing, or the row that is wrong."""
    table = iter(_xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    names = [cell.strip() for cell in next(table, [])]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise InputError(f"{path.name} 第 1 行缺少列 {'、'.join(missing)}；表头应有：{'、'.join(COLUMNS)}。")
    unknown = [name for name in names if name and name not in COLUMNS]
    if unknown:
        raise InputError(f"{path.name} 第 1 行有不认识的列 {'、'.join(unknown)}；表头可以有：{'、'.join(COLUMNS)}。")
    for number, cells in enumerate(table, 2):
        filled = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        if filled:
            where = f"{path.name} 第 {number} 行"
            yield where, {name: _value(name, cell, where) for name, cell in filled.items()} | _answerable(filled)


def _answerable(filled: Mapping[str, str]) -> dict[str, bool]:
    """Where the column is empty, a question with gold counts as answerable."""
    gold = any(name in filled for name in ("answers", "addresses", "documents"))
    return {} if "answerable" in filled or gold else {"answerable": False}


def _value(name: str, cell: str, where: str) -> object:
    if name in ("answerable", "synthetic"):
        if cell.lower() in _YES | _NO:
            return cell.lower() in _YES
        raise InputError(f"{where}的 {name} 是“{cell}”；请写 true 或 false。")
    if name == "total" and not cell.isdigit():
        raise InputError(f"{where}的 total 是“{cell}”；请写整数。")
    if name not in _SEVERAL:
        return cell
    values = [value.strip() for value in cell.replace("|", "\n").split("\n") if value.strip()]
    return [{"question": value} for value in values] if name == "history" else values


def _csv(path: Path) -> Iterator[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheet programs save as CSV on a Chinese system.
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as exc:
            raise InputError(f"{path.name} 既不是 UTF-8 也不是 GB18030；请另存为 UTF-8 的 CSV。") from exc
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as exc:
        raise InputError(f"{path.name} 不是 CSV（{exc}）；请检查引号和逗号。") from exc


def _xlsx(path: Path) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as exc:
        raise InputError(f"{path.name} 不是能读的 XLSX；请用表格软件另存为 .xlsx。") from exc
    with closing(book):
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_written(cell) for cell in row]


def _written(cell: object) -> str:
    if cell is None:
        return ""
    # A spreadsheet keeps 70 as 70.0.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """A set as JSONL, CSV or XLSX, by the suffix of `path`; InputError for any other."""
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        lines = (json.dumps(q.model_dump(exclude_defaults=True), ensure_ascii=False) for q in questions)
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    elif suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *map(_cells, questions)])
    elif suffix == ".xlsx":
        _write_xlsx(path, [_cells(question) for question in questions])
    else:
        raise InputError(f"不能写成 {path.name}：请用 .jsonl、.csv 或 .xlsx 作后缀，或给出一个文件夹。")


def _cells(question: Question) -> list[str]:
    values = question.model_dump()
    values["history"] = [earlier["question"] for earlier in values["history"]]
    return ["\n".join(values[name]) if name in _SEVERAL else _plain(values[name]) for name in COLUMNS]


def _plain(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "questions"
    for row in (COLUMNS, *rows):
        append(sheet, row)
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJKL", (14, 50, 40, 24, 20, 12, 30, 14, 10, 20, 10, 8), strict=True):
        sheet.column_dimensions[column].width = width
    book.save(path)
