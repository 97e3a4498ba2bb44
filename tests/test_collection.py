"""Store and indexes: what was put is found, what was removed is not, and no interruption loses anything."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import Address, Collection, InputError, StateError
from corpus.embedding import Encoder
from corpus.index import Entry, Index, Owners, Probe
from corpus.lexical import LexicalIndex
from corpus.schema import MIGRATIONS
from corpus.vectors import VectorIndex
from ingest import ingest, understand
from tests.conftest import LetterEncoder


def write(folder: Path, name: str, title: str, body: str) -> Path:
    path = folder / f"{name}.txt"
    path.write_text(f"{title}\n一、总体要求\n{body}\n二、附则\n本办法自发布之日起施行。\n", encoding="utf-8")
    return path


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "documents"
    folder.mkdir()
    return [
        write(folder, "甲", "关于甲的通知", "推进社会保障卡应用。"),
        write(folder, "乙", "关于乙的通知", "推进光伏产业发展。"),
    ]


def opened(folder: Path, encoder: Encoder | None = None, *, writable: bool = True) -> Collection:
    return Collection.open(folder / "index", encoder=encoder or LetterEncoder(), writable=writable)


def found(collection: Collection, word: str) -> set[str]:
    scored = collection.search_lexical(Probe(terms=((word, 1.0),)), 10)
    segments = collection.holdings.segments([hit.id for hit in scored])
    return {collection.document(s.document_id).metadata.title for s in segments if s}


def test_what_is_put_is_found_and_what_is_removed_is_not(tmp_path: Path, documents: list[Path]) -> None:
    with opened(tmp_path) as collection:
        report = ingest(documents, collection)
        assert [o.status for o in report.documents] == ["added", "added"]
        assert found(collection, "光伏") == {"关于乙的通知"}
        collection.remove(collection.find("关于乙").id)
        collection.commit()
        assert found(collection, "光伏") == set()
    with opened(tmp_path, writable=False) as reopened:
        assert found(reopened, "光伏") == set()
        assert found(reopened, "社会保障卡") == {"关于甲的通知"}


def test_ingesting_again_changes_nothing(tmp_path: Path, documents: list[Path]) -> None:
    with opened(tmp_path) as collection:
        first = ingest(documents, collection)
        again = ingest(documents, collection)
        assert [o.status for o in again.documents] == ["unchanged", "unchanged"]
        assert again.generation == first.generation


def test_a_corrected_file_updates_its_document(tmp_path: Path, documents: list[Path]) -> None:
    with opened(tmp_path) as collection:
        ingest(documents, collection)
        documents[0].write_text(
            documents[0].read_text(encoding="utf-8").replace("社会保障卡", "养老服务"), encoding="utf-8"
        )
        assert [o.status for o in ingest(documents, collection).documents] == ["updated", "unchanged"]
        assert "养老服务" in collection.find("关于甲").text
        assert found(collection, "养老") == {"关于甲的通知"}
        assert len(collection.documents()) == 2


def test_another_file_with_the_same_title_does_not_overwrite_unseen(tmp_path: Path, documents: list[Path]) -> None:
    other = write(documents[0].parent, "丙", "关于甲的通知", "完全不同的内容。")
    with opened(tmp_path) as collection:
        ingest(documents, collection)
        report = ingest([other], collection)
        assert report.documents[0].status == "rejected"
        assert "remove" in str(report.documents[0].error)
        assert report.failed
        assert found(collection, "社会保障卡") == {"关于甲的通知"}


@pytest.mark.parametrize("lost", ["lexical", "vectors", "lexical/stamp", "vectors/stamp", "vectors/vectors.faiss"])
def test_a_lost_index_is_built_again_from_the_store(tmp_path: Path, documents: list[Path], lost: str) -> None:
    with opened(tmp_path) as collection:
        ingest(documents, collection)
        before = collection.search_dense(Probe(vector=collection.encoder.encode(["光伏"], "query")[0]), 10)
    path = tmp_path / "index" / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with opened(tmp_path, writable=False) as reopened:
        after = reopened.search_dense(Probe(vector=reopened.encoder.encode(["光伏"], "query")[0]), 10)
        assert [hit.id for hit in after] == [hit.id for hit in before]
        assert found(reopened, "光伏") == {"关于乙的通知"}


@pytest.mark.parametrize("damaged", ["vectors/vectors.faiss", "lexical/meta.json"])
def test_a_damaged_index_is_built_again(tmp_path: Path, documents: list[Path], damaged: str) -> None:
    with opened(tmp_path) as collection:
        ingest(documents, collection)
    (tmp_path / "index" / damaged).write_bytes(b"garbage")
    with opened(tmp_path, writable=False) as reopened:
        assert found(reopened, "光伏") == {"关于乙的通知"}
        assert len(reopened.search_dense(Probe(vector=reopened.encoder.encode(["光伏"], "query")[0]), 99)) == len(
            reopened
        )


def test_a_crash_between_store_and_index_loses_nothing(tmp_path: Path, documents: list[Path]) -> None:
    """The store is committed, the indexes are not: as if the process had been killed in between."""
    collection = opened(tmp_path)
    understood = understand(documents[0])
    collection.put(understood.document, understood.segments)
    collection._store.close()
    del collection
    with opened(tmp_path, writable=False) as reopened:
        assert found(reopened, "社会保障卡") == {"关于甲的通知"}


def test_a_reader_sees_what_a_writer_changed(tmp_path: Path, documents: list[Path]) -> None:
    with opened(tmp_path) as writer:
        ingest(documents[:1], writer)
        with opened(tmp_path, writable=False) as reader:
            assert found(reader, "光伏") == set()
            assert not reader.refresh()
            ingest(documents[1:], writer)
            assert reader.refresh()
            assert found(reader, "光伏") == {"关于乙的通知"}


def test_another_encoder_is_refused_for_reading_and_makes_new_vectors_for_writing(
    tmp_path: Path, documents: list[Path]
) -> None:
    with opened(tmp_path) as collection:
        ingest(documents, collection)
    with pytest.raises(StateError, match="ingest sync"):
        opened(tmp_path, LetterEncoder("other"), writable=False)
    opened(tmp_path, LetterEncoder("other")).close()
    with opened(tmp_path, LetterEncoder("other"), writable=False) as reopened:
        assert len(reopened) == 6


def test_no_index_is_an_error_that_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="python -m ingest sync"):
        opened(tmp_path, writable=False)
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("version", [0, len(MIGRATIONS) + 1])
def test_an_index_of_another_version_is_refused_with_the_remedy(
    tmp_path: Path, documents: list[Path], version: int
) -> None:
    with opened(tmp_path) as collection:
        ingest(documents, collection)
    database = sqlite3.connect(tmp_path / "index" / "corpus.sqlite")
    database.execute(f"PRAGMA user_version = {version}")
    database.close()
    with pytest.raises(StateError, match="python -m ingest sync"):
        opened(tmp_path, writable=False)


def test_a_file_that_is_no_database_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "corpus.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 30)
    with pytest.raises(StateError, match="ingest sync"):
        opened(tmp_path, writable=False)


def test_the_schema_is_the_one_written_here(tmp_path: Path) -> None:
    opened(tmp_path).close()
    database = sqlite3.connect(tmp_path / "index" / "corpus.sqlite")
    tables = {
        name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
        for name in ("facts", "documents", "parts", "segments", "vectors", "corrections")
    }
    database.close()
    assert tables == {
        "facts": ["name", "value"],
        "documents": ["id", "path", "content_hash", "metadata", "text", "lineage", "pages"],
        "parts": [
            "document_id", "position", "address", "start", "end", "own_end", "heading", "heading_start",
            "heading_end", "marker_end", "body_end", "number", "name",
        ],
        "segments": ["id", "document_id", "address", "piece", "start", "end", "trail"],
        "vectors": ["segment_id", "vector"],
        "corrections": ["lineage", "field", "value"],
    }  # fmt: skip


def test_a_stored_document_comes_back_whole(tmp_path: Path, documents: list[Path]) -> None:
    understood = understand(documents[0])
    with opened(tmp_path) as collection:
        ingest(documents, collection)
    with opened(tmp_path, writable=False) as reopened:
        assert reopened.document(understood.document.id) == understood.document
        assert reopened.find("关于甲").part(Address.parse("一")) is not None
        with pytest.raises(InputError, match="2 份"):
            reopened.find("通知")
        with pytest.raises(InputError, match="没有文档"):
            reopened.find("不存在")


class IndexContract:
    """What every `Index` must hold; the classes below say which one is made."""

    def make(self, folder: Path) -> Index:
        raise NotImplementedError

    @staticmethod
    def entry(id_: int, document: str, word: str) -> Entry:
        return Entry(id_, document, (word,), LetterEncoder().encode([word], "passage")[0])

    @staticmethod
    def probe(word: str, documents: frozenset[str] | None = None) -> Probe:
        return Probe(((word, 1.0),), LetterEncoder().encode([word], "query")[0], documents)

    def test_a_new_index_is_empty_and_unfinished(self, tmp_path: Path) -> None:
        index = self.make(tmp_path)
        assert index.stamp is None
        assert index.search(self.probe("甲"), 5) == []

    def test_put_is_found_best_first_and_at_most_k(self, tmp_path: Path) -> None:
        index = self.make(tmp_path)
        index.put([self.entry(1, "a", "甲"), self.entry(2, "a", "乙"), self.entry(3, "b", "甲")])
        index.commit("1")
        hits = index.search(self.probe("甲"), 2)
        assert [hit.id for hit in hits] == [1, 3]
        assert hits[0].score >= hits[1].score

    def test_removed_is_gone_and_unknown_numbers_are_no_error(self, tmp_path: Path) -> None:
        index = self.make(tmp_path)
        index.put([self.entry(1, "a", "甲"), self.entry(3, "b", "甲")])
        index.commit("1")
        index.remove([1, 99])
        index.commit("2")
        assert [hit.id for hit in index.search(self.probe("甲"), 5)] == [3]

    @pytest.mark.parametrize(
        ("documents", "excluded", "found"),
        [
            (None, "", [1, 3, 4]),
            ("b", "", [3]),
            ("ab", "", [1, 3]),
            (None, "b", [1, 4]),
            ("ab", "b", [1]),
            ("", "", []),
            ("b", "b", []),
            (None, "xyz", [1, 3, 4]),
        ],
    )
    def test_a_search_can_be_held_to_documents(
        self, tmp_path: Path, documents: str | None, excluded: str, found: list[int]
    ) -> None:
        index = self.make(tmp_path)
        index.put([self.entry(1, "a", "甲"), self.entry(3, "b", "甲"), self.entry(4, "c", "甲")])
        index.commit("1")
        probe = self.probe("甲", None if documents is None else frozenset(documents))
        hits = index.search(replace(probe, excluded=frozenset(excluded)), 5)
        assert [hit.id for hit in hits] == found

    def test_a_reopened_index_equals_the_closed_one(self, tmp_path: Path) -> None:
        index = self.make(tmp_path)
        index.put([self.entry(n, "a", word) for n, word in enumerate("甲乙甲丙", 1)])
        index.commit("stamp 7")
        before = index.search(self.probe("甲"), 5)
        del index
        reopened = self.make(tmp_path)
        assert reopened.stamp == "stamp 7"
        assert reopened.search(self.probe("甲"), 5) == before

    def test_clear_forgets_everything(self, tmp_path: Path) -> None:
        index = self.make(tmp_path)
        index.put([self.entry(1, "a", "甲")])
        index.commit("1")
        index.clear()
        index.commit("2")
        assert index.search(self.probe("甲"), 5) == []


class TestLexicalIndex(IndexContract):
    def make(self, folder: Path) -> Index:
        return LexicalIndex(folder / "lexical")


class TestVectorIndex(IndexContract):
    def make(self, folder: Path) -> Index:
        index = VectorIndex(folder / "vectors", 8)
        index.restrict(Owners([("a", 1, "一"), ("a", 2, "二"), ("b", 3, "一"), ("c", 4, "一")]))
        return index
