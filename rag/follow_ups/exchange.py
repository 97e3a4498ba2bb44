"""那农村呢, 那2035年呢, 县一级呢: the question before, with the one thing exchanged that is of the same kind.

Where the text does not speak of the new thing at all, it is asked for to the letter: the question before would else be
answered as if nothing had been exchanged.
"""

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Final

from corpus.analyzer import Word
from corpus.lexicon import contrasts, frame_words, places, synonyms
from corpus.model import Document
from corpus.normalize import fold
from rag.english import STOP_WORDS
from rag.follow_ups.base import Asked, read
from rag.follow_ups.topics import attribute, latest_topic
from rag.types import Reading

_NUMBERLIKE: Final = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日|\d+[\u4e00-\u9fff%]{0,2}")
_IF: Final = re.compile(r"^(?:对于|对|关于|如果是|要是|换成|若是|如果|换了)|(?:的话|来说|又)$")
_WORDS: Final = ("word", "verb", "place")
#: What only says where to look: 融资担保业务里，…
_WHERE: Final = re.compile(r"[^,，]{2,24}(?:里面?|中|方面|当中)[,，]")
#: In characters: what is put in the place of another thing is no longer than this.
_LONG: Final = 16


def exchange(asked: Asked) -> Reading | None:
    """The question before with a word exchanged, where the follow-up is nothing but that word."""
    if not (asked.opened or _bare(asked)):
        return None
    core = _IF.sub("", asked.core).strip(" ,，的")
    new = [w for w in asked.corpus.analyzer.words(core, folded=True) if w.text not in frame_words()]
    if not new or len(core) > _LONG:
        return None
    document = asked.place[0] if asked.place is not None else None
    if all(attribute(word.text) for word in new):
        return _attribute(asked, core, document)
    before = fold(asked.turns[-1].standalone)
    target = _contrary(core, before) or _alike(asked, core, new, before)
    if target is None:
        return None
    old = before[slice(*target)]
    if document is not None and _kind(asked, old) in ("date", "place") and old in fold(document.metadata.title):
        # 2024年…报告 and then 那2025年呢: another document is meant.
        document = None
    if document is not None and not _speaks_of(asked, [word for word in new if word.text not in before], document):
        if not asked.opened:
            # A bare word that has nothing to do with what was spoken of begins something new.
            return None
        core = f"“{core}”"
    full = before[: target[0]] + core + before[target[1] :]
    return read(asked, full, full, document)


def _attribute(asked: Asked, core: str, document: Document | None) -> Reading | None:
    """那申请条件呢: something else of the same subject."""
    topic = latest_topic(asked)
    if not topic or document is None:
        return None
    full = f"{topic}的{core}是什么？"
    return read(asked, full, full, document)


def _bare(asked: Asked) -> bool:
    """Whether a question is nothing but a word or two that name something."""
    words = asked.corpus.analyzer.words(asked.core, folded=True)
    return 0 < len(words) <= 2 and all(word.text not in frame_words() for word in words)


def _titles(before: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"《[^《》]{1,80}》", before)]


def _contrary(core: str, before: str) -> tuple[int, int] | None:
    """Where the question before has the contrary of what `core` names, with what both have behind it."""
    titled = _titles(before)
    for row in contrasts():
        mine = next((member for member in row if core.startswith(member)), None)
        if mine is None or (len(mine) == 1 and len(core) > 2):
            continue
        for other in row:
            at = before.rfind(other)
            if other in mine or at < 0 or any(a <= at < b for a, b in titled):
                continue
            end, tail = at + len(other), core[len(mine) :]
            return at, end + len(tail) if tail and before.startswith(tail, end) else end
    return None


def _alike(asked: Asked, core: str, new: Sequence[Word], before: str) -> tuple[int, int] | None:
    """Where the question before names something of the same kind as `core`."""
    old = [
        word
        for word in asked.corpus.analyzer.words(before, folded=True)
        if not (word.text in frame_words() or word.text in STOP_WORDS or _within(word, before))
    ]
    longer = [word for word in old if word.text == new[0].text and len(core) > len(word.text)]
    if longer and len(new) > 1 and new[-1].text not in before:
        # 低保边缘家庭 takes the place of 低保.
        return longer[0].start, longer[0].end
    kind = _kind(asked, new[0].text)
    same = [word for word in old if _kind(asked, word.text) == kind and word.text != new[0].text]
    return _of_kind(asked, core, new, old, same) if same else None


def _of_kind(
    asked: Asked, core: str, new: Sequence[Word], old: Sequence[Word], same: Sequence[Word]
) -> tuple[int, int]:
    """Which of the words of the same kind, and how many beside it, make room for what is new."""
    kind = _kind(asked, new[0].text)
    if kind not in ("word", "latin"):
        return same[0].start, same[0].end
    behind = [word for word in old if word.text.endswith(new[-1].text) and len(new[-1].text) > 1]
    if len(new) > 1 and behind:
        # 税务部门 takes the place of 市场监管部门, and not of 监管 alone.
        return _beginning(asked, old, behind[0]), behind[0].end
    if kind == "latin":
        run = list(takewhile(lambda pair: pair[1].start == pair[0].end + 1, pairwise(same)))[: len(new) - 1]
        return same[0].start, run[-1][1].end if run else same[0].end
    shared = max(same, key=lambda word: len(set(word.text) & set(core)))
    if set(shared.text) & set(core):
        return _beginning(asked, old, shared), shared.end
    best = max(same, key=lambda word: len(word.text) - 4 * attribute(word.text))
    return _beginning(asked, old, best), _ending(asked, old, best)


def _within(word: Word, before: str) -> bool:
    """Whether a word stands in a title, or in what only says where to look: 融资担保业务里，…."""
    where = _WHERE.match(before)
    return (where is not None and word.end <= where.end()) or any(a <= word.start < b for a, b in _titles(before))


def _beginning(asked: Asked, words: Sequence[Word], last: Word) -> int:
    """Where the run of words of one kind begins that ends with `last`, each right behind the other."""
    start = last.start
    for word in reversed([word for word in words if word.end <= last.start]):
        if word.end != start or _kind(asked, word.text) != "word":
            break
        start = word.start
    return start


def _ending(asked: Asked, words: Sequence[Word], first: Word) -> int:
    """Where the run ends that goes on from `first`; what is asked of it (标准, 期限) is no part of it."""
    run = [first]
    for word in [word for word in words if word.start >= first.end]:
        if word.start != run[-1].end or _kind(asked, word.text) != "word":
            break
        run.append(word)
    while len(run) > 1 and attribute(run[-1].text):
        run.pop()
    return run[-1].end


def _speaks_of(asked: Asked, new: Sequence[Word], document: Document) -> bool:
    """Whether the document has what is new, by any of its names."""
    text = fold(document.text)
    named = [
        word for word in new if not attribute(word.text) and len(word.text) > 1 and _kind(asked, word.text) in _WORDS
    ]
    return all(
        any(name in text for name in (word.text, *synonyms().get(word.text, ()), *places().get(word.text, ())))
        or any(piece in text for piece in asked.corpus.analyzer.terms(word.text) if len(piece) > 1)
        for word in named
    )


def _kind(asked: Asked, word: str) -> str:
    if word in places():
        return "place"
    if word.isascii() and word.isalpha():
        return "latin"
    if re.fullmatch(r"\d{4}年.*", word):
        return "date"
    if _NUMBERLIKE.fullmatch(word):
        return "number"
    tag = asked.corpus.analyzer.tag(word)
    return "verb" if tag.startswith("v") and not tag.startswith("vn") else "word"
