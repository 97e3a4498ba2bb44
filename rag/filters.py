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
from corpus.normalize import fold
from rag.naming import years_of
from rag.types import Filter

_DOCUMENTS: Final = "文件|政策|通知|办法|意见|规定|方案|条例|法规|法律|规划|决定|公告|措施|文"
#: What is said of documents in general, and not of the matter: … 印发的文件, 现行有效的办法.
_ISSUED: Final = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d)年(?:度|里|内|份)?[,，]?)?(?P<issuer>[\u4e00-\u9fff、和]{{2,24}}?)?(?:在(?P<later>(?:19|20)\d\d)年)?"
    rf"(?:印发|发布|出台|公布|下发|制定|颁布)(?:了|过)?的(?:哪些)?(?P<kind>{_DOCUMENTS})"
)
_STANDING: Final = re.compile(rf"(?P<not>已经?|被)?(?P<what>现行有效|仍然?有效|有效|废止|失效)的(?P<kind>{_DOCUMENTS})")
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


def read_conditions(folded: str, issuers: frozenset[str]) -> tuple[Conditions, tuple[tuple[int, int], ...]]:
    """What the question asks of the documents themselves, and the words that say so; `issuers` are those there are."""
    if issued := _ISSUED.search(folded):
        said = next(
            (name for name in sorted(issuers, key=len, reverse=True) if (issued["issuer"] or "").endswith(name)), ""
        )
        year = issued["year"] or issued["later"] or ""
        if said or year:
            begin = issued.start() if year else issued.start("issuer") + len(issued["issuer"]) - len(said)
            return Conditions(said, year, _kind(issued["kind"])), ((begin, issued.end()),)
    if standing := _STANDING.search(folded):
        holds = "有效" in standing["what"]
        return Conditions(kind=_kind(standing["kind"]), in_force=holds), (standing.span(),)
    return Conditions(), ()


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
        tuple(sorted({one.issuer for one in known if one.issuer})),
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
        raise InputError("没有符合这些条件的文件：请放宽条件，或用 python -m ingest list 查看已收录的文件。")
    return Filter(documents=ids, as_of=as_of)


def matching(catalog: Catalog, conditions: Conditions, day: str | None) -> frozenset[str]:
    """The ids of the documents that are as `conditions` ask, on a day (ISO), or today."""
    return frozenset(id_ for id_ in catalog.at(day) if _fits(catalog, id_, conditions, day or today()))


def _fits(catalog: Catalog, id_: str, wanted: Conditions, day: str) -> bool:
    known = catalog.metadata(id_)
    texts = ((wanted.issuer, known.issuer), (wanted.region, known.region))
    if any(asked and fold(asked) not in fold(held or "") for asked, held in texts):
        return False
    # A notice that brings 办法 into force is one of these as well.
    if wanted.kind and fold(wanted.kind) not in fold(f"{known.kind or ''} {known.title}"):
        return False
    if wanted.year and wanted.year not in years_of(known):
        return False
    ended = catalog.standing(id_, day).validity in ("repealed", "superseded", "not_yet")
    return wanted.in_force is None or wanted.in_force is not ended
