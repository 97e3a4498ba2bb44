"""Measures of citing: ALCE's recall and precision with the gold parts as the judge of support, exactness of quotations.

Source: Gao et al., Enabling Large Language Models to Generate Text with Citations (EMNLP 2023). There a language model
judges whether a passage supports a statement; here it does where it lies in a gold part, so that no model is needed and
nothing is guessed. A refusal has no score, as it states nothing; nor has a question without gold places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from corpus.normalize import fold
from corpus.quantities import quantities
from eval.measures.base import Case, Measure
from eval.measures.words import bare

#: The share of a statement's pairs of characters that its citations must hold.
_HELD: Final = 0.8


def _cited(case: Case, statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    numbers = statement["citations"]
    return [citation for citation in case.answer["citations"] if citation["number"] in numbers]


def _judged(case: Case) -> bool:
    return not case.refused and bool(case.places) and bool(case.answer["statements"])


@dataclass(frozen=True)
class CitationRecall(Measure):
    """The share of the statements that a citation of theirs supports."""

    name = "citation_recall"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not _judged(case):
            return None
        statements = case.answer["statements"]
        return sum(any(map(case.supports, _cited(case, s))) for s in statements) / len(statements)


@dataclass(frozen=True)
class CitationPrecision(Measure):
    """The share of the citations, statement by statement, that support what they stand behind."""

    name = "citation_precision"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not _judged(case):
            return None
        cited = [citation for statement in case.answer["statements"] for citation in _cited(case, statement)]
        return sum(map(case.supports, cited)) / len(cited) if cited else 0.0


@dataclass(frozen=True)
class QuoteExactness(Measure):
    """The share of the quotations that stand in the document to the letter, just where they say."""

    name = "quote_exactness"
    grounded = False

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        citations = case.answer["citations"]
        if case.refused or not citations or case.texts is None:
            return None
        exact = [case.texts.get(c["document_id"], "")[c["start"] : c["end"]] == c["quote"] for c in citations]
        return exact.count(True) / len(exact)


@dataclass(frozen=True)
class UnsupportedStatements(Measure):
    """The share of the statements that their own quotations do not hold: less is better.

    Held is a statement of whose pairs of characters four fifths, and of whose quantities all, stand in what it cites.
    This is judged here, whatever the system says of itself.
    """

    name = "unsupported_statements"
    rises = False
    grounded = False

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if case.refused or not case.answer["statements"]:
            return None
        statements = case.answer["statements"]
        held = [_held(s["text"], [c["quote"] for c in _cited(case, s)]) for s in statements]
        return held.count(False) / len(held)


def _held(statement: str, quotes: list[str]) -> bool:
    cited = "\n".join(quotes)
    if any(not any(q.same(other) for other in quantities(cited)) for q in quantities(statement)):
        return False
    words, source = bare(fold(statement)), bare(fold(cited))
    pairs = [words[place : place + 2] for place in range(len(words) - 1)]
    return not pairs or sum(pair in source for pair in pairs) >= _HELD * len(pairs)
