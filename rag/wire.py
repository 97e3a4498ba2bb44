"""Answers and hits as the JSON objects that the contract names, field by field."""

from typing import Any

from corpus.collection import Collection
from rag.explain import Explanation
from rag.types import Answer, Citation, Hit, ModelUse, Refusal, Statement, Table


def answer_object(answer: Answer, id_: str | None = None) -> dict[str, Any]:
    """The object of `rag ask --json`; `id` only where one was given."""
    head: dict[str, Any] = {} if id_ is None else {"id": id_}
    return head | {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "reading": answer.reading,
        "status": answer.status,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "statements": [_statement(statement) for statement in answer.statements],
        "citations": [citation_object(citation) for citation in answer.citations],
        "referrals": [{"via": each.via} | citation_object(each.citation) for each in answer.referrals],
        "total": answer.total,
        "listed": answer.listed,
        "refusal": _refusal(answer.refusal),
        "table": table_object(answer.table),
        "method": answer.method,
        "model": _model(answer.model),
        "confidence": answer.confidence,
        "timings_ms": answer.timings_ms,
        "index": answer.index,
        "fingerprint": answer.fingerprint,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "text": statement.text,
        "citations": list(statement.citations),
        "check": statement.check,
        "marks": [list(mark) for mark in statement.marks],
        "why": statement.why,
    }


def table_object(table: Table | None) -> dict[str, Any] | None:
    """A table as the contract has it; None where there is none."""
    if table is None:
        return None
    return {
        "kind": table.kind,
        "columns": list(table.columns),
        "rows": [[{"text": cell.text, "citations": list(cell.citations)} for cell in row] for row in table.rows],
    }


def _model(use: ModelUse | None) -> dict[str, Any] | None:
    return None if use is None else {"name": use.name, "invented_citations": use.invented, "failure": use.failure}


def citation_object(citation: Citation) -> dict[str, Any]:
    """A citation as the contract has it."""
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "title": citation.title,
        "reference": citation.reference,
        "address": str(citation.address),
        "label": citation.label,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
        "validity": citation.validity,
        "validity_note": citation.validity_note,
    }


def _refusal(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "reason": refusal.reason,
        "missing_terms": list(refusal.missing_terms),
        "nearest": [citation_object(citation) for citation in refusal.nearest],
        "coverage": refusal.coverage,
        "instead": refusal.instead,
    }


def hit_object(hit: Hit, collection: Collection) -> dict[str, Any]:
    """A hit of `rag search --json`: `text` is `text[start:end]` of the document, the part's own text."""
    document = collection.document(hit.document_id)
    part = document.part(hit.address)
    assert part is not None  # hits come from this collection
    own = document.text[part.start : part.body_end]
    start = part.start + len(own) - len(own.lstrip())
    end = part.start + len(own.rstrip())
    return {
        "document_id": hit.document_id,
        "address": str(hit.address),
        "label": document.label(hit.address),
        "text": document.text[start:end],
        "start": start,
        "end": end,
        "passage": _passage(hit, collection),
        "score": round(hit.score, 4),
        "scores": {"structural": hit.structural, "lexical": hit.lexical, "dense": hit.dense},
        "same": [
            {"document_id": id_, "address": str(address), "label": collection.document(id_).label(address)}
            for id_, address in hit.same
        ],
    }


def _passage(hit: Hit, collection: Collection) -> dict[str, Any] | None:
    """The segment of the part that fits best; None where the part was found by its number alone."""
    [segment] = collection.holdings.segments([hit.segment])
    if segment is None:
        return None
    text = collection.document(hit.document_id).text[segment.start : segment.end]
    return {"text": text, "start": segment.start, "end": segment.end}


def explanation_object(question: str, explanation: Explanation) -> dict[str, Any]:
    """What `rag search --explain --json` prints."""
    return {
        "query": question,
        "document_id": explanation.document_id,
        "address": str(explanation.address),
        "label": explanation.label,
        "stages": [
            {"stage": stage.name, "rank": stage.rank, "score": stage.score, "kept": stage.kept}
            for stage in explanation.stages
        ],
        "fell_out": explanation.fell_out,
    }
