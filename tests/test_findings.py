"""What the researcher is told before a document goes in, and folders that are brought up to date."""

import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from corpus import Collection
from ingest import ingest, sync
from ingest.__main__ import main
from ingest.reading import understand
from tests.conftest import ROOT, LetterEncoder

HEAD = "某某省人民政府办公厅关于加强管理的通知\n某政办〔2024〕5号\n各市人民政府：\n"
FOOT = "某某省人民政府办公厅\n2024年5月6日\n"


def notice(folder: Path, text: str, name: str = "通知.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(path: Path) -> dict[str, tuple[int, str, str]]:
    return {each.kind: (each.line, each.severity, each.message) for each in understand(path).findings}


def test_a_document_in_order_has_nothing_to_look_at(tmp_path: Path) -> None:
    assert found(notice(tmp_path, HEAD + "一、甲\n二、乙\n（一）丙\n（二）丁\n" + FOOT)) == {}


@pytest.mark.parametrize(
    ("body", "kind", "line", "severity", "says"),
    [
        ("第一条 甲。\n第二条 乙。\n第四条 丁。\n", "numbering_gap", 6, "warning", "第二条之后是第四条"),
        ("第十四条 甲。\n第十六条 乙。\n", "numbering_gap", 5, "warning", "第十四条之后是第十六条"),
        ("一、甲\n二、乙\n二、丙\n", "duplicate_number", 6, "warning", "编号重复"),
        ("（一）甲\n（三）乙\n（二）丙\n", "numbering_order", 6, "warning", "次序不对"),
        ("一、甲\n锟斤拷锟斤拷\n", "mojibake", 5, "error", "乱码"),
        ("一、甲\n乙\ufffd丙\n", "replacement", 5, "error", "1 个无法识别的字"),
        ("一、甲\n乙\ue123丙\n", "private_use", 5, "warning", "自造字"),
        (
            "一、甲\n任务\t单位\t时限\n甲项\t财政局\t5月\n乙项\t税务局\t6月\n",
            "table_lost",
            5,
            "warning",
            "第 5 至 7 行像是表格",
        ),
        ("只有一段话。\n", "no_structure", 1, "warning", "没有识别出任何编号"),
        (f"一、{'各级各部门要加强领导。' * 100}\n二、乙\n", "long_part", 4, "note", "切成"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_what_is_odd_is_found_at_its_line(
    tmp_path: Path, body: str, kind: str, line: int, severity: str, says: str
) -> None:
    findings = found(notice(tmp_path, HEAD + body + FOOT))
    assert findings[kind][:2] == (line, severity)
    assert says in findings[kind][2]


def test_what_the_head_lacks_is_said(tmp_path: Path) -> None:
    findings = found(notice(tmp_path, "一、甲。\n二、乙。\n"))
    assert {"no_title", "no_date", "no_reference"} <= findings.keys()
    assert "通知" in findings["no_title"][2]


@pytest.mark.parametrize("layout", ["files", "zip"])
def test_copies_and_missing_references_are_found_beside_the_others(tmp_path: Path, layout: str) -> None:
    body = "".join(
        f"{mark}、各级各部门要加强第{mark}类事项的组织领导和经费保障，按时报送情况。\n" for mark in "一二三四五六七"
    )
    texts = {
        "甲.txt": HEAD + body + FOOT,
        "乙.txt": "某某省教育厅关于转发通知的通知\n"
        + body
        + "按照《某某省实施办法》执行。\n某某省教育厅\n2024年6月1日\n",
    }
    folder = tmp_path / "文件"
    folder.mkdir()
    if layout == "zip":
        with zipfile.ZipFile(folder / "全部.zip", "w") as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
    else:
        for name, text in texts.items():
            notice(folder, text, name)
    with Collection.open(tmp_path / "index", encoder=LetterEncoder(), writable=True) as collection:
        report = sync(folder, collection)
        again = sync(folder, collection)
    kinds = {finding.kind for outcome in report.documents for finding in outcome.findings}
    assert {"near_duplicate", "outside"} <= kinds
    assert [outcome.status for outcome in report.documents] == ["added", "added"]
    assert [outcome.status for outcome in again.documents] == ["unchanged", "unchanged"]


def test_check_guards_a_folder_and_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notice(tmp_path, HEAD + "一、甲\n二、乙\n" + FOOT)
    assert main(["check", str(tmp_path), "--index", str(tmp_path / "index")]) == 0
    notice(tmp_path, HEAD + "一、甲\n锟斤拷锟斤拷\n" + FOOT, "乱码.txt")
    capsys.readouterr()
    assert main(["check", str(tmp_path), "--json", "--index", str(tmp_path / "index")]) == 1
    report = json.loads(capsys.readouterr().out)
    severities = {finding["severity"] for each in report["documents"] for finding in each["findings"]}
    assert "error" in severities
    assert not (tmp_path / "index").exists()


def test_a_folder_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    for number in range(3):
        notice(
            folder,
            HEAD.replace("管理", f"第{number}类管理").replace("5号", f"{number}号") + "一、甲\n二、乙\n" + FOOT,
            f"{number}.txt",
        )
    with Collection.open(tmp_path / "index", encoder=LetterEncoder(), writable=True) as collection:
        assert [o.status for o in sync(folder, collection).documents] == ["added"] * 3
        (folder / "0.txt").unlink()
        (folder / "1.txt").write_bytes(b"\x7fELF" + bytes(100))
        notice(folder, (folder / "2.txt").read_text(encoding="utf-8").replace("二、乙", "二、丙"), "2.txt")
        report = sync(folder, collection)
        assert [(Path(o.path).name, o.status) for o in report.documents] == [
            ("1.txt", "failed"), ("2.txt", "updated"), ("0.txt", "removed"),
        ]  # fmt: skip
        assert report.failed
        # What cannot be read today is not taken out for it.
        assert {Path(document.path).name for document in collection.documents()} == {"1.txt", "2.txt"}


def test_files_read_in_other_processes_are_the_same_in_the_same_order(tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    for number in range(12):
        notice(
            folder,
            HEAD.replace("管理", f"第{number}类管理").replace("5号", f"{number}号") + "一、甲\n" + FOOT,
            f"{number:02}.txt",
        )
    reports = [ingest([folder], None, workers=workers).documents for workers in (1, 2)]
    assert reports[0] == reports[1]
    assert len(reports[0]) == 12


SYNC = """
import signal
import sys
from pathlib import Path
from corpus import Collection
from ingest import sync
from tests.conftest import LetterEncoder

class Slow(LetterEncoder):
    def encode(self, texts, kind):
        import time
        print("embedding", flush=True)
        time.sleep(0.2)
        return super().encode(texts, kind)

if __name__ == "__main__":
    # Where the tests run in the background of a shell, what they start is deaf to interruptions.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Collection.open(Path(sys.argv[1]) / "index", encoder=Slow(), writable=True) as collection:
        sync(Path(sys.argv[1]) / "文件", collection, workers=int(sys.argv[2]))
"""


@pytest.mark.parametrize(("sign", "workers"), [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGKILL, 2)])
def test_an_interruption_loses_nothing_and_the_next_run_goes_on(tmp_path: Path, sign: int, workers: int) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    body = "".join(f"（{mark}）甲事项要抓好落实。\n" for mark in "一二三四五六七八九十")
    for number in range(100):
        head = HEAD.replace("管理", f"第{number}类管理").replace("5号", f"{number}号")
        notice(folder, head + "".join(f"{m}、第{number}类\n{body}" for m in "一二三四五") + FOOT, f"{number:03}.txt")
    command = [sys.executable, "-c", SYNC, str(tmp_path), str(workers)]
    if workers > 1:
        script = tmp_path / "run.py"
        script.write_text(SYNC, encoding="utf-8")
        command[1:3] = [str(script)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    for _ in range(5):
        assert process.stdout.readline() == "embedding\n"
    process.send_signal(sign)
    process.wait(30)
    process.stdout.close()
    with Collection.open(tmp_path / "index", encoder=LetterEncoder(), writable=True) as collection:
        before = len(collection.documents())
        assert 0 < before < 100
        report = sync(folder, collection)
        assert [outcome.status for outcome in report.documents] == ["unchanged"] * before + ["added"] * (100 - before)
        assert len(collection.documents()) == 100


@pytest.mark.model
def test_a_question_may_be_asked_as_of_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rag.__main__ import main as rag

    for year, amount in ((2020, 200), (2024, 300)):
        articles = f"第一条 补贴标准为每月{amount}元。\n第二条 本办法自{year}年4月1日起施行。\n"
        notice(tmp_path, f"某某市补贴管理办法\n{articles}某某市人民政府\n{year}年3月1日\n", f"{year}.txt")
    index = ["--index", str(tmp_path / "index")]
    assert main(["sync", str(tmp_path), *index]) == 0
    capsys.readouterr()
    for day, expected in (("2022-01-01", "200"), ("2025-01-01", "300")):
        assert rag(["ask", "补贴标准是每月多少元？", "--as-of", day, "--json", *index]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["status"] == "answered"
        assert expected in answer["citations"][0]["quote"]
        assert answer["citations"][0]["validity"] == "in_force"
    assert rag(["ask", "补贴标准是每月多少元？", "--as-of", "2022年", *index]) == 2
    assert "2024-06-01" in capsys.readouterr().err
