"""The trainer's door: `python -m train reader|refusal|hold-out`.

Exit status: 0 done; 2 wrong use, with one line saying what to write.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from corpus import bundled
from corpus.adapter import Adapter, load_adapter, save_adapter
from corpus.errors import CewenError, InputError
from corpus.network import Bert
from corpus.terminal import ROOT, Parser, print_json
from train.cloze import clozes, texts_of
from train.drafted import around_evidence, as_read, drafted
from train.examples import Example, asked, examples_of, held_out, write_held_out
from train.exchanges import near_misses
from train.fit import Recipe, fit
from train.judging import Judged, calibration, judge
from train.refusing import cases
from train.refusing import fit as fit_refusal

#: Of questions and of clozes, how many get a near miss beside them.
_EXCHANGED: Final = 0.28
_CLOZES_EXCHANGED: Final = 0.5
#: Tenths of the documents of every set that calibrate the reader and are not trained on.
_FOR_CALIBRATION: Final = 1
_AS_LICENSED: Final = "CC BY-SA 4.0 (CMRC 2018), CC BY-SA 3.0 (DRCD); texts of laws and policy documents"


def _parser() -> Parser:
    parser = Parser(prog="python -m train", description="训练随附编码器的适配器")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    reader = commands.add_parser("reader", help="训练从引文里读出短答案的适配器")
    reader.add_argument(
        "--questions", type=Path, nargs="*", default=[], metavar="DIR", help="含 qa.jsonl（带 context）的文件夹"
    )
    reader.add_argument(
        "--held-out", nargs="*", default=[], metavar="NAME=TENTHS", help="哪个文件夹的十分之几的文档不用于训练"
    )
    reader.add_argument(
        "--drafted", nargs=2, action="append", default=[], type=Path, metavar=("FILE", "INDEX"),
        help="对 --texts 的文件拟好的问题（.jsonl），和收录这些文件的索引；可以给几组",
    )  # fmt: skip
    reader.add_argument("--texts", type=Path, nargs="*", default=[], metavar="DIR", help="政策文件，由其句子拟题")
    reader.add_argument("--clozes", type=int, default=900, help="每个文件夹拟多少题（默认 900）")
    reader.add_argument("--every", type=int, default=1, help="文件按名字每隔几份取一份来拟题（默认 1，全取）")
    reader.add_argument("--start-from", type=Path, metavar="FILE", help="从这个适配器接着训练（默认从头训练）")
    reader.add_argument("--out", type=Path, default=ROOT / "runs" / "train" / "reader", metavar="DIR")
    reader.add_argument("--json", action="store_true", help="标准输出只打印 JSON")
    for field in fields(Recipe):
        assert isinstance(field.default, int | float)
        reader.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    refusal = commands.add_parser("refusal", help="由答得出和答不出的问题拟合拒答的权重")
    refusal.add_argument(
        "--set", nargs=2, action="append", required=True, type=Path, metavar=("FILE", "INDEX"), dest="sets",
        help="问题（.jsonl，含 question、answerable）和所问的索引；可以给几组",
    )  # fmt: skip
    refusal.add_argument("--kept", type=float, default=0.2, help="拟合出的分数里从多少起回答（默认 0.2）")
    held = commands.add_parser("hold-out", help="写出一个问答集里不用于训练的那一部分")
    held.add_argument("source", type=Path, metavar="FROM")
    held.add_argument("tenths", type=int, metavar="TENTHS")
    held.add_argument("target", type=Path, metavar="TO", help="一个新的文件夹")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False)
    try:
        if given.command == "hold-out":
            count = write_held_out(given.source, given.tenths, given.target)
            console.print(f"{given.target}：{count} 题")
        elif given.command == "refusal":
            _refusal(given, console)
        else:
            _reader(given, console)
    except CewenError as exc:
        console.print(str(exc), markup=False)
        return 2
    return 0


def _reader(given: argparse.Namespace, console: Console) -> None:
    begun = time.monotonic()
    recipe = Recipe(**{field.name: getattr(given, field.name) for field in fields(Recipe)})
    training, calibrating, testing = _data(given, recipe.seed)
    if not training or not calibrating:
        raise InputError("训练用的问题太少；请给出更多的 --questions。")
    bert = Bert(bundled.model_folder())
    console.print(f"训练 {len(training)} 例，校准 {len(calibrating)} 例，检验 {len(testing)} 例")
    with Progress(console=console) as progress:
        task = progress.add_task("训练", total=None)

        def told(step: int, steps: int, loss: float) -> None:
            progress.update(task, completed=step, total=steps, description=f"损失 {loss:.3f}")
            if not console.is_terminal and step % recipe.save_every == 0:
                console.print(f"{step}/{steps} 步，损失 {loss:.3f}，{time.monotonic() - begun:.0f} 秒")

        adapter = fit(bert, training, recipe, given.out, told, _start(given.start_from))
    scale, shift = calibration(bert, adapter, calibrating)
    log = {
        "recipe": asdict(recipe),
        "questions": [folder.name for folder in given.questions],
        "held_out": list(given.held_out),
        "drafted": [path.name for path, _ in given.drafted],
        "start_from": given.start_from and given.start_from.name,
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


def _start(path: Path | None) -> Adapter | None:
    return load_adapter(path, bundled.FINGERPRINT) if path else None


def _refusal(given: argparse.Namespace, console: Console) -> None:
    found = [case for questions, index in given.sets for case in cases(questions, index)]
    fitted = fit_refusal(found, given.kept)
    console.print(f"{len(found)} 题，其中 {sum(case.by_rule for case in found)} 题由规则拒答")
    console.print(f"INTERCEPT = {fitted.intercept}\nWEIGHTS = {fitted.weights}", markup=False)
    console.print("分数  拒答F1  误拒  召回（每题由没有见过它的权重打分）")
    for row in fitted.table:
        console.print("  ".join(f"{value:.3f}" for value in row))


def _data(given: argparse.Namespace, seed: int) -> tuple[list[Example], list[Example], list[Example]]:
    """Examples to train on, to calibrate with, and to test on."""
    draw = random.Random(seed)  # noqa: S311 - examples, not secrets
    sets = [folder.name for folder in given.questions] + [path.stem for path, _ in given.drafted]
    tenths = _tenths(given.held_out, sets)
    data: dict[str, list[Example]] = {"training": [], "calibration": [], "test": []}
    for folder in given.questions:
        rows = list(asked(folder))
        for use in data:
            here = [each for each in rows if _use(each.document, tenths.get(folder.name, 0)) == use]
            data[use] += _with_near_misses(examples_of(here, folder.name, draw), draw)
    for path, index in given.drafted:
        questions = list(drafted(path, given.texts))
        for use in data:
            some = [each for each in questions if _use(each.file, tenths.get(path.stem, 0)) == use]
            around = [example for each in some for example in around_evidence(each, draw)]
            data[use] += _with_near_misses(around, draw) + list(as_read(some, index))
    for folder in given.texts if given.clozes else ():
        made = clozes(texts_of(folder)[:: given.every], given.clozes, folder.name, draw)
        data["training"] += made + near_misses(made, _CLOZES_EXCHANGED, draw)
    return data["training"], data["calibration"], data["test"]


def _use(document: str, kept: int) -> str:
    """What a document of a set serves for, when `kept` tenths of them are held out."""
    if held_out(document, kept):
        return "test"
    return "calibration" if held_out(document, kept + _FOR_CALIBRATION) else "training"


def _with_near_misses(examples: list[Example], draw: random.Random) -> list[Example]:
    return examples + near_misses(examples, _EXCHANGED, draw)


def _tenths(given: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    tenths = {}
    for each in given:
        name, _, number = each.partition("=")
        if name not in names or not number.isdigit() or int(number) > 9:
            raise InputError(f"“{each}”不是 --held-out 的写法；请写成 {names[0]}=5（十分之五的文档不用于训练）。")
        tenths[name] = int(number)
    return tenths


def _kinds(examples: Sequence[Example]) -> dict[str, int]:
    kinds = [example.kind for example in examples]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _judged(bert: Bert, adapter: Adapter, testing: Sequence[Example]) -> Judged | None:
    return judge(bert, adapter, testing) if testing else None


if __name__ == "__main__":
    sys.exit(main())
