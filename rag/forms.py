"""Questions that ask more than one thing at once: a comparison, a card of a measure's elements, two halves.

Each side and each half is asked by itself and is refused by itself; what is left unanswered is said. A question of one
thing does not come here, and costs nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.address import Address
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.answer.cards import asked_elements, card_draft, gathers, without_elements
from rag.answer.comparison import Found, comparison_draft
from rag.answer.elements import Element
from rag.answer.extractive import others
from rag.answer.halves import joined_drafts, missing_note
from rag.answer.short import holds_expected
from rag.clock import Stage
from rag.comparing import Comparison, Side, read_comparison
from rag.confidence import confidence
from rag.drafting import Drafter
from rag.halves import read_halves, subject_of
from rag.mentions import read_mentioned
from rag.scope import ScopeReader
from rag.seeking import Seeker, Sought
from rag.sentences import headings_above
from rag.terms import AMOUNTS
from rag.types import Draft, Evidence, Expects, Filter, Query, Refusal, Resolution

#: Why there is no answer; or what it is, with the confidence in it.
Outcome = Refusal | tuple[Draft, float]
#: What is known where nothing was looked for.
NOTHING: Final = Evidence((), (), 0.0, 0.0)
#: In characters: the shortest subject of a card.
_SUBJECT: Final = 2
_NAMED: Final = frozenset(
    {Expects.WHO, Expects.WHERE, Expects.DATE, Expects.YEAR, Expects.REFERENCE, Expects.PHONE, Expects.ONLINE}
)
#: By which words an aspect is asked for.
_TOLD: Final = (
    (re.compile(r"(?:标准|金额|额度|数额|比例|税率|费率|补[贴助]|奖励|目标|增速|赤字率|罚款)$"), "是多少"),
    (re.compile(r"(?:时间|日期|时限)$"), "是什么时候"),
    (re.compile(r"(?:期限|有效期|时长)$"), "是多久"),
    (re.compile(r"(?:单位|部门|机关|主体)$"), "是谁"),
)
#: In characters: the longest quotation of a cell.
_CELL: Final = 600


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in hand: as understood, where it looks, what its numbers lead to."""

    query: Query
    among: Filter
    resolution: Resolution


class Forms:
    """Answers such questions, from one corpus."""

    def __init__(self, scope: ScopeReader, seeker: Seeker, drafter: Drafter) -> None:
        self._scope, self._seeker, self._drafter = scope, seeker, drafter

    def outcome(self, query: Query, among: Filter, within: tuple[str, Address] | None, stage: Stage) -> Outcome | None:
        """The answer or the refusal of a question in one of these forms; None where it has none of them."""
        if read_mentioned(query) is not None:
            return None
        comparison = read_comparison(fold(query.question), self._scope.analyzer)
        if comparison is not None:
            return self._compared(query, among, comparison, stage)
        if wanted := asked_elements(query):
            with stage("retrieve"):
                asked = _Asked(query, among, self._seeker.resolve(query, within))
            if (made := self._card(asked, wanted, stage)) is not None:
                return made
        return self._halves(query, among, stage)

    def _sought(self, question: str, query: Query, among: Filter, stage: Stage, named: str = "") -> Sought:
        """What a side or half leads to, in the documents that the whole question names where it names none itself."""
        with stage("retrieve"):
            part = self._scope.read(question, among)
            if named.startswith("《") and part.filter.documents == among.documents:
                # A document that is named and not held is not made good by another.
                part = replace(part, unknown=(named.strip("《》"),))
            if part.filter.documents is None and query.filter.documents is not None:
                part = replace(part, filter=query.filter)
            resolution = self._seeker.resolve(part)
            unknown = self._seeker.unknown(part)
            return Sought(part, resolution, NOTHING, unknown) if unknown else self._seeker.seek(part, resolution)

    def _compared(self, query: Query, among: Filter, asked: Comparison, stage: Stage) -> Outcome | None:
        sought = [self._sought_side(side, asked, query, among, stage) for side in asked.sides]
        with stage("answer"):
            found = [self._side(side, each, asked) for side, each in zip(asked.sides, sought, strict=True)]
            if not asked.aspect and (pair := self._pair(query)):
                found = [Found(side.name, part=part) for side, part in zip(asked.sides, pair, strict=True)]
        if found[0] is None and found[1] is None:
            return sought[0].refusal or sought[1].refusal
        where, names = self._names(asked, found)
        with stage("answer"):
            draft = comparison_draft((found[0], found[1]), where, names, asked.aspect, query.language, _CELL)
        if draft.table is not None and all(row[1].text == row[2].text for row in draft.table.rows):
            draft = _undivided(draft, query)
        lacking = [name for name, each in zip(names, found, strict=True) if each is None]
        missing = missing_note([f"{n}{asked.aspect and '的'}{asked.aspect}" for n in lacking], query.language)
        draft = replace(draft, note=missing or draft.note)
        with stage("verify"):
            draft = self._drafter.judged(draft)
        if not draft.statements:
            return None
        sure = [confidence(each.query, each.evidence) for each in sought if each.refusal is None]
        return draft, min(sure, default=1.0)

    def _pair(self, query: Query) -> Sequence[tuple[Document, Part]]:
        """The two parts that the whole question names side by side: of those numbers they are what belongs together."""
        resolution = self._seeker.resolve(query)
        return resolution.parts if resolution.together and len(resolution.parts) == 2 else ()

    def _sought_side(self, side: Side, asked: Comparison, query: Query, among: Filter, stage: Stage) -> Sought:
        """What a side leads to, asked by the kind of words that its aspect is told in; if not so, in general."""
        ending = next((words for pattern, words in _TOLD if pattern.search(asked.aspect)), "")
        sought = self._sought(side.question + ending, query, among, stage, side.name)
        if ending and sought.refusal is not None and not sought.query.unknown:
            return self._sought(side.question, query, among, stage, side.name)
        return sought

    def _side(self, side: Side, sought: Sought, asked: Comparison) -> Found | None:
        """What one side says; None where it is refused."""
        if sought.refusal is not None and not self._is_whole(sought):
            return None
        query, resolution = sought.query, sought.resolution
        if resolution.parts and not asked.aspect:
            return Found(side.name, part=resolution.parts[0])
        if self._is_whole(sought) and not asked.aspect:
            documents = sorted(query.filter.documents or ())
            return Found(side.name, whole=self._seeker.document(documents[0]))
        # Beside another the best sentence is enough.
        only = replace(sought.evidence, sentences=sought.evidence.sentences[:1])
        draft = self._drafter.quoted(query, only, resolution)
        passages = tuple((self._seeker.document(c.document_id), c.start, c.end) for c in draft.citations)
        other = next(each.name for each in asked.sides if each is not side)
        return Found(side.name, passages=passages, other=other) if passages else None

    def _is_whole(self, sought: Sought) -> bool:
        """Whether a side is a document that is held, and nothing of it is asked for in particular."""
        query = sought.query
        return bool(query.filter.documents) and not (query.terms or query.references or query.path or query.unknown)

    def _names(self, asked: Comparison, found: list[Found | None]) -> tuple[str, tuple[str, str]]:
        """The document that both are parts of, and what the columns are called: places, or the question's words."""
        places = [each.part for each in found if each is not None and each.part is not None]
        titles = {document.id: document.label(Address()) for document, _ in places}
        where = next(iter(titles.values())) if len(titles) == 1 else ""
        names = [side.name for side in asked.sides]
        for at, each in enumerate(found):
            if each is not None and each.part is not None:
                names[at] = each.part[0].label(each.part[1].address).removeprefix(where)
        return where, (names[0], names[1])

    def _card(self, asked: _Asked, wanted: tuple[Element, ...], stage: Stage) -> Outcome | None:
        place = self._measure(asked, stage)
        if place is None:
            return None
        with stage("answer"):
            draft = card_draft(place, asked.query.language, wanted, others(asked.query, asked.resolution))
        if draft is None:
            return None
        with stage("verify"):
            return self._drafter.judged(draft), 1.0

    def _measure(self, asked: _Asked, stage: Stage) -> tuple[Document, Part] | None:
        """The part whose elements are asked for: the one that is named, else the one that its subject leads to."""
        resolution = asked.resolution
        if resolution.parts and not resolution.together:
            return resolution.parts[0]
        if resolution.asked or not gathers(asked.query):
            return None
        if resolution.scope is not None:
            return resolution.scope
        subject = without_elements(asked.query.folded)
        if len(subject) < _SUBJECT:
            # Nothing is named but a document: all of it.
            return (resolution.work[0], resolution.work[0].parts[0]) if len(resolution.work) == 1 else None
        sought = self._sought(subject, asked.query, asked.among, stage)
        if sought.refusal is not None or not sought.evidence.sentences:
            return None
        best = sought.evidence.sentences[0]
        return best.document, best.part

    def _halves(self, query: Query, among: Filter, stage: Stage) -> Outcome | None:
        halves = read_halves(fold(query.question), self._scope.analyzer)
        # A language model sees both halves at once: only what it would be refused is asked by halves.
        if halves is None or (
            self._drafter.writes and self._sought(query.question, query, among, stage).refusal is None
        ):
            return None
        sought = [self._sought(question, query, among, stage) for _, question in halves]
        answered = [each for each in sought if _holds(each)]
        if not answered:
            return None
        with stage("answer"):
            drafts = [self._drafter.quoted(each.query, each.evidence, each.resolution) for each in answered]
        lacking = [subject_of(name) for (name, _), each in zip(halves, sought, strict=True) if not _holds(each)]
        draft = joined_drafts(drafts, missing_note(lacking, query.language), query.language)
        with stage("verify"):
            draft = self._drafter.judged(draft)
        return draft, min(confidence(each.query, each.evidence) for each in answered)


def _undivided(draft: Draft, query: Query) -> Draft:
    """The quotations alone, where the same words are all that is told of both sides."""
    label = draft.citations[0].label if draft.citations else ""
    if query.language == "en":
        return replace(
            draft, table=None, lead=f"{label} says (in Chinese):", note="the text does not tell the two apart"
        )
    return replace(draft, table=None, lead=f"{label}：", note="原文没有把两者分开说，请以引文为准")


def _holds(sought: Sought) -> bool:
    """Whether a half is answered: not refused, and every word of it found; the other half is no excuse.

    An amount is said of what the text names, and not of something like it; a body, a place or a day has to be named.
    """
    if (
        sought.refusal is not None
        or sought.evidence.missing
        or sought.evidence.lacking
        or not sought.evidence.sentences
    ):
        return False
    best = sought.evidence.sentences[0]
    if sought.query.expects not in AMOUNTS:
        return sought.query.expects not in _NAMED or holds_expected(sought.query, best.text)
    part = best.document.text[best.part.start : best.part.body_end]
    around = fold(" ".join((*headings_above(best.document, best.part), part)))
    return all(term.stands_in(around) for term in sought.query.terms)
