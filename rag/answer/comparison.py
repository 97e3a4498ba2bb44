"""Two things side by side: a row for each aspect of which either side says something, each cell quoted and cited.

It sets side by side what was found; which two are meant is `rag.comparing`'s, and how each is found `rag.forms`' to say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Document, Part
from rag.answer.elements import Element, elements_in, elements_of, joined
from rag.answer.items import announces, items_below, without_formulae
from rag.answer.tables import Quotations, unsaid
from rag.sentences import body_of, sentences_of
from rag.types import Cell, Draft, Language, Table

Span = tuple[int, int]
#: Of a document as a whole: what it is for, what it applies to, when it takes effect.
_WHOLES: Final = (
    ("制定目的", "purpose", re.compile(r"^(?:\s*第一条)?[\s\u3000]*(?:为了?|为[^，,。]{2,40}[，,])[^。]{6,}")),
    ("适用范围", "scope", re.compile(r"(?:适用本|适用于|本[办规条法细意][^，,。]{0,4}适用)")),
    ("主管部门", "in charge", re.compile(r"(?:主管|负责全国|负责全市|负责全省|统筹协调)[^。]{2,}工作")),
    ("施行时间", "in force", re.compile(r"自[^，,。]{2,24}起(?:施行|实施|执行)|有效期")),
)
_ENGLISH: Final = {
    Element.RESPONSIBLE: "responsible", Element.DEADLINE: "deadline", Element.TARGET: "for whom",
    Element.AMOUNT: "amount or standard", Element.CONDITION: "conditions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What one side says: its name, and either the part that it is or the passages that answer for it.

    `whole` is the document, where it is compared as such.
    """

    name: str
    passages: tuple[tuple[Document, int, int], ...] = ()
    part: tuple[Document, Part] | None = None
    whole: Document | None = None


def comparison_draft(
    sides: tuple[Found | None, Found | None], names: tuple[str, str], aspect: str, language: Language, limit: int
) -> Draft:
    """The table of two sides, one of which may be None: nothing was found for it."""
    quotations = Quotations()
    english = language == "en"
    rows: list[tuple[Cell, ...]] = []
    for title, cells in _rows(quotations, sides, aspect, language, limit):
        if any(cell.citations for cell in cells):
            rows.append((Cell(title), *cells))
    table = Table("comparison", ("aspect" if english else "方面", *names), tuple(rows))
    lead = (
        f"{names[0]} and {names[1]}, side by side (in Chinese):"
        if english
        else f"{names[0]}与{names[1]}对照，逐格摘自原文："
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
        name = _ENGLISH[element] if english else element.value
        rows.append((name, tuple(_element(quotations, side, element, language) for side in sides)))
    return rows


def _said(quotations: Quotations, side: Found | None, language: Language, limit: int) -> Cell:
    """What a side says, whole."""
    if side is None:
        return unsaid(language)
    if side.part is not None:
        document, part = side.part
        span = _with_items(document, part, body_of(document, part, limit), limit)
        return quotations.cell(document, [(span, span)], language)
    cells = [
        quotations.cell(document, [((start, end), (start, end))], language) for document, start, end in side.passages
    ]
    return (
        Cell("\n".join(cell.text for cell in cells), tuple(n for cell in cells for n in cell.citations))
        if cells
        else unsaid(language)
    )


def _with_items(document: Document, part: Part, span: Span, limit: int) -> Span:
    """A part's own words with the items that they lead in, and without closing formulae."""
    start, end = without_formulae(document, span)
    if announces(document.text[start:end]) and (items := items_below(document, part, end)):
        fitting = [stop for _, stop in items if stop - start <= limit]
        end = fitting[-1] if fitting else end
    return start, end


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
