"""Two things asked in one question, read as a question each: A的标准和B的标准分别是多少; …是什么，由谁发布.

A question is parted only where both halves ask. What stands before both (a place, a year, a document) goes with each,
so that neither half asks for less than the whole did. Whether a half is answered is `rag.refusal`'s to say.
"""

import re
from typing import Final

from corpus.analyzer import Analyzer
from corpus.lexicon import places_in
from rag.comparing import parted

_ASKS: Final = (
    r"什么|哪|谁|多少|(?<![这那好])几(?!乎)|多[长久大高远]|何[时地处人]|怎[么样]|如何|吗|是否"
    "|能不能|能否|可不可以|有没有|为何"
)
_ASKING: Final = re.compile(_ASKS)
_BREAK: Final = re.compile(r"[,，;；?？、]+(?:并且|而且|以及|另外|同时|还有|又|和|那么?)?|(?:并且|而且|以及)")
_SUBJECT: Final = re.compile(
    rf"^(?P<subject>[^,，。;；]{{2,40}}?)(?:的)?(?:具体|主要|一共|总共|大约|分别)*(?:是|为|有|叫|由|在|从|要|应当?|需要?|可以|能|能够|将)*(?:{_ASKS})"
)
_DEFINED: Final = re.compile(r"^(?:请问)?(?:什么是|何为|何谓|什么叫)(?P<subject>[^,，。;；]{2,30})$")
#: A clause that begins so has no subject of its own: it asks more of what was named before.
_GOES_ON: Final = re.compile(
    rf"^(?:它|其|该|这)?(?:又|都|还|也)?(?:是|为|由|在|从|自|有|要|应|需|能|可|何|如何|怎|什么时|谁|哪|几|多少|多[长久大高]|补|给|罚|到|向|归|属|共|分|{_ASKS})"
)
_EACH: Final = re.compile(
    r"^(?P<both>.{4,60}?)(?:分别|各|各自|都)(?P<asks>(?:应该|应当|要|需要|可以|能)?(?:是|为|有|由|在|从|指|需|包括|达到|规定|负责)*[^,，?？]{0,4}"
    rf"(?:{_ASKS})[^,，?？]{{0,12}})[?？呢啊]*$"
)
#: 护照的有效期是多久，由谁签发: what is signed is the passport.
_ATTRIBUTE: Final = re.compile(
    r"(?<=..)的(?:[\u4e00-\u9fff]{0,4}(?:标准|有效期|期限|时限|条件|时间|日期|金额|额度|范围|对象|定义|名称|目标|流程|程序|方式|地点|数量|面积|比例))$"
)
_TAIL: Final = re.compile(rf"(?:分别|具体|一共|总共|大约)*(?:是|为|有)?(?:{_ASKS})[^,，?？]{{0,4}}$")
_JOIN: Final = re.compile("和|与|以及|、|及|跟")
#: 成什么“书”、什么“图”: one verb asks for both.
_SAME_VERB: Final = re.compile(r"什么(?![时样])|哪[些个几]|几|多少")
#: Who asks comes to the point: what is asked stands near the end, or the question begins with it.
_AT_END: Final = re.compile(rf"(?:{_ASKS})[^,，]{{0,9}}$|^(?:什么是|何为|何谓|什么叫)")
_ENGLISH: Final = re.compile(
    r"(?P<first>(?:what|who|when|where|which|how)\b[a-z0-9 ',\"-]{4,120}?),? and "
    r"(?P<second>(?:what|who|when|where|which|how|by whom)\b[a-z0-9 ',\"-]{4,120})$"
)
_ENGLISH_HEAD: Final = re.compile(
    r"^(?:what|who|when|where|which|how(?: much| many| long)?)(?: (?:is|are|was|were|does|do|did))?(?: the)?"
)
_DATE: Final = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月)?")
_FEWEST: Final = 3


def read_halves(folded: str, analyzer: Analyzer) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Two halves of a folded question, each its name and the question that it is; None where it is one question."""
    text = folded.strip().rstrip("?？。 ")
    if found := _ENGLISH.match(text):
        subject = _ENGLISH_HEAD.sub("", found["first"]).strip()
        second = re.sub(r"\b(?:it|they|them|this|that)\b", subject, found["second"])
        return (found["first"], found["first"]), (found["second"], second)
    return _two_clauses(text) or _two_things(text, analyzer)


def subject_of(half: str) -> str:
    """A half without the words that ask: what it is about."""
    return _TAIL.sub("", half) or half


def _two_clauses(text: str) -> tuple[tuple[str, str], tuple[str, str]] | None:
    for mark in _BREAK.finditer(text):
        first, second = text[: mark.start()].strip(), text[mark.end() :].strip()
        # 提出多少条、分几类 are two questions; 谁、什么时候 hang on one verb only where both do.
        if not (_ASKING.search(first) and _ASKING.search(second)) or _quoted(text, mark.start()):
            continue
        if mark[0] == "、" and _SAME_VERB.match(second):
            continue
        if not (_AT_END.search(first) and _AT_END.search(second)):
            continue
        if len(first) < _FEWEST or len(second) < _FEWEST or _asks_twice(second):
            continue
        if _GOES_ON.match(second):
            subject = _DEFINED.match(first) or _SUBJECT.match(first)
            if subject is None:
                return None
            asked = re.sub(r"^(?:它|其|该|这)的?", "", second)
            return (first, first), (asked, f"{_ATTRIBUTE.sub('', subject['subject'])}{asked}")
        return (first, first), (second, f"{_carried(first, second)}{second}")
    return None


def _asks_twice(second: str) -> bool:
    """Whether what follows asks two things more: three questions in one are left as they are."""
    return any(
        _ASKING.search(second[: mark.start()]) and _ASKING.search(second[mark.end() :])
        for mark in _BREAK.finditer(second)
    )


def _quoted(text: str, at: int) -> bool:
    return text[:at].count("“") > text[:at].count("”") or text[:at].count('"') % 2 == 1


def _two_things(text: str, analyzer: Analyzer) -> tuple[tuple[str, str], tuple[str, str]] | None:
    found = _EACH.match(text)
    if found is None:
        return None
    both = found["both"]
    joins = [word for word in analyzer.words(both, folded=True) if _JOIN.fullmatch(both[word.start : word.end])]
    marks = [(word.start, word.end) for word in joins] or [each.span() for each in re.finditer("和|与|以及|、", both)]
    if len(marks) != 1:
        return None
    start, end = marks[0]
    a, b = both[:start].strip(), both[end:].strip()
    if len(a) < 2 or len(b) < 2:
        return None
    # 城市和农村低保标准: what stands behind the second is said of both.
    second, common = parted(a, b, analyzer)
    a = a + common if common and second + common == b else a
    if "的" in a and "的" not in b:
        # 车船税的纳税地点和纳税时间: both are asked of the tax.
        b = a[: a.index("的") + 1] + b
    return (a, f"{a}{found['asks']}"), (b, f"{_carried(a, b)}{b}{found['asks']}")


def _carried(first: str, second: str) -> str:
    """The place, the year and the document that the first half names and the second does not."""
    carried = ""
    for kind in (re.compile(r"《[^《》]{2,60}》"), _DATE):
        if (found := kind.search(first)) and not kind.search(second):
            carried += found[0] + "的" * (kind is not _DATE)
    named = _place(first)
    return carried + (f"{named}的" if named and not _place(second) else "")


def _place(text: str) -> str:
    """The longest place that a text names."""
    named = (text[start:end] for start, end in places_in(text))
    return max(named, key=len, default="")
