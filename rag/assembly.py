"""The one place where an assistant's parts are built and put together."""

from functools import lru_cache

from corpus.collection import Collection
from corpus.reranking import Reranker, open_reranker
from rag.answer.extractive import ExtractiveAnswerer
from rag.assistant import Parts
from rag.evidence import EvidenceGatherer
from rag.mentions import MentionFinder
from rag.question import QuestionReader
from rag.refusal import RefusalPolicy
from rag.retrieve import DenseRetriever, FusionRetriever, LexicalRetriever, RerankedRetriever, StructuralRetriever
from rag.scope import ScopeReader
from rag.settings import Retrieval, Settings
from rag.types import Hit


@lru_cache(maxsize=1)
def _reranker(model: str) -> Reranker | None:
    """Kept while the corpus changes: loading takes seconds."""
    return open_reranker(model)


def _retriever(
    collection: Collection, lexical: LexicalRetriever, dense: DenseRetriever, settings: Retrieval
) -> FusionRetriever | RerankedRetriever:
    fusion = FusionRetriever(lexical, dense, collection.catalog.title, settings)
    reranker = _reranker(settings.reranker)
    return (
        fusion
        if reranker is None
        else RerankedRetriever(fusion, reranker, lambda hit: _read(collection, hit), settings.rerank_depth)
    )


def _read(collection: Collection, hit: Hit) -> str:
    """What a reranker reads of a hit: the segment that fits best, with the headings above it."""
    [segment] = collection.holdings.segments([hit.segment])
    return collection.embedded_text(segment) if segment is not None else ""


def assemble(collection: Collection, settings: Settings) -> Parts:
    """The parts of an assistant over `collection`."""
    lexical, dense = LexicalRetriever(collection), DenseRetriever(collection)
    gatherer = EvidenceGatherer(collection, dense.vector)
    structural = StructuralRetriever(collection, lexical)
    reader = QuestionReader(collection.analyzer, collection.frequency, len(collection))
    return Parts(
        collection=collection,
        reader=reader,
        scope=ScopeReader(collection, structural, reader),
        structural=structural,
        retriever=_retriever(collection, lexical, dense, settings.retrieval),
        gatherer=gatherer,
        policy=RefusalPolicy(collection, gatherer, settings.refusing),
        answerer=ExtractiveAnswerer(settings.answering),
        mentions=MentionFinder(collection),
        settings=settings,
    )
