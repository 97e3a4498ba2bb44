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
from rag.references import Named, read_references
from rag.types import Expects, Language, Query, Term

_MONEY: Final = re.compile(
    r"多少(?:钱|资金|经费|万元|亿元|元|投资|补贴|补助|奖励|预算)|(?:金额|资金|经费|预算|投资额?|补贴|补助|奖励|奖金|罚款|费用|标准|规模)"
    r"(?:额度?|总额|标准|规模)?(?:是|为|有|达到?|将达到?|一共|共|大约|约)*(?:多少|几)|(?:投入|拨款|安排|花费?|奖励|补贴|补助|投资)了?多少(?!个|项|条|人)"
    r"|how much (?:money|fund|will|does|did|is (?:allocat|invest|spen))|budget|how much funding|what amount"
)
_PERCENTAGE: Final = re.compile(r"百分之(?:几|多少)|(?:比例|占比|比重|增速|增长率|覆盖率|[率])(?:是|为|达到?|要达到?)*多少|percent|what proportion|growth rate")
_YEAR: Final = re.compile(r"哪一?年|何年|几几年|什么年份|which year|what year")
_DATE: Final = re.compile(
    r"什么时[候间]|何时|哪[一]?[天日]|几月|几号|哪个?月|(?:日期|时间)(?:是|为)?(?:什么|哪|多少|几)|[是在]?什么日[子期]|when\b|what date|which date|on what day"
)
_WHO: Final = re.compile(
    r"谁|哪[位名]|何人|哪[个些家一](?:部门|单位|机构|机关|人|领导|会议|组织|省|委|厅|局)|(?:什么|哪些)(?:部门|单位|机构|机关|人|会议)"
    r"|由(?:什么|哪)|who\b|whom\b|which (?:body|department|agency|organi[sz]ation|authority|commission|official)|what (?:body|department|agency)"
)
_WHERE: Final = re.compile(r"哪里|哪儿|何处|何地|什么地方|哪[个些座](?:城市|地方|地区|市|县|区)|在哪|where\b|which (?:city|cities|place|region)")
_COUNTED: Final = re.compile(
    r"(?:多少|几)(?P<unit>个百分点|个部分|个方面|部分|方面|周年|[条项个名户人家所年月日次届批章节款点倍种类大张处])|第几(?P<rank>[届次条项])?|多少|几周年|how many"
)
_LIST: Final = re.compile(
    r"(?:有|是|包括|包含|分为|涉及|提出|围绕|列出|列举)(?:了)?(?:哪|什么)|哪(?:几|些)|哪[三四五六七八九十两二\d]+|有何|分别(?:是|有|为)?|(?:列出|列举|罗列)"
    r"|what are|which (?:are|\w+ are|eight|three|six)|list\b|name the"
)
_YES_NO: Final = re.compile(r"吗[?？]?$|是否|有没有|是不是|能不能|可不可以|^(?:does|do|did|is|are|was|were|has|have|can)\b")
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
        terms = self._chinese_terms(topic) if language == "zh" else self._english_terms(topic)
        counted = _COUNTED.search(folded)
        unit = (counted.groupdict().get("unit") or counted.groupdict().get("rank") or "") if counted else ""
        return Query(
            question, folded, language, _expects(folded), named.references, named.path, tuple(terms), topic, unit
        )

    def _chinese_terms(self, topic: str) -> list[Term]:
        terms: dict[str, Term] = {}
        for word in self._analyzer.words(topic, folded=True):
            if word.text not in terms and self._matters(word):
                terms[word.text] = self._term(word)
        return list(terms.values())

    def _matters(self, word: Word) -> bool:
        if word.text in frame_words():
            return False
        if word.kind == "amount" and re.fullmatch(r"[1-9]个", word.text):
            return False
        return word.kind in _STRICT_KINDS or len(word.text) > 1

    def _term(self, word: Word) -> Term:
        text = word.text
        if text in places():
            names = tuple(name for name in places()[text] if name != text and len(name) > 1)
            return Term(text, self._weight(text), names, strict=True)
        strict = word.kind in _STRICT_KINDS or self._analyzer.tag(text) in _NAME_TAGS
        return Term(text, self._weight(text), synonyms().get(text, ()), strict)

    def _weight(self, term: str) -> float:
        """From 0.3 for a term of every segment to 1 for one of few or none."""
        share = (self._frequency(term) + 0.5) / (self._size + 1)
        return max(0.3, min(1.0, -math.log(share) / math.log(self._size + 1)))

    def _english_terms(self, topic: str) -> list[Term]:
        terms: list[Term] = []
        for phrase, known in english.phrases(topic):
            held = tuple(word for word in known if self._frequency(word) or len(word) > 1)
            if known and not held:
                held = known
            weight = max((self._weight(word) for word in held[:3]), default=1.0)
            terms.append(Term(phrase, weight, held))
        for word in self._analyzer.words(topic, folded=True):
            if word.kind in ("amount", "date"):
                terms.append(Term(word.text, 1.0, (f"{word.text}年",) if len(word.text) == 4 else (), strict=True))
        return terms


def _blanked(folded: str, named: Named) -> str:
    """The text with the words that name parts by number taken out."""
    characters = list(folded)
    for start, end in named.spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _expects(folded: str) -> Expects:
    """The kind of words that would answer. The order settles which of two signs counts."""
    table = (
        (Expects.MONEY, _MONEY), (Expects.PERCENTAGE, _PERCENTAGE), (Expects.YEAR, _YEAR), (Expects.DATE, _DATE),
        (Expects.WHO, _WHO), (Expects.WHERE, _WHERE), (Expects.LIST, _LIST), (Expects.NUMBER, _COUNTED),
        (Expects.YES_NO, _YES_NO),
    )  # fmt: skip
    return next((kind for kind, pattern in table if pattern.search(folded)), Expects.TEXT)
