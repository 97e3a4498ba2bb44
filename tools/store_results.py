"""Store the summaries of runs in eval/results and print their rows of the README's table.

python tools/store_results.py runs/anhui runs/stard …
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent / "eval" / "results"
#: The columns of the README's table.
COLUMNS = ("right", "hit@1", "nDCG@10", "recall@100", "F1", "citation_precision", "refusal_recall", "over_refusal")


def row(name: str, summary: dict[str, Any]) -> str:
    """One line of the table."""
    figures = (summary["measures"].get(column) for column in COLUMNS)
    cells = [f"{figure['mean']:.3f}" if figure else "—" for figure in figures]
    shown = [f"[`{name}.json`](eval/results/{name}.json)", str(summary["data"]["questions"]), *cells, summary["date"]]
    return "| " + " | ".join(shown) + " |"


def main() -> None:
    """Store what the arguments name, with the baseline beside it where there is one."""
    for folder in map(Path, sys.argv[1:]):
        for source, name in ((folder, folder.name), (folder / "baseline", f"{folder.name}-baseline")):
            written = source / "summary.json"
            if written.is_file():
                shutil.copyfile(written, RESULTS / f"{name}.json")
                print(row(name, json.loads(written.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
