"""Follow-ups made to stand alone, from the turns before, without any model.

那第六条呢 keeps the place and changes the number; 里面提到了哪些平台 keeps the place and asks anew; 回到刚才那部条例
goes back to a document. Each kind is read by one reader of `rag.follow_ups`; the first that reads it decides. What was
understood is always said. A question that stands by itself is left alone.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from corpus.address import Address
from rag.follow_ups.base import Asked, Corpus, read, told
from rag.follow_ups.details import detail
from rag.follow_ups.exchange import exchange
from rag.follow_ups.facts import fact
from rag.follow_ups.numbers import number, step
from rag.follow_ups.pairs import pair
from rag.follow_ups.pointing import pointing, points
from rag.follow_ups.returns import about, pointed
from rag.follow_ups.topics import own_words
from rag.outlines import Place
from rag.references import read_references
from rag.refusal import is_small_talk
from rag.types import Reading, Turn

#: In characters: a longer question is taken to say what it is about.
_LONG: Final = 24
#: What was spoken of, by its place among what was said.
_SPOKEN_OF: Final = re.compile(r"[前后两二]者|刚才|\b(?:former|latter)\b")
#: The kinds of follow-ups, in the order in which they are tried.
READERS: Final[tuple[Callable[[Asked], Reading | None], ...]] = (step, number, pair, fact, pointing, exchange, detail)


def read_follow_up(question: str, turns: Sequence[Turn], corpus: Corpus) -> Reading:
    """The question in full, and where it has to look first; unchanged where nothing before it is needed."""
    if not turns:
        return Reading(question)
    asked = Asked(question, tuple(turns), _place(turns, corpus), corpus)
    if is_small_talk(asked.folded):
        return Reading(question)
    earlier = pointed(asked) if not _names_document(asked) else None
    if earlier is not None:
        return _returned(asked, earlier.document_id, earlier.rest)
    if _complete(asked):
        return Reading(question)
    return _first(asked) or Reading(question)


def needs_before(question: str, turns: Sequence[Turn], corpus: Corpus) -> bool:
    """Whether a question looks as if it could not be understood without `turns`; in doubt it can.

    It begins or ends like a follow-up, points at something that it does not name, or names no subject at all.
    """
    asked = Asked(question, tuple(turns), None, corpus)
    if not turns or is_small_talk(asked.folded) or _complete(asked):
        return False
    if asked.opened or points(asked) or _SPOKEN_OF.search(asked.folded):
        return True
    return len(asked.folded) <= _LONG and not own_words(asked, asked.folded)


def _first(asked: Asked) -> Reading | None:
    return next((reading for reader in READERS if (reading := reader(asked)) is not None), None)


def _place(turns: Sequence[Turn], corpus: Corpus) -> Place | None:
    """The part of the newest answer; where a question that stood alone was not answered, what lay nearest to it."""
    for turn in reversed(turns):
        if turn.place is not None:
            return corpus.place(turn.place)
        if not turn.followed and len(corpus.allowed) > 1:
            near = (place for place in turn.near if not turn.documents or place[0] in turn.documents)
            return corpus.place(next(near, (turn.documents[0], Address()) if turn.documents else None))
    return None


def _names_document(asked: Asked) -> bool:
    """Whether a question names a document that may be looked in, or one that is not held."""
    named = asked.corpus.named(asked.question)
    return bool(named.ids or named.unknown)


def _returned(asked: Asked, document_id: str, rest: str) -> Reading:
    """What is left of the question, asked of an earlier document."""
    turns = [turn for turn in asked.turns if document_id in about(turn)]
    place = next((turn.place for turn in reversed(turns) if turn.place and turn.place[0] == document_id), None)
    held = asked.corpus.place(place) or asked.corpus.place((document_id, Address()))
    again = asked.at(rest, turns, held)
    if held is None:
        return Reading(asked.question)
    if (reading := _first(again)) is not None and reading.scope is not None:
        return reading
    if len(asked.corpus.allowed) == 1:
        return Reading(asked.question)
    title = asked.corpus.title(document_id)
    return read(again, rest or "讲了什么？", told(again, title, rest) if rest else title, held[0])


def _complete(asked: Asked) -> bool:
    """Whether a question says itself what it is about: by a document, a path, or a name and a number."""
    if _names_document(asked):
        return True
    named = read_references(asked.folded)
    several = len(asked.corpus.allowed) > 1
    if not several and (named.path is not None or sum(not r.beside for r in named.references) > 1):
        return True
    # The bare name of a part (保障措施) is a question of its own.
    outlines, chosen = asked.corpus.outlines, asked.corpus.chosen
    if outlines.named(asked.folded.strip("?？。 "), chosen) and not asked.opened:
        return True
    return bool(named.references) and outlines.mentioned(asked.folded, chosen)
