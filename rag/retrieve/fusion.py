"""Words and meaning to one order: a convex sum of their scores, each brought to one scale first, and the document's.

Scores are standardised over all candidates of a question (z-scores). Measured against reciprocal ranks in
docs/decisions.md. Where a question hits several parts of a document, that document is likelier to answer it: each part
gets a share of what the best parts beside it in its work have.
"""

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from corpus.address import Address
from rag.retrieve.base import Comparing, Retriever
from rag.settings import Retrieval
from rag.types import Hit, Query

_Place = tuple[str, Address]
#: The articles of a law may have come as texts of their own: 民法典第九百六十八条.
_ARTICLE_OF: Final = re.compile(r"\s*第[〇零一二三四五六七八九十百千万\d]+条(?:之[一二三四五六七八九十]+)?$")
#: So many parts of a work tell how well all of it fits.
_TELLING: Final = 5


class FusionRetriever:
    """`Retriever` over a lexical and a dense one; `title` gives a document's title by its id."""

    def __init__(self, lexical: Retriever, dense: Comparing, title: Callable[[str], str], settings: Retrieval) -> None:
        self._lexical, self._dense, self._title, self._settings = lexical, dense, title, settings

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the score is the convex sum, 0 on average, and the share of the work."""
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
        fused: dict[_Place, Hit] = {(hit.document_id, hit.address): hit for hit in meaning}
        alone = [hit for hit in words if (hit.document_id, hit.address) not in fused]
        by_place = {(hit.document_id, hit.address): hit.lexical for hit in words}
        found = [
            *(replace(hit, lexical=by_place.get(place)) for place, hit in fused.items()),
            *self._dense.compared(query, alone),
        ]
        # A part without any of the words has a BM25 of 0.
        by_words = _standardised([hit.lexical or 0.0 for hit in found])
        by_meaning = _standardised([hit.dense or 0.0 for hit in found])
        scored = [
            replace(hit, score=weight * word + (1 - weight) * sense)
            for hit, word, sense in zip(found, by_words, by_meaning, strict=True)
        ]
        return sorted(self._with_works(scored), key=lambda h: (-h.score, h.document_id, str(h.address)))

    def _with_works(self, scored: Sequence[Hit]) -> list[Hit]:
        """The hits with the share that each gets of its work's best."""
        titles = {hit.document_id: self._title(hit.document_id) for hit in scored}
        works = {id_: _ARTICLE_OF.sub("", title) or id_ for id_, title in titles.items()}
        if len(set(works.values())) < 2:
            return list(scored)
        lowest = min(hit.score for hit in scored)
        best: dict[str, list[float]] = {}
        for hit in sorted(scored, key=lambda h: -h.score):
            held = best.setdefault(works[hit.document_id], [])
            if len(held) < _TELLING:
                held.append(hit.score - lowest)
        share = self._settings.work_share / _TELLING
        return [replace(hit, score=hit.score + share * sum(best[works[hit.document_id]])) for hit in scored]


def _standardised(scores: Sequence[float]) -> list[float]:
    """Each score as its distance from the mean in standard deviations; all 0 where they are equal."""
    mean = statistics.fmean(scores) if scores else 0.0
    spread = statistics.pstdev(scores) if len(scores) > 1 else 0.0
    return [(score - mean) / spread if spread else 0.0 for score in scores]
