"""Which parts speak of something: 哪些条提到社会保障卡, 涉及财政部门的措施有哪些. All of them, from the index.

It reads the question and finds the places; how they are shown is `rag.answer.mentioned`'s.
"""

import re
from dataclasses import dataclass
from typing import Final

from corpus.address import ANNEXED, Address, Level
from corpus.collection import Collection
from corpus.index import Probe
from corpus.lexicon import synonyms
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.types import Filter, Query, Resolution

#: 提到 asks for the very words, 涉及 for the matter.
_LITERAL: Final = re.compile(r"提到|提及|讲到|说到|谈到|写到|出现|mention|refer to|speak of|talk about")
_UNITS: Final = "条款|条文|条|项|款|章|节|个?部分|措施|举措|任务|规定|段落|段|处|地方|份?文件"
_SPEAKS: Final = "提到|提及|涉及|讲到|说到|谈到|写到|出现"
_ASKED: Final = (
    re.compile(
        rf"(?:哪些|哪几|多少|几)(?P<unit>{_UNITS})(?:里|中)?面?(?:都|曾|会)?(?:{_SPEAKS})(?:了|过)?"
        r"(?P<what>[^?？,，。!！]{2,20}?)(?:的?(?:内容|问题|事|字样|情况))?[?？呢啊]*$"
    ),
    re.compile(
        rf"(?:{_SPEAKS})(?:了|过)?(?P<what>[^?？,，。!！]{{2,20}}?)的(?P<unit>{_UNITS})"
        r"(?:一共|总共|都)?(?:有|是|包括)?(?:哪些|哪几|多少|几)"
    ),
    re.compile(
        rf"(?:{_SPEAKS})(?:了|过)?(?P<what>[^?？,，。!！]{{2,20}}?)的(?:有|是|包括)(?:哪些|哪几|多少|几)(?P<unit>{_UNITS})"
    ),
    re.compile(
        rf"(?P<what>[^?？,，。!！]{{2,20}}?)在(?:哪些|哪几|多少|几)(?P<unit>{_UNITS})(?:里|中)?面?(?:都|曾|会)?(?:{_SPEAKS})"
    ),
    re.compile(
        r"(?:which|what|how many) (?P<unit>articles?|measures?|sections?|parts?|items?|chapters?|documents?) "
        r"(?:mention|refer to|speak of|involve|concern|talk about)s? (?P<what>[^?]{2,60})"
    ),
)  # fmt: skip
#: Of a word that stands everywhere, so many segments are looked through.
_MOST: Final = 5000
_ENCLOSING: Final = {"条款": Level.ARTICLE, "条文": Level.ARTICLE, "条": Level.ARTICLE, "article": Level.ARTICLE,
                     "章": Level.CHAPTER, "chapter": Level.CHAPTER, "节": Level.SECTION}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What is asked for: the words, the kind of part that is to be listed, and what a part must hold.

    That is one word of each of `groups`: the words themselves and what says the same.
    """

    what: str
    unit: str
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where it stands, in reading order: the part that counts, and the offset of the words.

    `whole` is false where a word stands in so many places that not all were looked through.
    """

    places: tuple[tuple[Document, Part, int], ...]
    whole: bool = True


def read_mentioned(query: Query) -> Mentioned | None:
    """What the question wants listed, if it asks where something is spoken of."""
    for pattern in _ASKED:
        if found := pattern.search(query.folded):
            what, unit = found["what"].strip(" \"'的《》"), found["unit"].removeprefix("个").removeprefix("份")
            if query.language == "en":
                return Mentioned(what, unit.rstrip("s"), _translated(query, what))
            others = () if _LITERAL.search(query.folded) else synonyms().get(what, ())
            return Mentioned(what, unit, ((what, *others),))
    return None


def _translated(query: Query, what: str) -> tuple[tuple[str, ...], ...]:
    """For each term of an English phrase its Chinese words; a name with figures in it (5G) is looked for as it is."""
    named = [term for term in query.terms if term.text in what and not term.text.isdigit()]
    groups = tuple(term.variants for term in named if term.variants)
    return groups if groups and not any(character.isdigit() for character in what) else ((what,),)


class MentionFinder:
    """Finds where something is spoken of, in one corpus."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def find(self, wanted: Mentioned, resolution: Resolution, chosen: Filter) -> Mentions:
        """Every part that speaks of it, inside the part that the question names, if it names one."""
        segments, whole = self._segments(wanted, chosen)
        scope = resolution.parts[0] if resolution.parts else resolution.scope
        found: dict[tuple[str, Address], tuple[Document, Part, int]] = {}
        for document_id, address, start, end in segments:
            if scope and not (scope[0].id == document_id and scope[1].address.contains(address)):
                continue
            document = self._collection.document(document_id)
            at = _first(fold_kept(document.text[start:end]), wanted.groups)
            if at is None:
                continue
            part = _counted(document, address, wanted.unit)
            if part is None:
                continue
            key = (document_id, Address() if wanted.unit in ("文件", "document") else part.address)
            if key not in found or start + at < found[key][2]:
                found[key] = (document, part, start + at)
        ordered = sorted(found.values(), key=lambda each: (each[0].metadata.title, each[0].id, each[2]))
        return Mentions(tuple(ordered), whole)

    def _segments(self, wanted: Mentioned, chosen: Filter) -> tuple[list[tuple[str, Address, int, int]], bool]:
        """Document, address and span of every segment that may hold one of the words."""
        numbers: dict[int, None] = {}
        whole = True
        for word in min(wanted.groups, key=len):
            # 失业保险 stands in 失业保险金, which is another word; every text with it has its pairs of characters.
            pairs = self._collection.analyzer.pairs(word)
            terms = [] if pairs else self._collection.analyzer.terms(word) or [word]
            counts = [(self._collection.pair_frequency(pair), pair) for pair in pairs]
            counts += [(self._collection.frequency(term), term) for term in terms]
            count, rarest = min(counts)
            whole &= count <= _MOST
            sought = ((rarest, 1.0),)
            probe = Probe(
                terms=() if pairs else sought, pairs=sought if pairs else (), documents=chosen.documents,
                excluded=chosen.excluded,
            )  # fmt: skip
            found = self._collection.search_lexical(probe, min(count, _MOST)) if count else []
            numbers.update(dict.fromkeys(scored.id for scored in found))
        segments = self._collection.holdings.segments(list(numbers))
        return [(s.document_id, s.address, s.start, s.end) for s in segments if s is not None], whole


def fold_kept(text: str) -> str:
    """`text` folded, unless that changes its length: offsets must lead back."""
    folded = fold(text)
    return folded if len(folded) == len(text) else text


def _first(text: str, groups: tuple[tuple[str, ...], ...]) -> int | None:
    """Where the first word stands, if one of each group does."""
    at = [[place for word in words if (place := _stands(word, text)) >= 0] for words in groups]
    return min(place for places in at for place in places) if all(at) else None


def _stands(word: str, text: str) -> int:
    """Where a word stands in a folded text, one in letters or figures by itself (5g, not 15g); -1 where it does not."""
    if not word.isascii():
        return text.find(word)
    found = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text)
    return found.start() if found else -1


def _counted(document: Document, address: Address, unit: str) -> Part | None:
    """The part around `address` that the unit counts: its article, its chapter; else the part itself.

    Where there are articles, 条 counts them alone: None for a preamble, or the heading of a chapter.
    """
    wanted = _ENCLOSING.get(unit)
    inside = any(step.level in (wanted, *ANNEXED) for step in address.steps)
    if wanted is Level.ARTICLE and not inside and _has_articles(document):
        return None
    steps = [place for place, step in enumerate(address.steps, 1) if step.level is wanted]
    part = document.part(Address(address.steps[: steps[-1]])) if steps else document.part(address)
    return part or document.parts[0]


def _has_articles(document: Document) -> bool:
    """Whether a document is divided into articles outside its annexes."""
    places = (part.address for part in document.parts if part.address.steps)
    return any(place.level is Level.ARTICLE and place.steps[0].level not in ANNEXED for place in places)
