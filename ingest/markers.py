"""Numbering at the head of a line, or of a point inside it: text to `Marker`, or None.

The rules stand in `ingest.rules`, one family a file; here they are tried in order. Whether a marker opens a part is
decided in `ingest.outline`, which sees its neighbours.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from corpus.address import Level
from corpus.numerals import to_int
from ingest.rules import RULES_BY_BEGINNING

_STOP: Final = r"(?:(?<=[。；;：:，,、.!！?？”\"）)])|^)[ \t　]*"
_POINT: Final = re.compile(rf"{_STOP}(?P<number>[一二三四五六七八九十]{{1,3}})(?P<word>[是要])(?![否不])")
_ORDER: Final = re.compile(rf"{_STOP}(?:(?P<word>首先|其次|再次|最后)|第(?P<number>[一二三四五六七八九十]))[，,]")
_ORDERED: Final = {"首先": 1, "其次": 2, "再次": 3, "最后": 0}
#: The word of points counted as 首先, 其次 … and as 第一，第二，….
IN_ORDER: Final = "首先"
COUNTED: Final = "第一"


_ARTICLE: Final = "第[ \t　]*[〇一二三四五六七八九十百千零0-9]{1,8}[ \t　]*条"
#: What a conversion leaves before a mark: the number of the page (-2-第四条, 4第八条, -10-（二）), the mark itself a
#: second time (第三条第三条).
_STRAY: Final = re.compile(
    rf"[ \t　]*(?:[-—–][ ]?\d{{1,3}}[ ]?[-—–](?=[ \t　]*(?:{_ARTICLE}|[（(][一二三四五六七八九十]))"
    rf"|\d{{1,3}}(?={_ARTICLE})|(?P<twice>{_ARTICLE})[ \t　]*(?=(?P=twice)))"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A numbering mark; [start, end) are offsets in the text it was read from.

    `word` tells the lists of points apart: 是, 要, `IN_ORDER`, `COUNTED`. A point's number 0 is 最后, the next one.
    """

    level: Level
    number: int
    sub: int
    start: int
    end: int
    word: str = ""


def head_marker(line: str) -> Marker | None:
    """The mark that `line` begins with, points excepted."""
    # 笫 is a misprint of 第 that reads like it.
    line = line.replace("笫", "第")
    if stray := _STRAY.match(line):
        mark = head_marker(line[stray.end() :])
        if mark is not None:
            return replace(mark, start=mark.start + stray.end(), end=mark.end + stray.end())
    begun = line.lstrip(" \t　")
    for rule in RULES_BY_BEGINNING.get(begun[:1], ()):
        found = rule.pattern.match(line)
        if found is None:
            continue
        groups = found.groupdict()
        written = groups["number"] or groups.get("sign")
        number = to_int(written) if written else 0
        sub = to_int(groups["sub"]) if groups.get("sub") else 0
        if number is not None and sub is not None and (number or written is None):
            start = len(line) - len(begun)
            return Marker(rule.level, number, sub, start, found.end())
    return None


def points(text: str) -> list[Marker]:
    """Every 一是 (一要, 首先, 第一，) that stands at the head of `text` or after a stop, in order."""
    marks = [
        Marker(Level.POINT, number, 0, found.start("number"), found.end(), found["word"])
        for found in _POINT.finditer(text)
        if (number := to_int(found["number"]))
    ]
    for found in _ORDER.finditer(text):
        if found["word"]:
            mark = (_ORDERED[found["word"]], found.start("word"), IN_ORDER)
        else:
            mark = (to_int(found["number"]) or 0, found.start("number") - 1, COUNTED)
        marks.append(Marker(Level.POINT, mark[0], 0, mark[1], found.end(), mark[2]))
    return sorted(marks, key=lambda mark: mark.start)
