"""What tests of the doors for programs share: a corpus without the large model, a server, models with a script.

The server listens on a loopback port and runs in a thread of its own.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from corpus import Collection
from ingest import ingest
from rag import Assistant
from rag.answer.chat import ChatAnswerer
from rag.answer.extractive import ExtractiveAnswerer
from rag.assembly import assemble
from rag.drafting import Drafter
from rag.serve.clerk import Clerk
from rag.serve.command import listening
from rag.serve.http import application
from rag.serve.service import Service
from rag.settings import Chat, Refusing, Settings
from rag.verify import Verifier
from tests.conftest import SEED, LetterEncoder

#: Letters tell little of meaning: what the words find is answered.
SETTINGS = Settings(refusing=Refusing(threshold=0.0))


def letter_index(folder: Path) -> Path:
    """The seed, indexed by letters."""
    with Collection.open(folder, encoder=LetterEncoder(), writable=True) as collection:
        assert not ingest([SEED], collection).failed
    return folder


def letter_assistant(folder: Path, model: BaseChatModel | None = None) -> Assistant:
    """An assistant over it; with `model`, one that lets it draft."""
    collection = Collection.open(folder, encoder=LetterEncoder())
    parts = assemble(collection, SETTINGS)
    if model is not None:
        quoting = ExtractiveAnswerer(SETTINGS.answering, lambda id_, address: collection.document(id_).label(address))
        parts.drafter = Drafter(quoting, Verifier(collection), ChatAnswerer(model, Chat(retries=0)))
    return Assistant(parts)


class Server:
    """The application on a loopback port, in a thread of its own."""

    def __init__(self, assistant: Assistant, key: str | None = None, waiting: int = 64) -> None:
        self.service = Service(Clerk(assistant, waiting))
        self._socket = listening("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = application(self.service, key=key)
        config = uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self.service.close()

    def get(self, path: str, **options: Any) -> httpx.Response:
        """As httpx does."""
        return httpx.get(self.url + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """As httpx does."""
        return httpx.post(self.url + path, timeout=30, **options)


class ScriptedModel(BaseChatModel):
    """Writes lines, `pause` seconds before each; {n} in a line is a sentence of the evidence's block n.

    `ended` is set when it has stopped, whoever stopped it. After its lines it fails where it is `broken`.
    """

    lines: Sequence[str]
    pause: float = 0.0
    broken: bool = False
    ended: Any = None

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        sentences = _sentences(str(messages[-1].content))
        try:
            for line in self.lines:
                time.sleep(self.pause)
                yield ChatGenerationChunk(message=AIMessageChunk(content=line.format(*sentences) + "\n"))
            if self.broken:
                raise ConnectionError("the endpoint has gone")
        finally:
            if self.ended is not None:
                self.ended.set()


def _sentences(evidence: str) -> list[str]:
    """The first sentence of each block, by its number; what stands at 0 is no block's."""
    lines = evidence.split("\n")
    return [
        "",
        *(
            lines[at + 1].split("。")[0]
            for at, line in enumerate(lines)
            if line.startswith("[") and at + 1 < len(lines)
        ),
    ]
