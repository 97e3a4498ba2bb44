"""Nearest vectors by inner product, exactly, on FAISS. Vectors come with unit length, so the score is the cosine."""

import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.index import Entry, Probe, Scored


class VectorIndex:
    """`Index` over vectors, in one file; `dimension` is the length of a vector."""

    def __init__(self, folder: Path, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._stamp_file = folder / "vectors.faiss", folder / "stamp"
        self._dimension = dimension
        self._of_document: dict[str, list[int]] = {}
        self._index = self._read()

    def _read(self) -> faiss.Index:
        if self.stamp is not None:
            try:
                index = faiss.read_index(str(self._file))
            except RuntimeError:
                # A damaged file: it is derived, so it counts as never finished.
                self._stamp_file.unlink(missing_ok=True)
            else:
                if index.d == self._dimension:
                    return index
                self._stamp_file.unlink(missing_ok=True)
        return self._empty()

    def _empty(self) -> faiss.Index:
        # Exact search: removal works, which it does not with HNSW, and nothing has to be trained.
        return faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension))

    @property
    def stamp(self) -> str | None:
        """See `Index.stamp`; a stamp without its file counts for nothing."""
        finished = self._file.is_file() and self._stamp_file.is_file()
        return self._stamp_file.read_text(encoding="utf-8") if finished else None

    def put(self, entries: Sequence[Entry]) -> None:
        """See `Index.put`."""
        if entries:
            ids = np.array([entry.id for entry in entries], np.int64)
            self._index.add_with_ids(np.stack([entry.vector for entry in entries]), ids)

    def remove(self, ids: Sequence[int]) -> None:
        """See `Index.remove`; for nothing to remove FAISS would still look through everything it holds."""
        if not ids:
            return
        self._index.remove_ids(faiss.IDSelectorBatch(np.array(ids, np.int64)))

    def clear(self) -> None:
        """See `Index.clear`."""
        self._index = self._empty()

    def commit(self, stamp: str) -> None:
        """See `Index.commit`: the file is written beside its place and moved there, the stamp last."""
        self._stamp_file.unlink(missing_ok=True)
        work = self._file.with_suffix(f".{os.getpid()}")
        faiss.write_index(self._index, str(work))
        work.replace(self._file)
        self._stamp_file.write_text(stamp, encoding="utf-8")

    def refresh(self) -> None:
        """See what another process committed."""
        self._index = self._read()

    def restrict(self, documents: dict[int, str]) -> None:
        """Tell which document each entry belongs to, so that a search can be held to some of them."""
        self._of_document = {}
        for id_, document in documents.items():
            self._of_document.setdefault(document, []).append(id_)

    def search(self, probe: Probe, k: int) -> list[Scored]:
        """See `Index.search`; the score is the cosine."""
        if probe.vector is None or k < 1 or self._index.ntotal == 0:
            return []
        parameters = faiss.SearchParameters()
        # FAISS does not keep what it is given alive: the selectors need names.
        if probe.documents is not None:
            chosen = faiss.IDSelectorBatch(self._entries_of(probe.documents - probe.excluded))
            parameters.sel = chosen
        elif probe.excluded:
            left_out = faiss.IDSelectorBatch(self._entries_of(probe.excluded))
            others = faiss.IDSelectorNot(left_out)
            parameters.sel = others
        wanted = k + 1
        while True:
            scores, ids = self._index.search(probe.vector[None, :].astype(np.float32), wanted, params=parameters)
            # Which of equal scores FAISS keeps at the cut is chance: look on until a lower one comes.
            if wanted > self._index.ntotal or scores[0][-1] < scores[0][k - 1]:
                break
            wanted *= 2
        # FAISS fills up with -1 where it holds fewer.
        found = [Scored(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(found, key=lambda hit: (-hit.score, hit.id))[:k]

    def _entries_of(self, documents: frozenset[str]) -> NDArray[np.int64]:
        return np.array([id_ for document in documents for id_ in self._of_document.get(document, ())], np.int64)

    def __len__(self) -> int:
        return int(self._index.ntotal)
