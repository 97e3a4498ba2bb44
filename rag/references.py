"""Parts named by number in a question: 第七部分, 第7项, 主要任务七, 二、(二)七, "section 7", 第柒項.

It reads the words only; whether a document has such a part is `rag.resolve`'s to say. Works on folded text.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from corpus.address import Address
from corpus.numerals import ENGLISH_ORDINALS, NUMERAL_CHARACTERS, english_to_int, to_chinese, to_int
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
_ENGLISH: Final = re.compile(
    r"\b(?P<unit>section|part|chapter|article|item|point|measure|task|clause|paragraph|division)s?"
    r"\s*(?:no\.?|number|#)?\s*(?P<n>\d{1,3}|[a-z]+)\b"
)
_ENGLISH_ORDINAL: Final = re.compile(
    rf"\b(?P<n>\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(ENGLISH_ORDINALS)})\s+(?:\w+\s+)?"
    r"(?P<unit>section|part|chapter|article|item|point|measure|task|clause|paragraph|division|safeguard|highlight)\b"
)


#: 第三、四条, items 3 and 4: two numbers with one unit.
_PAIR: Final = re.compile(rf"第(?P<n>{_N})[、和与及](?:第)?(?P<m>{_N})(?P<unit>{_UNITS})")
_ENGLISH_PAIR: Final = re.compile(
    r"\b(?P<unit>section|part|chapter|article|item|point|measure|task|clause|paragraph|division)s"
    r"\s+(?P<n>\d{1,3}|[a-z]+)\s*(?:,|and|&)\s*(?P<m>\d{1,3}|[a-z]+)\b"
)
#: What stands between two references of which neither lies in the other.
_BESIDE: Final = re.compile(r"\s*(?:[和与及跟、,，]|以及|还有|and|&)\s*(?:the\s*)?第?")


@dataclass(frozen=True, slots=True)
class Named:
    """What was read: references from outer to inner, a path where one was spelled out, and the words they took."""

    references: tuple[Reference, ...]
    path: Address | None
    spans: tuple[tuple[int, int], ...]


def read_references(folded: str) -> Named:
    """Every part that `folded` names by number, in order."""
    path, spans = _read_path(folded)
    found: list[tuple[int, int, Reference]] = []
    for pattern, number_of in ((_PAIR, to_int), (_ENGLISH_PAIR, english_to_int)):
        for each in pattern.finditer(folded):
            if number_of(each["n"]) and number_of(each["m"]):
                _keep(found, spans, (each.start(), each.end("n")), each["unit"], number_of(each["n"]), each[0])
                _keep(found, spans, (each.start("m"), each.end()), each["unit"], number_of(each["m"]), each[0])
    for each in _FROM_END.finditer(folded):
        _keep(found, spans, each.span(), each["unit"], -(to_int(each["n"]) or 0), each[0])
    for pattern in (_ORDINAL, _HANGING, _BARE, _POINT):
        for each in pattern.finditer(folded):
            number = to_int(each["n"])
            said = each.groupdict()
            _keep(
                found, spans, each.span(), said.get("unit", "是"), number, each[0], to_int(said.get("sub") or "") or 0
            )
    for each in _LAST.finditer(folded):
        _keep(found, spans, each.span(), each["unit"], -1, each[0])
    for pattern in (_ENGLISH, _ENGLISH_ORDINAL):
        for each in pattern.finditer(folded):
            _keep(found, spans, each.span(), each["unit"], english_to_int(each["n"]), each[0])
    found.sort(key=lambda item: item[0])
    taken = [*spans, *((start, end) for start, end, _ in found)]
    references = [
        replace(reference, beside=number > 0 and _BESIDE.fullmatch(folded[found[number - 1][1] : start]) is not None)
        for number, (start, _, reference) in enumerate(found)
    ]
    return Named(tuple(references), path, tuple(sorted(taken)))


def _keep(
    found: list[tuple[int, int, Reference]], spans: list[tuple[int, int]], span: tuple[int, int],
    unit: str, number: int | None, text: str, sub: int = 0,
) -> None:  # fmt: skip
    """Add a reference unless it reads no number or its words have been read already."""
    taken = [*spans, *((start, end) for start, end, _ in found)]
    if number and not any(start < span[1] and span[0] < end for start, end in taken):
        found.append((*span, Reference(unit, number, text, sub=sub)))


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
    for pattern in (_PATH, _PATH_SHORT, _LEVEL2):
        if found := pattern.search(folded):
            marks = []
            groups = found.groupdict()
            for name, shape in (("one", "{}"), ("two", "({})"), ("three", "{}是")):
                number = to_int(groups.get(name) or "")
                if number:
                    marks.append(shape.format(to_chinese(number)))
            if pattern is _PATH_SHORT:
                marks[1] = marks[1].strip("()") + "是"
            return Address.parse("/".join(marks)), [found.span()]
    return None, []
