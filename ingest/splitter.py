"""`PolicyTextSplitter`: an over-long text into pieces that end where a reader would stop.

It cuts at paragraph ends, else at sentence ends, else at clause ends, else between two words as jieba cuts them, and
never inside a word. The pieces are the text, to the letter and in order. It is a LangChain `TextSplitter`.
"""

import re
from typing import Any, Final

from langchain_text_splitters import TextSplitter

from corpus.analyzer import Analyzer
from corpus.errors import InputError
from corpus.normalize import fold

#: In characters. The shipped encoder reads 512 tokens, about 700 characters of Chinese, headings included.
DEFAULT_SIZE: Final = 480

_BOUNDARIES: Final = (
    re.compile(r"\n+"),
    re.compile(r"[。！？!?][”』」）)]*|\n+"),
    re.compile(r"[；;][”』」）)]*"),
    re.compile(r"[，,、：:]"),
)


class PolicyTextSplitter(TextSplitter):
    """Splits into pieces of at most `chunk_size` characters, each begun at most `chunk_overlap` before the last end.

    `options` are those of LangChain's `TextSplitter`.
    """

    def __init__(self, chunk_size: int = DEFAULT_SIZE, chunk_overlap: int = 0, **options: Any) -> None:  # noqa: ANN401
        if chunk_size < 2:
            raise InputError(f"chunk_size 是 {chunk_size}：至少要 2 个字。")
        super().__init__(chunk_size=chunk_size, chunk_overlap=chunk_overlap, **options)
        self._analyzer = Analyzer()

    def split_text(self, text: str) -> list[str]:
        """The pieces of `text`, white space at their ends removed."""
        return [text[start:end] for start, end in self.spans(text)]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """[start, end) of each piece in `text`; what lies between two pieces is blank."""
        spans: list[tuple[int, int]] = []
        start = 0
        while start < len(text):
            end = self._end(text, start)
            if span := _trimmed(text, start, end):
                spans.append(span)
            start = end if end == len(text) else self._next_start(text, start, end)
        return spans

    def _end(self, text: str, start: int) -> int:
        """Where the piece from `start` ends: the last boundary of the best kind within the limit."""
        limit = start + self._chunk_size
        if len(text) <= limit:
            return len(text)
        for boundary in _BOUNDARIES:
            ends = [found.end() for found in boundary.finditer(text, start, limit)]
            # A boundary in the first third would leave a crumb: a lesser boundary further on is better.
            if ends and ends[-1] > start + self._chunk_size // 3:
                return ends[-1]
        return self._between_words(text, start, limit)

    def _between_words(self, text: str, start: int, limit: int) -> int:
        window = text[start : limit + 20]
        if len(fold(window)) != len(window):
            # Folding changed the count, so word places would not fit: cut at the limit itself.
            return limit
        ends = [start + word.end for word in self._analyzer.words(window)]
        inside = [end for end in ends if start < end <= limit]
        return inside[-1] if inside else limit

    def _next_start(self, text: str, start: int, end: int) -> int:
        """`end`, or with an overlap the first sentence or clause end after `end - overlap`."""
        if not self._chunk_overlap:
            return end
        for boundary in _BOUNDARIES[1:]:
            for found in boundary.finditer(text, max(start + 1, end - self._chunk_overlap), end):
                if found.end() < end:
                    return found.end()
        return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    return (left, right) if left < right else None


__all__ = ["DEFAULT_SIZE", "PolicyTextSplitter"]
