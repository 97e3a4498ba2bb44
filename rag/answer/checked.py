"""What words must not be to be a short answer: forbidden, counted otherwise, or cut through their brackets."""

import re
from typing import Final

from corpus.normalize import fold
from rag.answer.leave import is_forbidden
from rag.answer.units import counts_as_asked
from rag.types import Query, Sentence

_CLOSES: Final = {"）": "（", ")": "(", "》": "《", "〉": "〈", "”": "“", "】": "【", "〕": "〔", "]": "["}
_OPENS: Final = {opens: closes for closes, opens in _CLOSES.items()}
#: In characters: how far behind the words their bracket may close.
_BEHIND: Final = 60
_STOP: Final = re.compile(r"[。；;！？!?\n]")


def checked(query: Query, sentence: Sentence, span: tuple[int, int]) -> tuple[int, int] | None:
    """[start, end) of a document as a short answer, its brackets whole; None where the words are none."""
    text, start = sentence.text, span[0] - sentence.start
    if is_forbidden(query, text, start) or not counts_as_asked(query, fold(text[start : span[1] - sentence.start])):
        return None
    begin, end = _whole(text, start, span[1] - sentence.start)
    return (sentence.start + begin, sentence.start + end) if begin < end else None


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The words without a bracket at their ends that they only half hold, or with the half that stands behind."""
    inside = text[start:end]
    for opens, closes in _OPENS.items():
        if inside.count(opens) > inside.count(closes):
            at = text.find(closes, end, end + _BEHIND)
            if at >= 0 and not _STOP.search(text, end, at):
                end = at + 1
    while start < end and text[end - 1] in _CLOSES and _CLOSES[text[end - 1]] not in text[start:end]:
        end -= 1
    while start < end and text[start] in _OPENS and _OPENS[text[start]] not in text[start:end]:
        start += 1
    return start, end
