"""What the documents say of one that is not among them: since when it holds, who issued it, that it is repealed.

Only a sentence that names it and says so is quoted: the day of another document is no answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from corpus.model import Document, Part
from corpus.normalize import fold_with_offsets
from rag.answer.facts import Told, days_in, quoted
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
_STOP: Final = re.compile(r"[,，;；。:：\n]")
#: What stands before a document that is only referred to.
_ONLY_CITED: Final = re.compile(r"(?:根据|依据|按照|依照|遵照|贯彻|落实|违反|执行)[^,，]{0,8}$")


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
    short = found[0].short if len(found) == 1 else None
    if language == "en":
        lead = f"《{name}》 is not among the documents; of it they say (in Chinese):"
    else:
        lead = f"没有收录《{name}》；收录的文件里提到它的是："
    return Draft(lead, *quoted(found[:_MOST]), short)


def _sentences(document: Document, part: Part, name: str, field: str, says: re.Pattern[str]) -> Iterator[Told]:
    """The sentences of a part that say it of the document, with the days that are told where one is asked for.

    They say it in the clause that names it: neither 《…条例实施细则》 nor 根据《…条例》，制定本办法 is of the 条例.
    """
    named = re.compile(
        rf"(?<![\u4e00-\u9fff]){re.escape(name)}(?!的?解释|实施|修正)|中华人民共和国{re.escape(name)}(?!实施)"
    )
    for start, end in sentences_of(document, part):
        folded, offsets = fold_with_offsets(document.text[start:end])
        for found in named.finditer(folded):
            clause = _clause(folded, *found.span())
            if _ONLY_CITED.search(folded, clause[0], found.start()) or not says.search(folded, *clause):
                continue
            days = days_in(folded[slice(*clause)]) if field in _DAYS else []
            if days or field not in _DAYS:
                places = ((clause[0] + a, clause[0] + b) for a, b, _ in days)
                words = tuple((start + offsets[a], start + offsets[b - 1] + 1) for a, b in places)
                yield Told(document, start, end, words)
                break


def _clause(folded: str, start: int, end: int) -> Span:
    """The clause around [start, end), from one comma or stop to the next."""
    begin = max((found.end() for found in _STOP.finditer(folded, 0, start)), default=0)
    stop = _STOP.search(folded, end)
    return begin, stop.start() if stop else len(folded)
