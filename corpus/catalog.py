"""`Catalog`: which documents are versions of one another, which version holds on a day, and what repeals what.

It knows metadata only. A version holds from its day of effect, or where its text was passed later than that, from then.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from corpus.model import Metadata, document_id, lineage_of

Validity = Literal["in_force", "not_yet", "amended", "superseded", "repealed", "unknown"]

_BLANK: Final = re.compile(r"[\s　]+")
_BRACKETS: Final = str.maketrans("〈〉＜＞[]【】（）", "《》《》〔〕〔〕()")
_REPEALED: Final = re.compile(r"^《(?P<title>.+)》(?:\((?P<reference>[^()]*)\))?$")
_AMENDS: Final = re.compile(r"关于(?:修改|修订|修正)《(?P<title>.+?)》(?:等.*)?的(?:决定|通知|命令|公告|规定)")
_COUNTRY: Final = "中华人民共和国"
#: Titles that say the kind of document and hardly more: the next year's has the same.
_GENERIC: Final = re.compile(r"^.{0,4}(?:工作报告|报告|公告|通告|通知|公报|决定|决议|意见|函|批复|会议纪要|纪要)$")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a version holds on a day. `by` is the id of the document that ends it, `why` says so in Chinese."""

    validity: Validity
    why: str = ""
    by: str | None = None


class Catalog:
    """The metadata of everything that is held, by id, in the order in which it was added."""

    def __init__(self, held: Mapping[str, Metadata]) -> None:
        self._held: dict[str, Metadata] = {}
        self._lineages: dict[str, list[str]] = {}
        self._titled: dict[str, list[str]] = {}
        self._referenced: dict[str, list[str]] = {}
        # What every question asks for, until something changes.
        self._ended: dict[str, list[Standing]] | None = None
        self._issuers: frozenset[str] | None = None
        self._regions: frozenset[str] | None = None
        self._newest: frozenset[str] | None = None
        for id_, metadata in held.items():
            self.put(id_, metadata)

    def put(self, id_: str, metadata: Metadata) -> None:
        """Take in a version, or what is known of it anew."""
        self.remove(id_)
        self._issuers = self._regions = self._newest = None
        self._held[id_] = metadata
        versions = self._lineages.setdefault(lineage_of(id_), [])
        versions.append(id_)
        versions.sort(key=lambda each: (holds_from(self._held[each]), _sequence(each)))
        for table, name in self._names(metadata):
            table.setdefault(name, []).append(id_)

    def remove(self, id_: str) -> None:
        """Forget a version; an id that is not held is no error."""
        self._ended = self._issuers = self._regions = self._newest = None
        metadata = self._held.pop(id_, None)
        if metadata is None:
            return
        for table, name in [*self._names(metadata), (self._lineages, lineage_of(id_))]:
            table[name].remove(id_)
            if not table[name]:
                del table[name]

    def _names(self, metadata: Metadata) -> list[tuple[dict[str, list[str]], str]]:
        names = [(self._titled, _plain(metadata.title))]
        return [*names, (self._referenced, _plain(metadata.reference))] if metadata.reference else names

    def title(self, id_: str) -> str:
        """The title of a version."""
        return self._held[id_].title

    def metadata(self, id_: str) -> Metadata:
        """What is known of a version."""
        return self._held[id_]

    def issuers(self) -> frozenset[str]:
        """Every issuer that is known, each of those that issued a document together by itself."""
        if self._issuers is None:
            said = (metadata.issuer for metadata in self._held.values() if metadata.issuer)
            self._issuers = frozenset(body.strip() for issuer in said for body in issuer.split("、"))
        return self._issuers

    def regions(self) -> frozenset[str]:
        """Every region that is known."""
        if self._regions is None:
            self._regions = frozenset(metadata.region for metadata in self._held.values() if metadata.region)
        return self._regions

    def versions(self, lineage: str) -> tuple[str, ...]:
        """The ids of a lineage, the oldest first."""
        return tuple(self._lineages.get(lineage, ()))

    def current(self, lineage: str) -> str:
        """The id of the newest version, in force or not."""
        return self._lineages[lineage][-1]

    def at(self, day: str | None) -> frozenset[str]:
        """The ids that are looked in: of each lineage the newest version, or the one that held on `day` (ISO)."""
        if day is None:
            if self._newest is None:
                self._newest = frozenset(ids[-1] for ids in self._lineages.values())
            return self._newest
        held = ([i for i in ids if holds_from(self._held[i]) <= day] for ids in self._lineages.values())
        return frozenset(ids[-1] for ids in held if ids)

    def outside(self, day: str | None) -> frozenset[str]:
        """The ids that are not looked in."""
        if day is None and len(self._lineages) == len(self._held):
            return frozenset()
        return frozenset(self._held) - self.at(day)

    def lineage_for(self, metadata: Metadata) -> str | None:
        """The lineage that a document belongs to: one of the same 文号, or of the same title and issuer."""
        near = self._referenced.get(_plain(metadata.reference or "-"), []) + self._titled.get(
            _plain(metadata.title), []
        )
        return next((lineage_of(id_) for id_ in near if same_document(self._held[id_], metadata)), None)

    def new_id(self, metadata: Metadata, lineage: str | None) -> str:
        """The id of a new version of `lineage`, or of a new document where it is None."""
        if lineage is not None:
            return f"{lineage}@{max(map(_sequence, self._lineages[lineage])) + 1}"
        id_ = document_id(metadata)
        # Another document of the same generic title: the year's report.
        return document_id(metadata, dated=True) if id_ in self._lineages else id_

    def standing(self, id_: str, day: str) -> Standing:
        """Whether that version holds on `day` (ISO), as far as the corpus tells."""
        metadata = self._held[id_]
        since, until = holds_from(metadata), metadata.expires
        ended = [each for each in self._endings().get(id_, ()) if self._begun(each.by, day)]
        newest = ([i for i in self.versions(lineage_of(id_)) if holds_from(self._held[i]) <= day] or [id_])[-1]
        said = [
            *(each for each in ended if each.validity == "repealed"),
            *([Standing("repealed", f"有效期至{until}")] if until and until < day else ()),
            *([Standing("not_yet", f"自{since}起施行")] if since > day else ()),
            *([Standing("superseded", f"已有{holds_from(self._held[newest])}的版本", newest)] if newest != id_ else ()),
            *ended,
            *([Standing("in_force", f"自{metadata.effective}起施行")] if metadata.effective else ()),
        ]
        return said[0] if said else Standing("unknown")

    def _begun(self, id_: str | None, day: str) -> bool:
        return id_ is not None and holds_from(self._held[id_]) <= day

    def _endings(self) -> dict[str, list[Standing]]:
        """For each id what other documents say that ends or changes it."""
        if self._ended is None:
            self._ended = {}
            for id_, metadata in self._held.items():
                for title in metadata.repeals:
                    self._end(title, Standing("repealed", f"《{metadata.title}》废止{title}", id_))
                if amends := _AMENDS.search(metadata.title):
                    self._end(f"《{amends['title']}》", Standing("amended", f"《{metadata.title}》", id_))
        return self._ended

    def _end(self, named: str, standing: Standing) -> None:
        """Note `standing` for every version that was there before the document that ends it."""
        assert standing.by is not None  # every ending has its document
        by, since = standing.by, holds_from(self._held[standing.by])
        assert self._ended is not None  # it is being filled
        for id_ in self.named(named):
            if lineage_of(id_) != lineage_of(by) and holds_from(self._held[id_]) < (since or "9999"):
                self._ended.setdefault(id_, []).append(standing)

    def named(self, title: str) -> list[str]:
        """The ids of the documents that 《title》（文号） names; the country's name before a law's may be left out."""
        found = _REPEALED.match(_plain(title))
        name, reference = (found["title"], found["reference"]) if found else (_plain(title), None)
        if reference and reference in self._referenced:
            return self._referenced[reference]
        other = name.removeprefix(_COUNTRY) if name.startswith(_COUNTRY) else _COUNTRY + name
        ids = [*self._titled.get(name, ()), *self._titled.get(other, ())]
        return [id_ for id_ in ids if not reference or not self._held[id_].reference]


def today() -> str:
    """Today's date where this runs, as ISO."""
    return dt.datetime.now(dt.UTC).astimezone().date().isoformat()


def holds_from(metadata: Metadata) -> str:
    """From which day on a version holds, as ISO; empty where nothing tells."""
    return max(metadata.effective or "", metadata.dated or "") or metadata.published or ""


def same_document(one: Metadata, other: Metadata) -> bool:
    """Whether two texts are versions of one document: the same 文号, or title and issuer.

    A generic title (政府工作报告) is shared by the documents of many years.
    """
    if one.reference and other.reference and _plain(one.reference) == _plain(other.reference):
        return True
    if (_plain(one.title), one.volume) != (_plain(other.title), other.volume):
        return False
    if one.issuer and other.issuer and _plain(one.issuer) != _plain(other.issuer):
        return False
    generic = _GENERIC.match(_plain(one.title)) is not None
    return not generic or (one.reference, holds_from(one)[:4]) == (other.reference, holds_from(other)[:4])


def _plain(text: str) -> str:
    return _BLANK.sub("", text).translate(_BRACKETS)


def _sequence(id_: str) -> int:
    number = id_.removeprefix(lineage_of(id_)).removeprefix("@")
    return int(number) if number else 1
