"""One question on its way to evidence: the part that it names, or what the search finds, and whether that is enough.

`rag.assistant` asks it for a question as it was put, `rag.forms` for the halves and sides of one. It drafts nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.address import Address
from corpus.collection import Collection
from corpus.lexicon import places
from corpus.model import Document, Metadata
from corpus.normalize import fold
from rag.answer.definitions import defining_first
from rag.answer.lists import by_structure
from rag.answer.short import readable
from rag.answering_words import EvidenceReader
from rag.evidence import EvidenceGatherer
from rag.refusal import RefusalPolicy
from rag.retrieve import Staged, StructuralRetriever
from rag.settings import Settings
from rag.types import Evidence, Filter, Hit, Query, Refusal, Resolution, Term


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question led to. `refusal` says why it is not answered; None where it can be."""

    query: Query
    resolution: Resolution
    evidence: Evidence
    refusal: Refusal | None


class Seeker:
    """Seeks evidence in one corpus."""

    def __init__(
        self,
        collection: Collection,
        structural: StructuralRetriever,
        retriever: Staged,
        gatherer: EvidenceGatherer,
        policy: RefusalPolicy,
        settings: Settings,
        reader: EvidenceReader | None = None,
    ) -> None:
        self._collection, self._structural, self._retriever = collection, structural, retriever
        self._reader = reader
        self._gatherer, self._policy, self._settings = gatherer, policy, settings

    def resolve(self, query: Query, within: tuple[str, Address] | None = None) -> Resolution:
        """What the numbers and names in a question lead to."""
        return self._structural.resolve(query, within)

    def document(self, id_: str) -> Document:
        """A document by its id."""
        return self._collection.document(id_)

    def unknown(self, query: Query) -> Refusal | None:
        """The refusal of a question about a document that is not held."""
        return self._policy.unknown(query)

    def seek(self, query: Query, resolution: Resolution) -> Sought:
        """The evidence for a question, and why it is refused, if it is.

        Where only the place is lacking, what is said of all places has been found before what is said of that one: the
        documents of that place are looked in by themselves.
        """
        sought = self._seek(query, resolution)
        if sought.refusal is None or sought.refusal.reason != "missing_terms" or query.filter.documents is not None:
            return sought
        lacking = [term for term in sought.evidence.lacking if term.text in sought.refusal.missing_terms]
        local = self._of_places(lacking, query.filter) if lacking else frozenset()
        if not local:
            return sought
        query = replace(query, filter=replace(query.filter, documents=local))
        again = self._seek(query, self.resolve(query))
        return again if again.refusal is None else sought

    def _of_places(self, terms: Sequence[Term], chosen: Filter) -> frozenset[str]:
        """The ids of the documents of a place, by their title, issuer or region; none where a term is no place."""
        catalog = self._collection.catalog
        ids = frozenset(id_ for id_ in catalog.at(chosen.as_of) if chosen.allows(id_))
        for term in terms:
            if not _is_place(term):
                return frozenset()
            names = (term.text, *term.variants)
            ids = frozenset(id_ for id_ in ids if any(name in fold(_whose(catalog.metadata(id_))) for name in names))
        return ids

    def _seek(self, query: Query, resolution: Resolution) -> Sought:
        query, resolution = self._structural.as_mention(query, resolution)
        evidence = self._evidence(query, resolution)
        refusal = self._policy.address(query, resolution, evidence) or self._policy.nothing(evidence)
        # What the outline answers needs no words of the question.
        if refusal is None and not by_structure(query, evidence, resolution):
            evidence = replace(self._read(query, evidence), of_kind=self._policy.answers_kind(query, evidence))
            refusal = self._policy.doubts(query, evidence)
        return Sought(query, resolution, evidence, refusal)

    def _read(self, query: Query, evidence: Evidence) -> Evidence:
        """The evidence with the words that answer; of a part that was named, where a few words are asked for."""
        if self._reader is None or not (evidence.hits or readable(query)):
            return evidence
        return replace(evidence, words=self._reader.read(query, evidence))

    def _evidence(self, query: Query, resolution: Resolution) -> Evidence:
        """The named part alone where one is named; else what the search finds, that in the named scope first."""
        if resolution.parts:
            best: Evidence | None = None
            for document, part in resolution.parts[:4]:
                evidence = self._gatherer.within(query, document, part)
                if best is None or evidence.coverage > best.coverage + 0.2:
                    best = evidence
            assert best is not None  # there is at least one part
            return best
        hits = self._retriever.retrieve(query, self._settings.retrieval.candidates)
        evidence = self._gatherer.gather(query, _scoped(hits, resolution), self._settings.answering.parts)
        return defining_first(query, evidence, self._collection.document)


def _is_place(term: Term) -> bool:
    return any(name in places() for name in (term.text, *term.variants))


def _whose(metadata: Metadata) -> str:
    """What tells of which place a document is."""
    return " ".join((metadata.title, metadata.issuer or "", metadata.region or ""))


def _scoped(hits: Sequence[Hit], resolution: Resolution) -> list[Hit]:
    """The hits inside the part whose name the question mentions; all, where there are none inside."""
    if resolution.scope is None:
        return list(hits)
    document, part = resolution.scope
    inside = [h for h in hits if h.document_id == document.id and part.address.contains(h.address)]
    return inside + [hit for hit in hits if hit not in inside]
