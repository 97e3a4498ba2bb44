"""Parts by meaning: the cosine between the question's vector and those of the segments."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.collection import Collection
from corpus.index import Probe
from rag.retrieve.lexical import best_of_parts
from rag.types import Hit, Query

#: Vectors of the last questions, so that asking again costs no forward pass.
_REMEMBERED = 64


class DenseRetriever:
    """`Retriever` by cosine."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`."""
        if not len(self._collection):
            return []
        vector, chosen = self.vector(query.question), query.filter
        found = self._collection.search_dense(
            Probe(vector=vector, documents=chosen.documents, excluded=chosen.excluded), k
        )
        best = best_of_parts(self._collection, found)
        return [Hit(*place, score, dense=score, segment=segment) for place, score, segment in best[:k]]

    def compared(self, query: Query, hits: Sequence[Hit]) -> list[float]:
        """See `Comparing.compared`: the cosines of the very segments that were found."""
        cosines = self._collection.cosines(self.vector(query.question), [hit.segment for hit in hits])
        return [float(cosine) for cosine in cosines]

    def vector(self, question: str) -> NDArray[np.float32]:
        """float32[dim] of a question."""
        if question not in self._vectors:
            self._vectors[question] = self._collection.encoder.encode([question], "query")[0]
            if len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return self._vectors[question]
