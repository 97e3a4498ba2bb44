"""A BERT sentence encoder in plain torch, over an ordinary sentence-transformers folder.

Importing sentence-transformers takes about 6 s, importing torch alone 1.4 s (docs/decisions.md), and a cadre who asks
one question in a terminal pays that each time. So the folder of the shipped model is run by `corpus.network`, with
the same vectors (a test holds the cosine to 0.999 and above in bf16, 0.9999 in fp32).
It runs BERT with mean pooling and normalization only; any other model goes through `corpus.embedding`.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from corpus import bundled
from corpus.adapter import Adapter, digest, load_adapter
from corpus.embedding import E5_PROMPTS
from corpus.network import Bert, LowRank, batches


class BertEncoder:
    """Texts to unit vectors with one BERT: `Encoder` of `corpus.embedding`. `network` may serve others as well."""

    def __init__(self, folder: Path, prompts: Mapping[str, str], fingerprint: str, *, bf16: bool | None = None) -> None:
        self.prompts = prompts
        self.network = Bert(folder, bf16=bf16)
        self.dimension = self.network.width
        # The same in bf16 and fp32 (cosine 0.99997): an index goes from one machine to another without being made anew.
        self.weights = self.fingerprint = fingerprint
        self._added: LowRank | None = None

    def wear(self, adapter: Adapter) -> None:
        """Merge an adapter into the network; the fingerprint tells its vectors apart from others'."""
        self.network.merge(adapter.added)
        self.fingerprint = f"{self.weights}+{digest(adapter)}"

    @property
    def plain(self) -> Self:
        """See `corpus.embedding.Encoder.plain`."""
        other = copy(self)
        other.fingerprint = self.weights
        other._added = self.network.instead({})  # noqa: SLF001 - its own kind
        return other

    def encode(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        """float32[n, dim], each row of unit length; `kind` is "query" or "passage"."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        encoded = self.network.tokenizer.encode_batch([self.prompts[kind] + text for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        for batch in batches(order, [len(e.ids) for e in encoded]):
            vectors[batch] = self._pooled([encoded[i].ids for i in batch])
        return vectors

    def sketch(self, words: Sequence[str]) -> NDArray[np.float32]:
        """See `corpus.embedding.Encoder.sketch`."""
        encoded = self.network.tokenizer.encode_batch(list(words), add_special_tokens=False)
        return np.stack([self.network.words[row.ids].float().mean(0).numpy() for row in encoded])

    @torch.inference_mode()
    def _pooled(self, rows: list[list[int]]) -> NDArray[np.float32]:
        packed = self.network.run(rows, self._added)
        pooled = torch.stack([row.float().mean(0) for row in packed.rows()])
        return functional.normalize(pooled, dim=1).numpy()


def shipped_encoder(adapter: Path | None = None) -> BertEncoder:
    """The model that ships, with the retriever's adapter of a file merged into it, if one is given.

    StateError where the file is no such adapter.
    """
    encoder = BertEncoder(bundled.model_folder(), E5_PROMPTS, bundled.FINGERPRINT)
    if adapter is not None:
        encoder.wear(load_adapter(adapter, bundled.FINGERPRINT, "retriever"))
    return encoder
