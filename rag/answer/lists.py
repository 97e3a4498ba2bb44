"""Which part's children a question asks for, if it asks for a list or for their number; else None.

保障措施有哪几条 asks for the children of 保障措施. 围绕哪些领域提出举措 asks for words of a sentence, though it sounds
alike: what decides is whether anything is asked beyond the part's own name.
"""

import re
from typing import Final

from corpus.model import Document, Part
from corpus.normalize import closed, fold
from corpus.numerals import to_chinese, to_int
from rag.numbered import counted, row
from rag.sentences import sentences_of
from rag.types import Evidence, Expects, Query, Reference, Resolution, Term

#: What a document is asked to count of itself.
_ROWS: Final = ("条", "章", "节", "编", "部分", "个部分")
_ALSO: Final = re.compile("(?:多少|几)个?([编章节条])")
_LIST_UNITS: Final = ("", "条", "项", "个", "点", "大", "个方面", "方面", "个部分", "部分")
_COUNTED: Final = re.compile(r"(\d{1,3})(?:[条项个点大]|个?方面|个?部分)")
_HOW_MANY: Final = re.compile(r"(?:哪|是)?([二两三四五六七八九十]|\d{1,2})[大个项条点]")
_SENTENCE_SHARE: Final = 0.5


def listed_part(query: Query, evidence: Evidence, resolution: Resolution) -> tuple[Document, Part] | None:
    """The part whose children are asked for."""
    if resolution.together:
        return None
    counts = query.expects is Expects.NUMBER and query.unit in _LIST_UNITS
    named = resolution.parts[0] if resolution.parts else resolution.scope
    # 主要任务是什么 asks for a list as well, where nothing is asked beyond the name.
    if query.expects is not Expects.LIST and not counts and (query.expects is not Expects.TEXT or resolution.parts):
        return None
    if named is not None:
        document, part = named
        if len(document.children(part.address)) < 2:
            return None
        rest = beyond_name(query, part)
        if not rest or (not counts and _only_counts(rest, len(document.children(part.address)))):
            return named
        return None
    return _found(query, evidence) if query.expects is Expects.LIST else None


def counted_rows(query: Query, resolution: Resolution) -> list[tuple[str, list[tuple[Document, Part]]]]:
    """Each unit that is to be counted (民法典共有多少条, 一共几章几条), with those parts of the document; else []."""
    if query.expects is not Expects.NUMBER or query.unit not in _ROWS or not resolution.work or query.terms:
        return []
    rows = []
    for unit in dict.fromkeys((query.unit, *_ALSO.findall(query.folded))):
        reference = Reference(unit, 1, unit)
        found = [
            (document, part)
            for document in resolution.work
            for part in row(counted(document.parts, reference, document), reference)
        ]
        if len(found) > 1:
            rows.append((unit, found))
    return rows


def by_structure(query: Query, evidence: Evidence, resolution: Resolution) -> bool:
    """Whether the outline alone answers: a list, a count, or parts asked for by number and nothing else."""
    return (
        listed_part(query, evidence, resolution) is not None
        or bool(counted_rows(query, resolution))
        or (bool(resolution.parts) and not asked_beyond(query, resolution))
    )


def beyond_name(query: Query, part: Part) -> list[Term]:
    """The terms of the question that are not part of a part's own heading."""
    name = closed(fold(part.heading))
    return [
        term
        for term in query.terms
        if term.text not in name and not any(v in name for v in term.variants if len(v) > 1)
    ]


def asked_beyond(query: Query, resolution: Resolution) -> bool:
    """Whether a question that names a part asks for anything but that part itself."""
    if not resolution.parts:
        return bool(query.terms)
    document, part = resolution.parts[0]
    names = closed(fold("".join(p.heading for p in document.parts if p.address.contains(part.address))))
    return any(term.text not in names for term in beyond_name(query, part))


def _only_counts(rest: list[Term], children: int) -> bool:
    """Whether all that is left is the true number of the children: 哪六条."""
    return all((counted := _COUNTED.fullmatch(term.text)) and to_int(counted[1]) == children for term in rest)


def _found(query: Query, evidence: Evidence) -> tuple[Document, Part] | None:
    """The part that a list question leads to without naming it: its own text speaks of as many as it has children."""
    asked = _HOW_MANY.search(query.folded)
    if asked is None or not evidence.sentences:
        return None
    for sentence in evidence.sentences[:3]:
        document, part = sentence.document, sentence.part
        children = document.children(part.address)
        if members(sentence.text, asked[0].removeprefix("哪").removeprefix("是")) >= len(children):
            # The sentence tells them itself: 区域协调、创新协同……等8个领域.
            return None
        if len(children) == to_int(asked[1]) and sentences_of(document, part) and sentence.coverage >= _SENTENCE_SHARE:
            return document, part
    return None


def members(sentence: str, counted: str = "") -> int:
    """How many members the longest enumeration of a sentence has: 1 and the 、 that stand together in one clause.

    With `counted` (8个, or the words that name the whole), only the clauses that hold it are looked at.
    """
    clauses = re.split(r"[,，;；:：]", fold(sentence))
    if counted:
        spelled = {counted}
        if number := re.match(r"(\d{1,5}(?!\d)|[二两三四五六七八九十]+)(.?)", counted):
            value = to_int(number[1]) or 0
            spelled |= {f"{value}{number[2]}", f"{to_chinese(value)}{number[2]}"}
        clauses = [clause for clause in clauses if any(each in clause for each in spelled)]
    return 1 + max((clause.count("、") for clause in clauses), default=-1)
