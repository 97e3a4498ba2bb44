"""The corpus that questions are asked of: the current index, or a temporary one made of texts for this run alone.

The vectors of texts that were embedded before are taken from the cache folder, so that a second run over the same
corpus begins at once. Questions are always embedded anew.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.bundled import cache_root
from corpus.collection import Collection
from corpus.embedding import Encoder
from corpus.errors import InputError, StateError
from corpus.model import Document
from corpus.remembered import RememberingEncoder
from eval.dataset import QuestionSet
from eval.formats import is_squad, squad_texts
from ingest import ingest, understand
from ingest.rows import BLOCK, Row, ingest_rows, read_rows, understand_row
from ingest.sources import sources


@dataclass(frozen=True, slots=True)
class Texts:
    """What a temporary index is made of: rows, or files that the loaders read."""

    name: str
    rows: Sequence[Row] = ()
    files: tuple[Path, ...] = ()


def texts_at(path: Path) -> Texts:
    """The texts at `path`: a corpus.jsonl or a folder with one, SQuAD-style JSON, or documents."""
    if not path.exists():
        raise InputError(f"没有这个语料：{path}；请检查 --corpus 的路径。")
    if path.is_dir() and (path / "corpus.jsonl").is_file():
        return Texts(path.name, read_rows(path / "corpus.jsonl"))
    if path.suffix.lower() == ".jsonl":
        return Texts(path.stem, read_rows(path))
    if is_squad(path):
        return Texts(path.stem, squad_texts(path))
    return Texts(path.stem, files=(path,))


@contextmanager
def temporary_index(texts: Texts, plain: Encoder, console: Console) -> Iterator[Path]:
    """An index over `texts` in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cewen-eval-") as folder:
        index = Path(folder)
        with (
            remembering(plain) as encoder,
            Collection.open(index, encoder=encoder, writable=True) as collection,
        ):
            if texts.files:
                report = ingest(texts.files, collection)
                failed = [outcome.error for outcome in report.documents if outcome.error]
                if failed:
                    raise InputError(f"语料 {texts.name} 有 {len(failed)} 份没有收录：{failed[0]}")
            else:
                _fill(collection, texts.rows, console)
        yield index


@contextmanager
def remembering(encoder: Encoder) -> Iterator[RememberingEncoder]:
    """`encoder` with the vectors of all earlier runs."""
    kept = RememberingEncoder(encoder, cache_root() / "vectors.sqlite")
    try:
        yield kept
    finally:
        kept.close()


def _fill(collection: Collection, rows: Sequence[Row], console: Console) -> None:
    columns = (TextColumn("建立临时索引"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(rows), visible=len(rows) > BLOCK)
        for done in ingest_rows(rows, collection):
            progress.update(task, completed=done)


def documents_at(corpus: Path | None, questions: QuestionSet, index: Path) -> Sequence[Document] | None:
    """The documents that a set's gold should be in, without embedding any; None where there is no corpus at all."""
    texts = texts_at(corpus) if corpus is not None else Texts(questions.name, questions.texts)
    if texts.files:
        with sources(texts.files) as (found, _):
            return [understand(source).document for source in found]
    if texts.rows:
        return [understand_row(row).document for row in texts.rows]
    try:
        with Collection.open(index) as collection:
            return collection.documents()
    except StateError:
        return None
