"""BERT in plain torch: token numbers to hidden states, with an adapter laid over the weights where one is given.

One set of weights serves the encoder, the reader and training. An adapter is a low-rank addition to the matrices
(LoRA, Hu et al. 2021). One may be merged into the weights, `W + B A`, and costs nothing from then on; another is then
laid over them, with the merged one taken off where it was not trained over that, so that there is never a second copy
of `W`.
What the hidden states are good for is not decided here: `corpus.bert` and `corpus.reader` do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import tokenizers
import torch
from safetensors import safe_open
from torch.nn import functional

#: How many tokens, padding included, go through the layers at once: bounds memory whatever the number of texts.
_TOKENS_AT_ONCE: Final = 4096
#: Tokens are filled up to a multiple of this: for every number of rows the library that multiplies matrices makes and
#: keeps a program of its own, which takes time at first and hundreds of megabytes in the end.
_ROUND: Final = 16
#: The matrices of a layer that an adapter may add to: query, key and value as one; out of the attention; in and out of
#: the wide layer.
PLACES: Final = ("qkv", "attended", "wide", "narrow")
_DENSE: Final = {"attended": "attention.output.dense", "wide": "intermediate.dense", "narrow": "output.dense"}
#: bool[rows, longest], which places of rows filled up to one length hold a token; None where all do.
Ragged: TypeAlias = torch.Tensor | None
#: For (layer, place) the pair (A [rank, in], B [out, rank]).
LowRank: TypeAlias = Mapping[tuple[int, str], tuple[torch.Tensor, torch.Tensor]]


def has_fast_bf16() -> bool:
    """Whether this CPU multiplies bf16 faster than fp32: with AMX, as an Arm core with bf16, or as AMD's with AVX512.

    AVX512-BF16 alone does not do: on an Intel CPU with it and without AMX bf16 took 1.6 times as long, on an AMD EPYC
    half as long (docs/decisions.md).
    """
    capabilities = torch.cpu.get_capabilities()
    amd = str(capabilities.get("cpu_name", "")).startswith("AMD") and capabilities.get("avx512_bf16")
    return bool(capabilities.get("amx_bf16") or capabilities.get("bf16") or amd)


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows of tokens end to end: `hidden` [tokens, width], and how many tokens each row has."""

    hidden: torch.Tensor
    lengths: list[int]

    def rows(self) -> tuple[torch.Tensor, ...]:
        """[length, width] for each row."""
        return torch.split(self.hidden, self.lengths)


class Bert:
    """The network and the tokenizer of one folder."""

    def __init__(self, folder: Path, *, bf16: bool | None = None) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.width = int(config["hidden_size"])
        self.layers = int(config["num_hidden_layers"])
        self.longest = int(config["max_position_embeddings"])
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.longest)
        self._heads, self._epsilon = int(config["num_attention_heads"]), float(config["layer_norm_eps"])
        self.dtype = torch.bfloat16 if (has_fast_bf16() if bf16 is None else bf16) else torch.float32
        # The file is mapped, not read: of the 250,000 word vectors only the rows in use ever become resident.
        with safe_open(folder / "model.safetensors", framework="pt") as weights:
            tensors = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
        self.words = tensors.pop("embeddings.word_embeddings.weight")
        self._weights = {name: tensor.to(self.dtype) for name, tensor in tensors.items()}
        self._layers = [self._fused(layer) for layer in range(self.layers)]
        self._merged: LowRank = {}

    def merge(self, added: LowRank) -> None:
        """Add an adapter to the weights for good. Only one can be."""
        assert not self._merged
        self._merged = {key: (down.detach(), up.detach()) for key, (down, up) in added.items()}
        for (layer, place), (down, up) in self._merged.items():
            # Not in place: the tensor may be a file that is mapped.
            sum_ = (self._matrix(layer, place).float() + up @ down).to(self.dtype)
            _, bias, prefix = self._layers[layer]
            if place == "qkv":
                self._layers[layer] = (sum_, bias, prefix)
            else:
                self._weights[f"{prefix}{_DENSE[place]}.weight"] = sum_

    def instead(self, *added: LowRank) -> LowRank:
        """What gives the weights as they came with `added`, whatever was merged, in the network's precision.

        What is merged already and among `added` costs nothing: the others are laid over it.
        """
        over = [each for each in added if not self._is_merged(each)]
        if len(over) == len(added):
            over.append({key: (down, -up) for key, (down, up) in self._merged.items()})
        found = {}
        for key in {key for each in over for key in each}:
            downs, ups = zip(*(each[key] for each in over if key in each), strict=True)
            found[key] = (torch.cat(downs).to(self.dtype), torch.cat(ups, dim=1).to(self.dtype))
        return found

    def _is_merged(self, added: LowRank) -> bool:
        return added.keys() == self._merged.keys() and all(
            torch.equal(mine, its)
            for key, pair in added.items()
            for mine, its in zip(pair, self._merged[key], strict=True)
        )

    def _fused(self, layer: int) -> tuple[torch.Tensor, torch.Tensor, str]:
        """Query, key and value as one matrix: one multiplication instead of three."""
        prefix = f"encoder.layer.{layer}."
        names = [f"{prefix}attention.self.{part}." for part in ("query", "key", "value")]
        matrix, bias = (
            torch.cat([self._weights.pop(name + kind) for name in names]).contiguous() for kind in ("weight", "bias")
        )
        return matrix, bias, prefix

    def shape(self, layer: int, place: str) -> tuple[int, int]:
        """(out, in) of one of `PLACES` in a layer."""
        matrix = self._matrix(layer, place)
        return matrix.shape[0], matrix.shape[1]

    def _matrix(self, layer: int, place: str) -> torch.Tensor:
        matrix, _, prefix = self._layers[layer]
        return matrix if place == "qkv" else self._weights[f"{prefix}{_DENSE[place]}.weight"]

    def run(self, rows: Sequence[Sequence[int]], adapter: LowRank | None = None, layers: int | None = None) -> Packed:
        """The hidden states of rows of token numbers, with what is merged and `adapter` beside it.

        They are those after the first `layers`, where that is told, or after all.
        The tokens go through the matrices end to end; only the attention sees rows filled up to one length.
        Sentences of a text differ so much in length that half of their multiplications would be of padding.
        """
        count = sum(len(row) for row in rows)
        spare = -count % _ROUND
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(int(lengths.max())) < lengths[:, None]
        # Rows of one length need no mask, and without one the attention takes its fast path.
        ragged = None if bool(mask.all()) else mask
        ids = torch.tensor([token for row in rows for token in row] + [0] * spare)
        hidden = self._embed(ids, functional.pad(mask.nonzero()[:, 1], (0, spare)))
        for layer in range(self.layers if layers is None else layers):
            hidden = self._layer(hidden, layer, len(rows), ragged, adapter or {}, spare)
        return Packed(hidden[:count], lengths.tolist())

    def _embed(self, ids: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """[tokens, width] of the tokens `ids` at the `places` in their rows."""
        words = functional.embedding(ids, self.words).to(self.dtype)
        types = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + self._weights["embeddings.position_embeddings.weight"][places] + types, "embeddings.")

    def _layer(
        self, x: torch.Tensor, layer: int, count: int, ragged: Ragged, adapter: LowRank, spare: int
    ) -> torch.Tensor:
        matrix, bias, prefix = self._layers[layer]
        added = [adapter.get((layer, place)) for place in PLACES]
        fused = _linear(x, matrix, bias, added[0])
        attended = functional.pad(self._attend(fused[: len(fused) - spare], count, ragged), (0, 0, 0, spare))
        x = self._norm(
            x + self._dense(attended, f"{prefix}attention.output.dense.", added[1]), f"{prefix}attention.output."
        )
        wide = functional.gelu(self._dense(x, f"{prefix}intermediate.dense.", added[2]))
        return self._norm(x + self._dense(wide, f"{prefix}output.dense.", added[3]), f"{prefix}output.")

    def _attend(self, fused: torch.Tensor, count: int, ragged: Ragged) -> torch.Tensor:
        """[tokens, width] from [tokens, 3 * width]: each of `count` rows attends to itself."""
        rows = fused if ragged is None else fused.new_zeros(ragged.numel(), fused.shape[1])
        if ragged is not None:
            rows[ragged.flatten()] = fused
        heads = rows.view(count, -1, 3, self._heads, self.width // self._heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        attends = None if ragged is None else ragged[:, None, None, :]
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=attends)
        attended = attended.transpose(1, 2).reshape(-1, self.width)
        return attended if ragged is None else attended[ragged.flatten()]

    def _dense(self, x: torch.Tensor, name: str, added: tuple[torch.Tensor, torch.Tensor] | None) -> torch.Tensor:
        return _linear(x, self._weights[f"{name}weight"], self._weights[f"{name}bias"], added)

    def _norm(self, x: torch.Tensor, prefix: str) -> torch.Tensor:
        weight, bias = self._weights[f"{prefix}LayerNorm.weight"], self._weights[f"{prefix}LayerNorm.bias"]
        return functional.layer_norm(x, (self.width,), weight, bias, self._epsilon)


def _linear(
    x: torch.Tensor, matrix: torch.Tensor, bias: torch.Tensor, added: tuple[torch.Tensor, torch.Tensor] | None
) -> torch.Tensor:
    straight = functional.linear(x, matrix, bias)
    if added is None:
        return straight
    down, up = (pair.to(x.dtype) for pair in added)
    return straight.addmm_(functional.linear(x, down), up.T)


def batches(order: Sequence[int], lengths: Sequence[int], most: int = _TOKENS_AT_ONCE) -> list[list[int]]:
    """Cut `order`, sorted by length, into runs that hold at most `most` tokens with their padding."""
    runs: list[list[int]] = []
    for index in order:
        if runs and lengths[index] * (len(runs[-1]) + 1) <= most:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
