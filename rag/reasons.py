"""Whether a question asks for a reason, and whether a text gives one.

A document says what is to be done far more often than why. Of 279 drafted questions that ask why
(`train/questions`), the sentence that answers has one of these words in six cases of ten, the nearest sentence of a
document that gives no reason in three of a hundred.
"""

import re
from typing import Final

_ASKED: Final = re.compile(
    r"为什么|为啥|为何|何以|凭什么|(?:什么|啥|何种|哪些)(?:原因|缘故|理由)|(?:原因|理由)(?:是|在|有)"
    r"|^why\b|reasons? (?:for|why|is|are)\b"
)
_GIVEN: Final = re.compile(
    r"因(?![此素])|由于|为了|鉴于|原因|目的|旨在|考虑到|所以|以便|以免|防止|避免|基于|根据|的需要|有利于|才能|从而|否则|使(?![用者节])"
    r"|(?:^|[,，。;；：:\n])\s*为(?![期止由人主例限])|[,，]以(?![上下内外前后来及])|是.{0,20}(?:需要|要求|体现|关键|保证|基础)"
)


def asks_why(folded: str) -> bool:
    """Whether a folded question asks for a reason."""
    return _ASKED.search(folded) is not None


def gives_reason(text: str) -> bool:
    """Whether a text says because of what, or what for."""
    return _GIVEN.search(text) is not None
