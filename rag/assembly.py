"""The one place where an assistant's parts are built and put together."""

from corpus.collection import Collection
from rag.answer.extractive import ExtractiveAnswerer
from rag.assistant import Parts
from rag.evidence import EvidenceGatherer
from rag.question import QuestionReader
from rag.refusal import RefusalPolicy
from rag.retrieve import DenseRetriever, FusionRetriever, LexicalRetriever, StructuralRetriever
from rag.settings import Settings


def assemble(collection: Collection, settings: Settings) -> Parts:
    """The parts of an assistant over `collection`."""
    lexical, dense = LexicalRetriever(collection), DenseRetriever(collection)
    gatherer = EvidenceGatherer(collection, dense.vector)
    return Parts(
        collection=collection,
        reader=QuestionReader(collection.analyzer, collection.frequency, len(collection)),
        structural=StructuralRetriever(collection, lexical),
        retriever=FusionRetriever(lexical, dense, collection.catalog.title, settings.retrieval),
        gatherer=gatherer,
        policy=RefusalPolicy(collection, gatherer, settings.refusing),
        answerer=ExtractiveAnswerer(settings.answering),
        settings=settings,
    )
