"""Measures of refusing. Each is a ratio over those questions that it speaks of, so that an interval can be given.

Precision counts the refusals, recall the unanswerable questions, F1 both; over-refusal counts the answerable ones.
"""

from dataclasses import dataclass

from eval.measures.base import Case, Measure


@dataclass(frozen=True)
class RefusalPrecision(Measure):
    """Of what was refused, the share that has no answer."""

    name = "refusal_precision"
    grounded = False

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        return float(not case.question.answerable) if case.refused else None


@dataclass(frozen=True)
class RefusalRecall(Measure):
    """Of what has no answer, the share that was refused."""

    name = "refusal_recall"
    grounded = False

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        return None if case.question.answerable else float(case.refused)


@dataclass(frozen=True)
class RefusalF1(Measure):
    """The harmonic mean of both: 2·TP / (2·TP + FP + FN), a right refusal counting twice."""

    name = "refusal_F1"
    grounded = False

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not case.refused and case.question.answerable:
            return None
        return float(case.refused and not case.question.answerable)

    def weight(self, score: float) -> float:
        """See `Measure.weight`."""
        return 1 + score


@dataclass(frozen=True)
class OverRefusal(Measure):
    """Of what has an answer, the share that was refused: less is better."""

    name = "over_refusal"
    rises = False
    grounded = False

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        return float(case.refused) if case.question.answerable else None
