"""What a system under measurement must do: answer a question, and tell what it found on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from corpus.errors import InputError
from eval.dataset import Question
from rag.types import Answer, Refusal
from rag.wire import answer_object

#: How many results of each stage are kept: what recall@100 needs.
DEPTH: Final = 100
#: Of so many results the words are looked at.
READ: Final = 10


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document that was found: [start, end) in its text."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer as `rag ask --json` has it, and what each stage found, best first; the last stage is the result.

    `search_ms` is what the search alone took. `passages` are what a reader is shown first of the results, where that is
    less than a result whole.
    """

    answer: dict[str, Any]
    stages: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    search_ms: float = 0.0
    passages: Sequence[Span] = ()


class System(Protocol):
    """Answers questions over one corpus."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes with everything that decides an answer, the corpus excepted."""
        ...

    @property
    def settings(self) -> dict[str, Any]:
        """What it was set to."""
        ...

    @property
    def megabytes(self) -> float:
        """The size of its index."""
        ...

    def ask(self, question: Question, excluded: frozenset[str] = frozenset()) -> Asked:
        """The answer to `question` after its history, from the documents it allows but none of `excluded`."""
        ...

    def close(self) -> None:
        """Let go of the index."""
        ...


def unusable(question: Question, why: InputError) -> Asked:
    """What is recorded of a question that cannot be asked at all."""
    head = question.question[:200]
    answer = Answer(head, head, None, "refused", str(why), refusal=Refusal("not_a_question"))
    return Asked(answer_object(answer, question.id) | {"error": str(why)})
