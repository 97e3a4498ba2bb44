"""Numbering at the head of a line, or of a point inside it: text to `Marker`, or None.

The rules stand in `ingest.rules`, one family a file; here they are tried in order. Whether a marker opens a part is
decided in `ingest.outline`, which sees its neighbours.
"""

import re
from dataclasses import dataclass
from typing import Final

from corpus.address import Level
from corpus.numerals import to_int
from ingest.rules import RULES

_POINT: Final = re.compile(
    r"(?:(?<=[。；;：:，,、.!！?？”\"）)])|^)[ \t　]*([一二三四五六七八九十]{1,3})([是要])(?![否不])"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A numbering mark; [start, end) are offsets in the text it was read from, `word` is 是 or 要 of a point."""

    level: Level
    number: int
    sub: int
    start: int
    end: int
    word: str = ""


def head_marker(line: str) -> Marker | None:
    """The mark that `line` begins with, points excepted."""
    for rule in RULES:
        found = rule.pattern.match(line)
        if found is None:
            continue
        number = to_int(found["number"])
        sub = to_int(found["sub"]) if "sub" in rule.pattern.groupindex and found["sub"] else 0
        if number and sub is not None:
            start = len(line) - len(line.lstrip())
            return Marker(rule.level, number, sub, start, found.end())
    return None


def points(text: str) -> list[Marker]:
    """Every 一是, 二是 … (or 一要, 二要 …) that stands at the head of `text` or after a stop, in order."""
    marks = []
    for found in _POINT.finditer(text):
        number = to_int(found[1])
        if number:
            marks.append(Marker(Level.POINT, number, 0, found.start(1), found.end(), found[2]))
    return marks
