"""From when and until when a document holds, and which others it repeals, as its own sentences say.

Each with the offset of the sentence. A sentence whose subject is another document's title speaks of that one; beyond
that it is taken at its word.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from corpus.numerals import to_int
from ingest.dates import DATE, first_date

_SENTENCE: Final = re.compile(r"[^。；;\n]+(?:\n(?![\n　 《])[^。；;\n]+)*[。；;]?")
_SUBJECT: Final = re.compile(r"\s*《([^《》]+)》")
_FROM: Final = re.compile(rf"(?:自|从|于)?\s*({DATE})\s*(?:之日)?\s*起?\s*(?:正式)?\s*(?:施行|实施|执行|生效|起算)")
_AT_ONCE: Final = re.compile(r"自?(?:公布|发布|印发|颁布|下发)之日起(?:正式)?(?:施行|实施|执行|生效)")
_UNTIL: Final = re.compile(
    rf"(?:有效期|执行期限|试行期|实施期限)[^。；;]{{0,12}}?(?:至|到|止于)\s*({DATE})|(?:至|到)\s*({DATE})\s*(?:止|失效|废止)"
)
_YEARS: Final = re.compile(r"(?:有效期|试行期)(?:限)?(?:为|是)?\s*([0-9一二三四五六七八九十两]{1,2})\s*年")
#: What a sentence about the document itself says; one that lets a measure be carried out (执行) from a day does not.
_OWN: Final = re.compile(
    r"本(?:办法|条例|规定|通知|意见|细则|方案|措施|决定|法|章程|政策|规则|标准|规范|规程|公告|通告|制度|计划|规划|指南|文件|实施|若干)|现予|施行"
)
_TERM: Final = re.compile(r"[\s　]*(?:有效期|试行期|执行期限|实施期限)")
_REPEALS: Final = re.compile(r"(?:同时|予以|即行|一并|相应|即)废止|废止(?:下列|以下)")
_REPEALED: Final = re.compile(
    r"(《[^《》]*(?:《[^《》]*》[^《》]*)*》)\s*(?:[（(]([^（）()]{0,40}号[^（）()]{0,6})[）)])?"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says, and the offset of the words that say it."""

    value: str
    offset: int


@dataclass(frozen=True, slots=True)
class Validity:
    """`at_once` is the sentence that lets the document hold from its own date; `years` how long it holds."""

    effective: Said | None = None
    at_once: Said | None = None
    expires: Said | None = None
    years: Said | None = None
    repeals: tuple[Said, ...] = ()


def validity(text: str, title: str) -> Validity:
    """What the sentences of the document called `title` say; the last one counts, as documents say it at their end."""
    found: dict[str, Said] = {}
    repeals: list[Said] = []
    for sentence in _SENTENCE.finditer(text):
        words = sentence[0]
        if not any(sign in words for sign in ("起", "效", "废止", "施行", "止")):
            continue
        said = _said(words, title)
        found |= {name: Said(value, sentence.start() + place) for name, (value, place) in said.items()}
        if repeal := _REPEALS.search(words):
            repeals += [Said(title, sentence.start() + repeal.start()) for title in _titles(words)]
    return Validity(**found, repeals=tuple(repeals))


def _said(words: str, title: str) -> dict[str, tuple[str, int]]:
    """What one sentence says of the document itself, and where; one that begins with another's title says nothing."""
    subject = _SUBJECT.match(words)
    if subject and subject[1] not in title:
        return {}
    if not _OWN.search(words) and not _TERM.match(words):
        return {}
    said: dict[str, tuple[str, int]] = {}
    if (since := _FROM.search(words)) and (iso := first_date(since[1])):
        said["effective"] = iso, since.start()
    elif at_once := _AT_ONCE.search(words):
        said["at_once"] = words.strip(), at_once.start()
    if (until := _UNTIL.search(words)) and (iso := first_date(until[1] or until[2])):
        said["expires"] = iso, until.start()
    elif (years := _YEARS.search(words)) and (number := to_int(years[1])):
        said["years"] = str(number), years.start()
    return said


def _titles(words: str) -> list[str]:
    """The titles that a sentence repeals, each with its 文号 where one stands behind it."""
    return [title + (f"（{number}）" if number else "") for title, number in _REPEALED.findall("".join(words.split()))]


def years_after(iso: str, years: int) -> str:
    """The day before the same day so many years later: a term that begins on 2020-03-01 ends on 2025-02-28."""
    begun = dt.date.fromisoformat(iso)
    leap = begun.month == 2 and begun.day == 29
    end = begun.replace(year=begun.year + years, day=28 if leap else begun.day)
    return (end if leap else end - dt.timedelta(days=1)).isoformat()
