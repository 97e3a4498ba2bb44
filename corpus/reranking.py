"""A second look at the best parts with question and text read together: the `Reranker` contract, and cross-encoders.

None is used by default. Any sentence-transformers CrossEncoder that is on this machine can be, by folder or name;
nothing is looked up on a network. When it is asked, and of how many parts, is `rag`'s to say.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StateError


class Reranker(Protocol):
    """Says how well texts answer a question."""

    @property
    def fingerprint(self) -> str:
        """Names the model."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32[len(texts)]: the higher, the better; comparable for one question only."""
        ...


class CrossEncoderReranker:
    """`Reranker` with a sentence-transformers CrossEncoder of one output; StateError where there is no such model."""

    def __init__(self, model: str) -> None:
        # Set before the import: the hub library reads it once, and a look-up would leave the machine.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(model, device="cpu", local_files_only=True)
        except (OSError, ValueError) as exc:
            raise StateError(
                f"本机没有重排模型“{model}”：请把 retrieval.reranker 设成它的文件夹，或留空，不用重排。"
            ) from exc
        if self._model.num_labels != 1:
            raise StateError(f"模型“{model}”有 {self._model.num_labels} 个输出：重排要用只有一个输出的 CrossEncoder。")
        self.fingerprint = Path(model).name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Reranker.scores`."""
        if not texts:
            return np.zeros(0, np.float32)
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float32).reshape(len(texts))


def open_reranker(model: str) -> Reranker | None:
    """The reranker by folder or name; None for ""."""
    return CrossEncoderReranker(model) if model else None
