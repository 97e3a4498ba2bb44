"""Tables that are ruled on a PDF page: their boxes, and their cells with the rows and columns they span.

Finding them takes pdfplumber about a tenth of a second a page, so that it is asked only where lines are drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2.raw as pdfium_c

from ingest.loaders.pdf_page import Glyph, inside, lines_of
from ingest.tables import Cell

#: A table has at least so many drawn lines; edges nearer than this, in points, are one.
_LEAST_PATHS: Final = 4
_NEAR: Final = 4.0
#: Pages with more drawn paths than this are drawings; finding tables in them takes too long.
_MOST_PATHS: Final = 5000

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table: its box as (left, bottom, right, top) in points, and its rows."""

    box: Box
    rows: list[list[Cell]]


def has_rulings(page: Any) -> bool:  # noqa: ANN401 - a page of pypdfium2, which has no types
    """Whether lines are drawn on the page that may be a table's."""
    paths = 0
    for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=3):
        paths += 1
        if paths > _MOST_PATHS:
            return False
    return paths >= _LEAST_PATHS


def tables_of(page: Any, characters: Sequence[Glyph]) -> list[PageTable]:  # noqa: ANN401 - pdfplumber has no types
    """The ruled tables of a page of pdfplumber that hold some of `characters`, from the top down."""
    found = []
    # pdfplumber measures from the top of the page and includes where its box begins.
    height, offset = float(page.height) + float(page.bbox[1]), float(page.bbox[0])
    for table in page.filter(_may_rule).find_tables():
        cells = [(x0 - offset, height - bottom, x1 - offset, height - top) for x0, top, x1, bottom in table.cells]
        if len(cells) > 1:
            box = (
                min(c[0] for c in cells),
                min(c[1] for c in cells),
                max(c[2] for c in cells),
                max(c[3] for c in cells),
            )
            held = inside(characters, box)
            if held:
                found.append(PageTable(box, _rows(cells, held)))
    return sorted(found, key=lambda table: -table.box[3])


def _may_rule(thing: dict[str, Any]) -> bool:
    """Whether a drawn thing may be part of a table's lines: a filled area that is not outlined is a background."""
    if thing.get("object_type") != "rect" or thing.get("stroke"):
        return True
    return min(float(thing["width"]), float(thing["height"])) < _NEAR


def _rows(cells: Sequence[Box], characters: Sequence[Glyph]) -> list[list[Cell]]:
    columns = _edges([x for cell in cells for x in (cell[0], cell[2])])
    heights = _edges([y for cell in cells for y in (cell[1], cell[3])])
    rows: list[list[Cell]] = [[] for _ in range(len(heights) - 1)]
    for cell in sorted(cells, key=lambda c: (-c[3], c[0])):
        left, right = _place(columns, cell[0]), _place(columns, cell[2])
        bottom, top = _place(heights, cell[1]), _place(heights, cell[3])
        text = "\n".join(line.text for line in lines_of(inside(characters, cell)))
        rows[len(heights) - 1 - top].append(Cell(_joined(text), max(1, top - bottom), max(1, right - left)))
    return rows


def _joined(text: str) -> str:
    """The lines of a cell as one: Chinese without a blank between."""
    lines = text.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        joined += (" " if joined[-1:].isascii() and line[:1].isascii() else "") + line
    return joined


def _edges(places: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _NEAR:
            edges.append(place)
    return edges


def _place(edges: Sequence[float], place: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - place))
