"""How good a reader is on examples it was not trained on, and what its margins mean.

Character F1 and exact match on the answered ones, as CMRC 2018 scores them; the AUC of the margin as a sign that there
is an answer; and the logistic that turns a margin into a probability.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from corpus.adapter import Adapter
from corpus.network import Bert
from corpus.reader import Passage, best_spans
from eval.measures.answer import character_f1
from eval.measures.words import bare
from train.examples import Example


@dataclass(frozen=True, slots=True)
class Judged:
    """F1 and exact match (0 to 1) where a few words answer, AUC (nan where all or none are answered), counts."""

    f1: float
    exact: float
    auc: float
    answered: int
    unanswered: int


def margins(bert: Bert, adapter: Adapter, examples: Sequence[Example]) -> tuple[list[float], list[str]]:
    """For each example by how much the best span is better than none, and its words."""
    best = best_spans(bert, adapter, [(e.question, Passage(e.passage, e.under)) for e in examples])
    found = [-math.inf if each is None else each[2] for each in best]
    words = [
        "" if each is None else example.passage[each[0] : each[1]] for example, each in zip(examples, best, strict=True)
    ]
    return found, words


def judge(bert: Bert, adapter: Adapter, examples: Sequence[Example]) -> Judged:
    """The figures of a reader on some examples."""
    found, words = margins(bert, adapter, examples)
    answered = [i for i, example in enumerate(examples) if example.answerable and example.answers]
    f1 = [max(character_f1(words[i], answer) for answer in examples[i].answers) for i in answered]
    exact = [any(bare(words[i]) == bare(answer) for answer in examples[i].answers) for i in answered]
    labels = [example.answerable for example in examples]
    auc = float(roc_auc_score(labels, found)) if len(set(labels)) == 2 else math.nan
    return Judged(_mean(f1), _mean(exact), auc, sum(labels), len(labels) - sum(labels))


def calibration(bert: Bert, adapter: Adapter, examples: Sequence[Example]) -> tuple[float, float]:
    """(scale, shift) of the logistic that turns a margin into the probability of an answer; a class counts as much."""
    found, _ = margins(bert, adapter, examples)
    labels = [example.answerable for example in examples]
    fitted = LogisticRegression(class_weight="balanced").fit(np.array(found)[:, None], labels)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
