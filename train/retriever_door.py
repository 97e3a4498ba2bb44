"""The door of `python -m train retriever`: questions of any kind that `eval` reads, to an adapter of the encoder.

It ends with a judgement on what was held out, before and after: whether the adapter helped is said by an interval.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from rich.console import Console

from corpus import bundled
from corpus.adapter import Adapter, save_adapter
from corpus.bert import shipped_encoder
from corpus.embedding import Encoder
from corpus.errors import InputError
from corpus.network import Bert
from corpus.terminal import ROOT, default_index, print_json
from eval.corpora import remembering
from eval.dataset import QuestionSet
from eval.formats import load_questions
from eval.statistics import Difference, difference
from train.doors import add_arguments, most_of, progress, recipe_of, start_of, tenths_of
from train.drafted import drafted
from train.examples import drawn, held_out
from train.loop import Recipe
from train.pairs import Labelled, Pair, Pool, drafted_labelled, gains, labelled, pairs, sentence_pairs
from train.retrieving import fit_retriever

_LICENCE: Final = "STARD MIT; CMRC 2018 CC BY-SA 4.0, DRCD CC BY-SA 3.0; texts of laws and policy documents"
#: The recipe of a retriever: its batches are of questions, its rate lower than a reader's.
_RECIPE: Final = Recipe(epochs=2, rate=5e-4, rank=12, first_layer=0, save_every=50)
_FEWEST: Final = 20
_MOST: Final = 1500


def retriever_arguments(parser: argparse.ArgumentParser) -> None:
    """What `train retriever` is told."""
    parser.add_argument(
        "--data", type=Path, nargs="*", default=[], metavar="FILE", help="eval 认得的问题集（文件或文件夹），可以给几个"
    )
    parser.add_argument(
        "--index", type=Path, default=default_index(), help="不自带文本的问题集所问的索引（默认 corpus/index）"
    )
    parser.add_argument(
        "--further",
        nargs=2,
        action="append",
        default=[],
        metavar=("FILE", "NAME"),
        help="对 --data 里某组问题的文本另拟的问题（.jsonl）和那组的名字；可以给几组",
    )
    parser.add_argument(
        "--by-question", nargs="*", default=[], metavar="NAME", help="哪些问题集按问题留出（默认按文档，更难）"
    )
    add_arguments(parser, ROOT / "runs" / "train" / "retriever", _RECIPE, f"{_MOST}；不限 --further 的")


def train_retriever(given: argparse.Namespace, console: Console) -> None:
    """Train a retriever as the arguments tell, judge it before and after, and write it with its log."""
    begun = time.monotonic()
    begin = start_of(given.start_from, "retriever")
    recipe = recipe_of(given, begin)
    with remembering(_wearing(begin)) as encoder:
        training, testing = _data(given, recipe.seed, encoder, console)
        if len(training) < _FEWEST:
            raise InputError(f"训练用的问题只有 {len(training)} 个，至少要 {_FEWEST} 个；请给出更多的 --data。")
        before = {name: gains(pool, asked, encoder) for name, (pool, asked) in testing.items()}
    kinds = [pair.kind for pair in training]
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    with progress(console, recipe.save_every) as told:
        adapter = fit_retriever(Bert(bundled.model_folder()), training, recipe, given.out, told, begin)
    with remembering(_wearing(adapter)) as encoder:
        after = {name: gains(pool, asked, encoder) for name, (pool, asked) in testing.items()}
    log = {
        "recipe": asdict(recipe),
        "data": [path.name for path in given.data],
        "further": [Path(file).name for file, _ in given.further],
        "drafted": [path.name for path, _ in given.drafted],
        "held_out": list(given.held_out),
        "by_question": list(given.by_question),
        "most": list(given.most),
        "start_from": begin and json.loads(begin.about.get("training", "{}")),
        "pairs": counts,
        "ndcg@10": {name: _compared(before[name], after[name]) for name in testing},
        "seconds": round(time.monotonic() - begun),
    }
    about = {
        "name": "retriever",
        "base": bundled.FINGERPRINT,
        "licence": _LICENCE,
        "training": json.dumps(log, ensure_ascii=False),
    }
    save_adapter(given.out / "retriever.safetensors", replace(adapter, about=about))
    (given.out / "log.json").write_text(json.dumps(log, ensure_ascii=False, indent=2), encoding="utf-8")
    if given.json:
        print_json(log)
        return
    console.print_json(json.dumps(log, ensure_ascii=False))
    console.print(f"要用它：CEWEN_RETRIEVER={given.out / 'retriever.safetensors'} python -m ingest sync", markup=False)
    for name in testing:
        console.print(_told(name, difference(before[name], after[name])))


def _wearing(adapter: Adapter | None) -> Encoder:
    encoder = shipped_encoder()
    if adapter is not None:
        encoder.wear(adapter)
    return encoder


def _data(
    given: argparse.Namespace, seed: int, encoder: Encoder, console: Console
) -> tuple[list[Pair], dict[str, tuple[Pool, list[Labelled]]]]:
    """The pairs to train on, and for each set that has some held out the questions to judge by, with their pool."""
    draw = random.Random(seed)  # noqa: S311 - examples, not secrets
    sets = [load_questions(path) for path in given.data]
    names = [each.name for each in sets] + [path.stem for path, _ in given.drafted]
    tenths = tenths_of(given.held_out, names)
    if unknown := set(given.by_question) - set(names):
        raise InputError(
            f"--by-question 的 {'、'.join(sorted(unknown))} 不在 --data 和 --drafted 里；有的是 {'、'.join(names)}。"
        )
    training: list[Pair] = []
    testing: dict[str, tuple[Pool, list[Labelled]]] = {}

    further, most = _further(given, sets), most_of(given.most, _MOST)

    def is_kept(name: str, question: str, source: str) -> bool:
        return held_out(question if name in given.by_question else source, tenths.get(name, 0))

    def take(name: str, pool: Pool, asked: list[Labelled]) -> None:
        own = [each for each in asked if each.kind == name]
        kept = [each for each in own if is_kept(name, each.question, each.source)]
        learnt = [each for each in own if not is_kept(name, each.question, each.source)]
        spared = {number for each in kept for number in each.gold}
        learnt = drawn(learnt, most.get(name, most[""]), draw)
        # What answers a held-out question is not learnt from another question either.
        learnt += [each for each in asked if each.kind != name and not spared.intersection(each.gold)]
        console.print(f"{name}：{len(pool.texts)} 段，训练 {len(learnt)} 题，检验 {len(kept)} 题")
        training.extend(pairs(pool, learnt, encoder, draw, spared))
        if kept:
            testing[name] = pool, kept

    for questions in sets:
        take(questions.name, *labelled(questions, given.index, draw, further.get(questions.name, [])))
    for path, index in given.drafted:
        rows = list(drafted(path, given.texts))
        take(path.stem, *drafted_labelled(rows, index, path.stem))
        learnt = [each for each in rows if each.answerable and not is_kept(path.stem, each.question, each.file)]
        learnt = drawn(learnt, most.get(path.stem, most[""]), draw)
        training += sentence_pairs(learnt, f"{path.stem}-sentences")
    return training, testing


def _further(given: argparse.Namespace, sets: Sequence[QuestionSet]) -> dict[str, list[QuestionSet]]:
    """The further questions by the name of the set whose texts they ask of. InputError where there is no such set."""
    found: dict[str, list[QuestionSet]] = {}
    for file, name in given.further:
        if name not in {each.name for each in sets}:
            raise InputError(f"--further {file} 要问的 {name} 不在 --data 里；请一并给出。")
        found.setdefault(name, []).append(load_questions(Path(file)))
    return found


def _compared(before: list[float], after: list[float]) -> dict[str, float | int]:
    found = difference(before, after)
    assert found is not None  # only sets with held-out questions are compared
    means = {
        "before": sum(before) / len(before),
        "after": sum(after) / len(after),
        "low": found.low,
        "high": found.high,
    }
    return {**{name: round(value, 4) for name, value in means.items()}, "n": found.n}


def _told(name: str, found: Difference | None) -> str:
    """Whether it helped, in a sentence."""
    assert found is not None  # as above
    span = f"nDCG@10 变化 {found.difference:+.3f}（95% 区间 {found.low:+.3f} 到 {found.high:+.3f}，{found.n} 题）"
    if not found.certain:
        return f"{name}：{span}，看不出有没有帮助；不必换用。"
    return f"{name}：{span}，" + ("有帮助。" if found.difference > 0 else "更差了；请不要换用。")
