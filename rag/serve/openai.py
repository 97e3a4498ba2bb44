"""Our answers in the shapes of OpenAI's chat completions, and its requests as our questions.

System messages, temperature and the like change nothing: how it is answered is not the asker's to say. A character
counts as a token. Citations are annotations in OpenAI's own shape, with ours beside them.
"""

import time
import uuid
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from rag.serve.asked import Asked
from rag.serve.errors import UnusableError
from rag.serve.schemas import Completion, Message
from rag.serve.transcript import Mark, Transcript
from rag.types import Answer
from rag.wire import answer_object, citation_object

MODEL: Final = "cewen"


def asked(wanted: Completion) -> Asked:
    """The last message of the user, after those before it. UnusableError where there is none, or it holds no text."""
    if wanted.model != MODEL:
        raise UnusableError(f"没有模型“{wanted.model[:60]}”：请写 {MODEL}。", "model", "model_not_found", 404)
    if wanted.n not in (None, 1):
        raise UnusableError("一次只作一个回答：请去掉 n，或写 1。", "n")
    if wanted.response_format is not None and wanted.response_format.type != "text":
        raise UnusableError("这里只作文字回答；要 JSON 对象，请用 POST /v1/answers。", "response_format")
    users = [message for message in wanted.messages if message.role == "user"]
    if not users:
        raise UnusableError('messages 里没有提问：请加上 {"role": "user", "content": "问题"}。', "messages", "missing")
    if isinstance(users[-1].content, list) and any(part.type != "text" for part in users[-1].content):
        raise UnusableError("只能读文字：请去掉问题里的图片、声音和文件。", "messages")
    history = tuple(filter(None, map(text_of, users[:-1])))
    return Asked(text_of(users[-1]), history, wanted.bounds())


def text_of(message: Message) -> str:
    """The text of a message, its pieces joined."""
    if isinstance(message.content, list):
        return "\n".join(part.text for part in message.content if part.type == "text" and part.text)
    return message.content or ""


class Chat:
    """One completion: the same text whether it is sent in pieces or whole. `base` is the URL of this server."""

    def __init__(self, wanted: Completion, base: str) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        self._read = sum(len(text_of(message)) for message in wanted.messages)
        self._usage = wanted.stream and wanted.stream_options is not None and wanted.stream_options.include_usage
        self._base = base.rstrip("/")
        self._transcript = Transcript()

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The object of a completion that is not streamed."""
        self._transcript.grown(answer)
        message = {
            "role": "assistant",
            "content": self._transcript.text,
            "refusal": None,
            "annotations": self._annotations(),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._head | {
            "object": "chat.completion",
            "choices": [choice],
            "usage": self._used(),
            "cewen": answer_object(answer),
        }

    def opening(self) -> dict[str, Any]:
        """The first piece: who speaks."""
        return self._piece({"role": "assistant", "content": ""})

    def pieces(self, answer: Answer) -> list[dict[str, Any]]:
        """The pieces for an answer of a stream; the whole one brings annotations, our object, and the end."""
        lines = self._transcript.grown(answer).splitlines(keepends=True)
        found = [self._piece({"content": line}) for line in lines]
        if answer.partial:
            return found
        found.append(
            self._piece({"annotations": self._annotations()}, finish="stop") | {"cewen": answer_object(answer)}
        )
        if self._usage:
            found.append(
                self._head | {"object": "chat.completion.chunk", "choices": [], "usage": self._used()},
            )
        return found

    def _piece(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage: dict[str, Any] = {"usage": None} if self._usage else {}
        return self._head | {"object": "chat.completion.chunk", "choices": [choice]} | usage

    def _annotations(self) -> list[dict[str, Any]]:
        return annotations(self._transcript.marks, self._base)

    def _used(self) -> dict[str, int]:
        written = len(self._transcript.text)
        return {"prompt_tokens": self._read, "completion_tokens": written, "total_tokens": self._read + written}


def annotations(marks: Sequence[Mark], base: str) -> list[dict[str, Any]]:
    """A `url_citation` for each mark, as OpenAI's clients read them: its URL gives the cited part from this server.

    Beside it our citation. `start_index` and `end_index` count code points of the content; the end is exclusive.
    """
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": mark.start,
                "end_index": mark.end,
                "title": mark.citation.label,
                "url": f"{base}/v1/parts?"
                + urlencode({"document": mark.citation.document_id, "address": str(mark.citation.address)}),
            },
            "citation": citation_object(mark.citation),
        }
        for mark in marks
    ]


def models() -> dict[str, Any]:
    """What `GET /v1/models` lists."""
    return {"object": "list", "data": [model(MODEL)]}


def model(name: str) -> dict[str, Any]:
    """What `GET /v1/models/…` gives; UnusableError where there is no such model."""
    if name != MODEL:
        raise UnusableError(f"没有模型“{name[:60]}”：只有 {MODEL}。", "model", "model_not_found", 404)
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "cewen"}
