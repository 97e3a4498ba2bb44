"""One conversation's way through the assistant: what is kept of it, and its newest exchange as it grows.

It puts nothing on the screen: `rag.serve.web` does.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.collection import Collection
from corpus.errors import CewenError
from corpus.model import Document
from rag.assistant import Assistant
from rag.serve import markup
from rag.serve.bounds import Bounds
from rag.serve.texts import EXAMPLES, texts
from rag.types import Answer, Language, Turn

#: Exchanges that a conversation keeps; older ones leave the screen and the memory.
KEPT: Final = 40
#: Seconds between two statements of an answer, so that the eye can follow; a long list is not slowed down by it.
PAUSE, LONGEST_PAUSE = 0.06, 0.6


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser session holds: turns for follow-ups, and what the screen shows of them."""

    turns: tuple[Turn, ...] = ()
    shown: tuple[str, ...] = ()
    language: Language = "zh"

    def after(self, turn: Turn | None, fragment: str) -> "Conversation":
        """With one more exchange; `turn` is None where there was no answer."""
        turns = (*self.turns, turn) if turn is not None else self.turns
        return replace(self, turns=turns[-KEPT:], shown=(*self.shown, fragment)[-KEPT:])

    def in_other_language(self) -> "Conversation":
        """The same, with the window's words in the other language."""
        return replace(self, language="zh" if self.language == "en" else "en")


class Desk:
    """The handlers. One assistant serves every session; it is asked by one thread at a time."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()

    def documents(self) -> Sequence[Document]:
        """What the corpus holds now."""
        with self._lock:
            return self._assistant.collection.documents()

    def document(self, id_: object) -> Document | None:
        """The document with that id; None where there is none, for the id comes from a browser."""
        return next((document for document in self.documents() if document.id == id_), None)

    @property
    def collection(self) -> Collection:
        """The corpus that is asked."""
        return self._assistant.collection

    def ask(self, question: str, conversation: Conversation, bounds: Bounds) -> tuple[Answer, Turn]:
        """The answer from the documents within `bounds`, and what a follow-up needs of it."""
        with self._lock:
            answer = self._assistant.ask(question, conversation.turns, bounds.filter(self.collection))
            return answer, self._assistant.turn(answer)

    def stream(self, question: str, conversation: Conversation, bounds: Bounds) -> Iterator[tuple[str, Conversation]]:
        """The newest exchange as it grows, with the conversation as it then is."""
        words = texts(conversation.language)
        asked = markup.question(question, words, bounds.said(self.collection, words))
        yield markup.exchange(asked, markup.pending(words)), conversation
        try:
            answer, turn = self.ask(question, conversation, bounds)
        except CewenError as exc:
            fragment = markup.exchange(asked, markup.error(str(exc), words))
            yield fragment, conversation.after(None, fragment)
            return
        pause = min(PAUSE, LONGEST_PAUSE / max(1, len(answer.statements)))
        for count in range(len(answer.statements)):
            yield markup.exchange(asked, markup.answer(answer, words, count)), conversation
            time.sleep(pause)
        fragment = markup.exchange(asked, markup.answer(answer, words))
        yield fragment, conversation.after(turn, fragment)


def examples(documents: Sequence[Document]) -> list[str]:
    """Questions that these documents answer: prepared ones where their word occurs, else from the outline."""
    prepared = [question for question, word in EXAMPLES if any(word in document.text for document in documents)]
    made = [
        f"{part.heading}有哪几条？"
        for document in documents
        for part in document.parts
        if part.heading and part.address.depth and len(document.children(part.address)) >= 2
    ]
    return (prepared or list(dict.fromkeys(made)))[: len(EXAMPLES)]
