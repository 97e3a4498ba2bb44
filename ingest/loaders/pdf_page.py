"""The lines of a PDF page: its characters put in reading order by where they stand, those of tables apart."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

import pypdfium2.raw as pdfium_c

#: In sizes of a character: what counts as a blank between ideographs, and between letters; what parts two columns.
_WIDE, _NARROW, _GUTTER = 0.75, 0.22, 1.4
#: Radicals and compatibility forms that fonts put in the place of ordinary characters.
_VARIANTS: Final = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
UNREADABLE: Final = re.compile("[\ufffd\ue000-\uf8ff]")
_LATIN: Final = re.compile(r"[A-Za-z0-9]")
#: A page has two columns where so many lines, and such a share of all, leave the same strip free.
_COLUMN_LINES, _COLUMN_SHARE = 8, 0.6


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and where it stands, in points from the lower left; `size` is its height."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text with its box and the size of most of its characters."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float


def glyphs(page: Any) -> list[Glyph]:  # noqa: ANN401 - a page of pypdfium2, which has no types
    """Every character of a page that can be read, those printed twice to look bold once."""
    text_page = page.get_textpage()
    raw = text_page.raw
    found: list[Glyph] = []
    seen: set[tuple[str, int, int]] = set()
    left, right, bottom, top = (pdfium_c.c_double() for _ in range(4))
    for index in range(pdfium_c.FPDFText_CountChars(raw)):
        if pdfium_c.FPDFText_IsGenerated(raw, index):
            continue
        character = chr(pdfium_c.FPDFText_GetUnicode(raw, index))
        # Signs for private use cannot be read, but must be counted: they tell that a font explains nothing.
        if character.isspace() or not (character.isprintable() or UNREADABLE.match(character)):
            continue
        pdfium_c.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
        loose = pdfium_c.FS_RECTF()
        if pdfium_c.FPDFText_GetLooseCharBox(raw, index, loose) and loose.top > loose.bottom:
            box = (loose.left, loose.bottom, loose.right, loose.top)
        else:
            box = (left.value, bottom.value, right.value, top.value)
        if _VARIANTS.match(character):
            character = unicodedata.normalize("NFKC", character)
        size = max(1.0, box[3] - box[1])
        # Printed twice to look bold: the same character a fraction of a point beside itself.
        key = (character, round(4 * box[0] / size), round(4 * box[1] / size))
        if key not in seen:
            seen.add(key)
            found.append(Glyph(character, *box, size=size))
    text_page.close()
    return found


def lines_of(characters: Sequence[Glyph]) -> list[TextLine]:
    """The lines in reading order, of the left column before those of the right one."""
    rows = _rows(characters)
    gutter = _gutter(rows)
    if gutter is None:
        return [_line(row) for row in rows]
    ordered: list[list[Glyph]] = []
    left: list[list[Glyph]] = []
    right: list[list[Glyph]] = []
    for row in rows:
        if any(g.left < gutter < g.right for g in row) or _crosses(row, gutter):
            ordered += [*left, *right, row]
            left, right = [], []
            continue
        for side, part in (
            (left, [g for g in row if g.right <= gutter]),
            (right, [g for g in row if g.left >= gutter]),
        ):
            if part:
                side.append(part)
    return [_line(row) for row in [*ordered, *left, *right]]


def inside(characters: Iterable[Glyph], box: tuple[float, float, float, float]) -> list[Glyph]:
    """The characters whose middle lies in (left, bottom, right, top)."""
    left, bottom, right, top = box
    return [g for g in characters if left <= (g.left + g.right) / 2 <= right and bottom <= g.middle <= top]


def _rows(characters: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters of about the same height on the page, from the top down, each row from left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(characters, key=lambda g: (-g.middle, g.left)):
        for row in rows[-3:]:
            overlap = min(row[0].top, glyph.top) - max(row[0].bottom, glyph.bottom)
            if overlap > 0.5 * min(row[0].size, glyph.size):
                row.append(glyph)
                break
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda g: g.left) for row in rows]


def _crosses(row: Sequence[Glyph], x: float) -> bool:
    """Whether a row goes on across `x` without the gap that parts two columns."""
    before = [g for g in row if g.right <= x]
    after = [g for g in row if g.left >= x]
    return bool(before and after) and after[0].left - before[-1].right < _GUTTER * before[-1].size


def _gutter(rows: Sequence[Sequence[Glyph]]) -> float | None:
    """Where the strip between two columns lies; None where there is one column."""
    if len(rows) < _COLUMN_LINES:
        return None
    left, right = min(r[0].left for r in rows), max(r[-1].right for r in rows)
    middle = (left + right) / 2
    gaps = []
    for row in rows:
        for one, other in pairwise(row):
            near = one.right < middle + (right - left) / 6 and other.left > middle - (right - left) / 6
            if near and other.left - one.right >= _GUTTER * one.size:
                gaps.append((one.right, other.left))
                break
    if len(gaps) < max(_COLUMN_LINES, _COLUMN_SHARE * len(rows)):
        return None
    x = median((start + end) / 2 for start, end in gaps)
    free = sum(start <= x <= end for start, end in gaps)
    return x if free >= 0.9 * len(gaps) else None


def _line(row: Sequence[Glyph]) -> TextLine:
    words = [row[0].text]
    for one, other in pairwise(row):
        gap = (other.left - one.right) / max(one.size, other.size)
        latin = _LATIN.match(one.text) is not None and _LATIN.match(other.text) is not None
        if gap >= _WIDE:
            words.append("\u3000")
        elif gap >= _NARROW and latin:
            words.append(" ")
        words.append(other.text)
    return TextLine(
        "".join(words), row[0].left, row[-1].right, min(g.bottom for g in row), max(g.top for g in row),
        median(g.size for g in row),
    )  # fmt: skip
