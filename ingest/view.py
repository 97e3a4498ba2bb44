"""What the researcher sees in a terminal: outlines, metadata with its lines, findings and reports, drawn with rich."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from corpus.address import Address
from corpus.catalog import Catalog, Standing, today
from corpus.model import Document, Metadata
from ingest.corrections import FIELDS
from ingest.diff import Change
from ingest.findings import Finding
from ingest.pipeline import Report
from ingest.reading import Understood
from ingest.sources import Source

_STATUS = {
    "added": "[green]新增[/]", "updated": "[green]更新[/]", "unchanged": "未变", "removed": "[yellow]移除[/]",
    "rejected": "[red]未收录[/]", "failed": "[red]失败[/]",
}  # fmt: skip
_SEVERITY = {"error": "[red]错误[/]", "warning": "[yellow]注意[/]", "note": "[dim]说明[/]"}
_CHANGED = {"added": "新增", "removed": "删除", "changed": "修改", "renumbered": "改号"}
#: Of unchanged words so many characters are shown around a change.
_AROUND = 40


class _Rate(ProgressColumn):
    """Files a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} 份/秒" if task.speed else "")


def bar(console: Console, files: Sequence[Source]) -> Iterator[Source]:
    """Go through `files` under a progress bar with the rate and the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("处理文档", total=len(files))
        for source in files:
            progress.update(task, description=f"处理 {escape(Path(source.name).name[:40])}")
            yield source
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
    for name, title in FIELDS.items():
        if value := getattr(document.metadata, name):
            shown = "\n".join(value) if isinstance(value, tuple) else value
            table.add_row(title, escape(shown), _origin(document.metadata, name))
    return table


def _origin(metadata: Metadata, name: str) -> str:
    if name in metadata.corrected:
        return "人工订正"
    line = metadata.evidence.get(name)
    if line is None:
        return "文件名"
    return f"第 {line} 行" if line else "文件自带"


def standing(found: Standing, versions: Sequence[str]) -> str:
    """Whether the document holds today, and which versions there are."""
    words = {
        "in_force": "现行有效", "not_yet": "尚未施行", "amended": "已被修改", "superseded": "已被替代",
        "repealed": "已经废止", "unknown": "不明（文中没有写施行日期）",
    }  # fmt: skip
    why = f"：{found.why}" if found.why else ""
    kept = f"\n版本  {'、'.join(versions)}（旧的在前）" if len(versions) > 1 else ""
    return f"效力  {words[found.validity]}{why}{kept}"


def listed(document: Document, catalog: Catalog) -> dict[str, Any]:
    """A document in the list of all."""
    return {
        "document_id": document.id,
        "title": document.metadata.title,
        "path": document.path,
        "validity": catalog.standing(document.id, today()).validity,
        "versions": list(catalog.versions(document.lineage)),
    }


def show(console: Console, understood: Understood) -> None:
    """How a file was understood: metadata, outline, findings."""
    console.print(metadata(understood.document))
    console.print(outline(understood.document))
    findings(console, understood.findings)


def findings(console: Console, found: Sequence[Finding]) -> None:
    """Each finding on a line."""
    for finding in found:
        console.print(f"{_SEVERITY[finding.severity]} 第 {finding.line} 行：{escape(finding.message)}", soft_wrap=True)


def check(console: Console, result: Report) -> None:
    """What is odd about each file, and whether anything is wrong."""
    for outcome in result.documents:
        console.print(f"[bold]{escape(outcome.path)}[/]", soft_wrap=True)
        if outcome.error:
            console.print(f"[red]错误[/] {escape(outcome.error)}", soft_wrap=True)
        findings(console, outcome.findings)
    wrong = sum(
        outcome.error is not None or any(finding.severity == "error" for finding in outcome.findings)
        for outcome in result.documents
    )
    console.print(f"检查 {len(result.documents)} 份，{wrong} 份有错误")


def changes(console: Console, old: Document, new: Document, found: Sequence[Change]) -> None:
    """What changed from one version to another: removed words struck out in red, added ones in green."""
    console.print(f"{old.id} → {new.id}  {escape(new.metadata.title)}", soft_wrap=True)
    for change in found:
        place = "→".join(dict.fromkeys(str(each) for each in (change.old, change.new) if each is not None))
        line = Text.assemble((f"{_CHANGED[change.kind]} ", "bold"), (f"{place}  ", "cyan"))
        for kind, said in change.words:
            words = said.replace("\n", " ")
            if kind == "same":
                # What stays is shown as far as it tells where the change is.
                line.append(words if len(words) <= _AROUND else f"{words[: _AROUND // 2]}…{words[-_AROUND // 2 :]}")
            else:
                line.append(*(("{+" + words + "+}", "green") if kind == "added" else ("[-" + words + "-]", "red")))
        console.print(line, soft_wrap=True)
    counts = Counter[str](change.kind for change in found)
    console.print("，".join(f"{_CHANGED[kind]} {counts[kind]} 处" for kind in _CHANGED if counts[kind]) or "没有不同")


def change_object(change: Change) -> dict[str, Any]:
    """A change as JSON."""
    return {
        "kind": change.kind,
        "old": None if change.old is None else str(change.old),
        "new": None if change.new is None else str(change.new),
        "words": [{"kind": kind, "text": text} for kind, text in change.words],
    }


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
