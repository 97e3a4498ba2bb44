"""Whether a stretch of clauses says what a sentence of a statement says: all of it, with all that binds it.

The stretch is contiguous and made of whole clauses, so that nothing is stitched together or cut short. A condition
before it and a proviso behind it in the same sentence may not be left out; a purpose or a basis may. The order of words
may differ by one move (A负责X, X由A负责) unless two bodies or two figures change places by it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.verify.canonical import canonical
from rag.verify.clauses import Clause

_LONGEST_RUN: Final = 14
_BODY: Final = re.compile(
    r"政府|部门|机关|机构|委员会|[局厅院署]|办公室|法院|检察院|企业|公司|单位|学校|医院|银行|协会|社区|村民|居民|个人|组织|国务院|人民"
)
_FIGURE: Final = re.compile(r"<[^<>]{1,30}>")
_SUBJECT_LIMIT: Final = 40
_DUTIES: Final = ("应当", "可以", "不得", "鼓励", "负责", "依法")


@dataclass(frozen=True, slots=True)
class Run:
    """The clauses `first` to `last`, both included, that say the same."""

    first: Clause
    last: Clause


def find_run(unit: str, clauses: Sequence[Clause], *, sentences: bool = False) -> Run | None:
    """The clauses that say what the folded sentence `unit` says; None where none do.

    With `sentences` it is several sentences, which stand one behind the other in the text, word for word.
    """
    form = canonical(unit)
    if len(form) < 2:
        return None
    for run in _runs(form, clauses, sentences=sentences):
        if _complete(clauses, *run):
            return Run(clauses[run[0]], clauses[run[1]])
    return None


def _runs(form: str, clauses: Sequence[Clause], *, sentences: bool) -> Iterator[tuple[int, int]]:
    """First and last index of every run that has the form, or differs from it in what may differ."""
    for first in range(len(clauses)):
        forms = {""}
        for last in range(first, min(first + _LONGEST_RUN, len(clauses))):
            clause = clauses[last]
            if clause.sentence != clauses[first].sentence and not sentences:
                break
            longer = {known + own for known in forms for own in (clause.form, clause.bare_form)}
            # What only serves may be left out of the middle.
            forms = longer | forms if clause.serves and last > first else longer
            forms = {known for known in forms if len(known) <= len(form) + 2}
            if not forms:
                break
            same = clause.segment == clauses[first].segment
            if any(_says(form, known, clauses, first, same=same) for known in forms if known):
                yield first, last


def _says(form: str, known: str, clauses: Sequence[Clause], first: int, *, same: bool) -> bool:
    """Whether a run has the form; words are moved only within what stands between two semicolons (`same`)."""
    return form == known or (same and (_moved(form, known) or _with_subject(form, known, clauses, first)))


def _moved(form: str, known: str) -> bool:
    """Whether one is the other with two neighbouring stretches exchanged."""
    if len(form) != len(known) or sorted(form) != sorted(known):
        return False
    start = next(n for n, (a, b) in enumerate(zip(form, known, strict=True)) if a != b)
    end = next(n for n, (a, b) in enumerate(zip(reversed(form), reversed(known), strict=True)) if a != b)
    ours, theirs = form[start : len(form) - end], known[start : len(known) - end]
    cuts = (cut for cut in range(1, len(theirs)) if theirs[cut:] + theirs[:cut] == ours)
    return any(not _exchanges(theirs[:cut], theirs[cut:]) and not _splits(known, start + cut) for cut in cuts)


def _exchanges(left: str, right: str) -> bool:
    """Whether two stretches that change places hold a body each, or a figure each."""
    return any(kind.search(left) and kind.search(right) for kind in (_BODY, _FIGURE))


def _splits(known: str, cut: int) -> bool:
    """Whether a cut falls inside a figure."""
    return any(found.start() < cut < found.end() for found in _FIGURE.finditer(known))


def _with_subject(form: str, known: str, clauses: Sequence[Clause], first: int) -> bool:
    """Whether the form is the run with the subject of its sentence said again before it."""
    if not form.endswith(known) or len(form) - len(known) > _SUBJECT_LIMIT:
        return False
    subject = form.removesuffix(known)
    own = clauses[first]
    opening = next((clause for clause in clauses if clause.sentence == own.sentence), own)
    if len(subject) < 2 or opening is own or not opening.form.startswith(subject):
        return False
    rest = opening.form.removeprefix(subject)
    # 应当 holds for what is joined by 并 as well, and may be said again with the subject.
    return rest.startswith(_DUTIES) or subject.endswith(_DUTIES) or not rest


def _complete(clauses: Sequence[Clause], first: int, last: int) -> bool:
    """Whether nothing is left out before or behind a run that changes what it says."""
    begin, end = clauses[first], clauses[last]
    before = [clause for clause in clauses[:first] if clause.segment == begin.segment]
    if any(clause.binds or clause.excepts for clause in before):
        return False
    if before and begin.headless and before[-1].topic and not before[-1].serves:
        return False
    if begin.binds and end is begin and end.ends_with in (",", ":"):
        # A condition alone says nothing.
        return False
    behind = [clause for clause in clauses[last + 1 :] if clause.sentence <= end.sentence + 1]
    same = [clause for clause in behind if clause.segment == end.segment]
    following = [clause for clause in behind if clause.segment != end.segment][:1]
    if end.ends_with == ":" and following:
        return False
    return not any(clause.excepts for clause in same) and not any(
        clause.excepts and clause.words.startswith("但") for clause in following
    )
