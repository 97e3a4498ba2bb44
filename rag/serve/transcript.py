"""An answer as the text of a chat, whole or as it grows, and where in that text each [n] stands.

Only what the checks left standing is ever given away; what was struck out is told in the last piece, with the sources.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.shown import head_lines, tail_lines
from rag.types import Answer, Citation

#: Stands between statements that a model did not get to the end of, and the answer that takes their place.
_ANEW: Final = {
    "zh": "（以上没有写完；下面是完整的回答，出处另行编号）",
    "en": "(This was not brought to its end; the whole answer follows, its sources numbered anew.)",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A [n] at [start, end) of the text, and the citation it stands for."""

    start: int
    end: int
    citation: Citation


def marks(answer: Answer) -> list[Mark]:
    """The [n] of `answer.text`: behind statements and cells of a table. A [1] in a document's own words is none."""
    by_number = {citation.number: citation for citation in answer.citations}
    cells = [
        (c.text.replace("\n", " "), c.citations) for row in (answer.table.rows if answer.table else ()) for c in row
    ]
    found: list[Mark] = []
    for at, numbers in _groups(answer.text, [*_held(answer), *(cell for cell in cells if cell[1])]):
        for number in numbers:
            end = at + len(f"[{number}]")
            if number in by_number:
                found.append(Mark(at, end, by_number[number]))
            at = end  # noqa: PLW2901 - the next one begins where this one ends
    return found


def _held(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    """The statements that hold, each with the numbers behind it."""
    return [(said.text, said.citations) for said in answer.statements if said.check == "verified"]


def _groups(text: str, cited: Sequence[tuple[str, tuple[int, ...]]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Where in `text` the marks behind each of `cited` begin, in this order; what does not stand there is left out."""
    at = 0
    for words, numbers in cited:
        behind = _printed(numbers)
        for said in (f"“{words}”", words):
            if (begin := text.find(said + behind, at)) >= 0:
                yield begin + len(said), numbers
                at = begin + len(said) + len(behind)
                break


def _printed(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _said(answer: Answer) -> str:
    """The text up to its last checked statement: notes below it may still change."""
    groups = list(_groups(answer.text, _held(answer)))
    return answer.text[: groups[-1][0] + len(_printed(groups[-1][1]))] if groups else ""


class Transcript:
    """The text that has been given away, and the marks in it. Feed it every answer of a stream, in order."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Mark] = []
        self._base = 0
        self._body = ""
        self._last: Answer | None = None

    def grown(self, answer: Answer) -> str:
        """What to give away next; "" where there is nothing new."""
        if answer.partial:
            body = _said(answer)
            if not body.startswith(self._body):
                return ""  # Something was taken back; the whole answer will say what holds.
            piece = self._begun(answer) + body[len(self._body) :] if body else ""
            self._body, self._last = (body, answer) if body else (self._body, self._last)
            self.text += piece
            return piece
        return self._whole(answer)

    def _begun(self, answer: Answer) -> str:
        """The lines above, where nothing has been said yet."""
        if self.text:
            return ""
        head = "".join(f"{line}\n" for line in head_lines(answer))
        self._base = len(head)
        return head

    def _whole(self, answer: Answer) -> str:
        piece = self._begun(answer)
        if answer.text.startswith(self._body):
            piece += answer.text[len(self._body) :]
        else:
            piece += self._anew(answer)
        tail = "\n".join(tail_lines(answer))
        piece += f"\n\n{tail}" if tail else ""
        self._mark(answer)
        self.text += piece
        return piece

    def _anew(self, answer: Answer) -> str:
        """Ends what cannot be gone on with: its sources, and the whole answer."""
        assert self._last is not None  # something was said, and not this
        self._mark(self._last)
        ended = "\n\n".join(["", "\n".join(tail_lines(self._last)), _ANEW[answer.language], ""])
        self._base = len(self.text) + len(ended)
        return ended + answer.text

    def _mark(self, answer: Answer) -> None:
        self.marks += [Mark(self._base + m.start, self._base + m.end, m.citation) for m in marks(answer)]
