"""Several retrievers to one order: a convex sum of their scores, each brought to one scale first.

Scores are standardised over all candidates of a question (z-scores). Measured against reciprocal ranks in
docs/decisions.md.
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
        return self.stages(query, k)[-1]

    def stages(self, query: Query, k: int) -> tuple[list[Hit], list[Hit], list[Hit]]:
        """What words found, what meaning found, and the first `k` of both together."""
        candidates = max(k, self._settings.candidates)
        words = self._lexical.retrieve(query, candidates)
        meaning = self._dense.retrieve(query, candidates)
        return words, meaning, self._fused(query, words, meaning)[:k]

    def _fused(self, query: Query, words: Sequence[Hit], meaning: Sequence[Hit]) -> list[Hit]:
        # Across languages vectors tell less apart, and the terms come from a dictionary.
        english = query.language == "en"
        weight = self._settings.lexical_weight_english if english else self._settings.lexical_weight
        fused: dict[_Place, Hit] = {}
        for hits in (words, meaning):
            for hit in hits:
                known = fused.get((hit.document_id, hit.address))
                fused[hit.document_id, hit.address] = (
                    replace(known, dense=hit.dense) if known else replace(hit, score=0.0)
                )
        # A part without any of the words has a BM25 of 0; one that meaning did not bring up lies below all that it did.
        lowest = min((hit.score for hit in meaning), default=0.0)
        by_words = _standardised([hit.lexical or 0.0 for hit in fused.values()])
        by_meaning = _standardised([lowest if hit.dense is None else hit.dense for hit in fused.values()])
        scored = [
            replace(hit, score=weight * word + (1 - weight) * sense)
            for hit, word, sense in zip(fused.values(), by_words, by_meaning, strict=True)
        ]
        return sorted(scored, key=lambda h: (-h.score, h.document_id, str(h.address)))


def _standardised(scores: Sequence[float]) -> list[float]:
    """Each score as its distance from the mean in standard deviations; all 0 where they are equal."""
    mean = statistics.fmean(scores) if scores else 0.0
    spread = statistics.pstdev(scores) if len(scores) > 1 else 0.0
    return [(score - mean) / spread if spread else 0.0 for score in scores]
