"""`Collection`: store and indexes opened, checked and changed together.

SQLite is the truth; both indexes carry a stamp of what they were built from. Opening compares, and an index that is
stale, missing or damaged is built again from the store. So an interruption at any instant loses nothing.
It neither reads files (`ingest`) nor understands questions (`rag`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from corpus.analyzer import FINGERPRINT, Analyzer
from corpus.catalog import Catalog
from corpus.embedded import embedded_text, encode_segments, must_fit
from corpus.embedding import Encoder, Vectors, common_direction, open_encoder
from corpus.errors import InputError, StateError
from corpus.holdings import Holdings
from corpus.index import Entry, Probe, Scored
from corpus.lexical import LexicalIndex
from corpus.lexicon import policy_words
from corpus.model import Document, Metadata, Segment
from corpus.store import Held, Store, StoredSegment
from corpus.vectors import VectorIndex

#: How long to wait for another process that is changing the same index, in seconds.
_PATIENCE = 60.0
#: So many segments are brought into an index at a time when it is built anew.
_BLOCK = 4096
#: For so many days of "as of" questions the documents are kept in memory.
_DAYS_REMEMBERED = 8
_SEE_LIST = "请运行 python -m ingest list 查看已收录的文档和编号。"


class Collection:
    """A corpus in a folder. Use `Collection.open`, and close it, or use it in a `with` statement."""

    def __init__(self, folder: Path, store: Store, encoder: Encoder, *, writable: bool, centred: bool = True) -> None:
        self.folder, self.encoder, self.analyzer = folder, encoder, Analyzer()
        self._store, self._writable, self._dirty = store, writable, False
        self._lock = FileLock(folder / "lock")
        self._lexical = LexicalIndex(folder / "lexical")
        self._centred = centred
        common = (lambda: common_direction(encoder)) if centred else None
        self._vectors = VectorIndex(folder / "vectors", encoder.dimension, common)
        self.holdings = Holdings(store)
        self._all: dict[str | None, tuple[Document, ...]] = {}
        self._catalog: Catalog | None = None
        self._generation = -1
        with self._locked():
            self._settle()

    @classmethod
    def open(
        cls, folder: str | Path, *, encoder: Encoder | None = None, writable: bool = False, centred: bool = True
    ) -> Self:
        """The corpus in `folder`; with `writable`, a new one where there is none.

        Without `centred`, vectors are compared as the encoder gives them, with what they all have in common.
        StateError where there is none, where it is of another version, or where its vectors come from another encoder
        and it is not opened for writing (a writer makes the vectors anew).
        """
        folder = Path(folder)
        store = Store(folder / "corpus.sqlite", writable=writable)
        try:
            encoder = encoder or open_encoder()
            if not writable:
                must_fit(store.fact("encoder"), encoder, folder)
            return cls(folder, store, encoder, writable=writable, centred=centred)
        except BaseException:
            store.close()
            raise

    def _locked(self) -> FileLock:
        try:
            return self._lock.acquire(timeout=_PATIENCE)  # type: ignore[return-value]
        except Timeout as exc:
            raise StateError(
                f"另一个程序正在更新 {self.folder}，已等了 {_PATIENCE:.0f} 秒：请等它结束后再运行同一命令。"
            ) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Make pending changes lasting, and let go of the files."""
        if self._dirty:
            self.commit()
        self._store.close()

    @property
    def generation(self) -> int:
        """How many changes the corpus has seen."""
        return self._store.generation

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change with every text, however often the corpus was written anew."""
        held = sorted(f"{held.id} {held.content_hash}" for held in self.held())
        return hashlib.sha256("\n".join(held).encode()).hexdigest()[:12]

    @property
    def _stamp(self) -> str:
        words = hashlib.sha256("\n".join(policy_words()).encode()).hexdigest()[:8]
        plain = "" if self._centred else " plain"
        return f"{self._store.generation} {self.encoder.fingerprint} {FINGERPRINT} {words}{plain}"

    def _settle(self) -> None:
        """Bring vectors and indexes to the state of the store, and forget what was remembered of an older one."""
        made_with = self._store.fact("encoder")
        if made_with not in (None, self.encoder.fingerprint):
            self._store.set_vectors(
                (([s.id for s in block], self._embedded(block)) for block in self._store.blocks(_BLOCK)),
                self.encoder.fingerprint,
            )
        stamp = self._stamp
        if self._lexical.stamp != stamp or self._vectors.stamp != stamp:
            self._rebuild(stamp)
        self._remember()

    def _embedded(self, stored: Sequence[StoredSegment]) -> Vectors:
        return self.encoder.encode([self.embedded_text(each.segment) for each in stored], "passage")

    def _rebuild(self, stamp: str) -> None:
        for index in (self._lexical, self._vectors):
            index.clear()
        for block in self._store.blocks(_BLOCK):
            vectors = self._store.vectors([s.id for s in block], self.encoder.dimension)
            entries = self._entries(block, vectors)
            for index in (self._lexical, self._vectors):
                index.put(entries)
        for index in (self._lexical, self._vectors):
            index.commit(stamp)

    def _remember(self) -> None:
        self.holdings = Holdings(self._store)
        self._all.clear()
        self._catalog = None
        self._vectors.restrict(self.holdings.owners)
        self._generation = self._store.generation

    def refresh(self) -> bool:
        """See what another process changed; whether there was anything. While it still writes, wait for it."""
        if self._dirty or self._store.generation == self._generation:
            return False
        with self._locked():
            self._lexical.refresh()
            self._vectors.refresh()
            self._settle()
        return True

    def _entries(self, stored: Sequence[StoredSegment], vectors: Vectors) -> list[Entry]:
        return [
            Entry(
                s.id, s.segment.document_id, tuple(self.analyzer.terms(text)), vector, tuple(self.analyzer.pairs(text))
            )
            for s, vector, text in zip(
                stored, vectors, map(self.embedded_text, (s.segment for s in stored)), strict=True
            )
        ]

    def embedded_text(self, segment: Segment) -> str:
        """What is indexed of a segment: the headings above it, then its own words."""
        return embedded_text(self.document(segment.document_id), segment)

    def put(self, document: Document, segments: Sequence[Segment]) -> None:
        """Add a document, or replace the one with its id. Searchable after `commit`."""
        self.put_all([(document, segments)])

    def put_all(self, documents: Sequence[tuple[Document, Sequence[Segment]]]) -> None:
        """Add or replace several documents in one transaction; embedded together, which takes less time."""
        self._must_be_writable()
        for document, _ in documents:
            self.holdings.keep(document)
        self._all.clear()
        segments = [segment for _, made in documents for segment in made]
        vectors = encode_segments(segments, {d.id: d for d, _ in documents}, self._store, self.catalog, self.encoder)
        with self._locked():
            gone = [s.id for document, _ in documents for s in self._store.segments(document.id)]
            ids = self._store.put(documents, vectors, self.encoder.fingerprint)
            stored = [StoredSegment(id_, segment) for id_, segment in zip(ids, segments, strict=True)]
            self._dirty = True
            for document, _ in documents:
                self.catalog.put(document.id, document.metadata)
            entries = self._entries(stored, vectors)
            for index in (self._lexical, self._vectors):
                index.remove(gone)
                index.put(entries)

    def remove(self, document_id: str) -> None:
        """Remove a document. Gone from searches after `commit`."""
        self._must_be_writable()
        self._all.clear()
        with self._locked():
            gone = self._store.remove(document_id)
            self.holdings.drop(document_id)
            self.catalog.remove(document_id)
            self._dirty = True
            for index in (self._lexical, self._vectors):
                index.remove(gone)

    def _must_be_writable(self) -> None:
        if not self._writable:
            raise StateError("语料库是只读打开的：请用 Collection.open(folder, writable=True) 打开。")

    def commit(self) -> None:
        """Make the changes searchable."""
        with self._locked():
            for index in (self._lexical, self._vectors):
                index.commit(self._stamp)
            self._dirty = False
            self._remember()

    def corrections(self, lineage: str) -> dict[str, str]:
        """What a person has set of a document's metadata, by field."""
        return self._store.corrections(lineage)

    def corrected_at(self, path: str) -> str | None:
        """The document that was read from the file at `path` and whose metadata a person has set; None without one."""
        return self._store.corrected_at(path)

    def set_metadata(self, document_id: str, metadata: Metadata) -> None:
        """Replace what is known of a version; its text, parts and vectors stay, and so do the indexes."""
        self._must_be_writable()
        self.holdings.drop(document_id)
        self._all.clear()
        with self._locked():
            self._store.set_metadata(document_id, metadata)
            self.catalog.put(document_id, metadata)
            self._dirty = True

    def correct(self, lineage: str, values: Mapping[str, str | None]) -> None:
        """Remember what a person sets of a document's metadata, for every time it is read again; None forgets it."""
        self._must_be_writable()
        with self._locked():
            self._store.correct(lineage, values)
            self._dirty = True

    def held(self, lineage: str | None = None) -> list[Held]:
        """Every version that the corpus holds, or those of one document, without the texts."""
        return self._store.held(lineage)

    def document(self, document_id: str) -> Document:
        """The document; InputError where there is none."""
        found = self.holdings.document(document_id)
        if found is None:
            raise InputError(f"没有编号为 {document_id} 的文档：{_SEE_LIST}")
        return found

    @property
    def catalog(self) -> Catalog:
        """Versions, and what holds when."""
        # Read once: while one thread asks, others show documents.
        known = self._catalog
        if known is None:
            known = self._catalog = Catalog(self._store.metadata())
        return known

    def documents(self, day: str | None = None) -> tuple[Document, ...]:
        """The newest version of every document, or the one that held on `day` (ISO), in the order of the titles.

        Read once, as every question asks for them.
        """
        known = self._all.get(day)
        if known is None:
            if len(self._all) >= _DAYS_REMEMBERED:
                self._all.clear()
            ids = self.catalog.at(day)
            known = self._all[day] = tuple(self.document(held.id) for held in self.held() if held.id in ids)
        return known

    def find(self, name: str) -> Document:
        """The one document with `name` as its id's beginning or in its title or path: the newest version."""
        if "@" in name and (found := self.holdings.document(name)):
            return found
        documents = self.documents()
        for matches in (
            [d for d in documents if d.id.startswith(name)],
            [d for d in documents if name in d.metadata.title or name in d.path],
        ):
            if len(matches) == 1:
                return matches[0]
            if matches:
                ids = ", ".join(d.id for d in matches[:5])
                raise InputError(f"“{name}”对应 {len(matches)} 份文档（{ids}）：请给出编号。")
        raise InputError(f"没有文档“{name}”：{_SEE_LIST}")

    def search_lexical(self, probe: Probe, k: int) -> list[Scored]:
        """At most k segments by BM25."""
        return self._lexical.search(probe, k)

    def search_dense(self, probe: Probe, k: int) -> list[Scored]:
        """At most k segments by cosine."""
        return self._vectors.search(probe, k)

    def centred(self, vectors: Vectors) -> Vectors:
        """float32[n, dim] of unit length, without what all vectors have in common."""
        return self._vectors.centred(vectors)

    def cosines(self, centred: Vectors, ids: Sequence[int]) -> Vectors:
        """float32[len(ids)]: how near segments lie to a centred vector, float32[dim], as `search_dense` scores them."""
        return self._vectors.cosines(centred, ids)

    def likeness(self, ids: Sequence[int]) -> Vectors:
        """float32[len(ids), len(ids)]: how near segments lie to each other."""
        return self._vectors.likeness(ids)

    def frequency(self, term: str) -> int:
        """In how many segments a term occurs."""
        return self._lexical.frequency(term)

    def pair_frequency(self, pair: str) -> int:
        """In how many segments a pair of characters occurs."""
        return self._lexical.frequency(pair, "pairs")

    def __len__(self) -> int:
        """The number of segments."""
        return len(self._vectors)
