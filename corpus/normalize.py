"""One spelling for what is written many ways: width, letter case, 繁→简, kinds of quotation marks.

`fold` is for comparing and indexing; what a reader sees is always the source itself. `fold_with_offsets` leads from a
place in the folded text back to the source. Characters are folded one by one, so that this way back always exists;
conversions that depend on neighbours (乾隆, 著作) are therefore left as they are.
"""

import re
import unicodedata
from functools import cache
from typing import Final

from opencc import OpenCC

# Quotation marks differ between editions of one text, and never tell two texts apart.
_SIGNS: Final = {"“": '"', "”": '"', "„": '"', "「": '"', "」": '"', "『": '"', "』": '"', "‘": "'", "’": "'"}
_SIGNS_MORE: Final = {"—": "-", "–": "-", "－": "-", "─": "-", "〔": "[", "〕": "]", "【": "[", "】": "]", "・": "·"}
_SPACED: Final = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


class _Table(dict[int, str]):
    """A table for `str.translate` that works out each character once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        sign = _SIGNS.get(character) or _SIGNS_MORE.get(character)
        folded = sign or unicodedata.normalize("NFKC", character).lower()
        if not sign and code > 0x2E80:
            folded = _converter().convert(folded)
        self[code] = folded
        return folded


_TABLE: Final = _Table()


def fold(text: str) -> str:
    """`text` in one spelling.

    >>> fold("社會保障卡（ＡＢ）“一卡通”")
    '社会保障卡(ab)"一卡通"'
    """
    return text.translate(_TABLE)


def closed(text: str) -> str:
    """`text` without the blanks that space out Chinese words, as laws print their headings.

    >>> closed("总 则")
    '总则'
    """
    return _SPACED.sub("", text)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the source offset it came from (one more for the end)."""
    pieces, offsets = [], []
    for offset, character in enumerate(text):
        folded = _TABLE[ord(character)]
        pieces.append(folded)
        offsets.extend([offset] * len(folded))
    return "".join(pieces), [*offsets, len(text)]


def in_script(text: str, script: str) -> str:
    """`text` in "simplified" or "traditional" characters, by words, as a person would write it; lengths may change."""
    turned: str = OpenCC({"simplified": "t2s", "traditional": "s2t"}[script]).convert(text)
    return turned


def is_traditional(text: str) -> bool:
    """Whether `text` is written in traditional characters: some of them have another simplified form."""
    return any(
        code > 0x2E80 and _TABLE[code] != unicodedata.normalize("NFKC", chr(code))
        for code in map(ord, text)
        if chr(code).isalpha()
    )
