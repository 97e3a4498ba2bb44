"""The `Retriever` contract: a question to parts, best first."""

from collections.abc import Sequence
from typing import Protocol

from rag.types import Hit, Query


class Retriever(Protocol):
    """Finds parts in one way. At most `k`, scores fall, no part twice, ties in a fixed order, an empty corpus: []."""

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """The best parts for `query`."""
        ...


class Staged(Retriever, Protocol):
    """A retriever that tells what each of its stages found."""

    def stages(self, query: Query, k: int, spare: int = 0) -> tuple[list[Hit], list[Hit], list[Hit]]:
        """What words found, what meaning found, and the first `k` of both together, with `spare` more behind them."""
        ...


class Comparing(Retriever, Protocol):
    """A retriever that can also say how well the hits of another one fit."""

    def compared(self, query: Query, hits: Sequence[Hit]) -> list[float]:
        """Its own score of each of `hits`, by `Hit.segment`."""
        ...
