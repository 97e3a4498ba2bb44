"""What a quotation refers to, followed one step: 依照本法第十条 brings that article, or says that it is not held.

A cadre who signs for a sentence has to know what the provision says that it sends him to. What that one refers to in
its turn is left alone. It reads words and outlines; nothing is searched.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.address import Address, Level
from corpus.collection import Collection
from corpus.model import Document, Part
from corpus.normalize import fold
from corpus.numerals import NUMERAL_CHARACTERS
from rag.answer.base import cite
from rag.mentions import fold_kept
from rag.name_forms import KINDS, LAWS
from rag.numbered import neighbour
from rag.references import read_references
from rag.resolve import referred
from rag.sentences import whole_of
from rag.types import Citation, Referral

_N: Final = f"[{NUMERAL_CHARACTERS}]{{1,8}}"
_PLACE: Final = rf"第{_N}条(?:之[一二三四五六七八九十]{{1,2}})?(?:第{_N}款)?(?:第[(（]?{_N}[)）]?项(?:第{_N}目)?)?"
_REFERS: Final = re.compile(
    rf"(?:(?P<named>《[^《》]{{2,60}}》)(?:\([^()]{{1,30}}\))?|(?P<own>本(?:{KINDS}|{LAWS})))?"
    rf"(?P<places>{_PLACE}(?:(?:[、和与或及至到]|以及|或者){_PLACE})*|附件{_N}|(?<=见)附件(?![第一二三四五六七八九十\d]))"
)
_BEFORE: Final = re.compile(r"(?:依照|按照|根据|依据|违反|适用|有|照|于)前条")
#: So many referrals are followed; a list of many is no help.
_FOLLOWED: Final = 3
#: In characters: what is shown of the part that is referred to.
_SHOWN: Final = 300

#: The ids of the documents that a name before a number means, of those that held on a day (ISO), or of the newest.
NamedIds = Callable[[str, str | None], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Referred:
    """Where quotations lead: parts, and in words the places outside the corpus."""

    referrals: tuple[Referral, ...] = ()
    outside: tuple[str, ...] = ()


class ReferralReader:
    """Follows referrals within one corpus; `named` finds documents by name."""

    def __init__(self, collection: Collection, named: NamedIds) -> None:
        self._collection, self._named = collection, named

    def follow(self, citations: Sequence[Citation], as_of: str | None) -> Referred:
        """The parts that the quotes of `citations` refer to, without those that are quoted already, each once."""
        found: dict[tuple[str, str], Referral] = {}
        outside: dict[str, None] = {}
        for citation in citations:
            document = self._collection.document(citation.document_id)
            for words, holder, part in self._places(document, citation, as_of):
                if part is None or holder is None:
                    outside[words] = None
                    continue
                key = (holder.id, str(part.address))
                if key not in found and not any(_holds(other, holder, part) for other in citations):
                    start, end = whole_of(holder, part, _SHOWN)
                    number = len(citations) + len(found) + 1
                    found[key] = Referral(citation.number, cite(number, holder, start, end))
                if len(found) + len(outside) >= _FOLLOWED:
                    return Referred(tuple(found.values()), tuple(outside))
        return Referred(tuple(found.values()), tuple(outside))

    def _places(
        self, document: Document, citation: Citation, as_of: str | None
    ) -> Iterator[tuple[str, Document | None, Part | None]]:
        """Each referral in a quote: its words, the document that is meant and the part, None where it is not held."""
        quote = fold_kept(citation.quote)
        own = document.innermost(citation.start)
        for each in _REFERS.finditer(quote):
            if document.text[own.start : citation.start + each.start()].strip() == "" and not each["named"]:
                continue  # The quoted part's own mark.
            words, leads = citation.quote[each.start() : each.end()], False
            for holder in self._meant(document, each["named"], as_of):
                for part in _parts(holder, each["places"]):
                    leads = True
                    yield words, holder, part
            if each["named"] and not leads:
                yield words, None, None
        article = _article(document, own)
        if article is not None and _BEFORE.search(quote):
            before = neighbour(document, article, -1)
            if before is not None:
                yield "前条", document, before

    def _meant(self, document: Document, named: str | None, as_of: str | None) -> list[Document]:
        """The document that is named, or the quoted one itself with the other volumes of its code."""
        if named is None or fold(document.metadata.title) in fold(named):
            if document.metadata.volume is None:
                return [document]
            named = f"《{document.metadata.title}》"
        return [self._collection.document(id_) for id_ in self._named(f"{named}第一条", as_of)]


def _parts(document: Document, places: str) -> list[Part]:
    """The parts that 第十条第二款、第十二条 names in a document; annexes and articles only."""
    references = read_references(places if places != "附件" else "附件1").references
    return referred(references, document, list(document.parts), nested=False) if references else []


def _article(document: Document, part: Part) -> Part | None:
    for depth in range(part.address.depth, 0, -1):
        above = document.part(Address(part.address.steps[:depth]))
        if above is not None and above.address.level is Level.ARTICLE:
            return above
    return None


def _holds(citation: Citation, document: Document, part: Part) -> bool:
    """Whether a part's beginning is quoted already."""
    return citation.document_id == document.id and citation.start <= part.start < citation.end
