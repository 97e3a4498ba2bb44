"""The training loop that all adapters share: steps of falling learning rate that a stopped run continues from.

The network that answers questions is run here (`corpus.network`), with gradients for the adapter and its head alone.
What a batch is, and its loss, is for `train.fit` and `train.retrieving` to say.
"""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from corpus.adapter import Adapter, digest, tensors_of
from corpus.errors import InputError
from corpus.network import batches

_CLIP: Final = 1.0
_AVERAGED: Final = 0.97
#: Examples among which those of like length are put together.
_MIXED: Final = 3000

#: Hears the step, how many there are, and the loss as it runs.
Told = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a run, beside its data."""

    seed: int = 1
    epochs: int = 3
    rate: float = 1e-3
    warm_up: float = 0.06
    decay: float = 0.01
    rank: int = 16
    first_layer: int = 4
    last_layer: int = 11
    tokens: int = 3200
    batch: int = 32
    save_every: int = 100

    @property
    def layers(self) -> range:
        """The layers that an adapter lies on, where the network has them."""
        return range(self.first_layer, self.last_layer + 1)


def optimise(
    adapter: Adapter,
    plan: Sequence[Sequence[int]],
    loss_of: Callable[[Sequence[int]], torch.Tensor],
    recipe: Recipe,
    folder: Path,
    told: Told,
    examples: Sequence[object],
) -> Adapter:
    """The adapter after the steps of `plan`, each of which is the numbers of some `examples`; `loss_of` runs them.

    The state is saved to `folder` every so many steps; a run with the same recipe, data and beginning goes on from
    there.
    """
    named = tensors_of(adapter)
    begun = _digest(examples, adapter)
    for tensor in named.values():
        tensor.requires_grad_()
    optimizer = torch.optim.AdamW(named.values(), lr=recipe.rate, weight_decay=recipe.decay)
    state = _State(folder, {**asdict(recipe), "examples": len(examples), "steps": len(plan), "begun": begun})
    done = state.load(named, optimizer)
    running: float | None = None
    for step, batch in enumerate(plan[done:], done + 1):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * _share(step, len(plan), recipe.warm_up)
        loss = loss_of(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(named.values(), _CLIP)
        optimizer.step()
        optimizer.zero_grad()
        running = loss.item() if running is None else _AVERAGED * running + (1 - _AVERAGED) * loss.item()
        told(step, len(plan), running)
        if step % recipe.save_every == 0 or step == len(plan):
            state.save(step, named, optimizer)
    return adapter


def plan_of(lengths: Sequence[int], recipe: Recipe) -> list[list[int]]:
    """The batches of all epochs, each of rows of like length, in an order drawn by the seed."""
    draw = random.Random(recipe.seed)  # noqa: S311 - an order, not a secret
    plan = []
    for _ in range(recipe.epochs):
        order = list(range(len(lengths)))
        draw.shuffle(order)
        epoch: list[list[int]] = []
        for at in range(0, len(order), _MIXED):
            some = sorted(order[at : at + _MIXED], key=lambda i: lengths[i])
            epoch += batches(some, lengths, recipe.tokens)
        draw.shuffle(epoch)
        plan += epoch
    return plan


def _digest(examples: Sequence[object], adapter: Adapter) -> str:
    """12 hex digits that change with every example and with the adapter that a run begins with."""
    found = hashlib.sha256(digest(adapter).encode())
    for example in examples:
        found.update(repr(example).encode())
    return found.hexdigest()[:12]


def _share(step: int, steps: int, warm_up: float) -> float:
    """Of the learning rate: it rises, and falls to nothing."""
    return min(step / max(1.0, warm_up * steps), (steps - step + 1) / steps)


class _State:
    """Where a run stands, in a folder: `state.safetensors` beside `recipe.json`."""

    def __init__(self, folder: Path, recipe: dict[str, float | str]) -> None:
        self._file, self._recipe_file, self._recipe = folder / "state.safetensors", folder / "recipe.json", recipe

    def save(self, step: int, named: dict[str, torch.Tensor], optimizer: torch.optim.Optimizer) -> None:
        tensors = {"step": torch.tensor(step)}
        for name, tensor in named.items():
            moments = optimizer.state[tensor]
            tensors |= {
                f"{name}|value": tensor.detach(),
                f"{name}|mean": moments["exp_avg"],
                f"{name}|square": moments["exp_avg_sq"],
            }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._recipe_file.write_text(json.dumps(self._recipe, indent=2), encoding="utf-8")
        # A run that is stopped while it writes keeps the state before.
        partial = self._file.with_suffix(".partial")
        save_file(tensors, partial)
        partial.replace(self._file)

    def load(self, named: dict[str, torch.Tensor], optimizer: torch.optim.Optimizer) -> int:
        """The steps done already; 0 where there is no state. InputError where it is of another run."""
        if not self._file.exists():
            return 0
        try:
            before = json.loads(self._recipe_file.read_text(encoding="utf-8"))
            tensors = load_file(self._file)
        except (OSError, ValueError, SafetensorError) as exc:
            raise InputError(f"{self._file.parent} 里的训练状态读不出来（{exc}）；请换一个 --out，或删去它。") from exc
        if before != self._recipe:
            raise InputError(f"{self._file.parent} 里是另一次训练（设置或数据不同）；请换一个 --out，或删去它。")
        step = int(tensors["step"])
        with torch.no_grad():
            for name, tensor in named.items():
                tensor.copy_(tensors[f"{name}|value"])
                optimizer.state[tensor] = {
                    "step": torch.tensor(float(step)),
                    "exp_avg": tensors[f"{name}|mean"],
                    "exp_avg_sq": tensors[f"{name}|square"],
                }
        return step
