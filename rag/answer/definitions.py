"""Where a text says what something is: 本办法所称X，是指…, and the evidence with such a sentence first.

It reads the thing out of the question and finds the sentence; what is quoted of it is `rag.answer.passages`'s to say.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from corpus.model import Document
from corpus.normalize import fold
from rag.sentences import sentences_of
from rag.types import Evidence, Hit, Query, Sentence

_THING: Final = r"[\"“《]?(?P<thing>[^,，。?？\"”、:：]{2,24}?)[\"”》]?"
_NAMED: Final = r"[a-z\u4e00-\u9fff -]"
_ASKED: Final = (
    re.compile(rf"(?:什么是|什么叫做?|何为|何谓|啥是|啥叫)(?:所谓的?)?{_THING}[?？呢啊]*$"),
    re.compile(
        rf"^(?:请问|问一下)?(?:.{{0,30}}[中里]的?|所谓的?)??{_THING}(?:具体)?(?:是|指的?是?|是指)"
        r"(?:什么(?:意思|含义)?|啥(?:意思)?|何意)[?？呢啊]*$"
    ),
    re.compile(rf"^{_THING}(?:是指|指的是|指)(?:什么|哪些?|啥)[\u4e00-\u9fff]{{0,4}}[?？呢啊]*$"),
    re.compile(rf"{_THING}的(?:定义|含义|概念|意思)(?:是(?:什么|怎么[\u4e00-\u9fff]{{1,4}}的?))?[?？呢啊]*$"),
    re.compile(rf"(?:如何|怎么|怎样)(?:定义|界定|理解)(?:的)?{_THING}(?:的)?[?？呢啊]*$"),
    re.compile(rf"what (?:is|are) (?:meant by )?(?:an? |the )?(?P<thing>{_NAMED}{{3,40}})\??$"),
    re.compile(rf"(?:define|definition of|what does) (?:an? |the )?(?P<thing>{_NAMED}{{3,40}}?)(?: mean)?\??$"),
)  # fmt: skip
_NO_THING: Final = re.compile(
    r"第[〇零一二三四五六七八九十百\d]+|最后|[这那哪它]|^(?:内容|重点|目标|要求|原则|措施|任务)$"
)
#: A defining sentence comes so much before all others.
_FIRST: Final = 1.0
#: So many of the parts that were found are looked through.
_LOOKED_AT: Final = 40


def asked_thing(query: Query) -> tuple[str, ...]:
    """What a question wants explained, in the words a text may use for it; () where it asks for something else."""
    for pattern in _ASKED:
        found = pattern.search(query.folded)
        if found is None:
            continue
        thing = found["thing"].strip(" 的")
        if query.language == "en":
            return tuple(dict.fromkeys(word for term in query.terms for word in term.variants if len(word) > 1))[:6]
        return () if _NO_THING.search(thing) or len(thing) < 2 else (thing,)
    return ()


def defines(thing: str, sentence: str) -> bool:
    """Whether a sentence says what a thing is."""
    return _pattern(fold(thing)).search(fold(sentence)) is not None


@cache
def _pattern(thing: str) -> re.Pattern[str]:
    named = rf"[\"“]?{re.escape(thing)}[\"”]?(?:\([^()]{{0,30}}\))?"
    return re.compile(
        rf"(?:所称的?|所谓的?){named}[,，]?(?:主要|具体)?(?:是指|,?指|包括|即|是)"
        rf"|(?:^|[,，。;；:：、\n)]|所称|其中|本[法条]所?称?){named}[,，]?(?:主要|具体|系)?(?:是指|指的是|指(?![导标定南数出挥引示派令认明向])|即(?![使将]))"
        rf"|\((?:以下|下)?(?:统称|简称)(?:为)?{named}\)"
        rf"|(?:称为|称作|叫做|统称){named}(?=[。,，;；])"
    )


def defining_first(query: Query, evidence: Evidence, document: Callable[[str], Document]) -> Evidence:
    """The evidence with the sentence first that defines what is asked for, where one of the found parts has it.

    `document` gives a document by its id.
    """
    things = asked_thing(query)
    if not things:
        return evidence
    for sentence in evidence.sentences:
        if any(defines(thing, sentence.text) for thing in things):
            return _led(evidence, sentence)
    for hit in evidence.hits[:_LOOKED_AT]:
        found = _in_part(things, hit, document(hit.document_id))
        if found is not None:
            return _led(evidence, found)
    return evidence


def _in_part(things: Sequence[str], hit: Hit, document: Document) -> Sentence | None:
    part = document.part(hit.address)
    if part is None:
        return None
    for start, end in sentences_of(document, part):
        if any(defines(thing, document.text[start:end]) for thing in things):
            return Sentence(document, part, start, end, coverage=1.0)
    return None


def _led(evidence: Evidence, sentence: Sentence) -> Evidence:
    """The evidence with a sentence first."""
    best = evidence.sentences[0] if evidence.sentences else sentence
    first = replace(
        sentence,
        score=max(sentence.score, best.score) + _FIRST,
        similarity=max(sentence.similarity, best.similarity),
        coverage=max(sentence.coverage, best.coverage),
    )
    rest = tuple(
        each for each in evidence.sentences if (each.document.id, each.start) != (sentence.document.id, sentence.start)
    )
    return replace(evidence, sentences=(first, *rest))
