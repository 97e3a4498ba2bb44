"""The researcher's door: `python -m ingest add|sync|list|show|remove|export`.

Exit status: 0 done; 1 done with failures that the report lists; 2 wrong use, with one line saying what to write.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from corpus.collection import Collection
from corpus.errors import CewenError, InputError
from corpus.terminal import ROOT, Parser, common_options, print_json
from ingest import view
from ingest.export import as_markdown, as_tree
from ingest.pipeline import Report, Understood, ingest, sync


def _parser() -> Parser:
    common = common_options()
    parser = Parser(prog="python -m ingest", description="收录、查看和导出政策文档")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    add = commands.add_parser("add", parents=[common], help="添加文件或文件夹，先给你看怎样理解的，再确认")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--dry-run", action="store_true", help="只看，不收录")
    add.add_argument("--yes", action="store_true", help="不再询问")
    update = commands.add_parser("sync", parents=[common], help="让索引与文件夹一致")
    update.add_argument("folder", nargs="?", type=Path, default=ROOT / "corpus" / "documents", metavar="FOLDER")
    commands.add_parser("list", parents=[common], help="列出已收录的文档")
    show = commands.add_parser("show", parents=[common], help="一份文档的信息")
    show.add_argument("document", metavar="DOC", help="编号的开头，或标题里的词")
    show.add_argument("--outline", action="store_true", help="连同全部章节")
    remove = commands.add_parser("remove", parents=[common], help="移除一份文档（原文件不动）")
    remove.add_argument("document", metavar="DOC")
    export = commands.add_parser("export", parents=[common], help="导出一份文档")
    export.add_argument("document", metavar="DOC")
    export.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    return parser


def _finish(report: Report, console: Console, *, as_json: bool) -> int:
    if as_json:
        print_json(asdict(report))
    else:
        view.report(console, report)
    return 1 if report.failed else 0


def _add(options: argparse.Namespace, out: Console, err: Console) -> int:
    asks = not (options.yes or options.dry_run)
    if asks and not sys.stdin.isatty():
        raise InputError("没有终端可以确认：请加 --yes 直接收录，或加 --dry-run 只看不收。")
    screen = err if options.json else out

    def consent(understood: Understood) -> bool:
        if not options.yes:
            view.show(screen, understood)
        return not asks or screen.input("收录这份文档吗？[y/N] ").strip().lower() in ("y", "yes", "是")

    if options.dry_run:
        return _finish(ingest(options.paths, None, consent=consent), out, as_json=options.json)
    with Collection.open(options.index, writable=True) as collection:
        # A bar and a question would write over each other.
        progress = iter if asks else lambda files: view.bar(err, files)
        report = ingest(options.paths, collection, consent=consent, progress=progress)
    return _finish(report, out, as_json=options.json)


def _sync(options: argparse.Namespace, out: Console, err: Console) -> int:
    with Collection.open(options.index, writable=True) as collection:
        report = sync(options.folder, collection, progress=lambda files: view.bar(err, files))
    return _finish(report, out, as_json=options.json)


def _list(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index) as collection:
        documents = collection.documents()
    if options.json:
        print_json({"documents": [{"document_id": d.id, "title": d.metadata.title, "path": d.path} for d in documents]})
    else:
        for document in documents:
            out.print(f"{document.id}  {document.metadata.title}", markup=False, soft_wrap=True)
    return 0


def _show(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index) as collection:
        document = collection.find(options.document)
    if options.json:
        tree = as_tree(document)
        print_json(tree if options.outline else {k: v for k, v in tree.items() if k not in ("text", "parts")})
        return 0
    out.print(f"编号 {document.id}  {document.path}", soft_wrap=True, markup=False)
    out.print(view.metadata(document))
    if options.outline:
        out.print(view.outline(document))
    return 0


def _remove(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index, writable=True) as collection:
        document = collection.find(options.document)
        collection.remove(document.id)
        collection.commit()
    if options.json:
        print_json({"removed": document.id, "title": document.metadata.title})
    else:
        out.print(f"已移除 {document.id} {document.metadata.title}", markup=False, soft_wrap=True)
    return 0


def _export(options: argparse.Namespace, _out: Console, _err: Console) -> int:
    with Collection.open(options.index) as collection:
        document = collection.find(options.document)
    if options.format == "json" or options.json:
        print_json(as_tree(document))
    else:
        # To the letter: offsets of citations count in exactly this text, so no line end is added.
        sys.stdout.write(document.text if options.format == "text" else as_markdown(document))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    commands = {"add": _add, "sync": _sync, "list": _list, "show": _show, "remove": _remove, "export": _export}
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        return commands[options.command](options, out, err)
    except CewenError as exc:
        err.print(str(exc), markup=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        err.print("已中断；此前收录的都已保存，再次运行会接着来。")
        return 130


if __name__ == "__main__":
    sys.exit(main())
