"""A number to the part that carries it, among the parts of one document.

A unit prefers the level that usually bears it (部分 the outermost, 条 an article, else a point), and takes another
level where the document has none such: the seventh 部分 of a document with three numbered parts is the seventh of its
points.
"""

from collections.abc import Sequence
from typing import Final

from corpus.address import ANNEXED, Address, Level
from corpus.model import Document, Part
from rag.types import Reference

_OUTER: Final = (Level.DIVISION, Level.LEVEL1, Level.CHAPTER, Level.LEVEL2, Level.POINT, Level.LEVEL3, Level.ARTICLE)
_DIVIDING: Final = frozenset({Level.DIVISION, Level.LEVEL1, Level.CHAPTER})
_INNER: Final = (Level.ITEM, Level.POINT, Level.LEVEL3, Level.ARTICLE, Level.LEVEL2, Level.LEVEL4, Level.LEVEL1)
_ARTICLE: Final = (Level.ARTICLE, Level.POINT, Level.LEVEL3, Level.LEVEL2, Level.LEVEL1)
_LEVELS: Final[dict[str, tuple[Level, ...]]] = {
    "部分": _OUTER, "部份": _OUTER, "部": _OUTER, "块": _OUTER, "板块": _OUTER, "part": _OUTER, "division": _OUTER,
    "章": (Level.CHAPTER,), "chapter": (Level.CHAPTER, *_OUTER), "节": (Level.SECTION, Level.LEVEL2),
    "编": (Level.VOLUME,),
    "subsection": (Level.SECTION, Level.LEVEL2, *_INNER), "sub-section": (Level.SECTION, Level.LEVEL2, *_INNER),
    "section": (Level.SECTION, *_OUTER), "条": _ARTICLE, "article": _ARTICLE, "clause": _ARTICLE,
    "分编": (Level.SUBVOLUME,), "篇": (Level.BOOK,), "附件": (Level.ANNEX,), "附表": (Level.SCHEDULE,),
    "附录": (Level.APPENDIX,), "专栏": (Level.BOX,), "表": (Level.TABLE,),
    "annex": (Level.ANNEX,), "schedule": (Level.SCHEDULE,), "appendix": (Level.APPENDIX, Level.ANNEX),
    "box": (Level.BOX,), "table": (Level.TABLE,), "paragraph": (Level.PARAGRAPH, *_ARTICLE),
    "art": _ARTICLE, "()": (Level.LEVEL2, Level.LEVEL4, Level.ITEM, Level.POINT, Level.LEVEL1),
    "款": (Level.PARAGRAPH, *_ARTICLE), "目": (Level.SUBITEM, *_INNER), "是": (Level.POINT,),
}  # fmt: skip


def _levels(reference: Reference) -> tuple[Level, ...]:
    return _LEVELS.get(reference.unit.removeprefix("大").removeprefix("个"), _INNER)


def is_own(part: Part, reference: Reference) -> bool:
    """Whether a part's level is the one that the reference's unit is properly said of: 条 of an article."""
    own = _levels(reference)
    return part.address.level in (_DIVIDING if own is _OUTER else own[:1])


def is_division(part: Part, references: Sequence[Reference]) -> bool:
    """Whether a part is one that its document, annex or part named above is divided into, where 部分 is asked for."""
    if not references or _levels(references[-1]) is not _OUTER or references[-1].number < 0:
        return True
    outer = sum(step.level in ANNEXED for step in part.address.steps) + len(references)
    return part.address.level in _DIVIDING or part.address.depth < outer


def is_article(reference: Reference) -> bool:
    """Whether the unit is that of an article (条)."""
    return reference.unit in ("条", "article", "art", "clause")


def counted(parts: Sequence[Part], reference: Reference, document: Document) -> list[Part]:
    """The parts that the reference's unit may count. Where there are articles, 条 never means anything else."""
    levels = _levels(reference)
    found = [part for part in parts if part.number and part.address.level in levels]
    if levels is _OUTER:
        # Of an annex that was not named, only what it is divided into is a 部分, and no point deep inside it.
        holding = {part.address.steps[0] for part in parts if part.address.level in ANNEXED and part.address.depth == 1}
        found = [part for part in found if part.address.level in _DIVIDING or part.address.steps[0] not in holding]
    # An annex may count its own 条 in another way than the document does.
    holder = _annex_of(parts)
    articles = [part for part in document.parts if part.address.level is Level.ARTICLE]
    if is_article(reference) and any(holder is None or holder.contains(part.address) for part in articles):
        own = [part for part in found if part.address.level is Level.ARTICLE]
        # A notice without articles may bring a document with articles into force.
        return own if not all(_annexed(part.address) for part in articles) or _numbers(own, reference) else found
    if is_article(reference) and holder is not None:
        shallow = min((part.address.depth for part in found), default=0)
        return [part for part in found if part.address.depth == shallow]
    if reference.unit in ("chapter", "章") and any(part.address.level is Level.CHAPTER for part in document.parts):
        return [part for part in found if part.address.level is Level.CHAPTER]
    return found


def _numbers(parts: Sequence[Part], reference: Reference) -> bool:
    return reference.number < 0 or any(part.number == reference.number for part in parts)


def _annex_of(parts: Sequence[Part]) -> Address | None:
    """The annex that all of `parts` lie in."""
    above = {part.address.steps[0] for part in parts if part.address.steps}
    [step] = above if len(above) == 1 else [None]
    return Address((step,)) if step is not None and step.level in ANNEXED else None


def numbered(parts: Sequence[Part], reference: Reference, document: Document, *, nested: bool) -> list[Part]:
    """The parts that carry the reference's number, likeliest first; if `nested`, the outermost first."""
    levels, among = _levels(reference), counted(parts, reference, document)
    if reference.number < 0:
        return _row(among, levels)[reference.number :][:1] if -reference.number <= len(_row(among, levels)) else []
    if reference.number == 1 and levels[0] in ANNEXED and not among:
        # 附件第三条: a single annex has no number.
        alone = [part for part in parts if part.address.level in levels]
        return alone if len(alone) == 1 else []
    if is_article(reference) and nested and _starts_behind(among, reference.number):
        # 第三章第一条, where the chapter begins with 第十六条: its first one.
        return list(among[reference.number - 1 : reference.number])
    wanted = (reference.number, reference.sub)
    fitting = [part for part in among if (part.number, part.address.steps[-1].sub) == wanted]
    ranked = [(levels.index(part.address.steps[-1].level), part.address.depth, part.start, part) for part in fitting]
    ranked.sort(key=lambda row: (row[1], row[0], row[2]) if nested else row[:3])
    return [row[3] for row in ranked]


def _starts_behind(among: Sequence[Part], number: int) -> bool:
    """Whether all of `among` carry higher numbers, and are as many."""
    return 0 < number <= len(among) and min(part.number for part in among) > len(among)


def ranged(parts: Sequence[Part], reference: Reference, document: Document, *, nested: bool) -> list[Part]:
    """All parts of a range (第三条至第五条, 前三条, 最后两条) that there are, in reading order."""
    levels, among = _levels(reference), counted(parts, reference, document)
    if reference.number < 0:
        return _row(among, levels)[reference.number :]
    counts = reference.number == 1 and reference.text.startswith(("前", "头", "首", "first"))
    if counts and (nested or not any(part.number == 1 for part in among)):
        # The first three articles of a chapter or volume need not be those with the numbers 1 to 3.
        return _row(among, levels)[: reference.last]
    single = Reference(reference.unit, reference.number, reference.text)
    first = numbered(parts, single, document, nested=nested)
    beside = _beside(among, first[0]) if first else _row(among, levels)
    return [part for part in beside if reference.number <= part.number <= reference.last]


def row(parts: Sequence[Part], reference: Reference) -> list[Part]:
    """The outermost row among `parts` that the reference's unit counts."""
    return _row(parts, _levels(reference))


def neighbour(document: Document, part: Part, step: int) -> Part | None:
    """The part `step` places behind `part` in its row (-1: before it), or None where the row ends."""
    beside = _beside(document.parts, part)
    place = beside.index(part) + step
    return beside[place] if 0 <= place < len(beside) else None


def _beside(parts: Sequence[Part], part: Part) -> list[Part]:
    """The row that a part is counted in: articles run on through the chapters, other parts begin anew in each."""
    home = _home(part.address)
    return [
        each
        for each in parts
        if each.number and each.address.level is part.address.level and _home(each.address) == home
    ]


def _home(address: Address) -> Address:
    if address.level is not Level.ARTICLE:
        return address.parent
    return Address(tuple(step for step in address.steps if step.level in ANNEXED))


def _row(among: Sequence[Part], levels: Sequence[Level]) -> list[Part]:
    """The outermost row of the first level that there is."""
    for level in levels:
        there = [part for part in among if part.address.level is level]
        if there:
            shallow = min(there, key=lambda part: (bool(_annexed(part.address)), part.address.depth, part.start))
            return (
                _beside(there, shallow)
                if level is Level.ARTICLE
                else [part for part in there if part.address.depth == shallow.address.depth]
            )
    return []


def _annexed(address: Address) -> bool:
    return any(step.level in ANNEXED for step in address.steps)
