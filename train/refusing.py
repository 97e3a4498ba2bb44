"""Weights of the confidence that a question is answered, fitted on questions that are known to be answerable or not.

Only those are used that the rules leave to the confidence (`rag.refusal`). What is printed goes into `rag.confidence`
by hand, and the threshold that refuses as few of the answerable ones as wanted into `rag.settings`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from corpus.errors import InputError
from rag import Assistant
from rag.confidence import WEIGHTS, features, is_weighed
from rag.types import Language
from train.examples import held_out

#: Parts that each question is kept out of the fit of in turn, for the figures.
_FOLDS = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One question: whether the corpus answers it, whether it is refused, and its features where these decide that."""

    answerable: bool
    refused: bool
    values: tuple[float, ...] = ()
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights, and what they do: (threshold, F1 of refusing, over-refusal, recall)."""

    intercept: float
    weights: dict[str, float]
    table: list[tuple[float, float, float, float]]


def cases(questions: Path, index: Path, tenths: int = 0) -> Iterator[Case]:
    """The questions of a JSONL file (`question`, `answerable`) asked of an index.

    With `tenths` those alone whose `file` is held and among the tenths that the adapters were not trained on.
    """
    assistant = Assistant.open(index)
    files = {Path(held.path).name for held in assistant.collection.held()}
    try:
        for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                question, answerable = str(row["question"]), bool(row.get("answerable", True))
                left_out = bool(tenths) and not (held_out(str(row["file"]), tenths) and row["file"] in files)
            except (ValueError, KeyError, TypeError, AttributeError) as exc:
                wanted = "question、answerable 和 file" if tenths else "question 和 answerable"
                raise InputError(f"{questions} 第 {number} 行不是问题：每行要有 {wanted}。") from exc
            if row.get("history") or left_out:
                continue
            sought = assistant.seek(question)
            decided = sought.refusal is None or bool(sought.refusal.confidence)
            weighed = decided and is_weighed(sought.query, sought.evidence)
            values = tuple(features(sought.evidence).values()) if weighed else ()
            yield Case(answerable, sought.refusal is not None, values, sought.query.language)
    finally:
        assistant.close()


def fit(found: Sequence[Case]) -> Fitted:
    """The weights fitted on the cases, and what each threshold of the settings would do."""
    left = [case for case in found if case.values]
    values = np.array([case.values for case in left])
    labels = np.array([case.answerable for case in left])
    if len(set(labels.tolist())) < 2 or min(labels.sum(), (~labels).sum()) < _FOLDS:
        raise InputError(f"可以比较的问题太少：答得出的和答不出的，规则之外各要有 {_FOLDS} 题以上。")
    model = LogisticRegression(C=0.5, max_iter=2000)
    scores = cross_val_predict(model, values, labels, cv=_FOLDS, method="predict_proba")[:, 1]
    model.fit(values, labels)
    weights = dict(zip(WEIGHTS, (round(float(w), 2) for w in model.coef_[0]), strict=True))
    table = [_row(found, scores, step / 20) for step in range(2, 13)]
    return Fitted(round(float(model.intercept_[0]), 2), weights, table)


def _row(found: Sequence[Case], scores: Sequence[float], threshold: float) -> tuple[float, float, float, float]:
    rest = iter(scores)
    refused = [next(rest) < threshold if case.values else case.refused for case in found]
    rightly = sum(no and not case.answerable for no, case in zip(refused, found, strict=True))
    answerable = sum(case.answerable for case in found)
    absent = len(found) - answerable
    over = (sum(refused) - rightly) / max(1, answerable)
    return threshold, 2 * rightly / max(1, sum(refused) + absent), over, rightly / max(1, absent)
