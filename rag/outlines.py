"""The outlines of a corpus as questions need them: where a heading stands, and which documents may have a number.

A question is held against the headings and numbers of all documents, and reads only those few that may be meant.
What a reference means inside a document is `rag.resolve`'s to say.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from corpus.address import Address, Level
from corpus.catalog import holds_from
from corpus.collection import Collection
from corpus.model import Document, Metadata, Part
from corpus.normalize import closed, fold
from rag.types import Filter, Query

#: A heading of fewer characters is too likely to be met by chance.
_NAME_LENGTH: Final = 3
_SHORT: Final = frozenset({"总则", "分则", "附则"})
#: So many documents are looked into for a number that many of them have.
_LOOKED_INTO: Final = 40

Place = tuple[Document, Part]


class Outlines:
    """The outlines of one corpus. `by_words` gives the ids of the documents that fit a question's words, best first."""

    def __init__(self, collection: Collection, by_words: Callable[[Query], Sequence[str]]) -> None:
        self._collection, self._by_words = collection, by_words
        headings = collection.holdings.headings
        self._rank = {name: rank for rank, name in enumerate(headings) if len(name) >= _NAME_LENGTH or name in _SHORT}
        self._lengths = sorted({len(name) for name in self._rank}, reverse=True)

    def bearing(self, query: Query) -> list[Place]:
        """The parts whose heading the question holds: the longest such heading, in reading order."""
        # An English question names a part by a phrase that the lexicon translates to its heading.
        english = query.language == "en"
        translated = {word for term in query.terms for word in term.variants} if english else set()
        for length in self._lengths:
            starts = range(len(query.folded) - length + 1)
            names = {query.folded[start : start + length] for start in starts}
            names |= {word for word in translated if len(word) == length}
            for name in sorted(names & self._rank.keys(), key=self._rank.__getitem__):
                if places := self._places(name, query.filter):
                    return places
        return []

    def named(self, name: str, chosen: Filter) -> bool:
        """Whether a part has that folded heading."""
        held = self._collection.holdings.headings.get(name, ())
        return any(chosen.allows(id_) for id_, _ in held)

    def mentioned(self, folded: str, chosen: Filter) -> bool:
        """Whether a question holds the heading of a part."""
        return any(
            self.named(folded[start : start + length], chosen)
            for length in self._lengths
            for start in range(len(folded) - length + 1)
        )

    def _places(self, name: str, chosen: Filter) -> list[Place]:
        held = [place for place in self._collection.holdings.headings[name] if chosen.allows(place[0])]
        documents = {
            id_: self._collection.document(id_) for id_ in dict.fromkeys(id_ for id_, _ in held[:_LOOKED_INTO])
        }
        found = ((documents[id_], documents[id_].part(address)) for id_, address in held[:_LOOKED_INTO])
        return [(document, part) for document, part in found if part is not None]

    def place(self, chosen: Filter, within: tuple[str, Address] | None) -> Place | None:
        """The part where a follow-up has to look, if it may be looked in."""
        if within is None or within[0] not in self.allowed(chosen):
            return None
        document = self._collection.document(within[0])
        part = document.part(within[1])
        return (document, part) if part is not None else None

    def only(self, chosen: Filter) -> Document | None:
        """The document, where there is just one that may be looked in."""
        ids = self.allowed(chosen)
        return self._collection.document(next(iter(ids))) if len(ids) == 1 else None

    def work(self, chosen: Filter) -> tuple[Document, ...]:
        """The document, or all volumes of the code in the order of their articles, where it is just one work."""
        ids = self.allowed(chosen)
        if len(ids) > _LOOKED_INTO:
            return ()
        documents = [self._collection.document(id_) for id_ in ids]
        return (
            tuple(sorted(documents, key=first_article))
            if len(ids) == 1 or is_code(d.metadata for d in documents)
            else ()
        )

    def allowed(self, chosen: Filter) -> set[str]:
        """The ids of the documents that may be looked in."""
        ids = chosen.documents if chosen.documents is not None else self._collection.catalog.at(chosen.as_of)
        return {id_ for id_ in ids if chosen.allows(id_)}

    def holding(self, query: Query) -> tuple[list[Document], int]:
        """The documents that may have what the question names by number, likeliest first, and how many there are.

        Likeliest are those that the question's other words fit, then the newest.
        """
        ids = self.allowed(query.filter)
        numbers = _numbers(query)
        if numbers and len(ids) > 1:
            ids &= self._collection.holdings.numbered(numbers)
        order = self._in_order(query, ids)
        return [self._collection.document(id_) for id_ in order[:_LOOKED_INTO]], len(ids)

    def _in_order(self, query: Query, ids: set[str]) -> list[str]:
        if len(ids) < 2:
            return list(ids)
        fitting = [id_ for id_ in self._by_words(query) if id_ in ids] if query.terms else []
        catalog = self._collection.catalog
        rest = sorted(ids - set(fitting), key=lambda id_: (catalog.title(id_), id_))
        rest.sort(key=lambda id_: holds_from(catalog.metadata(id_)), reverse=True)
        return [*dict.fromkeys(fitting), *rest]


def is_code(known: Iterable[Metadata]) -> bool:
    """Whether the documents of which this is known are volumes of one code."""
    titles = {(each.title, bool(each.volume)) for each in known}
    return len(titles) == 1 and all(volume for _, volume in titles)


def first_article(document: Document) -> int:
    """The lowest number of an article in a document."""
    return min((part.number for part in document.parts if part.address.level is Level.ARTICLE), default=0)


def _numbers(query: Query) -> list[int]:
    """The numbers that a document must have for all that the question names to be in it."""
    named: Iterable[int] = (
        reference.number for reference in query.references if not (reference.step or reference.last or reference.beside)
    )
    steps = query.path.steps if query.path is not None else ()
    return [number for number in (*named, *(step.number for step in steps)) if number > 0]


def names_part(folded: str, document: Document) -> bool:
    """Whether a question holds the heading of a part of `document`."""
    return any(
        part.number and len(part.heading) >= _NAME_LENGTH and closed(fold(part.heading)) in folded
        for part in document.parts
    )
