"""The door of `python -m train reader`: its arguments, its data, and what it leaves behind."""

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
from corpus.errors import InputError
from corpus.network import Bert
from corpus.terminal import ROOT, print_json
from train.cloze import clozes, texts_of
from train.doors import add_arguments, progress, recipe_of, start_of, tenths_of, use_of
from train.drafted import around_evidence, as_read, drafted
from train.examples import Example, asked, examples_of
from train.exchanges import near_misses
from train.fit import fit
from train.judging import Judged, calibration, judge
from train.loop import Recipe

#: Of questions and of clozes, how many get a near miss beside them.
_EXCHANGED: Final = 0.28
_CLOZES_EXCHANGED: Final = 0.5
_AS_LICENSED: Final = "CC BY-SA 4.0 (CMRC 2018), CC BY-SA 3.0 (DRCD); texts of laws and policy documents"


def reader_arguments(parser: argparse.ArgumentParser) -> None:
    """What `train reader` is told."""
    parser.add_argument(
        "--questions", type=Path, nargs="*", default=[], metavar="DIR", help="含 qa.jsonl（带 context）的文件夹"
    )
    parser.add_argument("--most", type=int, default=100_000, help="每组问题最多用多少题来训练（默认全用）")
    parser.add_argument("--clozes", type=int, default=900, help="由 --texts 的每个文件夹的句子拟多少题（默认 900）")
    parser.add_argument("--every", type=int, default=1, help="文件按名字每隔几份取一份来拟题（默认 1，全取）")
    add_arguments(parser, ROOT / "runs" / "train" / "reader", Recipe())


def train_reader(given: argparse.Namespace, console: Console) -> None:
    """Train, calibrate and judge a reader as the arguments tell, and write it with its log."""
    begun = time.monotonic()
    begin = start_of(given.start_from, "reader")
    recipe = recipe_of(given, begin)
    training, calibrating, testing = _data(given, recipe.seed)
    if not training or not calibrating:
        part, more = ("训练", "") if not training else ("校准", "（每组有十分之一的文档用于校准）")
        raise InputError(f"没有可以用来{part}的问题；请给出更多的 --questions{more}。")
    bert = Bert(bundled.model_folder())
    console.print(f"训练 {len(training)} 例，校准 {len(calibrating)} 例，检验 {len(testing)} 例")
    with progress(console, recipe.save_every) as told:
        adapter = fit(bert, training, recipe, given.out, told, begin)
    scale, shift = calibration(bert, adapter, calibrating)
    log = {
        "recipe": asdict(recipe),
        "questions": [folder.name for folder in given.questions],
        "held_out": list(given.held_out),
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


def _data(given: argparse.Namespace, seed: int) -> tuple[list[Example], list[Example], list[Example]]:
    """Examples to train on, to calibrate with, and to test on."""
    draw = random.Random(seed)  # noqa: S311 - examples, not secrets
    sets = [folder.name for folder in given.questions] + [path.stem for path, _ in given.drafted]
    tenths = tenths_of(given.held_out, sets)
    data: dict[str, list[Example]] = {"training": [], "calibration": [], "test": []}
    for folder in given.questions:
        rows = list(asked(folder))
        for use in data:
            here = [each for each in rows if use_of(each.document, tenths.get(folder.name, 0)) == use]
            here = draw.sample(here, min(given.most, len(here))) if use == "training" else here
            data[use] += _with_near_misses(examples_of(here, folder.name, draw), draw)
    for path, index in given.drafted:
        questions = list(drafted(path, given.texts))
        for use in data:
            some = [each for each in questions if use_of(each.file, tenths.get(path.stem, 0)) == use]
            some = draw.sample(some, min(given.most, len(some))) if use == "training" else some
            around = [example for each in some for example in around_evidence(each, draw)]
            data[use] += _with_near_misses(around, draw) + list(as_read(some, index))
    for folder in given.texts if given.clozes else ():
        made = clozes(texts_of(folder)[:: given.every], given.clozes, folder.name, draw)
        data["training"] += made + near_misses(made, _CLOZES_EXCHANGED, draw)
    return data["training"], data["calibration"], data["test"]


def _with_near_misses(examples: list[Example], draw: random.Random) -> list[Example]:
    return examples + near_misses(examples, _EXCHANGED, draw)


def _kinds(examples: Sequence[Example]) -> dict[str, int]:
    kinds = [example.kind for example in examples]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _judged(bert: Bert, adapter: Adapter, testing: Sequence[Example]) -> Judged | None:
    return judge(bert, adapter, testing) if testing else None
