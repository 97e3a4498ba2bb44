"""What the documents say of one that is not among them: since when it holds, who issued it, that it is repealed.

Only a sentence that names it and says so is quoted: the day of another document is no answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from corpus.model import Document, Part
from corpus.normalize import fold, fold_with_offsets
from corpus.quantities import located
from rag.answer.base import quotation
from rag.sentences import sentences_of
from rag.types import Draft, Language

Span = tuple[int, int]
_MADE: Final = "印发|颁发|颁布|公布|发布|出台|制定|通过|批准"
_ENDED: Final = "废止|失效|取代|代替"
_SAYS: Final[Mapping[str, re.Pattern[str]]] = {
    "issuer": re.compile(_MADE),
    "dated": re.compile(_MADE),
    "effective": re.compile("施行|实施|执行|生效"),
    "expires": re.compile(f"有效期|{_ENDED}"),
    "standing": re.compile(_ENDED),
}
_DAYS: Final = frozenset({"dated", "effective"})
_MOST: Final = 3


def elsewhere_draft(
    name: str, field: str, places: Sequence[tuple[Document, Part, int]], language: Language
) -> Draft | None:
    """The sentences at `places` that tell a field of the document `name`; None where none does."""
    says = _SAYS.get(field)
    found = (
        [each for document, part, _ in places for each in _sentences(document, part, name, field, says)] if says else []
    )
    if not found:
        return None
    statements, citations = [], []
    for number, (document, (start, end), days) in enumerate(found[:_MOST], 1):
        marks = tuple((a - start, b - start) for a, b in days)
        statement, citation = quotation(number, document, start, end, marks)
        statements.append(statement)
        citations.append(citation)
    document, _, days = found[0]
    short = document.text[slice(*days[0])] if len(found) == 1 and len(days) == 1 else None
    if language == "en":
        lead = f"《{name}》 is not among the documents; of it they say (in Chinese):"
    else:
        lead = f"没有收录《{name}》；收录的文件里提到它的是："
    return Draft(lead, tuple(statements), tuple(citations), short)


def _sentences(
    document: Document, part: Part, name: str, field: str, says: re.Pattern[str]
) -> Iterator[tuple[Document, Span, list[Span]]]:
    """The sentences of a part that name the document and say it, with the days in them where one is asked for."""
    for span in sentences_of(document, part):
        text = document.text[slice(*span)]
        if name not in fold(text) or not says.search(text):
            continue
        days = _days(text, span[0]) if field in _DAYS else []
        if days or field not in _DAYS:
            yield document, span, days


def _days(text: str, start: int) -> list[Span]:
    folded, offsets = fold_with_offsets(text)
    dates = ((a, b) for a, b, quantity in located(folded) if quantity.kind == "date")
    return [(start + offsets[a], start + offsets[b - 1] + 1) for a, b in dates]
