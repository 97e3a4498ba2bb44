"""Pages of lines and tables into a draft: paragraphs joined across lines and pages, each page's beginning noted."""

from collections.abc import Iterator, Sequence
from typing import Final

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.draft import Draft
from ingest.loaders.pdf_page import UNREADABLE, TextLine
from ingest.loaders.pdf_paragraphs import Page, Paragraph, begins, margins, without_furniture
from ingest.loaders.pdf_tables import PageTable

#: The share of unreadable signs from which on a text is worth nothing.
_UNREADABLE: Final = 0.05


def write_pages(pages: Sequence[Page], draft: Draft) -> None:
    """Write `pages` without their running heads and page numbers, and say what was left out."""
    kept, left_out = without_furniture(pages)
    _write(kept, draft)
    if left_out:
        shown = "；".join(list(dict.fromkeys(left_out))[:3])
        draft.finding("around", f"页眉、页脚和页码没有收录，共 {len(left_out)} 行：{shown}", "note")


def readable(raw: RawText) -> RawText:
    """`raw` itself; LoadError where so many of its signs are explained by no font that it could not be found again."""
    signs = len(UNREADABLE.findall(raw.text))
    if signs > _UNREADABLE * (signs + sum(character.isalpha() for character in raw.text)):
        raise LoadError(f"{raw.path.name}：字体没有说明文字是什么，读出来是乱码，需要OCR（--ocr）。")
    return raw


class _Writer:
    """Joins lines to paragraphs and writes them, with the pages on which they begin and go on."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._open: Paragraph | None = None
        self._before: TextLine | None = None
        self._begun = -1

    def line(self, line: TextLine, page: int, left: float, right: float) -> None:
        """Write a line of a page with these margins."""
        if self._open is None or begins(line, self._before, left, right):
            self.flush()
            self._open = Paragraph(line.text, page)
        else:
            latin = self._open.text[-1:].isascii() and self._open.text[-1:].isalnum() and line.text[:1].isascii()
            joint = " " if latin and line.text[:1].isalnum() else ""
            if page > (self._open.pages[-1][1] if self._open.pages else self._open.page):
                self._open.pages.append((len(self._open.text + joint), page))
            self._open.text += joint + line.text
        self._before = line

    def table(self, table: PageTable, page: int) -> None:
        """Write a table."""
        self.flush()
        self.begin(page)
        self._draft.table(table.rows)
        self._before = None

    def begin(self, page: int) -> None:
        """The pages up to `page` begin here: one without text begins where the next one does."""
        while self._begun < page:
            self._draft.page()
            self._begun += 1

    def flush(self) -> None:
        """Write the paragraph that is open."""
        if self._open is None:
            return
        self.begin(self._open.page)
        places: list[int] = []
        for place, page in self._open.pages:
            places += [place] * (page - self._begun)
            self._begun = page
        self._draft.paragraph(self._open.text, places)
        self._open = None


def _write(pages: Sequence[Page], draft: Draft) -> None:
    writer = _Writer(draft)
    for index, item, left, right in _items(pages):
        if isinstance(item, PageTable):
            writer.table(item, index)
        else:
            writer.line(item, index, left, right)
    writer.flush()
    writer.begin(len(pages) - 1)


def _items(pages: Sequence[Page]) -> Iterator[tuple[int, TextLine | PageTable, float, float]]:
    """Lines and tables of every page from the top down, each with its page's index and margins."""
    every = [line for page in pages for line in page.lines]
    for index, page in enumerate(pages):
        left, right = margins(page.lines, every)
        waiting = list(page.tables)
        for line in page.lines:
            while waiting and waiting[0].box[3] > line.top:
                yield index, waiting.pop(0), left, right
            yield index, line, left, right
        for rest in waiting:
            yield index, rest, left, right
