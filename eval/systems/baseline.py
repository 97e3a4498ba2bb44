"""What a developer would build in an afternoon from LangChain's parts, to have something to compare with.

Characters split recursively, the same encoder without an adapter in FAISS, BM25 over jieba's words, both merged by
reciprocal ranks, and the first sentence of the best piece for an answer. It knows no structure, never refuses, and
forgets what was asked before. It is built in memory for one run and never saved.
"""

import re
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, cast

import faiss
import jieba
import numpy as np
from langchain_classic.retrievers import EnsembleRetriever
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as Piece
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import RecursiveCharacterTextSplitter
from rank_bm25 import BM25Okapi

from corpus.embedding import Encoder
from corpus.model import Document
from eval.dataset import Question
from eval.systems.base import DEPTH, Asked, Span
from rag.types import Answer, Citation, Statement
from rag.wire import answer_object

_SIZE: Final = 500
_OVERLAP: Final = 50
_SEPARATORS: Final = ["\n\n", "\n", "。", "！", "？", "；", "，", ""]
_SENTENCE: Final = re.compile(r"\S[^。！？!?\n]*[。！？!?]?")


class Baseline:
    """`System` of LangChain's parts over the same documents and encoder."""

    name = "baseline"

    def __init__(self, documents: Sequence[Document], encoder: Encoder, builder: Encoder | None = None) -> None:
        """`builder` embeds the pieces where they may be taken from a cache; `encoder` the questions."""
        self._documents = {document.id: document for document in documents}
        self._encoder = encoder
        self._cut = jieba.Tokenizer().lcut
        self._pieces = self._split(documents)
        self._vectors = (builder or encoder).encode([piece.page_content for piece in self._pieces], "passage")
        self._retrievers = lru_cache(maxsize=1)(self._build)
        self.settings: dict[str, Any] = {"size": _SIZE, "overlap": _OVERLAP, "weights": [0.5, 0.5]}
        self.fingerprint = f"baseline-{encoder.fingerprint}"
        vectors = len(self._vectors) * encoder.dimension * 4
        self.megabytes = (vectors + sum(len(piece.page_content.encode()) for piece in self._pieces)) / 1e6
        self._retrievers(())

    def _split(self, documents: Sequence[Document]) -> list[Piece]:
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=_SIZE, chunk_overlap=_OVERLAP, separators=_SEPARATORS, keep_separator="end", add_start_index=True
        )
        texts = [document.text for document in documents]
        return splitter.create_documents(texts, [{"document_id": document.id} for document in documents])

    def _build(self, within: tuple[str, ...]) -> EnsembleRetriever:
        inside = [i for i, piece in enumerate(self._pieces) if not within or piece.metadata["document_id"] in within]
        pieces = [self._pieces[i] for i in inside]
        words = Words(
            pieces=pieces, cut=self._cut, scores=BM25Okapi([self._cut(piece.page_content) for piece in pieces])
        )
        index = faiss.IndexFlatIP(self._encoder.dimension)
        index.add(self._vectors[inside])
        meaning = Meaning(pieces=pieces, encoder=self._encoder, index=index)
        return EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5])

    def ask(self, question: Question, excluded: frozenset[str] = frozenset()) -> Asked:
        """See `System.ask`; the history is not looked at."""
        begun = time.perf_counter()
        together = self._retrievers(question.within)
        # It cannot leave documents out: more are fetched, and those dropped.
        left_out = sum(piece.metadata["document_id"] in excluded for piece in self._pieces) if excluded else 0
        for retriever in together.retrievers:
            cast("_Retriever", retriever).k = DEPTH + left_out
        found = [piece for piece in together.invoke(question.question) if piece.metadata["document_id"] not in excluded]
        searched = 1000 * (time.perf_counter() - begun)
        answer = self._answer(question, found[:1])
        total = 1000 * (time.perf_counter() - begun)
        timings = {"question": 0.0, "retrieve": searched, "answer": total - searched, "verify": 0.0, "total": total}
        answer |= {"timings_ms": {stage: round(spent, 2) for stage, spent in timings.items()}}
        return Asked(answer, {"fused": [_span(piece) for piece in found[:DEPTH]]}, searched)

    def _answer(self, question: Question, best: Sequence[Piece]) -> dict[str, Any]:
        words = question.question
        if not best:
            return answer_object(Answer(words, words, None, "refused", "没有找到。", method=self.name), question.id)
        span = _span(best[0])
        document = self._documents[span.document_id]
        first = _SENTENCE.search(document.text, span.start, span.end)
        start, end = first.span() if first else (span.start, span.end)
        address = document.innermost(start).address
        citation = Citation(
            1, document.id, document.metadata.title, None, address, document.label(address),
            document.text[start:end], start, end,
        )  # fmt: skip
        answer = Answer(
            words, words, None, "answered", f"{citation.quote}[1]", (Statement(citation.quote, (1,)),), (citation,),
            method=self.name, fingerprint=self.fingerprint,
            index={"documents": len(self._documents), "segments": len(self._pieces), "generation": 1},
        )  # fmt: skip
        return answer_object(answer, question.id)

    def close(self) -> None:
        """See `System.close`."""


class _Retriever(BaseRetriever):
    """The best `k` pieces in one way."""

    pieces: list[Piece]
    k: int = DEPTH


class Words(_Retriever):
    """Pieces by BM25, cut by jieba as it comes."""

    cut: Callable[[str], list[str]]
    scores: Any

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Piece]:
        del run_manager  # LangChain's own signature
        found: list[Piece] = self.scores.get_top_n(self.cut(query), self.pieces, n=self.k)
        return found


class Meaning(_Retriever):
    """Pieces by cosine."""

    encoder: Any
    index: Any

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Piece]:
        del run_manager  # LangChain's own signature
        _, places = self.index.search(np.asarray(self.encoder.encode([query], "query"), np.float32), self.k)
        return [self.pieces[place] for place in places[0] if place >= 0]


def _span(piece: Piece) -> Span:
    start = piece.metadata["start_index"]
    return Span(piece.metadata["document_id"], start, start + len(piece.page_content))
