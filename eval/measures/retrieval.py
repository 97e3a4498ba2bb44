"""Measures of what was found, over parts where the gold names parts, else over documents; worked out by ir_measures.

Definitions: those of ir_measures (Success@k, R@k, RR@k, nDCG@k). As in trec_eval, the gain of nDCG is the grade itself
and the discount log₂(1 + rank). A question without gold places has no score.
"""

from dataclasses import dataclass
from typing import ClassVar

import ir_measures

from eval.measures.base import Case, Measure


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
