"""What is known of a document itself, answered by the line it was read from when the document was added.

A day that was reckoned (有效期3年) is told beside the words that it was reckoned from. An issuer or number that the
metadata lack may stand in the lines above the first part (中华人民共和国国务院令第216号发布).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.address import Address
from corpus.model import Document
from corpus.normalize import fold_with_offsets
from corpus.quantities import located
from rag.answer.base import quotation
from rag.sentences import sentences_of, trimmed
from rag.types import Citation, Draft, Query, Statement

Span = tuple[int, int]
#: By which words a text tells a number, and from when and until when it holds.
_TELLS: Final[Mapping[str, re.Pattern[str]]] = {
    "reference": re.compile(r"[〔\[（(]\s*(?:19|20)\d\d\s*[〕\]）)]\s*第?\s*\d+\s*号|令第?\s*\d+\s*号|第\s*\d+\s*号令"),
    "effective": re.compile(r"(?:自|从|于)[^，,。；;\n]{1,20}起(?:正式)?(?:施行|实施|执行|生效)"),
    "expires": re.compile(
        r"(?:有效期|试行期|执行期限|实施期限)[^，,。；;\n]*|[至到][^，,。；;\n]{4,14}(?:止|失效)|自行(?:失效|废止)"
    ),
}
#: A text says of itself from when it holds.
_OWN: Final = re.compile(r"本[^，,。；;\s]{1,12}(?:自|从|于)[^，,。；;\n]{1,20}起(?:正式)?(?:施行|实施|执行|生效)")
_BODY: Final = r"(?P<told>(?!日)(?:中华人民共和国)?[\u4e00-\u9fff、]{2,40}?)"
#: Who issued a law or regulation, in the lines above its first article; what brought it into force comes first.
_ABOVE: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    "issuer": (
        re.compile(rf"{_BODY}(?:令第?\s*\d+\s*号|第\s*\d+\s*号令)"),
        re.compile(rf"{_BODY}(?:公布|发布|印发)\s*[)）]?$"),
        re.compile(rf"{_BODY}第[一二三四五六七八九十百\d]+次(?:全体)?会议(?:修订)?(?:通过|批准)"),
        re.compile(rf"{_BODY}批准\s*[)）]?$"),
    ),
    "reference": (
        re.compile(r"(?P<told>(?:中华人民共和国)?[\u4e00-\u9fff、]{2,40}?(?:令第?\s*\d+\s*号|第\s*\d+\s*号令))"),
    ),
}
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "reference": ("发文字号", "document number"),
    "issuer": ("发文机关", "issuer"),
    "dated": ("印发日期", "date of issue"),
    "effective": ("施行日期", "date of effect"),
    "expires": ("有效期", "period of validity"),
    "repeals": ("废止了哪些文件", "repealed documents"),
    "addressee": ("主送机关", "addressee"),
    "title": ("标题", "title"),
    "enclosures": ("附件", "enclosures"),
}
#: A line of a law's history: 2017年12月27日 第十二届全国人民代表大会常务委员会第三十一次会议修订.
_HISTORY: Final = re.compile(
    r"^\s*(?P<day>\d{4}年\d{1,2}月\d{1,2}日).{0,80}?(?P<what>公布|发布|通过|批准|修订|修正)\s*$"
)
#: What happens to a law, in the order in which a question about its issue means it.
_LATER: Final = (("通过",), ("批准",), ("修订", "修正", "修改"))
_STAGES: Final = (("公布", "发布"), *_LATER)
_DATES: Final = frozenset({"dated", "published", "effective", "expires"})
#: What may stand inside a name that is written over two lines, or of several bodies.
_SKIPPED: Final = re.compile(r"[\s\u3000、]+")
#: The line of a page that says when it was put up is none of the document's own.
_PAGE: Final = re.compile(r"发布(?:时间|日期)|发布者|浏览|来源|日期[：:]")
#: In characters: a longer line is quoted by the sentence that tells; a shorter one that holds a date is the date.
_LINE, _DATE_LINE = 120, 20
#: In characters: a name goes on over a few lines at most.
_REACH: Final = 400


@dataclass(frozen=True, slots=True)
class Told:
    """[start, end) of a document that tells something of one, and the words in it that do."""

    document: Document
    start: int
    end: int
    words: tuple[Span, ...] = ()

    @property
    def short(self) -> str | None:
        """The words, where they are in one place only: they are what answers."""
        return self.document.text[slice(*self.words[0])] if len(self.words) == 1 else None


def fact_draft(document: Document, field: str, query: Query) -> Draft | None:
    """The lines that tell a field of the metadata; None where no line of the text does."""
    if field == "repeals":
        told = list(repealed(document))
    else:
        told = _history(document, query.topic) if field in ("dated", "published") else []
        told = told or [found for found in (told_line(document, field),) if found is not None]
        # When it was passed or amended is not told by the day of its issue.
        asked = [] if field not in ("dated", "published") else [stage for stage in _LATER if _names(stage, query.topic)]
        if any(not any(_names(stage, document.text[each.start : each.end]) for each in told) for stage in asked):
            return None
    if not told:
        return None
    english = query.language == "en"
    short = told[0].short if len(told) == 1 or field != "repeals" else None
    known = getattr(document.metadata, field)
    reckoned = known and field in ("effective", "expires") and (short is None or not _says(short, known))
    note = (f"reckoned: {known}" if english else f"推算为{known}") if reckoned else ""
    statements, citations = quoted(told)
    place = citations[0].label
    lead = f"{place} says (in Chinese):" if english else f"{place}："
    return Draft(lead, statements, citations, short, note=note)


def quoted(told: Sequence[Told]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """What is told as statements with their words marked, and the citations of these, numbered from 1."""
    pairs = []
    for number, each in enumerate(told, 1):
        marks = tuple((start - each.start, end - each.start) for start, end in each.words)
        pairs.append(quotation(number, each.document, each.start, each.end, marks))
    return tuple(statement for statement, _ in pairs), tuple(citation for _, citation in pairs)


def issue_field(document: Document) -> str:
    """The field that tells when a document was issued: where a line says that it was made public, that day."""
    known = document.metadata
    line = known.evidence.get("published", 0)
    public = known.published and line > 0 and not _PAGE.search(document.text[slice(*_line(document, line))])
    return "published" if public or not known.dated else "dated"


def may_tell(document: Document, field: str) -> bool:
    """Whether the text speaks of such a thing, of whatever it may say it."""
    tells = _TELLS.get(field)
    return tells is not None and tells.search(document.text) is not None


def unknown_fact(document: Document, field: str, query: Query) -> str:
    """That the text does not tell; and what a person has set, or the file's name says, where it does not."""
    title, language = document.label(Address()), query.language
    if field == "standing":
        if language == "en":
            return f"{title} does not state when it takes effect or expires, and nothing that is held ends it."
        return f"{title}的原文没有写明施行日期和有效期，收录的文件里也没有废止或修改它的，不能断定是否有效。"
    chinese, english = _NAMES[field]
    if field == "dated" and (later := next((stage for stage in _LATER if _names(stage, query.topic)), None)):
        return f"{title} does not state that." if language == "en" else f"{title}的原文没有写明{later[0]}日期。"
    known = getattr(document.metadata, field, None)
    if language == "en":
        return f"{title} does not state its {english}.{f' Recorded with it: {known}.' if known else ''}"
    return f"{title}的原文没有写明{chinese}。{f'收录的信息里填的是“{known}”。' if known else ''}"


def told_line(document: Document, field: str) -> Told | None:
    """The line that tells a field, and the words in it that say it."""
    known, line = getattr(document.metadata, field), document.metadata.evidence.get(field, 0)
    if not known:
        return _above(document, field) or _own(document, field)
    if line < 1:
        return None
    span = _line(document, line)
    if field in _DATES:
        place, told = _sentence(document, span, field, known)
        return _told(document, place, *([told] if told else []))
    words = _written(document, span[0], known)
    if words is None:
        return _told(document, span)
    return _told(document, (min(span[0], words[0]), max(span[1], words[1])), words)


def _names(stage: Sequence[str], text: str) -> bool:
    return any(word in text for word in stage)


def _history(document: Document, topic: str) -> list[Told]:
    """When a law was passed, made public and amended, as the lines above its first part tell it; [] where they do not.

    The day that comes first is that of what the question names (通过, 修订: the last time), else of its publication.
    """
    lines = [(span, found) for span in _opening(document) if (found := _HISTORY.match(document.text[slice(*span)]))]
    if len(lines) < 2:
        return []
    asked = [stage for stage in _STAGES if _names(stage, topic)]
    by_stage = ([span for span, found in lines if found["what"] in stage] for stage in (*asked, *_STAGES))
    spans = next(filter(None, by_stage))
    first = spans[-1] if asked == [_STAGES[-1]] else spans[0]
    lines.sort(key=lambda line: line[0] != first)
    return [_told(document, span, (span[0] + found.start("day"), span[0] + found.end("day"))) for span, found in lines]


def _opening(document: Document) -> list[Span]:
    """The lines above the first numbered part."""
    first = min((part.start for part in document.parts if part.number), default=len(document.text))
    lines, start = [], 0
    while start < first:
        end = document.text.find("\n", start)
        end = end if end >= 0 else len(document.text)
        lines.append((start, end))
        start = end + 1
    return lines


def _above(document: Document, field: str) -> Told | None:
    """What the lines above the first part tell of a field that the metadata lack."""
    lines = [span for span in _opening(document) if span[1] - span[0] <= _LINE]
    for pattern in _ABOVE.get(field, ()):
        for span in lines:
            if found := pattern.search(document.text, *span):
                return _told(document, span, found.span("told"))
    return None


def _own(document: Document, field: str) -> Told | None:
    """From when a text says that it holds, in words that no day can be reckoned from: 自发布之日起施行."""
    if field != "effective":
        return None
    for part in reversed(document.passages()):
        for span in reversed(sentences_of(document, part)):
            if _OWN.search(document.text, *span) and (words := _TELLS[field].search(document.text, *span)):
                return _told(document, span, words.span())
    return None


def repealed(document: Document, title: str = "") -> Iterator[Told]:
    """The sentences that name what a document repeals; with `title` those that repeal this one."""
    line = document.metadata.evidence.get("repeals", 0)
    named: dict[Span, list[Span]] = {}
    for each in document.metadata.repeals if line else ():
        begun, name = _line(document, line)[0], each.partition("（")[0]
        if title in each and (words := _written(document, begun, name, len(document.text))) is not None:
            spans = sentences_of(document, document.innermost(words[0]))
            holding = next((span for span in spans if span[0] <= words[0] < span[1]), words)
            named.setdefault((holding[0], max(holding[1], words[1])), []).append(words)
    yield from (_told(document, span, *words) for span, words in named.items())


def _told(document: Document, place: Span, *words: Span) -> Told:
    return Told(document, *trimmed(document, *place), words)


def _line(document: Document, number: int) -> Span:
    """[start, end) of a line, counted from 1."""
    start = 0
    for _ in range(number - 1):
        start = document.text.find("\n", start) + 1
    return _line_around(document, start)


def _line_around(document: Document, offset: int) -> Span:
    end = document.text.find("\n", offset)
    return document.text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(document.text)


def _written(document: Document, start: int, known: str, reach: int = _REACH) -> Span | None:
    """Where a name stands within `reach` of `start`, over the ends of lines; None where it is written otherwise."""
    wanted = _SKIPPED.sub("", known)
    places = [
        place
        for place in range(start, min(len(document.text), start + reach))
        if not _SKIPPED.match(document.text[place])
    ]
    found = "".join(document.text[place] for place in places).find(wanted)
    return (places[found], places[found + len(wanted) - 1] + 1) if found >= 0 else None


def _sentence(document: Document, line: Span, field: str, known: str) -> tuple[Span, Span | None]:
    """The sentence that tells a day and the words that do; the line where it is short, or no sentence does."""
    spans = [s for s in sentences_of(document, document.innermost(line[0])) if s[0] < line[1] and line[0] < s[1]]
    days = [(span, words) for span in spans if (words := _day(document, span, known))]
    fitting = days or [(span, words) for span in spans if (words := _words(document, span, _TELLS.get(field)))]
    if fitting:
        span, words = fitting[-1]
        inside = line[0] <= words[0] and words[1] <= line[1] and line[1] - line[0] <= _LINE
        return line if inside else span, words
    return line, trimmed(document, *line) if line[1] - line[0] <= _DATE_LINE else None


def _words(document: Document, span: Span, tells: re.Pattern[str] | None) -> Span | None:
    found = tells.search(document.text, *span) if tells else None
    return found.span() if found else None


def _day(document: Document, span: Span, known: str) -> Span | None:
    """Where a date stands in a sentence."""
    days = days_in(document.text[slice(*span)])
    return next(((span[0] + start, span[0] + end) for start, end, day in days if day == known), None)


def days_in(text: str) -> list[tuple[int, int, str]]:
    """[start, end) of each date in a text, and the date as ISO as far as it goes."""
    folded, offsets = fold_with_offsets(text)
    dates = ((start, end, str(each.value)) for start, end, each in located(folded) if each.kind == "date")
    return [(offsets[start], offsets[end - 1] + 1, day) for start, end, day in dates]


def _says(words: str, known: str) -> bool:
    return any(day == known for _, _, day in days_in(words))
