"""One conversation's way through the assistant: what is kept of it, and its newest exchange as it grows.

It puts nothing on the screen: `rag.serve.web` does.
"""

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from corpus.collection import Collection
from corpus.errors import CewenError, ServiceError
from corpus.model import Document
from rag.assistant import Assistant
from rag.serve import markup
from rag.serve.asked import ANYWHERE
from rag.serve.bounds import Bounds
from rag.serve.feedback import FeedbackFile
from rag.serve.growing import growing
from rag.serve.texts import EXAMPLES, texts
from rag.types import Answer, Language, Turn

#: Exchanges that a conversation keeps; older ones leave the screen and the memory.
KEPT: Final = 40
#: Seconds between two statements of an answer, so that the eye can follow; a long list is not slowed down by it.
PAUSE, LONGEST_PAUSE = 0.06, 0.6


#: Seconds between two looks whether whoever waits for the turn still does.
LOOK: Final = 0.1


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser session holds: turns for follow-ups, and what the screen shows of them.

    `literal` is the newest question as typed where it was read as a follow-up: it can be asked as it stands instead.
    `answer` is the newest answer, if it is asked whether it is right.
    """

    turns: tuple[Turn, ...] = ()
    shown: tuple[str, ...] = ()
    language: Language = "zh"
    literal: str = ""
    answer: Answer | None = None

    def after(self, turn: Turn | None, fragment: str, answer: Answer | None = None) -> "Conversation":
        """With one more exchange; `turn` is None where there was no answer."""
        turns = (*self.turns, turn) if turn is not None else self.turns
        literal = turn.question if turn is not None and turn.followed else ""
        shown = (*self.shown, fragment)[-KEPT:]
        return replace(self, turns=turns[-KEPT:], shown=shown, literal=literal, answer=answer)

    def undone(self) -> "Conversation":
        """Without the newest exchange, which was read as a follow-up and is to be asked literally."""
        return replace(self, turns=self.turns[:-1], shown=self.shown[:-1], literal="", answer=None)

    def in_other_language(self) -> "Conversation":
        """The same, with the window's words in the other language."""
        return replace(self, language="zh" if self.language == "en" else "en")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question with where to look. `session` is whose it is; `literal` takes it as typed, whatever went before."""

    question: str
    bounds: Bounds = ANYWHERE
    session: str = ""
    literal: bool = False


class Desk:
    """The handlers. One assistant serves every session; it is asked by one thread at a time.

    With `feedback` readers are asked whether an answer is right.
    """

    def __init__(self, assistant: Assistant, feedback: FeedbackFile | None = None) -> None:
        self._assistant, self._feedback = assistant, feedback
        self._lock = threading.Lock()
        self._leaving: dict[str, threading.Event] = {}

    def documents(self) -> Sequence[Document]:
        """What the corpus holds now. It waits for nobody's answer."""
        return self._assistant.collection.documents()

    def document(self, id_: object) -> Document | None:
        """The document with that id; None where there is none, for the id comes from a browser."""
        return next((document for document in self.documents() if document.id == id_), None)

    @property
    def collection(self) -> Collection:
        """The corpus that is asked."""
        return self._assistant.collection

    def leave(self, session: str) -> None:
        """Wait no longer for the language model that drafts for a session; quotations stand instead."""
        if (leaving := self._leaving.get(session)) is not None:
            leaving.set()

    def stream(self, wanted: Wanted, conversation: Conversation) -> Generator[tuple[str, Conversation] | None]:
        """The newest exchange as it grows, with the conversation as it then is; None where there is nothing new.

        Closing it leaves a language model that is drafting.
        """
        words = texts(conversation.language)
        head = markup.question(wanted.question, words, wanted.bounds.said(self.collection, words))
        yield markup.exchange(head, markup.pending(words)), conversation
        leaving = self._leaving[wanted.session] = threading.Event()
        partial, whole = 0, None
        try:
            with closing(growing(lambda: self._answers(wanted, conversation, leaving), leaving)) as items:
                for item in items:
                    if item is not None and item[1] is not None:
                        whole = item
                    elif item is not None:
                        partial = len(item[0].statements)
                        yield markup.exchange(head, markup.answer(item[0], words)), conversation
                    elif partial or not self._assistant.writes:
                        yield None
                    else:
                        yield markup.exchange(head, markup.pending(words, writing=True)), conversation
        except CewenError as exc:
            fragment = markup.exchange(head, markup.error(str(exc), words))
            yield fragment, conversation.after(None, fragment)
            return
        finally:
            if self._leaving.get(wanted.session) is leaving:
                del self._leaving[wanted.session]
        assert whole is not None  # an assistant gives a whole answer or raises
        answer, turn = whole
        # Statements that have been seen to grow need not appear once more.
        for count in range(0 if answer.method == "extractive" else partial, len(answer.statements)):
            yield markup.exchange(head, markup.answer(answer, words, count)), conversation
            time.sleep(min(PAUSE, LONGEST_PAUSE / max(1, len(answer.statements))))
        undo = bool(conversation.after(turn, "").literal)
        judged = answer if self._feedback is not None and _is_answer(answer) else None
        asking = markup.judging(words) if judged is not None else ""
        fragment = markup.exchange(head, markup.answer(answer, words, undo=undo) + asking)
        yield fragment, conversation.after(turn, fragment, judged)

    def judge(self, conversation: Conversation, *, right: bool) -> Conversation:
        """Keep what is said of the newest answer, which is said once."""
        if self._feedback is not None and conversation.answer is not None:
            self._feedback.add(conversation.answer, right=right)
        return replace(conversation, answer=None)

    def _answers(
        self, wanted: Wanted, conversation: Conversation, leaving: threading.Event
    ) -> Generator[tuple[Answer, Turn | None]]:
        """The answer as it grows; with the whole one comes what a follow-up needs of it."""
        while not self._lock.acquire(timeout=LOOK):
            if leaving.is_set():
                raise ServiceError("已停止：前面的问题还没有答完，这个问题没有作答。")
        try:
            among = wanted.bounds.filter(self.collection)
            for answer in self._assistant.stream(
                wanted.question, conversation.turns, among, literal=wanted.literal, leave=leaving
            ):
                yield answer, None if answer.partial else self._assistant.turn(answer)
        finally:
            self._lock.release()


def _is_answer(answer: Answer) -> bool:
    """Whether a question was answered or refused; a greeting is neither."""
    return answer.refusal is None or answer.refusal.reason != "not_a_question"


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
