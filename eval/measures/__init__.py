"""The measures, and their names: `measure(str(m)) == m` for every one."""

import re
from typing import Final

from corpus.errors import InputError
from eval.measures.answer import F1, ExactMatch, KeyPoints, NumberAccuracy, Right, RougeL, TotalAccuracy
from eval.measures.base import Case, Measure
from eval.measures.citation import CitationPrecision, CitationRecall, QuoteExactness, UnsupportedStatements
from eval.measures.refusal import OverRefusal, RefusalF1, RefusalPrecision, RefusalRecall
from eval.measures.retrieval import (
    AnswerFound,
    DiscountedGain,
    Hit,
    PassageFound,
    Ranking,
    Recall,
    ReciprocalRank,
)

_PLAIN: Final[dict[str, Measure]] = {
    m.name: m
    for m in (
        Right(), F1(), ExactMatch(), RougeL(), KeyPoints(), NumberAccuracy(), TotalAccuracy(),
        CitationRecall(), CitationPrecision(), QuoteExactness(), UnsupportedStatements(),
        RefusalPrecision(), RefusalRecall(), RefusalF1(), OverRefusal(),
    )
}  # fmt: skip
_RANKINGS: Final[dict[str, type[Ranking] | type[AnswerFound]]] = {
    kind.kind: kind for kind in (Hit, Recall, ReciprocalRank, DiscountedGain, AnswerFound, PassageFound)
}

#: What is measured unless something else is asked for.
DEFAULT: Final = (
    "hit@1", "hit@3", "hit@10", "recall@10", "recall@100", "MRR@10", "nDCG@10", "answer@3", "passage@3", *_PLAIN,
)  # fmt: skip


def measure(name: str) -> Measure:
    """The measure of that name; InputError where there is none."""
    if name in _PLAIN:
        return _PLAIN[name]
    parsed = re.fullmatch(r"(\w+)@([1-9]\d{0,2})", name)
    if parsed and parsed[1] in _RANKINGS:
        return _RANKINGS[parsed[1]](int(parsed[2]))
    known = "、".join([*(f"{kind}@k" for kind in _RANKINGS), *_PLAIN])
    raise InputError(f"没有叫 {name} 的指标；可以用：{known}。")


__all__ = ["DEFAULT", "Case", "Measure", "measure"]
