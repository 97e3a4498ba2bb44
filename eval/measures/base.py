"""What a measure is: a value with a name that parses back, and a score for one question with its answer.

A question that a measure says nothing of has no score, which is not the same as a score of 0. Every figure is a mean
over the questions with a score, weighted where a ratio has to come out.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from eval.dataset import Question


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the answer as `rag ask --json` has it, and what was found, best first, as units.

    A unit that is gold bears its name in `relevant`, with its grade; `places` are the gold parts, each a document and
    [start, end) in it, and `texts` the documents that the answer cites. `results` are the texts of the first results,
    `passages` what fits best in each of them; `verbatim` are those gold answers that stand in a gold document.
    """

    question: Question
    answer: Mapping[str, Any]
    ranked: Sequence[str]
    relevant: Mapping[str, int]
    places: Sequence[tuple[str, int, int]] = ()
    texts: Mapping[str, str] | None = None
    results: Sequence[str] = ()
    passages: Sequence[str] = ()
    verbatim: Sequence[str] = ()

    @property
    def refused(self) -> bool:
        """Whether there was no answer."""
        return bool(self.answer["status"] == "refused")

    @property
    def said(self) -> str:
        """What is held against the gold words: the short answer, else the statements; "" for a refusal."""
        if self.refused:
            return ""
        return self.answer["short_answer"] or "\n".join(s["text"] for s in self.answer["statements"])

    @property
    def whole(self) -> str:
        """Everything that the answer states, the short answer included."""
        if self.refused:
            return ""
        return "\n".join([self.answer["short_answer"] or "", *(s["text"] for s in self.answer["statements"])])

    def supports(self, citation: Mapping[str, Any]) -> bool:
        """Whether a citation lies in a gold part."""
        return any(
            citation["document_id"] == document and start <= citation["start"] and citation["end"] <= end
            for document, start, end in self.places
        )


class Measure(ABC):
    """One measure. `rises` tells whether more is better; `grounded` whether it has to fall without the gold."""

    rises: ClassVar[bool] = True
    grounded: ClassVar[bool] = True

    @property
    @abstractmethod
    def name(self) -> str:
        """The name that `eval.measures.measure` parses back."""

    @abstractmethod
    def score(self, case: Case) -> float | None:
        """The score of one question; None where the measure says nothing of it."""

    def weight(self, score: float) -> float:
        """How much a score counts in the mean."""
        del score
        return 1.0

    def __str__(self) -> str:
        return self.name
