"""How an assistant does on a question set: right answers, right refusals, refusals where there was an answer.

    python -m eval.measure eval/questions/anhui.jsonl [--index DIR] [--mistakes]

An answer is right where it comes from a gold part and quotes the gold words. It states counts and shares, no intervals.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.address import Address
from corpus.errors import CewenError
from eval.dataset import Question, load_questions
from rag import Answer, Assistant

Verdict = Literal["right", "wrong", "over_refused", "refused", "not_refused"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, what was answered, and how that stands."""

    question: Question
    answer: Answer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1: `right` and `over_refused` of the answerable questions, `refused` of the others."""

    answerable: int
    unanswerable: int
    right: float
    over_refused: float
    refused: float

    def __str__(self) -> str:
        return (
            f"answerable {self.answerable}: right {self.right:.1%}, refused {self.over_refused:.1%}; "
            f"unanswerable {self.unanswerable}: refused {self.refused:.1%}"
        )


def judge(question: Question, answer: Answer) -> Verdict:
    """How an answer stands against what is known of the question."""
    if not question.answerable:
        return "refused" if answer.status == "refused" else "not_refused"
    if answer.status == "refused":
        return "over_refused"
    gold = [Address.parse(address) for address in question.addresses]
    cited = [c for c in answer.citations if not question.documents or c.document_id in question.documents]
    quotes = [c.quote for c in cited if not gold or any(place.contains(c.address) for place in gold)]
    found = (any(words in quote for quote in quotes) for words in question.answers)
    return "right" if (any(found) if question.require == "any" else all(found)) else "wrong"


def ask_all(assistant: Assistant, questions: Iterable[Question]) -> list[Judged]:
    """Every question asked after its history, and judged."""
    judged = []
    for question in questions:
        answer = assistant.converse([earlier.question for earlier in question.history], question.question)
        judged.append(Judged(question, answer, judge(question, answer)))
    return judged


def figures(judged: Sequence[Judged]) -> Figures:
    """The shares over all that was judged."""
    answerable = [j for j in judged if j.question.answerable]
    rest = [j for j in judged if not j.question.answerable]

    def share(among: list[Judged], verdict: Verdict, of_none: float = 1.0) -> float:
        return sum(j.verdict == verdict for j in among) / len(among) if among else of_none

    return Figures(
        len(answerable),
        len(rest),
        share(answerable, "right"),
        share(answerable, "over_refused", of_none=0.0),
        share(rest, "refused"),
    )


def by_slice(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """For each slice the number that went well, and of how many."""
    table: dict[str, tuple[int, int]] = {}
    for each in judged:
        good, total = table.get(each.question.slice, (0, 0))
        table[each.question.slice] = (good + (each.verdict in ("right", "refused")), total + 1)
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of a set, and with --mistakes what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval.measure", description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--index", type=Path, default=Path("corpus/index"))
    parser.add_argument("--mistakes", action="store_true")
    options = parser.parse_args(arguments)
    try:
        questions = load_questions(options.questions)
        assistant = Assistant.open(options.index)
    except CewenError as exc:
        print(exc, file=sys.stderr)
        return 2
    judged = ask_all(assistant, questions)
    assistant.close()
    print(figures(judged))
    print(", ".join(f"{name} {good}/{total}" for name, (good, total) in by_slice(judged).items()))
    for each in judged if options.mistakes else ():
        if each.verdict not in ("right", "refused"):
            print(f"{each.verdict:12} {each.question.id}: {each.question.question}")
            print(
                f"             {each.answer.text[:300]!r} {each.answer.refusal and each.answer.refusal.missing_terms}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
