"""The best of another retriever in the order that a reranker gives them; what lies behind them stays where it is."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.reranking import Reranker
from rag.retrieve.base import Staged
from rag.types import Hit, Query


class RerankedRetriever:
    """`Retriever` over another one; `text` gives what is read of a hit, `depth` how many are read."""

    def __init__(self, inner: Staged, reranker: Reranker, text: Callable[[Hit], str], depth: int) -> None:
        self._inner, self._reranker, self._text, self._depth = inner, reranker, text, depth

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the scores of those that changed places are those of the places."""
        return self.stages(query, k)[-1]

    def stages(self, query: Query, k: int, spare: int = 0) -> tuple[list[Hit], list[Hit], list[Hit]]:
        """See `Staged.stages`."""
        words, meaning, fused = self._inner.stages(query, max(k, self._depth), spare)
        return words, meaning, [*self._ordered(query, fused[: self._depth]), *fused[self._depth :]][: k + spare]

    def _ordered(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        scores = self._reranker.scores(query.question, [self._text(hit) for hit in hits])
        order = sorted(range(len(hits)), key=lambda place: (-float(scores[place]), place))
        return [replace(hits[place], score=hits[rank].score) for rank, place in enumerate(order)]
