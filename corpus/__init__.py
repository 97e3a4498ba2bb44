"""The vocabulary and the keeping of a corpus: addresses, documents, parts, segments, and their indexes.

It imports nothing of the other packages: both halves, `ingest` and `rag`, stand on it.
"""

from corpus.address import Address, Level, Step
from corpus.collection import Collection
from corpus.errors import CewenError, InputError, LoadError, ServiceError, StateError
from corpus.model import Document, Metadata, Part, Segment

__all__ = [
    "Address",
    "CewenError",
    "Collection",
    "Document",
    "InputError",
    "Level",
    "LoadError",
    "Metadata",
    "Part",
    "Segment",
    "ServiceError",
    "StateError",
    "Step",
]
