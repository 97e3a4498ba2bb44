"""The `Index` contract: what `corpus.lexical` and `corpus.vectors` both keep, and the values that go in and out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment as an index sees it: its number, its document, its terms and its vector float32[dim]."""

    id: int
    document_id: str
    terms: tuple[str, ...]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for: weighted terms, a vector float32[dim], the documents to look in (None: all), those not to."""

    terms: tuple[tuple[str, float], ...] = ()
    vector: NDArray[np.float32] | None = None
    documents: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scored:
    """A segment's number and how well it fits; scores of different indexes are not comparable."""

    id: int
    score: float


@dataclass(slots=True)
class Pending:
    """Changes not yet part of the searchable index."""

    put: list[Entry] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


class Index(Protocol):
    """A derived index. It can always be built again from the store, so that it needs no repair."""

    @property
    def stamp(self) -> str | None:
        """What the index was built from, as given to `commit`; None where it was never finished."""
        ...

    def put(self, entries: Sequence[Entry]) -> None:
        """Add entries; searchable after `commit`."""
        ...

    def remove(self, ids: Sequence[int]) -> None:
        """Take entries out; gone after `commit`. Unknown numbers are no error."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def commit(self, stamp: str) -> None:
        """Make all changes searchable and lasting, and remember `stamp`."""
        ...

    def search(self, probe: Probe, k: int) -> list[Scored]:
        """At most k entries, best first, equal scores in the order of their numbers."""
        ...
