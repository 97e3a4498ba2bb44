"""The vocabulary and the keeping of a corpus: addresses, documents, parts, segments, and their indexes.

It imports nothing of the other packages: both halves, `ingest` and `rag`, stand on it.
"""

import os

# The threads of torch and faiss wait for each other by spinning, by default for so long that on a busy machine they
# hold the cores against those they wait for: a question then took thirty times as long (docs/decisions.md). Read once,
# when the first of the two is loaded, hence here.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")

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
