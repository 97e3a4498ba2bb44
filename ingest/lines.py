"""What every loader returns: the text of a file and its lines, with the place of each, its pages and its tables."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from ingest.findings import Finding

_BLANK: Final = " \t\n\r\x0b\x0c　"
#: What stands between two cells of a table's row in the text.
CELL_BREAK: Final = " | "


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; `number` counts from 1, offsets count code points of the whole text."""

    number: int
    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read on it."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A table in the text: a line a row, cells parted by `CELL_BREAK`; lines `first` to `last`, both from 1.

    The first `headers` of its rows are the header.
    """

    first: int
    last: int
    headers: int = 1


@dataclass(frozen=True)
class RawText:
    """The text of a document in reading order, lines ended by a single line feed.

    `pages` holds the offset at which each page begins, and is empty where the format has no pages. `known` is what the
    file itself says of the document, by the names of `corpus.Metadata`; `findings` is what the loader noticed.
    """

    path: Path
    text: str
    pages: tuple[int, ...] = ()
    tables: tuple[Table, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line; joined by line feeds they are the text again."""
        lines, start = [], 0
        for number, text in enumerate(self.text.split("\n"), 1):
            lines.append(Line(number, start, start + len(text), text))
            start += len(text) + 1
        return tuple(lines)

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def line_at(self, offset: int) -> int:
        """The number of the line that the character at `offset` stands on."""
        return bisect_right(self._starts, offset)


def bare(text: str) -> str:
    """A line without what decorates it: blanks, and the # and ** of Markdown."""
    return text.lstrip(_BLANK + "#*_>|-").rstrip(_BLANK + "*_|")
