"""The enclosures that a document lists above its signature (附件：1.… 2.…), where their texts are not part of it."""

import re
from typing import Final

from corpus.address import Level
from corpus.model import Document, Part
from rag.answer.base import quotation
from rag.sentences import trimmed
from rag.types import Draft, Language

_LIST: Final = re.compile(
    r"^[ \t\u3000]*附[ \u3000]*件[ \u3000]*[:：][^\n]*(?:\n+[ \t\u3000]*(?:附件[ ]?)?\d{1,2}[ ]?[.．、﹒:：][^\n]*)*",
    re.MULTILINE,
)
_NAME: Final = re.compile(r"附[ \u3000]*件[ \u3000]*[:：]")
_NUMBERED: Final = re.compile(
    r"(?:^|(?<=[:：\n \t\u3000]))(?:附件[ ]?)?(?P<number>\d{1,2})[ ]?[.．、﹒:：](?=\D|(?:19|20)\d\d)"
)
#: In characters: an annex is more than the line that names its file (附件2.docx).
_LINE: Final = 80
_INSIDE: Final = frozenset({Level.ANNEX, Level.SCHEDULE, Level.APPENDIX})


def enclosures(document: Document) -> dict[int, tuple[int, int]]:
    """By its number each enclosure's [start, end) in the document's last list of them; {} where it lists none."""
    for found in reversed(list(_LIST.finditer(document.text))):
        start = _NAME.search(document.text, *found.span())
        assert start is not None  # the list begins so
        marks = _in_order(document.text, start.end(), found.end())
        if marks:
            ends = [*(mark.start() for mark in marks[1:]), _line_end(document.text, marks[-1].start(), found.end())]
            starts = (mark.start() for mark in marks)
            return {n: trimmed(document, *span) for n, span in enumerate(zip(starts, ends, strict=True), 1)}
        only = trimmed(document, start.end(), found.end())
        if only[0] < only[1]:
            return {1: only}
    return {}


def _in_order(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The marks of a list, as far as they count on from one: what begins anew behind it is another list."""
    marks: list[re.Match[str]] = []
    for mark in _NUMBERED.finditer(text, start, end):
        if int(mark["number"]) == len(marks) + 1:
            marks.append(mark)
        elif marks:
            break
    return marks


def _line_end(text: str, start: int, end: int) -> int:
    """Where the line that holds `start` ends, at `end` at the latest."""
    stop = text.find("\n", start, end)
    return stop if stop >= 0 else end


def are_held(document: Document) -> bool:
    """Whether the text of an annex is part of the document."""
    return any(part.address.level in _INSIDE and part.end - part.start > _LINE for part in document.parts)


def enclosures_draft(document: Document, language: Language, number: int = 0) -> Draft | None:
    """All enclosures, as they are listed or by the headings of those that are held; or the one of that number."""
    listed, held = enclosures(document), are_held(document)
    if number:
        spans = [listed[number]] if number in listed else []
    else:
        spans = list(listed.values()) or [_head(document, part) for part in document.parts if _is_annex(part)]
    if not spans:
        return None
    pairs = [quotation(at, document, *span) for at, span in enumerate(spans, 1)]
    title = document.label(document.parts[0].address)
    english = language == "en"
    if number:
        lead = f"{title} lists as enclosure {number} (in Chinese):" if english else f"{title}所列附件{number}："
    else:
        lead = f"{title} has {len(spans)} enclosures (in Chinese):" if english else f"{title}有{len(spans)}个附件："
    note = "" if held else "their texts are not among the documents" if english else "附件的正文没有收录"
    count = None if number else len(spans)
    return Draft(lead, tuple(s for s, _ in pairs), tuple(c for _, c in pairs), total=count, listed=count, note=note)


def _is_annex(part: Part) -> bool:
    return part.address.depth == 1 and part.address.level in _INSIDE


def _head(document: Document, part: Part) -> tuple[int, int]:
    """An annex's mark and heading, or its first line."""
    if part.heading:
        return trimmed(document, part.start, part.heading_end)
    start, end = trimmed(document, part.start, part.body_end)
    return start, _line_end(document.text, start, end)
