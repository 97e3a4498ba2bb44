"""Drafts of quotations, held against the text that they cite to the letter.

A statement that quotes must stand in the cited part to the letter, and every number it holds must stand in what it
cites. What fails is struck out; nothing is repaired here.
"""

import re
from dataclasses import replace
from typing import Final

from corpus.collection import Collection
from corpus.errors import InputError
from corpus.normalize import fold
from rag.answer.tables import held_table
from rag.types import Check, Citation, Draft, Statement

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_BLANK: Final = re.compile(r"\s+")


def verify(draft: Draft, collection: Collection) -> Draft:
    """The draft with each statement judged, and without those that do not hold, nor citations that none uses."""
    sound = {c.number: c for c in draft.citations if exact(c, collection)}
    judged = [replace(statement, check=check(statement, sound, collection)) for statement in draft.statements]
    kept = tuple(statement for statement in judged if statement.check == "verified")
    used = {number for statement in kept for number in statement.citations}
    citations = tuple(c for c in draft.citations if c.number in used)
    shown = " ".join(statement.text for statement in kept)
    short = draft.short_answer if draft.short_answer and draft.short_answer in shown else None
    listed = len(kept) if draft.listed is not None and draft.listed == len(draft.statements) else draft.listed
    table = held_table(draft.table, citations)
    return replace(draft, statements=kept, citations=citations, short_answer=short, listed=listed, table=table)


def exact(citation: Citation, collection: Collection) -> bool:
    """Whether the quote is the document's text at its offsets, and the address the part that holds them."""
    try:
        document = collection.document(citation.document_id)
    except InputError:
        return False
    part = document.part(citation.address)
    return (
        part is not None
        and part.start <= citation.start < citation.end <= part.end
        and document.text[citation.start : citation.end] == citation.quote
    )


def check(statement: Statement, citations: dict[int, Citation], collection: Collection) -> Check:
    """How a statement stands against what it cites; see contract.md for the badges."""
    cited = [citations[number] for number in statement.citations if number in citations]
    if not cited or len(cited) < len(statement.citations):
        return "unsupported"
    text = _plain(statement.text)
    if any(_stands_in(text, citation.quote) for citation in cited):
        return "verified"
    if any(_stands_in(text, collection.document(c.document_id).text) for c in cited):
        return "wrong_address"
    held = " ".join(fold(citation.quote) for citation in cited)
    if not set(_NUMBER.findall(fold(statement.text))) <= set(_NUMBER.findall(held)):
        return "number_mismatch"
    pieces = [piece for piece in re.split(r"[,，。;；]", text) if piece]
    if pieces and all(any(piece in _plain(collection.document(c.document_id).text) for c in cited) for piece in pieces):
        return "stitched_quote"
    return "unsupported"


def _stands_in(text: str, source: str) -> bool:
    """Whether the words stand in `source` without a number being cut off at either end: 0条 is not in 70条."""
    if not text:
        return False
    edges = rf"(?<!\d)(?<!\d[.,]){re.escape(text)}" if text[0].isdigit() else re.escape(text)
    edges += r"(?![.,]?\d)" if text[-1].isdigit() else ""
    return re.search(edges, _plain(source)) is not None


def _plain(text: str) -> str:
    return _BLANK.sub("", fold(text))
