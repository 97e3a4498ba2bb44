"""Several retrievers to one order: a convex sum of their scores, each brought to one scale first.

Scores are standardised over the candidates of a question (z-scores); a part that a stage did not find gets that
stage's lowest. Measured against reciprocal ranks in docs/decisions.md.
"""

import statistics
from collections.abc import Sequence
from dataclasses import replace

from corpus.address import Address
from rag.retrieve.base import Retriever
from rag.settings import Retrieval
from rag.types import Hit, Query

_Place = tuple[str, Address]


class FusionRetriever:
    """`Retriever` over a lexical and a dense one."""

    def __init__(self, lexical: Retriever, dense: Retriever, settings: Retrieval) -> None:
        self._lexical, self._dense, self._settings = lexical, dense, settings

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the score is the convex sum, 0 on average."""
        candidates = self._settings.candidates
        words = self._lexical.retrieve(query, candidates)
        meaning = self._dense.retrieve(query, candidates)
        weight = self._settings.lexical_weight
        fused: dict[_Place, Hit] = {}
        for hits in (words, meaning):
            for hit in hits:
                known = fused.get((hit.document_id, hit.address))
                fused[hit.document_id, hit.address] = (
                    replace(known, dense=hit.dense) if known else replace(hit, score=0.0)
                )
        scale_words, scale_meaning = _scale([h.score for h in words]), _scale([h.score for h in meaning])
        scored = [
            replace(hit, score=weight * scale_words(hit.lexical) + (1 - weight) * scale_meaning(hit.dense))
            for hit in fused.values()
        ]
        return sorted(scored, key=lambda h: (-h.score, h.document_id, str(h.address)))[:k]


class _scale:  # noqa: N801 - it is used as a function
    """Scores to z-scores; None, a part that was not found, to the lowest of them."""

    def __init__(self, scores: Sequence[float]) -> None:
        self._mean = statistics.fmean(scores) if scores else 0.0
        self._spread = statistics.pstdev(scores) if len(scores) > 1 else 0.0
        self._lowest = min(scores, default=0.0)

    def __call__(self, score: float | None) -> float:
        value = self._lowest if score is None else score
        return (value - self._mean) / self._spread if self._spread else 0.0
