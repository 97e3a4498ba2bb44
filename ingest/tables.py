"""Tables as files hold them, cells that span rows and columns, laid out as rows of equal length.

A cell that spans rows is repeated in each of them, so that every row says what it is about; one that spans columns
stands in its first column and leaves the others empty. A table of one row or one column is layout, not a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, line breaks inside it made blanks, and how many rows and columns it spans."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Laid:
    """A table laid out: rows of equal length, and how many of them are the header."""

    rows: list[list[str]]
    headers: int

    @property
    def is_table(self) -> bool:
        """Whether it has at least two rows and two columns with something in them."""
        filled = sum(any(row[column] for row in self.rows) for column in range(len(self.rows[0]))) if self.rows else 0
        return len(self.rows) > 1 and filled > 1


def lay_out(table: Sequence[Sequence[Cell]]) -> Laid:
    """The rows of `table`, its cells given in the order in which they are written, spanned places left out."""
    grid: list[dict[int, str]] = [{} for _ in table]
    for number, row in enumerate(table):
        column = 0
        for cell in row:
            while column in grid[number]:
                column += 1
            for below in range(number, min(number + cell.rows, len(table))):
                for right in range(cell.columns):
                    grid[below][column + right] = " ".join(cell.text.split()) if right == 0 else ""
            column += cell.columns
    width = max((max(row, default=-1) for row in grid), default=-1) + 1
    rows = [[row.get(column, "") for column in range(width)] for row in grid]
    return Laid([row for row in rows if any(row)], _headers(table))


def _headers(table: Sequence[Sequence[Cell]]) -> int:
    """One row, or as many as its first row's tallest cell spans where others of that row are split below."""
    first = table[0] if table else ()
    if any(cell.columns > 1 for cell in first) and any(cell.columns == 1 for cell in first):
        return max(1, min(max(cell.rows for cell in first), len(table) - 1))
    return 1
