"""Start-up, latency and memory against their budgets: `python -m eval bench`. It prints and asserts nothing.

Cold figures are of whole processes, warm ones of one process over the seed's question set, medians throughout.
"""

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus.collection import Collection
from eval.formats import load_questions
from ingest import sync
from rag import Assistant

ROOT = Path(__file__).resolve().parent.parent
_RUNS = 5


def cold_ask(index: Path) -> float:
    """Seconds of `python -m rag ask`, from start to exit."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "rag", "ask", "提出多少条具体举措？", "--json", "--index", str(index)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own arguments
    return time.perf_counter() - begun


def until_serving(index: Path) -> tuple[float, float]:
    """Seconds from `python app.py` to a page that answers, and its resident memory then in MB."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "CEWEN_INDEX": str(index)}
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - begun < 120:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
            else:
                return time.perf_counter() - begun, _resident(server.pid)
        return float("nan"), float("nan")
    finally:
        server.terminate()
        server.wait()


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def warm(index: Path) -> dict[str, float]:
    """Milliseconds of one question in a running process: median and 95th percentile, and the encoder's part of it."""
    assistant = Assistant.open(index)
    questions = [q.question for q in load_questions(ROOT / "eval/questions/anhui.jsonl").questions]
    for question in questions[:5]:
        assistant.ask(question)
    totals = [assistant.ask(question).timings_ms["total"] for question in questions]
    passes = []
    for question in questions:
        begun = time.perf_counter()
        assistant.collection.encoder.encode([question], "query")
        passes.append(1000 * (time.perf_counter() - begun))
    assistant.close()
    return {
        "median": statistics.median(totals),
        "p95": statistics.quantiles(totals, n=20)[-1],
        "encoder": statistics.median(passes),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _warm_alone(index: Path) -> dict[str, float]:
    """`warm` in a process of its own, so that its memory is that of asking alone."""
    command = [sys.executable, "-m", "eval.bench", str(index)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)  # noqa: S603 - our own arguments
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def startup() -> list[tuple[str, str, str]]:
    """Each measure with its figure and its budget."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder)
        begun = time.perf_counter()
        with Collection.open(index, writable=True) as collection:
            opened = time.perf_counter()
            report = sync(ROOT / "corpus" / "documents", collection)
        segments = sum(outcome.segments for outcome in report.documents)
        cold = [cold_ask(index) for _ in range(_RUNS)]
        serving, memory = until_serving(index)
        hot = _warm_alone(index)
    return [
        ("warm ask, median", f"{hot['median']:.1f} ms", "40 ms"),
        ("warm ask, 95th percentile", f"{hot['p95']:.1f} ms", ""),
        ("of which the encoder's pass of the question", f"{hot['encoder']:.1f} ms", ""),
        (f"python -m rag ask, cold, median of {_RUNS}", f"{statistics.median(cold):.2f} s", "6 s"),
        ("python app.py to an answering page", f"{serving:.1f} s", "15 s"),
        ("its resident memory", f"{memory:.0f} MB", "1300 MB"),
        ("memory of one asking process, at most", f"{hot['memory']:.0f} MB", "1300 MB"),
        (f"ingest of the documents, {segments} segments", f"{report.seconds:.2f} s", ""),
        ("loading the model and opening the index", f"{opened - begun:.1f} s", ""),
    ]  # fmt: skip


def bench(
    sizes: Sequence[int], texts: Path | None, out: Path, console: Console, folders: Sequence[Path] = ()
) -> dict[str, Any]:
    """Start-up against its budgets and how fast the documents in `folders` are taken in.

    Then the growth with the corpus where `sizes` are given, written to `out`.
    """
    from eval import growth, intake

    rows = [*startup(), *intake.rows(folders)]
    table = Table("measure", "figure", "budget")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    found = growth.measure(sizes, texts, console) if sizes else []
    files = []
    if found:
        growth.show(found, console)
        files = growth.write(found, out)
    return {
        "figures": {name: value for name, value, _ in rows},
        "growth": [asdict(each) for each in found],
        "files": [str(file) for file in files],
    }


if __name__ == "__main__":
    # The process of its own that `_warm_alone` starts.
    print(json.dumps(warm(Path(sys.argv[1]))))
