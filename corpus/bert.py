"""A BERT sentence encoder in plain torch, over an ordinary sentence-transformers folder.

Importing sentence-transformers takes about 6 s, importing torch alone 1.4 s (docs/decisions.md), and a cadre who asks
one question in a terminal pays that each time. So the folder of the shipped model is run by these few lines, with
the same vectors (a test holds the cosine to 0.999 and above in bf16, 0.9999 in fp32).
It runs BERT with mean pooling and normalization only; any other model goes through `corpus.embedding`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import tokenizers
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch.nn import functional

#: How many tokens, padding included, go through the layers at once: bounds memory whatever the number of texts.
_TOKENS_AT_ONCE: Final = 4096

#: bool[rows, longest], which places of rows filled up to one length hold a token; None where all do.
Ragged: TypeAlias = torch.Tensor | None


def has_fast_bf16() -> bool:
    """Whether this CPU multiplies bf16 faster than fp32: with AMX, or as an Arm core with bf16.

    AVX512-BF16 alone does not do: on a CPU with it and without AMX, bf16 took 1.6 times as long (docs/decisions.md).
    """
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("bf16"))


class BertEncoder:
    """Texts to unit vectors with one BERT: `Encoder` of `corpus.embedding`."""

    def __init__(self, folder: Path, prompts: Mapping[str, str], fingerprint: str, *, bf16: bool | None = None) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.prompts = prompts
        self.dimension = int(config["hidden_size"])
        self._heads, self._epsilon = int(config["num_attention_heads"]), float(config["layer_norm_eps"])
        self._dtype = torch.bfloat16 if (has_fast_bf16() if bf16 is None else bf16) else torch.float32
        # The same either way (cosine 0.99997): an index goes from one machine to another without being made anew.
        self.fingerprint = fingerprint
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(config["max_position_embeddings"]))
        # The file is mapped, not read: of the 250,000 word vectors only the rows in use ever become resident.
        with safe_open(folder / "model.safetensors", framework="pt") as weights:
            tensors = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
        self._words = tensors.pop("embeddings.word_embeddings.weight")
        self._weights = {name: tensor.to(self._dtype) for name, tensor in tensors.items()}
        self._layers = [self._fused(layer) for layer in range(int(config["num_hidden_layers"]))]

    def _fused(self, layer: int) -> tuple[torch.Tensor, torch.Tensor, str]:
        """Query, key and value as one matrix: one multiplication instead of three."""
        prefix = f"encoder.layer.{layer}."
        names = [f"{prefix}attention.self.{part}." for part in ("query", "key", "value")]
        matrix, bias = (
            torch.cat([self._weights.pop(name + kind) for name in names]).contiguous() for kind in ("weight", "bias")
        )
        return matrix, bias, prefix

    def encode(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        """float32[n, dim], each row of unit length; `kind` is "query" or "passage"."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        encoded = self._tokenizer.encode_batch([self.prompts[kind] + text for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        for batch in _batches(order, [len(e.ids) for e in encoded]):
            vectors[batch] = self._forward([encoded[i].ids for i in batch])
        return vectors

    def sketch(self, words: Sequence[str]) -> NDArray[np.float32]:
        """See `corpus.embedding.Encoder.sketch`."""
        encoded = self._tokenizer.encode_batch(list(words), add_special_tokens=False)
        return np.stack([self._words[row.ids].float().mean(0).numpy() for row in encoded])

    @torch.inference_mode()
    def _forward(self, rows: list[list[int]]) -> NDArray[np.float32]:
        """The rows' tokens go through the matrices end to end; only the attention sees rows filled up to one length.

        Sentences of a text differ so much in length that half of their multiplications would be of padding.
        """
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(int(lengths.max())) < lengths[:, None]
        # Rows of one length need no mask, and without one the attention takes its fast path.
        ragged = None if bool(mask.all()) else mask
        hidden = self._embed(torch.tensor([token for row in rows for token in row]), mask.nonzero()[:, 1])
        for matrix, bias, prefix in self._layers:
            hidden = self._layer(hidden, matrix, bias, prefix, len(rows), ragged)
        pooled = torch.stack([row.float().mean(0) for row in torch.split(hidden, lengths.tolist())])
        return functional.normalize(pooled, dim=1).numpy()

    def _embed(self, ids: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """[tokens, width] of the tokens `ids` at the `places` in their rows."""
        words = functional.embedding(ids, self._words).to(self._dtype)
        types = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + self._weights["embeddings.position_embeddings.weight"][places] + types, "embeddings.")

    def _layer(
        self, x: torch.Tensor, matrix: torch.Tensor, bias: torch.Tensor, prefix: str, count: int, ragged: Ragged
    ) -> torch.Tensor:
        attended = self._attend(functional.linear(x, matrix, bias), count, ragged)
        x = self._norm(x + self._dense(attended, f"{prefix}attention.output."), f"{prefix}attention.output.")
        wide = functional.gelu(self._linear(x, f"{prefix}intermediate.dense."))
        return self._norm(x + self._dense(wide, f"{prefix}output."), f"{prefix}output.")

    def _attend(self, fused: torch.Tensor, count: int, ragged: Ragged) -> torch.Tensor:
        """[tokens, width] from [tokens, 3 * width]: each of `count` rows attends to itself."""
        rows = fused if ragged is None else fused.new_zeros(ragged.numel(), fused.shape[1])
        if ragged is not None:
            rows[ragged.flatten()] = fused
        heads = rows.view(count, -1, 3, self._heads, self.dimension // self._heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        attends = None if ragged is None else ragged[:, None, None, :]
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=attends)
        attended = attended.transpose(1, 2).reshape(-1, self.dimension)
        return attended if ragged is None else attended[ragged.flatten()]

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(x, self._weights[f"{name}weight"], self._weights[f"{name}bias"])

    def _dense(self, x: torch.Tensor, prefix: str) -> torch.Tensor:
        return self._linear(x, f"{prefix}dense.")

    def _norm(self, x: torch.Tensor, prefix: str) -> torch.Tensor:
        weight, bias = self._weights[f"{prefix}LayerNorm.weight"], self._weights[f"{prefix}LayerNorm.bias"]
        return functional.layer_norm(x, (self.dimension,), weight, bias, self._epsilon)


def _batches(order: list[int], lengths: list[int]) -> list[list[int]]:
    """Cut `order`, sorted by length, into runs that hold at most `_TOKENS_AT_ONCE` tokens with their padding."""
    batches: list[list[int]] = []
    for index in order:
        if batches and lengths[index] * (len(batches[-1]) + 1) <= _TOKENS_AT_ONCE:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
