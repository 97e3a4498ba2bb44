"""The numbering of laws and regulations: 第一编, 第一分编, 第一篇, 第一章, 第一节, 第一条 (之一).

A line that goes on after 第十二条 as a sentence does (第十二条规定的…, 第十二条、第十三条…) refers and does not open.
"""

import re
from typing import Final

from corpus.address import Level
from ingest.rules.base import Rule

_NUMBER: Final = "(?P<number>[〇一二三四五六七八九十百千零]{1,8}|[0-9]{1,4})"
_BLANK: Final = r"[ \t　]*"
_HEADING: Final = rf"(?=[ 　\t]|$|[^，,。；;、的规]{{1,40}}$){_BLANK}"


def _headed(level: Level, word: str) -> Rule:
    return Rule(level, "第", re.compile(rf"{_BLANK}第{_BLANK}{_NUMBER}{_BLANK}{word}{_HEADING}"))


RULES: Final = (
    _headed(Level.SUBVOLUME, "分编"),
    _headed(Level.VOLUME, "编"),
    _headed(Level.BOOK, "篇"),
    _headed(Level.CHAPTER, "章"),
    _headed(Level.SECTION, "节"),
    Rule(
        Level.ARTICLE,
        "第",
        re.compile(
            rf"{_BLANK}第{_BLANK}{_NUMBER}{_BLANK}条(?:之(?P<sub>[一二三四五六七八九十]+))?"
            rf"(?=[ 　\t:：【]|[^ 　\t、，,。；;和或至的规之第所]|$)[:：]?{_BLANK}"
        ),
    ),
)
