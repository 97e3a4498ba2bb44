"""Documents named in a question: by title, with or without 中华人民共和国, by what they bring into force, by 文号.

It reads names only; where in the document to look is `rag.resolve`'s. A name of two or three characters (宪法, 民法典)
counts in 《》 or before a number (宪法第六条), where it is no ordinary word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Document
from corpus.normalize import fold

_COUNTRY: Final = fold("中华人民共和国")
#: What a notice brings into force or forwards: 关于印发《…》的通知, 关于印发…的通知.
_BROUGHT: Final = re.compile(
    r"(?:印发|转发|发布|公布|批转)(?:的)?[《<]?(?P<name>[^《》<>]{4,60}?)[》>]?的?(?:通知|决定|公告|令)"
)
_VERSION: Final = re.compile(r"[(（](?:19|20)\d\d[^()（）]*[)）]$")
#: Shorter names are ordinary words unless they are marked as names.
_PLAIN: Final = 4
_SHORTEST: Final = 2
_NUMBER_BEHIND: Final = re.compile(r"[》>]?(?:的)?第[\d〇零一二三四五六七八九十百千]")
_MARKS_BEFORE, _MARKS_BEHIND = '《〈<"“「(（', '》〉>"”」)）'


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """The ids of the documents that a question names, and the [start, end) of the names, their marks included."""

    ids: frozenset[str] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()


class Names:
    """The names of documents, ready to be looked up in a question."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self._ids: dict[str, set[str]] = {}
        for document in documents:
            for name in set(_names(document)):
                self._ids.setdefault(name, set()).add(document.id)
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
                if held is None or any(a < end and start < b for a, b in taken) or not _is_name(dense, start, end):
                    continue
                taken.append((start, end))
                ids |= held
        spans = tuple(sorted((places[a], places[b - 1] + 1) for a, b in (_with_marks(dense, *span) for span in taken)))
        return NamedDocuments(frozenset(ids), spans)


def _names(document: Document) -> Iterator[str]:
    metadata = document.metadata
    title = _dense(metadata.title)
    said = [title, _VERSION.sub("", title)]
    if metadata.reference:
        said.append(_dense(metadata.reference))
    if brought := _BROUGHT.search(title):
        said.append(brought["name"])
    for name in said:
        for each in (name, name.removeprefix(_COUNTRY)):
            if len(each) >= _SHORTEST:
                yield each


def _dense(text: str) -> str:
    return "".join(fold(text).split())


def _is_name(dense: str, start: int, end: int) -> bool:
    """Whether the words at [start, end) are used as a name."""
    if end - start >= _PLAIN:
        return True
    quoted = (
        start > 0 and dense[start - 1] in _MARKS_BEFORE and dense[end : end + 1] != "" and dense[end] in _MARKS_BEHIND
    )
    return quoted or _NUMBER_BEHIND.match(dense, end) is not None


def _with_marks(dense: str, start: int, end: int) -> tuple[int, int]:
    if start > 0 and end < len(dense) and dense[start - 1] in _MARKS_BEFORE and dense[end] in _MARKS_BEHIND:
        return start - 1, end + 1
    return start, end


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with blanks in place of `spans`."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)
