"""How likely it is that the best sentences answer a question, from 0 to 1.

A logistic of what the span reader says, which of the words that matter the evidence lacks, and whether it holds words
of the kind that is asked for: beside these, how much of the question is covered and how near it lies told nothing more.
Where nothing was read (another encoder, a part that was named) they have to do, and rules stand
beside them (`rag.refusal`). The weights were fitted mostly on questions over documents that the reader was not trained
on (docs/decisions.md).
"""

import math
from typing import Final

from rag.types import Evidence, Expects, Query

#: What the log odds are made of where the evidence was read: `python -m train refusal` fits them.
INTERCEPT: Final = -0.18
WEIGHTS: Final = {"reading": 0.82, "lacking_names": -0.56, "lacking_words": -0.24, "kind": 1.06}
#: The same for questions in English: words of a dictionary are looked for, and the reader is less sure of itself.
_IN_ENGLISH: Final = -0.18
_ENGLISH_WEIGHTS: Final = {"reading": 0.5, "lacking_names": 0.0, "lacking_words": -0.39, "kind": 0.75}
#: And where it was not.
_UNREAD: Final = -0.29
_UNREAD_WEIGHTS: Final = {"coverage": 1.55, "nearness": 0.64, "lacking": -0.89, "lacking_share": -0.6}
#: The usual cosine of a question and its best sentence, by the question's language, and the spread around it.
_CHINESE: Final = 0.66
_ENGLISH: Final = 0.51
_SPREAD: Final = 0.075
#: So many spreads from the usual cosine, and so many lacking words, say all there is to say.
_FAR: Final = 3.0
#: So many spreads from the usual cosine is far: of seven development questions of which no word stands in what was
#: found the three that have an answer lie within 1.4, the others beyond 1.5.
_FAR_OFF: Final = -1.5
_SEVERAL: Final = 2
#: Where log odds are cut off.
_LIMIT: Final = 6.9


def confidence(query: Query, evidence: Evidence) -> float:
    """From 0 to 1, how likely it is that the best sentences answer the question."""
    if is_weighed(query, evidence):
        fixed, weights = (_IN_ENGLISH, _ENGLISH_WEIGHTS) if query.language == "en" else (INTERCEPT, WEIGHTS)
        odds = fixed + sum(weights[name] * value for name, value in features(evidence).items())
    else:
        odds = _UNREAD + sum(_UNREAD_WEIGHTS[name] * value for name, value in _unread(query, evidence).items())
    return 1 / (1 + math.exp(-odds))


def is_weighed(query: Query, evidence: Evidence) -> bool:
    """Whether what was read decides.

    To a question that names nothing (谁负责) anything seems to be an answer; and a part that was named (第四条说说) is
    what was asked for, where no words of a kind are: what it lacks tells whether it answers.
    """
    if evidence.words is None:
        return False
    return bool(query.terms) if evidence.hits else query.expects is not Expects.TEXT


def is_far_off(query: Query, evidence: Evidence) -> bool:
    """Whether nothing that is asked for stands in what was found, and it lies far from the question as well.

    So it is with the weather and with recipes: all words are missing of questions that are put quite differently too,
    but those lie near.
    """
    nothing = bool(evidence.hits and evidence.terms) and len(evidence.missing) >= len(evidence.terms)
    return nothing and _nearness(query, evidence) < _FAR_OFF


def features(evidence: Evidence) -> dict[str, float]:
    """What is known of how well evidence that was read fits: a value for each of `WEIGHTS`."""
    assert evidence.words is not None  # it was read
    names = sum(term.exact for term in evidence.lacking)
    return {
        "reading": log_odds(evidence.words.sure),
        "lacking_names": float(min(_SEVERAL, names)),
        "lacking_words": float(min(_SEVERAL, len(evidence.lacking) - names)),
        "kind": float(evidence.of_kind),
    }


def _unread(query: Query, evidence: Evidence) -> dict[str, float]:
    whole = sum(term.weight for term in evidence.terms) or 1.0
    return {
        "coverage": _covered(query, evidence),
        "nearness": _nearness(query, evidence),
        "lacking": float(min(_SEVERAL, len(evidence.lacking))),
        "lacking_share": sum(term.weight for term in evidence.lacking) / whole,
    }


def _nearness(query: Query, evidence: Evidence) -> float:
    scale = _ENGLISH if query.language == "en" else _CHINESE
    # A part named by its number has been found already: only its words are judged.
    return max(-_FAR, min(_FAR, (evidence.similarity - scale) / _SPREAD)) if evidence.hits else 1.0


def _covered(query: Query, evidence: Evidence) -> float:
    # A question that names nothing (谁负责) is covered by anything, which says nothing.
    return evidence.coverage if query.terms or not evidence.hits else 0.0


def log_odds(share: float) -> float:
    """The log odds of a share, cut off at both ends."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return max(-_LIMIT, min(_LIMIT, math.log(share / (1 - share))))
