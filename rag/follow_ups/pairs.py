"""前者, 后者: of two things that the question before named, or of two parts that its answer quoted."""

import re
from collections.abc import Sequence
from typing import Final

from corpus.address import Address
from corpus.analyzer import Word
from corpus.normalize import fold
from rag.follow_ups.base import ASKING, Asked, framing, place_label, read
from rag.types import Reading, Turn

_WHICH: Final = re.compile(
    r"(?P<first>前者|前一(?:个|种|类|项|者)(?!月)|第一[种类者]|the former)|(?P<second>后者|后一(?:个|种|类|项|者)|第二[种类者]|the latter)"
)
_AND: Final = frozenset("和 与 跟 同 以及 及 还是 或 或者 and or".split())
#: What says of two things that each is meant.
_EACH: Final = re.compile(r"(?:之间)?(?:分别|各自|各|有什么(?:区别|不同)|有何(?:区别|不同)|都)")


def pair(asked: Asked) -> Reading | None:
    """前者由谁负责: the thing, or the part, put in its place."""
    which = _WHICH.search(asked.folded)
    if which is None:
        return None
    second = which["second"] is not None
    for turn in reversed(asked.turns):
        before = fold(turn.question or turn.standalone)
        if two := two_things(before, asked):
            name = before[slice(*two[second])]
            document = asked.place[0] if asked.place is not None else None
            if asked.words(_WHICH.sub("", asked.core)):
                standalone = asked.folded[: which.start()] + name + asked.folded[which.end() :]
            else:
                # 前者是多少: what was asked of both is asked of one.
                standalone = _EACH.sub("", before[: two[0][0]] + name + before[two[1][1] :], count=1)
            return read(asked, standalone, standalone, document)
        if two_parts := _parts(turn):
            if (found := asked.corpus.place(two_parts[second])) is None:
                return None
            rest = _WHICH.sub("", asked.plain, count=1)
            label = place_label(*found)
            return read(asked, f"{label}{rest}", f"{found[0].label(found[1].address)}，{rest}", found[0], found[1].address)
    return None


def two_things(folded: str, asked: Asked) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """[start, end) of the two things that a question names side by side; None where it does not."""
    quiet = ASKING.sub(lambda found: "。" * len(found[0]), folded)
    pieces = _pieces(quiet, asked)
    for place, word in enumerate(pieces):
        if word.text not in _AND and word.text != "、":
            continue
        left = _run(pieces[:place][::-1])[::-1]
        right = _run(pieces[place + 1 :])
        if left and right:
            return (left[0].start, left[-1].end), (right[0].start, right[-1].end)
    return None


def _pieces(folded: str, asked: Asked) -> list[Word]:
    """The words of a text as they stand, marks among them."""
    pieces, at = [], 0
    for text in asked.corpus.analyzer.pieces(folded):
        pieces.append(Word(text, at, at + len(text), "word"))
        at += len(text)
    return pieces


def _run(words: Sequence[Word]) -> list[Word]:
    """The words at the beginning that may name one thing together."""
    run: list[Word] = []
    for word in words:
        if framing(word.text) or word.text in _AND or not word.text.isalnum() or _EACH.fullmatch(word.text):
            break
        run.append(word)
    return run


def _parts(turn: Turn) -> Sequence[tuple[str, Address]]:
    """The first two parts of an answer, in the order in which the document has them asked for; () for one alone."""
    places = turn.listed or ((turn.place, *turn.others) if turn.place is not None else ())
    return places[:2] if len(places) > 1 else ()
