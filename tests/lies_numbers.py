"""Lies about numbers: a sentence and the text around it to sentences that say something else.

A bound is moved to where it says more than the text: 不低于20% becomes 不低于40%, and never 不低于10%, which would
follow from it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from tests.shown import ZH, like, once, to_int, to_zh

_NUMBER: Final = rf"(?<![0-9.第])(?:[0-9]{{1,7}}(?:\.[0-9]{{1,3}})?|(?<![一二三四五六七八九十百千万])(?:{ZH}))"
_AMOUNT: Final = re.compile(rf"({_NUMBER})(?=(?:万亿|亿|万|千|百)?(?:美|欧|港)?元)")
_PERCENT: Final = re.compile(rf"({_NUMBER})(?=(?:%|％|个百分点))|(?<=百分之)({ZH})")
_YEAR: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?=年)")
_DAY: Final = re.compile(r"(?<=月)([0-9]{1,2})(?=日)|(?<![0-9])([0-9]{1,2})(?=月[0-9]{1,2}日)")
_COUNT: Final = re.compile(
    rf"({_NUMBER})(?=(?:多|余)?(?:万|亿)?(?:多|余)?(?:个(?!月|工作日|百分|一百|全面|“)|项|家|户|名|人(?!民|大)|次|所|座|份|部|套|公里|亩|吨|岁|倍|张|辆))"
)
_DURATION: Final = re.compile(
    rf"(?!(?:19|20)[0-9][0-9]年)(?<![几数])({_NUMBER})(?=(?:个)?(?:工作日|日(?!期)|天|月|年|小时)(?:内|以内|以上|以下|前|期|的))"
)
_ARTICLE: Final = re.compile(rf"(?<=第)({ZH}|[0-9]{{1,3}})(?=条)")
_FILE: Final = re.compile(r"(?<=〔)([0-9]{4})(?=〕[0-9]{1,4}号)|(?<=〕)([0-9]{1,4})(?=号)|(?<=第)([0-9]{1,4})(?=号)")
_LOWER: Final = re.compile(r"(?:不低于|不少于|至少|超过|达到|以上|高于|多于|大于|满|突破|不短于|起)$")
_UPPER: Final = re.compile(r"(?:不超过|不得超过|不高于|最多|最高|低于|少于|小于|不足|不满|控制在|至多)$")
_ABOVE: Final = re.compile(r"^[^0-9，。；、]{0,8}?(?:以上|多|余)")
_BELOW: Final = re.compile(r"^[^0-9，。；、]{0,8}?(?:以下|以内|内|之内|左右以下|前)")


def _moved(said: str, start: int, end: int, *, near: bool) -> str:
    """The number at [start, end) as another one, beyond any bound that it is."""
    old = said[start:end]
    before, after = said[max(0, start - 8) : start], said[end : end + 14]
    down = bool(_UPPER.search(before) or _BELOW.match(after))
    up = bool(_LOWER.search(before) or _ABOVE.match(after)) and not re.search(r"(?:不|未)(?:得|能|应)?超过$", before)
    if "." in old:
        whole, dot, rest = old.partition(".")
        figure = int(rest[-1])
        figure = (figure + 3) if figure <= 6 else figure - 5
        return (
            (str(max(0, int(whole) - 1)) if down else str(int(whole) + (0 if near and not up else 2)))
            + dot
            + rest[:-1]
            + str(figure)
        )
    number = to_int(old)
    step = 1 if near and number > 2 else max(1, number // 2)
    if down and not up:
        return like(number - step, old) if number > 1 else ""
    return like(number + step if near or number > 4999 else number * 2, old)


def _each(pattern: re.Pattern[str], said: str, least: int = 2) -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(said):
        group = next(n for n in range(1, found.re.groups + 1) if found[n] is not None)
        # 一九五七 is a year and 三五 an estimate; 两个或者两个以上 is what 两个或者三个以上 says.
        if (
            re.search(r"[一二三四五六七八九]{2}", found[group])
            or "或者" in said[max(0, found.start() - 3) : found.end() + 4]
        ):
            continue
        if "." in found[group] or to_int(found[group]) >= least:
            yield found.span(group)


def _lies(pattern: re.Pattern[str], said: str, around: str, least: int = 2) -> Iterator[str]:
    for n, (start, end) in enumerate(_each(pattern, said, least)):
        new = _moved(said, start, end, near=n % 2 == 1)
        lie = once(said, start, end, new)
        if new and new != said[start:end] and lie not in around:
            yield lie


def amounts(said: str, around: str) -> Iterator[str]:
    """500万元 → 1000万元."""
    yield from _lies(_AMOUNT, said, around)


def percentages(said: str, _around: str) -> Iterator[str]:
    """不低于20% → 不低于40%; of a share, never above the whole."""
    for start, end in _each(_PERCENT, said):
        new = _moved(said, start, end, near=False)
        if new and new.isascii() and float(new) > 100 >= float(said[start:end]):
            new = str((int(float(said[start:end])) + 101) // 2)
        if new and not new.isascii() and to_int(new) > 100:
            new = to_zh((to_int(said[start:end]) + 101) // 2)
        if new and new != said[start:end]:
            yield once(said, start, end, new)


def dates(said: str, around: str) -> Iterator[str]:
    """2019年 → 2018年, 12月31日 → 12月30日."""
    for pattern, step in ((_DAY, 1), (_YEAR, 1)):
        for start, end in _each(pattern, said, 1):
            old = int(said[start:end])
            new = str(old - step if old > step else old + step)
            lie = once(said, start, end, new)
            if lie not in around and not re.search(new + "年", said if pattern is _YEAR else ""):
                yield lie


def counts(said: str, around: str) -> Iterator[str]:
    """70个 → 140个, 三人以上 → 六人以上."""
    yield from _lies(_COUNT, said, around)


def durations(said: str, around: str) -> Iterator[str]:
    """三十日内 → 十五日内."""
    yield from (lie for lie in _lies(_DURATION, said, around) if not re.search(r"[零〇]日|\b0日", lie))


def articles(said: str, _around: str) -> Iterator[str]:
    """依照本法第三十条 → 依照本法第三十一条; not within 第三十条第二款 ranges that would still hold it."""
    if re.search(r"条(?:至|到|—|－|-)第", said):
        return
    for start, end in _each(_ARTICLE, said, 1):
        new = like(to_int(said[start:end]) + 1, said[start:end])
        if f"第{new}条" not in said:
            yield once(said, start, end, new)


def files(said: str, _around: str) -> Iterator[str]:
    """国发〔2015〕43号 → 国发〔2015〕44号."""
    for start, end in _each(_FILE, said, 1):
        yield once(said, start, end, str(int(said[start:end]) + 1))


_RANGE: Final = re.compile(
    rf"(?:{ZH}|[0-9]{{1,6}}(?:\.[0-9]{{1,2}})?)(?:万|亿)?元(?:以上(?:{ZH}|[0-9]{{1,6}})(?:万|亿)?元以下)?|[一二三四五六七八九十]{{1,3}}(?:年|个月)以上[一二三四五六七八九十]{{1,3}}(?:年|个月)以下"
)
_FIGURE: Final = re.compile(
    r"(?<![0-9.])[0-9]{1,6}(?:\.[0-9]{1,2})?(?:万亿|亿|万)?(?:元|吨|公里|人|户|亩|个|家)|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,2})?(?:%|％)"
)


def swapped(said: str, _around: str) -> Iterator[str]:
    """Two amounts, shares or terms of one sentence that change places; they must stand in different clauses."""
    for pattern in (_RANGE, _FIGURE):
        spans = [found.span() for found in pattern.finditer(said)]
        for (a, b), (c, d) in pairwise(spans):
            first, second, between = said[a:b], said[c:d], said[b:c]
            alike = re.sub(rf"[0-9.]|{ZH}", "", first) == re.sub(rf"[0-9.]|{ZH}", "", second) or pattern is _RANGE
            if first != second and alike and re.search(r"[，；]", between) and len(between) > 5:
                yield said[:a] + second + between + first + said[d:]


_UNITS: Final = (
    (re.compile(r"(?<=[0-9])亿元|(?<=[一二三四五六七八九十百千])亿元"), "万元"),
    (re.compile(r"(?<=[0-9])万元|(?<=[一二三四五六七八九十百千])万元"), "亿元"),
    (re.compile(r"(?<=[0-9一二三四五六七八九十百千])元"), "万元"),
    (re.compile(r"(?<=[0-9一二三四五六七八九十])个工作日"), "日"),
    (re.compile(r"(?<=[0-9一二三四五六七八九十])日(?=内|以内|前通知)"), "个工作日"),
    (re.compile(r"(?<=[0-9一二三四五六七八九十])个月(?=内|以内|以上|以下|的)"), "年"),
    (
        re.compile(
            r"(?<![一二三四五六七八九〇零][一二三四五六七八九〇零])(?<=[一二三四五六七八九十])年(?=内|以内|以上|以下|期)"
        ),
        "个月",
    ),
    (re.compile(r"(?<=[0-9一二三四五六七八九十])小时"), "日"),
    (re.compile(r"(?<=[0-9])个百分点"), "倍"),
    (re.compile(r"(?<=[0-9])万(?=人|户|吨|套|亩|个|公里)"), "亿"),
    (re.compile(r"(?<=[0-9])公里"), "米"),
)


def units(said: str, _around: str) -> Iterator[str]:
    """万元 → 亿元, 个月 → 年, 日 → 个工作日."""
    for pattern, new in _UNITS:
        for found in pattern.finditer(said):
            if not re.search(r"月[0-9一二三四五六七八九十]{1,3}$", said[: found.start()]):
                yield once(said, *found.span(), new)
