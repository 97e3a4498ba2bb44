"""How alike two words are in meaning, by the encoder: 造车 and 汽车, 老百姓 and 人民, 落后地区 and 欠发达.

Raw cosines of single words all lie between 0.9 and 1 and tell nothing. With the mean of common words taken off, they
spread: words that mean the same come to 0.45 and above, others stay below (docs/decisions.md has the sample).
It is a help where the text uses other words than the question; names and numbers are never matched this way.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
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

Vector = NDArray[np.float32]


class WordLikeness:
    """Likeness of words under one encoder. Vectors are remembered, 1.5 KB a word."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._mean: Vector | None = None
        self._vectors: OrderedDict[str, Vector] = OrderedDict()

    def share(self, term: str, words: Sequence[str]) -> float:
        """From 0 to 0.75, how much of `term` the likest of `words` stands for."""
        if not words:
            return 0.0
        self.learn([term, *words])
        cosine = max(float(self._vectors[term] @ self._vectors[word]) for word in words)
        return _MOST * min(1.0, max(0.0, (cosine - _LOW) / (_HIGH - _LOW)))

    def learn(self, words: Iterable[str]) -> None:
        """Work out the vectors of words in one go; one by one it takes five times as long."""
        new = [word for word in dict.fromkeys(words) if word not in self._vectors]
        if new:
            raw = self._encoder.encode(new, "passage") - self._background()
            raw /= np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
            self._vectors.update(zip(new, raw, strict=True))
        while len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)

    def _background(self) -> Vector:
        """float32[dim]: the mean of common words."""
        if self._mean is None:
            common = policy_words()[:: max(1, len(policy_words()) // _BACKGROUND)]
            self._mean = np.asarray(self._encoder.encode(common, "passage").mean(axis=0), np.float32)
        return self._mean
