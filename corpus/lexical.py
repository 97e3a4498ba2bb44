"""BM25 over index terms, on tantivy. It is handed terms and never sees a text."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import tantivy

from corpus.index import Entry, Probe, Scored

_STAMP: Final = "stamp"
#: tantivy's smallest writer; a corpus of policy documents never fills more before a commit.
_WRITER_BYTES: Final = 50_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    # Terms are joined by spaces and taken apart at them: the analyzer has done the cutting.
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalIndex:
    """`Index` over terms, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stamp_file = folder, folder / _STAMP
        self._writer: tantivy.IndexWriter | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except ValueError:
            # Another layout, or a folder somebody damaged: it is derived, so it is simply made anew.
            shutil.rmtree(folder)
            folder.mkdir()
            self._index = tantivy.Index(self._schema, path=str(folder))
        self._searcher = self._index.searcher()

    @property
    def stamp(self) -> str | None:
        """See `Index.stamp`."""
        return self._stamp_file.read_text(encoding="utf-8") if self._stamp_file.is_file() else None

    def _write(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._stamp_file.unlink(missing_ok=True)
            self._writer = self._index.writer(_WRITER_BYTES, 1)
        return self._writer

    def put(self, entries: Sequence[Entry]) -> None:
        """See `Index.put`."""
        writer = self._write()
        for entry in entries:
            document = tantivy.Document()
            document.add_unsigned("id", entry.id)
            document.add_text("document", entry.document_id)
            document.add_text("terms", " ".join(entry.terms))
            document.add_text("pairs", " ".join(entry.pairs))
            writer.add_document(document)

    def remove(self, ids: Sequence[int]) -> None:
        """See `Index.remove`."""
        writer = self._write()
        for id_ in ids:
            # By term alone it would guess a signed integer, and match nothing in an unsigned field.
            writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "id", id_))

    def clear(self) -> None:
        """See `Index.clear`."""
        self._write().delete_all_documents()

    def commit(self, stamp: str) -> None:
        """See `Index.commit`."""
        writer = self._write()
        writer.commit()
        writer.wait_merging_threads()
        self._writer = None
        self._index.reload()
        self._searcher = self._index.searcher()
        self._stamp_file.write_text(stamp, encoding="utf-8")

    def refresh(self) -> None:
        """See what another process committed."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, probe: Probe, k: int) -> list[Scored]:
        """See `Index.search`; the score is the sum of two BM25: of the terms, and of the pairs of characters."""
        if not (probe.terms or probe.pairs) or k < 1:
            return []
        should = tantivy.Occur.Should
        wanted = [
            (should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, word, "freq"), weight))
            for field, words in (("terms", probe.terms), ("pairs", probe.pairs))
            for word, weight in words
        ]
        query = tantivy.Query.boolean_query(wanted)
        clauses = [(tantivy.Occur.Must, query)]
        if probe.documents is not None:
            inside = tantivy.Query.term_set_query(self._schema, "document", sorted(probe.documents))
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0)))
        if probe.excluded:
            outside = tantivy.Query.term_set_query(self._schema, "document", sorted(probe.excluded))
            clauses.append((tantivy.Occur.MustNot, outside))
        if len(clauses) > 1:
            query = tantivy.Query.boolean_query(clauses)
        found = self._searcher.search(query, k).hits
        scored = [Scored(self._searcher.doc(place)["id"][0], float(score)) for score, place in found]
        return sorted(scored, key=lambda hit: (-hit.score, hit.id))

    def frequency(self, term: str, field: Literal["terms", "pairs"] = "terms") -> int:
        """In how many entries `term` occurs."""
        return int(self._searcher.doc_freq(field, term))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)
