"""The terminal doors: what they print, where they print it, their exit status, and what they make of bad input."""

import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus import Collection
from ingest.__main__ import main as ingest
from rag.__main__ import main as rag
from tests.conftest import ROOT, SEED

pytestmark = pytest.mark.model

FIELDS = (
    "question standalone_question reading status answer short_answer statements citations referrals total listed "
    "refusal table method model confidence timings_ms index fingerprint"
).split()


def objects(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was printed on standard output, which must be JSON and nothing else."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of complaint; nothing may stand on standard output beside it."""
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.strip().splitlines()
    return line


def test_a_quote_is_what_the_export_holds_there(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The promise a script relies on: offsets count in exactly the bytes that `export` prints."""
    assert rag(["ask", "第七部分对社会保障卡是怎么说的？", "--json", "--index", str(seed_index)]) == 0
    [answer] = objects(capsys)
    assert list(answer) == FIELDS
    [citation] = answer["citations"]
    assert citation["address"] == "二/（二）/七是"
    assert ingest(["export", citation["document_id"], "--index", str(seed_index)]) == 0
    text = capsys.readouterr().out
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert "居民服务“一卡通”" in citation["quote"]


def test_a_process_prints_its_answer_and_nothing_else(seed_index: Path) -> None:
    command = [sys.executable, "-m", "rag", "ask", "保障措施有哪几条？", "--json", "--index", str(seed_index)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["total"], answer["listed"], len(answer["citations"])) == (6, 6, 6)
    assert done.stderr == b""


def test_a_person_reads_the_short_answer_the_quote_and_where_it_stands(
    seed_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rag(["ask", "提出多少条具体举措？", "--index", str(seed_index)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "【70条】"
    assert "70条具体举措" in "".join(lines)
    assert lines[-1].startswith("[1] 《")


def test_a_refusal_is_an_answer(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rag(["ask", "江苏省的首位产业是什么", "--index", str(seed_index)]) == 0
    out = capsys.readouterr().out
    assert "没有提到“江苏省”" in out
    assert "最接近的内容：" in out


def test_a_batch_answers_in_order_and_loses_nothing_over_one_bad_question(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"id": "a", "question": "那第六条呢？", "history": [{"question": "保障措施有哪几条？"}]},
        {"id": "b", "question": ""},
        {"id": "c", "question": "提出多少条具体举措？"},
    ]
    path = tmp_path / "batch.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert rag(["ask", "--batch", str(path), "--json", "--index", str(seed_index)]) == 1
    first, second, third = objects(capsys)
    assert [first["id"], second["id"], third["id"]] == ["a", "b", "c"]
    assert first["citations"][0]["address"] == "二/（三）/六是"
    assert first["reading"].startswith("按上文理解为")
    assert list(second) == ["id", *FIELDS, "error"]
    assert (second["status"], second["refusal"]["reason"]) == ("refused", "not_a_question")
    assert third["short_answer"] == "70条"


@pytest.mark.parametrize(
    ("line", "words"),
    [("{", "第 1 行"), ("[]", "第 1 行"), ('{"id": "a"}', "第 1 行"),
     ('\n{"question": "好", "history": [1]}', "第 2 行")],
)  # fmt: skip
def test_a_bad_line_of_a_batch_is_named(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(line, encoding="utf-8")
    assert rag(["ask", "--batch", str(path), "--index", str(seed_index)]) == 2
    assert words in complaint(capsys)


def test_a_conversation_goes_on(
    seed_index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("保障措施有哪几条？\n那第六条呢？\n"))
    assert rag(["chat", "--index", str(seed_index)]) == 0
    out = capsys.readouterr().out
    assert "六是营造良好氛围" in out
    assert "按上文理解为" in out


def test_a_search_gives_parts_with_their_scores(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rag(["search", "社会保障卡", "-k", "3", "--json", "--index", str(seed_index)]) == 0
    [found] = objects(capsys)
    assert (found["query"], len(found["hits"])) == ("社会保障卡", 3)
    best = found["hits"][0]
    assert best["address"] == "二/（二）/七是"
    assert set(best["scores"]) == {"structural", "lexical", "dense"}
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", ""], "问题是空的"), (["ask", "  \n"], "问题是空的"), (["ask", "长" * 100_000], "请"),
        (["ask"], "二者选一"), (["ask", "好", "--batch", "x"], "二者选一"),
        (["ask", "--batch", "/absent.jsonl"], "--batch"),
        (["search", "好", "-k", "0"], "-k"), (["ask", "好", "--settings", "/absent.toml"], "--settings"),
    ],
)  # fmt: skip
def test_wrong_use_gets_one_line_and_status_2(
    seed_index: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert rag([*arguments, "--index", str(seed_index)]) == 2
    assert words in complaint(capsys)


@pytest.mark.parametrize("arguments", [[], ["answer"], ["ask", "好", "--jsn"], ["search", "好", "-k", "many"]])
def test_an_unknown_command_or_option_names_the_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        rag(arguments)
    assert ended.value.code == 2
    assert "--help" in complaint(capsys)


def test_an_absent_index_names_the_command_that_builds_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rag(["ask", "好", "--index", str(tmp_path / "none")]) == 2
    assert "python -m ingest sync" in complaint(capsys)
    assert not (tmp_path / "none").exists()


def test_an_index_of_another_version_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "corpus.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = database.read_bytes()
    assert rag(["ask", "好", "--index", str(tmp_path)]) == 2
    assert "更新的版本" in complaint(capsys)
    assert ingest(["list", "--index", str(tmp_path)]) == 2
    assert database.read_bytes() == before


def test_what_is_no_index_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corpus.sqlite").write_text("这不是数据库" * 100, encoding="utf-8")
    assert rag(["ask", "好", "--index", str(tmp_path)]) == 2
    assert "不是策问的索引" in complaint(capsys)


def bad_files(folder: Path) -> dict[Path, str]:
    """Files that cannot be taken in, each with a word of the reason."""
    contents = {
        "空.txt": (b"", "空的"),
        "空白.txt": (b" \n\t\n", "空的"),
        "程序.txt": (b"\x7fELF\x02\x01\x01\0\0\0" * 50, "二进制"),
        "日文.txt": (("これは政策文書ではありません。" * 20).encode("shift_jis"), "编码"),
    }
    for name, (data, _) in contents.items():
        (folder / name).write_bytes(data)
    return {folder / name: words for name, (_, words) in contents.items()}


def test_bad_files_are_reported_and_the_good_one_goes_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = bad_files(tmp_path)
    index = tmp_path / "index"
    paths = [str(path) for path in (*bad, SEED)]
    assert ingest(["add", *paths, "--yes", "--json", "--index", str(index)]) == 1
    [report] = objects(capsys)
    assert [d["status"] for d in report["documents"]] == ["failed"] * len(bad) + ["added"]
    for outcome, (path, words) in zip(report["documents"], bad.items(), strict=False):
        assert outcome["path"] == str(path)
        assert words in outcome["error"], outcome
    seed = report["documents"][-1]
    assert set(seed) == set(
        "path document_id status title parts segments characters uncovered_characters findings error".split()
    )
    assert (seed["uncovered_characters"], seed["error"], report["generation"]) == (0, None, 1)
    with Collection.open(index) as collection:
        assert len(collection.documents()) == 1


@pytest.mark.parametrize("made", ["absent", "empty folder"])
def test_nothing_to_read_is_said_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: str
) -> None:
    source = tmp_path / "文件"
    if made == "empty folder":
        source.mkdir()
    assert ingest(["add", str(source), "--yes", "--index", str(tmp_path / "index")]) == 2
    assert "请" in complaint(capsys)
    assert ingest(["sync", str(source), "--index", str(tmp_path / "index")]) == 2


def test_adding_twice_changes_nothing_and_removing_takes_it_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ["--index", str(tmp_path), "--json"]
    assert ingest(["add", str(SEED), "--dry-run", *index]) == 0
    assert objects(capsys)[0]["documents"][0]["status"] == "added"
    assert not (tmp_path / "corpus.sqlite").exists()
    statuses = []
    for _ in range(2):
        assert ingest(["add", str(SEED), "--yes", *index]) == 0
        [report] = objects(capsys)
        statuses.append((report["documents"][0]["status"], report["generation"]))
    assert statuses == [("added", 1), ("unchanged", 1)]
    assert ingest(["list", *index]) == 0
    [held] = objects(capsys)[0]["documents"]
    assert ingest(["show", held["document_id"], "--outline", *index]) == 0
    assert len(objects(capsys)[0]["parts"]) == report["documents"][0]["parts"]
    assert ingest(["remove", "长三角", *index]) == 0
    assert objects(capsys) == [{"removed": held["document_id"], "title": held["title"]}]
    assert ingest(["show", "长三角", *index]) == 2


def test_without_a_terminal_nobody_can_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest(["add", str(SEED), "--index", str(tmp_path)]) == 2
    assert "--yes" in complaint(capsys)
    assert not (tmp_path / "corpus.sqlite").exists()
