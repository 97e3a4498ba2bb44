"""What takes its time, done in a thread of its own and handed over as it comes, with a sign of life where it is silent.

Whoever shows it can then be told to stop, or find that nobody looks any more, while a language model says nothing. It
knows neither of answers nor of windows.
"""

import queue
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final, TypeVar

T = TypeVar("T")
#: Seconds of silence between two signs of life.
TICK: Final = 1.0


def growing(work: Callable[[], Generator[T]], leave: threading.Event, tick: float = TICK) -> Generator[T | None]:
    """What `work` yields, as it does, and None after every `tick` seconds of silence; raises what it raises.

    `work` has to end soon once `leave` is set. Closing this sets it, and waits for nothing.
    """
    coming: queue.Queue[tuple[T] | BaseException | None] = queue.Queue()

    def run() -> None:
        try:
            with closing(work()) as items:
                for item in items:
                    coming.put((item,))
            coming.put(None)
        except BaseException as exc:  # noqa: BLE001 - raised again where it is waited for
            coming.put(exc)

    threading.Thread(target=run, name="answer", daemon=True).start()
    try:
        while True:
            try:
                item = coming.get(timeout=tick)
            except queue.Empty:
                yield None
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        leave.set()
