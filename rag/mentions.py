"""Which parts speak of something: 哪些条提到社会保障卡, 涉及财政部门的措施有哪些. All of them, from the index.

It reads the question and finds the places; how they are shown is `rag.answer.mentioned`'s.
"""

import re
from dataclasses import dataclass
from typing import Final

from corpus.address import Address, Level
from corpus.collection import Collection
from corpus.index import Probe
from corpus.lexicon import synonyms
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.types import Filter, Query, Resolution

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
    """What is asked for: the words, other words for them, and the kind of part that is to be listed."""

    what: str
    unit: str
    words: tuple[str, ...]


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
            what, unit = found["what"].strip(" \"'的"), found["unit"].removeprefix("个").removeprefix("份")
            if query.language == "en":
                words = tuple(word for term in query.terms for word in term.variants if term.text in what)
                return Mentioned(what, unit.rstrip("s"), words) if words else None
            return Mentioned(what, unit, (what, *synonyms().get(what, ())))
    return None


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
            at = _first(fold_kept(document.text[start:end]), wanted.words)
            if at is None:
                continue
            part = _counted(document, address, wanted.unit)
            key = (document_id, Address() if wanted.unit in ("文件", "document") else part.address)
            if key not in found or start + at < found[key][2]:
                found[key] = (document, part, start + at)
        ordered = sorted(found.values(), key=lambda each: (each[0].metadata.title, each[0].id, each[2]))
        return Mentions(tuple(ordered), whole)

    def _segments(self, wanted: Mentioned, chosen: Filter) -> tuple[list[tuple[str, Address, int, int]], bool]:
        """Document, address and span of every segment that may hold one of the words."""
        numbers: dict[int, None] = {}
        whole = True
        for word in wanted.words:
            terms = self._collection.analyzer.terms(word) or [word]
            rarest = min(terms, key=self._collection.frequency)
            count = self._collection.frequency(rarest)
            whole &= count <= _MOST
            probe = Probe(terms=((rarest, 1.0),), documents=chosen.documents, excluded=chosen.excluded)
            found = self._collection.search_lexical(probe, min(count, _MOST)) if count else []
            numbers.update(dict.fromkeys(scored.id for scored in found))
        segments = self._collection.holdings.segments(list(numbers))
        return [(s.document_id, s.address, s.start, s.end) for s in segments if s is not None], whole


def fold_kept(text: str) -> str:
    """`text` folded, unless that changes its length: offsets must lead back."""
    folded = fold(text)
    return folded if len(folded) == len(text) else text


def _first(text: str, words: tuple[str, ...]) -> int | None:
    at = [place for word in words if (place := text.find(word)) >= 0]
    return min(at, default=None)


def _counted(document: Document, address: Address, unit: str) -> Part:
    """The part around `address` that the unit counts: its article, its chapter; else the part itself."""
    wanted = _ENCLOSING.get(unit)
    steps = [place for place, step in enumerate(address.steps, 1) if step.level is wanted]
    part = document.part(Address(address.steps[: steps[-1]])) if steps else document.part(address)
    return part or document.parts[0]
