"""Whether there is enough to answer, and if not, why not and what lies nearest.

Rules tell what is no question and what is not held; the confidence (`rag.confidence`) tells whether what was found is
enough. Where nothing reads the evidence, a name, number, date or place that it lacks is never made good by anything
else: the right topic with another place in it is the answer to another question.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.collection import Collection
from corpus.normalize import fold
from corpus.numerals import to_int
from rag.absent import absent_part, undivided, unknown_document
from rag.answer.base import cite
from rag.answer.lists import members
from rag.answer.names import names_asked
from rag.answer.short import holder_of, holds_expected, of_kind
from rag.confidence import confidence, is_far_off
from rag.evidence import EvidenceGatherer
from rag.kinds import asks_address, asks_office_holder, asks_place_name
from rag.outlines import first_article
from rag.reasons import asks_why, gives_reason
from rag.sentences import sentences_of
from rag.settings import Refusing
from rag.terms import AMOUNTS, names_office
from rag.types import AnsweringWords, Citation, Evidence, Expects, Query, Reason, Refusal, Resolution, Sentence, Term

#: Kinds that an expression finds wherever they are written.
_RECOGNISED: Final = frozenset(
    {
        Expects.NUMBER,
        Expects.MONEY,
        Expects.PERCENTAGE,
        Expects.DATE,
        Expects.YEAR,
        Expects.DURATION,
        Expects.REFERENCE,
        Expects.PHONE,
        Expects.ONLINE,
    }
)
_NEARLY: Final = 0.8
#: A part that was left out when the document was published.
_LEFT_OUT: Final = re.compile(r"^[\s(（\[]*(?:略|此处略|内容略|从略)[)）\].。\s]*$")
#: What an amount does not include.
_WITHOUT: Final = re.compile(r"不(?:含|包括|包含)([^,，。;；)）]+)")
#: By which whoever is meant is reached, and nobody else.
_REACHED: Final = frozenset({Expects.PHONE, Expects.ONLINE})
#: Characters of a word that is made of two.
_COMPOUND: Final = 4
_NEAREST: Final = 3
_NOTHING_HELD: Final = "目前没有收录任何文件；正在收录的，收录完才能问。用 python -m ingest add 收录文件"
#: So many of the documents that lack a part are looked at, to say what they have.
_LOOKED_AT: Final = 20
_MEMBERS: Final = re.compile(r"(?:包括|包含|含有?|分为|由)(?:了)?(?:哪|什么)")
_COUNTED: Final = re.compile(r"\b(\d{1,3})(?:[条项个点大种类]|个?方面)")
_WHICH: Final = re.compile(r"哪([二两三四五六七八九十]|\d{1,2})[个项条种大](?!字)")
_QUOTED: Final = re.compile(r'"(?P<quoted>[^"]{1,12})"[^"]*哪')
#: An enumeration of so many members is taken to be whole, however many are said to be there.
_MANY: Final = 8
_SMALL_TALK: Final = re.compile(
    r"^(?:你好|您好|hi|hello|hey|嗨|在吗|谢谢|多谢|thanks?(?: you)?|再见|bye|好的?|ok|嗯+|哈+|test|测试|早上好|晚上好"
    r"|(?:请问)?[你您]是谁|who are you"
    r"|(?:请问)?[你您](?:叫什么|是什么|会什么|能做什么|几岁|多大).{0,10}|.{0,8}谁(?:开发|创造|设计|制作|训练|做)(?:的|了|出来?)?的?你"
    r")[啊呀呢吧吗!！。.?？~]*$"
)


def is_small_talk(folded: str) -> bool:
    """Whether somebody only greets, thanks or asks who answers."""
    return _SMALL_TALK.match(folded) is not None


class RefusalPolicy:
    """Decides, for one corpus, when not to answer."""

    def __init__(self, collection: Collection, gatherer: EvidenceGatherer, settings: Refusing) -> None:
        self._collection, self._gatherer, self._settings = collection, gatherer, settings
        self._covers: str | None = None

    def before(self, query: Query) -> Refusal | None:
        """A refusal for what is no question at all."""
        if is_small_talk(query.folded) or not any(c.isalpha() for c in query.folded):
            return self._refusal("not_a_question", (), [])
        return None

    def address(self, query: Query, resolution: Resolution, evidence: Evidence) -> Refusal | None:
        """A refusal where a part is asked for that no document has, unless the text itself speaks of it."""
        if len(resolution.work) == 1 and (none := undivided(query, resolution.work[0])):
            return replace(self._refusal("no_such_address", (), self._nearest(evidence)), instead=none)
        if not resolution.asked or resolution.parts:
            return None
        refusal = self._refusal("no_such_address", (), self._nearest_to_scope(resolution) or self._nearest(evidence))
        chosen = query.filter.documents or ()
        if resolution.scope is not None:
            document, scope = resolution.scope
            return replace(refusal, instead=absent_part(query, [document], scope, 1))
        ids = (
            sorted(id_ for id_ in chosen if query.filter.allows(id_))
            or [d.id for d in self._collection.documents()][:2]
        )
        if not ids:
            return refusal
        among = len(ids) if chosen else len(self._collection.catalog.at(query.filter.as_of))
        documents = sorted((self._collection.document(id_) for id_ in ids[:_LOOKED_AT]), key=first_article)
        return replace(refusal, instead=absent_part(query, documents, None, among))

    def unknown(self, query: Query) -> Refusal | None:
        """A refusal where a part of a document is asked for that is not held."""
        if not query.unknown:
            return None
        titles = [f"《{self._collection.catalog.title(id_)}》" for id_ in query.near]
        return replace(self._refusal("no_such_address", (), []), instead=unknown_document(query, titles))

    def nothing(self, evidence: Evidence) -> Refusal | None:
        """A refusal where nothing was found at all."""
        return None if evidence.sentences else self._refusal("no_evidence", (), [])

    def doubts(self, query: Query, evidence: Evidence) -> Refusal | None:
        """A refusal where what was found is not enough.

        Which place, year or document is meant is never made good by anything else. Other words that are lacking are
        weighed against what was read; where nothing was, or a part was named, rules stand in.
        """
        strict = tuple(term.text for term in evidence.lacking if _must_stand(term, query, evidence))
        if strict:
            return self._refusal("missing_terms", strict, self._nearest(evidence))
        # A reason is also given in other words than those that say so: their lack counts, and does not decide.
        fits = evidence.of_kind or asks_why(query.folded)
        beside = evidence.words is None and (self._lacks_members(query, evidence) or not fits)
        if beside or _is_left_out(evidence) or not _names_whom_or_where(query, evidence):
            return self._weak(evidence, tuple(term.text for term in evidence.lacking))
        if is_far_off(query, evidence):
            return self._weak(evidence, evidence.missing)
        sure = confidence(query, evidence)
        if sure < self._settings.threshold:
            absent = tuple(dict.fromkeys((*(term.text for term in evidence.lacking), *evidence.missing)))
            return replace(self._weak(evidence, absent), confidence=sure)
        return None

    def _weak(self, evidence: Evidence, absent: tuple[str, ...]) -> Refusal:
        """A refusal of what does not suffice: for the words that are absent, if any are."""
        if absent:
            return self._refusal("missing_terms", absent, self._nearest(evidence))
        return self._refusal("weak_evidence", evidence.missing, self._nearest(evidence))

    def nowhere(self, what: str) -> Refusal:
        """A refusal where everything that speaks of something is asked for, and nothing does."""
        return self._refusal("missing_terms", (what,), [])

    def nothing_left(self, evidence: Evidence) -> Refusal:
        """A refusal where no statement of a draft held against the text."""
        return self._refusal("weak_evidence", evidence.missing, self._nearest(evidence))

    def _lacks_members(self, query: Query, evidence: Evidence) -> bool:
        """Whether the members of something are asked for, and no sentence enumerates as many as there should be."""
        if query.expects is not Expects.LIST:
            return False
        counts = [int(n) for n in _COUNTED.findall(" ".join(term.text for term in query.terms))]
        counts += [to_int(n) or 0 for n in _WHICH.findall(query.folded)]
        asked = max(counts, default=0)
        if not asked and not _MEMBERS.search(query.folded):
            return False
        named = _QUOTED.search(query.folded)
        within = named["quoted"] if named else ""
        return all(members(s.text, within) < min(max(2, asked), _MANY) for s in evidence.sentences[:2])

    def answers_kind(self, query: Query, evidence: Evidence) -> bool:
        """Whether an amount, date, name or reason, where one is asked for, stands in a sentence that would be quoted.

        Bodies and places in general are written in too many ways to conclude from an expression that there are none.
        """
        named = asks_office_holder(query.folded) or asks_place_name(query.folded)
        best = evidence.sentences[0].score
        near = [s for s in evidence.sentences[:3] if s.score >= _NEARLY * best]
        if asks_why(query.folded):
            return any(gives_reason(s.text) for s in near)
        if query.expects not in _RECOGNISED and not named:
            return self._names_asked(query, evidence)
        holding = [s for s in near if holds_expected(query, s.text)]
        # The amount in one place and the name in another are no answer together.
        exact = [term for term in evidence.terms if term.exact]
        return any(not self._lacks(exact, s) and not _leaves_out(evidence, s) for s in holding)

    def _lacks(self, terms: Sequence[Term], sentence: Sentence) -> bool:
        return bool(self._gatherer.lacking(terms, sentence.document, sentence.part, sentence.middle))

    def _names_asked(self, query: Query, evidence: Evidence) -> bool:
        """Whether names are told where companies, hospitals, counties … or an address are asked for."""
        told = names_asked(query)
        return told is None or any(told(s.text) for s in evidence.sentences[:3])

    def _nearest(self, evidence: Evidence) -> list[Citation]:
        places: dict[tuple[str, str], Citation] = {}
        for sentence in evidence.sentences:
            key = (sentence.document.id, str(sentence.part.address))
            if key not in places and len(places) < _NEAREST:
                places[key] = cite(len(places) + 1, sentence.document, sentence.start, sentence.end)
        return list(places.values())

    def _nearest_to_scope(self, resolution: Resolution) -> list[Citation]:
        """Where a part was asked for that its parent lacks: the last of those that there are."""
        if resolution.scope is None:
            return []
        document, part = resolution.scope
        last = document.children(part.address)[-1:] or (part,)
        start, end = sentences_of(document, last[0])[0]
        return [cite(1, document, start, end)]

    def _refusal(self, reason: Reason, missing: Sequence[str], nearest: list[Citation]) -> Refusal:
        return Refusal(reason, tuple(missing), tuple(nearest), self.covers())

    def covers(self) -> str:
        """What the corpus holds, in a sentence."""
        if self._covers is None:
            ids = [held.id for held in self._collection.held() if held.id in self._collection.catalog.at(None)]
            first = [self._collection.document(id_) for id_ in ids[:3]]
            titles = "、".join(document.label(document.parts[0].address) for document in first)
            more = f"等 {len(ids)} 份文件" if len(ids) > 3 else ""
            self._covers = f"目前收录：{titles}{more}" if ids else _NOTHING_HELD
        return self._covers


def _must_stand(term: Term, query: Query, evidence: Evidence) -> bool:
    """Whether a word that is lacking is made good by nothing else.

    What pins down a place, a year or a document is not; in a part that was named no word is; an amount is said of
    住房补贴 or of another 补贴, an address of 彩票中心 or of another 中心. Where nothing was read, no name or number
    is made good either.
    """
    reached = query.expects in _REACHED or (query.expects is Expects.WHERE and asks_address(query.folded))
    of_that = (len(term.text) >= _COMPOUND and query.expects in AMOUNTS) or reached
    if evidence.words is not None:
        return term.pins or not evidence.hits or (of_that and not term.exact)
    return term.exact or not evidence.hits or of_that


def _names_whom_or_where(query: Query, evidence: Evidence) -> bool:
    """Whether a person or place, where one is asked for by name, is what was read, however sure the reader is."""
    if evidence.words is None or not evidence.hits:
        return True
    if asks_office_holder(query.folded):
        # Whoever is named beside another office does not hold the one that stands nowhere.
        nowhere = any(_is_office(term) for term in evidence.terms if term.text in evidence.missing)
        person = of_kind(query, evidence.words.text) and _is_said_there(query, evidence, evidence.words)
        return not nowhere and (evidence.of_kind or person)
    return not asks_place_name(query.folded) or of_kind(query, evidence.words.text)


def _is_said_there(query: Query, evidence: Evidence, words: AnsweringWords) -> bool:
    """Whether the sentence of the words that were read holds at least half of what is asked for.

    Somebody chairs a meeting there, and nothing is said of the committee.
    """
    holder = holder_of(words, evidence.sentences)
    if holder is None:
        return False
    folded = fold(holder.text)
    return 2 * sum(term.stands_in(folded) for term in query.terms) >= len(query.terms)


def _is_office(term: Term) -> bool:
    """Whether a term, or what it is called in Chinese, is an office."""
    return any(names_office(name) for name in (term.text, *term.variants))


def _is_left_out(evidence: Evidence) -> bool:
    """Whether the part that fits best has a heading and nothing under it but （略）."""
    document, part = evidence.sentences[0].document, evidence.sentences[0].part
    return _LEFT_OUT.match(document.text[part.heading_end : part.body_end]) is not None


def _leaves_out(evidence: Evidence, sentence: Sentence) -> bool:
    """Whether an amount is said not to include what is asked for: 上述费用不含物业管理费."""
    folded = fold(sentence.text)
    without = "".join(_WITHOUT.findall(folded))
    rest = _WITHOUT.sub("", folded)
    asked = [t.text for t in evidence.terms if t.strict and not t.exact][-1:]
    return any(text[:2] in without and text[:2] not in rest for text in asked)
