"""The one thread that asks the assistant, for doors where many ask at a time: in the order in which they came.

An assistant is asked by one thread at a time. Here that thread has work brought to it, so that those who wait hold no
thread of their own, and whoever leaves is taken out of the queue or stops the answer that is growing.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Final, TypeVar

from corpus.errors import ServiceError
from rag.assistant import Assistant

T = TypeVar("T")
#: So many may wait; more would only wait longer than anyone does.
WAITING: Final = 64
#: Seconds between two looks whether the asker is still there.
_LOOK: Final = 0.5


class AskerGoneError(Exception):
    """Whoever asked does not wait for the answer any more."""


async def always_there() -> bool:
    """Of an asker who cannot leave."""
    return False


class Clerk:
    """Takes over `assistant`: from now on nobody else may ask it. `close` lets go of it."""

    def __init__(self, assistant: Assistant, waiting: int = WAITING) -> None:
        self._assistant = assistant
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._guard = threading.Lock()
        self._waiting, self._limit = 0, waiting

    def close(self) -> None:
        """Finish what is being done, forget what waits, and let go of the index."""
        self._thread.shutdown(cancel_futures=True)
        self._assistant.close()

    def do(self, work: Callable[[Assistant], T]) -> Future[T]:
        """Have `work` done in its turn; ServiceError where too much waits already."""
        with self._guard:
            if self._waiting >= self._limit:
                raise ServiceError(f"有 {self._waiting} 个问题在排队：请过几秒再试。")
            self._waiting += 1
        future = self._thread.submit(work, self._assistant)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: Future[T]) -> None:
        with self._guard:
            self._waiting -= 1

    async def done(self, work: Callable[[Assistant], T]) -> T:
        """What `work` gives; errors as it raises them."""
        return await asyncio.wrap_future(self.do(work))

    async def stream(
        self,
        work: Callable[[Assistant], Generator[T]],
        gone: Callable[[], Awaitable[bool]] = always_there,
    ) -> AsyncGenerator[T]:
        """What `work` yields, as it does. Closing this generator closes that one, as soon as it has control again.

        `gone` is asked now and then whether nobody waits any more; AskerGoneError then.
        """
        loop = asyncio.get_running_loop()
        coming: asyncio.Queue[tuple[T] | None] = asyncio.Queue()
        left = threading.Event()

        def run(assistant: Assistant) -> None:
            with closing(work(assistant)) as growing:
                for item in growing:
                    if left.is_set():
                        return
                    loop.call_soon_threadsafe(coming.put_nowait, (item,))

        def ended(_: Future[None]) -> None:
            if not left.is_set():
                loop.call_soon_threadsafe(coming.put_nowait, None)

        future = self.do(run)
        future.add_done_callback(ended)
        try:
            while True:
                try:
                    item = await asyncio.wait_for(coming.get(), _LOOK)
                except TimeoutError:
                    if await gone():
                        raise AskerGoneError from None
                    continue
                if item is None:
                    # Raises what the work raised.
                    future.result()
                    return
                yield item[0]
        finally:
            left.set()
            future.cancel()
