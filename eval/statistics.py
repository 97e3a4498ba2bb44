"""Means with intervals, and tests of a difference. All of them by question, as questions are what was sampled.

Intervals are percentile bootstraps (Efron 1979): questions are drawn anew with replacement, 1,000 times, and the middle
95% of the means are given. The draw is seeded, so that a report comes out the same again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

_DRAWS: Final = 1000
_SEED: Final = 20240601
_MIDDLE: Final = (2.5, 97.5)
#: So many numbers are drawn at once at most, to bound memory.
_AT_ONCE: Final = 4_000_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over n questions, and the interval that holds it in 95 of 100 samples."""

    mean: float
    low: float
    high: float
    n: int


def mean(scores: Sequence[float], weights: Sequence[float] | None = None) -> Mean | None:
    """The weighted mean with its interval; None where nothing was scored."""
    if not scores:
        return None
    values = np.asarray(scores, np.float64)
    heavy = np.ones_like(values) if weights is None else np.asarray(weights, np.float64)
    drawn = _drawn(values, heavy)
    low, high = np.percentile(drawn, _MIDDLE)
    return Mean(float((values * heavy).sum() / heavy.sum()), float(low), float(high), len(values))


def _drawn(values: Floats, weights: Floats) -> Floats:
    """float64[draws]: the weighted mean of each draw."""
    source = np.random.default_rng(_SEED)
    means: list[Floats] = []
    block = max(1, _AT_ONCE // len(values))
    for start in range(0, _DRAWS, block):
        places = source.integers(len(values), size=(min(block, _DRAWS - start), len(values)))
        means.append((values[places] * weights[places]).sum(1) / weights[places].sum(1))
    return np.concatenate(means)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more the second has than the first, question by question; `certain` where the interval excludes 0."""

    difference: float
    low: float
    high: float
    n: int

    @property
    def certain(self) -> bool:
        """Whether the interval lies on one side of 0."""
        return self.low > 0 or self.high < 0


def difference(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """The mean of `second` less that of `first`, over the same questions, with a paired bootstrap interval."""
    if not first:
        return None
    found = mean([b - a for a, b in zip(first, second, strict=True)])
    assert found is not None  # there is at least one
    return Difference(found.mean, found.low, found.high, found.n)


@dataclass(frozen=True, slots=True)
class McNemar:
    """McNemar's exact test: how many only the first, and only the second, got right, and the probability by chance."""

    only_first: int
    only_second: int
    p: float


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> McNemar:
    """Whether one of two systems is right more often on the same questions (McNemar 1947, binomial, two-sided)."""
    pairs = list(zip(first, second, strict=True))
    only_first, only_second = pairs.count((True, False)), pairs.count((False, True))
    changed = only_first + only_second
    p = float(binomtest(only_first, changed, 0.5).pvalue) if changed else 1.0
    return McNemar(only_first, only_second, p)
