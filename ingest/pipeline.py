"""Files into a collection: read, understood, committed one document at a time, with a report at the end.

A file that cannot be read is reported and the others go on; what is committed stays, whatever happens after.
It decides nothing about the screen: that is `ingest.__main__`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from corpus.collection import Collection
from corpus.errors import InputError, LoadError
from corpus.model import Document, Segment, document_id
from ingest.findings import Finding
from ingest.lint import lint
from ingest.loaders import SUFFIXES, load
from ingest.metadata import read_head
from ingest.outline import read_outline
from ingest.segment import segments, uncovered
from ingest.splitter import PolicyTextSplitter

Status = Literal["added", "updated", "unchanged", "removed", "rejected", "failed"]


@dataclass(frozen=True, slots=True)
class Understood:
    """How a file was understood: its document, the segments cut from it, and what is odd about it."""

    document: Document
    segments: list[Segment]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `characters` and `uncovered_characters` do not count blanks."""

    path: str
    document_id: str | None
    status: Status
    title: str | None = None
    parts: int = 0
    segments: int = 0
    characters: int = 0
    uncovered_characters: int = 0
    findings: list[Finding] = field(default_factory=list)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every file, in order; the field names are the contract's."""

    documents: list[Outcome]
    seconds: float
    generation: int

    @property
    def failed(self) -> bool:
        """Whether any file was not taken in."""
        return any(outcome.status in ("failed", "rejected") for outcome in self.documents)


Consent = Callable[[Understood], bool]
Progress = Callable[[Sequence[Path]], Iterator[Path]]


def understand(path: Path) -> Understood:
    """Read a file without storing anything; LoadError where it cannot be read."""
    raw = load(path)
    head = read_head(raw)
    outline = read_outline(raw, head)
    document = Document(document_id(head.metadata), head.metadata, raw.text, outline, str(path.resolve()))
    made = segments(document, PolicyTextSplitter())
    return Understood(document, made, lint(document, made))


def files_under(paths: Sequence[Path]) -> list[Path]:
    """The files that `paths` name, folders searched through; InputError where there is nothing to read."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"没有这个文件或文件夹：{path}；请检查路径。")
        inside = (
            sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")) if path.is_dir() else []
        )
        readable = [p for p in inside if p.suffix.lower() in SUFFIXES]
        if path.is_dir() and not readable:
            raise InputError(
                f"文件夹 {path} 里没有可以收录的文档（{'、'.join(sorted(SUFFIXES))}）；请放入文档后再运行。"
            )
        found.extend(readable if path.is_dir() else [path])
    return found


def ingest(
    paths: Sequence[str | Path],
    collection: Collection | None,
    *,
    consent: Consent = lambda _: True,
    progress: Progress = iter,
) -> Report:
    """Add or update the documents that `paths` (files or folders) hold. `collection` None reads without storing.

    `consent` is asked before each document is stored; `progress` goes through the files and may draw a bar.
    """
    started = time.perf_counter()
    files = files_under([Path(path) for path in paths])
    outcomes = [_take(path, collection, consent) for path in progress(files)]
    return _report(outcomes, collection, started)


def sync(folder: Path, collection: Collection, *, progress: Progress = iter) -> Report:
    """Make the collection hold what `folder` holds: added, updated, and removed where the file is gone."""
    started = time.perf_counter()
    files = files_under([folder])
    outcomes = [_take(path, collection, lambda _: True) for path in progress(files)]
    kept = {outcome.document_id for outcome in outcomes}
    root = folder.resolve()
    for held in collection.held():
        path = Path(held.path)
        if held.id not in kept and path.is_relative_to(root) and not path.exists():
            title = collection.document(held.id).metadata.title
            collection.remove(held.id)
            outcomes.append(Outcome(held.path, held.id, "removed", title))
    return _report(outcomes, collection, started)


def _report(outcomes: list[Outcome], collection: Collection | None, started: float) -> Report:
    if collection is not None and any(o.status in ("added", "updated", "removed") for o in outcomes):
        collection.commit()
    generation = collection.generation if collection is not None else 0
    return Report(outcomes, round(time.perf_counter() - started, 3), generation)


def _take(path: Path, collection: Collection | None, consent: Consent) -> Outcome:
    try:
        understood = understand(path)
    except LoadError as exc:
        return Outcome(str(path), None, "failed", error=str(exc))
    document = understood.document
    status, error = _status(document, collection)
    if status in ("added", "updated"):
        if not consent(understood):
            status, error = "rejected", "没有确认，未收录"
        elif collection is not None:
            collection.put(document, understood.segments)
    return Outcome(
        str(path), document.id, status, document.metadata.title, len(document.parts), len(understood.segments),
        sum(not character.isspace() for character in document.text),
        uncovered(document.text, understood.segments), understood.findings, error,
    )  # fmt: skip


def _status(document: Document, collection: Collection | None) -> tuple[Status, str | None]:
    """What is to be done with a document: another one of the same title must not be overwritten unseen."""
    held = {h.id: h for h in collection.held()}.get(document.id) if collection is not None else None
    if held is None:
        return "added", None
    if held.content_hash == document.content_hash:
        return "unchanged", None
    if held.path != document.path and Path(held.path).exists():
        return "rejected", (
            f"标题与已收录的 {held.path} 相同而内容不同；"
            f"要替换它，请先运行 python -m ingest remove {held.id}，再添加本文件。"
        )
    return "updated", None
