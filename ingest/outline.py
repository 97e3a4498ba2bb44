"""Lines to the tree of parts.

A mark at the head of a line opens a part below the nearest open part of an outer level. Points (一是, 二是 …) stand at
the head of lines or inside a paragraph; they count as a list only where their numbers run on from one, so that a
sentence beginning 一是 by chance opens nothing. A paragraph without a mark belongs to the part before it, unless that
part is the last of a list of points: then the list is over, and the paragraph closes what the list stands in.

Every character lies in exactly one part's own text, and joined in order these are the document again.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from corpus.address import Address, Level, Step
from corpus.model import Part
from ingest.lines import RawText
from ingest.markers import Marker, head_marker, points
from ingest.metadata import Head

_HEADING_LIMIT: Final = 60
_HEADING_END: Final = re.compile(r"[。：:]|[；;！？!?\n]")
#: Inside an article the same marks have other names: （一） is an item (项), 1. a subitem (目).
_IN_ARTICLE: Final = {Level.LEVEL2: Level.ITEM, Level.LEVEL3: Level.SUBITEM}
_SIGNATURE_DATE: Final = re.compile(r"^\s*[（(]?\d{4}年\d{1,2}月\d{1,2}日[）)]?\s*$")
_SIGNATURE_BODY: Final = re.compile(r"^\s*[\u4e00-\u9fff、 　]{2,30}(?:府|厅|局|委|会|部|院|办公室|办公厅|司|处)\s*$")


@dataclass(slots=True)
class _Open:
    """A part while it is being read."""

    address: Address
    start: int
    marker_end: int
    headed: bool = True
    end: int = 0
    own_end: int = 0


@dataclass(slots=True)
class _List:
    """A running list of points: the parent it stands in, its last number, its word and whether it began a line."""

    parent: Address
    last: int
    word: str


@dataclass(slots=True)
class _Reader:
    """The state while lines go by."""

    text: str
    opened: list[_Open] = field(default_factory=list)
    path: list[Address] = field(default_factory=lambda: [Address()])
    lists: list[_List] = field(default_factory=list)
    used: dict[tuple[Address, Step], int] = field(default_factory=dict)

    def open(self, parent: Address, step: Step, start: int, marker_end: int, *, headed: bool = True) -> Address:
        """Open a part under `parent`; a mark that its siblings carry already is told apart by its occurrence."""
        seen = self.used.get((parent, step), 0) + 1
        self.used[parent, step] = seen
        address = parent.child(Step(step.level, step.number, step.sub, seen))
        self.opened.append(_Open(address, start, marker_end, headed))
        self.path = [a for a in self.path if a.contains(parent)] + [address]
        return address

    def parent_for(self, level: Level) -> Address:
        """The innermost open part whose level lies outside `level`."""
        outer = [a for a in self.path if a.level is None or (a.level.rank < level.rank and a.level.numbered)]
        return outer[-1]


@dataclass(frozen=True, slots=True)
class _Event:
    """A place where something may open: a mark at the head of a line, a point, a paragraph without one, a byline."""

    offset: int
    end: int
    marker: Marker | None
    byline: bool = False


def read_outline(raw: RawText, head: Head) -> tuple[Part, ...]:
    """The parts of the document in reading order; the first is the document itself."""
    events = _events(raw, head)
    reader = _Reader(raw.text)
    title_end = head.title.end if head.title else 0
    reader.opened.append(_Open(Address(), 0, head.title.start if head.title else 0, headed=head.title is not None))
    structured = any(event.marker for event in events)
    signature = _signature(raw)
    for index in range(len(events)):
        _take(reader, events, index, structured=structured, signature=signature)
    return _finish(reader, len(raw.text), title_end)


def _events(raw: RawText, head: Head) -> list[_Event]:
    """Everything in the body that may open a part, in order; head marks and points each know their place."""
    bylines = {line.number for line in head.bylines}
    events = []
    for line in raw.lines:
        if line.blank or line == head.title:
            continue
        if line.number in bylines:
            events.append(_Event(line.start, line.end, None, byline=True))
            continue
        mark = head_marker(line.text)
        marks = [mark] if mark else []
        rest = mark.end if mark else 0
        marks += [_shifted(point, rest) for point in points(line.text[rest:])]
        if not marks or marks[0].start > len(line.text) - len(line.text.lstrip()):
            events.append(_Event(line.start, line.end, None))
        for number, each in enumerate(marks):
            at_head = number == 0 and not line.text[: each.start].strip()
            events.append(_Event(line.start if at_head else line.start + each.start, line.start + each.end, each))
    return events


def _shifted(marker: Marker, by: int) -> Marker:
    return Marker(marker.level, marker.number, marker.sub, marker.start + by, marker.end + by, marker.word)


def _take(reader: _Reader, events: list[_Event], index: int, *, structured: bool, signature: int) -> None:
    event, marker = events[index], events[index].marker
    if event.byline:
        reader.open(Address(), Step(Level.BYLINE), event.offset, event.offset, headed=False)
    elif marker is None:
        _take_paragraph(reader, events, index, structured=structured, signature=signature)
    elif marker.level is Level.POINT:
        _take_point(reader, events, index, marker)
    else:
        reader.lists.clear()
        inside_article = any(a.level is Level.ARTICLE for a in reader.path)
        level = _IN_ARTICLE.get(marker.level, marker.level) if inside_article else marker.level
        step = Step(level, marker.number, marker.sub)
        reader.open(reader.parent_for(level), step, event.offset, event.end)


def _take_point(reader: _Reader, events: list[_Event], index: int, marker: Marker) -> None:
    """Carry a list on, begin one where the next number follows, or leave the words as text."""
    event = events[index]
    running = [n for n, each in enumerate(reader.lists) if each.last + 1 == marker.number and each.word == marker.word]
    if running:
        del reader.lists[running[-1] + 1 :]
        reader.lists[-1].last = marker.number
    elif marker.number == 1 and _follows(events, index, 2, marker.word):
        reader.lists.append(_List(reader.path[-1], 1, marker.word))
    else:
        return
    reader.open(reader.lists[-1].parent, Step(Level.POINT, marker.number), event.offset, event.end)


def _take_paragraph(reader: _Reader, events: list[_Event], index: int, *, structured: bool, signature: int) -> None:
    """A paragraph without a mark: preamble, part of what is open, or the close of a list of points."""
    event = events[index]
    if structured and reader.path[-1].level in (None, Level.BYLINE):
        reader.open(Address(), Step(Level.PREAMBLE), event.offset, event.offset, headed=False)
    elif event.offset >= signature and reader.path[-1] != Address().child(Step(Level.CLOSING)) and structured:
        reader.lists.clear()
        reader.open(Address(), Step(Level.CLOSING), event.offset, event.offset, headed=False)
    elif reader.lists and not any(_follows(events, index, each.last + 1, each.word) for each in reader.lists):
        more = any(e.marker and e.marker.level is not Level.POINT for e in events[index:])
        parent = reader.lists[0].parent if more else Address()
        reader.lists.clear()
        reader.open(parent, Step(Level.CLOSING), event.offset, event.offset, headed=False)


def _follows(events: list[_Event], index: int, number: int, word: str) -> bool:
    """Whether a point with that number and word comes after `index`, before a mark of another kind."""
    for event in events[index + 1 :]:
        if event.marker is None:
            continue
        if event.marker.level is not Level.POINT:
            return False
        if event.marker.number == number and event.marker.word == word:
            return True
    return False


def _signature(raw: RawText) -> int:
    """The offset of the 落款, a body's name and a date alone on the last lines; the text's length without one."""
    written = [line for line in raw.lines if not line.blank]
    start = len(raw.text)
    if written and _SIGNATURE_DATE.match(written[-1].text):
        start = written[-1].start
        for line in reversed(written[:-1]):
            if not _SIGNATURE_BODY.match(line.text):
                break
            start = line.start
    return start


def _finish(reader: _Reader, length: int, title_end: int) -> tuple[Part, ...]:
    """Close every part: its own text goes to the next part's start, the whole to that of the next not inside it."""
    opened = reader.opened
    for index, part in enumerate(opened):
        part.own_end = opened[index + 1].start if index + 1 < len(opened) else length
        after = (later.start for later in opened[index + 1 :] if not part.address.contains(later.address))
        part.end = next(after, length)
    parts = []
    for part in opened:
        start, end = _heading(reader.text, part, title_end)
        parts.append(
            Part(part.address, part.start, part.end, part.own_end, reader.text[start:end], start, end, part.marker_end)
        )
    return tuple(parts)


def _heading(text: str, part: _Open, title_end: int) -> tuple[int, int]:
    """Where the heading stands: the title, the line after the mark, or its first sentence where more follows."""
    start = part.marker_end
    if not part.headed or part.address.level is Level.ARTICLE:
        return start, start
    if part.address.level is None:
        return start, max(start, title_end)
    line_end = text.find("\n", start, part.own_end)
    line_end = part.own_end if line_end < 0 else line_end
    stop = _HEADING_END.search(text, start, line_end)
    end = stop.start() if stop else start + len(text[start:line_end].rstrip())
    if end - start > _HEADING_LIMIT or (stop and stop[0] in "；;！？!?"):
        return start, start
    # A point or a numbered sentence that says all in one sentence has no heading, it is the text.
    alone = not text[end : part.end].strip("。：: \n　")
    if alone and (part.address.level is Level.POINT or stop is not None):
        return start, start
    return start, end
