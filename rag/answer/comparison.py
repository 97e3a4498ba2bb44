"""Two things side by side: a row for each aspect of which either side says something, each cell quoted and cited.

Which two are meant is `rag.comparing`'s to say, and how each of them is found `rag.forms`'.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Document, Part
from rag.answer.elements import Element, elements_in, elements_of, joined
from rag.answer.passages import own_passage
from rag.answer.tables import Quotations, unsaid
from rag.sentences import sentences_of
from rag.types import Cell, Draft, Language, Table

Span = tuple[int, int]
#: An element that is as much of its text as this adds nothing to it.
_WORTH: Final = 0.7
#: In characters: the longest sentence that is quoted whole where semicolons part it.
_SENTENCE: Final = 400
_CLAUSES: Final = re.compile(r"[^，,；;。]+[，,；;。]?")
#: Of a document as a whole: what it is for, what it applies to, when it takes effect.
_WHOLES: Final = (
    ("制定目的", "purpose", re.compile(r"^(?:\s*第一条)?[\s\u3000]*(?:为了?|为[^，,。]{2,40}[，,])[^。]{6,}")),
    ("适用范围", "scope", re.compile(r"(?:适用本|适用于|本[办规条法细意][^，,。]{0,4}适用)")),
    ("主管部门", "in charge", re.compile(r"(?:主管|负责)(?:全国|全省|全市|本行政区域|本辖区|辖区)[^。；]{2,60}")),
    ("施行时间", "in force", re.compile(r"(?:本[^，,。]{1,12}|^)自[^，,。]{2,24}起(?:正式)?(?:施行|实施|执行)")),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What one side says: its name, and either the part that it is or the passages that answer for it.

    `whole` is the document, where it is compared as such; `other` is the other side's name.
    """

    name: str
    passages: tuple[tuple[Document, int, int], ...] = ()
    part: tuple[Document, Part] | None = None
    whole: Document | None = None
    other: str = ""


def comparison_draft(
    sides: tuple[Found | None, Found | None],
    where: str,
    names: tuple[str, str],
    aspect: str,
    language: Language,
    limit: int,
) -> Draft:
    """The table of two sides, one of which may be None: nothing was found for it. `where` is the document of both."""
    quotations = Quotations()
    english = language == "en"
    rows: list[tuple[Cell, ...]] = []
    for title, cells in _rows(quotations, sides, aspect, language, limit):
        if any(cell.citations for cell in cells):
            rows.append((Cell(title), *cells))
    table = Table("comparison", ("aspect" if english else "方面", *names), tuple(rows))
    lead = (
        f"{where}{names[0]} and {names[1]}, side by side (in Chinese):"
        if english
        else f"{where}{names[0]}与{names[1]}对照，逐格摘自原文："
    )
    return Draft(lead, quotations.statements, quotations.citations, table=table)


def _rows(
    quotations: Quotations, sides: Sequence[Found | None], aspect: str, language: Language, limit: int
) -> list[tuple[str, tuple[Cell, ...]]]:
    english = language == "en"
    wholes = [side.whole for side in sides if side is not None]
    if wholes and all(wholes) and not aspect:
        return [
            (name_english if english else name, tuple(_matching(quotations, side, pattern, language) for side in sides))
            for name, name_english, pattern in _WHOLES
        ] + [("divided into" if english else "主要内容", tuple(_outline(quotations, side, language) for side in sides))]
    title = aspect or ("text" if english else "规定内容")
    rows = [(title, tuple(_said(quotations, side, language, limit) for side in sides))]
    if aspect:
        return rows
    for element in Element:
        cells = tuple(_element(quotations, side, element, language) for side in sides)
        said = ((cell, text) for cell, text in zip(cells, rows[0][1], strict=True) if cell.citations)
        # What is nearly all of the text has been read in the first row.
        if any(len(cell.text) < _WORTH * len(text.text) for cell, text in said):
            rows.append((element.named(language), cells))
    return rows


def _said(quotations: Quotations, side: Found | None, language: Language, limit: int) -> Cell:
    """What a side says, whole."""
    if side is None:
        return unsaid(language)
    if side.part is not None:
        document, part = side.part
        span = own_passage(document, part, limit)
        return quotations.cell(document, [(span, span)], language)
    passages = ((document, _to_stop(document, (start, end))) for document, start, end in side.passages)
    cells = [quotations.cell(document, [(_own(document, span, side), span)], language) for document, span in passages]
    if not cells:
        return unsaid(language)
    return Cell("\n".join(cell.text for cell in cells), tuple(n for cell in cells for n in cell.citations))


def _to_stop(document: Document, span: Span) -> Span:
    """A passage with what a semicolon parts from it, to the full stops around it, where that is not too long."""
    found = sentences_of(document, document.innermost(span[0]))
    inside = [place for place, (a, b) in enumerate(found) if a < span[1] and span[0] < b]
    if not inside:
        return span
    first, last = inside[0], inside[-1]
    while first and document.text[found[first - 1][1] - 1] in "；;":
        first -= 1
    while last + 1 < len(found) and document.text[found[last][1] - 1] in "；;":
        last += 1
    start, end = min(span[0], found[first][0]), max(span[1], found[last][1])
    return (start, end) if end - start <= _SENTENCE else span


def _own(document: Document, passage: Span, side: Found) -> Span:
    """Of a passage that speaks of both sides the clauses from this one's name up to the other's."""
    text = document.text[slice(*passage)]
    if not side.other or side.name not in text or side.other not in text:
        return passage
    clauses = [clause.span() for clause in _CLAUSES.finditer(text)]
    own = [place for place, (a, b) in enumerate(clauses) if side.name in text[a:b]]
    others = [place for place, (a, b) in enumerate(clauses) if side.other in text[a:b]]
    if not own or own[0] in others:
        return passage
    stop = next((place for place in others if place > own[0]), len(clauses))
    begin, end = clauses[own[0]][0], clauses[stop - 1][1]
    piece = text[begin:end].rstrip("，,；;、")
    return passage[0] + begin + len(piece) - len(piece.lstrip()), passage[0] + begin + len(piece)


def _element(quotations: Quotations, side: Found | None, element: Element, language: Language) -> Cell:
    if side is None:
        return unsaid(language)
    if side.part is not None:
        document, part = side.part
        found = [each for each in elements_of(document, part) if each.element is element]
        own = joined(document.text, found)
        return quotations.cell(document, [((each.start, each.end), each.sentence) for each in own], language)
    for document, start, end in side.passages:
        found = [each for each in elements_in(document.text, (start, end)) if each.element is element]
        if found:
            return quotations.cell(document, [((each.start, each.end), (start, end)) for each in found], language)
    return unsaid(language)


def _matching(quotations: Quotations, side: Found | None, pattern: re.Pattern[str], language: Language) -> Cell:
    """The first sentence of a document that fits an expression, outside its annexes."""
    if side is None or side.whole is None:
        return unsaid(language)
    document = side.whole
    for part in document.passages():
        for span in sentences_of(document, part):
            if pattern.search(document.text[slice(*span)]) and span[0] >= part.heading_end * bool(part.heading):
                return quotations.cell(document, [(span, span)], language)
    return unsaid(language)


def _outline(quotations: Quotations, side: Found | None, language: Language) -> Cell:
    """The headings of what a document is divided into."""
    if side is None or side.whole is None:
        return unsaid(language)
    document = side.whole
    heads = [part for part in document.children(document.parts[0].address) if part.heading][:12]
    spans = [(part.heading_start, part.heading_end) for part in heads]
    return quotations.cell(document, [(span, span) for span in spans], language)
