"""A question read: language, numbered parts, the kind of words that would answer, and the terms that matter.

It sees the question and the word lists, and asks the corpus only how rare a term is. Finding is `rag.retrieve`'s.
"""

import math
import re
from collections.abc import Callable
from typing import Final

from corpus.analyzer import Analyzer, Word
from corpus.lexicon import frame_words, places, synonyms
from corpus.normalize import fold
from rag import english
from rag.kinds import asked_attribute, asked_unit, expected
from rag.references import Named, read_references
from rag.types import Language, Query, Term

#: What every amount or date is one of: the kind of answer covers it already.
_MEASURES: Final = frozenset(
    "金额 数额 总额 数量 总量 人数 户数 比例 占比 比重 增速 增幅 规模 时间 日期 地点 单位 部门 标题 名字".split()
)
_ASKS: Final = re.compile(r"什么|哪|多少|怎|^几|^[是有能会要可好]不|不[是会能要好]$")
#: Offices: who holds one is not answered by a text that does not name the office.
_OFFICE: Final = re.compile(
    r"(?:书记|省长|市长|县长|区长|主席|总理|主任|部长|厅长|局长|组长|会长|院长|校长|秘书长|发言人|负责人|联系人)$"
)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_STRICT_KINDS: Final = frozenset({"amount", "date", "latin", "reference", "ordinal"})
#: What a jieba tag says of a word: places, persons, bodies and other proper names.
_NAME_TAGS: Final = ("ns", "nr", "nt", "nz")
_GENERIC_WEIGHT: Final = 0.35

Frequency = Callable[[str], int]


class QuestionReader:
    """Reads questions against one corpus: `frequency` tells in how many of `size` segments a term occurs."""

    def __init__(self, analyzer: Analyzer, frequency: Frequency, size: int) -> None:
        self._analyzer, self._frequency, self._size = analyzer, frequency, max(1, size)

    def read(self, question: str) -> Query:
        """The question as understood."""
        folded = fold(question).strip()
        language: Language = "zh" if _CHINESE.search(folded) else "en"
        named = read_references(folded)
        topic = _blanked(folded, named)
        terms = self._chinese_terms(topic) if language == "zh" else self._english_terms(topic, question)
        attribute = self._attribute(topic, terms) if language == "zh" else None
        return Query(
            question, folded, language, expected(folded), named.references, named.path, tuple(terms), topic,
            asked_unit(folded), attribute,
        )  # fmt: skip

    def _attribute(self, topic: str, terms: list[Term]) -> Term | None:
        """The last term of what is asked of something, where the question has that form."""
        attribute = asked_attribute(topic)
        inside = [term for term in terms if term.text in attribute and term.text not in _MEASURES]
        return inside[-1] if inside else None

    def _chinese_terms(self, topic: str) -> list[Term]:
        terms: dict[str, Term] = {}
        for word in self._analyzer.words(topic, folded=True):
            if word.text not in terms and self._matters(word, topic[: word.start]):
                terms[word.text] = self._term(word)
        return list(terms.values())

    def _matters(self, word: Word, before: str) -> bool:
        """Whether a word names something; `before` is what stands in front of it."""
        if word.kind == "amount":
            # 哪一年, 几个, 多少万吨 ask for an amount; 三个 alone counts what is named elsewhere.
            return not re.fullmatch(r"[0-9]个", word.text) and not re.search(r"[哪几每]$|多少$|第$", before)
        return word.kind in _STRICT_KINDS or (len(word.text) > 1 and not _frames(word.text))

    def _term(self, word: Word) -> Term:
        text = word.text
        if text in places():
            names = tuple(name for name in places()[text] if name != text and len(name) > 1)
            return Term(text, self._weight(text), names, strict=True)
        strict = word.kind in _STRICT_KINDS or self._analyzer.tag(text) in _NAME_TAGS or bool(_OFFICE.search(text))
        return Term(text, self._weight(text), synonyms().get(text, ()), strict)

    def _weight(self, term: str) -> float:
        """From 0.3 for a term of every segment to 1 for one of few or none."""
        share = (self._frequency(term) + 0.5) / (self._size + 1)
        return max(0.3, min(1.0, -math.log(share) / math.log(self._size + 1)))

    def _english_terms(self, topic: str, question: str) -> list[Term]:
        terms: list[Term] = []
        names = {name.lower() for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", question)}
        for phrase, known in english.phrases(topic, lambda word: self._frequency(word) > 0):
            place = bool(known) and known[0] in places()
            # One-character short forms (浙 in 沪苏浙) are no mention of the place itself.
            held = tuple(word for word in known if len(word) > 1) if place else known
            weight = max((self._weight(word) for word in held[:3]), default=1.0)
            terms.append(Term(phrase, weight, held, strict=place or (not known and phrase in names)))
        numbers = (w.text for w in self._analyzer.words(topic, folded=True) if w.kind in ("amount", "date"))
        terms.extend(Term(n, 1.0, (f"{n}年",) if len(n) == 4 else (), strict=True) for n in numbers)
        return terms


def _frames(word: str) -> bool:
    """Whether a word asks or frames: 什么样, 哪些地方, 提了, 好不好."""
    stems = (word, word.removesuffix("了"), word.removesuffix("过"), word.removesuffix("到"))
    return any(stem in frame_words() for stem in stems) or bool(_ASKS.search(word))


def _blanked(folded: str, named: Named) -> str:
    """The text with the words that name parts by number taken out."""
    characters = list(folded)
    for start, end in named.spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)
