"""What the doors of all adapters share: the arguments of a run, its progress, which documents it leaves alone."""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from corpus import bundled
from corpus.adapter import SHIPPED, Adapter, load_adapter
from corpus.errors import InputError
from train.examples import held_out
from train.loop import Recipe, Told

#: Tenths of the documents of every set that calibrate, or are looked at while training is tuned, and not trained on.
_FOR_CALIBRATION: Final = 1
#: Said of `--start-from` where an adapter is trained from nothing.
_ANEW: Final = "none"


def add_arguments(parser: argparse.ArgumentParser, out: Path, defaults: Recipe, most: str) -> None:
    """The arguments of every run: what is held out, where it begins and ends, and its recipe.

    `most` says how many questions of a set are learnt where nothing else is told.
    """
    parser.add_argument(
        "--most", nargs="*", default=[], metavar="N|NAME=N",
        help=f"每个问题集最多用多少题来训练（默认{most}），或某一组最多多少",
    )  # fmt: skip
    parser.add_argument(
        "--held-out", nargs="*", default=[], metavar="NAME=TENTHS", help="哪个问答集的十分之几的文档不用于训练"
    )
    parser.add_argument(
        "--drafted", nargs=2, action="append", default=[], type=Path, metavar=("FILE", "INDEX"),
        help="对 --texts 的文件拟好的问题（.jsonl），和收录这些文件的索引；可以给几组",
    )  # fmt: skip
    parser.add_argument("--texts", type=Path, nargs="*", default=[], metavar="DIR", help="政策文件所在的文件夹")
    parser.add_argument(
        "--start-from", default="", metavar="FILE", help="从这个适配器接着训练（默认是随附的那个；none 表示从头训练）"
    )
    parser.add_argument("--out", type=Path, default=out, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="标准输出只打印 JSON")
    for field in fields(Recipe):
        value = getattr(defaults, field.name)
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(value), default=value)


def recipe_of(given: argparse.Namespace, begin: Adapter | None) -> Recipe:
    """The recipe that the arguments tell; an adapter to begin with keeps its rank and layers."""
    recipe = Recipe(**{field.name: getattr(given, field.name) for field in fields(Recipe)})
    if begin is None:
        return recipe
    rank = next(down.shape[0] for (_, place), (down, _) in begin.added.items() if place != "qkv")
    layers = [layer for layer, _ in begin.added]
    return replace(recipe, rank=rank, first_layer=min(layers), last_layer=max(layers))


def start_of(told: str, name: str) -> Adapter | None:
    """The adapter to begin with: the one that ships for the task `name` where none is told; None to begin anew."""
    if told == _ANEW:
        return None
    return load_adapter(Path(told) if told else SHIPPED / f"{name}.safetensors", bundled.FINGERPRINT, name)


@contextmanager
def progress(console: Console, every: int) -> Iterator[Told]:
    """A bar that follows the steps; where nobody watches a terminal, a line every so many steps."""
    begun = time.monotonic()
    with Progress(console=console) as bar:
        task = bar.add_task("训练", total=None)

        def told(step: int, steps: int, loss: float) -> None:
            bar.update(task, completed=step, total=steps, description=f"损失 {loss:.3f}")
            if not console.is_terminal and step % every == 0:
                console.print(f"{step}/{steps} 步，损失 {loss:.3f}，{time.monotonic() - begun:.0f} 秒")

        yield told


def tenths_of(given: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """How many tenths of each set are held out. InputError where that is not told as NAME=5."""
    tenths = {}
    for each in given:
        name, _, number = each.partition("=")
        if name not in names or not number.isdigit() or int(number) > 9:
            first = names[0] if names else "NAME"
            raise InputError(f"“{each}”不是 --held-out 的写法；请写成 {first}=5（十分之五的文档不用于训练）。")
        tenths[name] = int(number)
    return tenths


def most_of(given: Sequence[str], usual: int) -> dict[str, int]:
    """How many questions of each set are learnt at most; of the others, under "". InputError where it is no number."""
    most = {"": usual}
    for each in given:
        name, _, number = each.rpartition("=")
        if not number.isdigit():
            raise InputError(f"“{each}”不是 --most 的写法；请写成 300，或 stard=900。")
        most[name] = int(number)
    return most


def use_of(document: str, kept: int) -> str:
    """What a document of a set serves for, when `kept` tenths of them are held out."""
    if held_out(document, kept):
        return "test"
    return "calibration" if held_out(document, kept + _FOR_CALIBRATION) else "training"
