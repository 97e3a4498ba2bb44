"""Files that are damaged, empty or mean harm: one line that names the file, in time, and nothing written."""

import io
import random
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from corpus.errors import InputError, LoadError
from ingest.loaders import ARCHIVES, SUFFIXES, load
from ingest.loaders.archive import unpack
from ingest.reading import understand
from ingest.sources import sources
from tests.conftest import ROOT
from tests.files import examples, write


def refusal(path: Path) -> str | None:
    """What the loader says against the file; None if it reads it."""
    try:
        load(path)
    except LoadError as exc:
        return str(exc)
    return None


def test_a_zip_gives_the_documents_in_it(tmp_path: Path) -> None:
    path = tmp_path / "政策.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("一/通知.txt", "关于甲的通知\n一、抓好落实。\n")
        archive.writestr("__MACOSX/通知.txt", "垃圾")
        archive.writestr("图.png", b"x")
        old = zipfile.ZipInfo("旧名.txt".encode("gbk").decode("cp437"))
        archive.writestr(old, "关于乙的通知\n一、抓好落实。\n")
    with sources([path]) as (found, failed):
        assert not failed
        assert Path(found[0].shown).relative_to(tmp_path).as_posix() == "政策.zip/一/通知.txt"
        assert [understand(source).document.metadata.title for source in found] == ["关于甲的通知", "关于乙的通知"]


@pytest.mark.parametrize("suffix", sorted(SUFFIXES | ARCHIVES))
def test_random_bytes_under_every_suffix_are_refused_by_name(tmp_path: Path, suffix: str) -> None:
    for seed, size in ((1, 0), (2, 10), (3, 5000)):
        path = write(tmp_path, f"x{suffix}", random.Random(seed).randbytes(size))
        with pytest.raises(LoadError, match=rf"x\{suffix}：") as caught:
            unpack(path, tmp_path, SUFFIXES) if suffix in ARCHIVES else load(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["docx", "html", "md", "ofd", "pdf", "xlsx"])
def test_damaged_files_are_read_or_refused_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    """Cut short and with bytes changed: a text, or one line that names the file."""
    [path] = [each for each in examples(tmp_path) if each.suffix == f".{suffix}"]
    data, chance = path.read_bytes(), random.Random(7)
    damaged = [data[: len(data) * n // 8] for n in range(8)]
    for _ in range(40):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        damaged.append(bytes(changed))
    before = sorted(tmp_path.iterdir())
    for each in damaged:
        path.write_bytes(each)
        begun = time.perf_counter()
        said = refusal(path)
        assert said is None or (path.name in said and "\n" not in said)
        assert time.perf_counter() - begun < 10
    assert sorted(tmp_path.iterdir()) == before


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("name", "members", "says"),
    [
        ("a.docx", {"word/document.xml": BOMB}, "文档类型声明"),
        ("a.docx", {"word/document.xml": "<a/>", "../../evil.xml": "x"}, "指向它的外面"),
        ("a.docx", {"word/document.xml": " " * (30 << 20)}, "超过 24 MB"),
        ("a.ofd", {"OFD.xml": BOMB}, "文档类型声明"),
        ("a.ofd", {"OFD.xml": "not xml"}, "加了密"),
        ("a.xlsx", {"[Content_Types].xml": BOMB}, "文档类型声明"),
    ],
)
def test_containers_that_mean_harm_are_refused(tmp_path: Path, name: str, members: dict[str, str], says: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for member, data in members.items():
            container.writestr(member, data)
    begun = time.perf_counter()
    with pytest.raises(LoadError, match=says):
        load(path)
    assert time.perf_counter() - begun < 10


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(6):
            archive.writestr(f"{n}.txt", bytes(60 << 20))
    path = write(tmp_path, "a.zip", data.getvalue())
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(LoadError, match="没有解开它"):
        unpack(path, inside, SUFFIXES)


def test_a_page_nested_without_end_is_refused_in_time(tmp_path: Path) -> None:
    begun = time.perf_counter()
    with pytest.raises(LoadError):
        load(write(tmp_path, "a.html", "<div>" * 100_000 + "话。"))
    assert time.perf_counter() - begun < 10


def test_an_empty_folder_and_a_missing_path_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有可以收录的文档"), sources([tmp_path]):
        pass
    with pytest.raises(InputError, match="请检查路径"), sources([tmp_path / "无"]):
        pass


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "[" * 300_000 + "甲" + "*" * 300_000 + "`" * 100_000),
        ("a.md", "**甲 " * 100_000),
        ("a.md", "# 甲" + " " * 200_000 + "乙\n" + " " * 100_000 + "|\n" + " " * 100_000 + "|"),
        ("a.txt", "某某通知\n" + "2024年1月1日" * 40_000 + "\n第一条 甲。"),
        ("a.txt", "某某通知\n" + "#* " * 100_000 + "甲\n第一条 甲。"),
        ("a.txt", "某某通知\n" + "。" * 200_000 + "（" * 100_000),
    ],
    ids=["brackets", "stars", "blanks", "dates", "decoration", "stops"],
)
def test_a_run_of_one_sign_does_not_take_the_square_of_its_length(tmp_path: Path, name: str, text: str) -> None:
    begun = time.perf_counter()
    understand(write(tmp_path, name, text))
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv"])
@pytest.mark.parametrize("text", ["甲\n" * 100_002, "甲" * 2_000_001, "甲" * 6_000_000], ids=["lines", "long", "huge"])
def test_what_is_too_long_for_a_document_is_refused_at_once(tmp_path: Path, name: str, text: str) -> None:
    if name == "a.html":
        text = f"<html><body><p>{text.replace(chr(10), '</p><p>')}</p></body></html>"
    begun = time.perf_counter()
    with pytest.raises(LoadError, match=r"不像一份文件|是数据不是文件|没有正文|不是完整的 CSV"):
        load(write(tmp_path, name, text))
    assert time.perf_counter() - begun < 10


def test_a_damaged_doc_is_not_taken_for_plain_text(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice: a damaged .doc was not tried")
    path = write(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(1).randbytes(50_000))
    with pytest.raises(LoadError, match="可能已损坏"):
        load(path)


def test_the_largest_xml_that_is_parsed_takes_less_than_500_mb(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "<w:p><w:r><w:t>甲</w:t></w:r></w:p>" * 650_000
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom corpus.errors import LoadError\n"
        "from ingest.loaders import load\n"
        "try: load(Path(sys.argv[1]))\nexcept LoadError as exc: print(exc)\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    said, kilobytes = done.stdout.strip().split("\n")
    assert "不像一份文件" in said
    assert int(kilobytes) < 500_000
