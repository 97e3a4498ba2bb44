"""The numbering of official documents (GB/T 9704): 第一部分; 一、; （一）; 1.; （1）; ①."""

import re
from typing import Final

from corpus.address import Level
from ingest.rules.base import Rule

_NUMERALS: Final = "〇一二三四五六七八九十百千零"
_CHINESE: Final = f"[{_NUMERALS}]{{1,6}}"
_DIGITS: Final = "0123456789０１２３４５６７８９"
_BLANK: Final = r"[ \t　]*"

RULES: Final = (
    Rule(
        Level.DIVISION,
        "第",
        re.compile(rf"{_BLANK}第(?P<number>{_CHINESE}|\d{{1,2}})部分(?=[ 　:：、.]|$){_BLANK}[:：、.]?{_BLANK}"),
    ),
    Rule(Level.LEVEL1, _NUMERALS, re.compile(rf"{_BLANK}(?P<number>{_CHINESE})(?:、|[.．﹒](?!\d)){_BLANK}")),
    Rule(
        Level.LEVEL2,
        "（(㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
        re.compile(
            rf"{_BLANK}(?:[（(]{_BLANK}(?P<number>{_CHINESE}){_BLANK}[）)]|(?P<sign>[㈠-㈩])){_BLANK}、?{_BLANK}"
        ),
    ),
    # A number with decimals (1.5亿元), a date (1.20) or an ordinary count is not a mark.
    Rule(Level.LEVEL3, _DIGITS, re.compile(rf"{_BLANK}(?P<number>\d{{1,3}})(?:[.．﹒](?!\d)|、){_BLANK}")),
    Rule(
        Level.LEVEL4,
        "（(" + "".join(map(chr, range(ord("⑴"), ord("⒇") + 1))),
        re.compile(rf"{_BLANK}(?:[（(]{_BLANK}(?P<number>\d{{1,3}}){_BLANK}[）)]|(?P<sign>[⑴-⒇])){_BLANK}"),
    ),
    Rule(
        Level.LEVEL5,
        "".join(map(chr, range(ord("①"), ord("⑳") + 1))),
        re.compile(rf"{_BLANK}(?P<number>[①-⑳]){_BLANK}"),
    ),
)
