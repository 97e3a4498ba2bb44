"""What a corpus holds, as frozen values: documents, their parts, the segments cut from them, and metadata.

Offsets count Unicode code points of `Document.text`, which is what `python -m ingest export DOC --format text` prints.
These are values only: parsing is `ingest`, storing is `corpus.store`.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.address import Address, Level


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document. `evidence` gives for each filled field the line (from 1) it was read from.

    Line 0 is what the file says of itself outside its text; a field without a line comes from the file's name.
    """

    title: str
    issuer: str | None = None  # 发文机关
    reference: str | None = None  # 发文字号
    dated: str | None = None  # 成文日期, ISO
    published: str | None = None  # 发布日期, ISO
    effective: str | None = None  # 施行日期, ISO
    expires: str | None = None  # 有效期至, ISO
    addressee: str | None = None  # 主送机关
    kind: str | None = None  # 文种: 通知, 意见, 办法 …
    region: str | None = None  # 地区
    tier: str | None = None  # 层级: 国家级 … 乡级
    repeals: tuple[str, ...] = ()  # 所废止的文件, each with its 文号 where it is given
    volume: str | None = None  # 编名, where one 编 of a code comes as a document of its own: 总则, 物权编
    evidence: Mapping[str, int] = field(default_factory=dict)
    corrected: tuple[str, ...] = ()  # the fields that a person has set

    @property
    def name(self) -> str:
        """The title, and of which volume this is where it is one: what tells documents apart in a list."""
        return f"{self.title}（{self.volume}）" if self.volume else self.title


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered (or opening, or closing) part of a document: a node of the outline.

    [start, end) is the part with everything under it, its mark included; [start, own_end) is what stands in it before
    its first child. Siblings follow each other without gap or overlap. [heading_start, heading_end) is the heading
    without its mark, empty where the part has none. [start, body_end) is what is read and indexed as one: the own text,
    and of an article the paragraphs (款) that follow each other before anything else.
    """

    address: Address
    start: int
    end: int
    own_end: int
    body_end: int
    heading: str
    heading_start: int
    heading_end: int
    marker_end: int

    @property
    def number(self) -> int:
        """The number that the part carries among its siblings; 0 where it is not counted."""
        return self.address.number


@dataclass(frozen=True, slots=True)
class Document:
    """A version of a document as it is kept: its text to the letter, its metadata and its outline in reading order.

    `id` is the lineage, which all versions of a document share, and for later versions @2, @3 … behind it. `pages`
    holds the offset at which each page begins, and is empty where the file has no pages.
    """

    id: str
    metadata: Metadata
    text: str
    parts: tuple[Part, ...]
    path: str
    pages: tuple[int, ...] = ()

    @property
    def lineage(self) -> str:
        """What all versions of this document share."""
        return lineage_of(self.id)

    def page(self, offset: int) -> int | None:
        """The number of the page, from 1, that the character at `offset` stands on; None where there are no pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    @property
    def content_hash(self) -> str:
        """The text's identity, tagged with its algorithm."""
        return "sha256:" + hashlib.sha256(self.text.encode()).hexdigest()

    def part(self, address: Address) -> Part | None:
        """The part at `address`, or None."""
        return next((part for part in self.parts if part.address == address), None)

    def passages(self, part: Part | None = None) -> tuple[Part, ...]:
        """`part` and what lies in it (the whole, by default), without the paragraphs that another one's body holds."""
        found: list[Part] = []
        for each in self.parts:
            if part is not None and not part.address.contains(each.address):
                continue
            if not (found and each.body_end <= found[-1].body_end and found[-1].address.contains(each.address)):
                found.append(each)
        return tuple(found)

    def children(self, address: Address) -> tuple[Part, ...]:
        """The counted parts one step below `address`, in reading order; of an article, those below its paragraphs."""
        found: list[Part] = []
        for part in self.parts:
            if not part.number or part.address.parent == part.address:
                continue
            above = part.address.parent
            if above.level is Level.PARAGRAPH and above != address:
                above = above.parent
            if above == address and part.address.level is not Level.PARAGRAPH:
                found.append(part)
        return tuple(found)

    def innermost(self, offset: int) -> Part:
        """The deepest part that holds the character at `offset`."""
        holding = [part for part in self.parts if part.start <= offset < part.end]
        return max(holding, key=lambda part: part.address.depth) if holding else self.parts[0]

    def label(self, address: Address) -> str:
        """How a civil servant cites the part: 《title》（文号）二、（三）第六项; an article without its chapter."""
        short = address.from_article()
        place = address if short != address and self._stands_twice(address, short) else short
        # The articles of a code are counted through all its volumes, its chapters are not.
        volume = self.metadata.volume if place.steps and place.steps[0].level is not Level.ARTICLE else None
        reference = f"（{self.metadata.reference}）" if self.metadata.reference else ""
        if not (reference or volume):
            return place.label(self.metadata.title)
        return Address().label(self.metadata.title) + reference + (volume or "") + place.label()

    def _stands_twice(self, address: Address, short: Address) -> bool:
        """Whether the articles begin anew in each chapter, so that the chapter has to be named."""
        above = len(address.steps) - len(short.steps)
        article = address.steps[: next(n for n, step in enumerate(address.steps, 1) if step.level is Level.ARTICLE)]
        wanted = Address(article).from_article()
        return above > 0 and any(
            part.number == article[-1].number
            and part.address.level is Level.ARTICLE
            and part.address.steps != article
            and part.address.from_article() == wanted
            for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of one part's own text that is indexed on its own. `trail` is the headings above it, outermost first."""

    document_id: str
    address: Address
    piece: int
    start: int
    end: int
    trail: tuple[str, ...]


_BLANK = re.compile(r"\s+")
_VERSION = re.compile(r"@\d+$")


def lineage_of(id_: str) -> str:
    """The lineage that the id of a version names."""
    return _VERSION.sub("", id_)


def document_id(metadata: Metadata, *, dated: bool = False) -> str:
    """The identity of a document, stable while its text is corrected: a hash of title, 文号 and issuer.

    Dates are left out, because they are what a correction most often corrects; `dated` puts them in where documents of
    several years share a title.
    """
    said = [metadata.title, metadata.reference, metadata.issuer, *([metadata.volume] if metadata.volume else [])]
    if dated:
        said += [metadata.dated, metadata.published]
    key = "|".join(_BLANK.sub("", part or "") for part in said)
    return hashlib.sha256(key.encode()).hexdigest()[:12]
