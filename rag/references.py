"""Parts named by number in a question: 第七部分, 第7项, 主要任务七, 二、(二)七, 第三条至第五条, "section 7", 第柒項.

It reads the words only (their forms are `rag.reference_forms`'); whether a document has such a part is `rag.resolve`'s
to say. Works on folded text.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from corpus.address import Address
from corpus.numerals import english_to_int, to_chinese, to_int
from rag import reference_forms as forms
from rag.types import Reference

#: The units that lie right inside each other, for numbers that come without one.
_INNER: Final = {"条": "项", "款": "项", "项": "目", "article": "paragraph", "art": "paragraph", "paragraph": "item"}
_BRACKET: Final = "()"


@dataclass(frozen=True, slots=True)
class Named:
    """What was read: references from outer to inner, a path where one was spelled out, and the words they took."""

    references: tuple[Reference, ...]
    path: Address | None
    spans: tuple[tuple[int, int], ...]


class _Reading:
    """The references that have been read of one question, each with its place; a word is read once."""

    def __init__(self, folded: str, taken: list[tuple[int, int]]) -> None:
        self.folded, self.taken = folded, taken
        self.found: list[tuple[int, int, Reference]] = []

    def keep(
        self, span: tuple[int, int], unit: str, number: int | None, text: str, *, sub: int = 0, last: int = 0
    ) -> bool:
        """Add a reference, unless it reads no number or its words have been read already; whether it was added."""
        if not number or any(start < span[1] and span[0] < end for start, end in self.taken):
            return False
        self.taken.append(span)
        self.found.append((*span, Reference(unit, number, text, sub=sub, last=last)))
        return True

    def several(self) -> None:
        """Ranges, pairs and the first or last few: they are read before what stands in them."""
        for pattern, number_of in ((forms.RANGE, to_int), (forms.ENGLISH_RANGE, english_to_int)):
            for each in pattern.finditer(self.folded):
                first, last = number_of(each["n"]), number_of(each["m"])
                if first and last and first < last:
                    self.keep(each.span(), each["unit"], first, each[0], last=last)
        for pattern, number_of in ((forms.FEW, to_int), (forms.ENGLISH_FEW, english_to_int)):
            for each in pattern.finditer(self.folded):
                count = number_of(each["n"]) or 0
                # 前一条 is the one before, 最后一条 one part and no range.
                if count > 1:
                    first, last = (1, count) if each["way"] in ("前", "头", "首", "first") else (-count, -1)
                    self.keep(each.span(), each["unit"], first, each[0], last=last)
        for pattern, number_of in (
            (forms.PAIR, to_int), (forms.BARE_PAIR, to_int), (forms.ENGLISH_PAIR, english_to_int)
        ):  # fmt: skip
            for each in pattern.finditer(self.folded):
                if number_of(each["n"]) and number_of(each["m"]):
                    unit = each["unit"].removeprefix("两").removeprefix("二")
                    self.keep((each.start(), each.end("n")), unit, number_of(each["n"]), each[0])
                    self.keep((each.start("m"), each.end()), unit, number_of(each["m"]), each[0])

    def single(self) -> None:
        """One part each, in Chinese."""
        for each in forms.FROM_END.finditer(self.folded):
            self.keep(each.span(), each["unit"], -(to_int(each["n"]) or 0), each[0])
        for pattern in (forms.ORDINAL, forms.BARE_ARTICLE, forms.HANGING, forms.BARE, forms.POINT):
            for each in pattern.finditer(self.folded):
                said = each.groupdict()
                sub = to_int(said.get("sub") or "") or 0
                self.keep(each.span(), said.get("unit", "是"), to_int(each["n"]), each[0], sub=sub)
        for each in forms.UNNAMED.finditer(self.folded):
            self.keep(each.span(), "条", int(each["n"] or each["section"]), each[0])
        for each in forms.ANNEX.finditer(self.folded):
            self.keep(each.span(), each["unit"], 1, each[0])
        for each in forms.LAST.finditer(self.folded):
            self.keep(each.span(), each["unit"], -1, each[0])

    def english(self) -> None:
        """One part each, in English."""
        for each in forms.ENGLISH_ORDINAL_PAIR.finditer(self.folded):
            self.keep(each.span("n"), "item", english_to_int(each["n"]), each["n"])
            self.keep(each.span("m"), "item", english_to_int(each["m"]), each["m"])
        for each in forms.ENGLISH_BEFORE_LAST.finditer(self.folded):
            self.keep(each.span("whole"), "item", -2, each[0])
        for pattern, one in ((forms.ENGLISH_FROM_END, "second"), (forms.ENGLISH_LAST, "first")):
            for each in pattern.finditer(self.folded):
                number = one if each["n"] in (None, "last", "final") else each["n"]
                self._counted(each, -(english_to_int(number) or 0))
        for each in forms.ENGLISH.finditer(self.folded):
            self.keep(each.span(), each["unit"], english_to_int(each["n"]), each[0], sub=int(each["sub"] or 0))
        for each in forms.ENGLISH_ORDINAL.finditer(self.folded):
            self._counted(each, english_to_int(each["n"]))
        for each in forms.ENGLISH_AMONG.finditer(self.folded):
            last = each["n"] in ("last", "final")
            self.keep(each.span("n"), "item", -1 if last else english_to_int(each["n"]), each["n"])
        for each in forms.ENGLISH_BRACKET.finditer(self.folded):
            unit = (
                each["unit"] if each["unit"] in ("section", "subsection", "sub-section", "part", "chapter") else "item"
            )
            self.keep(each.span("whole"), unit, english_to_int(each["n"]), each[0])
        for each in forms.ENGLISH_NUMBER.finditer(self.folded):
            self.keep(each.span(), "item", english_to_int(each["n"]), each[0])

    def _counted(self, found: re.Match[str], number: int | None) -> None:
        """A number with the unit that it counts: third measure. What names the row it counts in is left to be read."""
        left = next((found.start(name) for name in ("which", "telling") if found[name]), found.end())
        self.keep((found.start(), left), found["unit"] or "item", number, found[0])

    def behind(self) -> None:
        """What is said right behind a reference: its paragraphs and items in short, and more of its own kind."""
        queue = list(self.found)
        while queue:
            _, end, reference = queue.pop(0)
            count = len(self.found)
            self._inside(end, reference)
            if len(self.found) > count:
                queue.append(self.found[-1])

    def _inside(self, end: int, reference: Reference) -> None:
        english = reference.unit.isascii()
        inner = _INNER.get(reference.unit, _BRACKET)
        if english:
            if reference.unit in _INNER and (each := forms.ENGLISH_INSIDE.match(self.folded, end)):
                self.keep(each.span(), inner, int(each["n"]), each[0])
            return
        if each := forms.INSIDE_RANGE.match(self.folded, end):
            unit = each["unit_behind"] or each["unit"] or inner
            self.keep(each.span(), unit, to_int(each["n"]), each[0], last=to_int(each["m"]) or 0)
        elif each := forms.INSIDE.match(self.folded, end):
            unit = each["unit"] or each["plain_unit"] or inner
            self.keep(each.span(), unit, to_int(each["n"] or each["plain"]), each[0].lstrip("、,， "))
        elif reference.unit.endswith(("部分", "附件")) and (each := forms.NUMBER_INSIDE.match(self.folded, end)):
            self.keep(each.span(), "", to_int(each["n"]), each[0].strip())
        elif (each := forms.ANOTHER.match(self.folded, end)) and each["unit"] == reference.unit:
            self.keep((each.start("n"), each.end()), reference.unit, to_int(each["n"]), each[0].lstrip("、,，和与及 "))

    def _turn(self) -> None:
        """Put the outer part before the inner one where these are said the other way round: article 5 of chapter 2."""
        for place in range(len(self.found) - 1, 0, -1):
            (start, end, inner), (behind, last, outer) = self.found[place - 1 : place + 1]
            if forms.INSIDE_OF.fullmatch(self.folded[end:behind]) and not (inner.last or outer.last):
                # Each keeps the other's place, so that what follows sees them as said from the outside in.
                self.found[place - 1 : place + 1] = [(start, end, outer), (behind, last, inner)]

    def in_order(self) -> list[Reference]:
        """The references as they follow each other, those beside and next to another marked."""
        self.found.sort(key=lambda item: item[0])
        self._turn()
        ordered: list[Reference] = []
        for place, (start, end, reference) in enumerate(self.found):
            before = self.found[place - 1][1] if place else 0
            between = forms.BESIDE.fullmatch(self.folded[before:start]) if place else None
            # 第二部分，第三项: with a comma between, another unit is one inside.
            inside = place > 0 and self.found[place - 1][2].unit != reference.unit and between and "," in between[0]
            ordered.append(replace(reference, beside=between is not None and not inside))
            if step := forms.STEP.match(self.folded, end):
                self.taken.append(step.span())
                ordered.append(_step(step, reference))
            elif (lead := forms.ENGLISH_STEP.search(self.folded[:start])) is not None:
                self.taken.append((lead.start(), start))
                ordered.append(_step(lead, reference))
        return ordered


def _step(found: re.Match[str], beside: Reference) -> Reference:
    forward = found["way"] in ("下", "后", "after", "following")
    return Reference(found["unit"] or beside.unit, 1, found[0], step=1 if forward else -1)


def read_references(folded: str) -> Named:
    """Every part that `folded` names by number, in order."""
    if row := forms.BRACKETS.search(folded):
        return _row(row)
    path, spans = _read_path(folded)
    reading = _Reading(folded, list(spans))
    reading.several()
    reading.single()
    reading.english()
    reading.behind()
    references = reading.in_order()
    return Named(tuple(references), path, tuple(sorted(reading.taken)))


def _row(found: re.Match[str]) -> Named:
    """（三）至（五） and （三）、（四）, inside the part that stands before them."""
    first, last = to_int(found["n"]) or 0, to_int(found["m"]) or 0
    path = Address.parse(to_chinese(to_int(found["one"]) or 0)) if found["one"] else None
    if found["way"] in "、和与及":
        row = (
            Reference(_BRACKET, first, f"（{found['n']}）"),
            Reference(_BRACKET, last, f"（{found['m']}）", beside=True),
        )
        return Named(row, path, (found.span(),))
    return Named((Reference(_BRACKET, first, found[0], last=last),), path, (found.span(),))


def _read_path(folded: str) -> tuple[Address | None, list[tuple[int, int]]]:
    """A spelled-out address: our own notation (二/(二)/七是), or 二、(二)七, (三)5, 三、二是."""
    for word in re.finditer(r"[^\s，,。?？的]+/[^\s，,。?？的]+", folded):
        # What follows the address without a space (二/(二)/七是说什么) is left off, a character at a time.
        for end in range(len(word[0]), word[0].index("/") + 1, -1):
            try:
                address = Address.parse(word[0][:end])
            except ValueError:
                continue
            return address, [(word.start(), word.start() + end)]
    for pattern in (forms.PATH, forms.PATH_SHORT, forms.LEVEL2, forms.DOTTED, forms.FIGURES, forms.LEVEL1):
        number_of = english_to_int if pattern in (forms.FIGURES, forms.DOTTED) else to_int
        found = pattern.search(folded)
        # Article 24(1) is no path: its bracket counts a paragraph.
        if found and not forms.UNIT_BEFORE.search(folded[: found.start()]):
            marks = []
            groups = found.groupdict()
            for name, shape in (("one", "{}"), ("two", "({})"), ("three", "{}是")):
                number = number_of(groups.get(name) or "")
                if number:
                    marks.append(shape.format(to_chinese(number)))
            if pattern is forms.PATH_SHORT:
                marks[1] = marks[1].strip("()") + "是"
            return Address.parse("/".join(marks)), [found.span()]
    return None, []
