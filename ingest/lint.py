"""What is odd about a document, found before it is committed: gaps in the numbering, text that no segment holds.

A finding asks a person to look; it does not reject anything. `line` counts from 1 in the document's text.
"""

from itertools import groupby

from corpus.model import Document, Segment
from ingest.findings import Finding
from ingest.segment import uncovered


def lint(document: Document, made: list[Segment]) -> list[Finding]:
    """Every finding, in the order of its line."""
    findings = [*_numbering(document), *_metadata(document)]
    if left := uncovered(document.text, made):
        findings.append(Finding("uncovered", 1, f"有 {left} 个字没有收进任何片段"))
    if len(document.parts) == 1:
        findings.append(Finding("no_structure", 1, "没有识别出任何编号，全文作为一个整体收录"))
    return sorted(findings, key=lambda finding: finding.line)


def _numbering(document: Document) -> list[Finding]:
    """Numbers that are left out, or that stand twice, among the parts of one parent and level."""
    findings = []
    counted = [part for part in document.parts if part.number]
    keyed = sorted(counted, key=lambda p: (str(p.address.parent), p.address.steps[-1].level.rank))
    for _, group in groupby(keyed, key=lambda p: (str(p.address.parent), p.address.steps[-1].level)):
        before = 0
        for part in sorted(group, key=lambda p: p.start):
            line = document.text.count("\n", 0, part.start) + 1
            if part.address.steps[-1].occurrence > 1:
                findings.append(Finding("duplicate_number", line, f"编号重复：{part.address}"))
            elif part.number > before + 1:
                after = f"{before} 之后" if before else "开头"
                findings.append(
                    Finding("numbering_gap", line, f"编号不连续：{after}是 {part.number}（{part.address}）")
                )
            before = part.number
    return findings


def _metadata(document: Document) -> list[Finding]:
    metadata, findings = document.metadata, []
    if "title" not in metadata.evidence:
        findings.append(Finding("no_title", 1, f"没有找到标题，暂用文件名：{metadata.title}"))
    if not (metadata.published or metadata.dated):
        findings.append(Finding("no_date", 1, "没有找到发布日期或成文日期"))
    return findings
