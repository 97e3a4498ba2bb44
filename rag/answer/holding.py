"""Whether a document holds on a day, as far as the documents tell, with the lines that tell it."""

from collections.abc import Mapping
from typing import Final

from corpus.address import Address
from corpus.catalog import Standing
from corpus.model import Document
from rag.answer.facts import quoted, repealed, told_line
from rag.types import Draft, Language

_STANDING: Final[Mapping[str, tuple[str, str]]] = {
    "not_yet": ("尚未施行", "is not in force yet"),
    "amended": ("已被修改", "has been amended"),
    "superseded": ("已有新的版本", "has a later version"),
    "repealed": ("已废止或失效", "is no longer in force"),
    "unknown": ("是否有效不能断定，收录的文件里没有废止或修改它的", "may be in force: nothing that is held ends it"),
}


def standing_draft(
    document: Document, standing: Standing, other: Document | None, day: str, language: Language
) -> Draft | None:
    """The lines that tell whether a document holds on `day`; `other` is the document that ended or changed it.

    None where no line tells anything of it. Where they tell no more than one day, that it cannot be decided is said.
    """
    if other is not None:
        lines = [next(repealed(other, document.metadata.title), None) or told_line(other, "title")]
    else:
        lines = [told_line(document, field) for field in ("effective", "expires")]
    told = [line for line in lines if line is not None]
    if len(told) > 1 and (told[0].start, told[0].end) == (told[1].start, told[1].end):
        told = told[:1]
    if not told:
        return None
    return Draft(_lead(document, standing, day, language), *quoted(told))


def _lead(document: Document, standing: Standing, day: str, language: Language) -> str:
    title, since = document.label(Address()), document.metadata.effective
    chinese, english = _STANDING.get(standing.validity, ("", ""))
    if language == "en":
        if standing.validity == "in_force":
            english = f"is in force since {since}, nothing that is held ends it"
        return f"{title} {english} (on {day}). The text says (in Chinese):"
    if standing.validity == "unknown":
        return f"{title}{chinese}（截至{day}）："
    if chinese:
        return f"{title}{chinese}（{standing.why}；截至{day}）："
    return f"{title}{standing.why}，收录的文件里没有废止或修改它的（截至{day}）："
