"""What each ingredient of the search gives and costs: it is left out, and the same questions are searched for again.

Every variant is asked each question in turn, in one process, so that what slows the machine slows all of them. Only
searching is measured; what an answer makes of it is another matter. Questions of a conversation are left out.
"""

import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.collection import Collection
from corpus.embedding import Encoder
from corpus.errors import InputError
from eval.corpora import Texts, temporary_index
from eval.dataset import Question
from eval.scoring import Judge
from eval.statistics import difference, mean
from eval.systems.base import DEPTH, READ
from eval.systems.cewen import passages_of, spans_of
from rag.assembly import assemble
from rag.assistant import Assistant
from rag.settings import Settings, load_settings
from rag.types import Answer, Filter
from rag.wire import answer_object

#: What is compared; those that the questions say nothing of are left out.
MEASURES: Final = ("hit@1", "hit@3", "nDCG@10", "recall@100", "answer@3", "passage@3")


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A part of the search and how it is left out: by settings, or by another index over the same texts."""

    name: str
    what: str
    changes: tuple[str, ...] = ()
    index: Literal["", "plain", "untitled"] = ""


INGREDIENTS: Final = (
    Ingredient("words", "按词（BM25）", ("retrieval.lexical_weight=0", "retrieval.lexical_weight_english=0")),
    Ingredient("meaning", "按语义（向量）", ("retrieval.lexical_weight=1", "retrieval.lexical_weight_english=1")),
    Ingredient("pairs", "相邻两字的 BM25", ("retrieval.pair_weight=0",)),
    Ingredient("synonyms", "同义词", ("retrieval.variant_weight=0",)),
    Ingredient("centring", "去掉向量的公共方向", index="plain"),
    Ingredient("titles", "片段上方的标题", index="untitled"),
    Ingredient("works", "同一文件其他部分的得分", ("retrieval.work_share=0",)),
    Ingredient("distinct", "文字相同的并为一条", ("retrieval.collapse=false",)),
    Ingredient("numbers", "按编号和小标题", ("retrieval.by_number=false",)),
    Ingredient("names", "只在写明的文件里找", ("retrieval.by_name=false",)),
)  # fmt: skip


def chosen(names: str) -> tuple[Ingredient, ...]:
    """The ingredients that a command line names, parted by commas, or all; InputError names one that there is not."""
    known = {one.name: one for one in INGREDIENTS}
    if names == "all":
        return INGREDIENTS
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise InputError(f"--ablate 里没有叫 {name} 的成分；可以用：{'、'.join(known)}。")
    return tuple(known[name] for name in wanted)


def ablate(
    questions: Sequence[Question], judge: Judge, index: Path, texts: Texts | None, encoder: Encoder,
    settings: tuple[Path | None, tuple[str, ...]], ingredients: Sequence[Ingredient], console: Console,
) -> dict[str, Any]:  # fmt: skip
    """The object under `ablation` in a summary: the whole search, and for each ingredient the difference it makes."""
    asked = [question for question in questions if not question.history and judge.gold_documents(question)]
    if not asked:
        raise InputError("没有可以用来比较检索的题：--ablate 需要给出依据（documents 或 addresses）的单轮问题。")
    with ExitStack() as stack:
        whole = load_settings(*settings)
        searches = {"": stack.enter_context(_search(index, whole, encoder))}
        for one in ingredients:
            folder = stack.enter_context(_index(one, index, texts, encoder, console))
            if folder is not None:
                changed = load_settings(settings[0], (*settings[1], *one.changes))
                centred = one.index != "plain"
                searches[one.name] = stack.enter_context(_search(folder, changed, encoder, centred=centred))
        found = _asked(asked, searches, judge, console)
    rows = [_row(one, found[""], found[one.name]) for one in ingredients if one.name in found]
    scores, spent = found[""]
    return {
        "questions": len(asked),
        "whole": {name: asdict(m) for name in MEASURES if (m := mean([s[name] for s in scores if name in s]))},
        "ms": round(statistics.median(spent), 2),
        "rows": rows,
    }


@contextmanager
def _search(index: Path, settings: Settings, encoder: Encoder, *, centred: bool = True) -> Iterator[Assistant]:
    assistant = Assistant(assemble(Collection.open(index, encoder=encoder, centred=centred), settings))
    try:
        yield assistant
    finally:
        assistant.close()


@contextmanager
def _index(
    one: Ingredient, index: Path, texts: Texts | None, encoder: Encoder, console: Console
) -> Iterator[Path | None]:
    """The index without the ingredient; None where these texts do not have it."""
    if one.index == "plain":
        with tempfile.TemporaryDirectory(prefix="cewen-eval-") as folder:
            shutil.copyfile(index / "corpus.sqlite", Path(folder) / "corpus.sqlite")
            yield Path(folder)
    elif one.index == "untitled":
        if texts is None or not any(row.title for row in texts.rows):
            yield None
            return
        untitled = replace(texts, rows=[replace(row, title="") for row in texts.rows])
        with temporary_index(untitled, encoder, console) as found:
            yield found
    else:
        yield index


_Found = tuple[list[dict[str, float]], list[float]]


def _asked(
    questions: Sequence[Question], searches: Mapping[str, Assistant], judge: Judge, console: Console
) -> dict[str, _Found]:
    """For each search its scores by question, and its milliseconds."""
    found: dict[str, _Found] = {name: ([], []) for name in searches}
    columns = (TextColumn("逐项去掉"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for question in progress.track(questions):
            for name, assistant in searches.items():
                among = Filter(frozenset(question.within) if question.within else None)
                hits, timings = assistant.find(question.question, DEPTH, among)
                nothing = answer_object(Answer(question.question, question.question, None, "refused", ""))
                spans = spans_of(hits.fused, assistant.collection)
                found[name][0].append(
                    judge.scores(question, nothing, spans, passages_of(hits.fused[:READ], assistant.collection))
                )
                found[name][1].append(timings["total"])
    return found


def _row(one: Ingredient, whole: _Found, without: _Found) -> dict[str, Any]:
    """What the ingredient gives (with it, less without it) and what it costs in milliseconds at the median."""
    gains = {}
    for name in MEASURES:
        pairs = [(b[name], a[name]) for a, b in zip(whole[0], without[0], strict=True) if name in a and name in b]
        if found := difference([less for less, _ in pairs], [more for _, more in pairs]):
            gains[name] = asdict(found) | {"certain": found.certain}
    cost = statistics.median(a - b for a, b in zip(whole[1], without[1], strict=True))
    return {"ingredient": one.name, "what": one.what, "gives": gains, "costs_ms": round(cost, 2)}
