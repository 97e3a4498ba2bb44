"""What the retriever learns from: questions with the segment that answers, and with one that only looks like it.

Questions come from any set that `eval` reads, over the texts that it brings or over an index, or from drafted ones
(`train.drafted`). Segments are those that an index holds, as it embeds them. A hard negative is drawn from those that
the untrained encoder ranks near the question, the very nearest left out: they often answer too and were not labelled.
"""

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ir_measures
import numpy as np
from numpy.typing import NDArray

from corpus.address import Address
from corpus.collection import Collection
from corpus.embedded import embedded_text
from corpus.embedding import Encoder
from corpus.model import Document, Segment
from corpus.normalize import fold
from eval.dataset import Question, QuestionSet
from eval.gold import settled
from ingest.rows import understand_row
from ingest.segment import segments
from ingest.splitter import PolicyTextSplitter
from train.drafted import Drafted, held
from train.examples import drawn

#: Ranks that hard negatives are drawn from, by the untrained encoder.
RANKS: Final = range(4, 60)
#: How much of its evidence a segment must hold to answer a drafted question.
_HELD: Final = 0.5
#: Segments that answer a question which it is learnt with, at most.
_ANSWERING: Final = 3
#: Segments that a ranking is judged by.
_DEPTH: Final = 10
#: Texts of a set that are looked among at most, beside those that answer.
_AMONG: Final = 12_000
#: Documents below which questions are held out by their segments.
_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the text that answers it, one that does not ("" for none), and where it comes from."""

    question: str
    passage: str
    hard: str
    kind: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with the numbers of the segments that answer it; what is held out is decided by `source`."""

    question: str
    gold: tuple[int, ...]
    kind: str
    source: str


class Pool:
    """The segments of some documents, by number: `texts` as they are embedded."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        splitter = PolicyTextSplitter()
        self._made = [(document, each) for document in documents for each in segments(document, splitter)]
        self.texts = [embedded_text(document, segment) for document, segment in self._made]
        self._of: dict[str, list[int]] = {}
        for number, (document, _) in enumerate(self._made):
            self._of.setdefault(document.id, []).append(number)

    def document_of(self, number: int) -> str:
        """The id of the document of a segment."""
        return self._made[number][0].id

    def of(self, document_id: str) -> list[tuple[int, Segment, str]]:
        """The segments of a document: number, segment, its own words."""
        found = ((number, *self._made[number]) for number in self._of.get(document_id, []))
        return [(number, segment, document.text[segment.start : segment.end]) for number, document, segment in found]


def labelled(
    questions: QuestionSet, index: Path, draw: random.Random, further: Sequence[QuestionSet] = ()
) -> tuple[Pool, list[Labelled]]:
    """The questions of a set, and of `further` ones over its texts, that segments answer; and the pool.

    The pool is of the set's own texts, or of an index. Questions that have no answer, and those that go on from an
    earlier question, have nothing to teach.
    """
    every = (questions, *further)
    if questions.texts:
        named = {name.strip("《》") for each in every for question in each.questions for name in question.documents}
        needed = [row.id in named or row.title in named for row in questions.texts]
        others = [row for row, here in zip(questions.texts, needed, strict=True) if not here]
        rows = [row for row, here in zip(questions.texts, needed, strict=True) if here]
        rows += drawn(others, _AMONG, draw)
        documents: Sequence[Document] = [understand_row(row).document for row in rows]
    else:
        with Collection.open(index) as collection:
            documents = collection.documents()
    pool = Pool(documents)
    return pool, [each for some in every for each in _labelled(some, documents, pool)]


def _labelled(questions: QuestionSet, documents: Sequence[Document], pool: Pool) -> list[Labelled]:
    asked = [each for each in settled(questions, documents).questions if each.answerable and not each.history]
    found = [(each.question, gold, pool.document_of(gold[0])) for each in asked if (gold := _gold(each, pool))]
    # Of one document all questions or none would be held out: there it is decided for each segment.
    few = len({document for *_, document in found}) < _FEW
    return [
        Labelled(question, gold, questions.name, f"{document}#{gold[0]}" if few else document)
        for question, gold, document in found
    ]


def _gold(question: Question, pool: Pool) -> tuple[int, ...]:
    """The segments of the gold documents that lie at or under a gold address and hold an answer, where those are told.

    A question that only documents are told for is answered by their first segment: they are as short as articles.
    One that nothing is told for, or of which no segment holds an answer, has none.
    """
    addresses = [Address.parse(written) for written in question.addresses]
    answers = [fold(answer) for answer in question.answers]
    if not (question.documents or (addresses and answers) or len(pool.documents) == 1):
        return ()
    found: list[int] = []
    for id_ in question.documents or [document.id for document in pool.documents]:
        here = pool.of(id_)
        if addresses:
            here = [each for each in here if any(address.contains(each[1].address) for address in addresses)]
        if answers:
            here = [each for each in here if any(answer in fold(each[2]) for answer in answers)]
        found += [number for number, _, _ in here[: None if addresses or answers else 1]]
    return tuple(found)


def drafted_labelled(
    rows: Sequence[Drafted], index: Path, kind: str, encoder: Encoder | None = None
) -> tuple[Pool, list[Labelled]]:
    """The answerable ones of drafted questions with the segments of an index that hold their evidence."""
    with Collection.open(index, encoder=encoder) as collection:
        pool = Pool(collection.documents())
    ids = {Path(document.path).name: document.id for document in pool.documents}
    made = []
    for each in rows:
        if each.answerable and each.file in ids:
            here = [(held(each.quoted, fold(words)), number) for number, _, words in pool.of(ids[each.file])]
            gold = tuple(number for share, number in sorted(here, reverse=True) if share >= _HELD)
            if gold:
                made.append(Labelled(each.question, gold, kind, each.file))
    return pool, made


def sentence_pairs(rows: Sequence[Drafted], kind: str) -> list[Pair]:
    """Questions with the sentences that answer, as those are compared by themselves when they are quoted."""
    return [Pair(each.question, each.quoted, "", kind) for each in rows]


def pairs(
    pool: Pool, asked: Sequence[Labelled], encoder: Encoder, draw: random.Random, spared: AbstractSet[int] = frozenset()
) -> Iterator[Pair]:
    """A pair of each question with each of its first gold segments and a hard negative, found by the untrained encoder.

    The segments `spared` are no negatives: those that answer the questions by which training is judged.
    """
    near = nearest(pool, asked, encoder, RANKS.stop)
    for each, ranked in zip(asked, near, strict=True):
        barred = {*each.gold, *spared}
        others = [int(number) for number in ranked[RANKS.start :] if number not in barred]
        for gold in each.gold[:_ANSWERING]:
            hard = pool.texts[draw.choice(others)] if others else ""
            yield Pair(each.question, pool.texts[gold], hard, each.kind)


def nearest(pool: Pool, asked: Sequence[Labelled], encoder: Encoder, k: int) -> NDArray[np.int64]:
    """int64[n, k]: the numbers of the segments nearest to each question, the nearest first."""
    texts = sorted(range(len(pool.texts)), key=lambda number: len(pool.texts[number]))
    vectors = np.zeros((len(texts), encoder.dimension), np.float32)
    vectors[texts] = encoder.encode([pool.texts[number] for number in texts], "passage")
    common = vectors.mean(axis=0)
    queries = encoder.encode([each.question for each in asked], "query") - common
    centred = vectors - common
    cosines = queries @ (centred / np.linalg.norm(centred, axis=1, keepdims=True)).T
    return np.argsort(-cosines, axis=1)[:, :k]


def gains(pool: Pool, asked: Sequence[Labelled], encoder: Encoder) -> list[float]:
    """nDCG@10 of each question, over the segments of the pool by their vectors alone."""
    near = nearest(pool, asked, encoder, _DEPTH)
    run = {str(i): {str(n): float(-rank) for rank, n in enumerate(row)} for i, row in enumerate(near)}
    gold = {str(i): {str(n): 1 for n in each.gold} for i, each in enumerate(asked)}
    scored = {found.query_id: found.value for found in (ir_measures.nDCG @ _DEPTH).iter_calc(gold, run)}
    return [scored[str(i)] for i in range(len(asked))]
