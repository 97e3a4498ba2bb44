"""How much of a question's terms a stretch of text holds: whole, in pieces, written out, or by words like them.

It compares words; which text to look at, and what follows from it, is `rag.evidence`'s to say.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Self

from corpus.analyzer import Analyzer
from corpus.lexicon import places, policy_matters
from corpus.normalize import fold
from rag.terms import frames
from rag.types import Term

#: What a term counts that only the headings hold; a longer one of which only pieces are held; and one whose words
#: stand apart (易地搬迁 in 易地扶贫搬迁) or written out (集采 for 集中采购).
_HEADING_SHARE: Final = 0.6
_PIECES_SHARE: Final = 0.6
_WORDS_SHARE: Final = 0.9
#: How much of a strict term must be held; the name of a policy matter is a thing of its own.
_STRICT_SHARE: Final = 0.25
_MATTER_SHARE: Final = 0.5
_PLACE_WEIGHT: Final = 0.2
#: 二00一: spelled with zeros of any kind.
_SPELLED_YEAR: Final = re.compile(r"[一二][〇零○0一二三四五六七八九]{3}(?=年)")
_NUMERALS: Final = "〇零一二三四五六七八九十百"
_FIGURES: Final = str.maketrans("零○〇一二三四五六七八九", "000123456789")


class Matcher:
    """Matches terms against one stretch of text: its folded words and its index terms."""

    def __init__(self, folded: str, terms: frozenset[str], words: tuple[str, ...], initials: frozenset[str]) -> None:
        self.folded, self.terms, self.words, self._initials = folded, terms, words, initials
        self._pieces: dict[str, float] = {}

    @classmethod
    def of(cls, text: str, analyzer: Analyzer) -> Self:
        """The matcher of a text, which is cut into words for it."""
        folded = _SPELLED_YEAR.sub(_in_figures, fold(text))
        cut = analyzer.words(folded, folded=True)
        words = [word for word in cut if word.kind == "word" and len(word.text) > 1]
        kept = dict.fromkeys(word.text for word in words if not frames(word.text))
        initials = frozenset(a.text[0] + b.text[0] for a, b in pairwise(words) if a.end == b.start)
        return cls(folded, frozenset(analyzer.terms_of(cut)), tuple(kept), initials)

    @classmethod
    def together(cls, matchers: Sequence["Matcher"]) -> Self:
        """The matcher of several texts as one, without cutting them again."""
        return cls(
            " ".join(each.folded for each in matchers),
            frozenset().union(*(each.terms for each in matchers)),
            tuple(dict.fromkeys(word for each in matchers for word in each.words)),
            frozenset().union(*(each._initials for each in matchers)),  # noqa: SLF001 - its own kind
        )

    def share(self, term: Term) -> float:
        """How much of a term is held: 1 whole, or by a variant; less where only pieces or a like word are; else 0."""
        if self.whole(term):
            return 1.0
        word = term.text
        if term.exact or word.isascii():
            return 0.0
        if word not in self._pieces:
            self._pieces[word] = max(self._in_pieces(word), _WORDS_SHARE * (word in self._initials))
        if self._pieces[word] or not term.likes:
            return self._pieces[word]
        return max((term.likes[held] for held in self.words if held in term.likes), default=0.0)

    def satisfies(self, term: Term) -> bool:
        """Whether enough of a strict term is held."""
        return self.share(term) >= (_MATTER_SHARE if term.text in policy_matters() else _STRICT_SHARE)

    def whole(self, term: Term) -> bool:
        """Whether a term, or a variant of it, stands in the text."""
        return any(self._has(word) for word in (term.text, *term.variants))

    def _has(self, word: str) -> bool:
        # Inside longer words only what cannot be met by chance: 8个 is not in 28个, 省长 not in 省长三角办.
        if word in self.terms:
            return True
        if word[:1].isdigit():
            return re.search(_spaced(word), self.folded) is not None
        if len(word) < 3 or word not in self.folded:
            return False
        # 一五时期 is not in 十一五时期.
        return word[0] not in _NUMERALS or re.search(f"(?<![{_NUMERALS}]){re.escape(word)}", self.folded) is not None

    def _in_pieces(self, word: str) -> float:
        """What the pieces of a longer word count that are held."""
        if len(word) < 3:
            return 0.0
        if len(word) == 4 and all(half in self.folded or frames(half) for half in (word[:2], word[2:])):
            return _WORDS_SHARE
        pairs = [word[i : i + 2] for i in range(len(word) - 1)]
        # Of three characters two are held as a word (物业 of 物业费), not as they meet by chance (紫癜 | 风湿).
        held = self.terms if len(word) == 3 else self.folded
        return _PIECES_SHARE * sum(pair in held for pair in pairs) / len(pairs)


def _spaced(word: str) -> str:
    """An amount or a date as it may be written: 2023年, 2023 年."""
    unit = word.lstrip("0123456789.,")
    number = word[: len(word) - len(unit)]
    return rf"(?<![\d.]){re.escape(number)} ?{re.escape(unit)}(?!\d)"


def _in_figures(year: re.Match[str]) -> str:
    return year[0].translate(_FIGURES)


def coverage(terms: Sequence[Term], own: Matcher, above: Matcher | None = None) -> float:
    """The share of `terms`, by weight, that `own` holds, or counting less `above`; 1 where there are no terms."""
    # A place tells where, not what: 合肥 does not make a text about the weather in 合肥.
    weights = [_PLACE_WEIGHT if term.text in places() else term.weight for term in terms]
    total = sum(weights)
    if not total:
        return 1.0
    held = 0.0
    for term, weight in zip(terms, weights, strict=True):
        share = own.share(term)
        if above is not None:
            share = max(share, _HEADING_SHARE * above.share(term))
        held += weight * share
    return held / total
