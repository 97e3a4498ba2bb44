"""English names of laws that no list has, by the titles that they translate: Vehicle and Vessel Tax Law is 车船税法.

Every word of the name must have a translation in the title, and these must make up most of it. The dictionary is
`rag.english`'s.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from rag.english import STOP_WORDS, translations

_KIND: Final = frozenset("law laws code regulation regulations act measures provisions rules".split())
#: What stands in titles and has no word in an English name.
_SILENT: Final = ("特别行政区", "中华人民共和国", "关于", "的")
_COVERED: Final = 0.6
_LONGEST: Final = 3


def titles_for(name: str, titles: Mapping[str, str]) -> list[str]:
    """The ids whose titles (without the kind at their end) an English name translates, those that it covers best."""
    words = [word for word in name.lower().split() if word not in STOP_WORDS and word not in _KIND]
    if not words:
        return []
    covered = {id_: _covered(words, title) for id_, title in titles.items()}
    best = max(covered.values(), default=0.0)
    return [id_ for id_, share in covered.items() if share == best >= _COVERED]


def _covered(words: Sequence[str], title: str) -> float:
    """The share of a title's characters that translate `words`; 0 where a word has no translation in it."""
    for silent in _SILENT:
        title = title.replace(silent, "")
    marked = [False] * len(title)
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            if found := _found(tuple(words[at : at + size]), title):
                for start, end in found:
                    marked[start:end] = [True] * (end - start)
                at += size
                break
        else:
            return 0.0
    return sum(marked) / max(1, len(title))


def _found(words: tuple[str, ...], title: str) -> list[tuple[int, int]]:
    """Where the longest translation of a phrase stands in a title."""
    for chinese in _translated(words):
        place = title.find(chinese)
        if place >= 0:
            return [(place, place + len(chinese))]
    return []


@lru_cache(maxsize=4096)
def _translated(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(translations(list(words)), key=len, reverse=True))
