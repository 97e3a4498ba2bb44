"""A follow-up rewritten by a language model to stand alone. Whether the rewrite is used is `rag.reading`'s to say.

What the model writes is cut to its first line; its thoughts, and what it repeats of the form, are left out. It is
waited for as for a draft, but asked once only: a model that fails here costs its time and nothing else.
"""

import re
from collections.abc import Sequence
from contextlib import closing
from threading import Event
from typing import Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from corpus.errors import ServiceError
from rag.answer.chat import circling, written_by
from rag.answer.parsing import without_thoughts
from rag.answer.prompts import REWRITE_RULES, rewrite_message
from rag.settings import Chat
from rag.types import Turn

#: In characters: more is no question.
_LONGEST: Final = 300
#: In characters: thoughts included, after which a model is left.
_MOST: Final = 4000
_FORM: Final = re.compile(
    r"^(?:(?:改写|重写)后?的?|完整的?|独立的?|rewritten |standalone )?(?:问题|问句|追问|question)?\s{0,2}[:：]\s{0,4}"
    r"|^问\s{0,2}[:：]",
    re.IGNORECASE,
)
_AROUND: Final = ' \t*`#>-“”"「」'


class ChatRewriter:
    """`Rewriter` of a LangChain chat model."""

    def __init__(self, model: BaseChatModel, settings: Chat) -> None:
        self._model, self._settings = model, settings.model_copy(update={"retries": 0})

    def rewritten(self, question: str, turns: Sequence[Turn], leave: Event | None = None) -> str:
        """See `Rewriter`."""
        messages = [SystemMessage(REWRITE_RULES), HumanMessage(rewrite_message(question, turns))]
        written = ""
        try:
            with closing(written_by(self._model, messages, self._settings, leave)) as growing:
                for written in growing:
                    if len(written) > _MOST or circling(written):
                        return ""
                    if line := _first_line(written, ended=False):
                        return line
        except ServiceError:
            return ""
        return _first_line(written, ended=True)


def _first_line(written: str, *, ended: bool) -> str:
    """The first line that says something; "" where there is none yet, or it is too long for a question."""
    lines = without_thoughts(written).split("\n")
    for raw in lines if ended else lines[:-1]:
        if line := _FORM.sub("", raw.strip(_AROUND)).strip(_AROUND):
            return line if len(line) <= _LONGEST else ""
    return ""
