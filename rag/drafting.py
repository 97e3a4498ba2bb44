"""Who drafts an answer, and what becomes of the draft: quotations, or a language model with quotations to fall back on.

Every draft is judged before it leaves here. What is asked by number or as a list is always answered from the outline,
which is complete and exact; a model would only retell it.
"""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

from corpus.errors import ServiceError
from rag.answer.base import GrowingAnswerer
from rag.answer.extractive import ExtractiveAnswerer
from rag.clock import Stage
from rag.types import Draft, Evidence, ModelUse, Query, Resolution
from rag.verify import Verifier


class Drafter:
    """Drafts and judges, for one corpus. Without `chat` it quotes."""

    def __init__(self, quoting: ExtractiveAnswerer, verifier: Verifier, chat: GrowingAnswerer | None = None) -> None:
        self._quoting, self._verifier, self._chat = quoting, verifier, chat

    def drafts(
        self, query: Query, evidence: Evidence, resolution: Resolution, stage: Stage, leave: Event | None = None
    ) -> Iterator[tuple[Draft, bool]]:
        """Judged drafts, each with whether it is still growing; the last is the whole. `stage` times what is done.

        Once `leave` is set a language model is waited for no longer: quotations stand instead.
        """
        chat = self._chat
        if chat is None or self._quoting.by_structure(query, evidence, resolution):
            yield self._quoted(query, evidence, resolution, stage), False
            return
        growing = chat.drafts(query, evidence, resolution, leave)
        before: Draft | None = None
        try:
            while True:
                with stage("answer"):
                    draft = next(growing, None)
                if draft is None:
                    break
                with stage("verify"):
                    judged = self._verifier.judged(draft, evidence)
                if before is None or judged.statements != before.statements:
                    # At once: nobody knows how long the model takes for the next one.
                    yield judged, True
                before = judged
        except ServiceError as exc:
            quoted = self._quoted(query, evidence, resolution, stage)
            name = before.model.name if before and before.model else chat.name
            yield replace(quoted, model=ModelUse(name, failure=str(exc))), False
            return
        finally:
            growing.close()
        if before is not None:
            yield before, False

    @property
    def writes(self) -> bool:
        """Whether a language model drafts."""
        return self._chat is not None

    def quoted(self, query: Query, evidence: Evidence, resolution: Resolution) -> Draft:
        """A draft of quotations, not judged yet."""
        return self._quoting.draft(query, evidence, resolution)

    def judged(self, draft: Draft) -> Draft:
        """A draft of quotations, judged."""
        return self._verifier.judged(draft)

    def _quoted(self, query: Query, evidence: Evidence, resolution: Resolution, stage: Stage) -> Draft:
        with stage("answer"):
            draft = self.quoted(query, evidence, resolution)
        with stage("verify"):
            return self._verifier.judged(draft)
