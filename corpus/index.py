"""The `Index` contract: what `corpus.lexical` and `corpus.vectors` both keep, and the values that go in and out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment as an index sees it: its number, its document, its terms, its vector float32[dim], its pairs."""

    id: int
    document_id: str
    terms: tuple[str, ...]
    vector: NDArray[np.float32]
    pairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for: weighted terms, a vector float32[dim], the documents to look in (None: all), those not to.

    `pairs` are weighted pairs of characters, looked for beside the terms. A `centred` vector is already without what
    all have in common.
    """

    terms: tuple[tuple[str, float], ...] = ()
    vector: NDArray[np.float32] | None = None
    documents: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, float], ...] = ()
    centred: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Owners:
    """Which document each entry belongs to: int64[n] numbers in the order of their documents, and where each begins."""

    ids: NDArray[np.int64]
    places: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int]]) -> Self:
        """From (document, number) in the order of the documents."""
        ids: list[int] = []
        places: dict[str, tuple[int, int]] = {}
        for document, held in groupby(rows, key=itemgetter(0)):
            begun = len(ids)
            ids.extend(number for _, number in held)
            places[document] = (begun, len(ids))
        return cls(np.array(ids, np.int64), places)

    def entries(self, documents: Iterable[str]) -> NDArray[np.int64]:
        """int64[m]: the numbers of the entries of `documents`, in rising order."""
        held = [self.ids[slice(*self.places[document])] for document in documents if document in self.places]
        return np.sort(np.concatenate(held)) if held else np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Scored:
    """A segment's number and how well it fits; scores of different indexes are not comparable."""

    id: int
    score: float


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
