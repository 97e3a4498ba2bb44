"""Words and meaning to one order: a convex sum of their scores, each brought to one scale first, and the document's.

Scores are standardised over all candidates of a question (z-scores). Measured against reciprocal ranks in
docs/decisions.md. Where a question hits several parts of a document, that document is likelier to answer it: each part
gets a share of what the best parts beside it in its work have.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.address import Address
from rag.retrieve.base import Comparing, Retriever
from rag.settings import Retrieval
from rag.types import Hit, Query

Scores = NDArray[np.float64]
_Place = tuple[str, Address]
#: The articles of a law may have come as texts of their own: 民法典第九百六十八条.
_ARTICLE_OF: Final = re.compile(r"\s*第[〇零一二三四五六七八九十百千万\d]+条(?:之[一二三四五六七八九十]+)?$")
#: So many parts of a work tell how well all of it fits.
_TELLING: Final = 5


class FusionRetriever:
    """`Retriever` over a lexical and a dense one; `title` gives a document's title by its id."""

    def __init__(self, lexical: Retriever, dense: Comparing, title: Callable[[str], str], settings: Retrieval) -> None:
        self._lexical, self._dense, self._settings = lexical, dense, settings
        self._work = lru_cache(maxsize=100_000)(lambda id_: _ARTICLE_OF.sub("", title(id_)) or id_)

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the score is the convex sum, 0 on average, and the share of the work."""
        return self.stages(query, k)[-1]

    def stages(self, query: Query, k: int, spare: int = 0) -> tuple[list[Hit], list[Hit], list[Hit]]:
        """See `Staged.stages`."""
        candidates = max(k, self._settings.candidates)
        weight = self._lexical_weight(query)
        words = self._lexical.retrieve(query, candidates) if weight > 0 else []
        meaning = self._dense.retrieve(query, candidates) if weight < 1 else []
        return words, meaning, self._fused(query, words, meaning, k + spare)

    def _lexical_weight(self, query: Query) -> float:
        # Across languages vectors tell less apart, and the terms come from a dictionary.
        english = query.language == "en"
        return self._settings.lexical_weight_english if english else self._settings.lexical_weight

    def _fused(self, query: Query, words: Sequence[Hit], meaning: Sequence[Hit], k: int) -> list[Hit]:
        weight = self._lexical_weight(query)
        near = {(hit.document_id, hit.address): hit.dense for hit in meaning}
        alone = [hit for hit in words if (hit.document_id, hit.address) not in near]
        compared = self._dense.compared(query, alone) if weight < 1 else [None] * len(alone)
        near.update(zip(((h.document_id, h.address) for h in alone), compared, strict=True))
        held = {(hit.document_id, hit.address): hit.lexical for hit in words}
        found = [*meaning, *alone]
        places: list[_Place] = [(hit.document_id, hit.address) for hit in found]
        # A part without any of the words has a BM25 of 0.
        by_words = _standardised(np.array([held.get(place) or 0.0 for place in places]))
        by_meaning = _standardised(np.array([near[place] or 0.0 for place in places]))
        scores = self._with_works(places, weight * by_words + (1 - weight) * by_meaning)
        # Equal scores are put in the order of their places; only those that may be among the first are looked at.
        last = np.sort(scores)[-k] if len(scores) > k else -np.inf
        best = np.flatnonzero(scores >= last)
        order = sorted(best, key=lambda i: (-scores[i], places[i][0], str(places[i][1])))[:k]
        return [
            Hit(
                *places[i],
                float(scores[i]),
                lexical=held.get(places[i]),
                dense=near[places[i]],
                segment=found[i].segment,
            )
            for i in order
        ]

    def _with_works(self, places: Sequence[_Place], scores: Scores) -> Scores:
        """The scores with the share that each part gets of its work's best."""
        works: dict[str, list[float]] = {}
        names = [self._work(document_id) for document_id, _ in places]
        for name, score in zip(names, (scores - scores.min()).tolist() if len(scores) else (), strict=True):
            works.setdefault(name, []).append(score)
        if len(works) < 2:
            return scores
        share = self._settings.work_share / _TELLING
        shares = {name: share * sum(sorted(held)[-_TELLING:]) for name, held in works.items()}
        shared: Scores = scores + np.array([shares[name] for name in names])
        return shared


def _standardised(scores: Scores) -> Scores:
    """Each score as its distance from the mean in standard deviations; all 0 where they are equal."""
    spread = scores.std() if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)
