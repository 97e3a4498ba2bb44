"""The README's transcript: a document from its check to its removal, each command with what it prints.

`python tools/transcript.py` writes it into README.md anew; a test compares.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.__main__ import main as ingest  # noqa: E402 - found only once the root is on the path
from rag.__main__ import main as rag  # noqa: E402

FIRST, SECOND, TABLE = "docs/example/创业补贴办法.txt", "docs/example/创业补贴办法-2024.txt", "信息.csv"
EDIT = "# 用表格软件打开 信息.csv，把“文种”一栏的“通知”改成“办法”，保存"
STEPS = (
    f"ingest check {FIRST}",
    f"ingest add {FIRST} --yes",
    f"ingest metadata export {TABLE}",
    EDIT,
    f"ingest metadata import {TABLE}",
    f"ingest add {SECOND} --yes",
    "ingest diff 创业补贴",
    "ingest show 创业补贴",
    "rag ask 初次创业的毕业生补贴多少？ --as-of 2025-01-01",
    "rag ask 初次创业的毕业生补贴多少？ --as-of 2023-01-01",
    "ingest remove 创业补贴",
)
_BLOCK = re.compile(r"(<!-- transcript -->\n```console\n)(.*?)(```\n)", re.DOTALL)


def transcript() -> str:
    """What the commands print when run one after the other on an index of their own."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, _surroundings():
        table = Path(folder) / TABLE
        for step in STEPS:
            if step == EDIT:
                table.write_text(
                    table.read_text(encoding="utf-8-sig").replace(",通知,", ",办法,"), encoding="utf-8-sig"
                )
                yield f"{step}\n"
                continue
            door, *arguments = step.split()
            given = [str(table) if each == TABLE else each for each in arguments]
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                {"ingest": ingest, "rag": rag}[door]([*given, "--index", str(Path(folder) / "index")])
            said = printed.getvalue().replace(f"{folder}/", "").replace(f"{ROOT}/", "")
            yield f"$ python -m {step}\n" + "".join(f"{line.rstrip()}\n" for line in said.splitlines())


@contextlib.contextmanager
def _surroundings() -> Iterator[None]:
    """The project's folder, a screen of one width, and one day, on which validity depends."""
    day = patch("ingest.__main__.today", return_value="2026-11-24")
    with contextlib.chdir(ROOT), patch.dict(os.environ, {"COLUMNS": "92"}), day:
        yield


def written(readme: str) -> str:
    """The transcript that stands in the README."""
    found = _BLOCK.search(readme)
    assert found is not None, "README.md has lost its transcript"
    return found[2]


def steady(text: str) -> str:
    """The transcript without what differs from run to run: seconds."""
    return re.sub(r"用时 [\d.]+ 秒", "用时 … 秒", text)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    made = transcript()
    readme.write_text(
        _BLOCK.sub(lambda found: found[1] + made + found[3], readme.read_text(encoding="utf-8")), encoding="utf-8"
    )
