"""The researcher's door: `python -m ingest add|sync|check|list|show|diff|remove|export|metadata`.

Exit status: 0 done; 1 done with failures that the report lists; 2 wrong use, with one line saying what to write.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from corpus.catalog import today
from corpus.collection import Collection
from corpus.errors import CewenError, InputError
from corpus.processes import cores
from corpus.terminal import ROOT, Parser, common_options, print_json
from ingest import view
from ingest.corrections import FIELDS, export_metadata, import_metadata
from ingest.diff import compare
from ingest.export import as_markdown, as_tree
from ingest.pipeline import Report, ingest, sync
from ingest.reading import Understood


def _parser() -> Parser:
    common = common_options()
    parser = Parser(prog="python -m ingest", description="收录、查看和导出政策文档")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    add = commands.add_parser("add", parents=[common], help="添加文件或文件夹，先给你看怎样理解的，再确认")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--dry-run", action="store_true", help="只看，不收录")
    add.add_argument("--yes", action="store_true", help="不再询问")
    check = commands.add_parser("check", parents=[common], help="只检查，有错误时退出码为 1，可放进自动检查")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    update = commands.add_parser("sync", parents=[common], help="让索引与文件夹一致")
    update.add_argument("folder", nargs="?", type=Path, default=ROOT / "corpus" / "documents", metavar="FOLDER")
    for command in (add, check, update):
        command.add_argument("--ocr", action="store_true", help="识别扫描页上的文字（需另装 cewen[ocr]）")
    commands.add_parser("list", parents=[common], help="列出已收录的文档")
    show = commands.add_parser("show", parents=[common], help="一份文档的信息")
    show.add_argument("document", metavar="DOC", help="编号的开头，或标题里的词")
    show.add_argument("--outline", action="store_true", help="连同全部章节")
    diff = commands.add_parser("diff", parents=[common], help="一份文档两个版本的不同，逐条列出")
    diff.add_argument("document", metavar="DOC")
    diff.add_argument("--from", dest="old", metavar="DOC", help="较旧的版本（默认前一版）")
    remove = commands.add_parser("remove", parents=[common], help="移除一份文档的全部版本（原文件不动）")
    remove.add_argument("document", metavar="DOC")
    export = commands.add_parser("export", parents=[common], help="导出一份文档")
    export.add_argument("document", metavar="DOC")
    export.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    table = commands.add_parser("metadata", parents=[common], help="导出、订正文档信息（CSV 表格）")
    table.add_argument("direction", choices=("export", "import"))
    table.add_argument("file", nargs="?", type=Path, metavar="FILE.csv", help="不写则输出到屏幕")
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
        with _held(options) as collection:
            report = ingest(options.paths, collection, consent=consent, ocr=options.ocr, dry=True)
        return _finish(report, out, as_json=options.json)
    with Collection.open(options.index, writable=True) as collection:
        # A bar and a question would write over each other.
        progress = iter if asks else lambda files: view.bar(err, files)
        report = ingest(options.paths, collection, consent=consent, progress=progress, ocr=options.ocr, workers=cores())
    return _finish(report, out, as_json=options.json)


@contextmanager
def _held(options: argparse.Namespace) -> Iterator[Collection | None]:
    """The index as it stands, to compare with; None where there is none yet."""
    if not (options.index / "corpus.sqlite").is_file():
        yield None
        return
    with Collection.open(options.index) as collection:
        yield collection


def _check(options: argparse.Namespace, out: Console, err: Console) -> int:
    report = ingest(options.paths, None, progress=lambda files: view.bar(err, files), ocr=options.ocr, workers=cores())
    if options.json:
        print_json(asdict(report))
    else:
        view.check(out, report)
    return 1 if report.errors else 0


def _sync(options: argparse.Namespace, out: Console, err: Console) -> int:
    with Collection.open(options.index, writable=True) as collection:
        report = sync(
            options.folder, collection, progress=lambda files: view.bar(err, files), ocr=options.ocr, workers=cores()
        )
    return _finish(report, out, as_json=options.json)


def _list(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index) as collection:
        documents = collection.documents()
        rows = [view.listed(document, collection.catalog) for document in documents]
    if options.json:
        print_json({"documents": rows})
    else:
        for row in rows:
            versions = f"（{len(row['versions'])} 版）" if len(row["versions"]) > 1 else ""
            out.print(f"{row['document_id']}  {row['title']}{versions}", markup=False, soft_wrap=True)
    return 0


def _show(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index) as collection:
        document = collection.find(options.document)
        standing = collection.catalog.standing(document.id, today())
        versions = collection.catalog.versions(document.lineage)
    if options.json:
        tree = as_tree(document) | {"validity": standing.validity, "validity_note": standing.why, "versions": versions}
        print_json(tree if options.outline else {k: v for k, v in tree.items() if k not in ("text", "parts")})
        return 0
    out.print(f"编号 {document.id}  {document.path}", soft_wrap=True, markup=False)
    out.print(view.metadata(document))
    out.print(view.standing(standing, versions), markup=False)
    if options.outline:
        out.print(view.outline(document))
    return 0


def _remove(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index, writable=True) as collection:
        document = collection.find(options.document)
        # One version where it is named to the letter, else all of them.
        versions = collection.catalog.versions(document.lineage)
        for id_ in [document.id] if options.document == document.id != document.lineage else versions:
            collection.remove(id_)
        collection.commit()
    if options.json:
        print_json({"removed": document.id, "title": document.metadata.title})
    else:
        out.print(f"已移除 {document.id} {document.metadata.title}", markup=False, soft_wrap=True)
    return 0


def _diff(options: argparse.Namespace, out: Console, _err: Console) -> int:
    with Collection.open(options.index) as collection:
        new = collection.find(options.document)
        versions = collection.catalog.versions(new.lineage)
        before = versions[: versions.index(new.id)]
        if options.old is None and not before:
            raise InputError(f"{new.id}《{new.metadata.title}》没有更早的版本；用 --from DOC 可与另一份文档比较。")
        old = collection.find(options.old) if options.old else collection.document(before[-1])
    changes = compare(old, new)
    if options.json:
        print_json({"old": old.id, "new": new.id, "changes": [view.change_object(change) for change in changes]})
    else:
        view.changes(out, old, new, changes)
    return 0


def _metadata(options: argparse.Namespace, out: Console, _err: Console) -> int:
    if options.direction == "export":
        with Collection.open(options.index) as collection:
            table = export_metadata(collection)
        if options.file is None:
            sys.stdout.write(table)
        else:
            # The mark tells spreadsheet programs that the file is UTF-8.
            options.file.write_text(table, encoding="utf-8-sig")
            out.print(f"已写入 {options.file}", markup=False, soft_wrap=True)
        return 0
    if options.file is None:
        raise InputError("请给出订正后的表格：python -m ingest metadata import FILE.csv。")
    with Collection.open(options.index, writable=True) as collection:
        changed = import_metadata(options.file, collection)
    if options.json:
        print_json({"changed": [{"document_id": id_, "fields": fields} for id_, fields in changed]})
    else:
        for id_, fields in changed:
            out.print(f"{id_} 订正了 {'、'.join(FIELDS[name] for name in fields)}", markup=False, soft_wrap=True)
        out.print(f"订正 {len(changed)} 份")
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
    commands = {
        "add": _add, "check": _check, "sync": _sync, "list": _list, "show": _show, "diff": _diff, "remove": _remove,
        "export": _export, "metadata": _metadata,
    }  # fmt: skip
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
