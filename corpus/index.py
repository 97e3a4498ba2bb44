"""The `Index` contract: what `corpus.lexical` and `corpus.vectors` both keep, and the values that go in and out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Protocol

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


class Owners:
    """Which document each entry belongs to, and the address of the part that it was cut from.

    A million entries take 30 MB: numbers of documents and of addresses, each of which is kept once.
    """

    def __init__(self, rows: Iterable[tuple[str, int, str]] = ()) -> None:
        """From (document, number, address as printed) in the order of the documents."""
        ids: list[int] = []
        addresses: list[int] = []
        self._address_numbers: dict[str, int] = {}
        self._spans: dict[str, tuple[int, int]] = {}
        for document, held in groupby(rows, key=itemgetter(0)):
            begun = len(ids)
            for _, number, address in held:
                ids.append(number)
                addresses.append(self._address_numbers.setdefault(address, len(self._address_numbers)))
            self._spans[document] = (begun, len(ids))
        self._ids = np.array(ids, np.int64)
        self._addresses = np.array(addresses, np.int32)
        self._printed = list(self._address_numbers)
        self._documents = list(self._spans)
        self._begins = np.array([begun for begun, _ in self._spans.values()], np.int64)
        self._order = np.argsort(self._ids)
        self._sorted = self._ids[self._order]

    def __len__(self) -> int:
        return len(self._ids)

    def entries(self, documents: Iterable[str]) -> NDArray[np.int64]:
        """int64[m]: the numbers of the entries of `documents`, in rising order."""
        held = [self._ids[slice(*self._spans[document])] for document in documents if document in self._spans]
        return np.sort(np.concatenate(held)) if held else np.zeros(0, np.int64)

    def places(self, ids: Sequence[int]) -> list[tuple[str, str] | None]:
        """The document and the address, as printed, of entries; None for one that there is not."""
        if not len(self._ids):
            return [None] * len(ids)
        wanted = np.array(ids, np.int64)
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        rows = self._order[at]
        owners = np.searchsorted(self._begins, rows, "right") - 1
        known = (self._sorted[at] == wanted).tolist()
        found = zip(known, owners.tolist(), self._addresses[rows].tolist(), strict=True)
        return [(self._documents[owner], self._printed[address]) if there else None for there, owner, address in found]


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
