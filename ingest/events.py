"""Lines to events: the places where a part may open. What opens there is decided in `ingest.outline`.

A line gives one event for what it begins with, and one for each point inside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from corpus.address import Level
from ingest.lines import Line, RawText
from ingest.markers import Marker, head_marker, points
from ingest.metadata import Head
from ingest.title import CONTENTS
from ingest.wrapping import continues, ends_open, refers, width

_SUPPLEMENT: Final = re.compile(r"^[\s　#*]*附[ 　]*则[\s　*]*$")
_PAGE_NUMBER: Final = re.compile(r"(?:[.．…·\s　]{2,}|\t)[\s—-]*\d{1,4}[\s—-]*$")
_ENCLOSURES: Final = re.compile(r"^[\s　]*附[ 　]*件[ 　]*[:：][ 　]*(?=\S)")
_ENCLOSED: Final = re.compile(r"^[\s　]*(?:\d{1,2}[.．﹒、]|[（(]\d{1,2}[）)])")
#: A table of contents of fewer lines is not taken for one.
_CONTENTS_LINES: Final = 3
_HEADING_LIMIT: Final = 30


class Kind(Enum):
    """What an event is about."""

    MARK = "mark"
    PARAGRAPH = "paragraph"
    BYLINE = "byline"
    CONTENTS = "contents"  # 目录: the line, and those of its entries
    TABLE = "table"
    ROW = "row"
    SUPPLEMENT = "supplement"  # 附则, without a number
    SIGNATURE = "signature"  # the first line of the 落款, or the list of enclosures (附件：1.…) above it


@dataclass(frozen=True, slots=True)
class Event:
    """A place where something may open: [offset, end) is the mark, or empty.

    `continues` says that the line goes on with the one before, `refers` that the one before ends in a word that a
    reference comes after; `inline` that the mark stands inside its line.
    """

    kind: Kind
    offset: int
    end: int
    line: int
    marker: Marker | None = None
    continues: bool = False
    refers: bool = False
    inline: bool = False


def events(raw: RawText, head: Head) -> list[Event]:
    """Everything that may open a part, in the order of its offset."""
    return list(_Events(raw, head).read())


class _Events:
    """The lines of one document on their way to events."""

    def __init__(self, raw: RawText, head: Head) -> None:
        self._raw, self._head = raw, head
        self._bylines = {line.number for line in head.bylines}
        self._signed = raw.line_at(head.signature.start) if head.signature else 0
        self._width = width(raw.lines)
        self._tables = {table.first: table for table in raw.tables}

    def read(self) -> Iterator[Event]:
        lines, place = self._raw.lines, 0
        before: Line | None = None
        while place < len(lines):
            line = lines[place]
            if line.blank or line.number in self._head.title_lines:
                before = None
                place += 1
                continue
            if table := self._tables.get(line.number):
                yield from self._rows(place, table.last, table.headers)
                before, place = None, table.last
                continue
            taken = self._contents(place) or self._enclosures(place)
            if taken:
                kind = Kind.CONTENTS if CONTENTS.match(line.text) else Kind.SIGNATURE
                yield Event(kind, line.start, line.start, line.number)
                before, place = None, place + taken
                continue
            yield from self._line(line, before)
            before = None if _is_heading(line) else line
            place += 1

    def _rows(self, place: int, last: int, headers: int) -> Iterator[Event]:
        lines = self._raw.lines
        yield Event(Kind.TABLE, lines[place].start, lines[min(place + headers, last) - 1].end, place + 1)
        for line in lines[place + headers : last]:
            yield Event(Kind.ROW, line.start, line.start, line.number)

    def _line(self, line: Line, before: Line | None) -> Iterator[Event]:
        if line.number in self._bylines:
            yield Event(Kind.BYLINE, line.start, line.start, line.number)
            return
        if _SUPPLEMENT.match(line.text):
            yield Event(Kind.SUPPLEMENT, line.start, line.end, line.number)
            return
        if line.number == self._signed:
            yield Event(Kind.SIGNATURE, line.start, line.start, line.number)
            return
        goes_on = continues(before, self._width)
        mark = head_marker(line.text)
        rest = mark.end if mark else 0
        inside = [_shifted(point, rest) for point in points(line.text[rest:])]
        begins = mark or (inside[0] if inside and not line.text[: inside[0].start].strip() else None)
        if begins is None:
            yield Event(Kind.PARAGRAPH, line.start, line.start, line.number, continues=goes_on)
        else:
            end = line.start + begins.end
            yield Event(Kind.MARK, line.start, end, line.number, begins, goes_on, refers(before))
        for point in inside:
            if point is not begins:
                offset = line.start + point.start
                yield Event(Kind.MARK, offset, line.start + point.end, line.number, point, inline=True)

    def _contents(self, place: int) -> int:
        """How many lines the table of contents takes that begins at `place`; 0 where none does.

        It ends where its first entry comes again, as the heading itself, or with the last line that ends in a page.
        """
        lines = self._raw.lines
        if not CONTENTS.match(lines[place].text):
            return 0
        first: Marker | None = None
        count = paged = 0
        for number, line in enumerate(lines[place + 1 :], 1):
            mark = head_marker(line.text)
            if line.blank:
                continue
            has_page = _PAGE_NUMBER.search(line.text) is not None
            if mark and first and _same(mark, first) and not has_page:
                return number if count >= _CONTENTS_LINES else 0
            if not has_page and mark is None and len(line.text.strip()) > 40:
                break
            first = first or mark
            count += 1
            paged = number + 1 if has_page else paged
        return paged if count >= _CONTENTS_LINES else 0

    def _enclosures(self, place: int) -> int:
        """How many lines name the enclosures (附件：1.… 2.…) above the 落款; 0 where none begins at `place`."""
        lines = self._raw.lines
        if not _ENCLOSURES.match(lines[place].text) or not self._signed or lines[place].number > self._signed:
            return 0
        taken = 1
        while place + taken < len(lines) and lines[place + taken].number != self._signed:
            text = lines[place + taken].text
            if text.strip() and not _ENCLOSED.match(text):
                break
            taken += 1
        return taken


def _is_heading(line: Line) -> bool:
    """Whether the line is a mark and a few words, after which no sentence goes on."""
    mark = head_marker(line.text) if len(line.text) <= _HEADING_LIMIT else None
    return mark is not None and mark.level is not Level.ARTICLE and not ends_open(line)


def _same(one: Marker, other: Marker) -> bool:
    return (one.level, one.number, one.sub) == (other.level, other.number, other.sub)


def _shifted(marker: Marker, by: int) -> Marker:
    return Marker(marker.level, marker.number, marker.sub, marker.start + by, marker.end + by, marker.word)


def counted(event: Event) -> bool:
    """Whether the event is a mark of a level other than points."""
    return event.marker is not None and event.marker.level is not Level.POINT
