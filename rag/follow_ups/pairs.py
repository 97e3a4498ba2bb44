"""前者, 后者: of two things that the question before named, or of two parts that its answer quoted."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from corpus.address import Address
from corpus.normalize import fold
from rag.follow_ups.base import ASKING, Asked, framing, place_label, read, told
from rag.types import Reading, Turn

_WHICH: Final = re.compile(
    r"(?P<first>前者|前一(?:个|种|类|项|者)(?!月)|第一[种类者]|the former)"
    r"|(?P<second>后者|后一(?:个|种|类|项|者)|第二[种类者]|the latter)"
)
_AND: Final = frozenset("和 与 跟 同 以及 及 还是 或 或者 、 and or".split())
#: 500万元及以下 is one thing, and 不记名式 another than 记名式.
_WHOLE: Final = re.compile(
    r"\d[\d.,]*[\u4e00-\u9fff]{1,3}?(?:\(?含\)?|及|和)?以[上下内]|[不未非无](?=[\u4e00-\u9fff]{2})"
)
#: What says of two things that each is meant.
_EACH: Final = re.compile(r"之[分别间]|(?:之间)?(?:分别|各自|各|有什么(?:区别|不同)|有何(?:区别|不同)|都)")

Span = tuple[int, int]


def pair(asked: Asked) -> Reading | None:
    """前者由谁负责: the thing, or the part, put in its place."""
    which = _WHICH.search(asked.folded)
    if which is None:
        return None
    second = which["second"] is not None
    for turn in reversed(asked.turns):
        before = fold(turn.question or turn.standalone)
        if two := two_things(before, asked):
            return _thing(asked, which, before, two, second=second)
        if len(places := _parts(turn)) == 2 and (found := asked.corpus.place(places[second])) is not None:
            document, part = found
            rest = _WHICH.sub("", asked.plain, count=1)
            label = document.label(part.address)
            return read(asked, f"{place_label(document, part)}{rest}", told(asked, label, rest), document, part.address)
    return None


def _thing(asked: Asked, which: re.Match[str], before: str, two: tuple[Span, Span], *, second: bool) -> Reading:
    name = before[slice(*two[second])]
    if asked.words(_WHICH.sub("", asked.core)):
        standalone = asked.folded[: which.start()] + name + asked.folded[which.end() :]
    else:
        # 前者是多少: what was asked of both is asked of one.
        standalone = _EACH.sub("", before[: two[0][0]] + name + before[two[1][1] :], count=1)
    return read(asked, standalone, standalone, asked.place[0] if asked.place is not None else None)


def two_things(folded: str, asked: Asked) -> tuple[Span, Span] | None:
    """[start, end) of the two things that a question names side by side; None where it does not."""
    quiet = ASKING.sub(lambda found: "。" * len(found[0]), folded)
    pieces = list(_pieces(quiet, asked))
    for place, (start, end) in enumerate(pieces):
        if quiet[start:end] not in _AND:
            continue
        left = _run(quiet, reversed(pieces[:place]))
        right = _run(quiet, pieces[place + 1 :])
        if left and right:
            # 活期储蓄和定期储蓄碰到…: both end in the same word.
            ends = [n for n, span in enumerate(right, 1) if quiet[slice(*span)].endswith(quiet[slice(*left[0])][-2:])]
            right = right[: ends[0]] if ends else right
            return (left[-1][0], left[0][1]), (right[0][0], right[-1][1])
    return None


def _pieces(folded: str, asked: Asked) -> Iterable[Span]:
    """The places of the words of a text, marks among them, amounts with their bounds (500万元及以下) whole."""
    whole = [found.span() for found in _WHOLE.finditer(folded)]
    at = 0
    for begin, end in [*whole, (len(folded), len(folded))]:
        for text in asked.corpus.analyzer.pieces(folded[at:begin]):
            yield at, at + len(text)
            at += len(text)
        if end > begin:
            yield begin, end
            at = end


def _run(folded: str, pieces: Iterable[Span]) -> list[Span]:
    """The words at the beginning that may name one thing together."""
    run: list[Span] = []
    for start, end in pieces:
        word = folded[start:end]
        whole = _WHOLE.match(folded, start) is not None
        if not whole and (framing(word) or word in _AND or not word.isalnum() or _EACH.fullmatch(word)):
            break
        run.append((start, end))
    return run


def _parts(turn: Turn) -> Sequence[tuple[str, Address]]:
    """The first two parts of an answer; one or none where it has no more."""
    return (turn.listed or ((turn.place, *turn.others) if turn.place is not None else ()))[:2]
