"""Chat models that break: they stop half-way, write garbage, write without end, or never answer.

Those that wait do so on an event and for a bounded time, so that their thread can end.
"""

import random
import threading
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from tests.chat_model import Model
from tests.shown import Shown, blocks_in

#: In seconds: how long a model that never answers waits at most.
_PATIENCE: Final = 20.0


class EndpointGoneError(Exception):
    """What a provider's client raises: it belongs to nobody's tree of errors."""


def _quotes(blocks: Sequence[Shown]) -> list[tuple[str, int]]:
    return [(said, block.number) for block in blocks for said in block.sentences]


class StopsMidSentence(Model):
    """Ends its second sentence in the middle, right behind what makes it a rule of its own, and cites nothing."""

    def written(self, blocks: Sequence[Shown], _question: str) -> str:
        """A whole statement, and one that is cut."""
        (first, number), *rest = _quotes(blocks)
        second = rest[0][0] if rest else first
        return f"{first}。[{number}]\n{second[: len(second) // 2]}"


class StopsAndCites(Model):
    """Cuts its sentence and cites it all the same."""

    def written(self, blocks: Sequence[Shown], _question: str) -> str:
        """The first half of the longest sentence, cited."""
        said, number = max(_quotes(blocks), key=lambda each: len(each[0]))
        return f"{self.cut(said)}[{number}]"

    @staticmethod
    def cut(said: str) -> str:
        """The first half, up to a place inside a word or a clause."""
        return said[: len(said) // 2]


class RaisesMidStream(Model):
    """Writes a made-up statement and half a line, and then its endpoint is gone."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        blocks, _ = blocks_in(str(messages[-1].content))
        for piece in (
            f"{FALSEHOOD}。[{blocks[0].number}]\n",
            blocks[0].sentences[0][:9] if blocks[0].sentences else "",
        ):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        raise EndpointGoneError("connection reset by peer\n" + "<html>" * 50)


class Drips(Model):
    """Writes the same sign for ever, a piece at a time."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        for _ in range(1_000_000):
            yield ChatGenerationChunk(message=AIMessageChunk(content="的的的的[1]的的的的的的的的的的\n"))


class NeverReturns(Model):
    """Waits until it is released, at most `_PATIENCE` seconds, and says nothing."""

    _released: threading.Event = PrivateAttr(default_factory=threading.Event)

    def release(self) -> None:
        """Lets its threads end."""
        self._released.set()

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        self._released.wait(_PATIENCE)
        yield ChatGenerationChunk(message=AIMessageChunk(content=""))


#: No document says so.
FALSEHOOD: Final = "本级财政对每个申请单位一次性补助九百八十七万元"


class Garbage(Model):
    """Writes one of `GARBAGE`; `which` is its number."""

    which: int = 0
    GARBAGE: ClassVar[tuple[str, ...]] = (
        "",
        " \n\t\n ",
        random.Random(5).randbytes(600).decode("latin-1"),
        "".join(chr(random.Random(6).randrange(0x4E00, 0x9FA5)) for _ in range(1)) * 900 + "[1]",
        "".join(chr(code) for code in random.Random(7).choices(range(0x4E00, 0x9FA5), k=300)) + "。[1]",
        '{"answer": "' + FALSEHOOD + '", "citations": [1, 2]}',
        '[{"text": "' + FALSEHOOD + '", "cite": [1]}]',
        f"<html><body><p>{FALSEHOOD}</p><script>alert(1)</script></body></html>[1]",
        "应当" * 400 + "[1]",
        "[1][2][3]" * 200,
        "[" * 5000 + "]" * 5000,
        "（" * 3000 + FALSEHOOD + "[1]",
        "\x00\x1b[31m\u202e" + FALSEHOOD + "[1]",
        "<think>" + FALSEHOOD + "[1]",
        "1. \n2. \n3. [1]\n- [2]\n",
        "资料未说明\n" + FALSEHOOD + "。[1]",
        FALSEHOOD + "。[99999999999999999999]",
        FALSEHOOD + "。[-1][0][1.5][1-3]",
        "|金额|\n|---|\n|" + FALSEHOOD + " [1]|",
        "```\n" + FALSEHOOD + "。[1]\n```",
    )

    def written(self, blocks: Sequence[Shown], _question: str) -> str:
        """The garbage."""
        del blocks
        return self.GARBAGE[self.which]
