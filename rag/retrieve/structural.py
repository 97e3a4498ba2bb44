"""Parts by their number or name, as the outline has them. No text is searched."""

from dataclasses import replace

from corpus.address import Address
from corpus.collection import Collection
from corpus.normalize import fold
from rag.naming import NamedDocuments, Names
from rag.resolve import Outlines, resolve
from rag.types import Hit, Query, Resolution, Term


class StructuralRetriever:
    """`Retriever` by address; `resolve` tells more than a list of hits can."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._outlines, self._names = Outlines(()), Names(())

    def named(self, question: str, as_of: str | None) -> NamedDocuments:
        """The documents that the question names, of those that held on a day."""
        documents = self._collection.documents(as_of)
        if self._names.documents is not documents:
            self._names = Names(documents)
        return self._names.named(fold(question))

    def resolve(self, query: Query, within: tuple[str, Address] | None = None) -> Resolution:
        """What the numbers and names in the question lead to; `within` is where a follow-up looks first."""
        documents = self._collection.documents(query.filter.as_of)
        if self._outlines.documents is not documents:
            self._outlines = Outlines(documents)
        return resolve(query, self._outlines, within)

    def as_mention(self, query: Query, resolution: Resolution) -> tuple[Query, Resolution]:
        """The question read as words where no part has the number but the text speaks of it: 第十部分为保障措施."""
        mentions = [_mention(reference.text, self._collection) for reference in query.references]
        if not resolution.asked or resolution.parts or not mentions or not all(mentions):
            return query, resolution
        terms = tuple(Term(mention, 1.0, strict=True, exact=True) for mention in mentions)
        words = replace(query, terms=(*query.terms, *terms), references=(), path=None)
        return words, replace(resolution, asked=False)

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the score is 1, 1/2, 1/3 … in the order of preference."""
        parts = self.resolve(query).parts[:k]
        return [
            Hit(document.id, part.address, 1 / rank, structural=1 / rank)
            for rank, (document, part) in enumerate(parts, 1)
        ]


def _mention(text: str, collection: Collection) -> str:
    """The index term of a reference's words, if any text holds it; else ""."""
    held = (term for term in collection.analyzer.terms(text) if collection.frequency(term))
    return next((term for term in held if term.startswith("第")), "")
