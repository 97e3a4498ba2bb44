"""Finding parts: by number, by word, by meaning, and together."""

from rag.retrieve.base import Retriever, Staged
from rag.retrieve.dense import DenseRetriever
from rag.retrieve.distinct import DistinctRetriever
from rag.retrieve.fusion import FusionRetriever
from rag.retrieve.lexical import LexicalRetriever
from rag.retrieve.reranked import RerankedRetriever
from rag.retrieve.structural import StructuralRetriever

__all__ = [
    "DenseRetriever",
    "DistinctRetriever",
    "FusionRetriever",
    "LexicalRetriever",
    "RerankedRetriever",
    "Retriever",
    "Staged",
    "StructuralRetriever",
]
