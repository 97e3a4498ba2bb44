"""What is odd about a document beside those that are held already: near-duplicates, versions, missing references."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.collection import Collection
from corpus.index import Probe
from corpus.model import Document, lineage_of
from ingest.findings import Finding

#: Runs of so many characters are compared; every _STEP-th by its hash, so that long documents stay comparable.
_RUN: Final = 13
_STEP: Final = 8
#: Two texts that share this much of the shorter one say mostly the same.
_ALIKE: Final = 0.6
_NAMED: Final = re.compile(r"《([^《》\n]{4,60}(?:〈[^〈〉\n]*〉[^《》\n]*)?)》")
#: So many titles that the corpus lacks are named.
_NAMED_LIMIT: Final = 5
_BLANK: Final = re.compile(r"[\s　]+")
#: How many parts of a document are searched for, with how many of their characters, and how many hits are looked at.
_PROBES, _PROBE_LENGTH, _CANDIDATES = 3, 200, 3


@dataclass(frozen=True, slots=True)
class _Near:
    """A document to compare with."""

    title: str
    runs: frozenset[int]


class Neighbours:
    """The documents that a new one is compared with: of those held the likeliest, and those that came just before."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._near: dict[str, _Near] = {}

    def put(self, document: Document) -> None:
        """Compare later documents with this one too; what is not committed yet cannot be searched for."""
        self._near[document.id] = _Near(document.metadata.title, _runs(document.text))

    def findings(self, document: Document) -> Iterator[Finding]:
        """What is odd about `document` beside the others."""
        yield from self._version(document)
        yield from self._duplicates(document)
        yield from self._references(document)

    def _version(self, document: Document) -> Iterator[Finding]:
        catalog = self._collection.catalog
        versions = catalog.versions(document.lineage)
        if versions and document.id not in versions:
            yield Finding("new_version", 1, f"是已收录的 {versions[-1]} 的新版本，第 {len(versions) + 1} 版", "note")

    def _duplicates(self, document: Document) -> Iterator[Finding]:
        runs = _runs(document.text)
        for id_ in self._likely(document) - self._near.keys():
            self.put(self._collection.document(id_))
        for id_, near in self._near.items():
            shared = len(runs & near.runs) / (min(len(runs), len(near.runs)) or 1)
            if shared >= _ALIKE and lineage_of(id_) != document.lineage:
                share = f"约 {100 * shared:.0f}% 的文字相同"
                yield Finding("near_duplicate", 1, f"与已收录的 {id_}《{near.title}》有{share}")

    def _likely(self, document: Document) -> set[str]:
        """The documents that are held and share words with the longest parts of this one."""
        longest = sorted(document.parts, key=lambda part: part.start - part.own_end)[:_PROBES]
        found: set[str] = set()
        for part in longest:
            terms = self._collection.analyzer.terms(document.text[part.start : part.own_end][:_PROBE_LENGTH])
            probe = Probe(terms=tuple((term, 1.0) for term in dict.fromkeys(terms)))
            near = [scored.id for scored in self._collection.search_lexical(probe, _CANDIDATES)]
            found.update(segment.document_id for segment in self._collection.holdings.segments(near) if segment)
        return found

    def _references(self, document: Document) -> Iterator[Finding]:
        """Documents that the text names and the corpus does not hold."""
        own = _BLANK.sub("", document.metadata.title)
        missing: dict[str, int] = {}
        for found in _NAMED.finditer(document.text):
            name = _BLANK.sub("", found[1])
            if name not in missing and name not in own and not self._collection.catalog.named(f"《{name}》"):
                missing[name] = document.text.count("\n", 0, found.start()) + 1
        if missing:
            names = "".join(f"《{name}》" for name in list(missing)[:_NAMED_LIMIT])
            more = f"等 {len(missing)} 份" if len(missing) > _NAMED_LIMIT else ""
            yield Finding("outside", next(iter(missing.values())), f"提到的文件不在库里：{names}{more}", "note")


def _runs(text: str) -> frozenset[int]:
    """The hashes of those runs of characters whose hash is a multiple of `_STEP`: the same in every text."""
    plain = _BLANK.sub("", text)
    hashes = (hash(plain[place : place + _RUN]) for place in range(max(0, len(plain) - _RUN + 1)))
    return frozenset(value for value in hashes if value % _STEP == 0)
