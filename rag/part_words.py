"""A part cut into words once: its sentences, the headings above it, and what stands around any of its offsets.

What stands around a sentence is put together from the sentences there: cutting each such stretch anew is what cost
most in long parts.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Final

from corpus.model import Document, Part
from rag.matching import Matcher
from rag.sentences import headings_above, sentences_of

#: How far from a sentence, in characters, the words that belong to it may stand in a long part.
_REACH: Final = 400


class PartWords:
    """The words of one part; `matcher` cuts a text."""

    def __init__(self, document: Document, part: Part, matcher: Callable[[str], Matcher]) -> None:
        self.document, self.part = document, part
        self.spans = sentences_of(document, part)
        self.above = matcher(" ".join(headings_above(document, part)))
        self._sentences = [matcher(document.text[start:end]) for start, end in self.spans]
        self._around: dict[tuple[int, int], Matcher] = {}

    @cached_property
    def whole(self) -> Matcher:
        """The part's own text with the title and all headings above it."""
        return Matcher.together([self.above, *self._sentences])

    def around(self, near: int) -> Matcher:
        """The same, of a long part only the sentences that lie around the offset `near`."""
        if self.part.body_end - self.part.start <= 2 * _REACH:
            return self.whole
        inside = [i for i, (start, end) in enumerate(self.spans) if start < near + _REACH and end > near - _REACH]
        first, last = (inside[0], inside[-1] + 1) if inside else (0, 0)
        if (first, last) not in self._around:
            self._around[first, last] = Matcher.together([self.above, *self._sentences[first:last]])
        return self._around[first, last]
