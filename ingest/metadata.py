"""Title, 文号 and dates of a document, each with the number of the line it was read from.

It reads what stands on lines of their own at the head and the foot; what only the sentences tell is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Metadata
from ingest.lines import Line, RawText
from ingest.markers import head_marker

#: How many lines of text at the head may hold the web page's line and the 文号.
_HEAD_LINES: Final = 12
_TITLE_LIMIT: Final = 120

_DATE: Final = r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?"
_BYLINE: Final = re.compile(
    r"发布者|发布时间|发布日期|发布机构|浏览次数|阅读次数|信息来源|来源[:：]|字体[:：]|^\s*时间[:：]|作者[:：]|打印本页"
)
_PUBLISHED: Final = re.compile(rf"(?:发布时间|发布日期|时间)\s*[:：]?\s*{_DATE}")
_REFERENCE: Final = re.compile(r"^\s*([\u4e00-\u9fff]{1,12}[〔\[(（]\d{4}[〕\])）]第?\d+号)\s*$")
_DATED: Final = re.compile(rf"^\s*[（(]?{_DATE}[）)]?\s*$")
_ENDS_SENTENCE: Final = ("。", "；", ";", "，", ",")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the text proper: the line of the title (None: there is none) and the web page's lines."""

    metadata: Metadata
    title: Line | None
    bylines: tuple[Line, ...]


def read_head(raw: RawText) -> Head:
    """The metadata of `raw` and the lines they were read from; the file's name serves where there is no title."""
    written = [line for line in raw.lines if not line.blank]
    title = written[0] if written and _is_title(written[0]) else None
    head = written[1:_HEAD_LINES] if title else written[: _HEAD_LINES - 1]
    found: dict[str, tuple[str, int]] = {}
    if title:
        found["title"] = (title.text.strip(), title.number)
    bylines = []
    for line in head:
        if head_marker(line.text):
            break
        if _BYLINE.search(line.text) and len(line.text) <= _TITLE_LIMIT:
            bylines.append(line)
            if published := _PUBLISHED.search(line.text):
                found.setdefault("published", (_iso(published), line.number))
        if reference := _REFERENCE.match(line.text):
            found.setdefault("reference", (reference[1], line.number))
    if dated := _dated(written):
        found["dated"] = dated
    values = {name: value for name, (value, _) in found.items()}
    values.setdefault("title", raw.path.stem)
    evidence = {name: number for name, (_, number) in found.items()}
    return Head(Metadata(**values, evidence=evidence), title, tuple(bylines))


def _is_title(line: Line) -> bool:
    text = line.text.strip()
    return len(text) <= _TITLE_LIMIT and not text.endswith(_ENDS_SENTENCE) and head_marker(text) is None


def _dated(written: Sequence[Line]) -> tuple[str, int] | None:
    """The date that stands alone on one of the last lines: 成文日期."""
    for line in reversed(written[-3:]):
        if date := _DATED.match(line.text):
            return _iso(date), line.number
    return None


def _iso(date: re.Match[str]) -> str:
    year, month, day = (int(part) for part in date.groups()[-3:])
    return f"{year:04}-{month:02}-{day:02}"
