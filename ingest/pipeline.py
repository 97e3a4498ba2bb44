"""Files into a collection: read, understood, stored, with a report at the end.

A file that cannot be read is reported and the others go on; what is stored stays, whatever happens after. It decides
nothing about the screen: that is `ingest.__main__`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from corpus.catalog import holds_from
from corpus.collection import Collection
from corpus.errors import LoadError
from corpus.model import Document
from ingest.corrections import corrected
from ingest.findings import Finding
from ingest.neighbours import Neighbours
from ingest.reading import Understood, understand_all
from ingest.segment import readable, uncovered
from ingest.sources import Source, sources, still_there

Status = Literal["added", "updated", "unchanged", "removed", "rejected", "failed"]
#: Documents are stored together until they have so many segments: embedded together, they take less time.
_BLOCK: Final = 256


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

    @property
    def errors(self) -> bool:
        """Whether any file was not taken in, or has a finding that is an error."""
        findings = (finding for outcome in self.documents for finding in outcome.findings)
        return self.failed or any(finding.severity == "error" for finding in findings)


Consent = Callable[[Understood], bool]
Progress = Callable[[Sequence[Source]], Iterator[Source]]


class Intake:
    """Takes what was understood into a collection, several documents at a time.

    With `dry`, or without a collection, nothing is stored; with one, each document is compared with what it holds.
    """

    def __init__(self, collection: Collection | None, *, dry: bool = False) -> None:
        self._collection, self._dry = collection, dry
        self._waiting: list[Understood] = []
        self._neighbours: Neighbours | None = None

    def take(self, understood: Understood, consent: Consent) -> Outcome:
        """Store a document if it is new or changed and `consent` is given."""
        status, understood, error = self._identified(understood)
        if self._collection is not None and status != "unchanged":
            self._neighbours = self._neighbours or Neighbours(self._collection)
            found = self._neighbours.findings(understood.document)
            understood = replace(understood, findings=[*understood.findings, *found])
        if status in ("added", "updated") and not consent(understood):
            status, error = "rejected", "没有确认，未收录"
        if status in ("added", "updated") and not self._dry:
            if self._neighbours is not None:
                self._neighbours.put(understood.document)
            self._waiting.append(understood)
            if sum(len(each.segments) for each in self._waiting) >= _BLOCK:
                self.flush()
        document = understood.document
        return Outcome(
            document.path, document.id, status, document.metadata.title, len(document.parts), len(understood.segments),
            readable(document.text),
            uncovered(document.text, understood.segments), understood.findings, error,
        )  # fmt: skip

    def flush(self) -> None:
        """Store what waits."""
        if self._collection is not None and self._waiting:
            self._collection.put_all([(each.document, each.segments) for each in self._waiting])
        self._waiting.clear()

    def _identified(self, understood: Understood) -> tuple[Status, Understood, str | None]:
        """What is to be done with a document, under which id: the same text, a version, or a new document."""
        if self._collection is None:
            return "added", understood, None
        document = understood.document
        lineage = self._lineage(document)
        if lineage is not None and any(each.document.lineage == lineage for each in self._waiting):
            self.flush()
        values = self._collection.corrections(lineage) if lineage else {}
        metadata = corrected(document.metadata, values)
        held = self._collection.held(lineage) if lineage else []
        if same := next((each for each in held if each.content_hash == document.content_hash), None):
            path = same.path if still_there(same.path) else document.path
            known = understood.known_as(same.id, metadata)
            known = replace(known, document=replace(known.document, path=path))
            unchanged = self._collection.document(same.id) == known.document
            return ("unchanged" if unchanged else "updated"), known, None
        if error := self._clashes(document, lineage):
            return "rejected", understood, error
        known = understood.known_as(self._collection.catalog.new_id(metadata, lineage), metadata)
        return ("updated" if lineage else "added"), known, None

    def _lineage(self, document: Document) -> str | None:
        """The document that this is a version of; a title that was corrected is recognised by the file."""
        assert self._collection is not None  # asked for only where there is one
        for each in self._waiting:
            if each.document.metadata.title == document.metadata.title:
                self.flush()
                break
        if lineage := self._collection.catalog.lineage_for(document.metadata):
            return lineage
        return self._collection.corrected_at(document.path)

    def _clashes(self, document: Document, lineage: str | None) -> str | None:
        """Why another file's document must not become a version of the one that is held: nothing orders the two."""
        assert self._collection is not None  # asked for only where there is one
        since = holds_from(document.metadata)
        for held in self._collection.held(lineage) if lineage else ():
            other = self._collection.document(held.id)
            if held.path != document.path and still_there(held.path) and holds_from(other.metadata) == since:
                return (
                    f"与已收录的 {held.path} 标题和日期都相同而内容不同，分不出先后；"
                    f"要替换它，请先运行 python -m ingest remove {held.id}，再添加本文件。"
                )
        return None


def ingest(
    paths: Sequence[str | Path],
    collection: Collection | None,
    *,
    consent: Consent = lambda _: True,
    progress: Progress = iter,
    ocr: bool = False,
    workers: int = 1,
    dry: bool = False,
) -> Report:
    """Add or update the documents that `paths` (files or folders) hold. `collection` None reads without storing.

    `dry` stores nothing either, but says what would become of each file beside what the collection holds.
    `consent` is asked before each document is stored; `progress` goes through the files and may draw a bar. With more
    than one of `workers`, files are read in other processes: a script that asks for them must not run when imported.
    """
    started = time.perf_counter()
    intake = Intake(collection, dry=dry)
    outcomes = list(_taken(paths, intake, consent, progress, ocr=ocr, workers=workers))
    return _report(outcomes, None if dry else collection, started)


def sync(
    folder: Path, collection: Collection, *, progress: Progress = iter, ocr: bool = False, workers: int = 1
) -> Report:
    """Make the collection hold what `folder` holds: added, updated, and removed where the file is gone."""
    started = time.perf_counter()
    outcomes = list(_taken([folder], Intake(collection), lambda _: True, progress, ocr=ocr, workers=workers))
    kept = {outcome.document_id for outcome in outcomes}
    root = folder.resolve()
    for held in collection.held():
        if held.id not in kept and Path(held.path).is_relative_to(root) and not still_there(held.path):
            title = collection.document(held.id).metadata.title
            collection.remove(held.id)
            outcomes.append(Outcome(held.path, held.id, "removed", title))
    return _report(outcomes, collection, started)


def _taken(
    paths: Sequence[str | Path], intake: Intake, consent: Consent, progress: Progress, *,
    ocr: bool, workers: int,
) -> Iterator[Outcome]:  # fmt: skip
    with sources([Path(path) for path in paths]) as (found, unopened):
        yield from (Outcome(str(path), None, "failed", error=str(exc)) for path, exc in unopened.items())
        read = understand_all(found, ocr=ocr, workers=workers)
        for source, understood in zip(progress(found), read, strict=False):
            if isinstance(understood, LoadError):
                yield Outcome(source.shown, None, "failed", error=str(understood))
            else:
                yield replace(intake.take(understood, consent), path=source.shown)
        intake.flush()


def _report(outcomes: list[Outcome], collection: Collection | None, started: float) -> Report:
    if collection is not None and any(o.status in ("added", "updated", "removed") for o in outcomes):
        collection.commit()
    generation = collection.generation if collection is not None else 0
    return Report(outcomes, round(time.perf_counter() - started, 3), generation)
