"""Documents named in a question: by title, with or without 中华人民共和国, by what they bring into force, by 文号.

A name that may be an ordinary word (宪法, 铁路运输) counts in 《》 or before a number (宪法第六条). Shorter forms than
these (消保法, “指导意见”, 稳经济33条) are `rag.short_names`'; where in the document to look is `rag.resolve`'s.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.lexicon import english_titles
from corpus.model import Metadata
from corpus.normalize import fold

_COUNTRY: Final = fold("中华人民共和国")
#: What a notice brings into force or forwards: 关于印发《…》的通知, 关于印发…的通知.
_BROUGHT: Final = re.compile(
    r"(?:印发|转发|发布|公布|批转)(?:的)?[《<]?(?P<name>[^《》<>]{4,60}?)[》>]?的?(?:通知|决定|公告|令)"
)
_VERSION: Final = re.compile(r"[(（](?:19|20)\d\d[^()（）]*[)）]$")
#: 2025年贵州省政府工作报告 is said as 贵州省2025年政府工作报告 as well.
_YEAR_FIRST: Final = re.compile(r"^(?P<year>(?:19|20)\d\d年)(?P<place>.{1,8}?[省市区县州盟旗])(?P<rest>.{4,})$")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?=年)")
#: The kinds of documents, longer names first: a short name ends in one.
LAWS: Final = "法典|宪法|法"
KINDS: Final = (
    "工作报告|实施细则|实施办法|管理办法|暂行办法|管理规定|暂行规定|指导意见|实施意见|若干意见|若干措施|实施方案|工作方案|"
    "行动计划|行动方案|三年行动|发展规划|规划纲要|工作要点|司法解释|条例|办法|规定|细则|规则|章程|决定|决议|公报|公告|通告|意见|"
    "通知|通报|报告|批复|纲要|规划|计划|方案|指南|要点|措施|规范|准则|规程|解释|标准|协定|公约"
)
#: A name that ends in a kind of document and is as long as the first, or any as long as the second, is one wherever it
#: stands; others are ordinary words (铁路运输) unless they are marked as names.
_PLAIN, _LONG = 4, 10
_KIND: Final = re.compile(rf"(?:{KINDS}|{LAWS}|\d号)$")
_SHORTEST: Final = 2
_NUMBER_BEHIND: Final = re.compile(
    r"[》>]?(?:里|中)?面?的?(?:第[\d〇零一二三四五六七八九十百千]|(?:前|后|头|首|最后|倒数第?)[一二两三四五六七八九十\d]+个?[条章节款部]"
    r"|[一总]?共?有?(?:多少|几)[条章节]|哪[些几][条章节款项])"
)
MARKS_BEFORE, MARKS_BEHIND = '《〈<"“「(（', '》〉>"”」)）'


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """The ids of the documents that a question names, and the [start, end) of the names, their marks included.

    `unknown` are names of documents that the corpus does not hold, `near` the ids of those whose titles are like them.
    """

    ids: frozenset[str] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Names:
    """The names of documents, ready to be looked up in a question; made of what is known of them, by id."""

    def __init__(self, held: Mapping[str, Metadata]) -> None:
        self.held = held
        self._ids: dict[str, set[str]] = {}
        for id_, metadata in held.items():
            for name in set(names_of(metadata)):
                self._ids.setdefault(name, set()).add(id_)
        self._lengths = sorted({len(name) for name in self._ids}, reverse=True)

    def named(self, folded: str) -> NamedDocuments:
        """The documents that `folded` names; a longer name is taken before one that lies in it."""
        places = [place for place, character in enumerate(folded) if not character.isspace()]
        dense = "".join(folded[place] for place in places)
        taken: list[tuple[int, int]] = []
        ids: set[str] = set()
        for length in self._lengths:
            for start in range(len(dense) - length + 1):
                end = start + length
                held = self._ids.get(dense[start:end])
                if held is None or any(a < end and start < b for a, b in taken) or not is_name(dense, start, end):
                    continue
                taken.append((start, end))
                ids |= held
        spans = tuple(sorted((places[a], places[b - 1] + 1) for a, b in (_with_marks(dense, *span) for span in taken)))
        return NamedDocuments(frozenset(self.of_year(ids, dense)), spans)

    def of_year(self, ids: Iterable[str], question: str) -> set[str]:
        """Of several documents with one name those of the years that the question says, if there are such."""
        found, years = set(ids), set(_YEAR.findall(question))
        if len(found) < 2 or not years:
            return found
        return {id_ for id_ in found if years & years_of(self.held[id_])} or found


def years_of(metadata: Metadata) -> set[str]:
    """The years that tell a document from others of its name: that of its title, else that of its dates."""
    said = set(_YEAR.findall(fold(metadata.title)))
    dates = (metadata.dated, metadata.published, metadata.effective)
    return said or {date[:4] for date in dates if date}


def names_of(metadata: Metadata) -> Iterator[str]:
    """Every full name of a document, folded and without blanks."""
    title = dense(metadata.title)
    said = [title, _VERSION.sub("", title)]
    if metadata.volume:
        # 民法典物权编, 民法典总则 or 总则编.
        said += [title + metadata.volume, f"{title}{metadata.volume.removesuffix('编')}编"]
    if metadata.reference:
        said.append(dense(metadata.reference))
    if brought := _BROUGHT.search(title):
        said.append(brought["name"])
    said += [name.replace(_COUNTRY, "") for name in said]
    if metadata.issuer and (issuer := dense(metadata.issuer)) in title and not title.startswith(f"{issuer}关于"):
        said.append(title.replace(_COUNTRY, "").replace(issuer, ""))
    if turned := _YEAR_FIRST.match(title):
        said.append(turned["place"] + turned["year"] + turned["rest"])
    for name in said:
        if len(name) >= _SHORTEST:
            yield name
        yield from english_titles().get(name, ())


def dense(text: str) -> str:
    """`text` folded, without blanks."""
    return "".join(fold(text).split())


def is_name(question: str, start: int, end: int) -> bool:
    """Whether the words at [start, end) of a folded question are used as a name."""
    length = end - start
    if length >= _LONG or (length >= _PLAIN and _KIND.search(question, start, end)):
        return True
    before, behind = question[start - 1 : start], question[end : end + 1]
    quoted = before != "" and behind != "" and before in MARKS_BEFORE and behind in MARKS_BEHIND
    return quoted or _NUMBER_BEHIND.match(question, end) is not None


def _with_marks(question: str, start: int, end: int) -> tuple[int, int]:
    if start > 0 and end < len(question) and question[start - 1] in MARKS_BEFORE and question[end] in MARKS_BEHIND:
        return start - 1, end + 1
    return start, end


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with blanks in place of `spans`."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)
