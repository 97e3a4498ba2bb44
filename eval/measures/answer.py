"""Measures of the answer's words against the gold answers. An unanswerable question has no score in any of them."""

from dataclasses import dataclass
from typing import Final

from corpus.normalize import fold
from corpus.quantities import Quantity, quantities
from eval.measures.base import Case, Measure
from eval.measures.words import bare, longest_common_subsequence, longest_common_substring, tokens

_LONGEST: Final = 4000


def _f(common: int, said: int, gold: int) -> float:
    return 2 * common / (said + gold) if common else 0.0


def character_f1(said: str, gold: str) -> float:
    """The F of what is said and the gold over their longest common run of tokens, as CMRC 2018 scores it."""
    left, right = tokens(said), tokens(gold)
    return _f(longest_common_substring(left, right), len(left), len(right))


@dataclass(frozen=True)
class _AgainstGold(Measure):
    """A measure that takes the best over the gold answers."""

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not case.question.answers:
            return None
        return max(self._one(case.said[:_LONGEST], gold) for gold in case.question.answers)

    def _one(self, said: str, gold: str) -> float:
        raise NotImplementedError


class F1(_AgainstGold):
    """Character F1 as CMRC 2018 scores it: over the longest common run of tokens; the best of the gold answers."""

    name = "F1"

    def _one(self, said: str, gold: str) -> float:
        return character_f1(said, gold)


class ExactMatch(_AgainstGold):
    """Exact match as CMRC 2018 scores it: equal to a gold answer but for case, blanks and signs."""

    name = "EM"

    def _one(self, said: str, gold: str) -> float:
        return float(bare(said) == bare(gold))


class RougeL(_AgainstGold):
    """ROUGE-L (Lin 2004), F of precision and recall over the longest common subsequence of the same tokens."""

    name = "ROUGE-L"

    def _one(self, said: str, gold: str) -> float:
        left, right = tokens(said), tokens(gold)
        return _f(longest_common_subsequence(left, right), len(left), len(right))


@dataclass(frozen=True)
class KeyPoints(Measure):
    """The share of the gold answers that the answer contains, case, width, blanks and signs aside.

    Where any one of them will do (`require` any), 1 if one is contained.
    """

    name = "key_points"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not case.question.answers:
            return None
        whole = bare(fold(case.whole))
        held = [bool(point) and point in whole for point in (bare(fold(gold)) for gold in case.question.answers)]
        return float(any(held)) if case.question.require == "any" else sum(held) / len(held)


@dataclass(frozen=True)
class NumberAccuracy(Measure):
    """1 where every amount, date and percentage of a gold answer is in the answer and none is contradicted, else 0.

    Contradicted is one where what answers in the first place (the short answer, or a statement that is no quotation)
    has a quantity of the same kind and unit, but none of the gold's value. No score where no gold answer has a
    quantity; of several gold answers (`require` any) one is enough.
    """

    name = "number_accuracy"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        gold = [found for answer in case.question.answers if (found := quantities(answer))]
        if not gold:
            return None
        if case.question.require == "all":
            gold = [[quantity for found in gold for quantity in found]]
        stated, own = quantities(case.whole), quantities(_own_words(case))
        return float(any(_all_held(found, stated) and not _contradicted(found, own) for found in gold))


def _own_words(case: Case) -> str:
    """What the answer says in its own words: the short answer, and statements that no quotation of theirs holds."""
    if case.refused:
        return ""
    quotes = {c["number"]: bare(c["quote"]) for c in case.answer["citations"]}
    own = [
        statement["text"]
        for statement in case.answer["statements"]
        if not any(bare(statement["text"]) in quotes.get(number, "") for number in statement["citations"])
    ]
    return "\n".join([case.answer["short_answer"] or "", *own])


def _all_held(gold: list[Quantity], stated: list[Quantity]) -> bool:
    return all(any(quantity.same(other) for other in stated) for quantity in gold)


def _contradicted(gold: list[Quantity], own: list[Quantity]) -> bool:
    for quantity in gold:
        alike = [other for other in own if other.kind == quantity.kind and other.unit == quantity.unit]
        if alike and not any(quantity.same(other) for other in alike):
            return True
    return False


@dataclass(frozen=True)
class TotalAccuracy(Measure):
    """1 where a list or count comes to the gold total and lists as many as it counts, else 0."""

    name = "total_accuracy"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        gold = case.question.total
        if gold is None:
            return None
        return float(case.answer["total"] == gold and case.answer["listed"] == gold)


@dataclass(frozen=True)
class Right(Measure):
    """1 where the answer is right, else 0: what McNemar's test compares.

    Right is an answer that quotes the gold words (any, or all, as `require` has it) from a gold part; of an
    unanswerable question, a refusal. Where the gold has no words, a quotation from a gold part is right.
    """

    name = "right"

    def score(self, case: Case) -> float | None:
        """See `Measure.score`."""
        if not case.question.answerable:
            return float(case.refused)
        if case.refused:
            return 0.0
        cited = [c for c in case.answer["citations"] if not case.places or case.supports(c)]
        if not case.question.answers:
            return float(bool(cited))
        quotes = [bare(fold(citation["quote"])) for citation in cited]
        held = [any(words in quote for quote in quotes) for words in (bare(fold(a)) for a in case.question.answers)]
        return float(any(held) if case.question.require == "any" else all(held))
