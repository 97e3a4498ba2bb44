"""A question read: language, parts named by number, the kind of words that would answer, and the terms that matter.

It sees the question and the word lists, and asks the corpus only how rare a term is. Finding is `rag.retrieve`'s.
"""

import re
from collections.abc import Sequence
from typing import Final

from corpus.analyzer import Analyzer
from corpus.normalize import fold
from rag.kinds import asked_attribute, asked_unit, expected
from rag.naming import without
from rag.references import read_references
from rag.terms import Frequency, TermReader
from rag.types import Language, Query

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH_WORD: Final = re.compile(r"[a-z]{2,}")


class QuestionReader:
    """Reads questions against one corpus: `frequency` tells in how many of `size` segments a term occurs."""

    def __init__(self, analyzer: Analyzer, frequency: Frequency, size: int) -> None:
        self._terms = TermReader(analyzer, frequency, size)

    def read(self, question: str, names: Sequence[tuple[int, int]] = ()) -> Query:
        """The question as understood; `names` are the places in `fold(question)` that only name a document."""
        folded = without(fold(question), names).strip()
        # A Chinese title in an English question does not make it Chinese.
        language = language_of(folded)
        named = read_references(folded)
        topic = without(folded, named.spans)
        kind = expected(folded)
        if language == "zh":
            terms = self._terms.chinese(topic, kind, asked_attribute(topic))
        else:
            terms = self._terms.english(topic, question)
        return Query(
            question, folded, language, kind, named.references, named.path, tuple(terms), topic, *asked_unit(folded)
        )


def language_of(folded: str) -> Language:
    """The language of a folded question.

    English may quote a Chinese name (小班), Chinese an abbreviation (AI): the greater part decides.
    """
    words = len(_ENGLISH_WORD.findall(folded))
    return "en" if words and words >= len(_CHINESE.findall(folded)) else "zh"
