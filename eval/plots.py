"""Figures of a run as SVG, drawn from its records and nothing else; text stays text, so that any font will do.

Labels are in English and captions stand in the report, as matplotlib's own font has no Chinese.
"""

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.scoring import Record

_INK: Final = ("#1f5f8b", "#c8553d", "#6b8f3c", "#8e6bb0")
_CUTS: Final = (1, 2, 3, 5, 10, 20, 50, 100)

Runs = Mapping[str, Sequence[Record]]


def recall_by_k(runs: Runs) -> str:
    """The share of the gold among the first k, for each system."""
    figure, axes = _axes("k (log scale)", "recall@k")
    for ink, (name, records) in zip(_INK, runs.items(), strict=False):
        judged = [(r["gold_ranks"], _golds(r)) for r in records if _golds(r)]
        shares = [
            sum(sum(x <= k for x in ranks) / golds for ranks, golds in judged) / max(1, len(judged)) for k in _CUTS
        ]
        axes.plot(_CUTS, shares, marker="o", color=ink, label=name)
    axes.set_xscale("log")
    axes.set_xticks(_CUTS, [str(k) for k in _CUTS])
    axes.set_ylim(0, 1.02)
    axes.legend(loc="lower right")
    return _svg(figure)


def _golds(record: Record) -> int:
    """How many gold places the question has: parts, else documents."""
    gold = record["gold"]
    return max(len(gold["addresses"] or gold["documents"]), len(record["gold_ranks"]))


def slices(figures: Mapping[str, Mapping[str, Mapping[str, float]]], name: str) -> str:
    """A measure by slice, each with its interval."""
    rows = [(part, values[name]) for part, values in figures.items() if name in values]
    figure, axes = _axes(name, "", height=0.6 + 0.28 * len(rows))
    for place, (_, row) in enumerate(rows):
        axes.plot([row["low"], row["high"]], [place, place], color=_INK[0], linewidth=2)
        axes.plot(row["mean"], place, "o", color=_INK[0])
    axes.set_yticks(range(len(rows)), [f"{part} ({row['n']})" for part, row in rows])
    axes.set_xlim(-0.02, 1.02)
    axes.invert_yaxis()
    return _svg(figure)


def refusal_curve(records: Sequence[Record]) -> str:
    """What would be over-refused and rightly refused at every threshold of the confidence; "" where there is none."""
    scored = [(record["answer"]["confidence"], record["gold"]["answerable"]) for record in records if _sure(record)]
    answerable = [confidence for confidence, good in scored if good]
    others = [confidence for confidence, good in scored if not good]
    if not answerable or not others:
        return ""
    figure, axes = _axes("over-refusal (answerable refused)", "refusal recall (unanswerable refused)")
    cuts = sorted({0.0, *(confidence for confidence, _ in scored), 1.01})
    points = [(_below(answerable, cut), _below(others, cut)) for cut in cuts]
    axes.plot([x for x, _ in points], [y for _, y in points], color=_INK[0])
    refused = [record for record in records if record["answer"]["status"] == "refused"]
    held = sum(record["gold"]["answerable"] for record in records)
    wrong = sum(record["gold"]["answerable"] for record in refused)
    axes.plot(wrong / held, (len(refused) - wrong) / (len(records) - held), "s", color=_INK[1], label="as answered")
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.legend(loc="lower right")
    return _svg(figure)


def _sure(record: Record) -> bool:
    return record["answer"].get("confidence") is not None


def _below(values: Sequence[float], cut: float) -> float:
    return sum(value < cut for value in values) / len(values)


def calibration(found: Mapping[str, Any] | None) -> str:
    """How often an answer was right, by how confident it was (`eval.reliability`); "" where nothing is known of it."""
    if not found:
        return ""
    figure, axes = _axes("mean confidence", "share right")
    axes.plot([0, 1], [0, 1], color="#bbb", linewidth=1)
    axes.plot(
        [each["confidence"] for each in found["bins"]],
        [each["right"] for each in found["bins"]],
        marker="o",
        color=_INK[0],
    )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    return _svg(figure)


def latency(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """The median of every stage, for each system; a line to the 95th percentile."""
    figure, axes = _axes("ms (log scale)", "")
    stages = list(next(iter(summaries.values()))["timings_ms"])
    for row, (ink, (name, summary)) in enumerate(zip(_INK, summaries.items(), strict=False)):
        for place, stage in enumerate(stages):
            spent = summary["timings_ms"].get(stage)
            if spent and spent["median"] > 0:
                at = place + 0.25 * row
                axes.plot([spent["median"], max(spent["p95"], spent["median"])], [at, at], color=ink, linewidth=1)
                axes.plot(spent["median"], at, "o", color=ink, label=name if stage == "total" else None)
    axes.set_xscale("log")
    axes.set_yticks(range(len(stages)), stages)
    axes.invert_yaxis()
    axes.legend(loc="lower right")
    return _svg(figure)


def growth(sizes: Sequence[int], series: Mapping[str, Sequence[float | None]], label: str) -> str:
    """How a figure grows with the number of segments, both axes logarithmic."""
    figure, axes = _axes("segments (log scale)", f"{label} (log scale)")
    for ink, (name, values) in zip(_INK, series.items(), strict=False):
        known = [(size, value) for size, value in zip(sizes, values, strict=True) if value]
        axes.plot([size for size, _ in known], [value for _, value in known], marker="o", color=ink, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.legend()
    return _svg(figure)


def _axes(across: str, up: str, height: float = 3.2) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(5.6, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(visible=True, color="#e4e4e4")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Figure) -> str:
    """The figure as an <svg> element that needs nothing else."""
    written = io.StringIO()
    # Fixed ids and no date: the same run gives the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "cewen"}), warnings.catch_warnings():
        # The names of slices may be Chinese: the reader's own font shows them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
