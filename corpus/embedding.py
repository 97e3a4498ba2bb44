"""Text to unit vectors: the `Encoder` contract and the factory that chooses one.

The shipped model runs in `corpus.bert`, every other one in sentence-transformers (by name or path), which is imported
on first use. Nothing here looks anything up on a network: a model that is not on this machine is an error.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StateError
from corpus.lexicon import english_questions, policy_words

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Kind = Literal["query", "passage"]
Vectors = NDArray[np.float32]

#: What e5 models were trained with: without these prefixes their vectors are worse.
E5_PROMPTS: Final[Mapping[str, str]] = {"query": "query: ", "passage": "passage: "}

_COMMON_WORDS: Final = 128


class Encoder(Protocol):
    """Texts to vectors that can be compared by inner product."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Names the model and how it is run: an index built with another is not comparable."""
        ...

    @property
    def plain(self) -> "Encoder":
        """The same without what was trained for finding passages: single words are compared by it. Else itself."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """float32[n, dimension] of unit length, row i for texts[i]; `[]` gives shape (0, dimension)."""
        ...

    def sketch(self, words: Sequence[str]) -> Vectors:
        """float32[n, d] for n > 0 words, from the input embeddings alone: a thousand times cheaper than `encode`.

        Good for choosing which words are worth a closer look, and for nothing else. Not of unit length.
        """
        ...


def open_encoder(model: str | None = None) -> Encoder:
    """The encoder for `model`: a folder, a model name that is on this machine, or None for the shipped model.

    CEWEN_MODEL stands in where `model` is None. The shipped model wears the adapter that ships for it, or the one that
    CEWEN_RETRIEVER names, or with `none` no adapter. StateError where there is no such model or adapter.
    """
    named = model or os.environ.get("CEWEN_MODEL")
    if named:
        return SentenceTransformersEncoder(named)
    from corpus.bert import shipped_encoder

    chosen = os.environ.get("CEWEN_RETRIEVER", "")
    if chosen == "none":
        return shipped_encoder()
    from corpus.adapter import SHIPPED

    return shipped_encoder(Path(chosen) if chosen else SHIPPED / "retriever.safetensors")


def common_direction(encoder: Encoder) -> Vectors:
    """float32[dim]: the mean of common words' vectors, which all vectors of a model have in common more or less."""
    words = policy_words()
    return np.asarray(encoder.encode(words[:: max(1, len(words) // _COMMON_WORDS)], "passage").mean(axis=0), np.float32)


def english_direction(encoder: Encoder) -> Vectors:
    """float32[dim]: what questions in English have in common, which is more the language than any subject."""
    return np.asarray(encoder.encode(english_questions(), "query").mean(axis=0), np.float32)


class SentenceTransformersEncoder:
    """Any sentence-transformers model, by folder or by the name it has in this machine's cache."""

    def __init__(self, model: str) -> None:
        # Set before the import: the hub library reads it once, and a look-up would leave the machine.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model, device="cpu", local_files_only=True)
        except (OSError, ValueError) as exc:
            raise StateError(
                f"本机没有 sentence-transformers 模型“{model}”：请用 CEWEN_MODEL=路径 给出它的文件夹，"
                "或取消 CEWEN_MODEL 使用随附的模型。"
            ) from exc
        self._prompts = {**_prompts_for(model), **{k: v for k, v in self._model.prompts.items() if v}}
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = f"{Path(model).name}@{_digest(self._model, self._prompts)}"

    @property
    def plain(self) -> "SentenceTransformersEncoder":
        """See `Encoder.plain`."""
        return self

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Encoder.encode`."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        prompt = self._prompts.get(kind, "")
        vectors = self._model.encode(
            list(texts), prompt=prompt, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    def sketch(self, words: Sequence[str]) -> Vectors:
        """See `Encoder.sketch`."""
        transformer = self._model.transformers_model
        if transformer is None:
            # A model without a transformer is cheap to run.
            return self.encode(words, "passage")
        table = cast("torch.Tensor", transformer.get_input_embeddings().weight)
        rows = self._model.tokenizer(list(words), add_special_tokens=False)["input_ids"]
        return np.stack([table[row].detach().float().mean(0).numpy() for row in rows])


def _prompts_for(model: str) -> Mapping[str, str]:
    """The prefixes of a model that states none itself: e5 models need theirs, others get none."""
    return E5_PROMPTS if "e5" in Path(model).name.lower() else {}


def _digest(model: "SentenceTransformer", prompts: Mapping[str, str]) -> str:
    """12 hex digits of what decides a vector: prefixes, length limit, and a sample of every weight."""
    digest = hashlib.sha256(json.dumps([dict(prompts), model.max_seq_length], sort_keys=True).encode())
    for name, tensor in sorted(model.state_dict().items()):
        if "pooler." in name:
            continue  # No sentence vector passes it; where the folder lacks it, it is filled at random.
        flat = tensor.detach().float().reshape(-1)
        digest.update(name.encode())
        digest.update(flat[:: max(1, len(flat) // 64)].numpy().tobytes())
    return digest.hexdigest()[:12]
