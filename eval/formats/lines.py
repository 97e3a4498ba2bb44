"""Lines of JSON, each with the words for its place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import InputError


def read_text(path: Path) -> str:
    """The text of a file in UTF-8; InputError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise InputError(f"问题集 {path} 读不出来（{exc.strerror}）；请检查路径。") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"问题集 {path} 不是 UTF-8 编码；请另存为 UTF-8。") from exc


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSONL file; InputError names the line that is none."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path.name} 第 {number} 行"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise InputError(f"{where}不是 JSON（{exc.msg}）；请改正这一行。") from exc
        if not isinstance(row, dict):
            raise InputError(f'{where}不是 {{"id": …, "question": …}} 这样的对象；请改正这一行。')
        yield where, row
