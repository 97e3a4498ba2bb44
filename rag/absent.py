"""What there is where a question names a part that there is not: 本文主要任务共八项, 全文共六十条, 没有收录《某法》.

It says so in a sentence; that nothing is answered is `rag.refusal`'s decision.
"""

from collections.abc import Sequence
from typing import Final

from corpus.address import Level
from corpus.model import Document, Part
from corpus.numerals import to_chinese
from rag.numbered import counted, row
from rag.outlines import is_code
from rag.resolve import reached
from rag.types import Expects, Query, Reference

#: The word that counts parts of a level.
_COUNTED = {
    Level.ARTICLE: "条", Level.CHAPTER: "章", Level.SECTION: "节", Level.VOLUME: "编", Level.PARAGRAPH: "款",
    Level.ANNEX: "个附件", Level.BOX: "个专栏", Level.TABLE: "张表", Level.LEVEL1: "个部分", Level.DIVISION: "个部分",
    Level.SUBVOLUME: "个分编", Level.BOOK: "篇", Level.SCHEDULE: "个附表", Level.APPENDIX: "个附录",
}  # fmt: skip
#: What a document may be divided into above its articles.
_DIVISIONS: Final = ("编", "章", "节")


def unknown_document(query: Query, titles: Sequence[str]) -> str:
    """That a document is not held, and what the titles are that are like its name."""
    name = query.unknown[0]
    if query.language == "en":
        near = f" Titles like it: {'; '.join(titles)}." if titles else ""
        return f"“{name}” is not among the documents.{near}"
    near = f"名称相近的有：{'、'.join(titles)}。" if titles else ""
    return f"没有收录“{name}”。{near}"


def absent_part(query: Query, documents: Sequence[Document], scope: Part | None, among: int) -> str:
    """That a document, or each of `among`, lacks the part that is asked for, and how many such parts it has.

    `documents` are that one, or all volumes of a code, or some of many.
    """
    english = query.language == "en"
    asked = _asked(query.references) or str(query.path)
    code = len(documents) == among and is_code(document.metadata for document in documents)
    if among > 1 and scope is None and not code:
        return f"None of the {among} documents has {asked}." if english else f"收录的{among}份文件里都没有{asked}。"
    document = documents[0]
    holder, reference = reached(query, document, scope)
    if reference is not None:
        asked = _asked(query.references[query.references.index(reference) :])
    place = document.label(holder.address) if holder is not None else document.label(document.parts[0].address)
    name = f"“{holder.heading}”" if holder is not None and holder.heading else ""
    there = (
        [part for each in documents for part in _there_is(each, holder, reference)]
        if code
        else (_there_is(document, holder, reference))
    )
    if english:
        return f"{place} has no {asked}. {there and f'It has {len(there)} such parts.'}".strip()
    if not there:
        return f"{place}{name}里没有{asked}。"
    return f"{place}{name}共{_count(there)}，没有{asked}。"


def undivided(query: Query, document: Document) -> str:
    """That a document has no chapters, where it is asked how many; "" where it has, or something else is asked."""
    if query.expects is not Expects.NUMBER or query.unit not in _DIVISIONS or query.terms or query.references:
        return ""
    wanted, articles = (Reference(unit, 1, unit) for unit in (query.unit, "条"))
    if row(counted(document.parts, wanted, document), wanted):
        return ""
    there = row(counted(document.parts, articles, document), articles)
    title = document.label(document.parts[0].address)
    if query.language == "en":
        return f"{title} is not divided into such parts.{f' It has {len(there)} articles.' if there else ''}"
    return f"{title}不分{query.unit}{f'，共{_count(there)}' if there else ''}。"


def _asked(references: Sequence[Reference]) -> str:
    return "".join(reference.text for reference in references)


def _there_is(document: Document, holder: Part | None, reference: Reference | None) -> list[Part]:
    if reference is None:
        return list(document.children(holder.address)) if holder is not None else []
    inside = [
        part
        for part in document.parts
        if holder is None or (part is not holder and holder.address.contains(part.address))
    ]
    return row(counted(inside, reference, document), reference)


def _count(parts: Sequence[Part]) -> str:
    """八项, or for articles 六十条（第一条至第六十条）."""
    level = parts[0].address.level
    unit = _COUNTED.get(level, "项") if level is not None else "项"
    count = f"{to_chinese(len(parts))}{unit}"
    if level is Level.ARTICLE and len(parts) > 1:
        return f"{count}（{parts[0].address.steps[-1]}至{parts[-1].address.steps[-1]}）"
    return count
