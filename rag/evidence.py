"""Hits to evidence: the sentences of the parts that were found, and how much of the question each of them holds.

A term is held by a sentence, or, counting less, by the headings above it. What is held, and how near a sentence's
vector lies to the question's, decides which sentences are quoted; whether that is enough to answer at all is
`rag.refusal`'s to say.

Vectors of sentences are worked out when a part first comes up and remembered: the index holds those of segments only,
which halves what has to be embedded when documents are added (docs/decisions.md).
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.analyzer import Analyzer
from corpus.collection import Collection
from corpus.lexicon import policy_matters
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.answer.short import holds_expected
from rag.likeness import WordLikeness
from rag.terms import frames
from rag.types import Evidence, Expects, Hit, Query, Sentence, Term

_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)]*|(?=\n)|$)")
#: What a term counts that only the headings hold.
_HEADING_SHARE: Final = 0.6
#: What a longer term counts of which only pieces are held.
_PIECES_SHARE: Final = 0.6
#: What a sentence's score is made of, beside the share of terms that it holds itself.
_PART_SHARE: Final = 0.3
_EXPECTED_BONUS: Final = 0.25
_RANK_BONUS: Final = 0.35
_NEARNESS: Final = 0.6
_LACKING: Final = 0.4
_NUMBERED: Final = re.compile(r"(\d{4})\D+(\d+号)")
#: What an abbreviation counts whose words stand written out: 集采 for 集中采购.
_ABBREVIATED: Final = 0.9
#: Lines without a full stop that belong together: who signed and when, the 文号 and whom it is addressed to.
_LINE_LIMIT: Final = 40
_BLOCK_LIMIT: Final = 120
_ENDED: Final = re.compile(r"[。！？!?；;：:，,]\s*$")
_DATED: Final = re.compile(r"\d{4}\s*[-年]\s*\d{1,2}\s*[-月]\s*\d{1,2}")
#: What a dated line without a sentence tells by its place: when, and by whom, the document was issued.
_SIGNED: Final = " 印发 发布 公布 颁布 成文 落款 署名"
_SIGNED_BONUS: Final = 0.8
_ISSUED: Final = re.compile("|".join(_SIGNED.split()))
#: The coverage of a question whose words all stand in the title.
_ALL_OF_TITLE: Final = 0.5
#: What is asked of a document itself more often than of what it says.
_FORMAL_KINDS: Final = frozenset({Expects.DATE, Expects.YEAR, Expects.WHO, Expects.REFERENCE, Expects.PHONE})
#: How much of a strict term must be held at least, and how long the beginning of a document is, in characters.
_PIECE: Final = 0.25
_MATTER_PIECE: Final = 0.5
_HEAD: Final = 200
#: How far from a sentence, in characters, the words that belong to it may stand.
_REACH: Final = 400
#: Vectors of sentences kept in memory: at 1.5 KB each, 30 MB.
_REMEMBERED: Final = 20_000

Vector = NDArray[np.float32]


class Held:
    """What a stretch of text holds: its folded words, its index terms, and what its words are like."""

    def __init__(self, text: str, analyzer: Analyzer, likeness: WordLikeness) -> None:
        self.folded = fold(text)
        self.terms = frozenset(analyzer.terms(text))
        words = [word for word in analyzer.words(self.folded, folded=True) if word.kind == "word" and len(word.text) > 1]
        self.words = tuple(dict.fromkeys(word.text for word in words if not frames(word.text)))
        self._initials = {a.text[0] + b.text[0] for a, b in pairwise(words) if a.end == b.start}
        self._likeness, self._shares = likeness, dict[str, float]()

    def share(self, term: Term) -> float:
        """How much of a term is held: 1 whole, or by a variant; less where only pieces or a like word are; else 0."""
        if any(self._whole(word) for word in (term.text, *term.variants)):
            return 1.0
        if term.exact or term.text.isascii():
            return 0.0
        if term.text not in self._shares:
            written_out = _ABBREVIATED * (term.text in self._initials)
            self._shares[term.text] = max(self._pieces(term.text), written_out) or self._likeness.share(term.text, self.words)
        return self._shares[term.text]

    def _pieces(self, word: str) -> float:
        """What the pieces of a longer word count that are held: 易地搬迁 in 易地扶贫搬迁."""
        if len(word) < 3:
            return 0.0
        if len(word) == 4 and all(half in self.folded or frames(half) for half in (word[:2], word[2:])):
            return _ABBREVIATED
        pairs = [word[i : i + 2] for i in range(len(word) - 1)]
        return _PIECES_SHARE * sum(pair in self.folded for pair in pairs) / len(pairs)

    def _whole(self, word: str) -> bool:
        # Inside longer words only what cannot be met by chance: 8个 is not in 28个, 省长 not in 省长三角办.
        if word in self.terms:
            return True
        if word[:1].isdigit():
            return word in self.folded and re.search(rf"(?<![\d.]){re.escape(word)}(?!\d)", self.folded) is not None
        return len(word) > 2 and word in self.folded


def coverage(terms: Sequence[Term], own: Held, above: Held | None = None) -> float:
    """The share of `terms`, by weight, that `own` holds, or counting less `above`; 1 where there are no terms."""
    total = sum(term.weight for term in terms)
    if not total:
        return 1.0
    held = 0.0
    for term in terms:
        share = own.share(term)
        if above is not None:
            share = max(share, _HEADING_SHARE * above.share(term))
        held += term.weight * share
    return held / total


class EvidenceGatherer:
    """Makes evidence of hits, for one corpus. `vector` gives a question's vector, float32[dim]."""

    def __init__(self, collection: Collection, vector: Callable[[str], Vector]) -> None:
        self._collection, self._vector = collection, vector
        self._likeness = WordLikeness(collection.encoder)
        self._held = lru_cache(maxsize=4096)(self._analyze)
        self._sentence_vectors: OrderedDict[str, Vector] = OrderedDict()

    def _analyze(self, text: str) -> Held:
        return Held(text, self._collection.analyzer, self._likeness)

    def held(self, text: str) -> Held:
        """What `text` holds, worked out once."""
        return self._held(text)

    def gather(self, query: Query, hits: Sequence[Hit], parts: int) -> Evidence:
        """The evidence of the first `parts` hits."""
        places = [(self._collection.document(hit.document_id), hit) for hit in hits[:parts]]
        found = []
        for rank, (document, hit) in enumerate(places):
            part = document.part(hit.address)
            if part is not None:
                bonus = _RANK_BONUS * (1 - rank / max(1, len(places)))
                found.extend(self._scored(query, document, part, bonus))
        if places and query.expects in _FORMAL_KINDS:
            document = places[0][0]
            seen = {s.start for s in found if s.document.id == document.id}
            found.extend(s for s in self._formal(query, document) if s.start not in seen)
        return self._evidence(query, tuple(hits), self._with_nearness(query, found))

    def _formal(self, query: Query, document: Document) -> list[Sentence]:
        """The lines at a document's head and foot that tell when and by whom it was issued."""
        ends = dict.fromkeys((*(part for part in document.parts[:3] if not part.number), document.parts[-1]))
        lines = [sentence for part in ends for sentence in self._scored(query, document, part, 0.0)]
        return [line for line in lines if not _ENDED.search(line.text)]

    def within(self, query: Query, document: Document, part: Part) -> Evidence:
        """The evidence of one part with everything under it; by words alone, as the part is named already."""
        inside = [p for p in document.parts if part.address.contains(p.address)]
        found = [sentence for each in inside for sentence in self._scored(query, document, each, 0.0)]
        return self._evidence(query, (), found)

    def _with_nearness(self, query: Query, found: list[Sentence]) -> list[Sentence]:
        """The sentences with their cosines, which count as placed between the lowest and highest among them."""
        if not found:
            return found
        cosines = self._vectors([s.text for s in found]) @ self._vector(query.question)
        low, spread = float(cosines.min()), float(cosines.max() - cosines.min()) or 1.0
        return [
            replace(s, score=s.score + _NEARNESS * (float(cosine) - low) / spread, similarity=float(cosine))
            for s, cosine in zip(found, cosines, strict=True)
        ]

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
        return Evidence(hits, tuple(sentences), best, similarity, self.missing(query, sentences[:8]))

    def missing(self, query: Query, sentences: Sequence[Sentence]) -> tuple[str, ...]:
        """The terms of the question that none of the parts of `sentences` holds, not even in pieces."""
        contexts = [self._held(self.context(s.document, s.part, (s.start + s.end) // 2)) for s in sentences]
        return tuple(
            term.text for term in query.terms if max((context.share(term) for context in contexts), default=0.0) < 0.3
        )

    def lacking(self, query: Query, document: Document, part: Part, near: int) -> tuple[str, ...]:
        """The strict terms that the text around `near` (an offset) in a part does not hold, headings included.

        The beginning of a document says whose it is: its place and year hold for all of it.
        """
        own, head = self._held(self.context(document, part, near)), self._held(_origin(document))
        return tuple(
            term.text
            for term in query.terms
            if term.strict and own.share(term) < (_MATTER_PIECE if term.text in policy_matters() else _PIECE) and not (term.exact and head.share(term))
        )

    def context(self, document: Document, part: Part, near: int | None = None) -> str:
        """A part's own text with the title and all headings above it; of a long one what lies around `near`."""
        start, end = part.start, part.own_end
        if near is not None and end - start > 2 * _REACH:
            start, end = max(start, near - _REACH), min(end, near + _REACH)
        return " ".join((*_above(document, part), document.text[start:end]))

    def _scored(self, query: Query, document: Document, part: Part, bonus: float) -> list[Sentence]:
        above = self._held(" ".join(_above(document, part)))
        whole = self._held(self.context(document, part))
        whole_coverage = coverage(query.terms, whole)
        scored = []
        for start, end in sentences_of(document, part):
            if part.address == document.parts[0].address and end <= part.heading_end:
                continue  # The title tells what the document is about, and answers nothing.
            text = document.text[start:end]
            signed = not _ENDED.search(text) and _DATED.search(text) is not None
            own = self._held(text + _SIGNED * signed)
            share = coverage(query.terms, own, above)
            score = share + _PART_SHARE * whole_coverage + bonus
            score -= _LACKING * len(self.lacking(query, document, part, (start + end) // 2))
            if signed and _ISSUED.search(query.folded) and query.expects in (Expects.DATE, Expects.YEAR):
                score += _SIGNED_BONUS * (share > _ALL_OF_TITLE)
            if query.expects not in (Expects.TEXT, Expects.LIST, Expects.YES_NO):
                score += _EXPECTED_BONUS * holds_expected(query, document.text[start:end])
            scored.append(Sentence(document, part, start, end, score, max(share, 0.9 * whole_coverage)))
        return scored


def sentences_of(document: Document, part: Part) -> list[tuple[int, int]]:
    """[start, end) in the document of each sentence of the part's own text."""
    spans = []
    for found in _SENTENCE.finditer(document.text, part.start, part.own_end):
        text = found[0]
        start = found.start() + len(text) - len(text.lstrip())
        end = found.end() - (len(text) - len(text.rstrip()))
        if start < end:
            spans.append((start, min(end, part.own_end)))
    return _with_blocks(document.text, part, spans)


def _with_blocks(text: str, part: Part, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans with short unfinished lines that follow each other as one, headings left alone."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][0] >= part.heading_end and end - joined[-1][0] <= _BLOCK_LIMIT:
            before = text[slice(*joined[-1])]
            if _unfinished(before.rpartition("\n")[2]) and _unfinished(text[start:end]):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _unfinished(line: str) -> bool:
    return len(line) <= _LINE_LIMIT and not _ENDED.search(line)


def _origin(document: Document) -> str:
    """What says whose a document is and of when: its beginning, its 文号 and the years of its dates."""
    known = document.metadata
    years = (f"{date[:4]}年" for date in (known.dated, known.published, known.effective) if date)
    # 国发〔2018〕39号 is asked for as 国发39号 and as the opinions of 2018.
    reference = _NUMBERED.search(known.reference or "")
    numbered = (f"{reference[1]}年", reference[2]) if reference else ()
    return " ".join((document.text[:_HEAD], *numbered, *years))


def _above(document: Document, part: Part) -> list[str]:
    """The title and the headings down to the part's own."""
    return [
        document.metadata.title,
        *(p.heading for p in document.parts[1:] if p.address.contains(part.address) and p.heading),
    ]
