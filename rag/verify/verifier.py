"""Every draft, whoever made it, held against the documents, without any model.

A draft of quotations is held to the letter (`rag.verify.quotations`). A language model's statements are each looked
for in the parts they cite, then in the other parts that were found: one that stands there is cited anew, to the very
clauses; one that stands nowhere is struck out, and says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from corpus.collection import Collection
from corpus.model import Document, Part
from rag.answer.base import cite
from rag.types import Citation, Draft, Evidence, Statement
from rag.verify.attribution import is_true, source_of
from rag.verify.clauses import Clause, clauses_of, units_of, without_mark
from rag.verify.diagnosis import Finding, diagnose
from rag.verify.quotations import verify
from rag.verify.support import find_run

#: A quotation is widened to its sentence where that is not longer, in characters.
_WHOLE_SENTENCE: Final = 160
_REMEMBERED: Final = 256
_Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Place:
    """[start, end) of a document where a sentence of a statement stands."""

    document: Document
    start: int
    end: int


class Verifier:
    """Judges drafts against the documents of one corpus."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._clauses = lru_cache(maxsize=_REMEMBERED)(self._read)
        # A growing draft brings the statements that have been judged again every time.
        self._found = lru_cache(maxsize=_REMEMBERED)(self._judge)

    def judged(self, draft: Draft, evidence: Evidence | None = None) -> Draft:
        """The draft with each statement judged.

        Of a language model's draft (`model` is set) statements that fail stay, with what is wrong with them and without
        citations; `evidence` is what else they may rest on. Of quotations those that fail are left out.
        """
        if draft.model is None:
            return verify(draft, self._collection)
        cited = {citation.number: citation for citation in draft.citations}
        others = tuple(self._others(evidence))
        numbers: dict[_Span, int] = {}
        citations: list[Citation] = []
        statements = []
        for statement in draft.statements:
            own = tuple(_span(cited[number]) for number in statement.citations if number in cited)
            found = self._found(statement.text, own, others)
            if isinstance(found, Finding):
                statements.append(replace(statement, citations=(), check=found.check, why=found.why))
                continue
            for place in found:
                key = (place.document.id, place.start, place.end)
                if key not in numbers:
                    numbers[key] = len(citations) + 1
                    citations.append(cite(numbers[key], place.document, place.start, place.end))
            used = tuple(dict.fromkeys(numbers[place.document.id, place.start, place.end] for place in found))
            statements.append(replace(statement, citations=used, check="verified", why=""))
        return replace(draft, statements=_once(statements), citations=tuple(citations))

    def _judge(self, text: str, own: tuple[_Span, ...], others: tuple[_Span, ...]) -> tuple[_Place, ...] | Finding:
        """Where the statement stands, or what is wrong with it."""
        units = units_of(text)
        if not units:
            return Finding("unsupported", "没有内容")
        spans = [*own, *(span for span in others if span not in own)]
        # Sentences that stand together are one: a proviso may be the second of them.
        whole = self._find(",".join(units), spans, sentences=True) if len(units) > 1 else None
        if isinstance(whole, _Place):
            return (whole,)
        places: list[_Place] = []
        for unit in units:
            place = self._find(unit, spans)
            if place is None:
                looked_at = [self._clauses(*span) for span in (own or others)]
                return diagnose(unit, [clauses for clauses in looked_at if clauses])
            if isinstance(place, Finding):
                return place
            places.append(place)
        return tuple(places)

    def _find(self, unit: str, spans: Sequence[_Span], *, sentences: bool = False) -> _Place | Finding | None:
        source = source_of(unit)
        misplaced = ""
        for span in spans:
            clauses, document = self._clauses(*span), self._collection.document(span[0])
            # 根据《…》第三条 may be what the text itself says.
            for words, named in ((unit, None), (without_mark(unit), None), (source.rest if source else "", source)):
                if not words or (named is None and source is not None and source.places and words != unit):
                    continue
                run = find_run(words, clauses, sentences=sentences)
                if run is None:
                    continue
                part = document.innermost(run.first.start)
                if named is None or is_true(named, document, part):
                    return _Place(document, *_widened(clauses, run.first, run.last))
                misplaced = document.label(part.address)
        return Finding("wrong_address", f"这句话在{misplaced}") if misplaced else None

    def _others(self, evidence: Evidence | None) -> Iterator[_Span]:
        """The parts that were found, each once."""
        seen = set()
        for sentence in evidence.sentences if evidence else ():
            span = (sentence.document.id, sentence.part.start, sentence.part.body_end)
            if span not in seen:
                seen.add(span)
                yield span

    def _read(self, document_id: str, start: int, end: int) -> tuple[Clause, ...]:
        """The clauses of a stretch, with the sentence of the part above that it continues."""
        document = self._collection.document(document_id)
        own = clauses_of(document.text, start, end)
        lead = _lead_in(document, document.innermost(start))
        if lead is None or not own:
            return tuple(own)
        above = clauses_of(document.text, *lead)
        first = above[-1].sentence if above else 0
        # An item and the sentence that announces it are one.
        return (*(replace(c, sentence=c.sentence - first, segment=0) for c in above if c.sentence == first), *own)


def _lead_in(document: Document, part: Part) -> tuple[int, int] | None:
    """[start, end) of the own text of the part above, where it announces what follows: 有下列情形之一的:."""
    if not part.address.steps or not part.number:
        return None
    above = document.part(part.address.parent)
    if above is None or not above.address.steps:
        return None
    own = document.text[above.start : above.own_end].rstrip()
    return (above.start, above.start + len(own)) if own.endswith(("：", ":")) else None


def _span(citation: Citation) -> _Span:
    return citation.document_id, citation.start, citation.end


def _widened(clauses: Sequence[Clause], first: Clause, last: Clause) -> tuple[int, int]:
    """[start, end) of the whole sentences that hold the run, or of the run alone where they are long."""
    around = [c for c in clauses if first.sentence <= c.sentence <= last.sentence and first.start <= c.end]
    before = [c for c in clauses if c.sentence == first.sentence and c.end <= first.start]
    start, end = (before[0].start if before else first.start), around[-1].end
    if end - start <= _WHOLE_SENTENCE and around[-1].ends_with in ("。", ";", "!", "?"):
        return start, end + 1
    return first.start, last.end


def _once(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements without those that say again what was said."""
    return tuple({statement.text: statement for statement in reversed(statements)}.values())[::-1]
