"""Quotations gathered for a table: each passage becomes a statement with a citation once, and cells point to it.

A cell may hold several quotations, one a line; every line stands to the letter in a passage that the cell cites. What
goes into which cell is `rag.answer.cards`' and `rag.answer.comparison`'s to say.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.model import Document
from rag.answer.base import quotation
from rag.types import Cell, Citation, Language, Statement, Table

_UNSAID: Final = {"zh": "原文未写明", "en": "not stated"}

Span = tuple[int, int]


def unsaid(language: Language) -> Cell:
    """The cell of what the text does not say: no citation."""
    return Cell(_UNSAID[language])


class Quotations:
    """The passages that a table rests on, numbered from 1 in the order in which they are first cited."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Span], int] = {}
        self._pairs: list[tuple[Statement, Citation]] = []

    def number(self, document: Document, passage: Span) -> int:
        """The number of the citation of [start, end) of a document; of the passage around it, where one is cited."""
        for (document_id, (start, end)), number in self._numbers.items():
            if document_id == document.id and start <= passage[0] and passage[1] <= end:
                return number
        number = len(self._pairs) + 1
        self._pairs.append(quotation(number, document, *passage))
        self._numbers[document.id, passage] = number
        return number

    def cell(self, document: Document, quoted: Sequence[tuple[Span, Span]], language: Language) -> Cell:
        """The cell of some quotations, each with the passage that it is cited from; the unsaid one where none is."""
        if not quoted:
            return unsaid(language)
        numbers = [self.number(document, passage) for _, passage in quoted]
        lines = [document.text[start:end].strip() for (start, end), _ in quoted]
        return Cell("\n".join(dict.fromkeys(lines)), tuple(dict.fromkeys(numbers)))

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is quoted."""
        return tuple(statement for statement, _ in self._pairs)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where it stands."""
        return tuple(citation for _, citation in self._pairs)


def held_table(table: Table | None, citations: Sequence[Citation]) -> Table | None:
    """The table without what does not stand, line by line, in the quotations that it cites, nor their numbers."""
    if table is None:
        return None
    quotes = {citation.number: citation.quote for citation in citations}
    return replace(table, rows=tuple(tuple(_held(cell, quotes) for cell in row) for row in table.rows))


def _held(cell: Cell, quotes: dict[int, str]) -> Cell:
    if not cell.citations:
        return cell
    numbers = tuple(number for number in cell.citations if number in quotes)
    lines = [line for line in cell.text.split("\n") if any(line in quotes[number] for number in numbers)]
    return Cell("\n".join(lines), numbers) if lines else Cell(_UNSAID["zh"])


def any_said(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether any cell behind the first of its row quotes anything."""
    return any(cell.citations for row in rows for cell in row[1:])
