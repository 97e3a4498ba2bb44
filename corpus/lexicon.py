"""The word lists that ship, read once from `corpus/data/`: plain text, a line an entry, # for remarks.

`policy_words.txt` and `policy_matters.txt` are words that jieba would cut apart, the latter names of matters;
`synonyms.txt` has a group a line; `places.txt` the names of provinces and prefectures with their short forms;
`frame_words.txt` the words that ask rather than tell; `english_terms.txt` English policy terms in Chinese;
`english_titles.txt` English names of laws; `english_questions.txt` English questions about anything.
Users extend a list by adding lines. What a word means in a question is not decided here.
"""

from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def _lines(name: str) -> list[str]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line for raw in text.splitlines() if (line := raw.split("#", 1)[0].strip())]


@cache
def policy_words() -> tuple[str, ...]:
    """Words to keep whole."""
    return tuple(word for line in _lines("policy_words.txt") for word in line.split()) + tuple(policy_matters())


@cache
def policy_matters() -> dict[str, None]:
    """Those among them that name a matter of its own, in order: 城市更新, 低空经济."""
    return dict.fromkeys(word for line in _lines("policy_matters.txt") for word in line.split())


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """For each word of a group the others of it."""
    groups = [line.split() for line in _lines("synonyms.txt")]
    table: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            others = tuple(other for other in group if other != word)
            table[word] = tuple(dict.fromkeys((*table.get(word, ()), *others)))
    return table


@cache
def places() -> dict[str, tuple[str, ...]]:
    """For each name of a province or prefecture, every way it is written: 安徽 → 安徽, 安徽省, 皖."""
    table: dict[str, tuple[str, ...]] = {}
    for line in _lines("places.txt"):
        names = tuple(line.split())
        table.update(dict.fromkeys((name for name in names if len(name) > 1), names))
    return table


@cache
def frame_words() -> frozenset[str]:
    """Words that ask or frame, and say nothing of the subject: 什么, 规定, 文件."""
    return frozenset(word for line in _lines("frame_words.txt") for word in line.split())


@cache
def english_terms() -> dict[str, tuple[str, ...]]:
    """English policy terms, and the Chinese words for each, most likely first."""
    pairs = (line.split("=", 1) for line in _lines("english_terms.txt"))
    return {english.strip(): tuple(chinese.split()) for english, chinese in pairs}


@cache
def english_questions() -> tuple[str, ...]:
    """Questions in English about anything."""
    return tuple(_lines("english_questions.txt"))


@cache
def english_titles() -> dict[str, tuple[str, ...]]:
    """The Chinese name of a law, and its English ones as they look in a folded question without blanks."""
    pairs = (line.split("=", 1) for line in _lines("english_titles.txt"))
    return {
        chinese.strip(): tuple("".join(name.lower().split()) for name in english.split(";"))
        for chinese, english in pairs
    }
