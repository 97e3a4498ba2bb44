"""The training loop of the reader: batches of one length, a span head, steps that a stopped run continues from.

The same network that answers questions is run here (`corpus.network`), with gradients for the adapter and head alone.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch.nn import functional

from corpus.adapter import Adapter, fresh, tensors_of
from corpus.errors import InputError
from corpus.network import Bert, batches
from corpus.reader import Passage, Row, as_row, scores
from train.examples import Example

#: Lengths are cut down to a multiple of this where the answer allows: rows of one length need no mask, which the
#: attention's fast path, and most of the backward one, depends on.
_STEP: Final = 8
_CLIP: Final = 1.0
_AVERAGED: Final = 0.97
#: Examples among which those of like length are put together.
_MIXED: Final = 3000


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
    tokens: int = 3200
    save_every: int = 100


@dataclass(frozen=True, slots=True)
class _Target:
    """A row and the places of the answer's first and last token; 0 and 0 where there is none.

    With `within` the answer begins and ends anywhere between the two.
    """

    row: Row
    start: int
    end: int
    within: bool = False


def fit(
    bert: Bert,
    examples: Sequence[Example],
    recipe: Recipe,
    folder: Path,
    told: Callable[[int, int, float], None],
    begin: Adapter | None = None,
) -> Adapter:
    """The trained adapter, a new one or `begin` trained on. `told` hears the step, how many there are, and the loss.

    The state is saved to `folder` every so many steps; a run with the same recipe and data goes on from there.
    """
    targets = [target for example in examples if (target := _target(bert, example)) is not None]
    plan = _plan([len(target.row.ids) for target in targets], recipe)
    head = {"weight": torch.zeros(2, bert.width), "bias": torch.zeros(2)}
    adapter = begin or fresh(bert, recipe.rank, recipe.first_layer, head, recipe.seed)
    named = tensors_of(adapter)
    for tensor in named.values():
        tensor.requires_grad_()
    optimizer = torch.optim.AdamW(named.values(), lr=recipe.rate, weight_decay=recipe.decay)
    state = _State(folder, {**asdict(recipe), "examples": len(targets), "steps": len(plan)})
    done = state.load(named, optimizer)
    running: float | None = None
    for step, batch in enumerate(plan[done:], done + 1):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * _share(step, len(plan), recipe.warm_up)
        loss = _loss(bert, adapter, [targets[i] for i in batch])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(named.values(), _CLIP)
        optimizer.step()
        optimizer.zero_grad()
        running = loss.item() if running is None else _AVERAGED * running + (1 - _AVERAGED) * loss.item()
        told(step, len(plan), running)
        if step % recipe.save_every == 0 or step == len(plan):
            state.save(step, named, optimizer)
    return adapter


def _target(bert: Bert, example: Example) -> _Target | None:
    row = as_row(bert.tokenizer, example.question, Passage(example.passage, example.under))
    if row is None:
        return None
    start = end = 0
    if example.answerable:
        inside = range(row.first, row.last + 1)
        start = next((i for i in inside if row.offsets[i][1] > example.start), 0)
        end = next((i for i in reversed(inside) if row.offsets[i][0] < example.end), 0)
        if not 0 < start <= end:
            return None
    spare = min(len(row.ids) % _STEP, row.last - max(end, row.first))
    if spare:
        row = Row(row.ids[: row.last - spare + 1] + row.ids[row.last + 1 :], row.first, row.last - spare, row.offsets)
    return _Target(row, start, end, example.answerable and not example.answers)


def _plan(lengths: Sequence[int], recipe: Recipe) -> list[list[int]]:
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


def _share(step: int, steps: int, warm_up: float) -> float:
    """Of the learning rate: it rises, and falls to nothing."""
    return min(step / max(1.0, warm_up * steps), (steps - step + 1) / steps)


def _loss(bert: Bert, adapter: Adapter, targets: Sequence[_Target]) -> torch.Tensor:
    packed = bert.run([target.row.ids for target in targets], adapter.added)
    losses = []
    for target, scored in zip(targets, torch.split(scores(adapter, packed.hidden), packed.lengths), strict=True):
        # The first token, which says that there is no answer, and the passage; an answer never stands in the question.
        inside = torch.cat([scored[:1], scored[target.row.first : target.row.last + 1]])
        start, end = (max(0, place - target.row.first + 1) for place in (target.start, target.end))
        if target.within:
            likely = torch.log_softmax(inside, dim=0)[start : end + 1]
            losses.append(-likely.logsumexp(dim=0).mean())
        else:
            losses.append(functional.cross_entropy(inside.T, torch.tensor([start, end])))
    return torch.stack(losses).mean()


class _State:
    """Where a run stands, in a folder: `state.safetensors` beside `recipe.json`."""

    def __init__(self, folder: Path, recipe: dict[str, float]) -> None:
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
