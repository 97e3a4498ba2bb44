"""Texts that come as rows (id, title, text) and not as files: how they are understood, and a whole `corpus.jsonl`.

A row keeps its id as the document's, so that whoever names it elsewhere means the same. Its title is known, so that
only the outline and the dates are read from the text.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from corpus.collection import Collection
from corpus.errors import InputError
from corpus.model import Document
from ingest.clean import clean
from ingest.lines import RawText
from ingest.lint import lint
from ingest.metadata import read_head
from ingest.outline import read_outline
from ingest.reading import Understood
from ingest.segment import segments
from ingest.splitter import PolicyTextSplitter

#: Rows stored in one transaction; their segments are embedded together, sorted by length.
BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class Row:
    """A text with the id and title it is known by; `source` is the file it stands in."""

    id: str
    title: str
    text: str
    source: str = ""


def read_rows(path: Path) -> list[Row]:
    """The rows of a `corpus.jsonl` ({id or _id, title, text} a line); InputError names the line that is wrong."""
    rows: list[Row] = []
    lines: dict[str, int] = {}
    try:
        written = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as exc:
        raise InputError(f"语料 {path} 读不出来（{exc.strerror}）；请检查路径。") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"语料 {path} 不是 UTF-8 编码；请另存为 UTF-8。") from exc
    for number, line in enumerate(written, 1):
        if not line.strip():
            continue
        row = _row(line, f"{path.name} 第 {number} 行", str(path))
        if row.id in lines:
            raise InputError(f"{path.name} 第 {number} 行的 id {row.id} 与第 {lines[row.id]} 行重复；请换一个。")
        lines[row.id] = number
        rows.append(row)
    if not rows:
        raise InputError(f"语料 {path} 里没有文字；请检查文件。")
    return rows


def _row(line: str, where: str, source: str) -> Row:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as exc:
        raise InputError(f"{where}不是 JSON（{exc.msg}）；请改正这一行。") from exc
    id_ = value.get("id", value.get("_id")) if isinstance(value, dict) else None
    if id_ is None or not isinstance(value.get("text"), str) or not value["text"].strip():
        raise InputError(f'{where}不是 {{"id": …, "title": …, "text": …}}；请补上缺少的内容。')
    return Row(str(id_), str(value.get("title") or ""), value["text"], source)


def understand_row(row: Row) -> Understood:
    """A row as a document with its segments; the title counts as the first line only where it stands there."""
    text = clean(row.text)
    raw = RawText(Path(row.title or row.id), text)
    head = read_head(raw)
    if row.title:
        titled = head.title is not None and head.title.text.strip() == row.title.strip()
        metadata = replace(head.metadata, title=row.title)
        head = replace(head, metadata=metadata, title=head.title if titled else None)
    document = Document(row.id, head.metadata, text, read_outline(raw, head), f"{row.source}#{row.id}")
    made = segments(document, PolicyTextSplitter())
    return Understood(document, made, lint(document, made))


def ingest_rows(rows: Sequence[Row], collection: Collection) -> Iterator[int]:
    """Store `rows` block by block and commit at the end; yields how many are done."""
    for start in range(0, len(rows), BLOCK):
        block = [understand_row(row) for row in rows[start : start + BLOCK]]
        collection.put_all([(understood.document, understood.segments) for understood in block])
        yield start + len(block)
    collection.commit()
