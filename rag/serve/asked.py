"""A question as it comes through a door: what is asked, after which questions, and where it may be looked for.

Earlier questions are given as text and answered again to be understood; what a follow-up needs of them is remembered,
so that a conversation that is sent in full every time costs one answer a time. Nothing here knows of HTTP.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.errors import InputError
from rag.assistant import Assistant
from rag.serve.bounds import Bounds
from rag.types import Answer, Filter, Turn

ANYWHERE: Final = Bounds()
#: Earlier questions that are looked at; those before them are left out.
KEPT: Final = 20
#: Questions whose turns are remembered, of all conversations together.
_REMEMBERED: Final = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what bounds it.

    `history` is oldest first; `bounds.documents` are names as `Collection.find` takes them. `literal` leaves out what
    came before: the question is taken as it is written.
    """

    question: str
    history: tuple[str, ...] = ()
    bounds: Bounds = ANYWHERE
    literal: bool = False


def among(assistant: Assistant, bounds: Bounds) -> Filter:
    """The documents that may be looked in; InputError where a name fits none, or there are none."""
    assistant.refresh()
    ids = tuple(assistant.collection.find(name).id for name in bounds.documents)
    return replace(bounds, documents=ids).filter(assistant.collection)


class Memory:
    """What follow-ups need of earlier questions, by everything that it depends on. For one thread."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, Turn | None] = OrderedDict()

    def growing(self, assistant: Assistant, asked: Asked) -> Generator[Answer]:
        """The answer as `Assistant.stream` gives it. InputError where the question or what bounds it is unusable."""
        within = among(assistant, asked.bounds)
        key = _first(assistant, within)
        turns: list[Turn] = []
        for earlier in () if asked.literal else asked.history[-KEPT:]:
            key = _next(key, earlier)
            turn = self._turn(assistant, key, earlier, turns, within)
            turns += [turn] if turn is not None else []
        answer = None
        for answer in assistant.stream(asked.question, turns, within):
            yield answer
        if answer is not None and not asked.literal:
            self._keep(_next(key, asked.question), assistant.turn(answer))

    def _turn(self, assistant: Assistant, key: str, earlier: str, turns: Sequence[Turn], within: Filter) -> Turn | None:
        """None where the earlier question was unusable: it got no answer, and the conversation went on without."""
        if key in self._turns:
            self._turns.move_to_end(key)
            return self._turns[key]
        try:
            turn = assistant.turn(assistant.ask(earlier, turns, within))
        except InputError:
            turn = None
        self._keep(key, turn)
        return turn

    def _keep(self, key: str, turn: Turn | None) -> None:
        self._turns[key] = turn
        self._turns.move_to_end(key)
        while len(self._turns) > _REMEMBERED:
            self._turns.popitem(last=False)


def _first(assistant: Assistant, within: Filter) -> str:
    documents = None if within.documents is None else sorted(within.documents)
    return _digest(repr((assistant.collection.generation, documents, within.as_of)))


def _next(key: str, question: str) -> str:
    return _digest(f"{key}\n{question}")


def _digest(text: str) -> str:
    # A question may hold a half of a surrogate pair, which no encoding takes.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
