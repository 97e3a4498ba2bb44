"""Answers drafted by a language model from numbered evidence. What it writes is a proposal: `rag.verify` judges it.

It is read as it comes, a statement at a time. A model that is silent or broken costs the time that settings allow and
gives a ServiceError; so does one that stops half-way, as its last statement cannot be trusted to be whole, one that
states nothing, and one that the asker does not wait for any more. One that goes round in circles, or on and on, is
left; what it had said before that is judged.
"""

import queue
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import PurePath
from threading import Event
from typing import Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from corpus.errors import CewenError, ServiceError
from rag.answer.base import cite
from rag.answer.blocks import blocks_of
from rag.answer.parsing import Parsed, parse
from rag.answer.prompts import RULES, evidence_message
from rag.settings import Chat
from rag.types import Citation, Draft, Evidence, ModelUse, Query, Resolution, Statement

#: Characters per token that a model may write at most: an endpoint that ignores the limit is cut off here.
_CHARACTERS: Final = 4
_PAUSE: Final = 0.5
#: In seconds: how often it is looked whether the asker still waits.
_LOOK: Final = 0.1
#: Small models go round in circles: so many characters that repeat at so short a distance are no sentence any more.
_CIRCLE: Final = 120
_ROUND: Final = 40
#: Statements that it has made before, and statements at all, after which a model is left.
_REPEATED: Final = 3
_ENOUGH: Final = 12
#: Errors of the caller that another try may mend.
_PASSING: Final = frozenset({408, 409, 429})


class _FinalError(ServiceError):
    """A failure that another try at once would only meet again."""


class ChatAnswerer:
    """`GrowingAnswerer` of a LangChain chat model."""

    def __init__(self, model: BaseChatModel, settings: Chat) -> None:
        self._model, self._settings = model, settings
        # Of a file its name alone: where it lies is nothing for those who read an answer.
        scheme, colon, path = settings.model.partition("gguf:")
        named = f"{colon}{PurePath(path).name}" if colon and not scheme else settings.model
        self.name = named or type(model).__name__

    def draft(self, query: Query, evidence: Evidence, resolution: Resolution) -> Draft:
        """See `Answerer.draft`."""
        *_, last = self.drafts(query, evidence, resolution)
        return last

    def drafts(
        self, query: Query, evidence: Evidence, resolution: Resolution, leave: Event | None = None
    ) -> Generator[Draft]:
        """See `GrowingAnswerer.drafts`."""
        blocks = blocks_of(evidence, resolution, self._settings.evidence_budget)
        if not blocks:
            yield Draft("", (), (), model=ModelUse(self.name))
            return
        citations = {block.number: cite(block.number, block.document, block.start, block.end) for block in blocks}
        messages = [SystemMessage(RULES), HumanMessage(evidence_message(query.question, blocks))]
        shown = looked = 0
        written, left = "", False
        with closing(written_by(self._model, messages, self._settings, leave)) as growing:
            for written in growing:
                left = len(written) > _CHARACTERS * self._settings.max_tokens or circling(written)
                if not left and "\n" not in written[looked:]:
                    looked = len(written)
                    continue
                looked = len(written)
                parsed = parse(written, citations, ended=False)
                if len(parsed.said) > shown:
                    shown = len(parsed.said)
                    yield self._draft(parsed, citations)
                if left := left or parsed.repeated >= _REPEATED or len(parsed.said) >= _ENOUGH:
                    break
        parsed = parse(written, citations, ended=not left)
        if not (parsed.said or parsed.declined):
            raise ServiceError("模型没有写出一句话；请检查模型服务，或换一个模型。")
        yield self._draft(parsed, citations)

    def _draft(self, parsed: Parsed, citations: Mapping[int, Citation]) -> Draft:
        statements = tuple(Statement(said.text, said.cited, check="unsupported") for said in parsed.said)
        used = {number for said in parsed.said for number in said.cited}
        kept = tuple(citation for number, citation in citations.items() if number in used)
        return Draft("", statements, kept, model=ModelUse(self.name, parsed.invented))


def circling(written: str) -> bool:
    """Whether the end of what is written is the same few words again and again."""
    tail = written[-_CIRCLE:]
    return len(tail) == _CIRCLE and any(tail[n:] == tail[:-n] for n in range(1, _ROUND + 1))


def written_by(
    model: BaseChatModel, messages: list[BaseMessage], settings: Chat, leave: Event | None = None
) -> Generator[str]:
    """What the model has written so far, again and again; ServiceError where it fails and no try is left.

    So it is as well, in a moment, once `leave` is set: whoever asks does not wait for the model any more.
    """
    deadline = time.monotonic() + settings.timeout
    for left in range(settings.retries, -1, -1):
        written = ""
        try:
            for piece in _pieces(model, messages, _Patience(deadline, settings.silence, leave)):
                written += piece
                yield written
        except ServiceError as exc:
            # Once something was said, trying again would say it twice.
            if written or not left or isinstance(exc, _FinalError) or time.monotonic() + _PAUSE > deadline:
                raise
            time.sleep(_PAUSE)
            continue
        return


class _Patience:
    """How long a model is waited for: until a deadline, so many seconds of silence, and as long as the asker stays."""

    def __init__(self, deadline: float, silence: float, leave: Event | None) -> None:
        self._deadline, self._silence, self._leave = deadline, silence, leave
        self._heard = time.monotonic()

    def heard(self) -> None:
        """The model has said something, and it has been taken up."""
        self._heard = time.monotonic()

    def wait(self) -> float:
        """Seconds to the next look; ServiceError where there is nothing left to wait for."""
        now = time.monotonic()
        if self._leave is not None and self._leave.is_set():
            raise _FinalError("已按要求停下，没有等模型写完")
        if now >= self._deadline:
            raise _FinalError("模型没有在限定的时间内写完；请检查模型服务，或调大 chat.timeout。")
        if now >= self._heard + self._silence:
            raise _FinalError(f"模型 {self._silence:.3g} 秒没有动静；请检查模型服务，或调大 chat.silence。")
        return min(_LOOK, self._deadline - now, self._heard + self._silence - now)


def _pieces(model: BaseChatModel, messages: list[BaseMessage], patience: _Patience) -> Iterator[str]:
    """The pieces of text as they come, from a thread of their own, so that a model that never returns can be left."""
    coming: queue.Queue[str | BaseException | None] = queue.Queue()
    left = Event()

    def run() -> None:
        try:
            for chunk in model.stream(messages):
                if left.is_set():
                    return
                coming.put(chunk.text)
            coming.put(None)
        except Exception as exc:  # noqa: BLE001 - providers raise what they like; the border is here
            coming.put(exc)

    threading.Thread(target=run, name="chat-model", daemon=True).start()
    try:
        while True:
            try:
                piece = coming.get(timeout=patience.wait())
            except queue.Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise _failure(piece) from piece
            yield piece
            patience.heard()
    finally:
        # Closing this generator (the asker has gone) ends the thread at its next piece.
        left.set()


def _failure(error: BaseException) -> ServiceError:
    """A model's error as ours. Its own words are the remedy where we wrote them."""
    if isinstance(error, CewenError):
        return _FinalError(str(error))
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        # What the service says may repeat a part of the key.
        return _FinalError(f"模型服务不接受密钥（{status}）；请检查 CEWEN_LLM_API_KEY。")
    refused = isinstance(status, int) and 400 <= status < 500 and status not in _PASSING
    kind = _FinalError if refused else ServiceError
    return kind(f"模型出错（{_said(error)}）；请检查模型服务后再试。")


def _said(error: BaseException) -> str:
    """The first line of a third party's error, shortened: it may hold a whole page."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:120]}" if lines else type(error).__name__
