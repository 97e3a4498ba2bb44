"""The trainer's door: `python -m train reader|judge|retriever|refusal|hold-out`.

Exit status: 0 done; 2 wrong use, with one line saying what to write.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from corpus.errors import CewenError
from corpus.terminal import Parser
from train.doors import tenths_of
from train.examples import write_held_out
from train.reader_door import judge_arguments, judge_reader, reader_arguments, train_reader
from train.refusing import Case, cases
from train.refusing import fit as fit_refusal
from train.retriever_door import retriever_arguments, train_retriever


def _parser() -> Parser:
    parser = Parser(prog="python -m train", description="训练随附编码器的适配器")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    reader_arguments(commands.add_parser("reader", help="训练从引文里读出短答案的适配器"))
    judge_arguments(commands.add_parser("judge", help="不训练，只看一个阅读适配器有多好"))
    retriever_arguments(commands.add_parser("retriever", help="训练检索用的适配器，使问题的向量更近于答案"))
    refusal = commands.add_parser("refusal", help="由答得出和答不出的问题拟合拒答的权重")
    refusal.add_argument(
        "--set", nargs=2, action="append", required=True, type=Path, metavar=("FILE", "INDEX"), dest="sets",
        help="问题（.jsonl，含 question、answerable）和所问的索引；可以给几组",
    )  # fmt: skip
    refusal.add_argument(
        "--held-out", nargs="*", default=[], metavar="NAME=TENTHS",
        help="哪组问题只用这十分之几的文档（训练时留出的那些）的",
    )  # fmt: skip
    held = commands.add_parser("hold-out", help="写出一个问答集里不用于训练的那一部分")
    held.add_argument("source", type=Path, metavar="FROM")
    held.add_argument("tenths", type=int, metavar="TENTHS")
    held.add_argument("target", type=Path, metavar="TO", help="一个新的文件夹")
    held.add_argument("--by-question", action="store_true", help="按问题留出（默认按文档，更难）")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False)
    try:
        if given.command == "hold-out":
            count = write_held_out(given.source, given.tenths, given.target, by_question=given.by_question)
            console.print(f"{given.target}：{count} 题")
        elif given.command == "refusal":
            _refusal(given, console)
        elif given.command == "judge":
            judge_reader(given)
        elif given.command == "retriever":
            train_retriever(given, console)
        else:
            train_reader(given, console)
    except CewenError as exc:
        console.print(str(exc), markup=False)
        return 2
    return 0


def _refusal(given: argparse.Namespace, console: Console) -> None:
    tenths = tenths_of(given.held_out, [questions.stem for questions, _ in given.sets])
    sets = [(questions, index, tenths.get(questions.stem, 0)) for questions, index in given.sets]
    found = [case for each in sets for case in cases(*each)]
    groups = {name: [case for case in found if case.language == key] for key, name in (("zh", "中文"), ("en", "英文"))}
    for name, group in groups.items():
        if group:
            _fit(name, group, console)


def _fit(name: str, group: Sequence[Case], console: Console) -> None:
    """Print the weights for the questions in one language, which have weights of their own."""
    console.print(f"{name}：{len(group)} 题，其中 {sum(not case.values for case in group)} 题不由这些权重决定")
    fitted = fit_refusal(group)
    console.print(f"INTERCEPT = {fitted.intercept}\nWEIGHTS = {fitted.weights}", markup=False)
    console.print("界线  拒答F1  误拒  召回（每题由没有见过它的权重打分）")
    for row in fitted.table:
        console.print("  ".join(f"{value:.3f}" for value in row))


if __name__ == "__main__":
    sys.exit(main())
