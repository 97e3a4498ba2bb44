"""What a store holds, read when it is first asked for and remembered within bounds: documents, segments, headings.

A corpus may be far larger than memory. So nothing here is a list of everything, except where each segment stands and
the headings, which are small. It changes nothing.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final

from corpus.address import Address
from corpus.index import Owners
from corpus.model import Document, Segment
from corpus.normalize import closed
from corpus.store import Store

#: In memory at most: at about 8 and 0.5 KB each, 16 and 5 MB.
_DOCUMENTS: Final = 2000
_SEGMENTS: Final = 10_000


class Holdings:
    """One state of a store; `renewed` is another one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._documents: OrderedDict[str, Document] = OrderedDict()
        # Documents are shown by other threads than the one that asks; the rest is the asking thread's alone.
        self._guard = threading.RLock()
        self._segments: OrderedDict[int, Segment] = OrderedDict()

    def document(self, id_: str) -> Document | None:
        """The document with that id, or None."""
        with self._guard:
            known = self._documents.get(id_)
            if known is None:
                known = self._store.document(id_)
                if known is not None:
                    self.keep(known)
            else:
                self._documents.move_to_end(id_)
            return known

    def keep(self, document: Document) -> None:
        """Remember a document that has been read or is about to be written."""
        with self._guard:
            self._documents[document.id] = document
            self._documents.move_to_end(document.id)
            while len(self._documents) > _DOCUMENTS:
                self._documents.popitem(last=False)

    def drop(self, id_: str) -> None:
        """Forget a document that changed."""
        self._documents.pop(id_, None)

    def segments(self, ids: Sequence[int]) -> list[Segment | None]:
        """The segments with those numbers; None for one that has just been removed."""
        new = [id_ for id_ in ids if id_ not in self._segments]
        found = dict(self._store.segments_at(new)) if new else {}
        given = [self._segments.get(id_) or found.get(id_) for id_ in ids]
        self._segments.update(found)
        while len(self._segments) > _SEGMENTS:
            self._segments.popitem(last=False)
        return given

    def places(self, ids: Sequence[int]) -> list[tuple[str, Address] | None]:
        """The document and address of the parts that those segments were cut from; None for one that there is not."""
        return [None if place is None else (place[0], _parsed(place[1])) for place in self.owners.places(ids)]

    @cached_property
    def owners(self) -> Owners:
        """Which document and part each segment belongs to."""
        return Owners(self._store.owners())

    @cached_property
    def headings(self) -> dict[str, list[tuple[str, Address]]]:
        """For each heading of a numbered part, folded and `closed`, where it stands: document ids and addresses."""
        table: dict[str, list[tuple[str, Address]]] = {}
        for name, document_id, address in self._store.headings():
            table.setdefault(closed(name), []).append((document_id, address))
        return table

    def numbered(self, numbers: Iterable[int]) -> set[str]:
        """The ids of the documents that have parts with all of `numbers`."""
        sets = [self._store.numbered(number) for number in dict.fromkeys(numbers)]
        return set.intersection(*sets) if sets else set()


@lru_cache(maxsize=100_000)
def _parsed(address: str) -> Address:
    """Addresses come again in every document: 第三条."""
    return Address.parse(address)
