"""Drafts and refusals to the sentences that a reader gets, in the language of the question."""

from collections.abc import Sequence

from rag.types import Cell, Draft, Query, Refusal, Statement, Table

_REFUSALS_ZH = {
    "no_evidence": "现有文件中没有找到与这个问题有关的内容。",
    "weak_evidence": "现有文件没有说明这一点。",
    "missing_terms": "现有文件没有说明这一点：没有提到{missing}。",
    "no_such_address": "文件里没有您问的这一部分。",
    "not_a_question": "您好，请问您想了解文件中的什么内容？例如：“保障措施有哪几条？”",
}
_REFUSALS_EN = {
    "no_evidence": "The documents hold nothing about this question.",
    "weak_evidence": "The documents do not say.",
    "missing_terms": "The documents do not say: they do not mention {missing} there.",
    "no_such_address": "The documents have no such part.",
    "not_a_question": "Hello! What would you like to know from the documents? For example: “What are the main tasks?”",
}


def answer_text(draft: Draft, query: Query) -> str:
    """The answer as plain text: lead-in, statements with the numbers of their citations, table and notes.

    What was struck out is said to have been, and why; it is not said again.
    """
    lines = [draft.lead] if draft.lead else []
    if draft.table is not None:
        lines += table_lines(draft.table)
    held = [statement for statement in draft.statements if statement.check == "verified"]
    for number, statement in enumerate(held, 1):
        marks = "".join(f"[{citation}]" for citation in statement.citations)
        bullet = f"{number}. " if draft.total and len(held) > 1 else ""
        lines.append(f"{bullet}{_said(statement, draft)}{marks}")
    english = query.language == "en"
    notes = [draft.note] if draft.note else []
    if struck := len(draft.statements) - len(held):
        notes.append(_struck(struck, english=english))
    if draft.model and draft.model.failure:
        notes.append(f"quotations only: {draft.model.failure}" if english else f"只摘录原文：{draft.model.failure}")
    lines += [f"（{note}）" for note in notes]
    return "\n".join(lines)


def _said(statement: Statement, draft: Draft) -> str:
    """A quotation in quotation marks; what is told in other words without."""
    quotes = [c.quote for c in draft.citations if c.number in statement.citations]
    return f"“{statement.text}”" if any(statement.text in quote for quote in quotes) else statement.text


def table_lines(table: Table) -> list[str]:
    """A table as lines of fields between |, with a line of dashes below the head; several quotations parted by ／."""
    rows = [table.columns, ("---",) * len(table.columns), *(tuple(map(_cell, row)) for row in table.rows)]
    return [f"| {' | '.join(row)} |" for row in rows]


def _cell(cell: Cell) -> str:
    words = "／".join(line.strip() for line in cell.text.split("\n") if line.strip())
    return words.replace("|", "｜") + "".join(f"[{number}]" for number in cell.citations)


def with_outside(note: str, outside: Sequence[str], query: Query) -> str:
    """The note with the places that quotations refer to and the documents do not hold."""
    if not outside:
        return note
    if query.language == "en":
        return "; ".join([*([note] if note else []), f"not among the documents: {', '.join(outside)}"])
    return "；".join([*([note] if note else []), f"引文提到的{'、'.join(outside)}不在收录的文件里"])


def refusal_text(refusal: Refusal, query: Query) -> str:
    """One polite sentence, and one more where a model's draft was struck out whole."""
    english = query.language == "en"
    if not refusal.struck:
        return _refused(refusal, english=english)
    struck = _struck(len(refusal.struck), english=english)
    return f"{_refused(refusal, english=english)}{' ' if english else ''}（{struck}）"


def _refused(refusal: Refusal, *, english: bool) -> str:
    if refusal.instead:
        return refusal.instead
    missing = (", " if english else "、").join(f"“{term}”" for term in refusal.missing_terms[:4])
    table = _REFUSALS_EN if english else _REFUSALS_ZH
    reason = "weak_evidence" if refusal.reason == "missing_terms" and not missing else refusal.reason
    return table[reason].format(missing=missing)


def _struck(count: int, *, english: bool) -> str:
    """That so many statements were struck out."""
    if english:
        return f"{count} statements of the model were struck out: the text does not say so"
    return f"模型有{count}句在原文里找不到依据，已划去"
