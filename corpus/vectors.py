"""Nearest vectors by inner product on FAISS. Vectors come with unit length; what all have in common is taken off first.

Sentence vectors of one model lie close together around a common direction, which says nothing of what a text is about;
without it their cosines tell texts apart better (docs/decisions.md has the measurement).

Up to `_EXACT` entries every one is looked at. Beyond, they lie in clusters, and those nearest to the question are
looked at until about as many entries have been seen: the time of a search hardly grows any more.
"""

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.index import Entry, Owners, Probe, Scored

Vector = NDArray[np.float32]

#: So many entries are compared with a question, at 768 bytes each about 1 ms.
_EXACT: Final = 40_000
#: FAISS's word for looking at one question's clusters in parallel, and not at several questions.
_ALL_CORES: Final = 1
#: Training of the clusters: rounds, and entries for each cluster.
_ROUNDS, _SAMPLE = 6, 48


class VectorIndex:
    """`Index` over vectors, in one file; `dimension` is the length of a vector.

    `common` gives what is taken off every vector, float32[dimension]; it is asked for once for each new index.
    """

    def __init__(self, folder: Path, dimension: int, common: Callable[[], Vector] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._stamp_file = folder / "vectors.faiss", folder / "stamp"
        self._common_file = folder / "common.npy"
        self._dimension = dimension
        self._make_common = common or (lambda: np.zeros(dimension, np.float32))
        self._common: Vector | None = None
        self._owners, self._settled = Owners(), True
        self._index = self._read()

    def _read(self) -> faiss.IndexIVF:
        if self.stamp is not None:
            try:
                index = faiss.read_index(str(self._file))
                self._common = np.load(self._common_file)
            except (RuntimeError, OSError, ValueError):
                # A damaged file: it is derived, so it counts as never finished.
                self._stamp_file.unlink(missing_ok=True)
            else:
                if isinstance(index, faiss.IndexIVFScalarQuantizer) and index.d == self._dimension:
                    # One question's clusters are looked at by all cores together; the file does not keep this.
                    index.parallel_mode = _ALL_CORES
                    return index
                self._stamp_file.unlink(missing_ok=True)
        return self._empty(np.zeros((1, self._dimension), np.float32))

    def _empty(self, centroids: Vector) -> faiss.IndexIVF:
        """An index of clusters around `centroids`; with a single one, an exact search. Half precision is enough."""
        self._quantizer = faiss.IndexFlatIP(self._dimension)
        self._quantizer.add(centroids)
        index = faiss.IndexIVFScalarQuantizer(
            self._quantizer, self._dimension, len(centroids), faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT, False,
        )  # fmt: skip
        index.train(centroids)
        # By number each entry is found at once: to remove it, or to compare it alone.
        index.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
        return index

    @property
    def stamp(self) -> str | None:
        """See `Index.stamp`; a stamp without its files counts for nothing."""
        finished = self._file.is_file() and self._common_file.is_file() and self._stamp_file.is_file()
        return self._stamp_file.read_text(encoding="utf-8") if finished else None

    @property
    def _taken_off(self) -> Vector:
        if self._common is None:
            self._common = self._make_common()
        return self._common

    def centred(self, vectors: Vector) -> Vector:
        """float32[n, dim] of unit length, without what all have in common."""
        rest = vectors - self._taken_off
        return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6), np.float32)

    def put(self, entries: Sequence[Entry]) -> None:
        """See `Index.put`."""
        self._settled = False
        if entries:
            ids = np.array([entry.id for entry in entries], np.int64)
            self._index.add_with_ids(self.centred(np.stack([entry.vector for entry in entries])), ids)

    def remove(self, ids: Sequence[int]) -> None:
        """See `Index.remove`."""
        self._settled = False
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorArray(np.array(ids, np.int64)))

    def clear(self) -> None:
        """See `Index.clear`."""
        self._common = None
        self._index = self._empty(np.zeros((1, self._dimension), np.float32))

    def commit(self, stamp: str) -> None:
        """See `Index.commit`: the files are written beside their places and moved there, the stamp last."""
        self._stamp_file.unlink(missing_ok=True)
        if self._index.nlist * 2 <= _clusters(self._index.ntotal):
            self._cluster()
        work = self._file.with_suffix(f".{os.getpid()}")
        faiss.write_index(self._index, str(work))
        work.replace(self._file)
        with work.open("wb") as file:
            np.save(file, self._taken_off)
        work.replace(self._common_file)
        self._stamp_file.write_text(stamp, encoding="utf-8")

    def _cluster(self) -> None:
        """Lay the entries into as many clusters as there should be."""
        ids = self._all_ids()
        count = _clusters(len(ids))
        drawn = np.random.default_rng(0).permutation(len(ids))[: count * _SAMPLE]
        kmeans = faiss.Kmeans(self._dimension, count, niter=_ROUNDS, spherical=True, seed=1, min_points_per_centroid=1)
        kmeans.train(self._index.reconstruct_batch(ids[drawn]))
        clustered = self._empty(np.asarray(kmeans.centroids, np.float32))
        for start in range(0, len(ids), _EXACT):
            some = ids[start : start + _EXACT]
            clustered.add_with_ids(self._index.reconstruct_batch(some), some)
        self._index = clustered

    def _all_ids(self) -> NDArray[np.int64]:
        """int64[n]: the numbers of all entries."""
        lists = self._index.invlists
        assert lists is not None  # an index of clusters has its lists
        sizes = [(number, lists.list_size(number)) for number in range(self._index.nlist)]
        held = [faiss.rev_swig_ptr(lists.get_ids(number), size).copy() for number, size in sizes if size]
        return np.concatenate(held) if held else np.zeros(0, np.int64)

    def refresh(self) -> None:
        """See what another process committed."""
        self._index = self._read()

    def restrict(self, owners: Owners) -> None:
        """Tell which document each entry belongs to, so that a search can be held to some of them."""
        self._owners, self._settled = owners, bool(len(owners) == self._index.ntotal)

    def search(self, probe: Probe, k: int) -> list[Scored]:
        """See `Index.search`; the score is the cosine without what all vectors have in common."""
        if probe.vector is None or k < 1 or self._index.ntotal == 0:
            return []
        vector = np.asarray(probe.vector[None, :] if probe.centred else self.centred(probe.vector[None, :]), np.float32)
        chosen = None if probe.documents is None else self._entries_of(probe.documents - probe.excluded)
        if chosen is not None and len(chosen) <= _EXACT:
            scores = self._cosines(vector, chosen)
            best = np.lexsort((chosen, -scores))[:k]
            return [Scored(int(chosen[place]), float(scores[place])) for place in best]
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = self._probes(chosen)
        # FAISS does not keep what it is given alive: the selectors need names.
        if chosen is not None:
            inside = faiss.IDSelectorBatch(chosen)
            parameters.sel = inside
        elif probe.excluded:
            left_out = faiss.IDSelectorBatch(self._owners.entries(probe.excluded))
            others = faiss.IDSelectorNot(left_out)
            parameters.sel = others
        return self._nearest(vector, k, parameters)

    def _entries_of(self, documents: frozenset[str]) -> NDArray[np.int64]:
        """The entries of `documents` that are in the index: while it is being changed, some may be gone already."""
        chosen = self._owners.entries(documents)
        return chosen if self._settled else chosen[np.isin(chosen, self._all_ids())]

    def _probes(self, chosen: NDArray[np.int64] | None) -> int:
        """In how many clusters to look: in all where only some entries count, else until `_EXACT` have been seen."""
        clusters: int = self._index.nlist
        share = 1.0 if chosen is not None else min(1.0, _EXACT / self._index.ntotal)
        return max(1, math.ceil(clusters * share))

    def _nearest(self, vector: Vector, k: int, parameters: faiss.SearchParametersIVF) -> list[Scored]:
        wanted = k + 1
        while True:
            scores, ids = self._index.search(vector, wanted, params=parameters)
            # Which of equal scores FAISS keeps at the cut is chance: look on until a lower one comes.
            if wanted > self._index.ntotal or scores[0][-1] < scores[0][k - 1]:
                break
            wanted *= 2
        # FAISS fills up with -1 where it holds fewer.
        found = [Scored(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(found, key=lambda hit: (-hit.score, hit.id))[:k]

    def cosines(self, centred: Vector, ids: Sequence[int]) -> Vector:
        """float32[len(ids)]: how near those entries lie to a centred vector, as `search` would score them."""
        return self._cosines(centred[None, :], np.array(ids, np.int64))

    def _cosines(self, centred: Vector, ids: NDArray[np.int64]) -> Vector:
        if not len(ids):
            return np.zeros(0, np.float32)
        return np.asarray(self._index.reconstruct_batch(ids) @ centred[0], np.float32)

    def likeness(self, ids: Sequence[int]) -> Vector:
        """float32[len(ids), len(ids)]: how near those entries lie to each other."""
        if not ids:
            return np.zeros((0, 0), np.float32)
        vectors = self._index.reconstruct_batch(np.array(ids, np.int64))
        return np.asarray(vectors @ vectors.T, np.float32)

    def __len__(self) -> int:
        return int(self._index.ntotal)


def _clusters(entries: int) -> int:
    """How many clusters so many entries should lie in: one up to `_EXACT`, then about twice their root."""
    return 1 if entries <= _EXACT else 2 ** round(math.log2(2 * math.sqrt(entries)))
