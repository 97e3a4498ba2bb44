"""Finding parts: by number, by word, by meaning, and together."""

from rag.retrieve.base import Retriever
from rag.retrieve.dense import DenseRetriever
from rag.retrieve.fusion import FusionRetriever
from rag.retrieve.lexical import LexicalRetriever
from rag.retrieve.reranked import RerankedRetriever
from rag.retrieve.structural import StructuralRetriever

__all__ = [
    "DenseRetriever",
    "FusionRetriever",
    "LexicalRetriever",
    "RerankedRetriever",
    "Retriever",
    "StructuralRetriever",
]
