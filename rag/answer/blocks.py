"""The evidence as a language model is given it: parts in numbered blocks, within a budget of tokens.

A block is [start, end) of a document; what is shown of it may leave out lines that speak to a model. Which sentences
fit the question best has been decided before (`rag.evidence`): their parts come first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.model import Document, Part
from rag.answer.planted import without_planted
from rag.sentences import sentences_of, trimmed
from rag.types import Evidence, Resolution

#: Tokens that a character costs at most: Chinese tokenizers need fewer.
_TOKENS: Final = 1
#: In tokens: what is left of a budget below this holds no sentence.
_LEAST: Final = 40
_BLOCKS: Final = 8


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of evidence with the number that a draft cites it by."""

    number: int
    document: Document
    start: int
    end: int
    label: str
    shown: str


def blocks_of(evidence: Evidence, resolution: Resolution, budget: int) -> list[Block]:
    """At most `_BLOCKS` parts whose words come to at most `budget` tokens, the likeliest first."""
    found: list[Block] = []
    for document, part, near in _places(evidence, resolution):
        start, end = _within(document, part, near, budget // _TOKENS)
        shown = without_planted(document.text[start:end]).strip()
        if not shown:
            continue
        label = document.label(part.address)
        budget -= _TOKENS * (len(shown) + len(label))
        found.append(Block(len(found) + 1, document, start, end, label, shown))
        if budget < _LEAST or len(found) == _BLOCKS:
            break
    return found


def _places(evidence: Evidence, resolution: Resolution) -> Iterator[tuple[Document, Part, int]]:
    """The parts in the order of their best sentences, each once, with the offset of that sentence."""
    seen = set()
    named = [(document, part, part.start) for document, part in resolution.parts[:1]]
    for document, part, near in [*((s.document, s.part, s.start) for s in evidence.sentences), *named]:
        key = (document.id, part.address)
        if key not in seen:
            seen.add(key)
            yield document, part, near


def _within(document: Document, part: Part, near: int, limit: int) -> tuple[int, int]:
    """[start, end) of the part's own text; of a longer one, sentences around `near`, as many as go in."""
    start, end = trimmed(document, part.start, part.body_end)
    if end - start <= limit:
        return start, end
    spans = sentences_of(document, part)
    at = next((n for n, (_, stop) in enumerate(spans) if near < stop), 0)
    first = last = at
    while True:
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= limit:
            last += 1
        elif first and spans[last][1] - spans[first - 1][0] <= limit:
            first -= 1
        else:
            break
    return spans[first][0], min(spans[last][1], spans[first][0] + limit)
