"""How likely it is that the best sentences answer a question, from 0 to 1, and where a reading outweighs a rule.

Two logistics: one of how much of the question the evidence covers and how near it lies, and one of that and of what the
span reader says. The reader has a say where words are asked for that it was trained to find (谁, 哪里, 多少, 什么), in
Chinese; of how something is done, of lists and of yes or no it knows nothing. The weights were fitted on development
questions that are neither the seed's nor the reader's (docs/decisions.md).
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from rag.answer.short import of_kind
from rag.types import AnsweringWords, Evidence, Expects, Query, Term

_INTERCEPT: Final = -0.3
_COVERAGE: Final = 2.0
_NEARNESS: Final = 0.8
#: The usual cosine of a question and its best sentence, by the question's language, and the spread around it.
_CHINESE: Final = 0.87
_ENGLISH: Final = 0.77
_SPREAD: Final = 0.02
#: Of the second logistic: on the log odds of the first, and on those of the reader.
_FIRST: Final = 0.64
_READER: Final = 0.75
_SECOND_INTERCEPT: Final = 1.7
#: Log odds are cut off here: a reader is never that sure.
_LIMIT: Final = 6.0
#: How sure the reader must be for words to count although a rule finds something missing.
_OUTWEIGHS: Final = 0.5
_HOW: Final = re.compile(r"怎|如何|咋|为何|为什么|为啥")
_WORDS: Final = re.compile(r"什么|啥|哪|何|谁|多少|几")


def confidence(query: Query, evidence: Evidence) -> float:
    """From 0 to 1, how likely it is that the best sentences answer the question."""
    scale = _ENGLISH if query.language == "en" else _CHINESE
    # A part named by its number has been found already: only its words are judged.
    nearness = (evidence.similarity - scale) / _SPREAD if evidence.hits else 1.0
    # A question that names nothing (谁负责) is covered by anything, which says nothing.
    covered = evidence.coverage if query.terms or not evidence.hits else 0.0
    odds = _INTERCEPT + _COVERAGE * covered + _NEARNESS * nearness
    # Of what is asked for with 什么 and 哪 alone the reader knows too little to speak against it.
    if evidence.words is not None and query.expects is not Expects.TEXT and asks_for_words(query):
        odds = _SECOND_INTERCEPT + _FIRST * _cut(odds) + _READER * _cut(_log_odds(evidence.words.sure))
    return 1 / (1 + math.exp(-odds))


def asks_for_words(query: Query) -> bool:
    """Whether a question asks for words that a span reader can find, and not for a list, a yes, or how."""
    if query.language != "zh" or query.expects in (Expects.LIST, Expects.YES_NO):
        return False
    if query.expects is not Expects.TEXT:
        return True
    return _WORDS.search(query.folded) is not None and _HOW.search(query.folded) is None


def outweighs(query: Query, words: AnsweringWords | None, lacking: Sequence[Term]) -> bool:
    """Whether words were read so surely that they answer although the terms `lacking` are nowhere.

    Never where a name, a number, a date or a place is lacking: that would be the answer to another question.
    """
    if words is None or words.sure < _OUTWEIGHS or not asks_for_words(query):
        return False
    return of_kind(query, words.text) and not any(term.exact for term in lacking)


def _log_odds(share: float) -> float:
    share = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(share / (1 - share))


def _cut(odds: float) -> float:
    return max(-_LIMIT, min(_LIMIT, odds))
