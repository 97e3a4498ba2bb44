"""Whether a confidence means what it says: of the answers said to be 0.8 sure, eight in ten should be right.

Answers are sorted by their confidence and laid into bins of equal size; the expected calibration error is the mean
distance between a bin's mean confidence and its share of right answers (Naeini et al. 2015), the Brier score the mean
squared distance between confidence and outcome. Refusals are judged by measures of their own (`eval.measures.refusal`).
"""

from collections.abc import Sequence
from typing import Any, Final

from eval.scoring import Record

_BINS: Final = 5


def reliability(records: Sequence[Record]) -> dict[str, Any] | None:
    """`ece`, `brier`, `n`, and `bins`, each with its mean `confidence`, the share `right` and `n`.

    None where no answer tells a confidence, or none can be said to be right or wrong.
    """
    judged = [
        (record["answer"]["confidence"], record["measures"]["right"])
        for record in records
        if record["answer"]["status"] == "answered"
        and record["answer"].get("confidence") is not None
        and "right" in record["measures"]
    ]
    if not judged:
        return None
    # By the confidence alone: equal ones stay in the order of the questions, and not the wrong ones first.
    judged.sort(key=lambda pair: pair[0])
    size = -(-len(judged) // _BINS)
    bins = [_bin(judged[start : start + size]) for start in range(0, len(judged), size)]
    apart = sum(each["n"] * abs(each["confidence"] - each["right"]) for each in bins) / len(judged)
    brier = sum((confidence - right) ** 2 for confidence, right in judged) / len(judged)
    return {"ece": round(apart, 4), "brier": round(brier, 4), "n": len(judged), "bins": bins}


def _bin(judged: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return {
        "confidence": round(sum(confidence for confidence, _ in judged) / len(judged), 4),
        "right": round(sum(right for _, right in judged) / len(judged), 4),
        "n": len(judged),
    }
