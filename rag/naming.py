"""Documents named in a question: by title, with or without 中华人民共和国, by what they bring into force, by 文号.

A name that may be an ordinary word (宪法, 铁路运输) counts in 《》 or before a number (宪法第六条). Shorter forms than
these (消保法, “指导意见”, 稳经济33条) are `rag.short_names`'; where in the document to look is `rag.resolve`'s.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.catalog import Catalog
from corpus.model import Metadata, lineage_of
from corpus.normalize import fold
from rag.name_forms import (
    ENGLISH_NUMBER,
    GOES_ON,
    KINDS,
    LAWS,
    MARKS,
    NUMBER_BEHIND,
    REFERENCE_NUMBER,
    names_of,
)

#: 二〇二二年: as many characters as in figures.
_SPELLED_YEAR: Final = re.compile(r"[一二][〇零一二三四五六七八九]{3}(?=年)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?=年)")
#: 行政复议法（2017年修正）, 2017年版.
_VERSION_YEAR: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:版|修[正订改]|公布|通过|文本|的版本)"
)
#: A name that ends in a kind of document and is as long as the first, or any as long as the second, is one wherever it
#: stands; others are ordinary words (铁路运输) unless they are marked as names.
_PLAIN, _LONG = 4, 10
_KIND: Final = re.compile(rf"(?:{KINDS}|{LAWS}|\d号)$")
_MARKS_BEFORE, _MARKS_BEHIND = '《〈<"“「(（', '》〉>"”」)）'


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """The ids of the documents that a question names, and the [start, end) of the names, their marks included.

    `unknown` are names of documents that the corpus does not hold, `near` the ids of those whose titles are like them.
    Ids may be those of versions that are out of date, where the question names the year.
    """

    ids: frozenset[str] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Names:
    """The names of documents, ready to be looked up in a question; made of what is known of them, by id."""

    def __init__(self, held: Mapping[str, Metadata]) -> None:
        self.held = held
        self._ids: dict[str, set[str]] = {}
        for id_, metadata in held.items():
            for name in set(names_of(metadata)):
                self._ids.setdefault(name, set()).add(id_)
        self._lengths = sorted({len(name) for name in self._ids}, reverse=True)

    def named(self, folded: str) -> NamedDocuments:
        """The documents that a question, `as_named`, names; a longer name is taken before one that lies in it."""
        places = [place for place, sign in enumerate(folded) if not (sign.isspace() or sign in MARKS)]
        bare = "".join(folded[place] for place in places)
        taken: list[tuple[int, int]] = []
        ids: set[str] = set()
        for length in self._lengths:
            for start in range(len(bare) - length + 1):
                held = self._ids.get(bare[start : start + length])
                if held is None:
                    continue
                span = places[start], places[start + length - 1] + 1
                if any(a < span[1] and span[0] < b for a, b in taken) or not is_name(folded, *span):
                    continue
                taken.append(span)
                ids |= held
        return NamedDocuments(frozenset(ids), tuple(sorted(_with_marks(folded, *span) for span in taken)))


def in_year(found: NamedDocuments, folded: str, catalog: Catalog) -> NamedDocuments:
    """Of what a name means those documents, or those versions of one, that are of the year the question says.

    Where titles tell the years and none is the one that is asked for, that document is not held.
    """
    known = {id_: catalog.metadata(id_) for id_ in found.ids}
    asked = set(_YEAR.findall(folded))
    asked = asked or {year["year"] for year in _VERSION_YEAR.finditer(folded)}
    if not asked:
        return found
    # 2014年的反间谍法 is an earlier version. Its own day tells first: 发布日期 is often that of the first wording.
    chosen: set[str] = set()
    for lineage in dict.fromkeys(map(lineage_of, known)):
        every = [(version, catalog.metadata(version)) for version in reversed(catalog.versions(lineage))]
        ways = (
            [id_ for id_, held in every if asked & _own_years(held)],
            [id_ for id_, held in every if asked & years_of(held)],
        )
        chosen.update(next((fitting[:1] for fitting in ways if fitting), ()))
    if chosen:
        return replace(found, ids=frozenset(chosen))
    titled = [set(_YEAR.findall(fold(metadata.title))) for metadata in known.values()]
    if titled and all(titled):
        name = f"{min(asked)}年…{known[min(known)].title[-6:]}"
        near = sorted(known, key=lambda id_: known[id_].title, reverse=True)
        return NamedDocuments(spans=found.spans, unknown=(name,), near=tuple(near[:3]))
    return found


def as_named(question: str) -> str:
    """A question as names are looked for in it, folded: years in figures, 文号 with square brackets."""
    return _SPELLED_YEAR.sub(_in_figures, REFERENCE_NUMBER.sub(r"[\g<year>]", fold(question)))


def _in_figures(spelled: re.Match[str]) -> str:
    return "".join(str("〇一二三四五六七八九".index(digit.replace("零", "〇"))) for digit in spelled[0])


def years_of(metadata: Metadata) -> set[str]:
    """The years that tell a document from others of its name: that of its title, else that of its dates."""
    return set(_YEAR.findall(fold(metadata.title))) or _dates(metadata)


def _own_years(metadata: Metadata) -> set[str]:
    """The years of a title, else of when the wording was passed or took effect."""
    dates = (metadata.dated, metadata.effective)
    return set(_YEAR.findall(fold(metadata.title))) or {date[:4] for date in dates if date}


def _dates(metadata: Metadata) -> set[str]:
    dates = (metadata.dated, metadata.published, metadata.effective)
    return {date[:4] for date in dates if date}


def is_name(question: str, start: int, end: int) -> bool:
    """Whether the words at [start, end) of a folded question are used as a name."""
    before, behind = question[start - 1 : start], question[end : end + 1]
    if question[start:end].isascii():
        alone = not (before.isascii() and before.isalnum()) and not (behind.isascii() and behind.isalnum())
        return alone and (end - start >= _LONG or ENGLISH_NUMBER.search(question) is not None)
    if GOES_ON.match(question, end):
        return False
    length = end - start
    if length >= _LONG or (length >= _PLAIN and _KIND.search(question, start, end)):
        return True
    quoted = before != "" and behind != "" and before in _MARKS_BEFORE and behind in _MARKS_BEHIND
    return quoted or NUMBER_BEHIND.match(question, end) is not None


def _with_marks(question: str, start: int, end: int) -> tuple[int, int]:
    """The name with the marks around it, and with the year or 文号 in brackets behind."""
    if start > 0 and end < len(question) and question[start - 1] in _MARKS_BEFORE and question[end] in _MARKS_BEHIND:
        start, end = start - 1, end + 1
    behind = re.compile(r"\s*[(（\[](?:(?:19|20)\d\d年?[^()（）]{0,12}|[^()（）]{2,20}号)[)）\]]").match(question, end)
    return start, behind.end() if behind else end


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with blanks in place of `spans`."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)
