"""`Draft`: the text of a document while a loader writes it, block by block, in reading order."""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import LoadError
from ingest.clean import clean
from ingest.findings import Finding, Severity
from ingest.lines import CELL_BREAK, RawText, Table
from ingest.loaders.files import check_length
from ingest.tables import Cell, lay_out


class Draft:
    """Takes paragraphs, tables and page breaks; `finish` gives the `RawText`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._tables: list[Table] = []
        self._findings: list[Finding] = []
        self.known: dict[str, str] = {}

    def page(self) -> None:
        """A page begins with what is written next."""
        self._pages.append(self._length)

    def paragraph(self, text: str, pages: Sequence[int] = ()) -> None:
        """A paragraph, its line breaks kept as lines; one without anything to read is left out.

        `pages` are the places in `text`, which is clean and one line, at which a new page begins.
        """
        self._pages.extend(self._length + place for place in pages)
        for line in clean(text).split("\n"):
            if line.strip():
                self._write(line.rstrip())

    def blank(self) -> None:
        """An empty line, where the source parts paragraphs by them; never first, never two."""
        if self._lines and self._lines[-1]:
            self._write("")

    def table(self, rows: Sequence[Sequence[Cell]]) -> None:
        """A table, a line a row; what has one row or one column only is layout and becomes paragraphs."""
        laid = lay_out([[Cell(clean(cell.text), cell.rows, cell.columns) for cell in row] for row in rows])
        if not laid.is_table:
            for row in rows:
                for cell in row:
                    self.paragraph(cell.text)
            return
        first = len(self._lines) + 1
        for cells in laid.rows:
            self._write(CELL_BREAK.join(cells).rstrip())
        self._tables.append(Table(first, len(self._lines), laid.headers))

    def finding(self, kind: str, message: str, severity: Severity = "warning") -> None:
        """Something noticed about what was written last."""
        self._findings.append(Finding(kind, max(1, len(self._lines)), message, severity))

    def _write(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1
        check_length(self._path, self._length, len(self._lines))

    @property
    def written(self) -> bool:
        """Whether there is anything to read yet."""
        return bool(self._lines)

    def finish(self) -> RawText:
        """The text; LoadError where nothing was written."""
        if not self._lines:
            raise LoadError(f"{self._path.name}：文件是空的，没有可以收录的文字；请检查是否选错了文件。")
        text = "\n".join(self._lines).rstrip("\n") + "\n"
        return RawText(self._path, text, tuple(self._pages), tuple(self._tables), self.known, tuple(self._findings))
