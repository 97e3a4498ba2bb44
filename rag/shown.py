"""An answer as lines for a person, wherever plain text is read: a terminal, a chat, a model that asked.

What stands above the text and below it; the text itself is `rag.render`'s. It prints nothing and knows no HTML.
"""

from rag.types import Answer


def head_lines(answer: Answer, undo: str = "") -> list[str]:
    """How the question was understood, where that has to be said, with how that is undone; and the short answer."""
    return [
        *([answer.reading + undo] if answer.reading else []),
        *([f"【{answer.short_answer}】"] if answer.short_answer else []),
    ]


def source_lines(answer: Answer) -> list[str]:
    """A line a citation: its number, the place, the page and whether the document holds."""
    lines = []
    for citation in answer.citations:
        note = f"（{citation.validity_note}）" if citation.validity_note else ""
        page = f"，第 {citation.page} 页" if citation.page else ""
        lines.append(f"[{citation.number}] {citation.label}{page}{note}")
    return lines


def tail_lines(answer: Answer) -> list[str]:
    """Where an answer stands and what it refers to; of a refusal what lies nearest, and what the documents cover."""
    english = answer.language == "en"
    if answer.refusal is None:
        lines = source_lines(answer)
        if answer.referrals:
            lines.append("What they refer to:" if english else "引文所指：")
        return lines + [f"  {each.citation.label}：“{each.citation.quote}”" for each in answer.referrals]
    lines = []
    if answer.refusal.nearest:
        lines.append("Nearest:" if english else "最接近的内容：")
    lines += [f"  {citation.label}：“{citation.quote}”" for citation in answer.refusal.nearest]
    return [*lines, answer.refusal.coverage] if answer.refusal.coverage else lines


def shown(answer: Answer, undo: str = "") -> str:
    """All of it; `undo` says behind the reading how to undo it."""
    return "\n".join([*head_lines(answer, undo), answer.text, *tail_lines(answer)])
