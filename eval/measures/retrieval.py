"""Measures of what was found, over parts where the gold names parts, else over documents; worked out by ir_measures.

Definitions: those of ir_measures (Success@k, R@k, RR@k, nDCG@k). As in trec_eval, the gain of nDCG is the grade itself
and the discount log₂(1 + rank). A question without gold places has no score. `answer@k` is ours: it asks for the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import ir_measures

from corpus.normalize import fold
from eval.measures.base import Case, Measure
from eval.measures.words import bare


@dataclass(frozen=True)
class Ranking(Measure):
    """A measure of the first `k` of a ranking."""

    k: int
    kind: ClassVar[str]
    computed: ClassVar[ir_measures.measures.Measure]

    @property
    def name(self) -> str:
        """See `Measure.name`."""
        return f"{self.kind}@{self.k}"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not case.relevant:
            return None
        run = {unit: float(-rank) for rank, unit in enumerate(case.ranked, 1)}
        relevant = {"q": dict(case.relevant)}
        return float(ir_measures.calc_aggregate([self.computed @ self.k], relevant, {"q": run})[self.computed @ self.k])


class Hit(Ranking):
    """Whether any gold is among the first k: 1 or 0."""

    kind = "hit"
    computed = ir_measures.Success


class Recall(Ranking):
    """The share of the gold that is among the first k."""

    kind = "recall"
    computed = ir_measures.R


class ReciprocalRank(Ranking):
    """1 through the rank of the first gold, 0 where it is not among the first k."""

    kind = "MRR"
    computed = ir_measures.RR


class DiscountedGain(Ranking):
    """Normalised discounted cumulative gain of the first k."""

    kind = "nDCG"
    computed = ir_measures.nDCG


@dataclass(frozen=True)
class AnswerFound(Measure):
    """Whether one of the first k results holds a gold answer, case, width, blanks and signs aside: 1 or 0.

    No score where no gold answer stands in a gold document, so that it cannot be found either.
    """

    k: int
    kind: ClassVar[str] = "answer"

    @property
    def name(self) -> str:
        """See `Measure.name`."""
        return f"{self.kind}@{self.k}"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not case.verbatim:
            return None
        held = [bare(fold(text)) for text in self._read(case)[: self.k]]
        return float(any(bare(fold(answer)) in text for answer in case.verbatim for text in held))

    def _read(self, case: Case) -> Sequence[str]:
        return case.results


@dataclass(frozen=True)
class PassageFound(AnswerFound):
    """The same, asked of the passage that fits best in each of the first k results: parts may be long."""

    kind: ClassVar[str] = "passage"

    def _read(self, case: Case) -> Sequence[str]:
        return case.passages
