"""Hits to evidence: the sentences of the parts that were found, and how much of the question each of them holds.

A term is held by a sentence, or, counting less, by the headings above it. What is held, and how near a sentence's
vector lies to the question's, decides which sentences are quoted; whether that is enough to answer at all is
`rag.refusal`'s to say.

Vectors of sentences are worked out when a part first comes up and remembered: the index holds those of segments only,
which halves what has to be embedded when documents are added (docs/decisions.md).
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.address import Address, Level
from corpus.collection import Collection
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.answer.short import holds_expected
from rag.likeness import WordLikeness
from rag.matching import Matcher, coverage
from rag.numbered import neighbour
from rag.part_words import PartWords
from rag.sentences import formal, origin, signature
from rag.terms import AMOUNTS
from rag.types import Evidence, Expects, Hit, Query, Sentence, Term

#: What a sentence's score is made of, beside the share of terms that it holds itself.
_PART_SHARE: Final = 0.3
_EXPECTED_BONUS: Final = 0.25
_RANK_BONUS: Final = 0.35
_NEARNESS: Final = 0.8
#: The year that a document is about, as its title tells it; and a year.
_OF_YEAR: Final = re.compile(r"(?<![\d-])((?:19|20)\d\d)年(?:度|(?=[^)）\d]*(?:安排|报告|标准|工作|方案)))")
_YEAR: Final = re.compile(r"(?:19|20)\d\d年")
#: So many sentences, best first by their words, are compared by their vectors.
_LOOKED_AT: Final = 10
_LACKING: Final = 0.4
_SIGNED_BONUS: Final = 0.8
#: The line that names whom to call repeats no words of the question.
_CONTACT_BONUS: Final = 1.0
#: What a signature tells by its place, and no word of it says.
_SIGNED: Final = " 印发 发布 公布 颁布 成文 落款 署名"
_ISSUED: Final = re.compile("|".join(_SIGNED.split()))
_WHEN_ISSUED: Final = frozenset(_SIGNED.split())
#: The coverage of a question whose words all stand in the title.
_ALL_OF_TITLE: Final = 0.5
#: What is asked of a document itself more often than of what it says.
_FORMAL_KINDS: Final = frozenset(
    {Expects.DATE, Expects.YEAR, Expects.WHO, Expects.REFERENCE, Expects.PHONE, Expects.ONLINE}
)
#: What coverage counts of a sentence whose part holds the terms, and below which share a term is missing.
_CONTEXT_SHARE: Final = 0.9
_MISSING: Final = 0.3
_LIKE: Final = 0.64
#: Vectors of sentences kept in memory: at 1.5 KB each, 30 MB.
_REMEMBERED: Final = 20_000
#: Parts whose words are kept in memory.
_PARTS_REMEMBERED: Final = 1000

Vector = NDArray[np.float32]
_Place = tuple[Document, Part]


class EvidenceGatherer:
    """Makes evidence of hits, for one corpus. `vector` gives a question's vector, float32[dim]."""

    def __init__(self, collection: Collection, vector: Callable[[str], Vector]) -> None:
        self._collection, self._vector = collection, vector
        self._likeness = WordLikeness(collection.encoder.plain)
        self._matcher = lru_cache(maxsize=4096)(lambda text: Matcher.of(text, collection.analyzer))
        self._parts: OrderedDict[tuple[str, Address], PartWords] = OrderedDict()
        self._sentence_vectors: OrderedDict[str, Vector] = OrderedDict()

    def _words(self, document: Document, part: Part) -> PartWords:
        key = (document.id, part.address)
        if key not in self._parts:
            self._parts[key] = PartWords(document, part, self._matcher)
            if len(self._parts) > _PARTS_REMEMBERED:
                self._parts.popitem(last=False)
        return self._parts[key]

    def gather(self, query: Query, hits: Sequence[Hit], parts: int, around: int = 0) -> Evidence:
        """The evidence of the first `parts` hits, and of what stands around the first `around` of them."""
        places = self._places(hits[:parts])
        query = self._seeking(query, places)
        found = []
        for rank, (document, part) in enumerate(places):
            bonus = _RANK_BONUS * (1 - rank / len(places))
            found.extend(self._scored(query, document, part, bonus))
        for document, part in _around(places, around):
            found.extend(self._scored(query, document, part, 0.0))
        if places and query.expects in _FORMAL_KINDS:
            document = places[0][0]
            seen = {s.start for s in found if s.document.id == document.id}
            found.extend(s for s in self._formalities(query, document) if s.start not in seen)
        return self._evidence(query, tuple(hits), self._with_nearness(query, found))

    def within(self, query: Query, document: Document, part: Part) -> Evidence:
        """The evidence of one part with everything under it; by words alone, as the part is named already."""
        places = [(document, p) for p in document.passages(part)]
        query = self._seeking(query, places)
        found = [sentence for place in places for sentence in self._scored(query, *place, 0.0)]
        return self._evidence(query, (), found)

    def _places(self, hits: Sequence[Hit]) -> list[_Place]:
        documents = (self._collection.document(hit.document_id) for hit in hits)
        parts = ((d, d.part(hit.address)) for d, hit in zip(documents, hits, strict=True))
        return [(document, part) for document, part in parts if part is not None]

    def _seeking(self, query: Query, places: Sequence[_Place]) -> Query:
        """The question with like words for those terms that no text that was found holds itself.

        Where one holds it, what only sounds alike elsewhere is no answer, and need not be looked for.
        """
        matchers = [self._words(*place).whole for place in places]
        lacking = [
            term.text
            for term in query.terms
            if not (term.exact or term.text.isascii() or any(matcher.whole(term) for matcher in matchers))
        ]
        words = list(dict.fromkeys(word for matcher in matchers for word in matcher.words))
        likes = dict(zip(lacking, self._likeness.like(lacking, words), strict=True))
        terms = (replace(term, likes=_very_like(term, query, likes.get(term.text, {}))) for term in query.terms)
        return replace(query, terms=tuple(terms))

    def _formalities(self, query: Query, document: Document) -> list[Sentence]:
        """The lines at a document's head and foot that tell when and by whom it was issued."""
        ends = dict.fromkeys((*(part for part in document.parts[:3] if not part.number), document.parts[-1]))
        lines = [sentence for part in ends for sentence in self._scored(query, document, part, 0.0)]
        return [line for line in lines if formal(line.text)]

    def _with_nearness(self, query: Query, found: list[Sentence]) -> list[Sentence]:
        """The sentences with their cosines, which count as placed between the lowest and highest among them.

        Only those that come first by their words are looked at, as each costs a forward pass; the others stay behind.
        """
        if not found:
            return found
        found = sorted(found, key=lambda s: (-s.score, s.document.id, s.start))
        near = found[:_LOOKED_AT]
        cosines = self._vectors([s.text for s in near]) @ self._vector(query.question)
        low, spread = float(cosines.min()), float(cosines.max() - cosines.min()) or 1.0
        looked_at = [
            replace(s, score=s.score + _NEARNESS * (float(cosine) - low) / spread, similarity=float(cosine))
            for s, cosine in zip(near, cosines, strict=True)
        ]
        return looked_at + found[_LOOKED_AT:]

    def _vectors(self, texts: Sequence[str]) -> Vector:
        """float32[len(texts), dim], remembered."""
        new = [text for text in dict.fromkeys(texts) if text not in self._sentence_vectors]
        vectors = self._collection.encoder.encode(new, "passage")
        self._sentence_vectors.update(zip(new, vectors, strict=True))
        stacked = np.stack([self._sentence_vectors[text] for text in texts])
        while len(self._sentence_vectors) > _REMEMBERED:
            self._sentence_vectors.popitem(last=False)
        return stacked

    def _evidence(self, query: Query, hits: tuple[Hit, ...], found: Sequence[Sentence]) -> Evidence:
        sentences = sorted(found, key=lambda s: (-s.score, s.document.id, s.start))
        best = max((s.coverage for s in sentences), default=0.0)
        similarity = max((s.similarity for s in sentences[:3]), default=0.0)
        missing = self._missing(query.terms, sentences[:8])
        # All of them in one place: the amount in one part and the name in another are no answer together.
        places = [self.lacking(query.terms, s.document, s.part, s.middle) for s in sentences[:3]]
        texts = min(places, key=len, default=())
        lacking = tuple(term for term in query.terms if term.text in texts)
        return Evidence(hits, tuple(sentences), best, similarity, missing, query.terms, lacking)

    def _missing(self, terms: Sequence[Term], sentences: Sequence[Sentence]) -> tuple[str, ...]:
        """The terms of the question that nothing around `sentences` holds, not even in pieces."""
        around = [self._words(s.document, s.part).around(s.middle) for s in sentences]
        return tuple(t.text for t in terms if max((matcher.share(t) for matcher in around), default=0.0) < _MISSING)

    def lacking(self, terms: Sequence[Term], document: Document, part: Part, near: int) -> tuple[str, ...]:
        """The strict ones of `terms` that the text around the offset `near` in a part does not hold, headings included.

        The beginning of a document says whose it is: its place and year hold for all of it.
        """
        own, source = self._words(document, part).around(near), self._matcher(origin(document))
        strict = (term for term in terms if term.strict)
        years = set(_OF_YEAR.findall(fold(document.metadata.title)))
        return tuple(
            t.text
            for t in strict
            if not (own.satisfies(t) or (t.exact and source.share(t) and not _of_another_year(t.text, years)))
        )

    def _scored(self, query: Query, document: Document, part: Part, bonus: float) -> list[Sentence]:
        words = self._words(document, part)
        in_part = coverage(query.terms, words.whole)
        scored = []
        for start, end in words.spans:
            if part.address == document.parts[0].address and end <= part.heading_end:
                continue  # The title tells what the document is about, and answers nothing.
            text = document.text[start:end]
            # A web page's line tells when the page was published, not when the document was issued.
            signed = signature(text) and part.address.level is not Level.BYLINE
            share = coverage(query.terms, self._matcher(text + _SIGNED * signed), words.above)
            score = share + _PART_SHARE * in_part + bonus
            score -= _LACKING * len(self.lacking(query.terms, document, part, (start + end) // 2))
            if signed and _asks_issue(query):
                score += _SIGNED_BONUS * (share > _ALL_OF_TITLE)
            if query.expects not in (Expects.TEXT, Expects.LIST, Expects.YES_NO):
                bonus_here = _CONTACT_BONUS if _asks_contact(query) else _EXPECTED_BONUS
                score += bonus_here * holds_expected(query, text)
            scored.append(Sentence(document, part, start, end, score, max(share, _CONTEXT_SHARE * in_part)))
        return scored


def _asks_contact(query: Query) -> bool:
    """Whether a telephone number, an address online, or the person to turn to, is asked for."""
    return query.expects in (Expects.PHONE, Expects.ONLINE) or (
        query.expects is Expects.WHO and "联系人" in query.folded
    )


def _very_like(term: Term, query: Query, likes: Mapping[str, float]) -> Mapping[str, float]:
    """The words like a term; of what an amount is asked of only those very like it: 困难 makes no 遇难人数."""
    if not (term.strict and query.expects in AMOUNTS):
        return likes
    return {word: like for word, like in likes.items() if like >= _LIKE}


def _around(places: Sequence[_Place], count: int) -> list[_Place]:
    """What the first `count` parts lie in, and what stands right before and behind them."""
    known = {(document.id, part.address) for document, part in places}
    found: dict[tuple[str, Address], _Place] = {}
    for document, part in places[:count]:
        above = document.part(part.address.parent) if part.address.steps else None
        for other in (above, neighbour(document, part, -1), neighbour(document, part, 1)):
            if other is not None and (document.id, other.address) not in known:
                found[document.id, other.address] = (document, other)
    return list(found.values())


def _of_another_year(text: str, years: set[str]) -> bool:
    """Whether a year is asked for that is not the one which the title says the document is about."""
    return bool(years) and _YEAR.fullmatch(text) is not None and text[:4] not in years


def _asks_issue(query: Query) -> bool:
    """Whether the date of issue of a document is asked for, which the question names by words of its title."""
    names = any(term.text not in _WHEN_ISSUED for term in query.terms)
    return names and query.expects in (Expects.DATE, Expects.YEAR) and _ISSUED.search(query.folded) is not None
