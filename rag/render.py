"""Drafts and refusals to the sentences that a reader gets, in the language of the question."""

from collections.abc import Sequence

from rag.types import Draft, Query, Refusal

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


def answer_text(draft: Draft) -> str:
    """The answer as plain text: lead-in, quoted statements with the numbers of their citations, and the note."""
    lines = [draft.lead] if draft.lead else []
    for number, statement in enumerate(draft.statements, 1):
        marks = "".join(f"[{citation}]" for citation in statement.citations)
        bullet = f"{number}. " if draft.total else ""
        lines.append(f"{bullet}“{statement.text}”{marks}")
    if draft.note:
        lines.append(f"（{draft.note}）")
    return "\n".join(lines)


def with_outside(note: str, outside: Sequence[str], query: Query) -> str:
    """The note with the places that quotations refer to and the documents do not hold."""
    if not outside:
        return note
    if query.language == "en":
        return "; ".join([*([note] if note else []), f"not among the documents: {', '.join(outside)}"])
    return "；".join([*([note] if note else []), f"引文提到的{'、'.join(outside)}不在收录的文件里"])


def refusal_text(refusal: Refusal, query: Query) -> str:
    """One polite sentence."""
    if refusal.instead:
        return refusal.instead
    english = query.language == "en"
    missing = (", " if english else "、").join(f"“{term}”" for term in refusal.missing_terms[:4])
    table = _REFUSALS_EN if english else _REFUSALS_ZH
    reason = "weak_evidence" if refusal.reason == "missing_terms" and not missing else refusal.reason
    return table[reason].format(missing=missing)
