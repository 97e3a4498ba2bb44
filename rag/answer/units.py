"""Whether words are counted as the question asks: 几次 is not answered by 28小时, nor 多少天 by 五年 or 5月1日."""

import re
from typing import Final

from rag.terms import AMOUNTS
from rag.types import Query

#: Lengths of time, by how long they are; a question for one is answered by one about as long.
_LENGTHS: Final = (
    ("分钟", "小时", "天", "日", "工作日"),
    ("天", "日", "工作日", "周", "星期", "月"),
    ("月", "年", "周年"),
)
_TIME: Final = "分钟|小时|个?工作日|天|日|周年|周|星期|个?月|年"
_THINGS: Final = "人次|次|人|户|家|名|套|辆|所|章|节|条|件"
_ASKED: Final = re.compile(rf"(?:多少|几)(?:[万亿千百十]*)(?P<unit>{_TIME}|{_THINGS}|个)")
_TOLD: Final = re.compile(
    rf"(?:\d|[〇零一二两三四五六七八九十百千万半])[多余]?(?:[万亿千百]*)(?P<unit>{_TIME}|{_THINGS}|岁|元|%|个)"
)
_DAY: Final = re.compile(r"\d{1,2}月\d{1,2}日|[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日")
_LONG: Final = frozenset(unit for units in _LENGTHS for unit in units)


def counts_as_asked(query: Query, words: str) -> bool:
    """Whether folded words may answer how many of a unit; true where no unit is asked for or none is told."""
    asked = _ASKED.search(query.folded) if query.expects in AMOUNTS else None
    if asked is None:
        return True
    unit = asked["unit"].removeprefix("个")
    dated = unit in _LONG and _DAY.search(words) is not None
    words = _DAY.sub("", words) if dated else words
    told = {found["unit"].removeprefix("个") for found in _TOLD.finditer(words)}
    if not told or not unit or told & {unit, ""}:
        return bool(told) or not dated
    if unit in _LONG:
        return any(unit in units and told & set(units) for units in _LENGTHS)
    return not told <= (_LONG | {"岁", "元", "%"})
