"""Near misses: a question with one word exchanged for another of its kind, so that its passage answers another one.

Numbers become other numbers; a name, place, body or noun becomes one of the same part of speech, from the same passage
(which is harder to see through) or from another question.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.analyzer import Analyzer, Word
from corpus.lexicon import frame_words
from train.examples import Example

#: Parts of speech as jieba's dictionary has them: persons, places, bodies, other names, nouns, verbal nouns, times.
_NAMES: Final = frozenset({"nr", "ns", "nt", "nz", "nrt", "t"})
_NOUNS: Final = frozenset({"n", "vn", "l"}) | _NAMES
_GENERIC: Final = frozenset(
    "时候 时间 地方 原因 方面 情况 内容 部分 问题 名字 名称 类型 作用 特点 机构 部门 单位".split()
)
_STEPS: Final = (-7, -3, -2, -1, 1, 2, 3, 5, 8)
_WITHIN: Final = 0.4


def near_misses(examples: Sequence[Example], share: float, draw: random.Random) -> list[Example]:
    """For about `share` of the answered examples one whose question has a word exchanged."""
    analyzer = Analyzer()
    cut = [_exchangeable(analyzer, each.question) for each in examples]
    pool: dict[str, list[str]] = {}
    for words in cut:
        for word, kind in words:
            pool.setdefault(kind, []).append(word.text)
    made = []
    for each, words in zip(examples, cut, strict=True):
        present = [(word, kind) for word, kind in words if word.text in each.passage]
        if not (each.answerable and present and draw.random() < share):
            continue
        named = [pair for pair in present if pair[1] in _NAMES or pair[1] == "number"]
        word, kind = draw.choice(named or present)
        other = _other(analyzer, each, word.text, kind, pool[kind], draw)
        if other and other != word.text and other not in each.question:
            question = each.question[: word.start] + other + each.question[word.end :]
            made.append(replace(each, question=question, start=-1, end=-1, kind=f"{each.kind}-exchanged"))
    return made


def _exchangeable(analyzer: Analyzer, folded: str) -> list[tuple[Word, str]]:
    words = []
    for word in analyzer.words(folded, folded=True):
        if folded[word.start : word.end] != word.text or word.text in frame_words() or word.text in _GENERIC:
            continue
        kind = "number" if re.search(r"\d", word.text) else analyzer.tag(word.text)
        if len(word.text) > 1 and (kind == "number" or kind in _NOUNS):
            words.append((word, kind))
    return words


def _other(analyzer: Analyzer, each: Example, word: str, kind: str, pool: Sequence[str], draw: random.Random) -> str:
    if kind == "number":
        return re.sub(r"\d+", lambda found: str(max(1, int(found[0]) + draw.choice(_STEPS))), word)
    if draw.random() < _WITHIN:
        answer = each.passage[each.start : each.end]
        here = [w.text for w, k in _exchangeable(analyzer, each.passage) if k == kind and w.text not in answer]
        if here:
            return draw.choice(here)
    return draw.choice(pool)
