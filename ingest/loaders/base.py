"""The `Loader` contract: one file in, its text in reading order out."""

from pathlib import Path
from typing import Protocol

from ingest.lines import RawText


class Loader(Protocol):
    """Reads one format. It writes nothing, and says in a `LoadError` that names the file why it cannot read it."""

    def load(self, path: Path) -> RawText:
        """The text of the file."""
        ...
