"""What every door for programs offers: answers, searches, documents, parts, health; asked of one `Clerk`, and counted.

Values and JSON objects go out; which protocol carries them is `rag.serve.http`'s and `rag.serve.mcp`'s.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final

from corpus.errors import CewenError, ServiceError, StateError
from rag.assistant import Assistant
from rag.serve import holdings
from rag.serve.asked import Asked, Memory, among
from rag.serve.clerk import Clerk, always_there
from rag.serve.metrics import Metrics
from rag.serve.schemas import PartWanted, Search
from rag.types import Answer
from rag.wire import hit_object

#: Seconds that a look at the index may wait for its turn; a question takes longer only where a model drafts.
_PATIENCE: Final = 2.0


class Service:
    """Takes over the clerk; `close` lets go of the index."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk, self._memory = clerk, Memory()
        self.metrics = Metrics()
        self._known: dict[str, int] = {}

    def close(self) -> None:
        """Finish what is being answered, and let go of the index."""
        self._clerk.close()

    async def answers(self, asked: Asked, gone: Callable[[], Awaitable[bool]] = always_there) -> AsyncGenerator[Answer]:
        """The answer as it grows; the last is the whole. Closing this stops the work on it."""
        growing = self._clerk.stream(lambda assistant: self._memory.growing(assistant, asked), gone)
        async with aclosing(growing):
            async for answer in growing:
                if not answer.partial:
                    self.metrics.answered(answer)
                yield answer

    async def answer(self, asked: Asked, gone: Callable[[], Awaitable[bool]] = always_there) -> Answer:
        """The whole answer."""
        whole: Answer | None = None
        async with aclosing(self.answers(asked, gone)) as growing:
            async for answer in growing:
                whole = answer
        assert whole is not None  # an assistant yields an answer or raises
        return whole

    async def search(self, wanted: Search) -> dict[str, Any]:
        """The object of `rag search --json`."""

        def work(assistant: Assistant) -> dict[str, Any]:
            hits, timings = assistant.search(wanted.query, wanted.k, among(assistant, wanted.bounds()))
            self.metrics.timed(timings)
            found = [hit_object(hit, assistant.collection) for hit in hits]
            return {"query": wanted.query, "hits": found, "timings_ms": timings}

        return await self._clerk.done(work)

    async def documents(self) -> dict[str, Any]:
        """What the corpus holds."""

        def work(assistant: Assistant) -> dict[str, Any]:
            assistant.refresh()
            return holdings.documents(assistant.collection)

        return await self._clerk.done(work)

    async def part(self, wanted: PartWanted) -> dict[str, Any]:
        """The text of a part."""

        def work(assistant: Assistant) -> dict[str, Any]:
            assistant.refresh()
            return holdings.part(assistant.collection, wanted.document, wanted.address)

        return await self._clerk.done(work)

    async def health(self) -> dict[str, Any]:
        """What is served; while a long answer is being given, what was last known. StateError where it cannot be."""
        try:
            self._known = await asyncio.wait_for(self._clerk.done(_look), _PATIENCE)
        except (TimeoutError, ServiceError):
            return {"status": "busy", **self._known}
        except CewenError:
            raise
        except Exception as exc:  # whatever it is that an index raises: it cannot be used
            raise StateError("索引读不出来：请运行 python -m ingest sync，再重新启动服务。") from exc
        return {"status": "ok", **self._known}


def _look(assistant: Assistant) -> dict[str, int]:
    collection = assistant.collection
    if not (collection.folder / "corpus.sqlite").is_file():
        raise StateError("索引不在了：请运行 python -m ingest sync，再重新启动服务。")
    assistant.refresh()
    return {
        "documents": len(collection.catalog.at(None)),
        "segments": len(collection),
        "generation": collection.generation,
    }
