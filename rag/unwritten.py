"""What is asked of a part, or of a document, by a word that no text writes of itself: 要点, 概要, 时限, 责任单位.

Whether the word stands in the text says nothing then. 要点 are the part itself; an element of a measure is told in the
text's own words (自收到申请之日起十五日内) or not at all, and then it is said that the text does not write it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.address import Address
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.answer.base import cite, quotation
from rag.answer.cards import asked_words, card_draft, measures
from rag.answer.elements import Element, Found, elements_of, may_tell
from rag.answer.extractive import others
from rag.clock import Stage
from rag.confidence import confidence
from rag.drafting import Drafter
from rag.forms import Outcome
from rag.refusal import RefusalPolicy
from rag.seeking import Sought
from rag.sentences import body_of, headings_above
from rag.types import Draft, Query

_SUMMARY: Final = re.compile(
    r"(?:主要|核心|重点|基本)?(?:内容)?(?:要点|概要|提要|摘要|大意|主旨|梗概|概括|综述)|(?:核心|重点|关键|中心)(?:内容|意思|思想)"
    r"|(?:key |main )?(?:points|elements|gist)|summary|checklist"
)
#: What stands around the name of a document of which only that is asked.
_AROUND: Final = re.compile(
    r"^(?:请?(?:列出|归纳|概括|总结|梳理|说说|介绍)(?:一下)?)?[《\s]*|[》\s]*(?:的|有|是|有?哪些|是?什么|如何|[?？。，,\s])*$"
)
#: A document of more measures than this is too long for one table.
_ROWS: Final = 30
#: In characters: as much of a part is shown where it does not say what was asked for.
_SHOWN: Final = 300


class Unwritten:
    """Answers such questions, or refuses them for what they lack, for one corpus."""

    def __init__(self, drafter: Drafter, policy: RefusalPolicy) -> None:
        self._drafter, self._policy = drafter, policy

    def outcome(self, sought: Sought, stage: Stage) -> Outcome | None:
        """The answer or the refusal in the place of what a question led to; None where that stands."""
        query, resolution, refusal = sought.query, sought.resolution, sought.refusal
        if refusal is not None and refusal.reason not in ("missing_terms", "weak_evidence"):
            return None
        summary = [found[0] for found in _SUMMARY.finditer(query.folded)]
        if summary and not resolution.parts:
            whole = self._whole(sought, summary, stage)
            if whole is not None or refusal is not None:
                return whole
        # Of a part that is only mentioned the search has had its say.
        mentioned = (resolution.scope,) if resolution.scope is not None and refusal is not None else ()
        places = resolution.parts or mentioned
        if not places or resolution.together:
            return None
        document, part = places[0]
        if summary and refusal is not None and _all_in(refusal.missing_terms, summary):
            with stage("answer"):
                bare = replace(query, terms=tuple(t for t in query.terms if not _all_in((t.text,), summary)))
                draft = self._drafter.quoted(bare, sought.evidence, resolution)
            return self._judged(draft, confidence(bare, sought.evidence), stage)
        return self._element(sought, document, part, stage)

    def _judged(self, draft: Draft, sure: float, stage: Stage) -> Outcome | None:
        with stage("verify"):
            draft = self._drafter.judged(draft)
        return (draft, sure) if draft.statements else None

    def _whole(self, sought: Sought, summary: Sequence[str], stage: Stage) -> Outcome | None:
        """The card of the one document that is asked about; of a long one, that a part has to be named."""
        query = sought.query
        document = _one_named(sought, summary)
        if document is None:
            return None
        count = len(measures(document, document.parts[0]))
        if count > _ROWS:
            refusal = sought.refusal or self._policy.nothing_left(sought.evidence)
            return replace(refusal, instead=_too_long(query, document, count))
        with stage("answer"):
            draft = card_draft((document, document.parts[0]), query.language)
        return self._judged(draft, 1.0, stage) if draft is not None else None

    def _element(self, sought: Sought, document: Document, part: Part, stage: Stage) -> Outcome | None:
        """The elements that are asked for, where the text writes them in words of its own; or that it writes none."""
        query, refusal = sought.query, sought.refusal
        asked = asked_words(query)
        words = [word for found in asked.values() for word in found]
        named = fold(" ".join((*headings_above(document, part), part.heading or "")))
        lacking = refusal.missing_terms if refusal else [t.text for t in query.terms if t.text not in named]
        if not asked or not _all_in(lacking, words):
            return None
        found = [each for each in elements_of(document, part) if each.element in asked]
        if refusal is not None and found:
            with stage("answer"):
                draft = _quoted(query, document, part, found, others(query, sought.resolution))
            return self._judged(draft, 1.0, stage)
        if found or (refusal is None and any(may_tell(each, document.text[part.start : part.end]) for each in asked)):
            return None
        near = cite(1, document, *body_of(document, part, _SHOWN))
        refusal = refusal or self._policy.nothing_left(sought.evidence)
        said = tuple(dict.fromkeys(words))
        instead = _unsaid(query, document.label(part.address), list(asked), said)
        return replace(refusal, reason="missing_terms", missing_terms=said, nearest=(near,), instead=instead)


def _one_named(sought: Sought, summary: Sequence[str]) -> Document | None:
    """The document that a question names, and of which it asks nothing but the summary."""
    query = sought.query
    rest = query.folded
    for words in summary:
        rest = rest.replace(words, " ")
    rest = _AROUND.sub("", rest)
    found = {sentence.document.id: sentence.document for sentence in sought.evidence.sentences}
    named = [document for document in found.values() if len(rest) > 1 and rest in fold(document.metadata.title)]
    if query.filter.documents is not None and len(query.filter.documents) == 1:
        beyond = [term.text for term in query.terms if not _all_in((term.text,), summary)]
        named = [each for each in found.values() if all(text in fold(each.metadata.title) for text in beyond)]
    return named[0] if len(named) == 1 else None


def _all_in(words: Sequence[str], asking: Sequence[str]) -> bool:
    """Whether every one of `words` is a piece of what asks."""
    return all(any(word in each for each in asking) for word in words)


def _quoted(query: Query, document: Document, part: Part, found: Sequence[Found], note: str) -> Draft:
    """The sentences that hold the elements, those marked; the words of the only one are the short answer."""
    pairs = []
    for number, (start, end) in enumerate(dict.fromkeys(each.sentence for each in found), 1):
        inside = tuple((f.start - start, f.end - start) for f in found if f.sentence == (start, end))
        pairs.append(quotation(number, document, start, end, inside))
    short = document.text[found[0].start : found[0].end] if len(found) == 1 else None
    place = document.label(part.address)
    lead = f"{place} says (in Chinese):" if query.language == "en" else f"{place}："
    return Draft(lead, tuple(s for s, _ in pairs), tuple(c for _, c in pairs), short, note=note)


def _unsaid(query: Query, place: str, elements: Sequence[Element], words: Sequence[str]) -> str:
    if query.language == "en":
        names = " or ".join(element.named("en") for element in elements)
        return f"{place} does not state this ({names})."
    return f"{place}的原文未写明{'、'.join(f'“{word}”' for word in words)}。"


def _too_long(query: Query, document: Document, count: int) -> str:
    title = document.label(Address())
    if query.language == "en":
        return f"{title} has {count} provisions: please name the part whose key points you want."
    return f"{title}有{count}条（项）内容，请说明要哪一部分的要点，例如写明章节或条款。"
