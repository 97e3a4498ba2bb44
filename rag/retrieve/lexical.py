"""Parts by the words they hold: BM25 over the question's terms, rare ones first."""

from collections.abc import Iterable

from corpus.address import Address
from corpus.collection import Collection
from corpus.index import Probe, Scored
from rag.types import Hit, Query

#: What the words around the named terms count: they help to order parts that hold the same terms.
_OTHER_WEIGHT = 0.3
_VARIANT_WEIGHT = 0.7


class LexicalRetriever:
    """`Retriever` by BM25."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`."""
        found = self._collection.search_lexical(self._probe(query), k)
        return [Hit(*place, score, lexical=score) for place, score in best_of_parts(self._collection, found)][:k]

    def _probe(self, query: Query) -> Probe:
        chosen = query.filter
        return Probe(terms=self._weights(query), documents=chosen.documents, excluded=chosen.excluded)

    def _weights(self, query: Query) -> tuple[tuple[str, float], ...]:
        """Every index term of the question once, with the greatest weight that anything gives it."""
        weights: dict[str, float] = {}
        analyzer = self._collection.analyzer
        sources = [(query.topic, _OTHER_WEIGHT)] if query.language == "zh" else []
        for term in query.terms:
            sources.append((term.text, term.weight))
            sources.extend((variant, term.weight * _VARIANT_WEIGHT) for variant in term.variants)
        for text, weight in sources:
            for term_text in analyzer.terms(text):
                weights[term_text] = max(weight, weights.get(term_text, 0.0))
        return tuple(weights.items())


def best_of_parts(collection: Collection, found: Iterable[Scored]) -> list[tuple[tuple[str, Address], float]]:
    """Segments to the parts they were cut from, each part once with its best score, in falling order."""
    parts: dict[tuple[str, Address], float] = {}
    for scored in found:
        segment = collection.segment(scored.id)
        if segment is not None:
            parts.setdefault((segment.document_id, segment.address), scored.score)
    return list(parts.items())
