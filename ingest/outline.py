"""Lines to the tree of parts.

A mark at the head of a line opens a part below the nearest open part of an outer level. Schemes nest in any order
where the numbers say so: 一、二、 inside an article are its items if the articles go on behind them. Points (一是)
stand at the head of lines or inside a paragraph; they count as a list only where their numbers run on from one, so
that a sentence beginning 一是 by chance opens nothing. A mark on a line that goes on with the one before opens only
where its number is the next. A paragraph without a mark belongs to the part before it, unless that part is the last
of a list of points: then the list is over, and the paragraph closes what the list stands in.

Every character lies in exactly one part's own text, and joined in order these are the document again.
"""

from dataclasses import dataclass, field
from typing import Final

from corpus.address import ANNEXED, Address, Level, Step
from corpus.model import Part
from ingest.events import Event, Kind, counted, events
from ingest.items import item_bodies
from ingest.lines import RawText
from ingest.markers import Marker
from ingest.metadata import Head
from ingest.opened import Opened, finish

#: Inside an article the same marks have other names: （一） and 一、 are items (项), 1. a subitem (目).
_IN_ARTICLE: Final = {Level.LEVEL1: Level.ITEM, Level.LEVEL2: Level.ITEM, Level.LEVEL3: Level.SUBITEM}
#: How many events ahead are looked at to see whether a numbering goes on.
_AHEAD: Final = 400


@dataclass(slots=True)
class _List:
    """A running list of points: the parent it stands in, its last number and its word."""

    parent: Address
    last: int
    word: str


def read_outline(raw: RawText, head: Head) -> tuple[Part, ...]:
    """The parts of the document in reading order; the first is the document itself."""
    found = events(raw, head)
    return _Reader(raw, head, found, item_bodies(found, raw, _IN_ARTICLE)).read()


@dataclass(slots=True)
class _Reader:
    """The state while events go by."""

    raw: RawText
    head: Head
    events: list[Event]
    #: The paragraphs that lie in the item before them.
    bodies: frozenset[int]
    opened: list[Opened] = field(default_factory=list)
    path: list[Address] = field(default_factory=lambda: [Address()])
    lists: list[_List] = field(default_factory=list)
    used: dict[tuple[Address, Step], int] = field(default_factory=dict)
    #: The last number of each level under a parent, and of each level anywhere.
    last: dict[tuple[Address, Level], int] = field(default_factory=dict)
    anywhere: dict[Level, int] = field(default_factory=dict)
    tables: int = 0
    signed: bool = False
    #: The index of the last mark that is no point.
    last_counted: int = -1

    def read(self) -> tuple[Part, ...]:
        """Go through the events, then close every part."""
        title = self.head.title
        self.opened.append(Opened(Address(), 0, title.start if title else 0, headed=title is not None))
        structured = any(event.kind is not Kind.PARAGRAPH and event.kind is not Kind.BYLINE for event in self.events)
        self.last_counted = max((n for n, event in enumerate(self.events) if counted(event)), default=-1)
        takes = {
            Kind.BYLINE: lambda _, event: self.beside(Level.BYLINE, event),
            Kind.CONTENTS: lambda _, event: self.beside(Level.CONTENTS, event),
            Kind.SIGNATURE: lambda _, event: self.sign(event),
            Kind.SUPPLEMENT: lambda _, event: self.supplement(event),
            Kind.TABLE: lambda _, event: self.table(event),
            Kind.ROW: lambda _, event: self.row(event),
            Kind.MARK: self.mark,
        }
        for index, event in enumerate(self.events):
            if event.kind is Kind.PARAGRAPH:
                if structured:
                    self.paragraph(index, event)
            else:
                takes[event.kind](index, event)
        return finish(self.opened, self.raw.text, title.end if title else 0)

    def open(self, parent: Address, step: Step, start: int, marker_end: int, *, headed: bool = True) -> Address:
        """Open a part under `parent`; a mark that its siblings carry already is told apart by its occurrence."""
        seen = self.used.get((parent, step), 0) + 1
        self.used[parent, step] = seen
        address = parent.child(Step(step.level, step.number, step.sub, seen))
        self.opened.append(Opened(address, start, marker_end, headed))
        self.path = [a for a in self.path if a.contains(parent)] + [address]
        self.last[parent, step.level] = self.anywhere[step.level] = step.number
        return address

    def beside(self, level: Level, event: Event) -> None:
        """Open an uncounted part of the document itself."""
        self.lists.clear()
        self.open(Address(), Step(level), event.offset, event.offset, headed=False)

    def sign(self, event: Event) -> None:
        """The 落款 and what is listed above it close the document; what comes behind is annexed or enclosed."""
        if self.path[-1] != Address().child(Step(Level.CLOSING)):
            self.beside(Level.CLOSING, event)
        self.signed = True

    def supplement(self, event: Event) -> None:
        """附则 without a number: the last provisions, beside the chapters or volumes of the document or the annex."""
        self.lists.clear()
        annexed = next((a for a in self.path if a.level in ANNEXED), Address())
        self.open(annexed, Step(Level.SUPPLEMENT), event.offset, event.end, headed=False)

    def table(self, event: Event) -> None:
        """A table stands in the innermost open part; its header is the table's own text."""
        self.tables += 1
        parent = next(a for a in reversed(self.path) if a.level not in (Level.TABLE, Level.ROW))
        self.open(parent, Step(Level.TABLE, self.tables), event.offset, event.offset)

    def row(self, event: Event) -> None:
        """A row of the open table."""
        table = next(a for a in reversed(self.path) if a.level is Level.TABLE)
        number = self.last.get((table, Level.ROW), 0) + 1
        self.open(table, Step(Level.ROW, number), event.offset, event.offset)

    def mark(self, index: int, event: Event) -> None:
        """A numbered part, a point, or a reference that only looks like a mark."""
        marker = event.marker
        assert marker is not None  # of this kind, an event has one
        self.leave_table()
        if marker.level is Level.POINT:
            self.point(index, event, marker)
            return
        parent, level = self.place(index, marker)
        known = self.last.get((parent, level), self.anywhere.get(level, 0))
        following = marker.number in (known + 1, 1) or (marker.number == known and marker.sub > 0)
        if (event.refers or event.continues) and not (following and event.continues and not event.refers):
            return
        self.lists.clear()
        address = self.open(parent, Step(level, marker.number, marker.sub), event.offset, event.end)
        if level is Level.ARTICLE and self.has_paragraphs(index):
            self.open(address, Step(Level.PARAGRAPH, 1), event.end, event.end, headed=False)

    def place(self, index: int, marker: Marker) -> tuple[Address, Level]:
        """Where a mark belongs, and the level it has there."""
        if marker.level in ANNEXED:
            return Address(), marker.level
        article = next((a for a in reversed(self.path) if a.level is Level.ARTICLE), None)
        inside = _IN_ARTICLE.get(marker.level)
        if article and inside and not any(a.level is marker.level for a in self.path):
            return self.below(inside, within=article), inside
        beside = next((a for a in reversed(self.path) if a.level is marker.level), None)
        if beside and (marker.number == beside.number + 1 or (marker.number == beside.number and marker.sub)):
            return beside.parent, marker.level
        outer = self.below(marker.level)
        innermost = self.path[-1]
        if innermost.level is Level.BOX and marker.number == 1 and marker.level.rank >= Level.LEVEL3.rank:
            return innermost, marker.level
        if marker.number == 1 and innermost != outer and not any(a.level is marker.level for a in self.path):
            open_parts = [a for a in self.path if outer.contains(a) and a != outer and a.level and a.level.numbered]
            for each in reversed(open_parts):
                if self.goes_on(index, each):
                    return each, marker.level
        return outer, marker.level

    def below(self, level: Level, within: Address | None = None) -> Address:
        """The innermost open part whose level lies outside `level`, or `within` itself."""
        outer = [
            a for a in self.path
            if a == within or a.level is None or (a.level.rank < level.rank and a.level.holds)
        ]  # fmt: skip
        return outer[-1]

    def goes_on(self, index: int, address: Address) -> bool:
        """Whether the numbering of an open part goes on with the next number behind the event at `index`."""
        for event in self.events[index + 1 : index + 1 + _AHEAD]:
            if event.marker is None or event.marker.level is Level.POINT:
                continue
            if event.marker.level in ANNEXED:
                return False
            if event.marker.level is address.level or _IN_ARTICLE.get(event.marker.level) is address.level:
                return event.marker.number == address.number + 1
        return False

    def has_paragraphs(self, index: int) -> bool:
        """Whether the article that opens at `index` has a second paragraph (款)."""
        event = self.events[index]
        bodies = 1 if self.raw.text[event.end : self.raw.lines[event.line - 1].end].strip() else 0
        for place, after in enumerate(self.events[index + 1 :], index + 1):
            if after.kind in (Kind.SIGNATURE, Kind.CONTENTS, Kind.BYLINE, Kind.SUPPLEMENT):
                break
            level = after.marker.level if after.marker else None
            if level and level not in _IN_ARTICLE and level is not Level.POINT and level.rank <= Level.ARTICLE.rank:
                break
            bodies += after.kind is Kind.PARAGRAPH and not after.continues and place not in self.bodies
            if bodies > 1:
                return True
        return False

    def point(self, index: int, event: Event, marker: Marker) -> None:
        """Carry a list on, begin one where the next number follows, or leave the words as text."""
        running = [n for n, each in enumerate(self.lists) if _next_of(each, marker)]
        if running:
            del self.lists[running[-1] + 1 :]
            self.lists[-1].last += 1
        elif marker.number == 1 and self.follows(index, 2, marker.word):
            self.lists.append(_List(self.path[-1], 1, marker.word))
        else:
            return
        listed = self.lists[-1]
        self.open(listed.parent, Step(Level.POINT, listed.last), event.offset, event.end)

    def follows(self, index: int, number: int, word: str) -> bool:
        """Whether a point with that number and word comes after `index`, before a mark of another kind."""
        for event in self.events[index + 1 : index + 1 + _AHEAD]:
            if event.marker is None:
                continue
            if counted(event):
                return False
            if event.marker.number in (number, 0) and event.marker.word == word:
                return True
        return False

    def leave_table(self) -> None:
        """What comes behind a table stands beside it."""
        self.path = [a for a in self.path if a.level not in (Level.TABLE, Level.ROW)]

    def paragraph(self, index: int, event: Event) -> None:
        """A paragraph without a mark: opening, a 款, part of what is open, or the close of a list of points."""
        after_table = self.path[-1].level is Level.ROW or self.path[-1].level is Level.TABLE
        self.leave_table()
        innermost = self.path[-1]
        article = next((a for a in self.path if a.level is Level.ARTICLE), None)
        enclosed = self.signed and innermost.level is Level.CLOSING and self.encloses(index, event)
        if enclosed or innermost.level in (None, Level.BYLINE, Level.CONTENTS):
            self.beside(Level.PREAMBLE, event)
        elif self.lists and not any(self.follows(index, each.last + 1, each.word) for each in self.lists):
            parent = self.lists[0].parent if index < self.last_counted else Address()
            self.lists.clear()
            self.open(parent, Step(Level.CLOSING), event.offset, event.offset, headed=False)
        elif article and index in self.bodies:
            return
        elif article and not self.lists and not event.continues and (article, Level.PARAGRAPH) in self.last:
            self.next_paragraph(article, event)
        elif after_table:
            self.open(innermost, Step(Level.CLOSING), event.offset, event.offset, headed=False)

    def next_paragraph(self, article: Address, event: Event) -> None:
        """The next 款 of an article; where the article's line is its mark alone, the first one begins here."""
        first = self.opened[-1]
        if first.address == article.child(Step(Level.PARAGRAPH, 1)):
            begun = self.raw.text[first.start : event.offset].strip()
            if not begun:
                return
        number = self.last[article, Level.PARAGRAPH] + 1
        self.open(article, Step(Level.PARAGRAPH, number), event.offset, event.offset, headed=False)

    def encloses(self, index: int, event: Event) -> bool:
        """Whether a document that is forwarded begins here: marks come behind, and the line is no note."""
        signature = self.head.signature
        behind = signature is not None and event.line > signature.date_line
        text = self.raw.lines[event.line - 1].text.strip()
        noted = text.startswith(("（", "(", "抄送", "主送", "附件", "主题词", "联系人"))
        return behind and not noted and index < self.last_counted


def _next_of(running: _List, marker: Marker) -> bool:
    return running.word == marker.word and (marker.number == running.last + 1 or (marker.number == 0 < running.last))
