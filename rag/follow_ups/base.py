"""What every reader of follow-ups is given, and how a reading of it is worded.

A reader gives a `Reading`, or None where the question is not of its kind. Which reader comes first is `rag.session`'s
to say.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from corpus.address import Address
from corpus.analyzer import Analyzer, Word
from corpus.catalog import Catalog
from corpus.lexicon import frame_words
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.answer.short import holds_expected
from rag.english import STOP_WORDS
from rag.naming import NamedDocuments
from rag.outlines import Outlines, Place
from rag.question import language_of
from rag.types import Filter, Language, Query, Reading, Turn

#: 那个, 那年: pointing at something, and no way to begin.
_THAT: Final = "(?![个部份篇项种条里些时年天月])"
OPENING: Final = re.compile(
    rf"^(?:那么?{_THAT}|还有|另外|然后|以及|接着|再问一?下?|and|what about|how about|then|also)[,，、\s]*"
)
CLOSING: Final = re.compile(
    r"(?:又?怎么样|怎么说的?|是?如何|又是什么|是什么|是多少|怎么规定的?|有什么规定|讲了什么|说了什么|规定了什么|呢)?"
    r"[?？。!！呢啊吗\s]*$"
)
#: What asks, and says nothing of the subject.
ASKING: Final = re.compile(
    r"哪(?:一?[天年月日个些里儿位种类条项款章节家座所次届]|几[个条项天])?|什么(?:时候|样的?|地方)?|怎么样?|怎样|如何|为何|何时|何处|为什么|多[少长久大高]|谁|几|是否|能否|吗|呢"
)


@dataclass(frozen=True)
class Corpus:
    """What of a corpus a follow-up is read against.

    `chosen` may be looked in, `named` finds documents by name, `read` reads a question by itself.
    """

    outlines: Outlines
    analyzer: Analyzer
    catalog: Catalog
    chosen: Filter
    named: Callable[[str], NamedDocuments]
    read: Callable[[str], Query]

    @cached_property
    def allowed(self) -> frozenset[str]:
        """The ids of the documents that may be looked in."""
        return frozenset(self.outlines.allowed(self.chosen))

    def place(self, where: tuple[str, Address] | None) -> Place | None:
        """A part with its document, if it may be looked in."""
        return self.outlines.place(self.chosen, where)

    def answers(self, query: Query, text: str) -> bool:
        """Whether `text` holds words of the kind that a question asks for."""
        return holds_expected(query, text)

    def title(self, document_id: str) -> str:
        """The title as it is cited, with its marks."""
        return Address().label(self.catalog.title(document_id))


@dataclass(frozen=True)
class Asked:
    """A question, the turns before it, oldest first, and the part that the last answer came from."""

    question: str
    turns: tuple[Turn, ...]
    place: Place | None
    corpus: Corpus

    @cached_property
    def folded(self) -> str:
        """The question in one spelling."""
        return fold(self.question).strip()

    @cached_property
    def language(self) -> Language:
        """The question's language: its reading is told in it."""
        return language_of(self.folded)

    @cached_property
    def opened(self) -> bool:
        """Whether it begins like a follow-up, or ends like one: 那…, …呢."""
        return bool(OPENING.match(self.folded)) or self.folded.rstrip("?？ 。").endswith("呢")

    @cached_property
    def core(self) -> str:
        """The question, folded, without how it begins and ends: 农村 of 那农村呢."""
        return CLOSING.sub("", OPENING.sub("", self.folded))

    @property
    def plain(self) -> str:
        """The question as typed without how it begins: 第六条呢？"""
        return without_opening(self.question)

    def words(self, text: str) -> list[Word]:
        """The words of a folded text that neither ask nor frame."""
        quiet = ASKING.sub(lambda found: " " * len(found[0]), text)
        return [
            word
            for word in self.corpus.analyzer.words(quiet, folded=True)
            if not framing(word.text) and not (len(word.text) == 1 and word.kind == "word")
            if word.text not in STOP_WORDS
        ]

    def at(self, question: str, turns: Sequence[Turn], place: Place | None) -> "Asked":
        """Another question of the same conversation."""
        return replace(self, question=question, turns=tuple(turns), place=place)


def framing(word: str) -> bool:
    """Whether a word asks or frames: 规定, 提到了."""
    return any(stem in frame_words() for stem in (word, word.removesuffix("了"), word.removesuffix("过")))


def without_opening(question: str) -> str:
    """`question` without 那, 还有 and their like before it."""
    return re.sub(rf"^(?:那么?{_THAT}|还有|另外|然后|接着)[,，、\s]*", "", question.strip())


def told(asked: Asked, label: str, question: str) -> str:
    """How a question asked of a part or document is told: the label, then the question."""
    return f"{label}: {question}" if asked.language == "en" else f"{label}，{question}"


def read(
    asked: Asked, standalone: str, said: str, document: Document | None = None, address: Address | None = None
) -> Reading:
    """The reading `standalone`, told as `said`; looked for in `document`, which it names where there are others."""
    if document is not None and len(asked.corpus.allowed) > 1:
        title = asked.corpus.title(document.id)
        if title not in standalone:
            standalone = f"{title}{standalone}"
        if title not in said and document.metadata.title not in said:
            said = f"{title}{said}" if asked.language == "zh" else f"{title}: {said}"
    lead = "Read as" if asked.language == "en" else "按上文理解为"
    colon = ": " if asked.language == "en" else "："
    scope = (document.id, address or Address()) if document is not None else None
    return Reading(standalone, f"{lead}{colon}{said}", scope)


def place_label(document: Document, part: Part) -> str:
    """How a part is cited, without its document: 二、（三）第六项."""
    label = document.label(part.address)
    title = Address().label(document.metadata.title)
    reference = f"（{document.metadata.reference}）" if document.metadata.reference else ""
    return label.removeprefix(title).removeprefix(reference)
