"""Parts named by number in a question: 第七部分, 第7项, 主要任务七, 二、(二)七, 第三条至第五条, "section 7", 第柒項.

It reads the words only; whether a document has such a part is `rag.resolve`'s to say. Works on folded text.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from corpus.address import Address
from corpus.numerals import ENGLISH_ORDINALS, ENGLISH_TENS, NUMERAL_CHARACTERS, english_to_int, to_chinese, to_int
from rag.types import Reference

_N: Final = f"[{NUMERAL_CHARACTERS}①-⑳]{{1,8}}"
_UNITS: Final = (
    "大?部分|大?部份|部|个?方面|条|款|项|目|章|节|分编|编|篇|大?点|段|大?板?块|"
    "(?:[条项个大]|方面的)?(?:保障|工作|重点|主要)?(?:任务|举措|措施|要点|内容|突出|亮点|特色|保障|领域)|个|小点"
)
# 第十一届五次全会, 第二十次会议: counted, but no part of a document. A unit must follow the number.
_ORDINAL: Final = re.compile(
    rf"第\s*[(（]?\s*(?P<n>{_N})\s*[)）]?\s*(?P<unit>{_UNITS})(?:(?<=条)之(?P<sub>[一二三四五六七八九十]{{1,2}}))?"
)
# 附件2, 专栏三, 表1: the unit stands before its number.
_HANGING: Final = re.compile(rf"(?P<unit>附件|附表|附录|专栏|(?<![代发列图外])表)\s*(?P<n>{_N})(?![\d.%％年月日])")
_FROM_END: Final = re.compile(rf"倒数第(?P<n>{_N})\s*(?P<unit>{_UNITS})")
_LAST: Final = re.compile(r"(?:最后|末尾?|倒数第一)的?一?(?P<unit>个?部分|条|款|项|章|节|点|段|个)")
_SPELLED: Final = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
# 主要任务七, 保障措施第3, 举措五: a name of parts with a bare number behind it.
_BARE: Final = re.compile(
    rf"(?P<unit>任务|措施|举措|部分|要点|亮点|特色|突出)(?:之|的)?(?:第?(?P<n>[{_SPELLED}]{{1,3}}|\d{{1,2}}))(?![{_SPELLED}\d年月日个条项点种类大方级共起定样些直般致律])"
)
# 七是, 六是: the mark itself, said aloud.
_POINT: Final = re.compile(rf"(?:^|[，,、“\"的中里])(?P<n>[{_SPELLED}]{{1,3}})是(?=[什讲说关写啥指怎哪?？]|$)")
_PATH: Final = re.compile(
    rf"(?P<one>[{_SPELLED}]{{1,3}})[、.\s]*[(（](?P<two>[{_SPELLED}]{{1,3}}|\d{{1,2}})[)）][、.\s]*"
    rf"(?:第?(?P<three>[{_SPELLED}\d]{{1,3}})(?:[是条项点]|(?![{_SPELLED}\d])))?"
)
_PATH_SHORT: Final = re.compile(
    rf"(?<![、{_SPELLED}])(?P<one>[{_SPELLED}]{{1,3}})、\s*(?P<two>[{_SPELLED}]{{1,3}})(?:是|(?=$|[\s,，。?？的讲说]))"
)
# 第(四)项 is a number with its unit.
_LEVEL2: Final = re.compile(
    rf"(?<!第)[(（](?P<two>[{_SPELLED}]{{1,3}})[)）](?:[、.\s]*第?(?P<three>[{_SPELLED}\d]{{1,3}})[是条项点]?)?"
)
_ENGLISH_UNITS: Final = (
    "section|part|chapter|article|item|point|measure|task|clause|paragraph|division|annex|appendix|schedule|table|box"
)
_ENGLISH: Final = re.compile(rf"\b(?P<unit>{_ENGLISH_UNITS})s?\s*(?:no\.?|number|#)?\s*(?P<n>\d{{1,4}}|[a-z]+)\b")
_ORDINALS: Final = rf"\d{{1,4}}(?:st|nd|rd|th)|(?:(?:{'|'.join(ENGLISH_TENS)})-)?(?:{'|'.join(ENGLISH_ORDINALS)})"
#: the third safeguard measure: what stands between may name the part that it is counted in.
_ENGLISH_COUNTED: Final = rf"\"?\s+(?P<which>\w+\s+)?(?P<unit>{_ENGLISH_UNITS}|safeguard|highlight)\b"
_ENGLISH_ORDINAL: Final = re.compile(rf"\b(?P<n>{_ORDINALS}){_ENGLISH_COUNTED}")
#: the second-to-last measure, the last article but one, the penultimate article.
_ENGLISH_FROM_END: Final = re.compile(
    rf"\b(?:(?P<n>second|third|fourth|fifth)[- ](?:to[- ](?:the[- ])?|from[- ])?last|penultimate|last but one){_ENGLISH_COUNTED}"
)
#: Part II (1), II (3) 5, 2(2)2: a path in figures.
_FIGURES: Final = re.compile(
    r"(?<![\w.第(（])(?:(?:part|section|chapter)\s+)?(?P<one>[ivx]{1,4}|\d{1,2})\s*[(（]\s*(?P<two>[ivx]{1,4}|\d{1,2})\s*[)）]"
    r"(?:\s*(?P<three>\d{1,2})(?![\d.%年月日号]))?(?!\s*[款项条号])"
)


#: 第三、四条, items 3 and 4: two numbers with one unit.
_PAIR: Final = re.compile(rf"第(?P<n>{_N})[、和与及](?:第)?(?P<m>{_N})(?P<unit>{_UNITS})")
_ENGLISH_PAIR: Final = re.compile(
    rf"\b(?P<unit>{_ENGLISH_UNITS})s\s+(?P<n>\d{{1,4}}|[a-z]+)\s*(?:,|and|&)\s*(?P<m>\d{{1,4}}|[a-z]+)\b"
)
#: 第三条至第五条, 第3-5条, articles 3 to 5.
_RANGE: Final = re.compile(rf"第(?P<n>{_N})(?:{_UNITS})?(?:至|到|-+|~)第?(?P<m>{_N})(?P<unit>{_UNITS})")
_ENGLISH_RANGE: Final = re.compile(
    rf"\b(?P<unit>{_ENGLISH_UNITS})s?\s+(?P<n>\d{{1,4}}|[a-z]+)\s*(?:-+|to|through)\s*(?P<m>\d{{1,4}}|[a-z]+)\b"
)
_FEW_UNITS: Final = "个?部分|个?方面|条|款|项|目|章|节|编|个?点|段|个?附件|个?专栏|个?任务|个?措施"
#: 前三条, 头两项, 最后两条, 倒数三条, the first three articles.
_FEW: Final = re.compile(
    rf"(?P<way>前|头|首|最后的?|末尾?|倒数|后)(?P<n>[{NUMERAL_CHARACTERS}]{{1,3}})(?P<unit>{_FEW_UNITS})"
)
_ENGLISH_FEW: Final = re.compile(rf"\b(?P<way>first|last)\s+(?P<n>\d{{1,2}}|[a-z]+)\s+(?P<unit>{_ENGLISH_UNITS})s\b")
_ENGLISH_LAST: Final = re.compile(rf"\b(?:last|final)\s+(?P<unit>{_ENGLISH_UNITS})\b")
#: What stands between two references of which neither lies in the other.
_BESIDE: Final = re.compile(r"\s*(?:[和与及跟、,，]|以及|还有|and|&)\s*(?:the\s*)?第?")
#: 第五条的下一条, 第五条后面那条: a neighbour of the reference right before it.
_STEP: Final = re.compile(
    r"\s*[的之]?(?P<way>[上前下后])(?:面)?的?(?:那|这)?一?(?P<unit>个?部分|条|款|项|目|章|节|编|个?点)"
)
_ENGLISH_STEP: Final = re.compile(
    rf"\b(?P<unit>{_ENGLISH_UNITS}) (?:right |just |immediately )?(?P<way>after|following|before|preceding) (?:the )?$"
)


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
    ) -> None:
        """Add a reference unless it reads no number or its words have been read already."""
        if number and not any(start < span[1] and span[0] < end for start, end in self.taken):
            self.taken.append(span)
            self.found.append((*span, Reference(unit, number, text, sub=sub, last=last)))

    def several(self) -> None:
        """Ranges, pairs and the first or last few: they are read before what stands in them."""
        for pattern, number_of in ((_RANGE, to_int), (_ENGLISH_RANGE, english_to_int)):
            for each in pattern.finditer(self.folded):
                first, last = number_of(each["n"]), number_of(each["m"])
                if first and last and first < last:
                    self.keep(each.span(), each["unit"], first, each[0], last=last)
        for pattern, number_of in ((_FEW, to_int), (_ENGLISH_FEW, english_to_int)):
            for each in pattern.finditer(self.folded):
                count = number_of(each["n"]) or 0
                # 前一条 is the one before, 最后一条 one part and no range.
                if count > 1:
                    first, last = (1, count) if each["way"] in ("前", "头", "首", "first") else (-count, -1)
                    self.keep(each.span(), each["unit"], first, each[0], last=last)
        for pattern, number_of in ((_PAIR, to_int), (_ENGLISH_PAIR, english_to_int)):
            for each in pattern.finditer(self.folded):
                if number_of(each["n"]) and number_of(each["m"]):
                    self.keep((each.start(), each.end("n")), each["unit"], number_of(each["n"]), each[0])
                    self.keep((each.start("m"), each.end()), each["unit"], number_of(each["m"]), each[0])

    def single(self) -> None:
        """One part each."""
        for each in _FROM_END.finditer(self.folded):
            self.keep(each.span(), each["unit"], -(to_int(each["n"]) or 0), each[0])
        for each in _ENGLISH_FROM_END.finditer(self.folded):
            self.keep(_counting(each), each["unit"], -(english_to_int(each["n"] or "second") or 0), each[0])
        for pattern in (_ORDINAL, _HANGING, _BARE, _POINT):
            for each in pattern.finditer(self.folded):
                said = each.groupdict()
                sub = to_int(said.get("sub") or "") or 0
                self.keep(each.span(), said.get("unit", "是"), to_int(each["n"]), each[0], sub=sub)
        for pattern in (_LAST, _ENGLISH_LAST):
            for each in pattern.finditer(self.folded):
                self.keep(each.span(), each["unit"], -1, each[0])
        for each in _ENGLISH.finditer(self.folded):
            self.keep(each.span(), each["unit"], english_to_int(each["n"]), each[0])
        for each in _ENGLISH_ORDINAL.finditer(self.folded):
            self.keep(_counting(each), each["unit"], english_to_int(each["n"]), each[0])

    def in_order(self) -> list[Reference]:
        """The references as they follow each other, those beside and next to another marked."""
        self.found.sort(key=lambda item: item[0])
        ordered: list[Reference] = []
        for place, (start, end, reference) in enumerate(self.found):
            before = self.found[place - 1][1] if place else 0
            between = _BESIDE.fullmatch(self.folded[before:start]) if place else None
            # 第二部分，第三项: with a comma between, another unit is one inside.
            inside = place > 0 and self.found[place - 1][2].unit != reference.unit and between and "," in between[0]
            beside = between is not None and not inside
            ordered.append(replace(reference, beside=beside))
            if step := _STEP.match(self.folded, end):
                self.taken.append(step.span())
                ordered.append(_step(step, reference))
            elif (lead := _before(self.folded, start)) is not None:
                self.taken.append((lead.start(), start))
                ordered.append(_step(lead, reference))
        return ordered


def _counting(found: re.Match[str]) -> tuple[int, int]:
    """The words that count, and not those that name what is counted in: third | safeguard measure."""
    return found.span() if not found["which"] else (found.start(), found.start("which"))


def _before(folded: str, start: int) -> re.Match[str] | None:
    """What leads from a reference to its neighbour and is said before it: the article after | article 5."""
    return _ENGLISH_STEP.search(folded[:start])


def _step(found: re.Match[str], beside: Reference) -> Reference:
    forward = found["way"] in ("下", "后", "after", "following")
    return Reference(found["unit"] or beside.unit, 1, found[0], step=1 if forward else -1)


def read_references(folded: str) -> Named:
    """Every part that `folded` names by number, in order."""
    path, spans = _read_path(folded)
    reading = _Reading(folded, list(spans))
    reading.several()
    reading.single()
    references = reading.in_order()
    return Named(tuple(references), path, tuple(sorted(reading.taken)))


def _read_path(folded: str) -> tuple[Address | None, list[tuple[int, int]]]:
    """A spelled-out address: our own notation (二/(二)/七是), or 二、(二)七, (三)5, 三、二是."""
    for word in re.finditer(r"[^\s，,。?？的]+/[^\s，,。?？的]+", folded):
        # What follows the address without a space (二/(二)/七是说什么) is left off, a character at a time.
        for end in range(len(word[0]), 2, -1):
            try:
                address = Address.parse(word[0][:end])
            except ValueError:
                continue
            return address, [(word.start(), word.start() + end)]
    for pattern in (_PATH, _PATH_SHORT, _LEVEL2, _FIGURES):
        if found := pattern.search(folded):
            marks = []
            groups = found.groupdict()
            number_of = english_to_int if pattern is _FIGURES else to_int
            for name, shape in (("one", "{}"), ("two", "({})"), ("three", "{}是")):
                number = number_of(groups.get(name) or "")
                if number:
                    marks.append(shape.format(to_chinese(number)))
            if pattern is _PATH_SHORT:
                marks[1] = marks[1].strip("()") + "是"
            return Address.parse("/".join(marks)), [found.span()]
    return None, []
