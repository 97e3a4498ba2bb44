"""The words of the evidence that answer a question, read by the span reader, and how likely it is that any do.

The reader is given the best sentences of one document in their order, at most so many characters: it reads as many
tokens as it is given, and its time grows with them. Of 150 drafted questions, 200 characters of the best part held the
answer of 67%, 200 of its document that of 76%. Where it is not sure of an answer it reads on, once, in the best of what
is left. Where the corpus has another encoder than the one that ships there is no reader, and expressions find what they
can (`rag.answer.short`).
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from corpus.reader import Passage, SpanReader
from rag.sentences import headings_above
from rag.types import AnsweringWords, Evidence, Query, Sentence

#: Sentences of the evidence that are looked through for those of the best one's document.
_LOOKED_AT: Final = 12
#: Sentences of the evidence that are read at all; from so sure on an answer is not looked for further; and how many
#: times less likely it is, at the same margin, that the answer stands in what was not read at first.
_LOOKED_THROUGH: Final = 24
_SURE: Final = 0.5
_LESS_LIKELY: Final = math.e
#: Characters of the title, whose end says what it is about, and of the heading.
_OF_TITLE: Final = 16
_OF_HEADING: Final = 12


class EvidenceReader:
    """Reads the evidence of one question at a time, at most `limit` characters of it."""

    def __init__(self, reader: SpanReader, limit: int) -> None:
        self._reader, self._limit = reader, limit

    def read(self, query: Query, evidence: Evidence) -> AnsweringWords | None:
        """The words that answer best, however unlikely; None without evidence."""
        sentences = evidence.sentences[:_LOOKED_THROUGH]
        if not sentences:
            return None
        pieces = pieces_of(sentences, self._limit)
        first = self._read(query, sentences[0], pieces)
        if first is not None and first.sure >= _SURE:
            return first
        document = sentences[0].document
        left = [s for s in sentences if s.document.id != document.id or not any(_overlap(s, each) for each in pieces)]
        second = self._read(query, left[0], pieces_of(left, self._limit)) if left else None
        if second is not None:
            second = replace(second, sure=second.sure / (second.sure + _LESS_LIKELY * (1 - second.sure)))
        return max(filter(None, (first, second)), key=lambda words: words.sure, default=None)

    def _read(self, query: Query, best: Sentence, pieces: Sequence[tuple[int, int]]) -> AnsweringWords | None:
        starts = list(accumulate((end - start for start, end in pieces), initial=0))
        [span] = self._reader.read(query.question, [passage_of(best, pieces)])
        if span is None:
            return None
        piece = max(i for i, start in enumerate(starts[:-1]) if start <= span.start)
        start = pieces[piece][0] + span.start - starts[piece]
        # Words that run on into the next piece need not stand together in the text.
        end = min(pieces[piece][1], start + span.end - span.start)
        return AnsweringWords(best.document, start, end, span.sure)


def _overlap(sentence: Sentence, piece: tuple[int, int]) -> bool:
    return sentence.start < piece[1] and piece[0] < sentence.end


def passage_of(best: Sentence, pieces: Sequence[tuple[int, int]]) -> Passage:
    """What is read: the pieces as one text, under the title of their document and the nearest heading."""
    title, *headings = headings_above(best.document, best.part)
    under = " ".join((title[-_OF_TITLE:], *(heading[:_OF_HEADING] for heading in headings[-1:])))
    return Passage("".join(best.document.text[start:end] for start, end in pieces), under)


def pieces_of(sentences: Sequence[Sentence], limit: int) -> list[tuple[int, int]]:
    """[start, end) of the best sentences of the best one's document, in order, within `limit` characters; at least one.

    A piece that is longer than the limit is cut off there.
    """
    best = sentences[0]
    chosen = [(best.start, min(best.end, best.start + limit))]
    size = chosen[0][1] - chosen[0][0]
    for sentence in sentences[1:_LOOKED_AT]:
        length = sentence.end - sentence.start
        if sentence.document.id == best.document.id and size + length <= limit:
            chosen.append((sentence.start, sentence.end))
            size += length
    return sorted(chosen)
