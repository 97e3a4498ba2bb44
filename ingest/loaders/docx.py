"""Word documents (.docx): what Word shows on the page, without headers, footers and comments.

Revisions count as accepted, automatic numbers are written out, text boxes stand behind the paragraph that they are
anchored in, notes behind the text. Nothing that the file points to outside itself is followed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docx.oxml.ns import qn
from lxml import etree

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.docx_numbering import Numbering, read_numbering
from ingest.loaders.draft import Draft
from ingest.loaders.files import member_bytes, open_container
from ingest.loaders.xml import parse_xml
from ingest.tables import Cell

Element = etree._Element  # noqa: SLF001 - the name that lxml gives its elements

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What is no text of the page: deletions, what moved away, comments, instructions of fields.
_DROPPED: Final = frozenset(
    qn(name)
    for name in (
        "w:del", "w:moveFrom", "w:delText", "w:instrText", "w:delInstrText", "w:commentReference", "w:pPr",
        "w:rPr", "w:sectPr", "w:annotationRef", "w:footnoteRef", "w:endnoteRef",
    )
)  # fmt: skip
_ALTERNATE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_CHOICE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL: Final = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SIGNS: Final = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:ptab"): "\t"}
_NOTE_MARKS: Final = {qn("w:footnoteReference"): "w:footnote", qn("w:endnoteReference"): "w:endnote"}
_REVISIONS: Final = frozenset(qn(name) for name in ("w:ins", "w:del", "w:moveTo", "w:moveFrom"))
_NOTES: Final = (("word/footnotes.xml", "w:footnote"), ("word/endnotes.xml", "w:endnote"))
_SPAN_LIMIT: Final = 500
_DEEPEST: Final = 150


class DocxLoader:
    """`Loader` for .docx."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        _must_be_open(path)
        parts: dict[str, Element] = {}
        with open_container(path, "docx") as container:
            names = set(container.namelist())
            if "word/document.xml" not in names:
                raise LoadError(f"{path.name}：里面没有 Word 正文，不是 docx 文件；请用办公软件打开后另存为 docx。")
            wanted = ["word/document.xml", "word/numbering.xml", "word/styles.xml", *(name for name, _ in _NOTES)]
            around = sorted(n for n in names if n.startswith(("word/header", "word/footer")) and n.endswith(".xml"))
            for name in [*wanted, *around]:
                if name in names:
                    data = member_bytes(container, name).replace(_STRICT, _USUAL)
                    parts[name] = parse_xml(data, path.name)
            pictures = sum(name.startswith("word/media/") for name in names)
            comments = "word/comments.xml" in names
        draft = Draft(path)
        _write(parts, draft)
        if comments:
            draft.finding("comments", "批注没有收录", "note")
        _note_around(parts, around, draft)
        if not draft.written and pictures:
            raise LoadError(f"{path.name}：只有图片，没有文字，需要OCR；请先识别文字，或取得文字版。")
        return draft.finish()


def _must_be_open(path: Path) -> None:
    try:
        with path.open("rb") as file:
            begins = file.read(8)
    except OSError as exc:
        raise LoadError(f"{path.name}：读不出来（{exc.strerror}）；请检查路径和权限。") from exc
    if begins == _OLE:
        raise LoadError(f"{path.name}：加了密码，或其实是旧的 .doc 文件；请去掉密码，或改名为 .doc 再添加。")


def _write(parts: dict[str, Element], draft: Draft) -> None:
    numbering = read_numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))
    notes: dict[tuple[str, str], Element] = {}
    for name, tag in _NOTES:
        for note in parts[name].iter(qn(tag)) if name in parts else ():
            notes[tag, note.get(qn("w:id"), "")] = note
    writer = _Writer(draft, numbering)
    body = parts["word/document.xml"].find(qn("w:body"))
    if body is None:
        return
    writer.blocks(body)
    for number, (tag, id_) in enumerate(writer.notes, 1):
        if (tag, id_) in notes:
            paragraphs = notes[tag, id_].iter(qn("w:p"))
            said = "\n".join(filter(None, (writer.words(p).strip() for p in paragraphs)))
            draft.paragraph(f"[{number}] {said}")
    if writer.hidden:
        draft.finding("hidden_text", f"有 {writer.hidden} 处隐藏文字没有收录", "note")
    if writer.revised:
        draft.finding("revisions", f"有 {writer.revised} 处修订，按接受处理", "note")


class _Writer:
    """Goes through the body and writes its paragraphs and tables."""

    def __init__(self, draft: Draft, numbering: Numbering) -> None:
        self._draft, self._numbering = draft, numbering
        self.notes: list[tuple[str, str]] = []
        self.hidden = self.revised = 0

    def blocks(self, parent: Element, depth: int = 0) -> None:
        """Write the paragraphs and tables in `parent`, those inside controls and revisions too."""
        if depth > _DEEPEST:
            raise LoadError("文档的层次深得不正常；没有解析它。")
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._draft.table([list(self._row(row, depth)) for row in _rows(child)])
            elif child.tag == _ALTERNATE:
                self.blocks(_chosen(child), depth + 1)
            elif child.tag not in _DROPPED and isinstance(child.tag, str):
                self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: Element) -> None:
        boxes: list[Element] = []
        words = self.words(paragraph, boxes)
        if words.strip():
            self._draft.paragraph(self._numbering.mark(paragraph) + words.strip(" \t\u3000\n"))
        for box in boxes:
            self.blocks(box, 1)

    def words(self, element: Element, boxes: list[Element] | None = None, depth: int = 0) -> str:
        """The words of a paragraph; the text boxes anchored in it are added to `boxes`."""
        if depth > _DEEPEST:
            raise LoadError("文档的层次深得不正常；没有解析它。")
        return "".join(self._said(child, boxes, depth) for child in element if isinstance(child.tag, str))

    def _said(self, child: Element, boxes: list[Element] | None, depth: int) -> str:
        """What one element of a paragraph says."""
        tag = child.tag
        if tag == qn("w:t"):
            return child.text or ""
        if tag in _SIGNS:
            return _SIGNS[tag] if child.get(qn("w:type")) not in ("page", "column") else ""
        if tag in _NOTE_MARKS:
            self.notes.append((_NOTE_MARKS[tag], child.get(qn("w:id"), "")))
            return f"[{len(self.notes)}]"
        self.revised += tag in _REVISIONS
        if tag == qn("w:txbxContent") and boxes is not None:
            boxes.append(child)
        if tag in _DROPPED or tag == qn("w:txbxContent"):
            return ""
        if tag == qn("w:r") and _is_hidden(child):
            self.hidden += bool("".join(t.text or "" for t in child.iter(qn("w:t"))))
            return ""
        return self.words(_chosen(child) if tag == _ALTERNATE else child, boxes, depth + 1)

    def _row(self, row: tuple[Element, list[int]], depth: int) -> Iterator[Cell]:
        """The cells of a row that begin in it; `row` comes with how many rows each cell spans, 0 for a continuation."""
        element, spans = row
        for cell, rows in zip(_cells(element), spans, strict=True):
            if rows:
                inner = Draft(Path("cell"))
                _Writer(inner, self._numbering).blocks(cell, depth + 1)
                text = inner.finish().text.strip() if inner.written else ""
                yield Cell(text, rows, _columns(cell))


def _rows(table: Element) -> list[tuple[Element, list[int]]]:
    """The rows of a table, each with how many rows its cells span: a merged cell is continued in the rows below."""
    rows = [child for child in table.iter(qn("w:tr")) if _table_of(child) is table]
    begun: dict[int, tuple[int, int]] = {}
    spans: list[list[int]] = []
    for number, row in enumerate(rows):
        spans.append([])
        column = _before(row)
        for place, cell in enumerate(_cells(row)):
            properties = cell.find(qn("w:tcPr"))
            merge = None if properties is None else properties.find(qn("w:vMerge"))
            if merge is not None and merge.get(qn("w:val"), "continue") == "continue" and column in begun:
                above, there = begun[column]
                spans[above][there] += 1
                spans[number].append(0)
            else:
                begun[column] = (number, place)
                spans[number].append(1)
            column += _columns(cell)
    return list(zip(rows, spans, strict=True))


def _table_of(row: Element) -> Element | None:
    return next((above for above in row.iterancestors(qn("w:tbl"))), None)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]


def _before(row: Element) -> int:
    return next((_number(each) for each in row.iter(qn("w:gridBefore"))), 0)


def _columns(cell: Element) -> int:
    properties = cell.find(qn("w:tcPr"))
    span = None if properties is None else properties.find(qn("w:gridSpan"))
    return 1 if span is None else max(1, min(_number(span), _SPAN_LIMIT))


def _number(element: Element) -> int:
    written = element.get(qn("w:val"), "0")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0


def _chosen(alternate: Element) -> Element:
    """Word writes shapes twice, for new and old programs: one of the two."""
    choice = alternate.find(_CHOICE)
    fallback = alternate.find(_FALLBACK)
    chosen = choice if choice is not None else fallback
    return alternate if chosen is None else chosen


def _is_hidden(run: Element) -> bool:
    properties = run.find(qn("w:rPr"))
    vanish = None if properties is None else properties.find(qn("w:vanish"))
    return vanish is not None and vanish.get(qn("w:val"), "1") not in ("0", "false", "off")


def _note_around(parts: dict[str, Element], names: list[str], draft: Draft) -> None:
    """Say what stands in headers and footers: a 红头 may, but as a rule it is page numbers."""
    said = {
        text
        for name in names
        for paragraph in parts[name].iter(qn("w:p"))
        if (text := "".join(t.text or "" for t in paragraph.iter(qn("w:t"))).strip(" \t\u3000—-0123456789"))
    }
    if said and draft.written:
        draft.finding("around", f"页眉页脚没有收录：{'；'.join(sorted(said))[:80]}", "note")
