"""Milliseconds spent, by stage."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

#: Times what happens inside it, under a name.
Stage = Callable[[str], AbstractContextManager[None]]


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._begun = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside under `name`."""
        begun = time.perf_counter()
        yield
        self.spent[name] = round(self.spent.get(name, 0.0) + 1000 * (time.perf_counter() - begun), 2)

    def total(self) -> dict[str, float]:
        """Every stage, and the whole."""
        return {**self.spent, "total": round(1000 * (time.perf_counter() - self._begun), 2)}
