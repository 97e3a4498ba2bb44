"""The part tree to segments: what is indexed on its own, each with the headings above it.

A part's own text is one segment, or several where it is over the limit. Every character that can be read is in one.
"""

from corpus.model import Document, Part, Segment
from ingest.splitter import PolicyTextSplitter


def segments(document: Document, splitter: PolicyTextSplitter) -> list[Segment]:
    """The segments of `document` in reading order."""
    made = []
    for part in document.parts:
        own = document.text[part.start : part.own_end]
        trail = trail_of(document, part)
        for piece, (start, end) in enumerate(splitter.spans(own), 1):
            made.append(Segment(document.id, part.address, piece, part.start + start, part.start + end, trail))
    return made


def trail_of(document: Document, part: Part) -> tuple[str, ...]:
    """The headings above `part`, outermost first: the title, then those of the parts that it lies in."""
    above = [p for p in document.parts if p is not part and p.address.contains(part.address)]
    return tuple(p.heading for p in above if p.heading)


def uncovered(text: str, made: list[Segment]) -> int:
    """How many characters that can be read lie in no segment."""
    covered = bytearray(len(text))
    for segment in made:
        covered[segment.start : segment.end] = b"\1" * (segment.end - segment.start)
    return sum(1 for held, character in zip(covered, text, strict=True) if not held and not character.isspace())
