"""The one place where an assistant's parts are built and put together."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.collection import Collection
from corpus.normalize import fold
from corpus.reader import open_reader
from corpus.reranking import Reranker, open_reranker
from rag.answer.extractive import ExtractiveAnswerer
from rag.answering_words import EvidenceReader
from rag.assistant import Parts
from rag.drafting import Drafter
from rag.evidence import EvidenceGatherer
from rag.facts import Facts
from rag.finishing import Finisher
from rag.forms import Forms
from rag.mentions import MentionFinder
from rag.question import QuestionReader
from rag.reading import FollowUpReader
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
from rag.seeking import Seeker
from rag.settings import Answering, Chat, Retrieval, Settings
from rag.types import Hit
from rag.unwritten import Unwritten
from rag.verify import Verifier

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.answer.base import GrowingAnswerer
    from rag.reading import Rewriter


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


@lru_cache(maxsize=1)
def _chat_model(settings: Chat) -> "BaseChatModel | None":
    """Kept while the corpus changes: a model that runs in this process takes seconds to load."""
    from rag.answer.models import open_chat_model

    return open_chat_model(settings)


def _chat(settings: Chat) -> "GrowingAnswerer | None":
    """LangChain's models take half a second to import: only where one is named."""
    if not settings.model or (model := _chat_model(settings)) is None:
        return None
    from rag.answer.chat import ChatAnswerer

    return ChatAnswerer(model, settings)


def _rewriter(settings: Chat) -> "Rewriter | None":
    """The same model, for follow-ups that no rule reads."""
    if not settings.model or (model := _chat_model(settings)) is None:
        return None
    from rag.answer.rewriter import ChatRewriter

    return ChatRewriter(model, settings)


def _drafter(collection: Collection, settings: Settings) -> Drafter:
    quoting = ExtractiveAnswerer(settings.answering, lambda id_, address: collection.document(id_).label(address))
    return Drafter(quoting, Verifier(collection), _chat(settings.chat))


def _reading(collection: Collection, settings: Answering) -> EvidenceReader | None:
    if settings.reader == "none":
        return None
    reader = open_reader(collection.encoder, Path(settings.reader) if settings.reader else None)
    return None if reader is None else EvidenceReader(reader, settings.reading_limit)


def assemble(collection: Collection, settings: Settings) -> Parts:
    """The parts of an assistant over `collection`."""
    lexical, dense = LexicalRetriever(collection, settings.retrieval), DenseRetriever(collection)
    fusion = FusionRetriever(lexical, dense, collection.catalog.title, settings.retrieval)
    gatherer = EvidenceGatherer(collection, dense.vector)
    structural = StructuralRetriever(collection, lexical)
    reader = QuestionReader(collection.analyzer, collection.frequency, len(collection))
    retriever = _retriever(collection, fusion, settings.retrieval)
    policy = RefusalPolicy(collection, gatherer, settings.refusing)
    scope = ScopeReader(collection, structural, reader, by_name=settings.retrieval.by_name)
    reading = _reading(collection, settings.answering)
    seeker = Seeker(collection, structural, retriever, gatherer, policy, settings, reading)
    drafter, mentions = _drafter(collection, settings), MentionFinder(collection)
    referrals = ReferralReader(collection, lambda name, day: sorted(structural.named(name, day).ids))
    return Parts(
        collection=collection,
        reader=reader,
        scope=scope,
        structural=structural,
        retriever=retriever,
        gatherer=gatherer,
        policy=policy,
        drafter=drafter,
        mentions=mentions,
        finisher=Finisher(collection, referrals, settings),
        seeker=seeker,
        facts=Facts(collection, scope, mentions, drafter, policy),
        forms=Forms(scope, seeker, drafter),
        unwritten=Unwritten(drafter, policy),
        follow_ups=FollowUpReader(_rewriter(settings.chat)),
        settings=settings,
    )
