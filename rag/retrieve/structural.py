"""Parts by their number or name, as the outline has them. No text is searched."""

from corpus.address import Address
from corpus.collection import Collection
from rag.resolve import resolve
from rag.types import Hit, Query, Resolution


class StructuralRetriever:
    """`Retriever` by address; `resolve` tells more than a list of hits can."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def resolve(self, query: Query, within: tuple[str, Address] | None = None) -> Resolution:
        """What the numbers and names in the question lead to; `within` is where a follow-up looks first."""
        return resolve(query, self._collection.documents(), within)

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """See `Retriever.retrieve`; the score is 1, 1/2, 1/3 … in the order of preference."""
        parts = self.resolve(query).parts[:k]
        return [
            Hit(document.id, part.address, 1 / rank, structural=1 / rank)
            for rank, (document, part) in enumerate(parts, 1)
        ]
