"""What the retriever is trained for: a question's vector nearest to that of the segment that answers it.

Batches are of one set, so that the other passages of a batch are of the same kind as the right one, with one hard
negative for each question (InfoNCE over cosines; van den Oord et al. 2018, as e5 itself was trained).
"""

import random
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

import torch
from torch.nn import functional

from corpus.adapter import Adapter, fresh
from corpus.embedding import E5_PROMPTS
from corpus.network import Bert
from train.loop import Recipe, Told, optimise
from train.pairs import Pair

#: What cosines are divided by: e5's lie close together.
_TEMPERATURE: Final = 0.02
#: Tokens of a question and of a passage at most.
_QUESTION, _PASSAGE = 64, 144


def fit_retriever(
    bert: Bert, pairs: Sequence[Pair], recipe: Recipe, folder: Path, told: Told, begin: Adapter | None = None
) -> Adapter:
    """The trained adapter, a new one or `begin` trained on; see `train.loop`."""
    adapter = begin or fresh(bert, recipe.rank, recipe.layers, {}, recipe.seed)
    return optimise(
        adapter,
        _plan(pairs, recipe),
        lambda batch: _loss(bert, adapter, [pairs[i] for i in batch]),
        recipe,
        folder,
        told,
        pairs,
    )


def _plan(pairs: Sequence[Pair], recipe: Recipe) -> list[list[int]]:
    """The batches of all epochs, each of one kind, in an order drawn by the seed."""
    draw = random.Random(recipe.seed)  # noqa: S311 - an order, not a secret
    plan: list[list[int]] = []
    for _ in range(recipe.epochs):
        epoch = []
        for kind in sorted({pair.kind for pair in pairs}):
            own = [i for i, pair in enumerate(pairs) if pair.kind == kind]
            draw.shuffle(own)
            epoch += [own[at : at + recipe.batch] for at in range(0, len(own), recipe.batch)]
        draw.shuffle(epoch)
        # One passage alone is the right one whatever its vector.
        plan += [batch for batch in epoch if len(batch) > 1]
    return plan


def _loss(bert: Bert, adapter: Adapter, batch: Sequence[Pair]) -> torch.Tensor:
    passages = [pair.passage for pair in batch] + [pair.hard for pair in batch if pair.hard]
    questions = _vectors(bert, adapter, [pair.question for pair in batch], "query", _QUESTION)
    scores = questions @ _vectors(bert, adapter, passages, "passage", _PASSAGE).T / _TEMPERATURE
    right = torch.arange(len(batch))
    # The same passage under two questions is no negative of either, nor is another that answers the same question.
    others = list(zip_longest(passages, (pair.question for pair in batch)))
    same = torch.tensor([[pair.passage == p or pair.question == q for p, q in others] for pair in batch])
    same[right, right] = False
    return functional.cross_entropy(scores.masked_fill(same, float("-inf")), right)


def _vectors(bert: Bert, adapter: Adapter, texts: Sequence[str], kind: str, most: int) -> torch.Tensor:
    """float32[n, width] of unit length."""
    encoded = bert.tokenizer.encode_batch([E5_PROMPTS[kind] + text for text in texts])
    rows = [[*each.ids[: most - 1], each.ids[-1]] if len(each.ids) > most else each.ids for each in encoded]
    packed = bert.run(rows, adapter.added)
    return functional.normalize(torch.stack([row.float().mean(0) for row in packed.rows()]), dim=1)
