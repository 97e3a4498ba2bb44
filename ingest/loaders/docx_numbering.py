"""Automatic numbering of a docx: the mark that Word shows before a paragraph, which stands nowhere in its text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docx.oxml.ns import qn
from lxml import etree

from corpus.numerals import to_chinese

Element = etree._Element  # noqa: SLF001 - the name that lxml gives its elements

_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LEGAL: Final = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_TABLES: Final = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz", "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸", "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}  # fmt: skip
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHINESE: Final = frozenset(
    "chineseCounting chineseCountingThousand taiwaneseCounting taiwaneseCountingThousand japaneseCounting "
    "ideographDigital japaneseDigitalTenThousand koreanCounting".split()
)


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a numbering: how its numbers look, where they begin, what stands around them and behind."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class Numbering:
    """The numberings of a document, and how far each has been counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counters: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, int | None, str | None]] = field(default_factory=dict)

    def mark(self, paragraph: Element) -> str:
        """The mark before `paragraph` with what parts it from the text; empty where it has none. Counts on."""
        number, place = self._named(paragraph)
        levels = self.levels.get(number or "", {})
        level = levels.get(place)
        if level is None or level.format == "none":
            return ""
        counts = self.counts.setdefault(self.counters.get(number or "", number or ""), {})
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [n for n in counts if n > place and levels.get(n, _Level()).restart != 0]:
            del counts[deeper]
        if level.format == "bullet":
            return ""
        written = level.text
        for above in range(place + 1):
            shown = levels.get(above, _Level())
            kind = "decimal" if level.legal else shown.format
            written = written.replace(f"%{above + 1}", _written(counts.get(above, shown.start), kind))
        return written + ("" if level.suffix == "nothing" or written.endswith(("、", "）", ")", " ")) else " ")

    def _named(self, paragraph: Element) -> tuple[str | None, int]:
        """The numbering and the level that a paragraph has, by itself or by its style."""
        properties = paragraph.find(qn("w:pPr"))
        own = None if properties is None else properties.find(qn("w:numPr"))
        number, place = _num_properties(own)
        style = None if properties is None else properties.find(qn("w:pStyle"))
        name = None if style is None else style.get(qn("w:val"))
        seen: set[str] = set()
        while name and name not in seen and (number is None or place is None):
            seen.add(name)
            by_style, level, name = self.styles.get(name, (None, None, None))
            number = number if number is not None else by_style
            place = place if place is not None else level
        return (None if number == "0" else number), place or 0


def read_numbering(numbering: Element | None, styles: Element | None) -> Numbering:
    """The numberings that `numbering.xml` and `styles.xml` define; either may be missing."""
    found = Numbering()
    for style in styles.iter(qn("w:style")) if styles is not None else ():
        number, place = _num_properties(next(style.iter(qn("w:numPr")), None))
        based = style.find(qn("w:basedOn"))
        found.styles[style.get(qn("w:styleId")) or ""] = (
            number, place, None if based is None else based.get(qn("w:val"))
        )  # fmt: skip
    if numbering is None:
        return found
    abstract = {each.get(qn("w:abstractNumId")): dict(_levels(each)) for each in numbering.iter(qn("w:abstractNum"))}
    for each in numbering.iter(qn("w:num")):
        id_, of = each.get(qn("w:numId")) or "", each.find(qn("w:abstractNumId"))
        name = None if of is None else of.get(qn("w:val"))
        levels = dict(abstract.get(name, {}))
        overridden = False
        for override in each.iter(qn("w:lvlOverride")):
            place = _int(override.get(qn("w:ilvl"))) or 0
            levels.update(_levels(override))
            start = override.find(qn("w:startOverride"))
            if start is not None and place in levels:
                old = levels[place]
                begun = _int(start.get(qn("w:val")))
                levels[place] = _Level(
                    old.start if begun is None else begun, old.format, old.text, old.suffix, old.legal, old.restart
                )
                overridden = True
        found.levels[id_] = levels
        # Numberings made from one definition count on together, unless one says where it begins.
        found.counters[id_] = id_ if overridden else f"abstract {name}"
    return found


def _levels(parent: Element) -> Iterator[tuple[int, _Level]]:
    for each in parent.iter(qn("w:lvl")):
        values = {
            name: child.get(qn("w:val"), "")
            for name in ("start", "numFmt", "lvlText", "suff", "lvlRestart")
            if (child := each.find(qn(f"w:{name}"))) is not None
        }
        yield (
            _int(each.get(qn("w:ilvl"))) or 0,
            _Level(
                start=1 if (start := _int(values.get("start"))) is None else start,
                format=values.get("numFmt", "decimal"),
                text=values.get("lvlText", ""),
                suffix=values.get("suff", "tab"),
                legal=each.find(qn("w:isLgl")) is not None,
                restart=_int(values.get("lvlRestart")),
            ),
        )


def _num_properties(properties: Element | None) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    number, place = properties.find(qn("w:numId")), properties.find(qn("w:ilvl"))
    return (
        None if number is None else number.get(qn("w:val")),
        None if place is None else _int(place.get(qn("w:val"))),
    )


def _int(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 7 else None


def _written(number: int, kind: str) -> str:
    """`number` in one of Word's formats; decimal where the format is not known."""
    written = str(number)
    if kind in _CHINESE and 0 <= number < 100_000:
        written = to_chinese(number)
    elif kind in ("chineseLegalSimplified", "ideographLegalTraditional") and 0 <= number < 10_000:
        written = to_chinese(number).translate(_LEGAL)
    elif kind in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= len(_CIRCLED):
        written = _CIRCLED[number - 1]
    elif kind == "decimalFullWidth":
        written = written.translate(_FULL_WIDTH)
    elif kind in _TABLES and number > 0:
        table = _TABLES[kind]
        written = table[(number - 1) % len(table)] * ((number - 1) // len(table) + 1)
    elif kind in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        written = _roman(number).upper() if kind == "upperRoman" else _roman(number)
    elif kind == "decimalEnclosedParen":
        written = f"({number})"
    return written


def _roman(number: int) -> str:
    roman = ""
    for value, sign in _ROMAN:
        roman += sign * (number // value)
        number %= value
    return roman
