"""A text as it is compared: one spelling for figures and for words that say the same, nothing that says nothing.

Two stretches with the same canonical form say the same. What a liar would change (a figure, a body, 不, 应当 for 可以,
a restriction left out) changes the form; what an honest rewording changes (numerals, fillers, 由 … 负责) does not.
It is no form to be read.
"""

import re
from functools import cache, lru_cache
from typing import Final

from corpus.lexicon import equivalents
from corpus.normalize import fold
from corpus.quantities import Quantity, located

#: They add emphasis and nothing that could be asked for.
_FILLERS: Final = (
    "积极 进一步 切实 大力 认真 扎实 着力 不断 深入 努力 充分 有力 坚决 稳步 持续 同时 其中 此外 另外 并且 而且"
).split()
#: Grammar that comes and goes with the order of words, and what joins the members of a list.
_GRAMMAR: Final = "以及 进行 和 与 及 的 了 之 由 被 将 把 对 在 于 并 其".split()
_PARENTHESIS: Final = re.compile(r"[(（][^()（）]{0,80}[)）]")
_LEFT_OUT: Final = re.compile(r"[\W_]+")
_REMEMBERED: Final = 20_000


@lru_cache(maxsize=_REMEMBERED)
def canonical(text: str, *, parentheses: bool = True) -> str:
    """The form of a text; without what stands in brackets where `parentheses` is false."""
    folded = fold(text)
    if not parentheses:
        folded = _PARENTHESIS.sub("", folded)
    pieces, end = [], 0
    for start, stop, quantity in located(folded):
        pieces.append(_words(folded[end:start]))
        pieces.append(_figure(quantity))
        end = stop
    pieces.append(_words(folded[end:]))
    return "".join(pieces)


def _figure(quantity: Quantity) -> str:
    if quantity.kind == "date":
        return f"<{quantity.value}>"
    unit = quantity.unit.replace("天", "日").replace("号", "日")
    return f"<{quantity.kind[0]}{quantity.value:f}{unit}>"


def _words(folded: str) -> str:
    return _LEFT_OUT.sub("", _variants().sub(lambda found: _forms()[found[0]], folded))


@cache
def _forms() -> dict[str, str]:
    """For each variant what stands for it: the first of its group, nothing for a filler."""
    forms = dict.fromkeys((*_FILLERS, *_GRAMMAR), "")
    for group in equivalents():
        forms.update(dict.fromkeys(group, group[0]))
    return forms


@cache
def _variants() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _forms()), key=len, reverse=True)))
