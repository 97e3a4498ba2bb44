"""The list of the parts that speak of something: for each the sentence that does, with its place; the rest counted."""

from typing import Final

from corpus.model import Document, Part
from rag.answer.base import quotation
from rag.mentions import Mentioned, Mentions, fold_kept
from rag.sentences import sentences_of
from rag.types import Citation, Draft, Query, Statement

#: So many are quoted; what is cut is said.
_LISTED: Final = 20


def mention_draft(query: Query, wanted: Mentioned, found: Mentions) -> Draft:
    """The draft for the places in `found`, of which there is one at least."""
    pairs = [_quoted(number, wanted, *place) for number, place in enumerate(found.places[:_LISTED], 1)]
    total, documents = len(found.places), {document.id: document for document, _, _ in found.places}
    [*_, last] = documents.values()
    where = last.label(last.parts[0].address) if len(documents) == 1 else ""
    return Draft(
        _lead(query, wanted, total, len(documents), where), tuple(statement for statement, _ in pairs),
        tuple(citation for _, citation in pairs), total=total, listed=len(pairs), note=_note(query, found, len(pairs)),
    )  # fmt: skip


def _quoted(number: int, wanted: Mentioned, document: Document, part: Part, at: int) -> tuple[Statement, Citation]:
    inside = next(
        (
            (start, end)
            for each in (document.innermost(at), part)
            for start, end in sentences_of(document, each)
            if start <= at < end
        ),
        (at, min(at + 60, part.end)),
    )
    text = fold_kept(document.text[inside[0] : inside[1]])
    marks = [(place, place + len(word)) for words in wanted.groups for word in words if (place := text.find(word)) >= 0]
    return quotation(number, document, *inside, marks=tuple(marks[:1]))


def _lead(query: Query, wanted: Mentioned, total: int, documents: int, where: str) -> str:
    if query.language == "en":
        spread = where or f"{documents} documents"
        return f"{spread}: {total} {wanted.unit}s mention “{wanted.what}”. The text says (in Chinese):"
    if wanted.unit == "文件":
        return f"提到“{wanted.what}”的文件共{total}份："
    spread = f"{where}中" if where else f"{documents}份文件里"
    unit = wanted.unit if wanted.unit in ("条", "章", "节", "项", "款") else "处"
    return f"{spread}提到“{wanted.what}”的共{total}{unit}："


def _note(query: Query, found: Mentions, listed: int) -> str:
    total, english = len(found.places), query.language == "en"
    cut = total - listed
    notes = []
    if cut:
        notes.append(f"{cut} more are not shown" if english else f"另有{cut}处没有列出")
    if not found.whole:
        notes.append("not all places were looked through" if english else "这个词出现得太多，没有全部查完")
    return "; ".join(notes) if english else "；".join(notes)
