"""A run as a report that opens anywhere: `report.html`, one file without a single request, and `report.xlsx`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval import plots
from eval.records import RunFolder
from eval.reliability import reliability
from eval.scoring import Record
from eval.view import figure, gain
from eval.workbook import write_workbook

_TEMPLATES: Final = Path(__file__).parent / "templates"
_NAMES: Final = ("cewen", "baseline")


def report(folder: Path) -> list[Path]:
    """Write both files beside the records of a finished run; InputError where it is none."""
    run = RunFolder(folder)
    summary, records = run.summary(), run.records()
    summaries, runs = {summary["system"]: summary}, {summary["system"]: records}
    for name in _NAMES:
        if name not in runs and (folder / name / "summary.json").is_file():
            other = RunFolder(folder / name)
            summaries[name], runs[name] = other.summary(), other.records()
    page = _environment().get_template("report.html").render(
        summary=summary, summaries=summaries, figures=_figures(summary, summaries, runs),
        failures=[_failure(record) for record in records if _failed(record)],
        refused=sum(record["answer"]["status"] == "refused" for record in records),
    )  # fmt: skip
    html, xlsx = folder / "report.html", folder / "report.xlsx"
    html.write_text(page, encoding="utf-8")
    write_workbook(xlsx, summaries, records)
    return [html, xlsx]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["figure"] = figure
    environment.filters["gain"] = gain
    return environment


def _figures(
    summary: Mapping[str, Any], summaries: Mapping[str, Mapping[str, Any]], runs: Mapping[str, Sequence[Record]]
) -> list[tuple[str, str]]:
    """Captions and drawings; a drawing that the run has nothing for is left out."""
    records = runs[summary["system"]]
    drawn = [("前 k 个结果里找到了多少依据", plots.recall_by_k(runs) if any(r["gold_ranks"] for r in records) else "")]
    if summary["slices"]:
        drawn.append(("各组答对的比例与 95% 区间", plots.slices(summary["slices"], "right")))
    drawn.append(("拒答的取舍：把握的界线从低到高", plots.refusal_curve(records)))
    drawn.append(("各环节用时：中位数，线到 95%", plots.latency(summaries)))
    found = reliability(records)
    told = f"（校准误差 ECE {found['ece']:.3f}，Brier {found['brier']:.3f}，{found['n']} 个回答）" if found else ""
    drawn.append((f"把握是否可信：越近对角线越好{told}", plots.calibration(found)))
    return [(caption, drawing) for caption, drawing in drawn if drawing]


def _failed(record: Record) -> bool:
    return bool(record["measures"].get("right", 1) == 0)


def _failure(record: Record) -> dict[str, Any]:
    answer = record["answer"]
    refusal = answer["refusal"] or {}
    return {
        "id": record["id"],
        "slice": record["slice"],
        "question": record["question"],
        "reading": answer["reading"],
        "gold": " / ".join(record["gold"]["answers"]) or "（不可回答）",
        "places": "、".join([*record["gold"]["documents"], *record["gold"]["addresses"]]),
        "status": answer["status"],
        "reason": refusal.get("reason", ""),
        "missing": "、".join(refusal.get("missing_terms", [])),
        "answer": answer["answer"],
        "citations": [f"{c['label']}：“{c['quote']}”" for c in answer["citations"] or refusal.get("nearest", [])],
        "ranks": record["ranks"],
    }
