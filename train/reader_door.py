"""The doors of `python -m train reader|judge`: their arguments, their data, and what a run leaves behind."""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from rich.console import Console

from corpus import bundled
from corpus.adapter import Adapter, digest, save_adapter
from corpus.errors import InputError
from corpus.network import Bert
from corpus.reader import below_reader
from corpus.terminal import ROOT, print_json
from train.cloze import clozes, texts_of
from train.doors import add_arguments, most_of, progress, recipe_of, start_of, tenths_of, use_of
from train.drafted import Drafted, around_evidence, as_read, drafted
from train.examples import Example, asked, drawn, examples_of, held_out, whole_contexts
from train.exchanges import near_misses
from train.fit import fit
from train.judging import Judged, calibration, judge
from train.lookup import looked_up
from train.loop import Recipe

#: The last two layers make one vector of a text and tell its tokens apart less: a head on the tenth learns faster than
#: on the twelfth, and reading takes a sixth less.
_RECIPE: Final = Recipe(last_layer=9)
#: Of questions and of clozes, how many get a near miss beside them.
_EXCHANGED: Final = 0.28
_CLOZES_EXCHANGED: Final = 0.5
#: More questions than any set has.
_ALL: Final = 1_000_000
#: Held-out examples that a run is judged by: their figures are known to about two points.
_JUDGED: Final = 2000
#: How many questions of a set are put to their whole context as well, which is longer than what is read at work.
_WHOLE: Final = 0.35
#: What drafted questions serve for, they, and the index that they are asked of.
_Asking = tuple[str, list[Drafted], Path]
_AS_LICENSED: Final = "CC BY-SA 4.0 (CMRC 2018), CC BY-SA 3.0 (DRCD); texts of laws and policy documents"


def reader_arguments(parser: argparse.ArgumentParser) -> None:
    """What `train reader` is told."""
    parser.add_argument(
        "--questions", type=Path, nargs="*", default=[], metavar="DIR", help="含 qa.jsonl（带 context）的文件夹"
    )
    parser.add_argument("--clozes", type=int, default=900, help="由 --texts 的每个文件夹的句子拟多少题（默认 900）")
    parser.add_argument("--every", type=int, default=1, help="文件按名字每隔几份取一份来拟题（默认 1，全取）")
    add_arguments(parser, ROOT / "runs" / "train" / "reader", _RECIPE, "全用")


def train_reader(given: argparse.Namespace, console: Console) -> None:
    """Train, calibrate and judge a reader as the arguments tell, and write it with its log."""
    begun = time.monotonic()
    begin = start_of(given.start_from, "reader")
    recipe = recipe_of(given, begin)
    training, calibrating, testing = _data(given, recipe.seed, console)
    if not training or not calibrating:
        part, more = ("训练", "") if not training else ("校准", "（每组有十分之一的文档用于校准）")
        raise InputError(f"没有可以用来{part}的问题；请给出更多的 --questions{more}。")
    bert, over = _network(begin)
    console.print(f"训练 {len(training)} 例，校准 {len(calibrating)} 例，检验 {len(testing)} 例")
    with progress(console, recipe.save_every) as told:
        adapter = fit(bert, training, recipe, given.out, told, begin)
    scale, shift = calibration(bert, adapter, calibrating)
    log = {
        "recipe": asdict(recipe),
        "questions": [folder.name for folder in given.questions],
        "held_out": list(given.held_out),
        "most": list(given.most),
        "drafted": [path.name for path, _ in given.drafted],
        "start_from": begin and json.loads(begin.about.get("training", "{}")),
        "texts": [folder.name for folder in given.texts],
        "examples": _kinds(training),
        "calibration": asdict(judge(bert, adapter, calibrating)),
        "test": asdict(judged) if (judged := _judged(bert, adapter, testing)) else None,
        "seconds": round(time.monotonic() - begun),
    }
    about = {
        "name": "reader",
        "base": bundled.FINGERPRINT,
        "over": over,
        "licence": _AS_LICENSED,
        "scale": f"{scale:.5f}",
        "shift": f"{shift:.5f}",
        "training": json.dumps(log, ensure_ascii=False),
    }
    save_adapter(given.out / "reader.safetensors", replace(adapter, about=about))
    (given.out / "log.json").write_text(json.dumps(log, ensure_ascii=False, indent=2), encoding="utf-8")
    if given.json:
        print_json(log)
    else:
        console.print_json(json.dumps(log, ensure_ascii=False))


def judge_arguments(parser: argparse.ArgumentParser) -> None:
    """What `train judge` is told."""
    parser.add_argument(
        "--questions", type=Path, nargs="+", required=True, metavar="DIR", help="含 qa.jsonl（带 context）的文件夹"
    )
    parser.add_argument(
        "--held-out", nargs="*", default=[], metavar="NAME=TENTHS", help="只问训练时留出的那十分之几的文档（默认全问）"
    )
    parser.add_argument("--reader", default="", metavar="FILE", help="哪个适配器（默认随附的那个）")


def judge_reader(given: argparse.Namespace) -> None:
    """Print how good a reader is by itself: over whole paragraphs, and over passages as evidence is at work."""
    adapter = start_of(given.reader, "reader")
    if adapter is None:
        raise InputError("--reader 要一个适配器文件；不写就是随附的那个。")
    tenths = tenths_of(given.held_out, [folder.name for folder in given.questions])
    bert, _ = _network(adapter)
    found = {}
    for folder in given.questions:
        rows = [each for each in asked(folder) if held_out(each.document, tenths.get(folder.name, 10))]
        if not rows:
            raise InputError(f"{folder} 里没有可问的问题；请换一组，或改 --held-out。")
        passages = examples_of(rows, folder.name, random.Random(Recipe().seed), share=1.0)  # noqa: S311
        found[folder.name] = {
            "paragraphs": asdict(judge(bert, adapter, whole_contexts(rows, folder.name))),
            "passages": asdict(judge(bert, adapter, passages)),
        }
    print_json(found)


def _network(adapter: Adapter | None) -> tuple[Bert, str]:
    """The network with what a reader's adapter lies over, and the digest of that."""
    bert, below = Bert(bundled.model_folder()), below_reader(adapter, bundled.FINGERPRINT)
    if below is None:
        return bert, ""
    bert.merge(below.added)
    return bert, digest(below)


def _data(given: argparse.Namespace, seed: int, console: Console) -> tuple[list[Example], list[Example], list[Example]]:
    """Examples to train on, to calibrate with, and to test on."""
    draw = random.Random(seed)  # noqa: S311 - examples, not secrets
    sets = [folder.name for folder in given.questions] + [path.stem for path, _ in given.drafted]
    tenths, most = tenths_of(given.held_out, sets), most_of(given.most, _ALL)
    data: dict[str, list[Example]] = {"training": [], "calibration": [], "test": []}
    for folder in given.questions:
        rows = list(asked(folder))
        for use in data:
            here = [each for each in rows if use_of(each.document, tenths.get(folder.name, 0)) == use]
            here = drawn(here, most.get(folder.name, most[""]), draw) if use == "training" else here
            data[use] += _with_near_misses(examples_of(here, folder.name, draw), draw)
            if use == "training":
                data[use] += whole_contexts(draw.sample(here, int(_WHOLE * len(here))), f"{folder.name}-whole")
    asking: list[_Asking] = []
    for path, index in given.drafted:
        questions = list(drafted(path, given.texts))
        for use in data:
            some = [each for each in questions if use_of(each.file, tenths.get(path.stem, 0)) == use]
            some = drawn(some, most.get(path.stem, most[""]), draw) if use == "training" else some
            around = [example for each in some for example in around_evidence(each, draw)]
            data[use] += _with_near_misses(around, draw)
            asking.append((use, some, index))
    for use, example in _as_read(asking, console):
        data[use].append(example)
    for folder in given.texts if given.clozes else ():
        made = clozes(texts_of(folder)[:: given.every], given.clozes, folder.name, draw)
        data["training"] += made + near_misses(made, _CLOZES_EXCHANGED, draw)
    return data["training"], data["calibration"], drawn(data["test"], _JUDGED, draw)


def _as_read(asking: Sequence[_Asking], console: Console) -> Iterator[tuple[str, Example]]:
    """Their use, and the questions with what is read for them. All of an index at once: much is read for several."""
    for index in dict.fromkeys(index for _, _, index in asking):
        here = [(use, rows) for use, rows, at in asking if at == index]
        asked_here = [each.question for _, rows in here for each in rows]
        read = looked_up(asked_here, index, bundled.cache_root() / "read", console)
        yield from ((use, example) for use, rows in here for example in as_read(rows, read))


def _with_near_misses(examples: list[Example], draw: random.Random) -> list[Example]:
    return examples + near_misses(examples, _EXCHANGED, draw)


def _kinds(examples: Sequence[Example]) -> dict[str, int]:
    kinds = [example.kind for example in examples]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _judged(bert: Bert, adapter: Adapter, testing: Sequence[Example]) -> Judged | None:
    return judge(bert, adapter, testing) if testing else None
