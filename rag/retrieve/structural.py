"""Parts by their number or name, as the outline has them. No text is searched."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.address import Address
from corpus.collection import Collection
from corpus.index import Probe
from corpus.model import Document, Metadata
from rag.naming import NamedDocuments, Names, as_named, in_year
from rag.outlines import Outlines
from rag.resolve import resolve
from rag.retrieve.base import Retriever
from rag.short_names import ShortNames
from rag.types import Filter, Hit, Query, Reference, Resolution, Term

#: So many parts by words tell which documents a number is likeliest asked of.
_FITTING = 100


class StructuralRetriever:
    """`Retriever` by address; `resolve` tells more than a list of hits can. `words` finds parts by the words."""

    def __init__(self, collection: Collection, words: Retriever) -> None:
        self._collection, self._words = collection, words
        self._day: str | None = ""
        self._names = Names({})
        self._short = self._short_names({})
        self.outlines = Outlines(collection, self._by_words)

    def named(self, question: str, as_of: str | None) -> NamedDocuments:
        """The documents that the question names, of those that held on a day."""
        if self._day != as_of:
            catalog = self._collection.catalog
            held = {id_: catalog.metadata(id_) for id_ in catalog.at(as_of)}
            self._day, self._names, self._short = (
                as_of,
                Names(held),
                self._short_names(held),
            )
        folded = as_named(question)
        found = self._names.named(folded)
        if not found.ids or any(self._short.goes_before(folded, *span) for span in found.spans):
            found = self._short.named(folded)
        return in_year(found, folded, self._collection.catalog) if found.ids else found

    def _short_names(self, held: Mapping[str, Metadata]) -> ShortNames:
        analyzer = self._collection.analyzer
        return ShortNames(
            held, analyzer.pieces, self._measures, self._is_heading, lambda word: analyzer.tag(word).startswith("n")
        )

    def _measures(self, id_: str) -> int:
        """How many numbered measures a document has: the highest number that any of its rows comes to."""
        return _highest(self._collection.document(id_))

    def _is_heading(self, words: str) -> bool:
        """Whether words end in the heading of a part: 一般规定, and not 行政处罚法 where one is called 行政处罚."""
        return any(self.outlines.named(words[start:], Filter()) for start in range(len(words) - 1))

    def _by_words(self, query: Query) -> Sequence[str]:
        return list(dict.fromkeys(hit.document_id for hit in self._words.retrieve(query, _FITTING)))

    def resolve(self, query: Query, within: tuple[str, Address] | None = None) -> Resolution:
        """What the numbers and names in the question lead to; `within` is where a follow-up looks first."""
        return resolve(query, self.outlines, within)

    def as_mention(self, query: Query, resolution: Resolution) -> tuple[Query, Resolution]:
        """The question read as words where no part has the number but the text speaks of it: 第十部分为保障措施."""
        mentions = [self._mention(reference, query.filter) for reference in query.references]
        if not resolution.asked or resolution.parts or not all(mentions):
            return query, resolution
        if not mentions:
            return query, resolution
        terms = tuple(Term(mention, 1.0, strict=True, exact=True) for mention in mentions)
        words = replace(query, terms=(*query.terms, *terms), references=(), path=None)
        return words, replace(resolution, asked=False)

    def _mention(self, reference: Reference, chosen: Filter) -> str:
        """The index term of a reference's words, if any text that may be looked in holds it; else "".

        In a document that is named an article is its own: what it says of 第十条 is another document's.
        """
        if chosen.documents is not None and not reference.unit.endswith("部分"):
            return ""
        for term in self._collection.analyzer.terms(reference.text):
            probe = Probe(terms=((term, 1.0),), documents=chosen.documents, excluded=chosen.excluded)
            if term.startswith("第") and self._collection.search_lexical(probe, 1):
                return term
        return ""

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the score is 1, 1/2, 1/3 … in the order of preference."""
        if query.unknown:
            return []
        resolution = self.resolve(query)
        return [
            Hit(document.id, part.address, 1 / rank, structural=1 / rank)
            for rank, (document, part) in enumerate((*resolution.parts, *resolution.others)[:k], 1)
        ]


def _highest(document: Document) -> int:
    return max((part.number for part in document.parts), default=0)
