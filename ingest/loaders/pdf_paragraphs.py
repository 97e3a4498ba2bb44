"""The lines of pages to paragraphs: running heads and page numbers left out, lines that the page broke joined.

Where a paragraph begins is told by its indent, by the line before ending short of the margin, and by numbering.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ingest.loaders.pdf_page import TextLine
from ingest.loaders.pdf_tables import PageTable
from ingest.markers import head_marker

_PAGE_NUMBER: Final = re.compile(
    # 一 on both sides is how a dash comes out of optical recognition.
    r"^[\s\u3000—–\-_·•~.一]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/／,，共]\s*共?\s*\d{1,4}\s*页?)?|[ivxlc]{1,6})[\s\u3000—–\-_·•~.一]*$",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+|[ivxlc]+$")
_ENDED: Final = re.compile(r"[。！？!?；;：:]['”’」』）)]*$")
#: In characters: an indent begins a paragraph; a line this much short of the margin ends one.
_INDENT, _SHORT = 1.2, 1.6
#: How many lines at the top and at the foot of a page may be running heads.
_EDGE: Final = 3
_HEAD_LENGTH: Final = 40
#: Characters of another size by more than this belong to another paragraph.
_OTHER_SIZE: Final = 1.18
#: Lines of so many characters tell the margins, where there are more than a few of them.
_LONG, _FEW = 12, 6


@dataclass(frozen=True, slots=True)
class Page:
    """The lines and tables of a page, each from the top down."""

    lines: list[TextLine]
    tables: list[PageTable] = field(default_factory=list)
    height: float = 842.0


@dataclass(slots=True)
class Paragraph:
    """A paragraph; `pages` are the places in its text at which a new page begins, with the page's index."""

    text: str
    page: int
    pages: list[tuple[int, int]] = field(default_factory=list)


def without_furniture(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """The pages without running heads and page numbers, and what was left out."""
    counted: Counter[tuple[str, int]] = Counter()
    for page in pages:
        counted.update({_place(line, page) for line in _edges(page)})
    running = {place for place, count in counted.items() if count >= max(3, 0.3 * len(pages))}
    left_out: list[str] = []
    kept = []
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        heads = [line for line in page.lines if id(line) in edges and _place(line, page) in running]
        inside = [line for line in page.lines if line not in heads]
        # What is outermost now: a stamp may stand below the page number.
        numbers = [
            line for line in inside[:1] + inside[-1:] if _PAGE_NUMBER.match(line.text) and _at_margin(line, page)
        ]
        left_out += [line.text for line in page.lines if line in heads or line in numbers]
        kept.append(Page([line for line in inside if line not in numbers], page.tables, page.height))
    return kept, left_out


def _edges(page: Page) -> list[TextLine]:
    """The lines that may be running heads: outermost, short, no sentence, and no numbered heading."""
    first = page.lines[:_EDGE]
    edges = first + [line for line in page.lines[-_EDGE:] if line not in first]
    return [
        line
        for line in edges
        if len(line.text) <= _HEAD_LENGTH and not _ENDED.search(line.text) and not _numbered(line)
    ]


def _numbered(line: TextLine) -> bool:
    """Whether the line is a heading; a bare number is that of the page."""
    return head_marker(line.text) is not None and _PAGE_NUMBER.match(line.text) is None


def _place(line: TextLine, page: Page) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(20 * line.top / page.height)


def _at_margin(line: TextLine, page: Page) -> bool:
    return line.top < 0.14 * page.height or line.bottom > 0.88 * page.height


def margins(lines: Sequence[TextLine], every: Sequence[TextLine]) -> tuple[float, float]:
    """Where most lines of a page begin and where the long ones end; of `every` page where this one has few."""
    long = [line for line in lines if len(line.text) >= _LONG]
    if len(long) < _FEW:
        long = [line for line in every if len(line.text) >= _LONG] or list(every)
    if not long:
        return 0.0, 0.0
    usual = Counter(round(line.left / 4) for line in long)
    most = max(usual.values())
    left = min(place for place, count in usual.items() if count >= 0.25 * most) * 4.0
    ends = sorted(line.right for line in long)
    return left, ends[int(0.9 * (len(ends) - 1))]


def begins(line: TextLine, before: TextLine | None, left: float, right: float) -> bool:
    """Whether a paragraph begins with `line`."""
    if before is None:
        return True
    size = max(line.size, before.size)
    if max(line.size, before.size) > _OTHER_SIZE * min(line.size, before.size):
        return True
    if line.left - left >= _INDENT * size or before.right < right - _SHORT * size:
        return True
    return head_marker(line.text) is not None and _ENDED.search(before.text) is not None
