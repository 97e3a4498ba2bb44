"""Two runs on the same questions, held against each other: what changed, by how much, and whether by chance.

Scores are compared question by question with a paired bootstrap, right and wrong with McNemar's test.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corpus.errors import InputError
from eval.records import RunFolder
from eval.scoring import Record
from eval.statistics import difference, mcnemar

_SHOWN = 20


def compare(first: Path, second: Path) -> dict[str, Any]:
    """The difference of every measure that both runs have, McNemar's test, and the questions that changed."""
    runs = [RunFolder(first), RunFolder(second)]
    a, b = ({record["id"]: record for record in run.records()} for run in runs)
    common = [id_ for id_ in a if id_ in b and a[id_]["question"] == b[id_]["question"]]
    if not common:
        raise InputError(f"{first} 和 {second} 没有相同的问题；请比较同一问题集的两次评测。")
    pairs = [(a[id_], b[id_]) for id_ in common]
    names = [name for name in runs[0].summary()["measures"] if name in runs[1].summary()["measures"]]
    measures = {}
    for name in names:
        both = [(x["measures"][name], y["measures"][name]) for x, y in pairs if _scored(x, y, name)]
        if found := difference([x for x, _ in both], [y for _, y in both]):
            measures[name] = asdict(found) | {"certain": found.certain}
    judged = [(x, y) for x, y in pairs if _scored(x, y, "right")]
    right = [(x["measures"]["right"] == 1, y["measures"]["right"] == 1) for x, y in judged]
    return {
        "first": str(first),
        "second": str(second),
        "questions": len(common),
        "only_in_one": len(a) + len(b) - 2 * len(common),
        "measures": measures,
        "right": asdict(mcnemar([x for x, _ in right], [y for _, y in right])),
        "lost": [_change(x, y) for (x, y), (was, now) in zip(judged, right, strict=True) if was and not now],
        "won": [_change(x, y) for (x, y), (was, now) in zip(judged, right, strict=True) if now and not was],
    }


def _scored(first: Record, second: Record, name: str) -> bool:
    return name in first["measures"] and name in second["measures"]


def _change(first: Record, second: Record) -> dict[str, str]:
    return {
        "id": first["id"],
        "question": first["question"],
        "first": first["answer"]["answer"][:300],
        "second": second["answer"]["answer"][:300],
    }


def show(found: dict[str, Any], console: Console) -> None:
    """The comparison for a person."""
    table = Table("指标", "差（后 − 前）", "95% 区间", "题数", "")
    for name, row in found["measures"].items():
        interval = f"{row['low']:+.3f} … {row['high']:+.3f}"
        certain = "[bold]有差别[/]" if row["certain"] else "看不出差别"
        table.add_row(name, f"{row['difference']:+.3f}", interval, str(row["n"]), certain)
    console.print(table)
    test = found["right"]
    console.print(
        f"对错：只有前者对 {test['only_first']} 题，只有后者对 {test['only_second']} 题，McNemar p = {test['p']:.3f}"
    )
    if found["only_in_one"]:
        console.print(f"只在一边出现的题目 {found['only_in_one']} 题，没有计入。")
    _changed("变错", found["lost"], console)
    _changed("变对", found["won"], console)


def _changed(title: str, rows: Sequence[dict[str, str]], console: Console) -> None:
    for row in rows[:_SHOWN]:
        console.print(f"[bold]{title}[/] {escape(row['id'])}：{escape(row['question'])}", soft_wrap=True)
        console.print(f"  前：{escape(row['first'][:160])}", soft_wrap=True)
        console.print(f"  后：{escape(row['second'][:160])}", soft_wrap=True)
    if len(rows) > _SHOWN:
        console.print(f"{title}的还有 {len(rows) - _SHOWN} 题，见 --json。")
