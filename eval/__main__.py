"""The evaluator's door: `python -m eval run|compare|report|import|check|draft|bench`.

Exit status: 0 done; 1 done with findings that the output lists; 2 wrong use, with one line saying what to write.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from corpus.collection import Collection
from corpus.errors import CewenError, InputError
from corpus.terminal import ROOT, Parser, common_options, print_json
from eval.measures import DEFAULT

RUNS = ROOT / "runs"


def _parser() -> Parser:
    common = common_options()
    parser = Parser(prog="python -m eval", description="用已知答案的问题评测")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    _run_options(commands.add_parser("run", parents=[common], help="对一个问题集作答并打分"))
    compare = commands.add_parser("compare", parents=[common], help="比较两次评测")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    report = commands.add_parser("report", parents=[common], help="由一次评测做出 report.html 和 report.xlsx")
    report.add_argument("run", type=Path, metavar="RUN")
    convert = commands.add_parser("import", parents=[common], help="把别的格式转成 JSONL、CSV、XLSX 或文件夹")
    convert.add_argument("source", type=Path, metavar="FROM")
    convert.add_argument("target", type=Path, metavar="TO", help=".jsonl、.csv、.xlsx，或一个新文件夹（连同语料）")
    _sample_options(convert)
    check = commands.add_parser("check", parents=[common], help="检查一个问题集")
    check.add_argument("questions", type=Path, metavar="FILE")
    check.add_argument("--corpus", type=Path, help="标准答案所在的语料；不给就查当前索引")
    draft = commands.add_parser("draft", parents=[common], help="由文档的结构拟出问题，供人修改")
    draft.add_argument("document", metavar="DOC", help="文件，或已收录文档的编号、标题")
    draft.add_argument("--out", type=Path, help="写到 .jsonl、.csv 或 .xlsx；不给就打印")
    draft.add_argument("--limit", type=int, default=20, help="每类最多几题（默认 20）")
    bench = commands.add_parser("bench", parents=[common], help="启动、作答、收录的速度与内存")
    bench.add_argument(
        "--sizes", default="1000,10000", metavar="N,N", help="在这些片段数下与 baseline 对照（默认 1000,10000）"
    )
    bench.add_argument("--texts", type=Path, help="用作片段的语料；不给就由随附文档的句子拼成")
    bench.add_argument("--documents", type=Path, nargs="+", default=[], metavar="DIR", help="测读取速度用的文档文件夹")
    bench.add_argument("--out", type=Path, help="结果写到这个文件夹（默认 runs/bench）")
    return parser


def _run_options(run: argparse.ArgumentParser) -> None:
    run.add_argument("--questions", type=Path, required=True, metavar="FILE", help="问题集：文件或文件夹")
    run.add_argument("--corpus", type=Path, help="先把这些文字收进临时索引；不给就问当前索引")
    run.add_argument("--system", choices=("cewen", "baseline"), default="cewen", help="被评测的系统（默认 cewen）")
    run.add_argument("--beside", choices=("cewen", "baseline"), default="", help="同一进程里一并评测的另一个系统")
    run.add_argument("--out", type=Path, metavar="DIR", help="结果写到这个文件夹（默认 runs/名称）")
    run.add_argument("--settings", type=Path, help="TOML 设置文件")
    run.add_argument("--set", action="append", default=[], dest="changes", metavar="KEY=VALUE", help="改一项设置")
    _sample_options(run)
    run.add_argument("--measures", default=",".join(DEFAULT), metavar="NAMES", help="指标，用逗号分开")
    run.add_argument("--without-gold", action="store_true", help="对照：去掉含答案的文档再问一遍")
    run.add_argument("--shuffle", action="store_true", help="对照：把答案打乱，得出下限")
    run.add_argument(
        "--ablate", nargs="?", const="all", default="", metavar="NAMES",
        help="逐项去掉检索的每个成分（或只是这几个，用逗号分开），看它给出什么、花多少时间",
    )  # fmt: skip
    run.add_argument("--script", choices=("simplified", "traditional"), default="", help="把问题换成简体或繁体再问")
    run.add_argument("--mistakes", action="store_true", help="列出每一个错误")


def _sample_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sample", type=int, metavar="N", help="只抽 N 题")
    command.add_argument("--seed", type=int, default=0, metavar="S", help="抽题的种子（默认 0）")
    command.add_argument("--slice-by", default="", metavar="FIELD", help="用问题集里的这一项分组")


def _run(options: argparse.Namespace, out: Console, err: Console) -> int:
    from eval import view
    from eval.session import Wanted, evaluate

    named_index = options.index if options.index != common_options().get_default("index") else None
    summary = evaluate(
        Wanted(
            options.questions, options.index, named_index is not None, options.corpus, options.system,
            options.beside if options.beside != options.system else "", options.out, options.settings,
            tuple(options.changes), _sample(options), options.seed, options.slice_by,
            tuple(name.strip() for name in options.measures.split(",") if name.strip()),
            options.without_gold, options.shuffle, options.ablate, options.script,
        ),
        err,
    )  # fmt: skip
    if options.json:
        print_json(summary)
    else:
        view.show(summary, out, mistakes=options.mistakes)
    return 0


def _sample(options: argparse.Namespace) -> int:
    if options.sample is not None and options.sample < 1:
        raise InputError(f"--sample 是 {options.sample}：请给出至少为 1 的数。")
    return options.sample or 0


def _compare(options: argparse.Namespace, out: Console, _err: Console) -> int:
    from eval.compare import compare, show

    found = compare(options.first, options.second)
    if options.json:
        print_json(found)
    else:
        show(found, out)
    return 0


def _report(options: argparse.Namespace, out: Console, _err: Console) -> int:
    from eval.report import report

    files = report(options.run)
    if options.json:
        print_json({"files": [str(file) for file in files]})
    else:
        for file in files:
            out.print(f"已写好 {file}", markup=False, soft_wrap=True)
    return 0


def _import(options: argparse.Namespace, out: Console, _err: Console) -> int:
    from eval.formats import load_questions, write_folder
    from eval.formats.tables import write_questions

    questions = load_questions(options.source, options.slice_by)
    if sample := _sample(options):
        questions = questions.sample(sample, options.seed)
    if options.target.suffix:
        write_questions(options.target, questions.questions)
    else:
        write_folder(options.target, questions)
    if options.json:
        print_json({"questions": len(questions.questions), "file": str(options.target)})
    else:
        out.print(f"{len(questions.questions)} 题，已写到 {options.target}", markup=False, soft_wrap=True)
    return 0


def _check(options: argparse.Namespace, out: Console, err: Console) -> int:
    from eval.corpora import documents_at
    from eval.formats import load_questions
    from eval.lint import lint

    questions = load_questions(options.questions)
    documents = documents_at(options.corpus, questions, options.index)
    if documents is None:
        err.print("没有索引可查，只检查了问题集本身；要查标准答案，请先收录文档或给出 --corpus。")
    found = lint(questions, documents)
    if options.json:
        print_json({"questions": len(questions.questions), "findings": [asdict(oddity) for oddity in found]})
    else:
        for oddity in found:
            colour = "red" if oddity.error else "yellow"
            out.print(f"[{colour}]{escape(oddity.place)}[/]：{escape(oddity.message)}", soft_wrap=True)
        out.print(f"{len(questions.questions)} 题，{len(found)} 处要看。")
    return 1 if any(oddity.error for oddity in found) else 0


def _draft(options: argparse.Namespace, out: Console, _err: Console) -> int:
    from eval.draft import draft
    from eval.formats.tables import write_questions
    from ingest import understand

    path = Path(options.document)
    if path.is_file():
        document = understand(path).document
    else:
        with Collection.open(options.index) as collection:
            document = collection.find(options.document)
    questions = draft(document, options.limit)
    if options.out:
        write_questions(options.out, questions)
        out.print(f"{len(questions)} 题，已写到 {options.out}", markup=False, soft_wrap=True)
    else:
        for question in questions:
            print_json(question.model_dump(exclude_defaults=True))
    return 0


def _bench(options: argparse.Namespace, out: Console, err: Console) -> int:
    from eval.bench import bench

    try:
        sizes = [int(size) for size in options.sizes.replace(",", " ").split()]
    except ValueError:
        sizes = [0]
    if any(size < 1 for size in sizes):
        raise InputError(f"--sizes 是“{options.sizes}”；请写成 1000,10000 的形式。")
    console = err if options.json else out
    found = bench(sizes, options.texts, options.out or RUNS / "bench", console, options.documents)
    if options.json:
        print_json(found)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    commands: dict[str, Any] = {
        "run": _run, "compare": _compare, "report": _report, "import": _import, "check": _check, "draft": _draft,
        "bench": _bench,
    }  # fmt: skip
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        status: int = commands[options.command](options, out, err)
    except CewenError as exc:
        err.print(str(exc), markup=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        err.print("已中断；做完的都已记下，用同一命令接着做。")
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
