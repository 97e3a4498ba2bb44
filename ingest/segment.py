"""The part tree to segments: what is indexed on its own, each with the headings above it.

What is read as one is one segment, or several where it is over the limit. Every character that can be read is in one.
"""

from corpus.address import Address
from corpus.model import Document, Segment
from ingest.splitter import PolicyTextSplitter


def segments(document: Document, splitter: PolicyTextSplitter) -> list[Segment]:
    """The segments of `document` in reading order."""
    made = []
    trails = _trails(document)
    for part in document.passages():
        for piece, (start, end) in enumerate(splitter.spans(document.text[part.start : part.body_end]), 1):
            trail = trails[part.address]
            made.append(Segment(document.id, part.address, piece, part.start + start, part.start + end, trail))
    return made


def _trails(document: Document) -> dict[Address, tuple[str, ...]]:
    """For every part the headings above it, outermost first: the title, then those of the parts that it lies in.

    A title that does not stand in the text, as with texts that come as rows, is above the whole.
    """
    below: dict[Address, tuple[str, ...]] = {}
    outside = () if document.parts[0].heading or document.metadata.title == document.id else (document.metadata.title,)
    trails: dict[Address, tuple[str, ...]] = {}
    for part in document.parts:
        above = below[part.address.parent] if part.address.steps else outside
        trails[part.address] = above
        below[part.address] = (*above, part.heading) if part.heading else above
    return trails


def uncovered(text: str, made: list[Segment]) -> int:
    """How many characters that can be read lie in no segment."""
    left = reached = 0
    for segment in sorted(made, key=lambda segment: segment.start):
        left += readable(text[reached : segment.start])
        reached = max(reached, segment.end)
    return left + readable(text[reached:])


def readable(text: str) -> int:
    """How many characters of `text` are no blanks."""
    return sum(map(len, text.split()))
