"""An outcome to the answer that the user gets: its words, its citations dated, what they refer to, what it took."""

from dataclasses import replace

from corpus.collection import Collection
from rag.clock import Clock
from rag.forms import Outcome
from rag.referrals import ReferralReader, Referred
from rag.render import answer_text, refusal_text, with_outside
from rag.settings import Settings
from rag.standing import dated, dated_referrals
from rag.types import Answer, ModelUse, Query, Reading, Refusal


class Finisher:
    """Finishes answers over one corpus."""

    def __init__(self, collection: Collection, referrals: ReferralReader, settings: Settings) -> None:
        self._collection, self._referrals, self._settings = collection, referrals, settings

    def finished(
        self, question: str, reading: Reading, query: Query, outcome: Outcome, clock: Clock, *, partial: bool
    ) -> Answer:
        """The answer to `question`, read as `reading` and `query`; `partial` while it is growing."""
        answer = Answer(
            question, reading.standalone, reading.explanation, "refused", "", partial=partial,
            language=query.language, index=self._index(), fingerprint=self._fingerprint(),
        )  # fmt: skip
        catalog, day = self._collection.catalog, query.filter.as_of
        if isinstance(outcome, Refusal):
            outcome = replace(outcome, nearest=dated(catalog, outcome.nearest, day))
            answer = replace(
                answer,
                text=refusal_text(outcome, query),
                refusal=outcome,
                confidence=round(outcome.confidence, 4),
                statements=outcome.struck,
                model=outcome.model,
                method=_method(outcome.model),
            )
        else:
            draft, sure = outcome
            # A list is read as a whole; what each of its members refers to would bury it.
            follows = not (draft.total or partial)
            followed = self._referrals.follow(draft.citations, day) if follows else Referred()
            draft = replace(draft, note=with_outside(draft.note, followed.outside, query))
            answer = replace(
                answer, status="answered", text=answer_text(draft, query), lead=draft.lead, note=draft.note,
                statements=draft.statements, citations=dated(catalog, draft.citations, day),
                short_answer=draft.short_answer, table=draft.table, model=draft.model,
                method=_method(draft.model),
                referrals=dated_referrals(catalog, followed.referrals, day),
                total=draft.total, listed=draft.listed, confidence=round(sure, 4),
            )  # fmt: skip
        stages = dict.fromkeys(("question", "retrieve", "answer", "verify"), 0.0)
        return replace(answer, timings_ms={**stages, **clock.total()})

    def _index(self) -> dict[str, int]:
        collection = self._collection
        documents = len(collection.catalog.at(None))
        return {"documents": documents, "segments": len(collection), "generation": collection.generation}

    def _fingerprint(self) -> str:
        return f"{self._settings.fingerprint}-{self._collection.encoder.fingerprint}"


def _method(model: ModelUse | None) -> str:
    """Who drafted."""
    return "chat" if model is not None and not model.failure else "extractive"
