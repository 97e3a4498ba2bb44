"""What the reader is trained for: rows of one length, and the loss of a span head (`corpus.reader`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch.nn import functional

from corpus.adapter import Adapter, fresh
from corpus.network import Bert
from corpus.reader import Passage, Row, as_row, scores
from train.examples import Example
from train.loop import Recipe, Told, optimise, plan_of

#: Lengths are cut down to a multiple of this where the answer allows: rows of one length need no mask, which the
#: attention's fast path, and most of the backward one, depends on.
_STEP: Final = 8


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
    told: Told,
    begin: Adapter | None = None,
) -> Adapter:
    """The trained adapter, a new one or `begin` trained on; see `train.loop`."""
    targets = [target for example in examples if (target := _target(bert, example)) is not None]
    head = {"weight": torch.zeros(2, bert.width), "bias": torch.zeros(2)}
    adapter = begin or fresh(bert, recipe.rank, recipe.layers, head, recipe.seed)
    plan = plan_of([len(target.row.ids) for target in targets], recipe)
    return optimise(
        adapter, plan, lambda batch: _loss(bert, adapter, [targets[i] for i in batch]), recipe, folder, told, targets
    )


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


def _loss(bert: Bert, adapter: Adapter, targets: Sequence[_Target]) -> torch.Tensor:
    packed = bert.run([target.row.ids for target in targets], adapter.added, adapter.depth)
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
