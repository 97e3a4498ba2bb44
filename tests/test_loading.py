"""Reading files: encodings, and one line that says what is wrong with those that are none."""

import random
from pathlib import Path

import pytest

from corpus.errors import LoadError
from ingest.loaders import load
from tests.conftest import SEED

TEXT = "关于某事的通知\n一、总体要求\n各市人民政府要认真贯彻落实，推动工作取得成效，确保各项任务按时完成。\n"


def write(folder: Path, data: bytes, name: str = "例.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_gives_the_same_text(tmp_path: Path, encoding: str) -> None:
    assert load(write(tmp_path, TEXT.encode(encoding))).text == TEXT


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "gb18030"])
def test_traditional_text_in_its_usual_encodings(tmp_path: Path, encoding: str) -> None:
    text = "關於加強管理工作的通知\n各省人民政府應當認真執行，發展實業，為國民服務。\n" * 3
    assert load(write(tmp_path, text.encode(encoding))).text == text


def test_the_seed_is_kept_to_the_letter() -> None:
    assert load(SEED).text == SEED.read_text(encoding="utf-8")


def test_line_ends_become_one_kind_and_lines_join_to_the_text(tmp_path: Path) -> None:
    raw = load(write(tmp_path, TEXT.replace("\n", "\r\n").encode()))
    assert raw.text == TEXT
    assert "\n".join(line.text for line in raw.lines) == raw.text
    assert all(raw.text[line.start : line.end] == line.text for line in raw.lines)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b" \n\t\n", "空的"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "二进制"),
        (random.Random(1).randbytes(5000).replace(b"\0", b"\1"), "编码无法识别|二进制"),
        ("これは日本語の文書です。よろしくお願いします。".encode("shift-jis") * 5, "编码无法识别"),
    ],
    ids=["empty", "blank", "binary", "random", "shift-jis"],
)
def test_a_file_that_is_no_text_is_refused_by_name_in_one_line(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(LoadError, match=says) as caught:
        load(write(tmp_path, data))
    assert "例.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"\.txt"):
        load(write(tmp_path, b"x", "例.pptx"))


def test_an_absent_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"无\.txt"):
        load(tmp_path / "无.txt")


def test_blanks_of_every_width_are_blanks(tmp_path: Path) -> None:
    path = write(tmp_path, "某办法\n第一章\u2002\u2002总则\n第二条\u00a0甲\u200b乙。\n".encode())
    assert load(path).text == "某办法\n第一章  总则\n第二条 甲乙。\n"
