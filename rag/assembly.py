"""The one place where an assistant's parts are built and put together."""

from functools import lru_cache

from corpus.collection import Collection
from corpus.normalize import fold
from corpus.reranking import Reranker, open_reranker
from rag.answer.extractive import ExtractiveAnswerer
from rag.assistant import Parts
from rag.evidence import EvidenceGatherer
from rag.mentions import MentionFinder
from rag.question import QuestionReader
from rag.referrals import ReferralReader
from rag.refusal import RefusalPolicy
from rag.retrieve import (
    DenseRetriever,
    DistinctRetriever,
    FusionRetriever,
    LexicalRetriever,
    RerankedRetriever,
    Staged,
    StructuralRetriever,
)
from rag.scope import ScopeReader
from rag.settings import Retrieval, Settings
from rag.types import Hit


@lru_cache(maxsize=1)
def _reranker(model: str) -> Reranker | None:
    """Kept while the corpus changes: loading takes seconds."""
    return open_reranker(model)


def _retriever(collection: Collection, fusion: FusionRetriever, settings: Retrieval) -> Staged:
    def words(hit: Hit) -> str:
        """The words of the segment that fits best."""
        [segment] = collection.holdings.segments([hit.segment])
        return "" if segment is None else fold(collection.document(hit.document_id).text[segment.start : segment.end])

    def read(hit: Hit) -> str:
        """What a reranker reads: the segment that fits best, with the headings above it."""
        [segment] = collection.holdings.segments([hit.segment])
        return collection.embedded_text(segment) if segment is not None else ""

    found: Staged = DistinctRetriever(fusion, collection.likeness, words) if settings.collapse else fusion
    reranker = _reranker(settings.reranker)
    return found if reranker is None else RerankedRetriever(found, reranker, read, settings.rerank_depth)


def assemble(collection: Collection, settings: Settings) -> Parts:
    """The parts of an assistant over `collection`."""
    lexical, dense = LexicalRetriever(collection, settings.retrieval), DenseRetriever(collection)
    fusion = FusionRetriever(lexical, dense, collection.catalog.title, settings.retrieval)
    gatherer = EvidenceGatherer(collection, dense.vector)
    structural = StructuralRetriever(collection, lexical)
    reader = QuestionReader(collection.analyzer, collection.frequency, len(collection))
    return Parts(
        collection=collection,
        reader=reader,
        scope=ScopeReader(collection, structural, reader, by_name=settings.retrieval.by_name),
        structural=structural,
        retriever=_retriever(collection, fusion, settings.retrieval),
        gatherer=gatherer,
        policy=RefusalPolicy(collection, gatherer, settings.refusing),
        answerer=ExtractiveAnswerer(settings.answering, lambda id_, address: collection.document(id_).label(address)),
        mentions=MentionFinder(collection),
        referrals=ReferralReader(collection, lambda name, day: sorted(structural.named(name, day).ids)),
        settings=settings,
    )
