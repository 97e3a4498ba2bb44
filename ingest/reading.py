"""A file as it is understood: its document, the segments cut from it, and what is odd about it. Nothing is stored.

It can be done in another process: what goes in is a path, what comes out are values.
"""

import signal
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.errors import LoadError
from corpus.model import Document, Metadata, Segment, document_id
from corpus.processes import working_processes
from ingest.findings import Finding
from ingest.lint import lint
from ingest.loaders import load
from ingest.metadata import read_head
from ingest.outline import read_outline
from ingest.segment import segments
from ingest.sources import Source
from ingest.splitter import PolicyTextSplitter

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Starting a process takes as long as reading so many files.
_WORTH_A_PROCESS: Final = 8
#: How many files each process may be ahead of the one that stores: what is read waits in memory.
_AHEAD: Final = 4


@dataclass(frozen=True, slots=True)
class Understood:
    """How a file was understood: its document, the segments cut from it, and what is odd about it."""

    document: Document
    segments: list[Segment]
    findings: list[Finding]

    def known_as(self, id_: str, metadata: Metadata) -> "Understood":
        """The same under another id, with what a person has corrected."""
        document = replace(self.document, id=id_, metadata=metadata)
        return Understood(document, [replace(segment, document_id=id_) for segment in self.segments], self.findings)


def understand(file: Source | str | Path, *, ocr: bool = False) -> Understood:
    """Read a file without storing anything; LoadError where it cannot be read."""
    source = file if isinstance(file, Source) else Source.of(file)
    raw = load(source.path, ocr=ocr)
    head = read_head(raw)
    outline = read_outline(raw, head)
    document = Document(document_id(head.metadata), head.metadata, raw.text, outline, source.name, raw.pages)
    made = segments(document, PolicyTextSplitter())
    return Understood(document, made, [*raw.findings, *lint(document, made)])


def understand_all(
    sources: Sequence[Source], *, ocr: bool = False, workers: int = 1
) -> Iterator[Understood | LoadError]:
    """Each of `sources` in order, read by as many processes as there are `workers`; its error where one has failed."""
    if workers < 2 or len(sources) < _WORTH_A_PROCESS:
        yield from (_attempt(source, ocr=ocr) for source in sources)
        return
    pool = working_processes(workers, _quiet)
    try:
        waiting: deque[Future[Understood | LoadError]] = deque()
        for source in sources:
            waiting.append(pool.submit(_attempt, source, ocr=ocr))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _quiet() -> None:
    """An interruption is for the process that stores; the readers end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _attempt(source: Source, *, ocr: bool) -> Understood | LoadError:
    try:
        return understand(source, ocr=ocr)
    except LoadError as exc:
        return exc
