"""A run as a spreadsheet: the figures, and every question in a row with what was answered and where it was found."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from eval.scoring import Record
from eval.sheets import append


def write_workbook(path: Path, summaries: Mapping[str, Mapping[str, Any]], records: Sequence[Record]) -> None:
    """Sheets: figures, slices, questions."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "指标"
    _rows(sheet, [["系统", "指标", "均值", "下限", "上限", "题数"]])
    for name, summary in summaries.items():
        _rows(sheet, ([name, m, r["mean"], r["low"], r["high"], r["n"]] for m, r in summary["measures"].items()))
    by_slice = book.create_sheet("分组")
    _rows(by_slice, [["系统", "分组", "指标", "均值", "下限", "上限", "题数"]])
    for name, summary in summaries.items():
        for part, figures in summary["slices"].items():
            _rows(by_slice, ([name, part, m, r["mean"], r["low"], r["high"], r["n"]] for m, r in figures.items()))
    _questions(book.create_sheet("题目"), records)
    for each in book.worksheets:
        each.freeze_panes = "A2"
    book.save(path)


def _questions(sheet: Worksheet, records: Sequence[Record]) -> None:
    measures = list(dict.fromkeys(name for record in records for name in record["measures"]))
    stages = list(dict.fromkeys(stage for record in records for stage in record["ranks"]))
    head = ["id", "分组", "问题", "标准答案", "依据", "可答", "状态", "回答", "短答", "引用", "拒答原因", "毫秒"]
    _rows(sheet, [[*head, *(f"名次 {stage}" for stage in stages), *measures]])
    for record in records:
        answer, gold = record["answer"], record["gold"]
        cited = "\n".join(f"{citation['label']}：“{citation['quote']}”" for citation in answer["citations"])
        cells = [
            record["id"], record["slice"], record["question"], "\n".join(gold["answers"]),
            "\n".join([*gold["documents"], *gold["addresses"]]), gold["answerable"], answer["status"], answer["answer"],
            answer["short_answer"], cited, (answer["refusal"] or {}).get("reason"), answer["timings_ms"].get("total"),
        ]  # fmt: skip
        ranks = [record["ranks"].get(stage) for stage in stages]
        _rows(sheet, [[*cells, *ranks, *(record["measures"].get(name) for name in measures)]])


def _rows(sheet: Worksheet, rows: Iterable[Iterable[object]]) -> None:
    for row in rows:
        append(sheet, row)
