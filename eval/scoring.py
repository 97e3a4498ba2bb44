"""An answer and what was found, held against the gold of a question: the case that measures score, and its record."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from corpus.address import Address
from corpus.model import Document
from corpus.normalize import fold
from eval.dataset import Question
from eval.measures import Case, Measure
from eval.measures.words import bare
from eval.systems import Asked, Span
from eval.systems.base import READ

#: A result finds a gold part if they share so much of the shorter one; so pieces that ignore structure count as well.
_SHARED: Final = 0.5

Record = dict[str, Any]


class Judge:
    """Knows the corpus that the gold is in."""

    def __init__(self, documents: Sequence[Document], measures: Sequence[Measure]) -> None:
        self._documents = {document.id: document for document in documents}
        self._measures = measures

    def record(self, question: Question, asked: Asked) -> Record:
        """What is kept of a question: its gold, the answer, the rank of the first gold at each stage, every score."""
        gold = self._gold(question)
        ranked = {stage: _units(spans, gold, question) for stage, spans in asked.stages.items()}
        last = next(reversed(list(asked.stages.values())), ())
        return {
            "id": question.id,
            "question": question.question,
            "slice": question.slice,
            "answer": asked.answer,
            "gold": question.gold,
            "ranks": {stage: _first_gold(units) for stage, units in ranked.items()},
            "gold_ranks": [rank for rank, unit in enumerate(ranked.get("fused", ()), 1) if unit.startswith("gold ")],
            "measures": self.scores(question, asked.answer, last, asked.passages),
            "search_ms": round(asked.search_ms, 2),
            "found": [[span.document_id, span.start, span.end] for span in last],
        }

    def scores(
        self, question: Question, answer: Mapping[str, Any], found: Iterable[Span], passages: Sequence[Span] = ()
    ) -> dict[str, float]:
        """Every measure that says something of the question, by name."""
        case = self.case(question, answer, found, passages)
        scored = ((measure.name, measure.score(case)) for measure in self._measures)
        return {name: round(score, 6) for name, score in scored if score is not None}

    def case(
        self, question: Question, answer: Mapping[str, Any], found: Iterable[Span], passages: Sequence[Span] = ()
    ) -> Case:
        """The question with the answer and what was found, and what is read of it first."""
        gold = self._gold(question)
        relevant = {
            f"gold {place}": question.grades.get(span.document_id, 1) for place, span in enumerate(gold)
        }  # fmt: skip
        found = list(found)
        cited = {citation["document_id"] for citation in answer["citations"]}
        source = (
            "".join(bare(fold(self._documents[span.document_id].text)) for span in gold) if question.answers else ""
        )
        return Case(
            question, answer, _units(found, gold, question), relevant,
            [(span.document_id, span.start, span.end) for span in gold],
            {id_: self._documents[id_].text for id_ in cited if id_ in self._documents},
            self._texts(found),
            self._texts(passages or found),
            [answer for answer in question.answers if bare(fold(answer)) and bare(fold(answer)) in source],
        )  # fmt: skip

    def _texts(self, spans: Sequence[Span]) -> list[str]:
        return [self._documents[span.document_id].text[span.start : span.end] for span in spans[:READ]]

    def gold_documents(self, question: Question) -> frozenset[str]:
        """The documents that answer a question."""
        return frozenset(span.document_id for span in self._gold(question))

    def _gold(self, question: Question) -> list[Span]:
        """The gold parts, or whole documents where no part is named; none for an unanswerable question."""
        if not question.addresses:
            return [Span(id_, 0, len(self._documents[id_].text)) for id_ in question.documents]
        among = [self._documents[id_] for id_ in question.documents] or list(self._documents.values())
        addresses = [Address.parse(address) for address in question.addresses]
        parts = [(document, document.part(address)) for document in among for address in addresses]
        return [Span(document.id, part.start, part.end) for document, part in parts if part is not None]


def _units(found: Iterable[Span], gold: Sequence[Span], question: Question) -> list[str]:
    """What was found as units, each once: the gold that a result finds, else its document, or itself among parts."""
    units: dict[str, None] = {}
    for span in found:
        hits = [place for place, wanted in enumerate(gold) if _finds(span, wanted)]
        for place in hits:
            units.setdefault(f"gold {place}")
        if not hits:
            units.setdefault(f"{span.document_id} {span.start}" if question.addresses else span.document_id)
    return list(units)


def _finds(span: Span, gold: Span) -> bool:
    if span.document_id != gold.document_id:
        return False
    shared = min(span.end, gold.end) - max(span.start, gold.start)
    return shared > 0 and shared >= _SHARED * min(span.end - span.start, gold.end - gold.start)


def _first_gold(units: Sequence[str]) -> int | None:
    return next((rank for rank, unit in enumerate(units, 1) if unit.startswith("gold ")), None)
