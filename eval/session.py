"""From the words of a command line to a run: which corpus, which systems, where to, and which controls."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from corpus.collection import Collection
from corpus.embedding import Encoder, open_encoder
from corpus.terminal import ROOT
from eval.controls import shuffled, without_gold
from eval.corpora import Texts, remembering, temporary_index, texts_at
from eval.dataset import QuestionSet
from eval.formats import load_questions
from eval.gold import settled
from eval.measures import DEFAULT, measure
from eval.records import RunFolder
from eval.run import Contender, Plan, run
from eval.scoring import Judge
from eval.systems import System
from rag.settings import load_settings

RUNS = ROOT / "runs"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run was asked for. `beside` is a second system that answers the same questions in the same process."""

    questions: Path
    index: Path
    own_index: bool = False
    corpus: Path | None = None
    system: str = "cewen"
    beside: str = ""
    out: Path | None = None
    settings: Path | None = None
    changes: tuple[str, ...] = ()
    sample: int = 0
    seed: int = 0
    slice_by: str = ""
    measures: tuple[str, ...] = DEFAULT
    without_gold: bool = False
    shuffle: bool = False
    ablate: str = ""
    script: str = ""


def evaluate(wanted: Wanted, console: Console) -> dict[str, Any]:
    """Run it all, and give the summary of the first system; its folder holds everything."""
    for name in wanted.measures:
        measure(name)
    if wanted.ablate:
        from eval.ablation import chosen

        chosen(wanted.ablate)  # A name that is none is refused before anything is asked.
    questions = load_questions(wanted.questions, wanted.slice_by).in_script(wanted.script)
    with ExitStack() as stack:
        texts, encoder = _texts(wanted, questions), open_encoder()
        index = wanted.index if texts is None else stack.enter_context(temporary_index(texts, encoder, console))
        with Collection.open(index, encoder=encoder) as collection:
            documents = collection.documents()
            corpus = {
                "name": texts.name if texts else index.name,
                "documents": len(documents),
                "segments": len(collection),
            }
            corpus["stamp"] = collection.fingerprint
        questions = settled(questions, documents)
        if wanted.sample:
            questions = questions.sample(wanted.sample, wanted.seed)
        plan = Plan(
            questions, Judge(documents, [measure(name) for name in wanted.measures]), wanted.measures, corpus, console
        )
        systems = [
            stack.enter_context(_opened(name, wanted, index, encoder))
            for name in (wanted.system, wanted.beside)
            if name
        ]
        summary = _run(wanted, plan, systems)
        if wanted.ablate:
            from eval.ablation import MEASURES, ablate, chosen

            judge = Judge(documents, [measure(name) for name in MEASURES])
            varied = (wanted.settings, wanted.changes)
            summary |= {
                "ablation": ablate(
                    questions.questions, judge, index, texts, encoder, varied, chosen(wanted.ablate), console
                )
            }
            RunFolder(Path(summary["out"])).finish({k: v for k, v in summary.items() if k != "out"})
        return summary


def _run(wanted: Wanted, plan: Plan, systems: list[System]) -> dict[str, Any]:
    out = wanted.out or RUNS / _name(wanted, plan.questions)
    contenders = [Contender(system, out if place == 0 else out / system.name) for place, system in enumerate(systems)]
    if wanted.without_gold:
        contenders += [Contender(c.system, c.out / "without-gold", without_gold=True) for c in contenders]
    summaries = run(plan, contenders)
    by_id = {question.id: question for question in plan.questions.questions}
    for place in range(len(systems)):
        folder = RunFolder(contenders[place].out)
        records, found = folder.records(), {}
        if wanted.without_gold:
            bereft = RunFolder(contenders[place].out / "without-gold").records()
            found["without_gold"] = without_gold(records, bereft, plan.measures)
        if wanted.shuffle:
            found["shuffled"] = shuffled(records, by_id, plan.judge, plan.measures)
        if found:
            summaries[place] = summaries[place] | {"controls": found}
            folder.finish(summaries[place])
    return summaries[0] | {"out": str(out)}


def _texts(wanted: Wanted, questions: QuestionSet) -> Texts | None:
    """What a temporary index is made of: what --corpus names, else what the set brings, unless an index was named."""
    if wanted.corpus is not None:
        return texts_at(wanted.corpus)
    if questions.texts and not wanted.own_index:
        return Texts(questions.name, questions.texts)
    return None


@contextmanager
def _opened(name: str, wanted: Wanted, index: Path, encoder: Encoder) -> Iterator[System]:
    # Imported here: whoever measures only the one does not wait for the other's libraries.
    system: System
    if name == "cewen":
        from eval.systems.cewen import Cewen

        system = Cewen(index, load_settings(wanted.settings, wanted.changes), encoder)
    else:
        from eval.systems.baseline import Baseline

        # The model as others have it: what was trained here is what is measured.
        with remembering(encoder.plain) as builder, Collection.open(index, encoder=encoder) as collection:
            system = Baseline(collection.documents(), encoder.plain, builder)
    try:
        yield system
    finally:
        system.close()


def _name(wanted: Wanted, questions: QuestionSet) -> str:
    """The folder of a run where none is given: the set, the system, the sample."""
    sampled = f"-{wanted.sample}-{wanted.seed}" if wanted.sample else ""
    script = f"-{wanted.script}" if wanted.script else ""
    return re.sub(r"[^\w.-]+", "-", f"{questions.name}-{wanted.system}{script}{sampled}")
