"""The evaluator's door as a user meets it: every command once on the seed, and bad input answered in one line."""

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from tests.conftest import ROOT, SEED

pytestmark = pytest.mark.model

ANHUI = ROOT / "eval" / "questions" / "anhui.jsonl"


def call(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.fixture(scope="module")
def runs(seed_index: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same twelve questions twice, the second time with a weaker setting and beside the baseline."""
    folder = tmp_path_factory.mktemp("runs")
    chosen = ("--questions", ANHUI, "--index", seed_index, "--sample", 12, "--seed", 3)
    assert call("run", *chosen, "--out", folder / "a", "--without-gold", "--shuffle") == 0
    changes = ("--set", "answering.statements=1", "--set", "refusing.threshold=0.9")
    assert call("run", *chosen, "--out", folder / "b", "--beside", "baseline", *changes) == 0
    return {"a": folder / "a", "b": folder / "b"}


def summary(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def test_a_run_writes_records_and_a_summary(runs: dict[str, Path]) -> None:
    for folder in (*runs.values(), runs["a"] / "without-gold", runs["b"] / "baseline"):
        lines = (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 12
        assert set(json.loads(lines[0])["ranks"]) <= {"structural", "lexical", "dense", "fused"}
        assert summary(folder)["measures"]
    assert set(summary(runs["a"])["controls"]) == {"without_gold", "shuffled"}  # type: ignore[call-overload]


def test_settings_are_varied_and_recorded(runs: dict[str, Path]) -> None:
    first, second = summary(runs["a"]), summary(runs["b"])
    assert second["settings"]["refusing"]["threshold"] == 0.9  # type: ignore[index]
    assert first["fingerprint"] != second["fingerprint"]
    assert first["data"] == second["data"]


def test_two_runs_are_compared_and_reported(runs: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert call("compare", runs["a"], runs["b"], "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["questions"] == 12
    assert found["measures"]["over_refusal"]["difference"] > 0
    assert call("report", runs["b"]) == 0
    assert (runs["b"] / "report.html").stat().st_size > 10_000
    assert (runs["b"] / "report.xlsx").is_file()


def test_standard_output_is_one_json_object(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert call("run", "--questions", ANHUI, "--index", seed_index, "--sample", 2, "--out", out, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["data"]["sample"] == 2
    assert found["out"] == str(out)


def test_a_corpus_of_documents_or_rows_is_asked_without_touching_the_index(tmp_path: Path) -> None:
    rows = tmp_path / "set"
    rows.mkdir()
    text = "关于光伏的通知\n一、总体要求\n到2027年建成20个光伏基地。\n"
    (rows / "corpus.jsonl").write_text(json.dumps({"id": "d", "text": text}), encoding="utf-8")
    asked = {"id": "q", "question": "建成多少个光伏基地？", "answers": ["20个"], "doc_id": "d"}
    (rows / "qa.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    assert call("run", "--questions", rows, "--out", tmp_path / "own") == 0
    assert summary(tmp_path / "own")["measures"]["right"]["mean"] == 1.0  # type: ignore[index]
    sample = ("--sample", 3, "--out", tmp_path / "seed")
    assert call("run", "--questions", ANHUI, "--corpus", SEED, *sample) == 0
    assert summary(tmp_path / "seed")["corpus"]["documents"] == 1  # type: ignore[index]


def test_sets_are_converted_checked_and_drafted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "anhui.xlsx"
    assert call("import", ANHUI, sheet) == 0
    assert call("check", sheet, "--corpus", SEED) == 0
    assert call("draft", SEED, "--out", tmp_path / "draft.csv", "--limit", 5) == 0
    assert call("check", tmp_path / "draft.csv", "--corpus", SEED, "--json") == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["findings"] == []
    assert last["questions"] > 20


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("run", "--questions", "absent.jsonl"), "absent.jsonl"),
        (("run", "--questions", ANHUI, "--sample", "0"), "--sample"),
        (("run", "--questions", ANHUI, "--measures", "right,bleu"), "没有叫 bleu 的指标"),
        (("run", "--questions", ANHUI, "--set", "retrieval.colour=1"), "retrieval.colour"),
        (("run", "--questions", ANHUI, "--set", "80"), "retrieval.candidates=80"),
        (("run", "--questions", ANHUI, "--corpus", "absent"), "--corpus"),
        (("compare", "absent", "other"), "没有跑完的评测"),
        (("report", "absent"), "没有跑完的评测"),
        (("import", ANHUI, "out.doc"), "后缀"),
        (("bench", "--sizes", "many"), "--sizes"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    seed_index: Path, words: tuple[object, ...], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ("--out", tmp_path) if words[0] == "run" else ()
    assert call(*words, *out, "--index", seed_index) == 2
    said = capsys.readouterr().err.strip()
    assert named in said
    assert len(said.splitlines()) == 1


def test_a_gold_that_the_index_lacks_names_the_line(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        {"id": n, "question": "问", "answers": ["答"], "addresses": [place]} for n, place in (("a", "一"), ("b", "九"))
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert call("run", "--questions", path, "--index", seed_index, "--out", tmp_path / "out") == 2
    assert "set.jsonl 第 2 行：没有“九”这一部分" in capsys.readouterr().err


def test_growth_is_measured_beside_the_baseline(tmp_path: Path) -> None:
    from rich.console import Console

    from eval import growth

    found = growth.measure([60], None, Console(quiet=True))
    assert found[0].segments >= 60
    assert found[0].search_ms > 0
    assert found[0].baseline_ms > 0
    files = growth.write(found, tmp_path)
    assert json.loads(files[0].read_text(encoding="utf-8"))[0]["segments"] == found[0].segments
    assert "<svg" in files[1].read_text(encoding="utf-8")
