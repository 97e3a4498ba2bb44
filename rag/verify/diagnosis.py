"""What is wrong with a sentence that stands nowhere: the badge, and a line that shows the nearest words of the text.

It explains a verdict that has been reached and changes none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.types import Check
from rag.verify.canonical import canonical
from rag.verify.clauses import Clause

_FIGURE: Final = re.compile(r"<[^<>]{1,30}>")
_NEAR: Final = 0.5
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a statement is struck out."""

    check: Check
    why: str


def diagnose(unit: str, looked_at: Sequence[Sequence[Clause]]) -> Finding:
    """The finding about a folded sentence, from the clauses that it was looked for in."""
    form = canonical(unit)
    clauses = [clause for each in looked_at for clause in each]
    nearest = max(clauses, key=lambda clause: _share(clause.form, form), default=None)
    if nearest is None or _share(nearest.form, form) < _NEAR:
        return Finding("unsupported", "所引的原文没有这样说")
    shown = f"原文是“{_short(nearest.text.strip())}”"
    said, held = _FIGURE.findall(form), {figure for clause in clauses for figure in _FIGURE.findall(clause.form)}
    if any(figure not in held for figure in said):
        return Finding("number_mismatch", shown)
    pieces = [canonical(piece) for piece in re.split(r"[,:]", unit)]
    forms = {clause.form for clause in clauses} | {clause.bare_form for clause in clauses}
    if len(pieces) > 1 and all(piece in forms for piece in pieces if piece):
        return Finding("stitched_quote", "原文里这几句不在一处，或漏了其中的条件、例外")
    if any(form in clause.form for clause in clauses):
        return Finding("unsupported", f"漏了前后的条件或例外：{shown}")
    return Finding("unsupported", shown)


def _share(clause: str, form: str) -> float:
    """The share of a clause's pairs of characters that the form holds."""
    pairs = {clause[at : at + 2] for at in range(len(clause) - 1)}
    return sum(pair in form for pair in pairs) / len(pairs) if pairs else 0.0


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
