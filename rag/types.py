"""The values that flow from a question to an answer. Every one is frozen; what works on them stands elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from corpus.address import Address
from corpus.catalog import Validity
from corpus.model import Document, Part

Language = Literal["zh", "en"]
Check = Literal["verified", "number_mismatch", "wrong_address", "stitched_quote", "unsupported"]
Reason = Literal["no_evidence", "weak_evidence", "missing_terms", "no_such_address", "not_a_question"]


class Expects(Enum):
    """What kind of words would answer: the asked-for type."""

    NUMBER = "number"
    MONEY = "money"
    PERCENTAGE = "percentage"
    DATE = "date"
    YEAR = "year"
    DURATION = "duration"
    WHO = "who"
    WHERE = "where"
    REFERENCE = "reference"
    PHONE = "phone"
    ONLINE = "online"
    YES_NO = "yes_no"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reference:
    """A part named by number: the unit as written (条, 部分, section; "" where none), the number; -1 is the last.

    `beside` is true for one that stands next to the reference before it (第三条和第五条), and not inside it; `sub` is
    the number behind 之 (第三条之一). `last` is the end of a range (第三条至第五条, 前三条; -1 again the last), 0 where
    one part is named. `step` leads from the reference before it to a neighbour: 1 for 下一条, -1 for 上一条.
    """

    unit: str
    number: int
    text: str
    beside: bool = False
    sub: int = 0
    last: int = 0
    step: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the answer's source must hold, or one of its `variants`.

    `weight` grows with rarity. An `own` term is a noun that is not too common to name one thing. A `strict` term cannot
    be made good by others; an `exact` one (a name, a number, a date, a place) not even by pieces of itself. One that
    `pins` tells which place, year or document is meant: what is said of another is no answer. `likes` are words of a
    like meaning that count as well, with how much of the term they stand for.
    """

    text: str
    weight: float
    variants: tuple[str, ...] = ()
    own: bool = False
    strict: bool = False
    exact: bool = False
    pins: bool = False
    likes: Mapping[str, float] = field(default_factory=dict, hash=False)

    def stands_in(self, folded: str) -> bool:
        """Whether a folded text has the word, or a variant, anywhere; inside longer words as well."""
        return any(word in folded for word in (self.text, *self.variants))


@dataclass(frozen=True, slots=True)
class Filter:
    """The documents that may be looked in: all where `documents` is None, and never one of `excluded`. By id.

    `as_of` (ISO) asks for the versions that held on that day; None for the newest.
    """

    documents: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    as_of: str | None = None

    def allows(self, document_id: str) -> bool:
        """Whether a document may be looked in."""
        return document_id not in self.excluded and (self.documents is None or document_id in self.documents)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood. `topic` is its text without the words that name parts by number.

    `unit` is the counting word asked for (多少条: 条), `counted` the character behind it (多少个县: 县). `unknown` are
    names of documents that are not held, `near` the ids of those whose titles are like them.
    """

    question: str
    folded: str
    language: Language
    expects: Expects
    references: tuple[Reference, ...]
    path: Address | None
    terms: tuple[Term, ...]
    topic: str
    unit: str = ""
    counted: str = ""
    filter: Filter = Filter()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A part that was found, with the score of each stage; None where that stage did not find it.

    `segment` is the number of the part's segment that fits best; 0 where none was looked for. `same` are the parts of
    other documents that say the same and were found as well.
    """

    document_id: str
    address: Address
    score: float
    structural: float | None = None
    lexical: float | None = None
    dense: float | None = None
    segment: int = 0
    same: tuple[tuple[str, Address], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What each stage of a search brought up, best first, and the order made of all: `fused`."""

    structural: tuple[Hit, ...]
    lexical: tuple[Hit, ...]
    dense: tuple[Hit, ...]
    fused: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the numbers in a question lead to. `asked` is false where the question names no part.

    `parts` are the candidates, best first; empty with `asked` true means that there is no such part.
    `scope` is the part whose name the question mentions (主要任务), if any. `together` is true where each of `parts` is
    asked for (第三条和第五条), and not one of them; `others` is then where else the same numbers stand. `among` counts
    the documents that may have what is named; `work` is the one document that the question names, or all volumes of the
    one code.
    """

    asked: bool
    parts: tuple[tuple[Document, Part], ...] = ()
    scope: tuple[Document, Part] | None = None
    together: bool = False
    others: tuple[tuple[Document, Part], ...] = ()
    among: int = 0
    work: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a part's own text: [start, end) in the document, and how well it fits the question."""

    document: Document
    part: Part
    start: int
    end: int
    score: float = 0.0
    coverage: float = 0.0
    similarity: float = 0.0

    @property
    def text(self) -> str:
        """The words, as they stand."""
        return self.document.text[self.start : self.end]

    @property
    def middle(self) -> int:
        """The offset halfway."""
        return (self.start + self.end) // 2


@dataclass(frozen=True, slots=True)
class AnsweringWords:
    """[start, end) of a document, read as the words that answer; from 0 to 1 how likely they do (`corpus.reader`)."""

    document: Document
    start: int
    end: int
    sure: float

    @property
    def text(self) -> str:
        """The words, as they stand."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer may be made of, and what is known about how well it fits.

    `sentences` are best first. `coverage` is the share of the question's terms, by weight, that one of them holds with
    its part; `similarity` the highest cosine among the first three; `missing` the terms that none of the parts holds,
    `terms` all of them as they were weighed; `lacking` the strict ones that the place
    which has most of them lacks; `words` what a reader, if there is one, took for the answer; `of_kind` whether words
    of the kind that is asked for stand where it would be quoted.
    """

    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...]
    coverage: float
    similarity: float
    missing: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    lacking: tuple[Term, ...] = ()
    words: AnsweringWords | None = None
    of_kind: bool = True


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation with its place: `quote` is `text[start:end]` of the document, to the letter."""

    number: int
    document_id: str
    title: str
    reference: str | None
    address: Address
    label: str
    quote: str
    start: int
    end: int
    page: int | None = None
    validity: Validity = "unknown"
    validity_note: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """A part that the quote of citation number `via` refers to, quoted itself (引文所指)."""

    via: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that an answer says, the citations it rests on, and the places in `text` of the answering words.

    `why` says what does not hold where `check` is not "verified": the statement is struck out then, and shown as such.
    """

    text: str
    citations: tuple[int, ...]
    check: Check = "verified"
    marks: tuple[tuple[int, int], ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a table: its words, and the citations they are quoted from; none where the text does not say."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Things side by side: `columns` names the fields, the first cell of each row names the thing."""

    kind: Literal["comparison", "card"]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a language model had to do with an answer.

    `invented` counts the citations that it made up and that were dropped. `failure` says why its draft was given up
    and quotations stand instead; "" where it was not.
    """

    name: str
    invented: int = 0
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer proposes: statements and what they cite. `lead` introduces them, `note` follows them."""

    lead: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    short_answer: str | None = None
    total: int | None = None
    listed: int | None = None
    note: str = ""
    table: Table | None = None
    model: ModelUse | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, which words the documents lack, what lies nearest, and what the documents cover.

    `confidence` is that of the answer which was not given: 0 where a rule forbade it. `instead` says what there is
    where a part or document is asked for that there is not. `struck` is what `model` drafted, none of which held.
    """

    reason: Reason
    missing_terms: tuple[str, ...] = ()
    nearest: tuple[Citation, ...] = ()
    coverage: str = ""
    confidence: float = 0.0
    instead: str = ""
    struck: tuple[Statement, ...] = ()
    model: ModelUse | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A question of a conversation, made to stand alone; `explanation` is shown where it was changed."""

    standalone: str
    explanation: str | None = None
    scope: tuple[str, Address] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user gets. `refusal` is None exactly where `status` is "answered".

    `text` is all of it in words; `lead` and `note` are what stands in it before and after the statements. `confidence`,
    from 0 to 1, is how likely it is that the evidence answers; None where the system tells none. `referrals` are the
    parts that the quotations refer to. `partial` marks an answer that is still growing.
    """

    question: str
    standalone_question: str
    reading: str | None
    status: Literal["answered", "refused"]
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    short_answer: str | None = None
    total: int | None = None
    listed: int | None = None
    refusal: Refusal | None = None
    method: str = "extractive"
    language: Language = "zh"
    lead: str = ""
    note: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    confidence: float | None = None
    referrals: tuple[Referral, ...] = ()
    table: Table | None = None
    model: ModelUse | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What a conversation remembers of one exchange: the question in full, and where its answer came from.

    `question` is what was typed; `listed` the members of a list, where the answer was one, and `place` then the part
    that holds them. `labels` and `quotes` are those of the citations. `documents` are the ids of the documents that the
    answer came from, or that the question was held to where there was no answer; `near` are then the places that were
    shown as lying nearest. `followed` is whether the question was read as a follow-up.
    """

    standalone: str
    place: tuple[str, Address] | None
    others: tuple[tuple[str, Address], ...] = ()
    question: str = ""
    listed: tuple[tuple[str, Address], ...] = ()
    labels: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    near: tuple[tuple[str, Address], ...] = ()
    followed: bool = False
