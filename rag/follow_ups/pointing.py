"""What points at something said before: 里面提到了哪些平台, 同一条还规定了什么, 它, 其, 上述措施."""

import re
from typing import Final

from corpus.address import Address, Level
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.follow_ups.base import Asked, place_label, read, told, without_opening
from rag.follow_ups.topics import attribute, formal, latest_topic, own_words
from rag.outlines import names_part
from rag.types import Expects, Reading

_UNITS: Final = "条|项|点|部分|段|方面|章|节|款|目|个部分|个方面"
#: A part of the outline.
_PART: Final = re.compile(
    rf"(?:在)?(?:(?:这|那|该|此|本|上述|前述|刚才那|同|同样)(?:一)?(?:{_UNITS})(?![信新消政线路法目])"
    rf"|同一个?(?:{_UNITS}|部分|地方)|里面|其中|当中|这里|该处|上面|刚才"
    r"|(?:the |that )?same (?:article|section|part|item|paragraph)|(?:this|that) (?:article|section|paragraph))"
    r"(?:里面|里|中|当中|内)?(?:的|,|，)?"
)
#: The thing that was spoken of.
_THING: Final = re.compile(
    r"它们?的?|[他她]们?的?|其(?!他|它|余|实|次|中|间)(?:的)?"
    r"|(?:上述|上面|前述|以上|这些|这个|这种|这类|这件事情?|此事|这事|这次|本次|此次|这项|该项|该(?![条项点款章节])|此类|此)的?"
    r"(?P<noun>措施|办法|规定|做法|要求|条件|情形|情况|行为|任务|工作|政策|人员|资金|项目|制度|补贴|补助|材料|部门"
    r"|单位|机构|待遇|标准|活动|期限|地区|城市|企业|目标|会议)?"
    r"|\b(?:it|its|this|that|these|those|they|them|their)\b"
)
#: What never points at anything in the question itself.
_CERTAIN: Final = ("同一", "同样", "上述", "前述", "刚才", "the same", "same")
#: An English question of more words than this says what it is about.
_ENGLISH_WORDS: Final = 5
_FALSE: Final = re.compile(
    r"其他|其它|其余|其实|其次|尤其|极其|及其|与其|何其|应该|不该|因此|如此|从此|彼此|此外|此前|此后|由此"
)


def pointing(asked: Asked) -> Reading | None:
    """The question asked of what it points at: the part of the last answer, or what was asked of its document."""
    if asked.place is None:
        return None
    document, part = asked.place
    quiet = _quiet(asked)
    if names_part(asked.folded, document):
        return None
    inner, thing = _first(asked, quiet, _PART), _first(asked, quiet, _THING)
    if inner is not None and part.address.level not in (None, Level.BYLINE):
        return _of_part(asked, document, _wide(asked, document, _same(document, part, quiet)))
    return _of_thing(asked, document, part, thing) if thing is not None else None


def points(asked: Asked) -> bool:
    """Whether a question points at something that it does not name itself."""
    quiet = _quiet(asked)
    return _first(asked, quiet, _PART) is not None or _first(asked, quiet, _THING) is not None


def _quiet(asked: Asked) -> str:
    """The question without the words that only look as if they pointed: 其他, 因此."""
    return _FALSE.sub(lambda found: "。" * len(found[0]), asked.folded)


def _first(asked: Asked, quiet: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """What points at something, unless that stands before it in the question itself: 造车这一行."""
    found = pattern.search(quiet)
    if found is None or asked.language == "en":
        return found if len(asked.words(quiet)) <= _ENGLISH_WORDS else None
    before = own_words(asked, quiet[: found.start()])
    return None if before and not found[0].startswith(_CERTAIN) else found


def _same(document: Document, part: Part, quiet: str) -> Part:
    """The part that is meant: of 同一条 and 这一条 the article, where the answer came from an item of it."""
    if not re.search(r"[同这该此本]一?条", quiet):
        return part
    steps = part.address.steps
    for place, step in enumerate(steps, 1):
        if step.level is Level.ARTICLE:
            return document.part(Address(steps[:place])) or part
    return part


def _wide(asked: Asked, document: Document, part: Part) -> Part:
    """The part, or of an item what it lies in, where only that holds what is asked for."""
    around = part
    while not holds(asked, document, around, asked.folded):
        above = document.part(around.address.parent)
        if above is None or above.address.depth < 1 or around.address.level is Level.ARTICLE:
            return part
        around = above
    return around


def _of_part(asked: Asked, document: Document, part: Part) -> Reading:
    label = document.label(part.address)
    rest = asked.plain
    return read(asked, f"{place_label(document, part)}{rest}", told(asked, label, rest), document, part.address)


def _of_thing(asked: Asked, document: Document, part: Part, thing: re.Match[str]) -> Reading | None:
    said = asked.plain
    if formal(asked.folded):
        rest = _without(asked, thing)
        return read(asked, rest, told(asked, document.label(Address()), said), document)
    deep = part.address.level not in (None, Level.BYLINE)
    several = len(asked.corpus.allowed) > 1
    wide = _wide(asked, document, part)
    if deep and (not several or holds(asked, document, wide, _without(asked, thing))):
        part = wide if several else part
        label = place_label(document, part)
        return read(asked, f"{label}{said}", told(asked, document.label(part.address), said), document, part.address)
    topic = latest_topic(asked)
    rest = _put(asked, thing, topic) if asked.language == "zh" else said
    return read(asked, rest, told(asked, document.label(Address()), rest), document) if several or deep else None


def _without(asked: Asked, thing: re.Match[str]) -> str:
    return without_opening(asked.folded[: thing.start()] + asked.folded[thing.end() :])


def _put(asked: Asked, thing: re.Match[str], topic: str) -> str:
    """The topic in the place of what points at it: 其标准 → 临时救助的标准."""
    link = "的" if thing[0].endswith(("的", "其")) and topic else ""
    noun = thing.groupdict().get("noun") or ""
    before = asked.folded[: thing.start()]
    return without_opening(f"{before}{topic}{link}{'' if noun in topic else noun}{asked.folded[thing.end() :]}")


def holds(asked: Asked, document: Document, part: Part, folded: str) -> bool:
    """Whether a part, with all under it, may answer: it holds the question's words, and the kind of words asked for."""
    query = asked.corpus.read(folded)
    text = fold(document.text[part.start : part.end])
    kind = query.expects not in (Expects.TEXT, Expects.LIST, Expects.YES_NO)
    # 责任单位是谁, 期限是多久: what is asked for is told by its kind, and seldom with the same word.
    terms = [term for term in query.terms if not (kind and attribute(term.text))]
    if not all(term.stands_in(text) for term in terms):
        return False
    # When and by whom is told in too many ways (在收取保险费时) for an expression to say that it is not.
    loose = bool(terms) and query.expects in (Expects.DATE, Expects.WHO, Expects.WHERE)
    return loose or asked.corpus.answers(query, document.text[part.start : part.end])
