"""Files that are damaged, empty or mean harm: one line that names the file, in time, and nothing written."""

import io
import random
import time
import zipfile
from pathlib import Path

import pytest

from corpus.errors import InputError, LoadError
from ingest.loaders import ARCHIVES, SUFFIXES, load
from ingest.loaders.archive import unpack
from ingest.reading import understand
from ingest.sources import sources
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
