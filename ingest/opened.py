"""A part while the document is read, and what it is when the reading is over."""

from dataclasses import dataclass

from corpus.address import Address, Level
from corpus.model import Part
from ingest.headings import heading


@dataclass(slots=True)
class Opened:
    """A part while it is being read."""

    address: Address
    start: int
    marker_end: int
    headed: bool = True
    end: int = 0
    own_end: int = 0


def finish(opened: list[Opened], text: str, title_end: int) -> tuple[Part, ...]:
    """Close every part: its own text goes to the next part's start, the whole to that of the next not inside it."""
    waiting: list[Opened] = []
    for part, after in zip(opened, [*opened[1:], None], strict=True):
        part.own_end = after.start if after else len(text)
        while waiting and not waiting[-1].address.contains(part.address):
            waiting.pop().end = part.start
        waiting.append(part)
    for part in waiting:
        part.end = len(text)
    return tuple(_part(opened, place, text, title_end) for place in range(len(opened)))


def _part(opened: list[Opened], place: int, text: str, title_end: int) -> Part:
    part = opened[place]
    level = part.address.level
    if not part.headed:
        start = end = part.marker_end
    elif level is None:
        start, end = part.marker_end, max(part.marker_end, title_end)
    else:
        start, end = heading(text, level, part.marker_end, part.own_end, part.end)
    body_end = part.own_end
    if level is Level.ARTICLE:
        for below in opened[place + 1 :]:
            if below.address.level is not Level.PARAGRAPH or not part.address.contains(below.address):
                break
            body_end = below.own_end
    return Part(
        part.address, part.start, part.end, part.own_end, body_end, text[start:end], start, end, part.marker_end
    )
