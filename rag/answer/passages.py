"""Which stretches of the text are quoted: the fewest sentences that answer, each one whole.

A lead-in brings its items and an item its lead-in; closing formulae and notes are left out unless they are asked for;
of a very long sentence only the clauses are quoted that hold what was asked, in one piece.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Document, Part
from corpus.normalize import fold
from rag.answer.definitions import asked_thing, defines
from rag.answer.items import announces, formula, items_below, lead_above, without_formulae
from rag.sentences import body_of, trimmed
from rag.types import Expects, Query, Sentence

#: A further sentence is quoted if it fits nearly as well as the best.
_NEARLY: Final = 0.82
_NEARLY_LIST: Final = 0.72
#: A sentence of more characters is cut to the clauses that answer, where that leaves less than the share of it.
_LONG: Final = 200
_WORTH: Final = 0.7
#: An item is quoted with all of its list where that has no more characters.
_SHORT_LIST: Final = 240
_CLAUSE: Final = re.compile(r"[^，,；;]+[，,；;]?")
_PAIRED: Final = (("“", "”"), ("（", "）"), ("(", ")"), ("《", "》"))

Span = tuple[Document, int, int]


@dataclass(frozen=True, slots=True)
class Passages:
    """What is quoted, the best first; of a list, how many members it has and how many are quoted."""

    spans: tuple[Span, ...]
    total: int | None = None
    listed: int | None = None


def chosen_sentences(query: Query, sentences: Sequence[Sentence], most: int) -> list[Sentence]:
    """The best sentence, and those that fit nearly as well and add to it, at most `most`."""
    best = sentences[0]
    chosen = [best]
    nearly = _NEARLY_LIST if query.expects is Expects.LIST else _NEARLY
    missing = {term.text for term in query.terms if not term.stands_in(fold(best.text))}
    for sentence in sentences[1:]:
        if len(chosen) == most:
            break
        if sentence.part.heading and sentence.end <= sentence.part.heading_end + 1:
            continue  # A heading alone adds nothing to what has been quoted.
        if formula(sentence.text):
            continue
        folded = fold(sentence.text)
        gained = {t.text for t in query.terms if t.text in missing and t.stands_in(folded)}
        if sentence.score >= nearly * best.score and (gained or sentence.part == best.part):
            chosen.append(sentence)
            missing -= gained
    return chosen


def passages_of(query: Query, chosen: Sequence[Sentence], short: tuple[int, int] | None, limit: int) -> Passages:
    """The passages of the chosen sentences. `short` is where the answering words stand in the first of them."""
    runs = _joined(chosen)
    spans: list[Span] = []
    members: int | None = None
    for document, part, start, end in runs:
        items, pieces = _whole(query, document, part, (start, end), limit)
        if not items and len(runs) == 1:
            pieces = [_clauses(query, document, (start, end), short)]
        if items and members is None and query.expects is Expects.LIST:
            members = items
        spans.extend((document, *piece) for piece in pieces)
    return Passages(tuple(_apart(spans)), members, members)


def own_passage(document: Document, part: Part, limit: int) -> tuple[int, int]:
    """[start, end) of a part's own words, with the items that they lead in if all of it is within `limit` characters.

    Closing formulae and notes below it are no part of it.
    """
    start, end = without_formulae(document, body_of(document, part, limit))
    if announces(document.text[start:end]) and (items := items_below(document, part, end)):
        end = items[-1][1] if items[-1][1] - start <= limit else end
    return start, end


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The spans without those that lie in another."""
    kept: list[Span] = []
    for document, start, end in spans:
        if any(d.id == document.id and a <= start and end <= b for d, a, b in kept):
            continue
        kept = [(d, a, b) for d, a, b in kept if not (d.id == document.id and start <= a and b <= end)]
        kept.append((document, start, end))
    return kept


def _joined(chosen: Sequence[Sentence]) -> list[tuple[Document, Part, int, int]]:
    """Sentences that follow each other in one part as one quotation; the best one's quotation first."""
    runs: list[tuple[Document, Part, int, int]] = []
    for sentence in sorted(chosen, key=lambda s: (s.document.id, s.start)):
        if runs:
            document, part, start, end = runs[-1]
            between = document.text[end : sentence.start]
            if document.id == sentence.document.id and part == sentence.part and not between.strip():
                runs[-1] = (document, part, start, sentence.end)
                continue
        runs.append((sentence.document, sentence.part, sentence.start, sentence.end))
    best = chosen[0]
    runs.sort(key=lambda run: not (run[0].id == best.document.id and run[2] <= best.start < run[3]))
    return runs


def _whole(
    query: Query, document: Document, part: Part, span: tuple[int, int], limit: int
) -> tuple[int, list[tuple[int, int]]]:
    """How many items belong to a run, and the run with them, in one piece where that is not too long."""
    start, end = span
    if announces(document.text[start:end]):
        items = items_below(document, part, end)
        fits = items and items[-1][1] - start <= limit
        return len(items), [(start, items[-1][1])] if fits else [span, *items]
    if any(defines(thing, document.text[start:end]) for thing in asked_thing(query)):
        return 0, [span]  # In a list of terms each item stands for itself.
    above = lead_above(document, part)
    return (0, [span]) if above is None else _of_list(query, document, part, span, above, limit)


def _of_list(
    query: Query,
    document: Document,
    part: Part,
    span: tuple[int, int],
    above: tuple[Part, tuple[int, int]],
    limit: int,
) -> tuple[int, list[tuple[int, int]]]:
    """The same for a run inside an item, whose lead-in stands in the part `above`."""
    holder, lead = above
    items = items_below(document, holder, lead[1])
    short = items and items[-1][1] - lead[0] <= (limit if query.expects is Expects.LIST else _SHORT_LIST)
    if short:
        return len(items), [(lead[0], items[-1][1])]
    if items and query.expects is Expects.LIST:
        return len(items), [lead, *items]
    # Without the words it hangs on, an item alone could be taken for the contrary of what it says.
    return 0, [lead, trimmed(document, part.start, part.body_end) if part.body_end - part.start <= limit else span]


def _clauses(query: Query, document: Document, span: tuple[int, int], short: tuple[int, int] | None) -> tuple[int, int]:
    """Of a very long sentence the clauses from the first to the last that hold what is asked for, where a word answers.

    A question for a list or for what is said in general gets the sentence whole.
    """
    start, end = span
    if end - start <= _LONG or short is None or not (start <= short[0] and short[1] <= end):
        return span
    text = document.text[start:end]
    found = [clause.span() for clause in _CLAUSE.finditer(text)]
    wanted = [
        place
        for place, (a, b) in enumerate(found)
        if (start + a < short[1] and short[0] < start + b) or _names(query, text[a:b])
    ]
    first, last = found[wanted[0]][0], found[wanted[-1]][1]
    piece = text[first:last].rstrip("，,；;")
    balanced = all(piece.count(left) == piece.count(right) for left, right in _PAIRED)
    if not balanced or len(piece) > _WORTH * len(text):
        return span
    begin = start + first + len(piece) - len(piece.lstrip())
    return begin, start + first + len(piece)


def _names(query: Query, clause: str) -> bool:
    folded = fold(clause)
    return any(term.stands_in(folded) for term in query.terms)
