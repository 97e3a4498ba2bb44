"""What chat models of tests have in common: the way from the blocks in a message to a draft that is streamed.

Real subclasses of LangChain's chat model: each reads the numbered blocks out of the message it is sent and writes a
draft, a statement a line with its [n]. `claims` says what it will write and whether that is true. `turn` decides where
it begins to look, so that one rule gives many drafts; nothing is random. None knows how statements are judged.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from tests.shown import Claim, Shown, Truth, blocks_in

#: Characters that are streamed at once.
_PIECE: Final = 7


class Model(BaseChatModel):
    """Writes what `written` gives, in small pieces."""

    turn: int = 0
    most: int = 1

    @property
    def _llm_type(self) -> str:
        return type(self).__name__

    def written(self, blocks: Sequence[Shown], question: str) -> str:
        """The whole draft."""
        raise NotImplementedError

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        said = self.written(*blocks_in(str(messages[-1].content)))
        for at in range(0, len(said), _PIECE):
            yield ChatGenerationChunk(message=AIMessageChunk(content=said[at : at + _PIECE]))

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:  # fmt: skip
        said = self.written(*blocks_in(str(messages[-1].content)))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=said))])


class Claiming(Model):
    """Writes claims, at most `most` of them, or that the evidence does not say."""

    kind: ClassVar[str]
    truth: ClassVar[Truth] = "wrong"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        raise NotImplementedError

    def _answers(self, blocks: Sequence[Shown], _question: str) -> Iterator[Claim]:
        yield from self._claims(blocks)

    def claims(self, blocks: Sequence[Shown], question: str = "") -> list[Claim]:
        """What it will write of these blocks."""
        found: dict[str, Claim] = {}
        for claim in self._answers(blocks, question):
            found.setdefault(claim.text, claim)
            if len(found) == self.most:
                break
        return list(found.values())

    def written(self, blocks: Sequence[Shown], question: str) -> str:
        """The claims, a line each."""
        return "\n".join(f"{claim.text}。[{claim.cited}]" for claim in self.claims(blocks, question)) or "资料未说明"

    def _places(self, blocks: Sequence[Shown]) -> Iterator[tuple[Shown, str]]:
        """The sentences with their blocks, beginning with another one every turn."""
        places = [(block, said) for block in blocks for said in block.sentences]
        at = self.turn % len(places) if places else 0
        yield from (*places[at:], *places[:at])
