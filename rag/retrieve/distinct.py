"""Hits that say the same as an earlier one of another document are named with it, and take no place of their own.

A notice that forwards another, copies of one text, provisions that later laws took over word for word: whoever reads
ten hits wants ten things said. Which of them stands for the others is the inner retriever's order. Within a document
nothing is left out, as an outline may repeat itself on purpose.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rag.retrieve.base import Staged
from rag.types import Hit, Query

#: Only hits whose vectors are so near are compared by their words; headings above them may differ.
_NEAR: Final = 0.85
#: Two texts with so many of their pairs of characters in common say the same, if they have the same numbers and
#: negations in the same order (last year's report says it with another figure); shorter ones may do so by chance.
_ALIKE: Final = 0.9
_SHORTEST: Final = 16
_TELLING: Final = re.compile(r"\d+(?:[.,]\d+)*|[〇零一二三四五六七八九十百千万亿两]+|[不未无非勿]")
#: So many more hits than wanted are looked at, to fill the places that become free.
_SPARE: Final = 20
#: The number that a part carries in its document.
_MARK: Final = re.compile(
    r"^(?:第[〇零一二三四五六七八九十百千\d]+[条款章节]|[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]{1,2}是)\s*"
)

Likeness = Callable[[Sequence[int]], NDArray[np.float32]]


class DistinctRetriever:
    """`Staged` over another one; `likeness` gives the cosines among segments, `text` a hit's words, folded."""

    def __init__(self, inner: Staged, likeness: Likeness, text: Callable[[Hit], str]) -> None:
        self._inner, self._likeness, self._text = inner, likeness, text

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`."""
        return self.stages(query, k)[-1]

    def stages(self, query: Query, k: int, spare: int = 0) -> tuple[list[Hit], list[Hit], list[Hit]]:
        """See `Staged.stages`."""
        words, meaning, fused = self._inner.stages(query, k, spare + _SPARE)
        return words, meaning, self._distinct(fused)[: k + spare]

    def _distinct(self, hits: Sequence[Hit]) -> list[Hit]:
        if len({hit.document_id for hit in hits}) < 2:
            return list(hits)
        near = np.argwhere(np.triu(self._likeness([hit.segment for hit in hits]) >= _NEAR, 1))
        looks: dict[int, _Look] = {}
        stands_for: dict[int, int] = {}
        for first, second in near.tolist():
            # The earliest of several speaks for all of them.
            if first in stands_for or second in stands_for or hits[first].document_id == hits[second].document_id:
                continue
            for place in (first, second):
                if place not in looks:
                    looks[place] = _Look.of(self._text(hits[place]))
            if looks[first].same(looks[second]):
                stands_for[second] = first
        same: dict[int, list[Hit]] = {}
        for second, first in stands_for.items():
            same.setdefault(first, []).append(hits[second])
        if not same:
            return list(hits)
        return [
            replace(hit, same=tuple((other.document_id, other.address) for other in same.get(place, ())))
            for place, hit in enumerate(hits)
            if place not in stands_for
        ]


@dataclass(frozen=True, slots=True)
class _Look:
    """A text as it is compared: its pairs of characters, and its numbers and negations; its own mark is left out."""

    pairs: frozenset[str]
    telling: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        own = _MARK.sub("", text.lstrip())
        words = "".join(character for character in own if character.isalnum())
        pairs = frozenset(words[place : place + 2] for place in range(len(words) - 1))
        return cls(pairs, tuple(_TELLING.findall(own)))

    def same(self, other: Self) -> bool:
        smaller, larger = sorted((self.pairs, other.pairs), key=len)
        if self.telling != other.telling or len(smaller) < _SHORTEST or len(smaller) < _ALIKE * len(larger):
            return False
        return len(smaller & larger) >= _ALIKE * len(smaller | larger)
