"""SQLite: the truth of a corpus. Documents, outlines, segments and vectors, one transaction a document.

Every change raises `generation` in the same transaction; whatever is derived carries the generation it was made from.
It knows nothing of search: that is `corpus.lexical` and `corpus.vectors`.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from corpus import schema
from corpus.address import Address
from corpus.embedding import Vectors
from corpus.errors import StateError
from corpus.model import Document, Metadata, Part, Segment, lineage_of


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment with the number that the indexes know it by."""

    id: int
    segment: Segment


@dataclass(frozen=True, slots=True)
class Held:
    """What tells whether a file has to be read again: where it came from and what it held."""

    id: str
    path: str
    content_hash: str

    @property
    def lineage(self) -> str:
        """What all versions of a document share."""
        return lineage_of(self.id)


class Store:
    """One database file. Open it with `writable=True` to create it or to change it."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        if not writable and not path.is_file():
            raise StateError(f"{path.parent} 里还没有索引：请先运行 python -m ingest sync，由文档建立它。")
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        # Threads of the web server share the connection; SQLite itself serialises them.
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute("PRAGMA foreign_keys = ON")
        try:
            schema.migrate(self._db, path) if writable else schema.check(self._db, path)
        except sqlite3.DatabaseError as exc:
            self._db.close()
            raise StateError(f"{path} 不是策问的索引（{exc}）：请移走它，再运行 python -m ingest sync。") from exc
        except StateError:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self._db.close()

    @property
    def generation(self) -> int:
        """How many changes there have been; 0 for a new corpus."""
        return int(self.fact("generation") or 0)

    def fact(self, name: str) -> str | None:
        """A fact about the whole corpus, such as the encoder its vectors come from."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that raises the generation, all or nothing."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._set_fact("generation", str(self.generation + 1))

    def _set_fact(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def put(self, documents: Sequence[tuple[Document, Sequence[Segment]]], vectors: Vectors, encoder: str) -> list[int]:
        """Add or replace documents, all or none; the ids of their segments, in order.

        float32[n, dim] for n segments in all.
        """
        count = sum(len(segments) for _, segments in documents)
        if count != len(vectors):
            raise ValueError(f"{count} segments but {len(vectors)} vectors")
        ids: list[int] = []
        with self._change() as db:
            self._set_fact("encoder", encoder)
            for document, segments in documents:
                db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
                metadata = json.dumps(asdict(document.metadata), ensure_ascii=False)
                db.execute(
                    "INSERT INTO documents (id, path, content_hash, metadata, text, lineage, pages) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        document.id, document.path, document.content_hash, metadata, document.text, document.lineage,
                        json.dumps(document.pages),
                    ),
                )  # fmt: skip
                db.executemany(
                    'INSERT INTO parts (document_id, position, address, "start", "end", own_end, body_end, heading, '
                    "heading_start, heading_end, marker_end, number, name) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    _part_rows(document),
                )
                ids.extend(_insert_segment(db, segment) for segment in segments)
            db.executemany("INSERT INTO vectors VALUES (?, ?)", _vector_rows(ids, vectors))
        return ids

    def set_vectors(self, blocks: Iterable[tuple[Sequence[int], Vectors]], encoder: str) -> None:
        """Replace every vector of the corpus by those of another encoder, block by block, all or none."""
        with self._change() as db:
            self._set_fact("encoder", encoder)
            for ids, vectors in blocks:
                db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", _vector_rows(ids, vectors))

    def remove(self, document_id: str) -> list[int]:
        """Remove a document; the ids of the segments that went with it."""
        with self._change() as db:
            rows = db.execute("SELECT id FROM segments WHERE document_id = ?", (document_id,)).fetchall()
            db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return [int(row[0]) for row in rows]

    def held(self, lineage: str | None = None) -> list[Held]:
        """Every version, or those of one document, in the order of the titles, without the text."""
        rows = self._db.execute(
            "SELECT id, path, content_hash FROM documents WHERE ?1 IS NULL OR lineage = ?1 ORDER BY metadata, id",
            (lineage,),
        )
        return [Held(*row) for row in rows]

    def metadata(self) -> dict[str, Metadata]:
        """What is known of every document, by id, in the order in which they were added."""
        rows = self._db.execute("SELECT id, metadata FROM documents ORDER BY rowid")
        return {row[0]: _read_metadata(row[1]) for row in rows}

    def corrections(self, lineage: str) -> dict[str, str]:
        """What a person has set of a document's metadata, by field; an empty value is an empty field."""
        rows = self._db.execute("SELECT field, value FROM corrections WHERE lineage = ?", (lineage,))
        return {str(row[0]): str(row[1]) for row in rows}

    def corrected_at(self, path: str) -> str | None:
        """The lineage of a document from the file at `path` that has corrections."""
        row = self._db.execute(
            "SELECT lineage FROM documents WHERE path = ? AND lineage IN (SELECT lineage FROM corrections) LIMIT 1",
            (path,),
        ).fetchone()
        return None if row is None else str(row[0])

    def correct(self, lineage: str, values: Mapping[str, str | None]) -> None:
        """Set fields of a document's metadata for all its versions to come; None takes the correction back."""
        with self._change() as db:
            for field, value in values.items():
                db.execute("DELETE FROM corrections WHERE lineage = ? AND field = ?", (lineage, field))
                if value is not None:
                    db.execute("INSERT INTO corrections VALUES (?, ?, ?)", (lineage, field, value))

    def set_metadata(self, document_id: str, metadata: Metadata) -> None:
        """Replace what is known of a version; its text, parts and vectors stay."""
        with self._change() as db:
            written = json.dumps(asdict(metadata), ensure_ascii=False)
            db.execute("UPDATE documents SET metadata = ? WHERE id = ?", (written, document_id))

    def document(self, document_id: str) -> Document | None:
        """A document whole, or None."""
        row = self._db.execute(
            "SELECT path, metadata, text, pages FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        if row is None:
            return None
        parts = self._db.execute(
            'SELECT address, "start", "end", own_end, body_end, heading, heading_start, heading_end, marker_end '
            "FROM parts WHERE document_id = ? ORDER BY position",
            (document_id,),
        )
        outline = tuple(Part(_parsed(address), *rest) for address, *rest in parts)
        return Document(document_id, _read_metadata(row[1]), row[2], outline, row[0], tuple(json.loads(row[3])))

    def segments(self, document_id: str | None = None) -> list[StoredSegment]:
        """Every segment, or those of one document, in the order they were stored."""
        rows = self._db.execute(
            'SELECT id, document_id, address, piece, "start", "end", trail FROM segments '
            "WHERE document_id = ? OR ? IS NULL ORDER BY id",
            (document_id, document_id),
        )
        return [StoredSegment(*_segment(row)) for row in rows]

    def segments_at(self, ids: Sequence[int]) -> list[tuple[int, Segment]]:
        """The segments with those numbers, without those that there are not."""
        rows = self._db.execute(
            'SELECT id, document_id, address, piece, "start", "end", trail FROM segments '
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        )
        return [_segment(row) for row in rows]

    def blocks(self, size: int) -> Iterator[list[StoredSegment]]:
        """All segments in the order they were stored, so many at a time."""
        ids = [row[0] for row in self._db.execute("SELECT id FROM segments ORDER BY id")]
        for start in range(0, len(ids), size):
            yield [StoredSegment(*each) for each in self.segments_at(ids[start : start + size])]

    def owners(self) -> Iterator[tuple[str, int, str]]:
        """The document, number and address, as printed, of every segment, in the order of the documents."""
        return iter(self._db.execute("SELECT document_id, id, address FROM segments ORDER BY document_id, id"))

    def headings(self) -> Iterator[tuple[str, str, Address]]:
        """The folded headings of numbered parts with their documents and addresses, in reading order."""
        rows = self._db.execute("SELECT name, document_id, address FROM parts WHERE name <> '' ORDER BY rowid")
        return ((name, document_id, _parsed(address)) for name, document_id, address in rows)

    def numbered(self, number: int) -> set[str]:
        """The ids of the documents that have a part with that number."""
        rows = self._db.execute("SELECT DISTINCT document_id FROM parts WHERE number = ? AND number > 0", (number,))
        return {row[0] for row in rows}

    def vectors(self, ids: Sequence[int], dimension: int) -> Vectors:
        """float32[len(ids), dimension], row i for ids[i]."""
        table = dict(
            self._db.execute(
                "SELECT segment_id, vector FROM vectors WHERE segment_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
        )
        rows = [np.frombuffer(table[id_], np.float32) for id_ in ids]
        return np.stack(rows) if rows else np.zeros((0, dimension), np.float32)


@lru_cache(maxsize=20_000)
def _parsed(address: str) -> Address:
    """Addresses come again in every document: 第三条."""
    return Address.parse(address)


def _read_metadata(written: str) -> Metadata:
    values = json.loads(written)
    return Metadata(**values | {name: tuple(values.get(name, ())) for name in ("repeals", "corrected")})


def _segment(row: tuple[int, str, str, int, int, int, str]) -> tuple[int, Segment]:
    return row[0], Segment(row[1], _parsed(row[2]), row[3], row[4], row[5], tuple(json.loads(row[6])))


def _part_rows(document: Document) -> list[tuple[object, ...]]:
    return [
        (
            document.id, position, str(part.address), part.start, part.end, part.own_end, part.body_end,
            part.heading, part.heading_start, part.heading_end, part.marker_end,
            *schema.part_key(part.address, part.heading),
        )
        for position, part in enumerate(document.parts)
    ]  # fmt: skip


def _vector_rows(ids: Sequence[int], vectors: Vectors) -> list[tuple[int, bytes]]:
    return [(id_, np.ascontiguousarray(row, np.float32).tobytes()) for id_, row in zip(ids, vectors, strict=True)]


def _insert_segment(db: sqlite3.Connection, segment: Segment) -> int:
    cursor = db.execute(
        'INSERT INTO segments (document_id, address, piece, "start", "end", trail) VALUES (?,?,?,?,?,?)',
        (
            segment.document_id, str(segment.address), segment.piece, segment.start, segment.end,
            json.dumps(segment.trail, ensure_ascii=False),
        ),
    )  # fmt: skip
    assert cursor.lastrowid is not None  # an INSERT always gives one
    return cursor.lastrowid
