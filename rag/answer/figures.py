"""Which of the figures of a sentence is the one that is asked for.

Values that are told respectively (资产和负债分别增长9.5%和9.4%) belong each to its own subject; and by how much
something changed is told behind the word for it (税收60.2亿元、增长11.3%), not by what it came to. Works on
folded text.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rag.kinds import COUNTING_WORDS
from rag.types import Query

_CHANGES: Final = "增长|增加|递增|提高|上升|上涨|攀升|下降|减少|降低|下跌|回落|压减"
#: By how much: not 增加到多少, and not how many things were added (增加多少个).
_ASKS_CHANGE: Final = re.compile(
    rf"(?:{_CHANGES}|涨|跌|(?<![最至])多)了?(?:多少|几)(?:成几?|个?百分点|个?点|倍|个亿|毛几分|万?元|亿元?)?(?:[?？,，]|$)"
    r"|(?:增|降|涨)幅|增速|增长率|翻了?几番"
)
_NUMBER: Final = r"(?:百分之[〇零一二两三四五六七八九十百点]+|\d+(?:[.,·]\d+)*|[一二两三四五六七八九十百千万亿]{1,8})"
_VALUE: Final = (
    rf"{_NUMBER}[万亿千百]*(?:%|‰|个?百分点|倍|成|元|{COUNTING_WORDS})?(?:/[人月年日])?(?:左右|以上|以下|以内|多|余)?"
)
#: What may stand between the word for a change and its value.
_BY: Final = r"(?:了|约|近|超过?|大约|不低于|不少于|不超过|左右|\s)*"
_CHANGED: Final = re.compile(rf"(?:{_CHANGES}){_BY}(?P<value>{_VALUE})")
_OF_CHANGE: Final = re.compile(r"%|‰|百分|倍|成$")
_CHANGED_BEFORE: Final = re.compile(rf"(?:{_CHANGES}){_BY}$")
_JOINT: Final = r"\s*(?:、|,|以及|(?<!共)和|与|及)\s*"
_RESPECTIVE: Final = re.compile(
    rf"分别[^\d,，。;；、]{{0,12}}?(?P<values>{_VALUE}(?:{_JOINT}(?:[\u4e00-\u9fff]{{2,4}})??{_VALUE})+)"
)
_ONE: Final = re.compile(_VALUE)
_SEPARATORS: Final = re.compile(r"[、,，]|以及|(?<!共)和(?![平谐睦])|与(?!会)|及(?![时其])")
#: A separator, and then what the next value is said of; and the other way round.
_FIRST: Final = re.compile(rf"^{_JOINT}(?=[\u4e00-\u9fff]{{2}})")
_LAST: Final = re.compile(rf"(?<=[\u4e00-\u9fff]{{2}}){_JOINT}$")
_NOUN_END: Final = re.compile(r"[、,，。;；\n]|建设|以及|和")
#: Where a row of subjects begins at the earliest.
_ENDED: Final = re.compile(r"[。；;\n:：]")
#: What is said of all the values: it names no subject.
_OF_ALL: Final = re.compile(
    r"(?:年均|同比|平均|预计|计划|实际|名义|均|每[年月人斤户]|比[^、和]{1,8}|较[^、和]{1,8}|力争|将|要|也|都)+$"
)
#: Two subjects in one word, and what each of them is called.
_IN_ONE_WORD: Final = {"城乡": ("城镇市", "乡农村")}


def asked_figure(query: Query, folded: str, span: tuple[int, int]) -> tuple[int, int]:
    """[start, end) of the figure that is asked for, where `span` of the sentence was read; `span` if nothing tells."""
    if _ASKS_CHANGE.search(query.folded):
        span = _change(folded, span)
    return _in_row(query, folded, _own(query, folded, span))


def _change(folded: str, span: tuple[int, int]) -> tuple[int, int]:
    """The change that was read, as it is written, or that is told behind a level: of 60.2亿元、增长11.3% the latter."""
    start, end = span
    written = (found.span("value") for found in _CHANGED.finditer(folded))
    if around := next((value for value in written if value[0] <= start and end <= value[1]), None):
        return around
    if _OF_CHANGE.search(folded[start:end]) or _CHANGED_BEFORE.search(folded[:start]):
        return span
    limit = next((found.start() for found in _ENDED.finditer(folded, end)), len(folded))
    told = _RESPECTIVE.search(folded, end, limit)
    if told and _CHANGED_BEFORE.search(folded[: told.start("values")]):
        return told.span("values")
    changed = _CHANGED.search(folded, end, limit)
    return changed.span("value") if changed else span


def _own(query: Query, folded: str, span: tuple[int, int]) -> tuple[int, int]:
    """Of values that are told respectively the one whose subject the question names."""
    for told in _RESPECTIVE.finditer(folded):
        if told.start("values") < span[1] and span[0] < told.end("values"):
            values = [found.span() for found in _ONE.finditer(folded, *told.span("values"))]
            place = _place(query, _subjects(folded[: told.start()], len(values)))
            return span if place is None else values[place]
    return span


def _in_row(query: Query, folded: str, span: tuple[int, int]) -> tuple[int, int]:
    """Of several values that were read as one, each with its noun (5000所卫生院、2000所县级医院), the one asked for."""
    values = [found.span() for found in _ONE.finditer(folded, *span)]
    between = [folded[end:start] for (_, end), (start, _) in pairwise(values)]
    if not between:
        return span
    if all(_FIRST.match(words) for words in between):
        before = _SEPARATORS.split(folded[: values[0][0]])[-1]
        nouns = [before, *(_FIRST.sub("", words) for words in between)]
    elif all(_LAST.search(words) for words in between):
        nouns = [*(_LAST.sub("", words) for words in between), _NOUN_END.split(folded[values[-1][1] :])[0]]
    else:
        return span
    place = _place(query, nouns)
    return span if place is None else values[place]


def _subjects(before: str, count: int) -> list[str]:
    """The `count` things that stand in a row before 分别, each as far as it can be told from the others."""
    row = _ENDED.split(before)[-1]
    pieces = [left for piece in _SEPARATORS.split(row) if (left := _OF_ALL.sub("", piece.strip()))]
    if len(pieces) < count:
        return next((list(names) for word, names in _IN_ONE_WORD.items() if word in row and len(names) == count), [])
    pieces = pieces[-count:]
    # What is said of all of them stands before the first and behind the last (城镇和农村居民收入).
    own = min(len(piece) for piece in pieces)
    return [pieces[0][-own:], *pieces[1:-1], pieces[-1][:own]]


def _place(query: Query, subjects: Sequence[str]) -> int | None:
    """Which subject the question names more than any other; None where that cannot be told."""
    asked = " ".join((query.folded, *(name for term in query.terms for name in term.variants)))
    points = []
    for at, subject in enumerate(subjects):
        others = "".join(each for i, each in enumerate(subjects) if i != at)
        points.append(len({sign for sign in subject if sign in asked and sign not in others and not sign.isdigit()}))
    best = max(points, default=0)
    return points.index(best) if best and points.count(best) == 1 else None
