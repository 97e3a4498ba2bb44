"""Questions about a document itself and nothing that it says, answered by the line that tells it, or refused.

What is known of a document was read from its text when it was added. A question that asks anything beside is none of
these. `rag.fact_forms` knows what they look like; `rag.answer.facts` and `facts_elsewhere` draft.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.catalog import today
from corpus.collection import Collection
from corpus.model import Document
from corpus.normalize import closed, fold
from rag.answer.base import cite
from rag.answer.enclosures import are_held, enclosures_draft
from rag.answer.facts import fact_draft, issue_field, may_tell, unknown_fact
from rag.answer.facts_elsewhere import elsewhere_draft
from rag.answer.halves import joined_drafts
from rag.answer.holding import standing_draft
from rag.clock import Stage
from rag.drafting import Drafter
from rag.fact_forms import Asked, Fact, asked_enclosure, asked_facts
from rag.forms import NOTHING, Outcome
from rag.mentions import Mentioned, MentionFinder
from rag.outlines import is_code
from rag.refusal import RefusalPolicy
from rag.scope import ScopeReader
from rag.sentences import body_of
from rag.types import Draft, Filter, Query, Refusal, Resolution

#: A document that reports on another: of that one its own lines say nothing.
_REPORTS: Final = re.compile(
    r"(?:印发|出台|发布|公布|解读)[〈《].*[〉》](?!.*(?:通知|决定|公告|令|函|批复|意见)$)|解读$|答记者问$|图解"
)
#: The name of a document, and not of a thing that ends alike (公司章程, 计算方法).
_PROPER: Final = re.compile(
    r"条例$|(?<![方做办说用算看想手疗教写])(?<!教学)法典?$|^(?:中华人民共和国|国务院|国家|中共|中央|全国)|关于"
    r"|^[\u4e00-\u9fff]{1,6}[省市县区州旗].*(?:办法|规定|细则|规则|章程|意见|通知|方案)$"
)
_OF_THE_ISSUE: Final = frozenset({Fact.ISSUER, Fact.DATED, Fact.REFERENCE, Fact.ADDRESSEE})
#: In characters: as much of a document's head is shown where it does not tell.
_SHOWN: Final = 200


class Facts:
    """Answers such questions for one corpus, or says that the document does not tell."""

    def __init__(
        self,
        collection: Collection,
        scope: ScopeReader,
        mentions: MentionFinder,
        drafter: Drafter,
        policy: RefusalPolicy,
    ) -> None:
        self._collection, self._scope, self._mentions = collection, scope, mentions
        self._drafter, self._policy = drafter, policy

    def outcome(self, query: Query, among: Filter, stage: Stage) -> Outcome | None:
        """The answer, or the refusal of what the document does not tell; None where something else may be meant."""
        if number := asked_enclosure(query):
            return self._enclosure(number, query, stage)
        facts = asked_facts(query)
        named = query.filter.documents != among.documents
        # 《…办法》的收费标准由谁制定 asks for something that the document speaks of.
        if not facts or (facts[0].name and named):
            return None
        if name := facts[0].name:
            called = self._scope.read(f"《{name}》", among).filter
            if called.documents == among.documents:
                proper = _PROPER.search(name) or f"《{name}》" in query.folded
                return self._elsewhere(query, facts[0], stage) if proper else None
            query, named = replace(query, filter=called), True
        return self._asked(facts, query, stage, named=named)

    def _asked(self, facts: Sequence[Asked], query: Query, stage: Stage, *, named: bool) -> Outcome | None:
        """What the one document that is meant tells of each."""
        document, kind = self._document(query), facts[0].kind
        if document is None:
            return self._which(query) if facts[0].pointed and not named else None
        # 关于印发食堂管理办法的通知 is a 办法 as well.
        if kind and kind not in closed(fold(document.metadata.title)):
            return None
        with stage("answer"):
            told = [self._told(document, each, query, named=named) for each in facts]
        return self._joined(told, query, stage)

    def _told(self, document: Document, asked: Asked, query: Query, *, named: bool) -> Draft | Refusal | None:
        """The line that tells it, that none does, or None where the text has to be searched."""
        fact = asked.fact
        # Of what it reports on, the text may tell when it was issued; the page's own day is another.
        reports = _REPORTS.search(document.metadata.title) is not None
        if reports and (fact is Fact.DATED or (fact in _OF_THE_ISSUE and named and not asked.pointed)):
            untold = fact is Fact.REFERENCE and not may_tell(document, fact.value)
            return self._untold(document, fact, query) if untold else None
        draft = self._draft(document, fact, query)
        # 有效期多久: with no document named, that of something which the text speaks of may be meant.
        doubtful = fact is Fact.ENCLOSURES or may_tell(document, fact.value)
        if draft is None and not (named or asked.pointed) and doubtful:
            return None
        return draft or self._untold(document, fact, query)

    def _joined(self, told: Sequence[Draft | Refusal | None], query: Query, stage: Stage) -> Outcome | None:
        """All that was asked, one after the other, and of what no line tells, that none does."""
        drafts = [each for each in told if isinstance(each, Draft)]
        refusals = [each for each in told if isinstance(each, Refusal)]
        if len(drafts) + len(refusals) < len(told):
            return None
        untold = "".join(dict.fromkeys(each.instead for each in refusals))
        if not drafts:
            return replace(refusals[0], instead=untold)
        with stage("verify"):
            draft = drafts[0] if len(told) == 1 else joined_drafts(drafts, untold.rstrip("。."), query.language)
            return self._drafter.judged(draft), 1.0

    def _enclosure(self, number: int, query: Query, stage: Stage) -> Outcome | None:
        """What the document lists under a number, where the annex itself is not held."""
        document = self._document(query)
        if document is None or are_held(document):
            return None
        draft = enclosures_draft(document, query.language, number)
        if draft is None:
            return None
        with stage("verify"):
            return self._drafter.judged(draft), 1.0

    def _untold(self, document: Document, fact: Fact, query: Query) -> Refusal:
        """That no line tells it, with the document's head, where such things stand."""
        head = cite(1, document, *body_of(document, document.parts[0], _SHOWN))
        instead = unknown_fact(document, fact.value, query)
        return replace(self._policy.nothing_left(NOTHING), nearest=(head,), instead=instead)

    def _elsewhere(self, query: Query, asked: Asked, stage: Stage) -> Outcome | None:
        """What the documents say of one that is not held; else that it is not."""
        with stage("retrieve"):
            wanted = Mentioned(asked.name, "", ((asked.name,),))
            places = self._mentions.find(wanted, Resolution(asked=False), query.filter).places
        with stage("answer"):
            draft = elsewhere_draft(asked.name, asked.fact.value, places, query.language)
        if draft is None:
            # Before a number a name that no document bears is told with those that are like it.
            near = self._scope.read(f"《{asked.name}》第一条", query.filter).near
            return self._policy.unknown(replace(query, unknown=(asked.name,), near=near))
        with stage("verify"):
            return self._drafter.judged(draft), 1.0

    def _which(self, query: Query) -> Refusal | None:
        """That a document has to be named, where several may be looked in."""
        count = len([id_ for id_ in self._collection.catalog.at(query.filter.as_of) if query.filter.allows(id_)])
        if count < 2:
            return None
        if query.language == "en":
            instead = f"There are {count} documents: please name the one you mean."
        else:
            instead = f"收录了{count}份文件，请写明问的是哪一份。"
        return replace(self._policy.nothing_left(NOTHING), reason="not_a_question", instead=instead)

    def _document(self, query: Query) -> Document | None:
        """The one document that is named, or the only one that may be looked in; of a code its first volume."""
        within = query.filter
        ids = within.documents if within.documents is not None else self._collection.catalog.at(within.as_of)
        known = sorted(id_ for id_ in ids if within.allows(id_))
        is_one = len(known) == 1 or is_code(map(self._collection.catalog.metadata, known))
        return self._collection.document(known[0]) if is_one else None

    def _draft(self, document: Document, fact: Fact, query: Query) -> Draft | None:
        if fact is Fact.STANDING:
            return self._standing(document, query)
        if fact is Fact.ENCLOSURES:
            return enclosures_draft(document, query.language)
        if fact is Fact.EXPIRES:
            # What another document ends has its end there.
            return fact_draft(document, fact.value, query) or self._standing(document, query, by_another=True)
        field = issue_field(document) if fact is Fact.DATED else fact.value
        return fact_draft(document, field, query)

    def _standing(self, document: Document, query: Query, *, by_another: bool = False) -> Draft | None:
        day = query.filter.as_of or today()
        standing = self._collection.catalog.standing(document.id, day)
        if by_another and not standing.by:
            return None
        other = self._collection.document(standing.by) if standing.by else None
        return standing_draft(document, standing, other, day, query.language)
