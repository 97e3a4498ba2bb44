"""The figures: not below what is stored by more than the stored interval, and the README says what is stored.

The seed's set is always run; samples of public sets where they are at hand. What is stored comes from
`python -m eval run`; to store new figures, run it with the arguments that `eval/results/README.md` gives.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.formats import load_questions, write_folder
from eval.session import Wanted, evaluate
from tests.conftest import ROOT

pytestmark = pytest.mark.model

RESULTS = ROOT / "eval" / "results"
DATA = ROOT.parent / "shared" / "data"
#: What a reader looks at first; each must hold for itself.
HEADLINES = ("right", "hit@1", "nDCG@10", "key_points", "citation_precision", "quote_exactness", "refusal_F1")
FALLING = ("over_refusal", "unsupported_statements")
#: For the gate a part of a public corpus: so many questions, drawn by a fixed seed, and the texts that answer them.
SEED = 7
SAMPLE = {"cmrc2018_dev": 60, "drcd_dev": 60, "stard": 150}


def stored(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def fallen(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """The headline measures that are worse than the stored interval allows."""
    worse = [n for n in HEADLINES if n in before and now[n]["mean"] < before[n]["low"] - 1e-9]
    return worse + [n for n in FALLING if n in before and now[n]["mean"] > before[n]["high"] + 1e-9]


def line(name: str, measures: Mapping[str, Any]) -> str:
    shown = (n for n in (*HEADLINES, *FALLING) if n in measures)
    return f"{name}: " + ", ".join(f"{n} {measures[n]['mean']:.3f}" for n in shown)


def test_the_seeds_questions_are_answered_as_well_as_before(
    seed_index: Path, tmp_path: Path, figure: list[str]
) -> None:
    for name in ("anhui", "anhui_english", "anhui_dev"):
        questions = ROOT / "eval" / "questions" / f"{name}.jsonl"
        now = evaluate(Wanted(questions, seed_index, own_index=True, out=tmp_path / name), Console(quiet=True))
        figure.append(line(name, now["measures"]))
        figure.append(
            "  " + ", ".join(f"{k} {v['right']['mean']:.2f} ({v['right']['n']})" for k, v in now["slices"].items())
        )
        assert not fallen(now["measures"], stored(name)["measures"]), line(name, now["measures"])
        # A question costs at most 150 ms with everything that is measured of it: 20 s for the seed's set.
        assert now["seconds"] < 0.15 * now["data"]["questions"] * 4


@pytest.mark.parametrize("name", list(SAMPLE))
def test_a_sample_of_a_public_set_is_answered_as_well_as_before(name: str, tmp_path: Path, figure: list[str]) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"no public data at {DATA / name}: the gate on {name} was not run")
    folder = tmp_path / name
    write_folder(folder, load_questions(DATA / name).sample(SAMPLE[name], SEED))
    now = evaluate(Wanted(folder, tmp_path, out=tmp_path / "out"), Console(quiet=True))
    figure.append(line(f"{name}, sample", now["measures"]))
    assert now["corpus"]["documents"] == len(load_questions(folder).texts)
    assert not fallen(now["measures"], stored(f"{name}-gate")["measures"]), line(name, now["measures"])


def test_the_gate_would_notice_a_fall() -> None:
    before = {"right": {"mean": 0.9, "low": 0.85, "high": 0.95}, "over_refusal": {"mean": 0.02, "low": 0, "high": 0.05}}
    assert fallen({"right": {"mean": 0.85}, "over_refusal": {"mean": 0.05}}, before) == []
    assert fallen({"right": {"mean": 0.84}, "over_refusal": {"mean": 0.06}}, before) == ["right", "over_refusal"]


def test_the_readme_gives_the_stored_figures() -> None:
    """Each row of the README's tables of figures names its file, and each cell is the stored mean."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`([\w.-]+)\.json`\]\(eval/results/[\w.-]+\.json\) \|(.+)\|$", readme, re.MULTILINE)
    assert len(rows) >= 10
    heads = [
        [cell.strip() for cell in head.split("|")]
        for head in re.findall(r"^\| (?:结果|result) \|(.+)\|$", readme, re.MULTILINE)
    ]
    assert heads
    for name, cells in rows:
        found = stored(name)
        values = [cell.strip() for cell in cells.split("|")]
        head = next(each for each in heads if len(each) == len(values))
        shown = dict(zip(head, values, strict=True))
        assert shown["date"] == found["date"], name
        for measure, value in shown.items():
            if measure in ("date", "questions", "n"):
                continue
            expected = f"{found['measures'][measure]['mean']:.3f}" if measure in found["measures"] else "—"
            assert value == expected, (name, measure)
