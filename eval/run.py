"""Questions asked of one or more systems in one process, in turn, and everything recorded.

Systems answer each question one after the other, so that what slows the machine slows both, and a ratio of their times
means something. What the figures mean is `eval.summary`'s and `eval.measures`' to say.
"""

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.dataset import Question, QuestionSet
from eval.records import RunFolder
from eval.scoring import Judge, Record
from eval.summary import code_fingerprint, machine, summarize
from eval.systems import System


@dataclass(frozen=True, slots=True)
class Contender:
    """A system, where its records go, and whether each question is asked without the documents that answer it."""

    system: System
    out: Path
    without_gold: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: settled questions, the judge of answers, the names of the measures, and what the corpus is."""

    questions: QuestionSet
    judge: Judge
    measures: Sequence[str]
    corpus: Mapping[str, Any]
    console: Console


def run(plan: Plan, contenders: Sequence[Contender]) -> list[dict[str, Any]]:
    """Ask every question of every contender that has not answered it yet; the summaries, in order."""
    folders = [RunFolder(contender.out) for contender in contenders]
    kept = [folder.begin(_identity(plan, c)) for folder, c in zip(folders, contenders, strict=True)]
    done = [{record["id"] for record in records} for records in kept]
    if any(done):
        plan.console.print(f"接着上次的进度：已有 {min(map(len, done))} 题。")
    begun = time.perf_counter()
    for question in _bar(plan):
        for contender, folder, records, ids in zip(contenders, folders, kept, done, strict=True):
            if question.id not in ids:
                record = _asked(plan, contender, question)
                folder.add(record)
                records.append(record)
    seconds = time.perf_counter() - begun
    summaries = []
    for contender, folder, records in zip(contenders, folders, kept, strict=True):
        summary = summarize(records, plan.measures, _about(plan, contender) | {"seconds": round(seconds, 1)})
        folder.finish(summary)
        summaries.append(summary)
    return summaries


def _asked(plan: Plan, contender: Contender, question: Question) -> Record:
    excluded = plan.judge.gold_documents(question) if contender.without_gold else frozenset()
    return plan.judge.record(question, contender.system.ask(question, excluded))


def _bar(plan: Plan) -> Iterator[Question]:
    columns = (TextColumn("作答"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=plan.console, transient=True) as progress:
        task = progress.add_task("", total=len(plan.questions.questions))
        for question in plan.questions.questions:
            yield question
            progress.advance(task)


def _identity(plan: Plan, contender: Contender) -> dict[str, Any]:
    """What has to be the same for a run to go on: the questions, the corpus, the system and every line of code."""
    return {
        "questions": plan.questions.fingerprint,
        "corpus": dict(plan.corpus),
        "system": contender.system.fingerprint,
        "without_gold": contender.without_gold,
        "measures": list(plan.measures),
        "code": code_fingerprint(),
    }


def _about(plan: Plan, contender: Contender) -> dict[str, Any]:
    questions = plan.questions
    sampled = {} if questions.sampled is None else dict(zip(("sample", "seed"), questions.sampled, strict=True))
    return {
        "system": contender.system.name,
        "data": {
            "name": questions.name,
            "questions": len(questions.questions),
            "answerable": sum(question.answerable for question in questions.questions),
            "fingerprint": questions.fingerprint,
            **sampled,
        },
        "corpus": dict(plan.corpus),
        "settings": contender.system.settings,
        "fingerprint": contender.system.fingerprint,
        "code": code_fingerprint(),
        "machine": machine(),
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "index_mb": round(contender.system.megabytes, 1),
        "without_gold": contender.without_gold,
    }
