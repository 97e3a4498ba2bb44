"""Which documents a question is held to by what is known of them: issuer, year, kind, region, whether they hold.

From the words of the question (2023年国务院办公厅印发的文件里…, 现行有效的办法) or from whoever asks. Documents named
by title are `rag.naming`'s.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from corpus.catalog import Catalog, today
from corpus.errors import InputError
from corpus.model import Metadata
from corpus.normalize import fold
from rag.naming import years_of
from rag.types import Filter

_DOCUMENTS: Final = "文件|政策|通知|办法|意见|规定|方案|条例|法规|法律|规划|决定|公告|措施|文"
_YEAR: Final = r"(?:19|20)\d\d"
#: What is said of documents in general, and not of the matter: … 印发的文件, 现行有效的办法.
_ISSUED: Final = re.compile(
    rf"(?:(?P<year>{_YEAR})年(?:度|里|内|份)?[,，]?)?(?P<issuer>[\u4e00-\u9fff、和]{{2,24}}?)?(?:在(?P<later>{_YEAR})年)?"
    rf"(?:印发|发布|出台|公布|下发|制定|颁布)(?:了|过)?的(?:哪些)?(?P<kind>{_DOCUMENTS})"
)
#: 2024年的文件里, 广州市民政局的文件中, 2019年国务院办公厅的文件里: whose or of when, and where to look.
_WHOSE: Final = re.compile(
    rf"(?:(?P<year>{_YEAR})年(?:度|份)?的?)?(?P<issuer>[\u4e00-\u9fff]{{2,24}}?)??(?P<later>{_YEAR}年)?的?"
    rf"(?P<kind>文件|政策文件|{_DOCUMENTS})(?=[里中内]|对)"
)
_IN_FORCE: Final = re.compile(
    rf"(?:现行有效|仍然?有效|有效)的(?=(?P<between>[\u4e00-\u9fff]{{0,14}}?)(?P<kind>{_DOCUMENTS}))"
)
_ENDED: Final = re.compile(rf"(?:已经?|被)*(?:废止|失效)的(?P<kind>{_DOCUMENTS})")
#: Words for documents of any kind.
_ANY_KIND: Final = frozenset({"文件", "政策", "法规", "法律", "措施", "文"})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What documents must be like; "" and None ask for nothing. `in_force` False asks for those that hold no more."""

    issuer: str = ""
    year: str = ""
    kind: str = ""
    region: str = ""
    in_force: bool | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != Conditions()


def read_conditions(
    folded: str, issuers: frozenset[str], regions: frozenset[str] = frozenset()
) -> tuple[Conditions, tuple[tuple[int, int], ...]]:
    """What the question asks of the documents themselves, and the words that say so.

    `issuers` and `regions` are those that there are, folded.
    """
    for pattern in (_ISSUED, _WHOSE):
        for found in pattern.finditer(folded):
            words = found["issuer"] or ""
            issuer, region = _ending(words, issuers), _ending(words, regions)
            year = (found["year"] or found["later"] or "").removesuffix("年")
            if pattern is _WHOSE and words and not (issuer or region):
                continue  # 创业补贴的办法里: what they are about.
            if issuer or region or year:
                named = issuer or region
                begin = found.start() if found["year"] else found.end("issuer") - len(named) if named else found.start()
                return Conditions(issuer, year, _kind(found["kind"]), "" if issuer else region), ((begin, found.end()),)
    if holding := _IN_FORCE.search(folded):
        kind = _kind(holding["kind"])
        span = (holding.start(), holding.end("kind") if not holding["between"] else holding.end())
        return Conditions(kind=kind, in_force=True), (span,)
    if ended := _ENDED.search(folded):
        return Conditions(kind=_kind(ended["kind"]), in_force=False), (ended.span(),)
    return Conditions(), ()


def _ending(words: str, known: frozenset[str]) -> str:
    """The longest of `known` that `words` end in."""
    return next((name for name in sorted(known, key=len, reverse=True) if words.endswith(name)), "")


def _kind(word: str) -> str:
    return "" if word in _ANY_KIND else word


@dataclass(frozen=True, slots=True)
class Choices:
    """What the documents that are looked in may be told apart by, each in the order in which it is offered."""

    issuers: tuple[str, ...]
    years: tuple[str, ...]
    kinds: tuple[str, ...]
    regions: tuple[str, ...]


def choices(catalog: Catalog) -> Choices:
    """The issuers, years (newest first), kinds and regions that there are."""
    known = [catalog.metadata(id_) for id_ in catalog.at(None)]
    return Choices(
        tuple(sorted({body for one in known for body in issuers_of(one)})),
        tuple(sorted({year for one in known for year in years_of(one)}, reverse=True)),
        tuple(sorted({one.kind for one in known if one.kind})),
        tuple(sorted({one.region for one in known if one.region})),
    )


def filter_for(catalog: Catalog, wanted: Conditions, documents: Collection[str], as_of: str | None) -> Filter:
    """The documents that are as somebody asks, of `documents` (ids) where there are any; InputError where none is."""
    ids = matching(catalog, wanted, as_of) if wanted else None
    if documents:
        ids = frozenset(documents) if ids is None else ids & frozenset(documents)
    if ids is not None and not ids:
        raise InputError(
            "没有符合这些条件的文件：请放宽条件（没有写明施行日期的文件不算现行有效），"
            "或用 python -m ingest list 查看已收录的文件。"
        )
    return Filter(documents=ids, as_of=as_of)


def matching(catalog: Catalog, conditions: Conditions, day: str | None) -> frozenset[str]:
    """The ids of the documents that are as `conditions` ask, on a day (ISO), or today."""
    return frozenset(id_ for id_ in catalog.at(day) if _fits(catalog, id_, conditions, day or today()))


def issuers_of(known: Metadata) -> list[str]:
    """Each of the bodies that issued a document."""
    return [one.strip() for one in (known.issuer or "").split("、") if one.strip()]


def _fits(catalog: Catalog, id_: str, wanted: Conditions, day: str) -> bool:
    known = catalog.metadata(id_)
    # 国务院 is not the 国务院办公厅; a document of several bodies is one of each.
    if wanted.issuer and fold(wanted.issuer) not in {fold(one) for one in (known.issuer or "", *issuers_of(known))}:
        return False
    if wanted.region and fold(wanted.region) not in fold(known.region or ""):
        return False
    # A notice that brings 办法 into force is one of these as well.
    if wanted.kind and fold(wanted.kind) not in fold(f"{known.kind or ''} {known.title}"):
        return False
    if wanted.year and wanted.year not in years_of(known):
        return False
    if wanted.in_force is None:
        return True
    validity = catalog.standing(id_, day).validity
    # Of a document that tells nothing, nobody can say that it holds.
    return validity in (("in_force", "amended") if wanted.in_force else ("repealed", "superseded"))
