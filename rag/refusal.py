"""Whether there is enough to answer, and if not, why not and what lies nearest.

The confidence is a logistic of what the evidence shows; its weights were fitted on development questions that are not
about the shipped document (docs/decisions.md). A name, number, date or place that the evidence lacks is never made
good by anything else: the right topic with another place in it is the answer to another question.
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from corpus.collection import Collection
from corpus.model import Document
from corpus.normalize import fold
from rag.answer.base import cite
from rag.answer.lists import beyond_name
from rag.answer.short import holds_expected
from rag.evidence import EvidenceGatherer, sentences_of
from rag.settings import Refusing
from rag.types import Citation, Evidence, Expects, Query, Reason, Refusal, Resolution

_INTERCEPT: Final = -7.0
_COVERAGE: Final = 6.0
_SIMILARITY: Final = 8.0
_SIMILARITY_MEAN: Final = 0.80
_EXPECTED: Final = 2.0
_NEAREST: Final = 3
_QUOTE: Final = 80
_SMALL_TALK: Final = re.compile(
    r"^(?:你好|您好|hi|hello|hey|嗨|在吗|谢谢|多谢|thanks?(?: you)?|再见|bye|好的?|ok|嗯+|哈+|test|测试|你是谁|who are you|早上好|晚上好)[啊呀呢吧吗!！。.?？~]*$"
)


class RefusalPolicy:
    """Decides, for one corpus, when not to answer."""

    def __init__(self, collection: Collection, gatherer: EvidenceGatherer, settings: Refusing) -> None:
        self._collection, self._gatherer, self._settings = collection, gatherer, settings

    def before(self, query: Query) -> Refusal | None:
        """A refusal for what is no question at all."""
        if _SMALL_TALK.match(query.folded) or not any(c.isalnum() for c in query.folded):
            return self._refusal("not_a_question", (), [])
        return None

    def address(self, query: Query, resolution: Resolution, evidence: Evidence) -> Refusal | None:
        """A refusal where a part is asked for that no document has, unless the text itself speaks of it."""
        if not resolution.asked or resolution.parts:
            return None
        return self._refusal("no_such_address", (), self._nearest_to_scope(resolution) or self._nearest(evidence))

    def after(self, query: Query, evidence: Evidence, resolution: Resolution) -> Refusal | None:
        """A refusal where the evidence is not enough."""
        if not evidence.sentences:
            return self._refusal("no_evidence", (), self._nearest(evidence))
        if resolution.parts and not asked_beyond(query, resolution):
            return None
        missing = self._strictly_missing(query, evidence)
        if missing:
            return self._refusal("missing_terms", missing, self._nearest(evidence))
        if not self._answers_kind(query, evidence):
            return self._refusal("weak_evidence", evidence.missing, self._nearest(evidence))
        if confidence(query, evidence, resolution) < self._settings.threshold:
            reason: Reason = "missing_terms" if evidence.missing else "weak_evidence"
            return self._refusal(reason, evidence.missing, self._nearest(evidence))
        return None

    def nothing_left(self, evidence: Evidence) -> Refusal:
        """A refusal where no statement of a draft held against the text."""
        return self._refusal("weak_evidence", evidence.missing, self._nearest(evidence))

    def _strictly_missing(self, query: Query, evidence: Evidence) -> tuple[str, ...]:
        """The names, numbers, dates and places that the best sentences' parts do not hold."""
        contexts = [self._gatherer.held(self._gatherer.context(s.document, s.part)) for s in evidence.sentences[:3]]
        strict = [term for term in query.terms if term.strict]
        return tuple(t.text for t in strict if not any(context.share(t) for context in contexts))

    def _answers_kind(self, query: Query, evidence: Evidence) -> bool:
        """Whether the words asked for, an amount, a date, a body, stand in any of the sentences to be quoted."""
        if query.expects is Expects.NUMBER and query.unit in ("", "条", "项", "个", "点", "个方面", "方面", "部分", "个部分"):
            return True
        return any(holds_expected(query, sentence.text) for sentence in evidence.sentences[:3])

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
        documents = self._collection.documents()
        titles = "、".join(Document.label(d, d.parts[0].address) for d in documents[:3])
        more = f"等 {len(documents)} 份文件" if len(documents) > 3 else ""
        return f"目前收录：{titles}{more}" if documents else "目前没有收录任何文件"


def asked_beyond(query: Query, resolution: Resolution) -> bool:
    """Whether a question that names a part asks for anything but that part itself."""
    if not resolution.parts:
        return bool(query.terms)
    document, part = resolution.parts[0]
    names = fold("".join(p.heading for p in document.parts if p.address.contains(part.address)))
    return any(term.text not in names for term in beyond_name(query, part))


def confidence(query: Query, evidence: Evidence, resolution: Resolution) -> float:
    """From 0 to 1, how likely it is that the best sentences answer the question."""
    similarity = evidence.similarity if evidence.hits else _SIMILARITY_MEAN + 0.05
    total = _INTERCEPT + _COVERAGE * evidence.coverage + 10 * _SIMILARITY * (similarity - _SIMILARITY_MEAN)
    total += _EXPECTED * holds_expected(query, evidence.sentences[0].text)
    return 1 / (1 + math.exp(-total))
