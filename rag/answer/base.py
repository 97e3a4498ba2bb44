"""The `Answerer` contract, and how statements and citations are put together by whoever drafts."""

from collections.abc import Generator
from threading import Event
from typing import Protocol

from corpus.model import Document
from rag.types import Citation, Draft, Evidence, Query, Resolution, Statement


class Answerer(Protocol):
    """Drafts an answer. It cites only what it was given; without evidence it states nothing."""

    def draft(self, query: Query, evidence: Evidence, resolution: Resolution) -> Draft:
        """The answer as proposed; `rag.verify` judges it."""
        ...


class GrowingAnswerer(Answerer, Protocol):
    """An `Answerer` whose draft can be watched as it grows. `name` says who drafts."""

    name: str

    def drafts(
        self, query: Query, evidence: Evidence, resolution: Resolution, leave: Event | None = None
    ) -> Generator[Draft]:
        """The draft again and again, each with a statement more; the last one is the whole. ServiceError half-way.

        Whoever does not want to wait any more sets `leave`, from any thread: a ServiceError in a moment.
        """
        ...


def cite(number: int, document: Document, start: int, end: int) -> Citation:
    """The citation of [start, end) of a document, numbered, at the innermost part that holds it."""
    part = document.innermost(start)
    # A quotation may go on from one paragraph of an article into the next.
    while end > part.end and part.address.steps:
        part = document.part(part.address.parent) or document.parts[0]
    return Citation(
        number, document.id, document.metadata.title, document.metadata.reference, part.address,
        document.label(part.address), document.text[start:end], start, end, document.page(start),
    )  # fmt: skip


def quotation(
    number: int, document: Document, start: int, end: int, marks: tuple[tuple[int, int], ...] = ()
) -> tuple[Statement, Citation]:
    """A statement that quotes [start, end) of a document to the letter, and its citation."""
    citation = cite(number, document, start, end)
    return Statement(citation.quote, (number,), marks=marks), citation
