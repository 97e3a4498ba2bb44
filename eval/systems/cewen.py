"""The assistant of this project as a system under measurement."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.collection import Collection
from corpus.embedding import Encoder
from corpus.errors import InputError
from eval.dataset import Question
from eval.systems.base import DEPTH, READ, Asked, Span, unusable
from rag.assembly import assemble
from rag.assistant import Assistant
from rag.settings import Settings
from rag.types import Filter, Hit
from rag.wire import answer_object


class Cewen:
    """`System` over `rag.Assistant`."""

    name = "cewen"

    def __init__(self, index: Path, settings: Settings, encoder: Encoder) -> None:
        self.assistant = Assistant(assemble(Collection.open(index, encoder=encoder), settings))
        self.settings: dict[str, Any] = settings.model_dump()
        self.fingerprint = f"{settings.fingerprint}-{self.assistant.collection.encoder.fingerprint}"
        self.megabytes = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6

    def ask(self, question: Question, excluded: frozenset[str] = frozenset()) -> Asked:
        """See `System.ask`."""
        among = Filter(frozenset(question.within) if question.within else None, excluded)
        try:
            answer = self.assistant.converse(
                [earlier.question for earlier in question.history], question.question, among
            )
            found, timings = self.assistant.find(answer.standalone_question, DEPTH, among)
        except InputError as exc:
            return unusable(question, exc)
        stages = {
            name: spans_of(getattr(found, name), self.assistant.collection)
            for name in ("structural", "lexical", "dense", "fused")
        }  # fmt: skip
        passages = passages_of(found.fused[:READ], self.assistant.collection)
        return Asked(answer_object(answer, question.id), stages, timings["total"], passages)

    def close(self) -> None:
        """See `System.close`."""
        self.assistant.close()


def passages_of(hits: Sequence[Hit], collection: Collection) -> list[Span]:
    """Of each hit the segment that fits best; where none was looked for, the part."""
    segments = collection.holdings.segments([hit.segment for hit in hits])
    whole = [spans_of([hit], collection)[:1] for hit in hits]
    return [
        Span(segment.document_id, segment.start, segment.end) if segment is not None else part[0]
        for segment, part in zip(segments, whole, strict=True)
        if segment is not None or part
    ]


def spans_of(hits: Sequence[Hit], collection: Collection) -> list[Span]:
    """Where the hits stand, and right behind each what it stands for."""
    places = [place for hit in hits for place in ((hit.document_id, hit.address), *hit.same)]
    found = [(id_, collection.document(id_).part(address)) for id_, address in places]
    return [Span(id_, part.start, part.body_end) for id_, part in found if part is not None]
