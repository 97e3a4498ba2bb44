"""What a statement says of its own source (根据《…》第三条，…), and whether that is where its words stand."""

import re
from dataclasses import dataclass
from typing import Final

from corpus.model import Document, Part
from corpus.normalize import fold
from rag.verify.canonical import canonical

_KINDS: Final = "办法|条例|规定|意见|通知|文件|方案|法|决定|细则|解释|报告|规划|规则|文|资料|材料"
_STATE: Final = "中华人民共和国"
_ORDINAL: Final = r"第[〇零一二两三四五六七八九十百千\d]{1,9}(?:编|章|节|条|款|项|部分)(?:之[一二三四五六七八九十])?"
_SOURCE: Final = re.compile(
    rf"^(?:根据|按照|依据|依照|按|在)?(?P<title>《[^》]{{1,80}}》)?(?:(?:该|本|上述|这份|此)?(?:{_KINDS}))?"
    rf"(?P<reference>[(（][^()（）]{{4,40}}[)）])?(?P<places>(?:的?{_ORDINAL}){{0,4}})的?"
    r"(?:明确|已|还|也)?(?:规定|要求|提出|指出|明确|强调|显示|写明)?了?(?:[,:]|(?<=[条款项])\s+)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a sentence names as its source: a title, a document's number, places; and the sentence without it."""

    title: str
    reference: str
    places: tuple[str, ...]
    rest: str


def source_of(unit: str) -> Source | None:
    """The source that a folded sentence begins with; None where it names none."""
    found = _SOURCE.match(unit)
    if found is None or not found[0].strip(" ,:"):
        return None
    places = tuple(re.findall(_ORDINAL, found["places"]))
    rest = unit[found.end() :].strip(" \"'")
    return Source((found["title"] or "").strip("《》"), (found["reference"] or "").strip("()（）"), places, rest)


def is_true(source: Source, document: Document, part: Part) -> bool:
    """Whether the words that stand in `part` of `document` stand where the sentence says."""
    if source.title and not _names(source.title, fold(document.metadata.title)):
        return False
    if source.reference and canonical(source.reference) != canonical(document.metadata.reference or ""):
        return False
    label = canonical(part.address.label())
    return all(canonical(place) in label for place in source.places)


def _names(said: str, title: str) -> bool:
    """Whether a name is a document's: its title, with or without 中华人民共和国, or that of what it issues."""
    before, found, after = title.partition(said.removeprefix(_STATE))
    # The regulations under a law begin with the law's name.
    whole = not before or before == _STATE or "关于" in before
    return bool(found) and whole and (not after or after.startswith(("》", "的", "(", "（")))
