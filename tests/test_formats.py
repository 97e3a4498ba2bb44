"""Formats: what a reader of the file sees is the text, in order; what is odd about the file is said in one line."""

import json
import shutil
import subprocess
import time
from difflib import SequenceMatcher
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from corpus.errors import LoadError
from ingest.loaders import load
from ingest.reading import understand
from tests.files import FULL, PAGE, column, ofd, pdf, text_object, write

FILES = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "files"


def lines(path: Path) -> list[str]:
    return [line.text for line in load(path).lines if not line.blank]


# --- Markdown -------------------------------------------------------------------------------------------------------


def test_markdown_gives_its_words_without_its_marks(tmp_path: Path) -> None:
    source = (
        '---\ntitle: "某某条例"\ndate: 2024/5/6\ntags:\n  - 法规\n---\n# 某某条例\n<!-- 注 -->\n## 第一章 总则\n'
        "**第一条** 见[《办法》](http://x.cn/a_(1).html)第*二*条，`代码`与 2\\*3。\n- 一项\n> 引文\n1. 保留编号\n---\n"
    )
    path = write(tmp_path, "a.md", source)
    assert lines(path) == [
        "某某条例", "第一章 总则", "第一条 见《办法》第二条，代码与 2*3。", "一项", "引文", "1. 保留编号",
    ]  # fmt: skip
    assert load(path).known == {"title": "某某条例", "published": "2024-05-06"}


def test_paragraphs_of_markdown_stay_parted(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "# 某规定\n\n某局发布  根据\n\n\n第一条 制定本规定。\n第二条 施行。\n")
    assert load(path).text == "某规定\n\n某局发布  根据\n\n第一条 制定本规定。\n第二条 施行。\n"
    assert [str(part.address) for part in understand(path).document.parts] == ["全文", "引言", "第一条", "第二条"]


def test_a_markdown_table_is_a_table(tmp_path: Path) -> None:
    raw = load(write(tmp_path, "a.md", "表：\n| 任务 | 单位 |\n|---|:-:|\n| **甲** | 财政局 |\n| 乙 | |\n尾"))
    assert [line.text for line in raw.lines][:-1] == ["表：", "任务 | 单位", "甲 | 财政局", "乙 |", "尾"]
    [table] = raw.tables
    assert (table.first, table.last, table.headers) == (2, 4, 1)


# --- HTML -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_gives_its_article_alone(tmp_path: Path, charset: str) -> None:
    raw = load(write(tmp_path, "a.html", PAGE.replace("{charset}", charset).encode(charset)))
    assert [line.text for line in raw.lines if line.text] == [
        "关于某事的通知", "各县人民政府：", "为做好某项工作，现通知如下。", "一、提高认识。",
        "1.第一项内容。", "2.第二项内容。", "任务 | 单位", "甲 | 财政局", "甲 | 税务局", "某某市人民政府",
    ]  # fmt: skip
    assert raw.known == {"title": "关于某事的通知", "published": "2024-05-06"}


def test_a_page_that_names_nothing_is_judged_by_its_sentences(tmp_path: Path) -> None:
    body = "".join(f"<p>第{n}段说明有关事项，请各单位认真落实。</p>" for n in range(8))
    article = f"<div><div><h1>某某办法</h1>{body}</div></div>"
    page = f"<body><ul><li><a>栏目一</a></li></ul>{article}<div><a>友情链接</a></div></body>"
    found = lines(write(tmp_path, "a.html", page))
    assert found[0] == "某某办法"
    assert len(found) == 9


@pytest.mark.parametrize("body", ["", "<div id=app></div><script>load()</script>", "<p>404 Not Found</p>"])
def test_a_page_without_an_article_is_said_to_be_one(tmp_path: Path, body: str) -> None:
    with pytest.raises(LoadError, match=r"a\.html：(?:网页里|文件是空的|不是能读的网页)"):
        load(write(tmp_path, "a.html", f"<html><body>{body}</body></html>"))


# --- docx -----------------------------------------------------------------------------------------------------------


def numbered(paragraph: Paragraph, number: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def with_numbering(document: Document) -> int:  # type: ignore[valid-type]
    """A numbering 第一章, （一）, 1.1 in the document; its number."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    formats = (("chineseCounting", "第%1章"), ("chineseCounting", "（%2）"), ("decimal", "%1.%3"))
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f"{'<w:isLgl/>' if n == 2 else ''}</w:lvl>"
        for n, (kind, text) in enumerate(formats)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return 77


def test_automatic_numbers_are_written_as_word_shows_them(tmp_path: Path) -> None:
    document = Document()
    number = with_numbering(document)
    for level, text in ((0, "总则"), (1, "目的"), (1, "依据"), (2, "细目"), (0, "附则"), (1, "施行")):
        numbered(document.add_paragraph(text), number, level)
    document.save(str(tmp_path / "a.docx"))
    assert lines(tmp_path / "a.docx") == [
        "第一章 总则",
        "（一）目的",
        "（二）依据",
        "1.1 细目",
        "第二章 附则",
        "（一）施行",
    ]


def test_docx_tables_headers_revisions_hidden_words_and_boxes(tmp_path: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    paragraph = document.add_paragraph("原文")
    for tag, inner, text in (("w:ins", "w:t", "加上"), ("w:del", "w:delText", "删去")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    hidden = paragraph.add_run("看不见")
    hidden.font.hidden = True
    box = parse_xml(
        f'<w:r {nsdecls("w")}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p>'
        "<w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    paragraph._p.append(box)
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, (("任务", "单位"), ("甲", "财政局"), ("", "税务局")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("表后")
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert lines(path) == ["原文加上", "框里的话", "任务 | 单位", "甲 | 财政局", "甲 | 税务局", "表后"]
    kinds = {finding.kind for finding in load(path).findings}
    assert kinds == {"hidden_text", "revisions", "around"}
    assert qn("w:del")  # the tags above are those that the loader knows


def test_a_doc_is_read_through_libreoffice_or_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(LoadError, match="LibreOffice"):
        load(path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LoadError, match="请安装它，或另存为 docx"):
        load(path)
    document = Document()
    document.add_paragraph("其实是 docx")
    document.save(str(path))
    assert lines(path) == ["其实是 docx"]


def sample(path: Path) -> None:
    """A document with everything that formats treat differently: levels, long paragraphs, a signature."""
    document = Document()
    document.add_paragraph("某某市人民政府关于促进发展的意见")
    document.add_paragraph("各县人民政府：")
    for n, mark in enumerate("一二三四五六", 1):
        document.add_paragraph(f"{mark}、第{n}项重点任务")
        for m in "一二三":
            text = f"（{m}）加强组织领导。" + f"各级各部门要把第{n}类事项摆上重要议事日程，到2025年投入{n}.5亿元。" * 6
            document.add_paragraph("　　" + text)
    document.add_paragraph("某某市人民政府")
    document.add_paragraph("2024年5月6日")
    document.save(str(path))


@pytest.mark.parametrize("suffix", ["pdf", "doc"])
def test_the_same_document_in_another_format_is_the_same(tmp_path: Path, suffix: str) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice: docx was not compared with what it makes of it")
    sample(tmp_path / "a.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        program,
        "--headless",
        profile,
        "--convert-to",
        suffix,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    one, other = understand(tmp_path / "a.docx").document, understand(tmp_path / f"a.{suffix}").document
    assert [(str(p.address), p.heading) for p in one.parts] == [(str(p.address), p.heading) for p in other.parts]
    assert alike(one.text, other.text) >= 0.98
    assert one.metadata.dated == other.metadata.dated == "2024-05-06"
    if suffix == "pdf":
        assert len(other.pages) >= 2
        last = other.parts[-1]
        assert other.page(last.start) == len(other.pages)


def alike(one: str, other: str) -> float:
    """The share of characters that two texts have in common, in order and blanks aside."""
    a, b = "".join(one.split()), "".join(other.split())
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def test_lines_that_the_page_broke_are_joined_and_pages_are_known(tmp_path: Path) -> None:
    one = [*column("　　一、" + FULL[:18], FULL, "成效。", "　　二、" + FULL[:18], top=760), (280, 60, "—1—")]
    two = [*column(FULL, "完毕。", "　　三、落实责任。", top=760), (280, 60, "—2—")]
    three = [*column("　　四、附则。"), (280, 60, "—3—")]
    raw = load(write(tmp_path, "a.pdf", pdf([one, two, three])))
    assert [line.text for line in raw.lines if line.text] == [
        f"一、{FULL[:18]}{FULL}成效。", f"二、{FULL[:18]}{FULL}完毕。", "三、落实责任。", "四、附则。",
    ]  # fmt: skip
    assert raw.pages[0] == 0
    assert raw.text[raw.pages[1] :].startswith(FULL + "完毕。")
    assert raw.text[raw.pages[2] :].startswith("四、")
    assert [finding.kind for finding in raw.findings] == ["around"]


def test_a_ruled_table_is_a_table(tmp_path: Path) -> None:
    words: list[tuple[float, float, str]] = [
        (90, 760, "重点任务如下。"), (100, 700, "任务"), (250, 700, "单位"),
        (100, 670, "甲项"), (250, 670, "财政局"),
        (100, 640, "乙项"), (250, 640, "税务局"), (90, 580, "表后的话。"),
    ]  # fmt: skip
    rules = "".join(f"90 {y} m 400 {y} l S\n" for y in (720, 690, 660, 630)) + "".join(
        f"{x} 630 m {x} 720 l S\n" for x in (90, 240, 400)
    )
    raw = load(write(tmp_path, "a.pdf", pdf([words], rules)))
    assert [line.text for line in raw.lines if line.text] == [
        "重点任务如下。", "任务 | 单位", "甲项 | 财政局", "乙项 | 税务局", "表后的话。",
    ]  # fmt: skip
    assert len(raw.tables) == 1


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = column(*(f"左栏第{n}行文字。" for n in "一二三四五六七八九十"), left=60)
    right = column(*(f"右栏第{n}行文字。" for n in "一二三四五六七八九十"), left=330)
    found = "".join(lines(write(tmp_path, "a.pdf", pdf([[*left, *right]]))))
    assert found.index("左栏第十行") < found.index("右栏第一行")


def test_a_pdf_of_many_empty_pages_is_refused_in_time(tmp_path: Path) -> None:
    begun = time.perf_counter()
    with pytest.raises(LoadError, match="页"):
        load(write(tmp_path, "a.pdf", pdf([[]] * 10_000)))
    assert time.perf_counter() - begun < 10


# --- OFD ------------------------------------------------------------------------------------------------------------


def test_ofd_gives_its_lines_by_where_they_stand(tmp_path: Path) -> None:
    first = (
        text_object(31.2, 60, "一、" + FULL[:20])
        + text_object(70, 40, "某某通知")
        + text_object(20, 70, "成效。")
        + text_object(20, 90, "水印", 'Visible="false"')
    )
    path = ofd(tmp_path / "a.ofd", [first, text_object(31.2, 40, "二、附则。")])
    raw = load(path)
    assert [line.text for line in raw.lines if line.text] == ["某某通知", f"一、{FULL[:20]}成效。", "二、附则。"]
    assert raw.text[raw.pages[1] :].startswith("二、")


def test_an_ofd_of_pictures_needs_ocr(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="需要OCR"):
        load(ofd(tmp_path / "a.ofd", ['<ofd:ImageObject ID="1" Boundary="0 0 9 9"/>']))


# --- tables and archives --------------------------------------------------------------------------------------------


def test_sheets_are_tables_with_their_titles_above(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "任务"
    for row in (
        ["重点任务分工表", None, None],
        ["任务", "单位", "比例"],
        ["甲", "财政局", 0.25],
        [None, "税务局", 3.0],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    sheet["C3"].number_format = "0%"
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    raw = load(tmp_path / "a.xlsx")
    assert [line.text for line in raw.lines if line.text] == [
        "重点任务分工表", "任务 | 单位 | 比例", "甲 | 财政局 | 25%", "甲 | 税务局 | 3",
    ]  # fmt: skip
    assert [finding.kind for finding in raw.findings] == ["hidden_sheets"]


@pytest.mark.parametrize(("name", "sign"), [("a.csv", ","), ("b.csv", ";"), ("c.tsv", "\t")])
def test_csv_in_any_encoding_and_with_any_sign(tmp_path: Path, name: str, sign: str) -> None:
    data = f"任务{sign}单位\n甲{sign}财政局\n乙{sign}税务局的工作部门\n".encode("gb18030")
    assert lines(write(tmp_path, name, data)) == ["任务 | 单位", "甲 | 财政局", "乙 | 税务局的工作部门"]


# --- the real files -------------------------------------------------------------------------------------------------


def real() -> list[str]:
    listing = FILES / "files.jsonl"
    if not listing.is_file():
        return []
    rows = (json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines())
    return [row["path"] for row in rows if row and (FILES / row["path"]).is_file()]


def test_the_real_files_are_there() -> None:
    if not real():
        pytest.skip(f"no real files at {FILES}: formats were tried on made ones alone")


#: What must be refused, and why.
REFUSED = {
    "pdf/关于加力推进农机购置与应用补贴优机优补有进有出的意见.pdf": "需要OCR",
    "ofd/ofdrw-converter__ano.ofd": "需要OCR",
}


@pytest.mark.parametrize("name", real())
def test_every_real_file_is_read_whole_or_refused_for_the_right_reason(name: str) -> None:
    begun = time.perf_counter()
    if name in REFUSED:
        with pytest.raises(LoadError, match=REFUSED[name]):
            load(FILES / name)
    else:
        document = understand(FILES / name).document
        assert "".join(document.text[part.start : part.own_end] for part in document.parts) == document.text
    assert time.perf_counter() - begun < 30


def test_the_real_docx_and_pdf_of_one_document_are_the_same() -> None:
    paths = [FILES / "docx" / "2026年中央一号文件.docx", FILES / "pdf" / "2026年中央一号文件.pdf"]
    if not all(path.is_file() for path in paths):
        pytest.skip(f"no real files at {FILES}: docx and pdf of one document were not compared")
    one, other = (understand(path).document for path in paths)
    assert [(str(p.address), p.heading) for p in one.parts] == [(str(p.address), p.heading) for p in other.parts]
    assert alike(one.text, other.text) >= 0.98
