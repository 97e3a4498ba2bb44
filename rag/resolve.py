"""Numbers and names of parts to the parts themselves: which part 第七部分, 主要任务第七条 or 二、(二)七 is.

The outline decides. A unit prefers the level that usually bears it (部分 the outermost, 条 an article, else a point),
and takes another level where the document has none such: the seventh 部分 of a document with three numbered parts is
the seventh of its points. What the part says is not looked at here.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from corpus.address import Address, Level
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.kinds import asks_title
from rag.types import Filter, Query, Reference, Resolution

_OUTER: Final = (Level.DIVISION, Level.LEVEL1, Level.CHAPTER, Level.LEVEL2, Level.POINT, Level.LEVEL3, Level.ARTICLE)
_INNER: Final = (Level.ITEM, Level.POINT, Level.LEVEL3, Level.ARTICLE, Level.LEVEL2, Level.LEVEL4, Level.LEVEL1)
_ARTICLE: Final = (Level.ARTICLE, Level.POINT, Level.LEVEL3, Level.LEVEL2, Level.LEVEL1)
_LEVELS: Final[dict[str, tuple[Level, ...]]] = {
    "部分": _OUTER, "部份": _OUTER, "部": _OUTER, "块": _OUTER, "板块": _OUTER, "part": _OUTER, "division": _OUTER,
    "章": (Level.CHAPTER,), "chapter": (Level.CHAPTER, *_OUTER), "节": (Level.SECTION,), "编": (Level.VOLUME,),
    "section": (Level.SECTION, *_OUTER), "条": _ARTICLE, "article": _ARTICLE, "clause": _ARTICLE,
    "分编": (Level.SUBVOLUME,), "篇": (Level.BOOK,), "附件": (Level.ANNEX,), "附表": (Level.SCHEDULE,),
    "附录": (Level.APPENDIX,), "专栏": (Level.BOX,), "表": (Level.TABLE,),
    "款": (Level.PARAGRAPH, *_ARTICLE), "目": (Level.SUBITEM, *_INNER), "是": (Level.POINT,),
}  # fmt: skip
#: A heading of fewer characters is too likely to be met by chance.
_NAME_LENGTH: Final = 3

Place = tuple[Document, Part]


class Outlines:
    """Documents, and their headings ready to be looked up: a question is not held against every part of a corpus."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self._named: dict[str, list[Place]] = {}
        for document in documents:
            for part in document.parts:
                name = fold(part.heading)
                if part.number and len(name) >= _NAME_LENGTH:
                    self._named.setdefault(name, []).append((document, part))
        self._rank = {name: rank for rank, name in enumerate(self._named)}
        self._lengths = sorted({len(name) for name in self._named}, reverse=True)

    def allowed(self, chosen: Filter) -> Sequence[Document]:
        """The documents that may be looked in."""
        if chosen.documents is None and not chosen.excluded:
            return self.documents
        return [document for document in self.documents if chosen.allows(document.id)]

    def bearing(self, query: Query) -> list[Place]:
        """The parts whose heading the question holds: the longest such heading, in reading order."""
        # An English question names a part by a phrase that the lexicon translates to its heading.
        english = query.language == "en"
        translated = {word for term in query.terms for word in term.variants} if english else set()
        for length in self._lengths:
            starts = range(len(query.folded) - length + 1)
            names = {query.folded[start : start + length] for start in starts}
            names |= {word for word in translated if len(word) == length}
            for name in sorted(names & self._named.keys(), key=self._rank.__getitem__):
                if places := [place for place in self._named[name] if query.filter.allows(place[0].id)]:
                    return places
        return []


def resolve(query: Query, outlines: Outlines, within: tuple[str, Address] | None = None) -> Resolution:
    """The parts that the question names, best first. `within` is where a follow-up has to look first."""
    documents = outlines.allowed(query.filter)
    scopes = outlines.bearing(query)
    if not scopes and (place := _place(documents, within)):
        scopes = [place]
    scope = scopes[0] if scopes else None
    if not query.references and query.path is None:
        if len(documents) == 1 and asks_title(query.folded):
            return Resolution(asked=True, parts=((documents[0], documents[0].parts[0]),))
        return Resolution(asked=False, scope=scope)
    found: list[Place] = []
    inside = {document.id: (document, part) for document, part in reversed(scopes)}
    for document in documents:
        if not scopes or document.id in inside:
            found.extend((document, part) for part in _in_document(query, document, inside.get(document.id)))
    together = len(found) > 1 and any(reference.beside for reference in query.references)
    return Resolution(asked=True, parts=tuple(found), scope=scope, together=together)


def _place(documents: Iterable[Document], within: tuple[str, Address] | None) -> Place | None:
    if within is None:
        return None
    for document in documents:
        if document.id == within[0] and (part := document.part(within[1])):
            return document, part
    return None


def _in_document(query: Query, document: Document, scope: Place | None) -> list[Part]:
    parts: list[Part] = list(document.parts)
    if query.path is not None:
        parts = _on_path(parts, query.path)
    if scope is not None:
        inside = [p for p in parts if p is not scope[1] and scope[1].address.contains(p.address)]
        # A path or number may name the scope itself: （三）保障措施.
        parts = inside if query.references else [*[p for p in parts if p is scope[1]], *inside] or parts
    outer, inner = _split(query.references)
    holder: Part | None = None
    for reference in outer:
        if _is_only_paragraph(reference, holder, parts):
            continue
        parts = _numbered(parts, reference, document, nested=scope is not None or reference is not outer[0])
        holder = parts[0] if parts else None
        parts = [p for p in document.parts if any(a is not p and a.address.contains(p.address) for a in parts[:1])]
    if not inner:
        return parts
    if len(inner) == 1 and holder is not None and _is_only_paragraph(inner[0], holder, parts):
        return [holder]
    nested = scope is not None or bool(outer)
    found = [_numbered(parts, reference, document, nested=nested) for reference in inner]
    if len(inner) == 1:
        return found[0]
    return _siblings(found) if all(found) else []


def _is_only_paragraph(reference: Reference, holder: Part | None, inside: Sequence[Part]) -> bool:
    """Whether 第一款 is asked of an article that has one paragraph: it is the article itself."""
    article = holder is not None and holder.address.level is Level.ARTICLE
    first = (reference.unit, reference.number) == ("款", 1)
    return article and first and not any(part.address.level is Level.PARAGRAPH for part in inside)


def _siblings(found: Sequence[list[Part]]) -> list[Part]:
    """One part of each list, all under one parent if there is such a choice: 第三项和第四项 are two of one list."""
    for first in found[0]:
        beside = [[part for part in each if part.address.parent == first.address.parent][:1] for each in found]
        if all(beside):
            return [part for [part] in beside]
    return [best[0] for best in found]


def _split(references: Sequence[Reference]) -> tuple[Sequence[Reference], Sequence[Reference]]:
    """References that lead inwards (第二部分), and those that stand side by side at the end (第三条和第五条)."""
    first = len(references) - 1
    while first > 0 and references[first].beside:
        first -= 1
    return references[: max(0, first)], references[max(0, first) :]


def _on_path(parts: list[Part], path: Address) -> list[Part]:
    """The parts whose address ends in the last step of `path` and passes through the others, nearest first."""
    exact = [part for part in parts if part.address == path]
    return exact or [part for part in parts if _passes(part.address, path)]


def _passes(address: Address, path: Address) -> bool:
    if not path.steps or not address.steps or address.steps[-1] != path.steps[-1]:
        return False
    steps = iter(address.steps)
    return all(step in steps for step in path.steps)


def _numbered(parts: list[Part], reference: Reference, document: Document, *, nested: bool) -> list[Part]:
    """The parts that carry the reference's number: on the level its unit prefers; if `nested`, the outermost first."""
    unit = reference.unit.removeprefix("大").removeprefix("个")
    levels = _LEVELS.get(unit, _INNER)
    counted = [part for part in parts if part.number and part.address.level in levels]
    if unit in ("条", "article", "clause") and any(p.address.level is Level.ARTICLE for p in document.parts):
        # Where there are articles, 条 never means anything else.
        counted = [part for part in counted if part.address.level is Level.ARTICLE]
    if reference.number < 0:
        return _from_end(counted, levels, -reference.number)
    fitting = [
        part for part in counted if (part.number, part.address.steps[-1].sub) == (reference.number, reference.sub)
    ]
    ranked = [(levels.index(part.address.steps[-1].level), part.address.depth, part.start, part) for part in fitting]
    ranked.sort(key=lambda row: (row[1], row[0], row[2]) if nested else row[:3])
    return [row[3] for row in ranked]


def _from_end(counted: list[Part], levels: tuple[Level, ...], place: int) -> list[Part]:
    """The part that stands `place`-th from the end, on the first level that there is."""
    for level in levels:
        there = [part for part in counted if part.address.level is level]
        if there:
            shallow = min(part.address.depth for part in there)
            return [part for part in there if part.address.depth == shallow][-place:][:1] if place <= len(there) else []
    return []
