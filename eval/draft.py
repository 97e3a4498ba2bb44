"""Questions drafted from a document's outline and sentences, each with gold that can be checked, for a person to edit.

Address look-ups, lists, counts, definitions, cloze on numbers and dates, and near misses that the document does not
answer: an address that it lacks, a place, year or body exchanged for one that it never names. No model is needed, and
every question is marked `synthetic`: what a program drafts is no measure of what people ask.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from corpus.address import Level
from corpus.lexicon import places
from corpus.model import Document, Part
from corpus.quantities import Quantity, quantities
from eval.dataset import Question

_CLAUSE: Final = re.compile(r"[^，。；：！？,;:!?\n]+")
_SENTENCE: Final = re.compile(r"[^。；！？!?\n]+[。；！？!?]?")
_DEFINITION: Final = re.compile(
    r"(?P<term>[“《]?[\u4e00-\u9fff（）、]{2,20}[”》]?)[，,]?(?:是指|指的是)(?P<what>[^。\n]{8,})"
)
_LENGTHS: Final = range(10, 46)
_UNITS: Final = {Level.ARTICLE: "条", Level.CHAPTER: "章", Level.SECTION: "节"}
_BODIES: Final = (
    "教育局 水利局 林业局 审计局 体育局 气象局 民政局 司法局 统计局 教育厅 水利厅 林业厅 审计厅 民政厅 司法厅".split()
)
_BODY: Final = re.compile("|".join(_BODIES))
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}年")


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause with the one quantity that is asked for."""

    part: Part
    text: str
    quantity: Quantity


def draft(document: Document, limit: int = 20) -> list[Question]:
    """At most `limit` questions of each kind, in reading order; none twice."""
    kinds: dict[str, Callable[[Document], Iterator[dict[str, Any]]]] = {
        "address": _addresses, "list": _lists, "count": _counts, "definition": _definitions, "cloze": _cloze,
        "absent-address": _absent_addresses, "other-place": _other_places, "other-year": _other_years,
        "other-body": _other_bodies,
    }  # fmt: skip
    questions: list[Question] = []
    asked: set[str] = set()
    for kind, made in kinds.items():
        fresh = (row for row in made(document) if row["question"] not in asked)
        for number, row in enumerate(islice(fresh, limit), 1):
            asked.add(row["question"])
            about = {"id": f"{document.id}-{kind}-{number}", "slice": kind, "synthetic": True}
            if row.get("answerable", True):
                about["documents"] = (document.id,)
            questions.append(Question.model_validate(about | row))
    return questions


def _numbered(document: Document) -> list[Part]:
    return [part for part in document.parts if part.number and document.text[part.marker_end : part.own_end].strip()]


def _place(part: Part) -> str:
    return part.address.label()


def _head(document: Document, part: Part) -> str:
    """The heading, or the first sentence where there is none: what an answer about a part has to hold."""
    if part.heading:
        return part.heading
    found = _SENTENCE.search(document.text, part.marker_end, part.own_end)
    return found[0].strip() if found else ""


def _addresses(document: Document) -> Iterator[dict[str, Any]]:
    for part in _numbered(document):
        if head := _head(document, part):
            yield {"question": f"{_place(part)}讲了什么？", "answers": (head,), "addresses": (str(part.address),)}


def _divided(document: Document) -> Iterator[tuple[Part, list[str], str]]:
    """Parts with a name and at least two children, the heads of these, and what they are counted as."""
    for part in document.parts:
        children = document.children(part.address)
        if part.number and part.heading and len(children) >= 2:
            heads = [_head(document, child) for child in children]
            if all(heads):
                yield part, heads, _UNITS.get(children[0].address.steps[-1].level, "项")


def _lists(document: Document) -> Iterator[dict[str, Any]]:
    for part, heads, unit in _divided(document):
        question = f"{part.heading}有哪几{unit}？"
        gold = {"answers": tuple(heads), "addresses": (str(part.address),), "require": "all", "total": len(heads)}
        yield {"question": question, **gold}


def _counts(document: Document) -> Iterator[dict[str, Any]]:
    for part, heads, unit in _divided(document):
        question = f"{part.heading}一共有多少{unit}？"
        yield {"question": question, "addresses": (str(part.address),), "total": len(heads)}


def _definitions(document: Document) -> Iterator[dict[str, Any]]:
    for part in document.parts:
        for found in _DEFINITION.finditer(document.text, part.start, part.own_end):
            term = re.sub(r"^(?:本(?:办法|条例|法|规定|细则)所称的?|所称|其中)", "", found["term"])
            if len(term) > 1:
                question = f"{term}是指什么？"
                yield {"question": question, "answers": (found["what"].strip(),), "addresses": (str(part.address),)}


def _clauses(document: Document) -> Iterator[_Clause]:
    """Clauses that hold one quantity with a unit, a year beside it aside, and stand in the document once."""
    for part in document.parts:
        if part.address.level in (None, Level.BYLINE):
            continue
        for found in _CLAUSE.finditer(document.text, part.marker_end, part.own_end):
            text = found[0].strip()
            inside = quantities(text) if len(text) in _LENGTHS and document.text.count(text) == 1 else []
            inside = [quantity for quantity in inside if not _YEAR.fullmatch(quantity.text)] or inside
            if len(inside) == 1 and text.count(inside[0].text) == 1 and _asked_for(inside[0]):
                before = text[: text.index(inside[0].text)]
                if not before.endswith(("第", "每", "—", "-", "至", "（", "(")):
                    yield _Clause(part, text, inside[0])


def _asked_for(quantity: Quantity) -> str:
    """The words that ask for a quantity; "" where it has no unit to ask with."""
    if quantity.kind == "date":
        return "哪一年" if re.fullmatch(r"\d{4}年", quantity.text) else "什么时候"
    if quantity.kind == "percentage":
        return "百分之多少"
    if not quantity.unit:
        return ""
    return re.sub(r"^(?:[\d.,]+|[〇零一二两三四五六七八九十百千]+)", "多少", quantity.text)


def _asking(clause: _Clause) -> str:
    """The clause as a question for its quantity, with the heading above it where there is one."""
    about = f"{clause.part.heading}中，" if clause.part.heading and clause.part.heading not in clause.text else ""
    return f"{about}{clause.text.replace(clause.quantity.text, _asked_for(clause.quantity))}？"


def _cloze(document: Document) -> Iterator[dict[str, Any]]:
    for clause in _clauses(document):
        gold = {"answers": (clause.quantity.text,), "addresses": (str(clause.part.address),)}
        yield {"question": _asking(clause), **gold}


def _absent_addresses(document: Document) -> Iterator[dict[str, Any]]:
    """In every list of numbered parts a number beyond all that the document has, as 第九部分 may mean a ninth point."""
    highest = max(part.number for part in document.parts)
    for parent in document.parts:
        children = document.children(parent.address)
        if len(children) < 2:
            continue
        for beyond in (1, 17):
            last = children[-1].address.steps[-1]
            step = type(last)(last.level, highest + beyond)
            address = parent.address.child(step)
            if document.part(address) is None:
                yield {"question": f"{address.label()}讲了什么？", "answerable": False}


def _exchanged(document: Document, words: re.Pattern[str], others: list[str]) -> Iterator[dict[str, Any]]:
    """Cloze questions with one word exchanged for another that the document never names."""
    unknown = [word for word in others if word not in document.text]
    for number, clause in enumerate(_clauses(document)):
        question = _asking(clause)
        found = words.search(question)
        if found and unknown:
            other = unknown[number % len(unknown)]
            yield {"question": question.replace(found[0], other), "answerable": False}


def _other_places(document: Document) -> Iterator[dict[str, Any]]:
    named = [name for name in places() if len(name) > 1 and name in document.text]
    if named:
        longest = sorted(named, key=len, reverse=True)
        others = [name for name in places() if len(name) == 3 and name.endswith(("市", "省", "县"))]
        yield from _exchanged(document, re.compile("|".join(map(re.escape, longest))), others)


def _other_years(document: Document) -> Iterator[dict[str, Any]]:
    years = [int(year[:4]) for year in _YEAR.findall(document.text)]
    if years:
        others = [f"{year}年" for year in range(max(years) + 3, max(years) + 20)]
        yield from _exchanged(document, _YEAR, others)


def _other_bodies(document: Document) -> Iterator[dict[str, Any]]:
    yield from _exchanged(document, _BODY, list(_BODIES))
