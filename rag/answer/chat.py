"""Answers drafted by a language model from numbered evidence. What it writes is a proposal: `rag.verify` judges it.

It is read as it comes, a statement at a time. A model that is silent, endless or broken costs the time that settings
allow and gives a ServiceError; so does one that stops half-way, as its last statement cannot be trusted to be whole.
"""

import queue
import threading
import time
from collections.abc import Generator, Iterator
from typing import Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from corpus.errors import ServiceError
from rag.answer.base import cite
from rag.answer.blocks import Block, blocks_of
from rag.answer.parsing import Parsed, parse
from rag.answer.prompts import RULES, evidence_message
from rag.settings import Chat
from rag.types import Citation, Draft, Evidence, ModelUse, Query, Resolution, Statement

#: Characters per token that a model may write at most: an endpoint that ignores the limit is cut off here.
_CHARACTERS: Final = 4
_PAUSE: Final = 0.5


class ChatAnswerer:
    """`GrowingAnswerer` of a LangChain chat model."""

    def __init__(self, model: BaseChatModel, settings: Chat) -> None:
        self._model, self._settings = model, settings
        self.name = settings.model or type(model).__name__

    def draft(self, query: Query, evidence: Evidence, resolution: Resolution) -> Draft:
        """See `Answerer.draft`."""
        *_, last = self.drafts(query, evidence, resolution)
        return last

    def drafts(self, query: Query, evidence: Evidence, resolution: Resolution) -> Generator[Draft]:
        """See `GrowingAnswerer.drafts`."""
        blocks = blocks_of(evidence, resolution, self._settings.evidence_budget)
        if not blocks:
            yield Draft("", (), (), model=ModelUse(self.name))
            return
        numbers = frozenset(block.number for block in blocks)
        messages = [SystemMessage(RULES), HumanMessage(evidence_message(query.question, blocks))]
        shown = 0
        written = ""
        for written in written_by(self._model, messages, self._settings):
            parsed = parse(written, numbers, ended=False)
            if len(parsed.said) > shown:
                shown = len(parsed.said)
                yield self._draft(parsed, blocks)
        yield self._draft(parse(written, numbers), blocks)

    def _draft(self, parsed: Parsed, blocks: list[Block]) -> Draft:
        by_number = {block.number: _citation(block) for block in blocks}
        statements = tuple(Statement(said.text, said.cited, check="unsupported") for said in parsed.said)
        used = {number for said in parsed.said for number in said.cited}
        citations = tuple(citation for number, citation in by_number.items() if number in used)
        return Draft("", statements, citations, model=ModelUse(self.name, parsed.invented))


def _citation(block: Block) -> Citation:
    return cite(block.number, block.document, block.start, block.end)


def written_by(model: BaseChatModel, messages: list[BaseMessage], settings: Chat) -> Iterator[str]:
    """What the model has written so far, again and again; ServiceError where it fails, after the tries it has."""
    deadline = time.monotonic() + settings.timeout
    for left in range(settings.retries, -1, -1):
        written = ""
        try:
            for piece in _pieces(model, messages, deadline, settings.silence):
                written += piece
                if len(written) > _CHARACTERS * settings.max_tokens:
                    yield written
                    return
                yield written
        except ServiceError:
            # Once something was said, trying again would say it twice.
            if written or not left or time.monotonic() + _PAUSE > deadline:
                raise
            time.sleep(_PAUSE)
            continue
        return


def _pieces(model: BaseChatModel, messages: list[BaseMessage], deadline: float, silence: float) -> Iterator[str]:
    """The pieces of text as they come, from a thread of their own, so that a model that never returns can be left."""
    coming: queue.Queue[str | BaseException | None] = queue.Queue()
    left = threading.Event()

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
            patience = min(silence, deadline - time.monotonic())
            try:
                piece = coming.get(timeout=max(0.0, patience))
            except queue.Empty:
                raise ServiceError(
                    f"模型没有在 {patience:.0f} 秒内作答；请检查模型服务，或调大 chat.timeout。"
                ) from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise ServiceError(f"模型出错（{_said(piece)}）；请检查模型服务后再试。") from piece
            yield piece
    finally:
        # Closing this generator (the asker has gone) ends the thread at its next piece.
        left.set()


def _said(error: BaseException) -> str:
    """The first line of a third party's error, shortened: it may hold a whole page."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:120]}" if lines else type(error).__name__
