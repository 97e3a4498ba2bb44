"""Parts by meaning: the cosine between the question's vector and those of the segments.

An English question is looked for by its own vector, without what questions in English have in common, and by that of
the Chinese words for its terms: half of each (docs/decisions.md has the measurement).
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.collection import Collection
from corpus.embedding import english_direction
from corpus.index import Probe
from rag.retrieve.lexical import best_of_parts
from rag.types import Hit, Query

#: Vectors of the last questions, so that asking again costs no forward pass.
_REMEMBERED = 64

Vector = NDArray[np.float32]


class DenseRetriever:
    """`Retriever` by cosine."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._vectors: OrderedDict[str, Vector] = OrderedDict()

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`."""
        if not len(self._collection):
            return []
        chosen = query.filter
        probe = Probe(vector=self.centred(query), documents=chosen.documents, excluded=chosen.excluded, centred=True)
        best = best_of_parts(self._collection, self._collection.search_dense(probe, k))
        return [Hit(*place, score, dense=score, segment=segment) for place, score, segment in best[:k]]

    def compared(self, query: Query, hits: Sequence[Hit]) -> list[float]:
        """See `Comparing.compared`: the cosines of the very segments that were found."""
        cosines = self._collection.cosines(self.centred(query), [hit.segment for hit in hits])
        return [float(cosine) for cosine in cosines]

    def vector(self, question: str) -> Vector:
        """float32[dim] of a question, as the encoder gives it."""
        return self._encoded([question])[0]

    def _encoded(self, texts: Sequence[str]) -> list[Vector]:
        """float32[dim] for each text, remembered."""
        new = [text for text in texts if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._collection.encoder.encode(new, "query"), strict=True))
        vectors = [self._vectors[text] for text in texts]
        while len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)
        return vectors

    def centred(self, query: Query) -> Vector:
        """float32[dim] of unit length: where the question looks, free of what all vectors have in common."""
        if query.language != "en":
            return self._without_common(self.vector(query.question))
        chinese = self._translated(query)
        vectors = self._encoded([query.question, chinese] if chinese else [query.question])
        own = _unit(vectors[0] - self._english)
        return _unit(own + self._without_common(vectors[1])) if chinese else own

    def _without_common(self, vector: Vector) -> Vector:
        [centred] = self._collection.centred(vector[None, :])
        return np.asarray(centred, np.float32)

    def _translated(self, query: Query) -> str:
        """For each term of an English question the likeliest Chinese word that any text holds."""
        held = (next((w for w in term.variants if self._collection.frequency(w)), "") for term in query.terms)
        return " ".join(dict.fromkeys(filter(None, held)))

    @cached_property
    def _english(self) -> Vector:
        return english_direction(self._collection.encoder)


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)
