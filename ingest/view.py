"""What the researcher sees in a terminal: outlines, metadata with its lines, findings and reports, drawn with rich."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.tree import Tree

from corpus.address import Address
from corpus.model import Document
from ingest.findings import Finding
from ingest.pipeline import Report, Understood

_STATUS = {
    "added": "[green]新增[/]", "updated": "[green]更新[/]", "unchanged": "未变", "removed": "[yellow]移除[/]",
    "rejected": "[red]未收录[/]", "failed": "[red]失败[/]",
}  # fmt: skip
_FIELDS = {
    "title": "标题", "issuer": "发文机关", "reference": "发文字号", "dated": "成文日期",
    "published": "发布日期", "effective": "施行日期", "expires": "有效期至", "addressee": "主送机关", "kind": "文种",
    "region": "地区", "tier": "层级", "repeals": "废止",
}  # fmt: skip


def bar(console: Console, files: Sequence[Path]) -> Iterator[Path]:
    """Go through `files` under a progress bar with the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("处理文档", total=len(files))
        for path in files:
            progress.update(task, description=f"处理 {escape(path.name[:40])}")
            yield path
            progress.advance(task)


def outline(document: Document) -> Tree:
    """The part tree, with marks and headings, or the first words where there is no heading."""
    nodes: dict[Address, Tree] = {}
    for part in document.parts:
        words = part.heading or " ".join(document.text[part.marker_end : part.own_end].split())[:30] + "…"
        label = (
            f"[bold]{escape(str(part.address.steps[-1]))}[/]  {escape(words)}" if part.address.steps else escape(words)
        )
        if part.address == Address():
            nodes[part.address] = Tree(label)
        else:
            nodes[part.address] = nodes[part.address.parent].add(label)
    return nodes[Address()]


def metadata(document: Document) -> Table:
    """Each filled field with the line it was read from."""
    table = Table("项目", "内容", "所在行", box=None, header_style="dim")
    for name, title in _FIELDS.items():
        if value := getattr(document.metadata, name):
            line = document.metadata.evidence.get(name)
            shown = "\n".join(value) if isinstance(value, tuple) else value
            table.add_row(title, escape(shown), f"第 {line} 行" if line else "文件名")
    return table


def show(console: Console, understood: Understood) -> None:
    """How a file was understood: metadata, outline, findings."""
    console.print(metadata(understood.document))
    console.print(outline(understood.document))
    findings(console, understood.findings)


def findings(console: Console, found: Sequence[Finding]) -> None:
    """Each finding on a line."""
    for finding in found:
        console.print(f"[yellow]注意[/] 第 {finding.line} 行：{escape(finding.message)}")


def report(console: Console, result: Report) -> None:
    """What became of every file, and the sum."""
    table = Table("结果", "文档", "编号", "部分", "片段", "字数", "未收入", header_style="dim")
    for outcome in result.documents:
        name = outcome.title or Path(outcome.path).name
        table.add_row(
            _STATUS[outcome.status], escape(name), outcome.document_id or "", str(outcome.parts),
            str(outcome.segments), str(outcome.characters), str(outcome.uncovered_characters),
        )  # fmt: skip
    console.print(table)
    for outcome in result.documents:
        if outcome.error:
            console.print(f"[red]{escape(outcome.error)}[/]", soft_wrap=True)
    console.print(f"{len(result.documents)} 份，用时 {result.seconds:.1f} 秒，索引第 {result.generation} 版")
