"""Texts as tokens the way CMRC 2018's scorer takes them: a character of Chinese each, other words whole, no signs.

Source: the evaluation script of CMRC 2018 (Cui et al., EMNLP 2019). It cuts other words with NLTK; here blanks and
signs cut them, which differs in English contractions only.
"""

import re
from typing import Final

#: The signs that the scorer drops.
SIGNS: Final = frozenset("-:_*^/\\~`+=，。：？！“”；’《》…·、「」（）－～『』")
_TOKEN: Final = re.compile(r"[\u4e00-\u9fa5]|[^\s\u4e00-\u9fa5]+")
_WORD: Final = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*|[^\w\s]")


def tokens(text: str) -> list[str]:
    """The tokens of `text` in lower case."""
    blanked = "".join(" " if character in SIGNS else character for character in text.lower())
    return [
        word
        for run in _TOKEN.findall(blanked)
        for word in ([run] if len(run) == 1 or "\u4e00" <= run[0] <= "\u9fa5" else _WORD.findall(run))
    ]


def bare(text: str) -> str:
    """`text` in lower case without blanks and signs: what exact match compares."""
    return "".join(character for character in text.lower() if character not in SIGNS and not character.isspace())


def longest_common_substring(left: list[str], right: list[str]) -> int:
    """The length of the longest run of tokens that stands in both."""
    best, before = 0, [0] * (len(right) + 1)
    for token in left:
        row = [0]
        for place, other in enumerate(right):
            row.append(before[place] + 1 if token == other else 0)
        best, before = max(best, *row), row
    return best


def longest_common_subsequence(left: list[str], right: list[str]) -> int:
    """The length of the longest sequence of tokens that stands in both, gaps allowed."""
    before = [0] * (len(right) + 1)
    for token in left:
        row = [0]
        for place, other in enumerate(right):
            row.append(before[place] + 1 if token == other else max(before[place + 1], row[place]))
        before = row
    return before[-1]
