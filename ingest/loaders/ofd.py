"""OFD (GB/T 33190), the national format for fixed pages: its text objects, put in reading order by where they stand.

Page templates, annotations and seals are no text of the document and are left out.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.draft import Draft
from ingest.loaders.files import member_bytes, open_container
from ingest.loaders.pages import readable, write_pages
from ingest.loaders.pdf_page import Glyph, lines_of
from ingest.loaders.pdf_paragraphs import Page
from ingest.loaders.xml import parse_xml

Element = etree._Element  # noqa: SLF001 - the name that lxml gives its elements

_PAGE_LIMIT: Final = 3000
#: A page measures in millimetres; this is A4 where the file does not say.
_A4: Final = (0.0, 0.0, 210.0, 297.0)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
_DELTA: Final = re.compile(r"g\s+(\d+)\s+(-?[\d.]+)|(-?\d+(?:\.\d+)?|-?\.\d+)")
_GLYPH_LIMIT: Final = 2_000_000


class OfdLoader:
    """`Loader` for .ofd."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        with open_container(path, "OFD") as container:
            reader = _Reader(container, path)
            pages = list(reader.pages())
        draft = Draft(path)
        write_pages(pages, draft)
        if not draft.written and pages:
            raise LoadError(f"{path.name}：只有图形，没有文字层，需要OCR；请先识别文字，或取得文字版。")
        return readable(draft.finish())


class _Reader:
    """The parts of one package."""

    def __init__(self, container: zipfile.ZipFile, path: Path) -> None:
        self._container, self._path = container, path
        self._names = {name.lstrip("/"): name for name in container.namelist()}
        self._count = 0

    def _xml(self, name: str) -> Element:
        if name not in self._names:
            raise LoadError(f"{self._path.name}：OFD 里缺少 {name}，文件不完整；请重新获取后再添加。")
        data = member_bytes(self._container, self._names[name])
        if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            raise LoadError(f"{self._path.name}：OFD 加了密（{name} 不是 XML）；请解密后再添加。")
        return parse_xml(data, self._path.name)

    def pages(self) -> Iterator[Page]:
        """The lines of every page, in order."""
        entry = self._xml("OFD.xml")
        roots = [said for each in _all(entry, "DocRoot") if (said := (each.text or "").strip())]
        if not roots:
            raise LoadError(f"{self._path.name}：OFD 没有说明正文在哪里；请重新获取后再添加。")
        for root in roots:
            name = root.lstrip("/")
            document = self._xml(name)
            usual = _box(next(_all(document, "PhysicalBox"), None)) or _A4
            places = [each.get("BaseLoc", "") for pages in _all(document, "Pages") for each in _all(pages, "Page")]
            if len(places) > _PAGE_LIMIT:
                raise LoadError(f"{self._path.name}：有 {len(places)} 页，最多 {_PAGE_LIMIT} 页；请拆分后再添加。")
            for place in places:
                yield self._page(self._found(place, posixpath.dirname(name)), usual)

    def _found(self, place: str, folder: str) -> str:
        """The member that a place names: from the package's root, or from the folder that names it."""
        plain = place.lstrip("/")
        return plain if place.startswith("/") or plain in self._names else posixpath.join(folder, plain)

    def _page(self, name: str, usual: tuple[float, float, float, float]) -> Page:
        content = self._xml(name)
        area = next(_all(content, "Area"), None)
        box = (_box(next(_all(area, "PhysicalBox"), None)) if area is not None else None) or usual
        characters: list[Glyph] = []
        for layer in _all(content, "TextObject"):
            if layer.get("Visible") != "false":
                characters.extend(_glyphs(layer, box[3]))
                self._count += len(characters)
                if self._count > _GLYPH_LIMIT:
                    raise LoadError(f"{self._path.name}：文字多得不正常；没有读完它。")
        return Page(lines_of(characters), [], box[3])


def _all(parent: Element, name: str) -> Iterator[Element]:
    """The elements of that name inside, whatever their namespace: files write several."""
    return (each for each in parent.iter("{*}" + name))


def _box(element: Element | None) -> tuple[float, float, float, float] | None:
    numbers = _floats((element.text if element is not None else "") or "")
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) >= 4 else None


def _floats(text: str) -> list[float]:
    return [float(each) for each in _NUMBER.findall(text)]


def _glyphs(text: Element, height: float) -> Iterator[Glyph]:
    """The characters of a text object, with places counted from the page's lower left."""
    bounds = _floats(text.get("Boundary", ""))
    if len(bounds) < 4:
        return
    matrix = _floats(text.get("CTM", ""))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    size = (_floats(text.get("Size", "")) or [4.0])[0]
    x = y = 0.0
    for code in _all(text, "TextCode"):
        x, y = (_floats(code.get("X", "")) or [x])[0], (_floats(code.get("Y", "")) or [y])[0]
        words = code.text or ""
        across, down = _steps(code.get("DeltaX", ""), len(words)), _steps(code.get("DeltaY", ""), len(words))
        for place, character in enumerate(words):
            left, base = bounds[0] + a * x + c * y + e, bounds[1] + b * x + d * y + f
            tall = max(0.5, size * (abs(d) + abs(b)))
            wide = size * (abs(a) + abs(c)) * (0.55 if character.isascii() else 1.0)
            if not character.isspace():
                yield Glyph(
                    character, left, height - base - 0.15 * tall, left + wide, height - base + 0.85 * tall, tall
                )
            x += across[place] if place < len(across) else 0.0
            y += down[place] if place < len(down) else 0.0


def _steps(written: str, most: int) -> list[float]:
    """The distances between characters; `g 3 2.5` stands for three times 2.5."""
    steps: list[float] = []
    for count, repeated, single in _DELTA.findall(written):
        steps += [float(repeated)] * min(int(count), most) if count else [float(single)]
        if len(steps) >= most:
            break
    return steps
