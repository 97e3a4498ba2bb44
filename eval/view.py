"""What the evaluator sees in a terminal after a run: figures with intervals, slices, controls, mistakes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.records import RunFolder
from eval.scoring import Record

#: What is shown of each slice.
_HEADLINES = ("right", "hit@1", "F1", "over_refusal", "refusal_recall")


def figure(row: Mapping[str, float]) -> str:
    """0.914 [0.86, 0.96]."""
    return f"{row['mean']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"


def show(summary: Mapping[str, Any], console: Console, *, mistakes: bool = False) -> None:
    """The figures of a run, beside those of a second system where one was run along."""
    out = Path(summary["out"])
    runs = {summary["system"]: summary}
    for other in ("cewen", "baseline"):
        if other not in runs and (out / other / "summary.json").is_file():
            runs[other] = RunFolder(out / other).summary()
    console.print(_measures(runs))
    if summary["slices"]:
        console.print(_slices(summary["slices"]))
    console.print(_times(runs))
    if found := summary.get("reliability"):
        console.print(
            f"把握是否可信：校准误差 ECE {found['ece']:.3f}，Brier {found['brier']:.3f}（{found['n']} 个回答）",
            markup=False,
        )
    _controls(summary.get("controls", {}), console)
    if ablation := summary.get("ablation"):
        console.print(_ablation(ablation))
    if mistakes:
        for record in RunFolder(out).records():
            if record["measures"].get("right") == 0:
                _mistake(record, console)
    data = summary["data"]
    console.print(
        f"{data['questions']} 题（可答 {data['answerable']}），用时 {summary['seconds']} 秒，"
        f"内存至多 {summary['memory_mb']:.0f} MB；记录在 {out}",
        soft_wrap=True,
        markup=False,
    )


def _measures(runs: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("指标", *runs, "题数", title="均值 [95% 区间]")
    first = next(iter(runs.values()))
    for name, row in first["measures"].items():
        cells = [figure(run["measures"][name]) if name in run["measures"] else "—" for run in runs.values()]
        table.add_row(name, *cells, str(row["n"]))
    return table


def _slices(slices: Mapping[str, Mapping[str, Any]]) -> Table:
    names = [name for name in _HEADLINES if any(name in figures for figures in slices.values())]
    table = Table("分组", *names, title="分组")
    for part, figures in slices.items():
        table.add_row(part, *(f"{figures[n]['mean']:.3f} ({figures[n]['n']})" if n in figures else "" for n in names))
    return table


def _times(runs: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("毫秒：中位 / 95%", *runs)
    for stage in next(iter(runs.values()))["timings_ms"]:
        spent = [run["timings_ms"].get(stage) for run in runs.values()]
        table.add_row(stage, *(f"{row['median']:.1f} / {row['p95']:.1f}" if row else "" for row in spent))
    return table


def _controls(controls: Mapping[str, Any], console: Console) -> None:
    if bereft := controls.get("without_gold"):
        table = Table("指标", "去掉依据后的变化", "", title="对照：去掉含答案的文档")
        for name, row in bereft.items():
            verdict = "" if row["grounded"] else "[red]没有下降：不能说明答案有据[/]"
            table.add_row(name, f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]", verdict)
        console.print(table)
    if floor := controls.get("shuffled"):
        table = Table("指标", "下限", title="对照：把答案打乱")
        for name, row in floor.items():
            table.add_row(name, figure(row))
        console.print(table)


def _ablation(ablation: Mapping[str, Any]) -> Table:
    """What each ingredient gives, and in milliseconds what it costs."""
    names = list(ablation["whole"])
    title = f"检索的成分逐项去掉，{ablation['questions']} 题：有它减去没有它，* 为区间不含 0（区间见报告）"
    table = Table("成分", *names, "毫秒", title=title)
    table.add_row("全部", *(f"{ablation['whole'][name]['mean']:.3f}" for name in names), f"{ablation['ms']:.1f}")
    for row in ablation["rows"]:
        gives = [row["gives"].get(name) for name in names]
        cells = [f"{one['difference']:+.3f}{'*' if one['certain'] else ''}" if one else "—" for one in gives]
        table.add_row(f"{row['ingredient']} {row['what']}", *cells, f"{row['costs_ms']:+.1f}")
    return table


def gain(row: Mapping[str, float]) -> str:
    """+0.021 [+0.012, +0.030]."""
    return f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"


def _mistake(record: Record, console: Console) -> None:
    answer = record["answer"]
    missing = answer["refusal"]["missing_terms"] if answer["refusal"] else ""
    console.print(f"[bold]{escape(record['id'])}[/] {escape(record['question'])}", soft_wrap=True)
    console.print(f"  {escape(answer['answer'][:300])} {missing}", soft_wrap=True)
