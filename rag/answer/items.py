"""What belongs to a quotation so that it stands whole: the items below a lead-in, the lead-in above an item.

A sentence that announces what follows (有下列情形之一的：) says nothing without its items. Closing formulae and notes,
on the other hand, are glued to the last sentence and belong to nothing.
"""

import re
from typing import Final

from corpus.address import Level
from corpus.model import Document, Part
from rag.sentences import sentences_of, trimmed

_ANNOUNCES: Final = re.compile(r"[：:]\s*$")
#: A line that begins so is an item, whether or not the outline has it as a part.
_ITEM: Final = re.compile(
    r"\s*(?:[（(][〇一二三四五六七八九十百\d]{1,3}[）)]|\d{1,2}[.．、﹒]|[①-⑳]|[一二三四五六七八九十]是|[—●•·-])"
)
_ITEMS: Final = frozenset(
    {Level.ITEM, Level.SUBITEM, Level.LEVEL2, Level.LEVEL3, Level.LEVEL4, Level.LEVEL5, Level.POINT, Level.PARAGRAPH}
)
#: What closes a document or is noted below it, a line or a sentence.
_FORMULA: Final = re.compile(
    r"^\s*(?:特此(?:通知|公告|通告|函复|函告|报告|批复|说明)|此致|敬礼|[（(]此件[^（）()]{0,20}[）)]|抄送[：:]|印发机关"
    r"|请(?:各[^，,。]{0,12})?(?:认真|遵照|结合[^，,。]{0,10})[，,]?(?:[^，,。]{0,16})?(?:执行|落实)|附件[：:]|附[：:]|注(?:释)?\d*[：:]|(?:备注|说明)[：:]"
    r"|[*※]\s*[^\n]{0,60}|①[^\n]{0,80}|联系(?:人|电话)[：:])"
)

Span = tuple[int, int]


def announces(text: str) -> bool:
    """Whether a sentence only leads in what stands below it."""
    return _ANNOUNCES.search(text) is not None


def items_below(document: Document, part: Part, end: int) -> tuple[Span, ...]:
    """The items, each [start, end), that follow a lead-in ending at `end` in a part; () where nothing follows it."""
    lines = _lines(document, end, part.body_end)
    if lines:
        return lines
    if document.text[end : part.own_end].strip() and document.text[end : part.body_end].strip():
        return ()
    below = [each for each in document.children(part.address) if each.start >= end and each.address.level in _ITEMS]
    first = next((each for each in below if not document.text[end : each.start].strip()), None)
    if first is None:
        return ()
    run = below[below.index(first) :]
    joined = [trimmed(document, each.start, each.end) for each in run if each.address.parent == first.address.parent]
    return tuple(without_formulae(document, span) for span in joined)


def _lines(document: Document, start: int, end: int) -> tuple[Span, ...]:
    """The lines right below that begin as items do."""
    found: list[Span] = []
    at = start
    for line in document.text[start:end].splitlines(keepends=True):
        begin, stop = trimmed(document, at, at + len(line))
        at += len(line)
        if begin == stop:
            continue
        if not _ITEM.match(document.text[begin:stop]):
            break
        found.append((begin, stop))
    return tuple(found) if len(found) > 1 else ()


def lead_above(document: Document, part: Part) -> tuple[Part, Span] | None:
    """The part above an item, and its lead-in, where the item depends on one."""
    if part.address.level not in _ITEMS or part.address.level is Level.PARAGRAPH:
        return None
    above = document.part(part.address.parent)
    if above is None:
        return None
    leads = [span for span in sentences_of(document, above) if span[1] <= part.start]
    if not leads or not announces(document.text[slice(*leads[-1])]):
        return None
    return above, leads[-1]


def formula(text: str) -> bool:
    """Whether a sentence or line is a closing formula or a note, and no rule."""
    return _FORMULA.match(text) is not None


def without_formulae(document: Document, span: Span) -> Span:
    """[start, end) without closing formulae and notes at its end; all of it where there is nothing else."""
    start, end = span
    while (line := document.text.rfind("\n", start, end)) > start and formula(document.text[line + 1 : end]):
        start, end = trimmed(document, start, line)
    return start, end
