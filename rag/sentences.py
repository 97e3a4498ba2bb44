"""A part's own text as sentences, and what stands around one: the headings above it, where its document comes from.

Spans are [start, end) in `Document.text`. Short lines without a full stop (文号 and addressee, signature and date) are
one sentence together. Which sentence answers a question is `rag.evidence`'s to say.
"""

import re
from collections.abc import Sequence
from typing import Final

from corpus.model import Document, Part

_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)]*|(?=\n)|$)")
_ENDED: Final = re.compile(r"[。！？!?；;：:，,]\s*$")
_DATED: Final = re.compile(r"\d{4}\s*[-年]\s*\d{1,2}\s*[-月]\s*\d{1,2}")
_NUMBERED: Final = re.compile(r"(\d{4})\D+(\d+号)")
#: A full line of a page, in characters, and what share of the longest it has at least.
_NARROWEST, _WIDEST, _FULL = 20, 60, 0.8
_ENDED_WELL: Final = re.compile(r"[。！？!?；;：:]\s*[”’」』）)]*$")
_OPENS: Final = re.compile(r"[(（第一二三四五六七八九十\d#*|-]|附件|专栏")
#: In characters: the longest line, and the longest run of lines, that are taken together; a document's beginning.
_LINE_LIMIT: Final = 40
_BLOCK_LIMIT: Final = 120
_HEAD: Final = 200


def sentences_of(document: Document, part: Part) -> list[tuple[int, int]]:
    """The sentences of the part's own text, in order."""
    spans = []
    for found in _SENTENCE.finditer(document.text, part.start, part.body_end):
        text = found[0]
        start = found.start() + len(text) - len(text.lstrip())
        end = found.end() - (len(text) - len(text.rstrip()))
        if start < end:
            spans.append((start, min(end, part.body_end)))
    return _with_blocks(document.text, part, _unwrapped(document.text, part, spans))


def _unwrapped(text: str, part: Part, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans with those joined that a line break at the edge of the page has cut in two.

    A line is full that is about as long as the longest; where all fit on the page there is no edge to break at.
    """
    width = max((len(line) for line in text[part.start : part.body_end].split("\n")), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return list(spans)
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start > part.heading_end:
            before = text[joined[-1][0] : joined[-1][1]]
            line = text[text.rfind("\n", 0, joined[-1][1]) + 1 : joined[-1][1]]
            full = len(line) >= _FULL * width and not _ENDED_WELL.search(before)
            if full and text[joined[-1][1] : start].strip(" \u3000") == "\n" and not _OPENS.match(text, start):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _with_blocks(text: str, part: Part, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans with short unfinished lines that follow each other as one, headings left alone."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][0] >= part.heading_end and end - joined[-1][0] <= _BLOCK_LIMIT:
            before = text[slice(*joined[-1])]
            if all(formal(line) and len(line) <= _LINE_LIMIT for line in (before.rpartition("\n")[2], text[start:end])):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def trimmed(document: Document, start: int, end: int) -> tuple[int, int]:
    """[start, end) without the blanks at its ends."""
    text = document.text[start:end]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))


def body_of(document: Document, part: Part, limit: int) -> tuple[int, int]:
    """[start, end) of the part's own text, ended with the last sentence within `limit` characters."""
    start, end = trimmed(document, part.start, part.body_end)
    if end - start <= limit:
        return start, end
    ends = [stop for _, stop in sentences_of(document, part) if stop - start <= limit]
    return start, ends[-1] if ends else start + limit


def whole_of(document: Document, part: Part, limit: int) -> tuple[int, int]:
    """[start, end) of a part with everything under it, ended with the last sentence within `limit` characters."""
    start, end = trimmed(document, part.start, part.end)
    if end - start <= limit:
        return start, end
    ends = [found.end() for found in _SENTENCE.finditer(document.text, start, start + limit)]
    complete = [stop for stop in ends if document.text[stop - 1] in "。！？!?；;\n"]
    return trimmed(document, start, complete[-1] if complete else start + limit)


def formal(text: str) -> bool:
    """Whether these are lines of form and no sentence: a title, a 文号, a signature."""
    return _ENDED.search(text) is None


def signature(text: str) -> bool:
    """Whether these are lines of form with a date: when, and by whom, the document was issued."""
    return formal(text) and _DATED.search(text) is not None


def headings_above(document: Document, part: Part) -> list[str]:
    """The title and the headings down to the part's own."""
    return [
        document.metadata.title,
        *(p.heading for p in document.parts[1:] if p.address.contains(part.address) and p.heading),
    ]


def origin(document: Document) -> str:
    """What says whose a document is and of when: its beginning, its 文号 and the years of its dates."""
    known = document.metadata
    years = (f"{date[:4]}年" for date in (known.dated, known.published, known.effective) if date)
    # 国发〔2018〕39号 is asked for as 国发39号 and as the opinions of 2018.
    reference = _NUMBERED.search(known.reference or "")
    numbered = (f"{reference[1]}年", reference[2]) if reference else ()
    return " ".join((document.text[:_HEAD], *numbered, *years))
