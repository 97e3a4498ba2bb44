"""发文字号: 国办发〔2019〕6号, 国务院令第778号, 中国人民银行令〔2022〕第2号, on a line of its own or in brackets."""

import re
from typing import Final

_ORDER: Final = r"[\u4e00-\u9fff]{2,24}(?:令|公告)"
_YEARED: Final = r"[\u4e00-\u9fff]{1,24}\s*[〔\[(（【［]\s*\d{4}\s*[〕\])）】］]\s*第?\s*\d+\s*号令?"
_NUMBERED: Final = rf"{_ORDER}\s*(?:\d{{4}}年\s*)?第\s*[\d一二三四五六七八九十百〇零]+\s*号"
_ALONE: Final = re.compile(rf"^[（(]?\s*({_YEARED}|{_NUMBERED})\s*[）)]?$")
_BRACKETED: Final = re.compile(rf"[（(][^（）()]*?((?:{_YEARED})|(?:{_NUMBERED}))(?:公布|发布)?[^（）()]*[）)]\s*$")
#: An order that has no title but its number: 中国人民银行令〔2025〕第12号（…办法）.
_OWN_TITLE: Final = re.compile(rf"^({_YEARED}|{_NUMBERED})(?=[（(\s]|$)")
_ORDER_LINE: Final = re.compile(rf"^({_ORDER})$")
_NUMBER_LINE: Final = re.compile(r"^[（(]?\s*((?:\d{4}年\s*)?第\s*[\d一二三四五六七八九十百〇零]+\s*号)\s*[）)]?$")


def reference_of(line: str, after: str) -> str | None:
    """The 文号 that a line of the head gives; of an order, the number stands on the line `after`."""
    if alone := _ALONE.match(line):
        return _joined(alone[1])
    if (order := _ORDER_LINE.match(line)) and (number := _NUMBER_LINE.match(after)):
        return _joined(order[1] + number[1])
    bracketed = _BRACKETED.search(line)
    return _joined(bracketed[1]) if bracketed else None


def reference_of_title(title: str) -> str | None:
    """The 文号 in brackets at a title's end, or the one that is the title."""
    named = _BRACKETED.search(title) or _OWN_TITLE.match(title)
    return _joined(named[1]) if named else None


def _joined(reference: str) -> str:
    """A 文号 without blanks, and without the 日 of a date that stands before it."""
    return "".join(reference.split()).removeprefix("日")
