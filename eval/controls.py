"""Two controls that show whether the figures mean anything.

Without the gold: every question is asked again of the corpus without the documents that answer it. A measure that does
not fall then is no measure of grounding: it would have been as good had the answers come from nowhere.
Shuffled: every answer is held against another question's gold. What is reached then is the floor.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.dataset import Question
from eval.measures import measure
from eval.scoring import Judge, Record
from eval.statistics import difference, mean
from eval.systems import Span

Control = dict[str, dict[str, Any]]


def without_gold(records: Sequence[Record], bereft: Sequence[Record], names: Iterable[str]) -> Control:
    """For each measure that should fall: how much it fell on the answerable questions, and whether it surely did.

    A question that is scored on one side only (a refusal cites nothing) is left out of the difference.
    """
    others = {record["id"]: record for record in bereft}
    found: Control = {}
    for name in names:
        one = measure(name)
        if not (one.grounded and one.rises):
            continue
        pairs = [
            (record["measures"][name], others[record["id"]]["measures"][name])
            for record in records
            if record["gold"]["answerable"]
            and name in record["measures"]
            and name in others.get(record["id"], {"measures": {}})["measures"]
        ]
        if fell := difference([a for a, _ in pairs], [b for _, b in pairs]):
            found[name] = asdict(fell) | {"grounded": fell.high < 0}
    return found


def shuffled(
    records: Sequence[Record], questions: Mapping[str, Question], judge: Judge, names: Iterable[str]
) -> Control:
    """Every measure with each answer held against the gold of another question, drawn once for all."""
    order = list(range(len(records)))
    random.Random(len(records)).shuffle(order)  # noqa: S311 - no secret
    # Each takes the answer of the next in a random ring, so that none keeps its own.
    partner = {order[place]: order[(place + 1) % len(order)] for place in range(len(order))}
    scored: dict[str, list[float]] = {}
    for place, record in enumerate(records):
        other = records[partner[place]]
        found = [Span(*span) for span in other["found"]]
        for name, score in judge.scores(questions[record["id"]], other["answer"], found).items():
            scored.setdefault(name, []).append(score)
    floor: Control = {}
    for name in names:
        one = measure(name)
        values = scored.get(name, [])
        if result := mean(values, [one.weight(value) for value in values]):
            floor[name] = asdict(result)
    return floor
