"""Small files of every format, made in a test's own folder."""

import zipfile
from pathlib import Path

import openpyxl
from docx import Document

_FONT = "<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
_GLYPHS = (
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /S /DW 1000 /CIDSystemInfo << /Registry (Adobe) "
    "/Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /S /Flags 4 "
    "/FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /ItalicAngle 0 >> >>"
)


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def pdf(pages: list[list[tuple[float, float, str]]], extra: str = "") -> bytes:
    """A PDF whose pages show texts at places, with a font that only names its characters (no glyphs are needed)."""
    every = sorted({c for page in pages for _, _, text in page for c in text})
    codes = {c: n + 1 for n, c in enumerate(every)}
    unicode_map = "".join(f"<{codes[c]:04X}> <{ord(c):04X}>\n" for c in every)
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        f"{len(every)} beginbfchar\n{unicode_map}endbfchar endcmap end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] /Count {len(pages)} >>",
        _FONT,
        _GLYPHS,
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    for page in pages:
        words = ((x, y, "".join(f"{codes[c]:04X}" for c in text)) for x, y, text in page)
        shown = "".join(f"BT /F 16 Tf {x} {y} Td <{text}> Tj ET\n" for x, y, text in words) + extra
        number = len(objects) + 1
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {number + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    out += f"startxref\n{len(out)}\n%%EOF"
    return out.encode("latin-1")


def column(*texts: str, top: float = 760, left: float = 90) -> list[tuple[float, float, str]]:
    """Lines one under the other; 　 at the head is an indent of one character."""
    return [
        (left + 16 * (len(t) - len(t.lstrip("\u3000"))), top - 28 * n, t.lstrip("\u3000")) for n, t in enumerate(texts)
    ]


FULL = "各级各部门要加强组织领导明确工作责任确保取得"  # 22 characters, the width of the column below


def ofd(path: Path, pages: list[str]) -> Path:
    """An OFD package; `pages` are the text objects of each page as XML."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for n, page in enumerate(pages):
            content = f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="9">{page}</ofd:Layer></ofd:Content></ofd:Page>'
            package.writestr(f"Doc_0/Pages/{n}.xml", content)
    return path


def text_object(x: float, y: float, text: str, more: str = "") -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 160 8" Size="5.6" {more}><ofd:TextCode X="0" Y="5" '
        f'DeltaX="g {len(text) - 1} 5.6">{text}</ofd:TextCode></ofd:TextObject>'
    )


#: A page of a government site; {charset} is to be filled in.
PAGE = """<html><head><meta charset="{charset}"><meta name="ArticleTitle" content="关于某事的通知">
<meta name="PubDate" content="2024-05-06 10:00"><title>关于某事的通知_某某市人民政府网站</title>
<script>var a="不要"</script></head>
<body><div class="nav"><a>首页</a><a>政务公开</a></div><div class="breadcrumb">当前位置：首页</div>
<div id="UCAP-CONTENT"><p>　　各县人民政府：</p><p>为做好<b>某项</b>工作，现通知如下。<br>一、提高认识。</p>
<ol><li>第一项内容。</li><li>第二项内容。</li></ol><p style="display:none">隐藏的话。</p>
<table><tr><th>任务</th><th>单位</th></tr>
<tr><td rowspan="2">甲</td><td>财政局</td></tr><tr><td>税务局</td></tr></table>
<p>某某市人民政府</p><div class="share">分享到微信</div></div>
<div class="footer">主办单位：某某市 ICP备123号</div></body></html>"""


def examples(folder: Path) -> list[Path]:
    """A small good file of every format that is a container or laid out."""
    document = Document()
    document.add_paragraph("一、总体要求。各级各部门要加强领导。")
    document.add_table(rows=2, cols=2).cell(0, 0).text = "甲"
    document.save(str(folder / "a.docx"))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["任务", "单位"])
    book.active.append(["甲", "乙"])
    book.save(folder / "a.xlsx")
    write(folder, "a.pdf", pdf([column("一、总体要求。", FULL)]))
    write(folder, "a.html", PAGE.replace("{charset}", "utf-8"))
    ofd(folder / "a.ofd", [text_object(30, 40, "一、总体要求。")])
    write(folder, "a.md", "# 题\n| a | b |\n|---|---|\n| c | d |\n")
    return sorted(folder.glob("a.*"))
