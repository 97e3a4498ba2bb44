"""How alike two words are in meaning, by the encoder: 造车 and 汽车, 老百姓 and 人民, 落后地区 and 欠发达.

Raw cosines of single words all lie between 0.9 and 1 and tell nothing. With the mean of common words taken off, they
spread: words that mean the same come to 0.45 and above, others stay below (docs/decisions.md has the sample).
It is a help where the text uses other words than the question; names and numbers are never matched this way.

A forward pass for every word that comes up would cost a second a question. So the words are first compared by their
input embeddings, which only have to be looked up, and the few likest are compared in full.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.embedding import Encoder
from corpus.lexicon import policy_words

_BACKGROUND: Final = 128
_REMEMBERED: Final = 30_000
#: Below the first a word counts for nothing, from the second on as much as the word itself, nearly.
_LOW: Final = 0.42
_HIGH: Final = 0.60
_MOST: Final = 0.75
#: So many words are compared in full for each term (docs/decisions.md).
_CLOSER: Final = 16

Vector = NDArray[np.float32]


class WordLikeness:
    """Likeness of words under one encoder. Vectors are remembered, 1.5 KB a word."""

    def __init__(self, encoder: Encoder) -> None:
        self._sketches = _Centred(encoder.sketch)
        self._vectors = _Centred(lambda words: encoder.encode(words, "passage"))

    def like(self, terms: Sequence[str], words: Sequence[str]) -> list[dict[str, float]]:
        """For each of `terms` those of `words` that are like it, with how much of it they stand for: over 0, to 0.75.

        All are worked out in one go; one by one it takes five times as long.
        """
        if not terms or not words:
            return [{} for _ in terms]
        sketched = self._sketches.of(terms) @ self._sketches.of(words).T
        chosen = [[words[place] for place in np.argsort(-row, kind="stable")[:_CLOSER]] for row in sketched]
        self._vectors.learn([*terms, *(word for likest in chosen for word in likest)])
        return [self._shares(term, likest) for term, likest in zip(terms, chosen, strict=True)]

    def _shares(self, term: str, words: Sequence[str]) -> dict[str, float]:
        cosines = self._vectors.of(words) @ self._vectors.of([term])[0]
        shares = {
            word: _MOST * min(1.0, (float(cosine) - _LOW) / (_HIGH - _LOW))
            for word, cosine in zip(words, cosines, strict=True)
        }
        return {word: share for word, share in shares.items() if share > 0}


class _Centred:
    """Vectors of words without what all words have in common, of unit length, remembered."""

    def __init__(self, make: Callable[[Sequence[str]], Vector]) -> None:
        self._make = make
        self._known: OrderedDict[str, Vector] = OrderedDict()

    def of(self, words: Sequence[str]) -> Vector:
        """float32[len(words), dim]."""
        self.learn(words)
        stacked = np.stack([self._known[word] for word in words])
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return stacked

    def learn(self, words: Sequence[str]) -> None:
        """Work out the vectors of words that are not known yet."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if new:
            rest = self._make(new) - self._background
            unit = rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6)
            self._known.update(zip(new, unit, strict=True))

    @cached_property
    def _background(self) -> Vector:
        """float32[dim]: the mean of common words."""
        common = policy_words()[:: max(1, len(policy_words()) // _BACKGROUND)]
        return np.asarray(self._make(common).mean(axis=0), np.float32)
