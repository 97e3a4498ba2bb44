"""Two drafts as one: the statements of both, each passage quoted once, and a note of what was not found."""

from collections.abc import Sequence
from dataclasses import replace

from rag.types import Citation, Draft, Language, Statement


def missing_note(lacking: Sequence[str], language: Language) -> str:
    """That nothing was found about one half, by the question's own words; "" where nothing is lacking."""
    if not lacking:
        return ""
    if language == "en":
        return f"nothing was found about {' and '.join(f'“{name}”' for name in lacking)}"
    return f"没有找到关于{'和'.join(f'“{name}”' for name in lacking)}的内容"


def joined_drafts(drafts: Sequence[Draft], note: str, language: Language) -> Draft:
    """The drafts of both halves, one after the other. With one of them and a note, only half was answered."""
    if len(drafts) == 1:
        [only] = drafts
        return replace(only, note=_notes([only.note, note], language))
    statements: list[Statement] = []
    citations: list[Citation] = []
    for draft in drafts:
        numbers = {}
        for citation in draft.citations:
            known = next((c for c in citations if c.document_id == citation.document_id and _inside(citation, c)), None)
            if known is None:
                known = replace(citation, number=len(citations) + 1)
                citations.append(known)
            numbers[citation.number] = known.number
        for statement in draft.statements:
            renumbered = replace(statement, citations=tuple(dict.fromkeys(numbers[n] for n in statement.citations)))
            same = next((at for at, s in enumerate(statements) if renumbered.text in s.text), None)
            if same is None:
                statements.append(renumbered)
    leads = list(dict.fromkeys(draft.lead for draft in drafts))
    shorts = [draft.short_answer for draft in drafts]
    # One of two short answers would look like the answer to both.
    short = shorts[0] if shorts[0] and len(set(shorts)) == 1 else None
    notes = _notes([*dict.fromkeys(draft.note for draft in drafts), note], language)
    return Draft(
        leads[0] if len(leads) == 1 else _both(leads, language), tuple(statements), tuple(citations), short, note=notes
    )


def _both(leads: Sequence[str], language: Language) -> str:
    """Several lead-ins as one."""
    if language == "en":
        return " ".join(leads)
    # One document is named once.
    title = next(
        (leads[0][:end] for end in _ends(leads[0]) if all(each.startswith(leads[0][:end]) for each in leads[1:])), ""
    )
    rests = [leads[0], *(lead.removeprefix(title) for lead in leads[1:])]
    return f"{'；'.join(rest.rstrip('：') for rest in rests if rest.rstrip('：'))}："


def _ends(lead: str) -> list[int]:
    """Where a document's name may end in a lead-in, the last first."""
    return [at + 1 for at in range(len(lead) - 1, -1, -1) if lead[at] in "》）"]


def _notes(notes: Sequence[str], language: Language) -> str:
    return ("; " if language == "en" else "；").join(filter(None, notes))


def _inside(citation: Citation, other: Citation) -> bool:
    return other.start <= citation.start and citation.end <= other.end
