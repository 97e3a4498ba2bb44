"""What a reader holds questions to: some documents, an issuer, a year, a day; as a `Filter`, and in words.

That a question may name documents itself is `rag.scope`'s business. It knows nothing of Gradio.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.collection import Collection
from rag.filters import Conditions, filter_for
from rag.scope import usable_day
from rag.serve.texts import Texts
from rag.types import Filter


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was set: ids of documents, the rest as `Conditions` have it, and the day, ISO; empty where nothing was."""

    documents: tuple[str, ...] = ()
    issuer: str = ""
    year: str = ""
    kind: str = ""
    region: str = ""
    in_force: bool = False
    as_of: str = ""

    @classmethod
    def of(cls, values: Sequence[object]) -> "Bounds":
        """From the values of the fields, in their order, as a browser sends them."""
        documents, issuer, year, kind, region, in_force, as_of = values
        ids = tuple(id_ for id_ in documents if isinstance(id_, str)) if isinstance(documents, list) else ()
        return cls(ids, _text(issuer), _text(year), _text(kind), _text(region), bool(in_force), _text(as_of))

    def filter(self, collection: Collection) -> Filter:
        """The documents that may be looked in; InputError where there are none, or the day is no date."""
        if self.as_of:
            usable_day(self.as_of)
        wanted = Conditions(self.issuer, self.year, self.kind, self.region, in_force=self.in_force or None)
        return filter_for(collection.catalog, wanted, self.documents, self.as_of or None)

    def said(self, collection: Collection, words: Texts) -> str:
        """All of it in a line, to stand beside the question; "" where nothing was set."""
        held = collection.catalog.at(None)
        titles = [f"《{collection.catalog.metadata(id_).name}》" for id_ in self.documents if id_ in held]
        more = [f"{titles[0]} +{len(titles) - 1}"] if len(titles) > 1 else titles
        said = [*more, self.issuer, self.year, self.kind, self.region, words.in_force if self.in_force else ""]
        said.append(f"{words.as_of} {self.as_of}" if self.as_of else "")
        return " · ".join(filter(None, said))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
