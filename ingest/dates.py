"""Dates as official documents write them, to ISO: 2019年1月22日, 二〇〇四年八月十二日, 2019-01-22, blanks or not.

The circle of 二○一○年 comes as five different characters. A date that no calendar has is none.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.numerals import to_int

_ZEROS: Final = "〇○◯ＯO零"
_ARABIC: Final = (
    r"(?P<y>[0-9０-９]{4})\s*[-－年./]\s*(?P<m>[0-9０-９]{1,2})\s*[-－月./]\s*(?P<d>[0-9０-９]{1,2})(?![0-9０-９])"
)
_CHINESE: Final = (
    rf"(?P<cy>[{_ZEROS}一二三四五六七八九]{{4}})\s*年\s*(?P<cm>[元一二三四五六七八九十]{{1,2}})\s*月\s*"
    r"(?P<cd>[一二三四五六七八九十廿卅]{1,3})(?=\s*日)"
)
#: For use inside other expressions: it has no groups, and says nothing of whether the calendar has such a date.
DATE: Final = "(?:" + re.sub(r"\?P<\w+>", "?:", f"{_ARABIC}|{_CHINESE}") + r")(?:\s*日)?"
_DATE: Final = re.compile(rf"(?:{_ARABIC}|{_CHINESE})(?:\s*日)?")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as ISO, and where in the text it stands."""

    iso: str
    start: int
    end: int


def dates(text: str) -> Iterator[Dated]:
    """Every date in `text`, in order."""
    for found in _DATE.finditer(text):
        if iso := _iso(found):
            yield Dated(iso, found.start(), found.end())


def first_date(text: str) -> str | None:
    """The first date in `text` as ISO."""
    return next((each.iso for each in dates(text)), None)


def _iso(found: re.Match[str]) -> str | None:
    if found["y"]:
        year, month, day = (int(found[name]) for name in ("y", "m", "d"))
    else:
        written = (
            found["cy"].translate(str.maketrans(_ZEROS, "〇" * len(_ZEROS))),
            found["cm"].replace("元", "一"),
            found["cd"],
        )
        numbers = [to_int(part) for part in written]
        year, month, day = (number or 0 for number in numbers)
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
