"""Processes that work for this one: started afresh, and ended when it has, however it ended."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def working_processes(count: int, prepare: Callable[..., object] | None = None, *given: object) -> ProcessPoolExecutor:
    """A pool of `count` processes, each of which calls `prepare(*given)` before its first task."""
    # Not forked: the libraries that embed have threads, which a fork would lose with their locks held.
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin, (prepare, given))


def _begin(prepare: Callable[..., object] | None, given: tuple[object, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(*given)


def _end_with_parent() -> None:
    """The pool's own processes wait for work for ever where the one that gives it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
