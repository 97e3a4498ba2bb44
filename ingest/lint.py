"""What is odd about a document, found before it is committed: gaps in the numbering, text that no segment holds.

A finding asks a person to look; it does not reject anything, but an error makes `ingest check` fail. `line` counts from
1 in the document's text. What needs the other documents to be found is `ingest.neighbours`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.address import Address, Level
from corpus.model import Document, Part, Segment
from ingest.findings import Finding
from ingest.segment import readable, uncovered
from ingest.splitter import DEFAULT_SIZE

#: Signs of text that was decoded with the wrong table and saved again, as UTF-8 read as Latin-1 or GBK gives them.
_MOJIBAKE: Final = re.compile(
    r"锟斤拷|烫烫烫|屯屯屯|(?:[ÃÂ][\x80-\xbf]){2,}|(?:[åæçèéä][\x80-\xbf¡-ÿ]{2}){2,}|(?:鏂|鐨|銆|涓|绗|浜){4,}"
)
_REPLACED: Final = "\ufffd"
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
#: A page of an official document has about 500 characters; far fewer on the whole means that text is missing.
_SHORT_PAGE: Final = 80
#: Lines that look like a table whose columns were parted by blanks or tabs.
_COLUMNS: Final = re.compile(r"\S(?:\t+|[ 　]{3,})\S+(?:(?:\t+|[ 　]{3,})\S+)+")
_GAP: Final = re.compile(r"\t|[ 　]{3}")
_COLUMN_LINES: Final = 3
_UNCOUNTED: Final = frozenset({Level.PARAGRAPH, Level.ROW, Level.TABLE, Level.POINT})


def lint(document: Document, made: list[Segment]) -> list[Finding]:
    """Every finding, in the order of its line."""
    findings = [
        *_numbering(document), *_metadata(document), *_signs(document), *_columns(document), *_pages(document),
        *_split(document, made),
    ]  # fmt: skip
    if left := uncovered(document.text, made):
        findings.append(Finding("uncovered", 1, f"有 {left} 个字没有收进任何片段", "error"))
    if not any(part.number for part in document.parts):
        findings.append(Finding("no_structure", 1, "没有识别出任何编号，引用时只能指到全文"))
    return sorted(findings, key=lambda finding: finding.line)


def _numbering(document: Document) -> Iterator[Finding]:
    """Numbers that are left out, that stand twice or in the wrong order.

    A numbering may begin anew under each parent, or run on through the whole document, as articles and measures do.
    """
    last_under: dict[tuple[Address, Level], int] = {}
    last_of: dict[Level, int] = {}
    begun: set[Level] = set()
    starts = [0, *(found.end() for found in re.finditer("\n", document.text))]
    for part in document.parts:
        level = part.address.level
        if level is None or level in _UNCOUNTED or not part.number:
            continue
        line = bisect_right(starts, part.start)
        key = (part.address.parent, level)
        # Under its parent the numbering goes on; elsewhere it begins anew, or goes on from the last of its level.
        before = last_under.get(key)
        expected = {before + 1} if before is not None else {1, last_of.get(level, 0) + 1}
        if part.address.steps[-1].occurrence > 1:
            yield Finding("duplicate_number", line, f"编号重复：{part.address}")
        elif part.number not in expected and not part.address.steps[-1].sub:
            yield _odd_number(part, before, last_of.get(level), line, first=level not in begun)
        begun.add(level)
        last_under[key] = last_of[level] = part.number


def _odd_number(part: Part, before: int | None, last: int | None, line: int, *, first: bool) -> Finding:
    said = before if before is not None else last
    if first or said is None:
        return Finding("numbering_gap", line, f"编号不从头开始：第一个是 {part.address}", "note")
    mark = str(part.address.steps[-1])
    previous = mark.replace(*_numbers(part, said))
    if part.number <= said:
        return Finding("numbering_order", line, f"编号次序不对：{previous}之后是{mark}（{part.address}）")
    return Finding("numbering_gap", line, f"编号不连续：{previous}之后是{mark}（{part.address}）")


def _numbers(part: Part, number: int) -> tuple[str, str]:
    """The part's mark, and the same with another number."""
    step = part.address.steps[-1]
    return str(step), str(type(step)(step.level, number))


def _metadata(document: Document) -> Iterator[Finding]:
    metadata = document.metadata
    if "title" not in metadata.evidence and "title" not in metadata.corrected:
        yield Finding("no_title", 1, f"没有找到标题，暂用文件名：{metadata.title}")
    if not (metadata.published or metadata.dated):
        yield Finding("no_date", 1, "没有找到发布日期或成文日期")
    if not metadata.reference:
        yield Finding("no_reference", 1, "没有找到发文字号", "note")


def _signs(document: Document) -> Iterator[Finding]:
    """Characters that no text has by intention."""
    text = document.text
    if found := _MOJIBAKE.search(text):
        yield Finding(
            "mojibake", _line(text, found.start()), f"有乱码：“{found[0][:12]}”，文件曾按错误的编码保存", "error"
        )
    if count := text.count(_REPLACED):
        yield Finding("replacement", _line(text, text.index(_REPLACED)), f"有 {count} 个无法识别的字（�）", "error")
    private = _PRIVATE.findall(text)
    if private:
        place = text.index(private[0])
        yield Finding("private_use", _line(text, place), f"有 {len(private)} 个自造字，查找不到它们")


def _columns(document: Document) -> Iterator[Finding]:
    """Lines in columns that are not kept as a table."""
    if not _GAP.search(document.text):
        return
    tables = [(part.start, part.end) for part in document.parts if part.address.level is Level.TABLE]
    run: list[int] = []
    offset = 0
    for number, line in enumerate([*document.text.split("\n"), ""], 1):
        inside = any(start <= offset < end for start, end in tables) if line else False
        if line and not inside and _COLUMNS.search(line):
            run.append(number)
        else:
            if len(run) >= _COLUMN_LINES:
                yield Finding("table_lost", run[0], f"第 {run[0]} 至 {run[-1]} 行像是表格，没有作为表格收录")
            run = []
        offset += len(line) + 1


def _pages(document: Document) -> Iterator[Finding]:
    pages = len(document.pages)
    characters = readable(document.text) if pages else 0
    if pages and characters < pages * _SHORT_PAGE:
        yield Finding("short_text", 1, f"{pages} 页只有 {characters} 个字，可能有文字没有读出来")


def _split(document: Document, made: Sequence[Segment]) -> Iterator[Finding]:
    """Parts over the limit, which are cut where sentences or words end."""
    pieces: dict[Address, int] = {}
    for segment in made:
        pieces[segment.address] = max(segment.piece, pieces.get(segment.address, 0))
    for part in document.passages():
        if (count := pieces.get(part.address, 0)) > 1:
            line = _line(document.text, part.start)
            message = f"{part.address} 有 {part.body_end - part.start} 字，超过 {DEFAULT_SIZE} 字，切成 {count} 段"
            yield Finding("long_part", line, message, "note")


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
