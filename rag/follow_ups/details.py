"""为什么, 具体多少, 谁来做, 有例外吗, 怎么处罚: questions that name no subject, asked of the last answer's.

The last answer's part is looked in first, if it may answer; else its document, for the subject of the question before.
"""

import re
from typing import Final

from corpus.address import Address
from corpus.model import Document
from corpus.normalize import fold
from rag.follow_ups.base import Asked, read, told, without_opening
from rag.follow_ups.pointing import holds
from rag.follow_ups.topics import formal, latest_topic, own_words
from rag.sentences import headings_above
from rag.types import Reading

#: In characters: a longer question is taken to stand alone.
_LONG: Final = 24
#: What is said in short, in the words of a text.
_IN_FULL: Final = {"罚多少": "罚款多少", "怎么罚": "怎么处罚", "交多少": "缴纳多少", "发多少": "发放多少"}
_SHORT: Final = re.compile("|".join(_IN_FULL))
_EXCEPTION: Final = re.compile(r"(?:有没有|有无|有什么|有哪些|有)(?:什么|哪些)?例外(?:情形|情况)?(?:吗|没有|呢)?")


def detail(asked: Asked) -> Reading | None:
    """A question without a subject of its own, with the subject of the question before."""
    if asked.place is None or len(asked.folded) > _LONG or own_words(asked, asked.folded):
        return None
    document, part = asked.place
    several = len(asked.corpus.allowed) > 1
    rest = _SHORT.sub(lambda found: _IN_FULL[found[0]], without_opening(asked.question))
    rest = _EXCEPTION.sub("有没有除外的情形", rest)
    title = document.label(Address())
    if formal(asked.folded):
        return read(asked, rest, told(asked, title, rest), document) if several else None
    topic = _topic(asked, document, fold(rest))
    inside = bool(part.address.depth) and holds(asked, document, part, fold(rest))
    if inside:
        said = told(asked, document.label(part.address), rest)
        return read(asked, f"{topic}{rest}", said, document, part.address)
    if not (topic or several):
        return None
    return read(asked, f"{topic}{rest}", told(asked, title, f"{topic}{rest}"), document)


def _topic(asked: Asked, document: Document, rest: str) -> str:
    """The subject of the question before; "" where no part speaks both of it and of what is asked."""
    topic = latest_topic(asked)
    if not topic or fold(topic) in asked.folded:
        return ""
    whole = fold(document.text)
    wanted = [term.text for term in asked.corpus.read(rest).terms if term.text in whole]
    subject = [word.text for word in own_words(asked, topic)]
    for part in document.passages():
        text = fold(document.text[part.start : part.body_end] + " ".join(headings_above(document, part)))
        held = sum(word in text for word in subject)
        if all(word in text for word in wanted) and 2 * held >= len(subject):
            return topic
    return ""
