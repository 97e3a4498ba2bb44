"""How likely it is that the best sentences answer a question, from 0 to 1, and where a reading outweighs a rule.

A logistic of how much of the question the evidence covers, how near it lies, how many of the words that matter it lacks
and what the span reader says. The reader has a say where words are asked for that it was trained to find (谁, 多少), in
Chinese; of how something is done, of lists and of yes or no it knows nothing. The weights were fitted on
development questions that are neither the seed's nor the reader's (docs/decisions.md).
"""

import math
import re
from typing import Final

from rag.answer.short import of_kind
from rag.types import AnsweringWords, Evidence, Expects, Query

#: What the log odds are made of: `python -m train refusal` fits them.
INTERCEPT: Final = -0.29
WEIGHTS: Final = {"coverage": 1.55, "nearness": 0.64, "lacking": -0.89, "lacking_share": -0.6, "reading": 0.46}
#: The usual cosine of a question and its best sentence, by the question's language, and the spread around it.
_CHINESE: Final = 0.87
_ENGLISH: Final = 0.77
_SPREAD: Final = 0.02
#: So many spreads from the usual cosine, and so many lacking words, say all there is to say.
_FAR: Final = 3.0
_SEVERAL: Final = 2
#: The log odds of a reading that says nothing either way, and where log odds are cut off.
_UNDECIDED: Final = -2.0
_LIMIT: Final = 6.9
#: How sure the reader must be for words to count although no expression finds any of their kind.
_OUTWEIGHS: Final = 0.5
_WHY: Final = re.compile(r"为何|为什么|为啥")
_WORDS: Final = re.compile(r"什么|啥|哪|何|谁|多少|几")


def confidence(query: Query, evidence: Evidence) -> float:
    """From 0 to 1, how likely it is that the best sentences answer the question."""
    odds = INTERCEPT + sum(WEIGHTS[name] * value for name, value in features(query, evidence).items())
    return 1 / (1 + math.exp(-odds))


def features(query: Query, evidence: Evidence) -> dict[str, float]:
    """What is known of how well the evidence fits: a value for each of `WEIGHTS`."""
    scale = _ENGLISH if query.language == "en" else _CHINESE
    # A part named by its number has been found already: only its words are judged.
    nearness = max(-_FAR, min(_FAR, (evidence.similarity - scale) / _SPREAD)) if evidence.hits else 1.0
    # A question that names nothing (谁负责) is covered by anything, which says nothing.
    covered = evidence.coverage if query.terms or not evidence.hits else 0.0
    whole = sum(term.weight for term in evidence.terms) or 1.0
    read = evidence.words is not None and asks_for_words(query)
    return {
        "coverage": covered,
        "nearness": nearness,
        "lacking": float(min(_SEVERAL, len(evidence.lacking))),
        "lacking_share": sum(term.weight for term in evidence.lacking) / whole,
        "reading": log_odds(evidence.words.sure) - _UNDECIDED if evidence.words and read else 0.0,
    }


def asks_for_words(query: Query) -> bool:
    """Whether a readable question (`rag.answer.short`) asks for words, and not for a list, or why."""
    if query.expects is not Expects.TEXT:
        return query.expects is not Expects.LIST
    return _WORDS.search(query.folded) is not None and _WHY.search(query.folded) is None


def outweighs(query: Query, words: AnsweringWords | None) -> bool:
    """Whether words were read so surely that they answer although no expression knows them for what is asked."""
    if words is None or words.sure < _OUTWEIGHS or not asks_for_words(query):
        return False
    return of_kind(query, words.text)


def log_odds(share: float) -> float:
    """The log odds of a share, cut off at both ends."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return max(-_LIMIT, min(_LIMIT, math.log(share / (1 - share))))
