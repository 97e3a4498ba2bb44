"""How fast documents are read, and how much of taking them in is embedding: part of `python -m eval bench`."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from corpus.collection import Collection
from corpus.embedding import Encoder, Kind, Vectors, open_encoder
from corpus.errors import LoadError
from ingest import ingest
from ingest.reading import understand
from ingest.sources import sources

#: So many documents, spread over the folder, are taken in whole to see what embedding takes of it.
_TAKEN_IN = 24


class TimedEncoder:
    """`Encoder` that counts the seconds in which another one embeds passages."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.dimension, self.fingerprint = encoder.dimension, encoder.fingerprint
        self.seconds = 0.0

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Encoder.encode`."""
        begun = time.perf_counter()
        try:
            return self._encoder.encode(texts, kind)
        finally:
            self.seconds += time.perf_counter() - begun

    @property
    def plain(self) -> Encoder:
        """See `Encoder.plain`."""
        return self._encoder.plain

    def sketch(self, words: Sequence[str]) -> Vectors:
        """See `Encoder.sketch`."""
        return self._encoder.sketch(words)


def rows(folders: Sequence[Path]) -> list[tuple[str, str, str]]:
    """Each measure with its figure and its budget, for every one of `folders`."""
    found: list[tuple[str, str, str]] = []
    for folder in folders:
        megabytes, seconds = reading(folder)
        share = embedding_share(folder)
        found += [
            (f"{folder.name}: reading without embedding, one core", f"{megabytes / seconds:.1f} MB/s", "≥ 2 MB/s"),
            (f"{folder.name}: embedding, of taking in {_TAKEN_IN} documents", f"{share:.0%}", "≥ 85%"),
        ]
    return found


def reading(folder: Path) -> tuple[float, float]:
    """Megabytes of text (UTF-8) in the documents of `folder`, and seconds of reading them; the better of two runs."""
    with sources([folder]) as (found, _):
        seconds = []
        for _ in range(2):
            size, begun = 0, time.perf_counter()
            for source in found:
                try:
                    size += len(understand(source).document.text.encode())
                except LoadError:
                    continue  # what cannot be read is not measured
            seconds.append(time.perf_counter() - begun)
    return size / 1e6, min(seconds)


def embedding_share(folder: Path) -> float:
    """The part of a whole ingest's time in which the encoder works; every so many of the documents are taken in."""
    encoder = TimedEncoder(open_encoder())
    encoder.encode(["预热"], "passage")
    encoder.seconds = 0.0
    with tempfile.TemporaryDirectory() as index, sources([folder]) as (found, _):
        paths = [source.path for source in found[:: max(1, len(found) // _TAKEN_IN)]][:_TAKEN_IN]
        with Collection.open(Path(index), writable=True, encoder=encoder) as collection:
            report = ingest(paths, collection)
    return encoder.seconds / report.seconds
