"""PDF with a text layer: paragraphs in reading order, tables, and the page that each stands on.

A scan is said to be one, or read by `ingest.loaders.ocr` where that is wanted.
"""

from pathlib import Path
from typing import Any, Final, Self

import pypdfium2 as pdfium

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.draft import Draft
from ingest.loaders.files import read_bytes
from ingest.loaders.pages import readable, write_pages
from ingest.loaders.pdf_page import glyphs, lines_of
from ingest.loaders.pdf_paragraphs import Page, without_furniture
from ingest.loaders.pdf_tables import PageTable, has_rulings, tables_of

#: A document of more pages is no document of ours.
_PAGE_LIMIT: Final = 3000
#: A page with fewer characters and a picture is a scan.
_SCANNED: Final = 20


class PdfLoader:
    """`Loader` for .pdf; with `ocr`, pages that are pictures are read as well."""

    def __init__(self, *, ocr: bool = False) -> None:
        self._ocr = ocr

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        data = read_bytes(path)
        if b"%PDF-" not in data[:1024]:
            raise LoadError(f"{path.name}：不是 PDF 文件；请检查它的实际格式。")
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as exc:
            said = "加了密码；请去掉密码" if "password" in str(exc).lower() else "已损坏，打不开；请重新获取"
            raise LoadError(f"{path.name}：PDF {said}后再添加。") from exc
        try:
            return self._read(document, data, path)
        except pdfium.PdfiumError as exc:
            raise LoadError(f"{path.name}：PDF 已损坏（{exc}）；请重新获取后再添加。") from exc
        finally:
            document.close()

    def _read(self, document: Any, data: bytes, path: Path) -> RawText:  # noqa: ANN401 - pypdfium2 has no types
        if len(document) > _PAGE_LIMIT:
            raise LoadError(f"{path.name}：有 {len(document)} 页，最多 {_PAGE_LIMIT} 页；请拆分后再添加。")
        pages, scanned = self._pages(document, data, path)
        draft = Draft(path)
        write_pages(pages, draft)
        written = sum(bool(page.lines or page.tables) for page in without_furniture(pages)[0])
        names = "、".join(str(number + 1) for number in scanned[:10]) + ("等" if len(scanned) > 10 else "")
        if scanned and self._ocr and written:
            message = f"第 {names} 页共 {len(scanned)} 页是识别出来的文字，可能有错，请对照原件"
            draft.finding("recognised_pages", message)
            return readable(draft.finish())
        if scanned and written <= len(pages) // 10:
            raise LoadError(
                f"{path.name}：是扫描件，没有文字层，需要OCR：请加 --ocr（先安装 pip install 'cewen[ocr]'），"
                "或取得文字版。"
            )
        if scanned and draft.written:
            draft.finding("scanned_pages", f"第 {names} 页是扫描的图片，没有文字，需要OCR（--ocr）", "error")
        return readable(draft.finish())

    def _pages(self, document: Any, data: bytes, path: Path) -> tuple[list[Page], list[int]]:  # noqa: ANN401
        """The lines and tables of every page, and the indexes of those that are pictures."""
        pages: list[Page] = []
        scanned: list[int] = []
        with _Plumber(data) as plumber:
            for index in range(len(document)):
                page = document[index]
                characters = glyphs(page)
                if len(characters) < _SCANNED and _has_picture(page):
                    scanned.append(index)
                tables = tables_of(plumber.page(index), characters) if characters and has_rulings(page) else []
                outside = [g for g in characters if not any(_holds(table, g.left, g.middle) for table in tables)]
                pages.append(Page(lines_of(outside), tables, page.get_height()))
                page.close()
        if scanned and self._ocr:
            from ingest.loaders.ocr import read_page

            for index in scanned:
                pages[index] = Page(read_page(document[index], path.name), [], pages[index].height)
        return pages, scanned


class _Plumber:
    """pdfplumber's view of a file, opened when a page is first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._opened: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._opened is not None:
            self._opened.close()

    def page(self, index: int) -> Any:  # noqa: ANN401 - pdfplumber has no types
        """The page with that index."""
        if self._opened is None:
            from io import BytesIO

            import pdfplumber

            self._opened = pdfplumber.open(BytesIO(self._data))
        return self._opened.pages[index]


def _holds(table: PageTable, x: float, y: float) -> bool:
    left, bottom, right, top = table.box
    return left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1


def _has_picture(page: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    kind = pdfium.raw.FPDF_PAGEOBJ_IMAGE
    return next(iter(page.get_objects(filter=[kind], max_depth=3)), None) is not None
