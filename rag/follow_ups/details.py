"""为什么, 具体多少, 谁来做, 有例外吗, 怎么处罚: questions that name no subject, asked of the last answer's.

The last answer's part is looked in first, if it may answer; else its document.
"""

import re
from typing import Final

from corpus.address import Address
from corpus.normalize import fold
from rag.follow_ups.base import Asked, read, without_opening
from rag.follow_ups.pointing import holds
from rag.follow_ups.topics import formal, own_words, topic_of
from rag.types import Reading

#: In characters: a longer question is taken to stand alone.
_LONG: Final = 24


def detail(asked: Asked) -> Reading | None:
    """A question without a subject of its own, with the subject of the question before."""
    if asked.place is None or len(asked.folded) > _LONG or own_words(asked, asked.folded):
        return None
    document, part = asked.place
    several = len(asked.corpus.allowed) > 1
    rest = without_opening(asked.question)
    if formal(asked.folded):
        return read(asked, rest, f"{document.label(Address())}，{rest}", document) if several else None
    topic = next((t for turn in reversed(asked.turns) if (t := topic_of(asked, turn))), "")
    if fold(topic) in asked.folded:
        topic = ""
    inside = bool(part.address.depth) and holds(asked, document, part, asked.folded)
    if not (topic or several or inside):
        return None
    standalone = f"{topic}{rest}"
    if inside:
        return read(asked, standalone, f"{document.label(part.address)}，{rest}", document, part.address)
    return read(asked, standalone, f"{document.label(Address())}，{standalone}", document)
