"""The figures of a run: every measure with its interval, by slice too; timings, memory, and what they were got with."""

import hashlib
import os
import platform
import resource
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from typing import Any

from corpus.terminal import ROOT
from eval.measures import measure
from eval.reliability import reliability
from eval.scoring import Record
from eval.statistics import mean

Figures = dict[str, dict[str, float]]


def figures(records: Sequence[Record], names: Iterable[str]) -> Figures:
    """Mean, interval and number for every measure that was scored."""
    found: Figures = {}
    for name in names:
        scores = [record["measures"][name] for record in records if name in record["measures"]]
        one = measure(name)
        if result := mean(scores, [one.weight(score) for score in scores]):
            found[name] = {key: round(value, 6) for key, value in asdict(result).items()}
    return found


def slices(records: Sequence[Record], names: Sequence[str]) -> dict[str, Figures]:
    """The same for each slice, if there are any."""
    found = dict.fromkeys(record["slice"] for record in records if record["slice"])
    return {name: figures([record for record in records if record["slice"] == name], names) for name in found}


def timings(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile of every stage, in milliseconds."""
    stages: dict[str, list[float]] = {}
    for record in records:
        spent: Mapping[str, float] = record["answer"]["timings_ms"]
        for stage, value in ({**spent, "search": record["search_ms"]}).items():
            stages.setdefault(stage, []).append(value)
    return {stage: _spread(values) for stage, values in stages.items()}


def _spread(values: Sequence[float]) -> dict[str, float]:
    high = statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return {"median": round(statistics.median(values), 2), "p95": round(high, 2)}


def peak_megabytes() -> float:
    """The most memory that this process has used."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def summarize(records: Sequence[Record], names: Sequence[str], about: Mapping[str, Any]) -> dict[str, Any]:
    """The object of `summary.json`; `about` is what the run was made with."""
    return {
        **about,
        "measures": figures(records, names),
        "slices": slices(records, names),
        "reliability": reliability(records),
        "timings_ms": timings(records),
        "memory_mb": peak_megabytes(),
    }


@cache
def code_fingerprint() -> str:
    """12 hex digits that change with every line of what answers and what measures."""
    digest = hashlib.sha256()
    for package in ("corpus", "ingest", "rag", "eval"):
        for file in sorted((ROOT / package).rglob("*")):
            if file.suffix in (".py", ".txt", ".tsv") and "documents" not in file.parts and "index" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def machine() -> dict[str, Any]:
    """What timings depend on, and by a question or so the other figures: the processor and how the encoder is run."""
    # Imported here: it brings torch, and a question set is checked without it.
    from corpus.network import has_fast_bf16

    return {
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": version("torch"),
        "precision": "bf16" if has_fast_bf16() else "fp32",
    }
