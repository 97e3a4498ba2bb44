"""Parts by the words they hold: BM25 over the question's terms and over its pairs of characters."""

from collections.abc import Sequence

from corpus.address import Address
from corpus.collection import Collection
from corpus.index import Probe, Scored
from rag.settings import Retrieval
from rag.types import Hit, Query

#: What the Chinese for an English term counts.
_TRANSLATION_WEIGHT = 0.7


class LexicalRetriever:
    """`Retriever` by BM25."""

    def __init__(self, collection: Collection, settings: Retrieval) -> None:
        self._collection, self._settings = collection, settings

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`."""
        found = best_of_parts(self._collection, self._collection.search_lexical(self._probe(query), k))
        return [Hit(*place, score, lexical=score, segment=segment) for place, score, segment in found[:k]]

    def _probe(self, query: Query) -> Probe:
        chosen = query.filter
        weight = self._settings.pair_weight
        pairs = self._collection.analyzer.pairs(query.topic) if weight and query.language == "zh" else []
        return Probe(
            terms=self._weights(query), pairs=tuple((pair, weight) for pair in dict.fromkeys(pairs)),
            documents=chosen.documents, excluded=chosen.excluded,
        )  # fmt: skip

    def _weights(self, query: Query) -> tuple[tuple[str, float], ...]:
        """Every index term of the question once, with the greatest weight that anything gives it."""
        weights: dict[str, float] = {}
        analyzer = self._collection.analyzer
        other = self._settings.variant_weight if query.language == "zh" else _TRANSLATION_WEIGHT
        sources = [(query.topic, 1.0)] if query.language == "zh" else []
        for term in query.terms:
            sources.append((term.text, term.weight))
            sources.extend((variant, term.weight * other) for variant in term.variants if other)
        for text, weight in sources:
            for term_text in analyzer.terms(text):
                weights[term_text] = max(weight, weights.get(term_text, 0.0))
        return tuple(weights.items())


def best_of_parts(collection: Collection, found: Sequence[Scored]) -> list[tuple[tuple[str, Address], float, int]]:
    """Segments to the parts they were cut from, each part once with its best score and segment, in falling order."""
    parts: dict[tuple[str, Address], tuple[float, int]] = {}
    places = collection.holdings.places([scored.id for scored in found])
    for scored, place in zip(found, places, strict=True):
        if place is not None:
            parts.setdefault(place, (scored.score, scored.id))
    return [(place, *best) for place, best in parts.items()]
