"""What every loader returns: the text of a file and its lines, with the place of each."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

_DECORATION: Final = re.compile(r"^[\s　#*_>|-]+|[\s　*_|]+$")


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


@dataclass(frozen=True)
class RawText:
    """The text of a document in reading order, lines ended by a single line feed."""

    path: Path
    text: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line; joined by line feeds they are the text again."""
        lines, start = [], 0
        for number, text in enumerate(self.text.split("\n"), 1):
            lines.append(Line(number, start, start + len(text), text))
            start += len(text) + 1
        return tuple(lines)

    def line_at(self, offset: int) -> int:
        """The number of the line that the character at `offset` stands on."""
        return self.text.count("\n", 0, offset) + 1


def bare(text: str) -> str:
    """A line without what decorates it: blanks, and the # and ** of Markdown."""
    return _DECORATION.sub("", text)
