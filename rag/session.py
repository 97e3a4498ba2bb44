"""Follow-ups made to stand alone, from the turns before, without any model.

那第六条呢 keeps the place and changes the number; 里面提到了哪些平台 keeps the place and asks anew; 那2035年呢 keeps
the question and changes a word of it. What was understood is always said.
A question that stands by itself is left alone.
"""

import re
from collections.abc import Sequence
from typing import Final

from corpus.address import Address, Level
from corpus.analyzer import Analyzer
from corpus.lexicon import frame_words, places
from corpus.model import Document
from corpus.normalize import fold
from rag.numbered import neighbour
from rag.outlines import Outlines, names_part
from rag.references import read_references
from rag.types import Filter, Reading, Turn

_OPENING: Final = re.compile(r"^(?:那么?|那|还有|另外|然后|以及|and|what about|how about|then)[,，\s]*")
_CLOSING: Final = re.compile(r"(?:又?怎么样|怎么说|如何|又是什么|是什么|是多少|呢)?[?？。!！呢啊\s]*$")
_PLACE: Final = re.compile(
    r"里面|其中|当中|这[一]?(?:条|项|点|部分|段|方面|章|节|里|个部分)|该(?:条|项|点|部分|段)|此(?:条|项)|上述|上面|刚才|同一(?:条|项)|它|其(?!他|它|余|实)|这些?|该"
    r"|\b(?:it|its|there|this|that|these|those|they)\b"
)
_STEP: Final = re.compile(
    r"(?P<way>上|前|下|后)一?(?:条|项|点|个|部分|个部分|段)|(?P<next>next|previous) (?:one|section|part|item)"
)
_NUMBERLIKE: Final = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日|\d+(?:[条项个])?")


def read_follow_up(
    question: str, turns: Sequence[Turn], outlines: Outlines, chosen: Filter, analyzer: Analyzer
) -> Reading:
    """The question in full, and where it has to look first; unchanged where nothing before it is needed."""
    last = next((turn for turn in reversed(turns)), None)
    if last is None:
        return Reading(question)
    folded = fold(question).strip()
    if _complete(folded, outlines, chosen):
        return Reading(question)
    opened = bool(_OPENING.match(folded))
    core = _CLOSING.sub("", _OPENING.sub("", folded))
    place = next((turn.place for turn in reversed(turns) if turn.place), None)
    held = outlines.place(chosen, (place[0], Address())) if place is not None else None
    if held is not None and place is not None:
        for reader in (_by_step, _by_number, _by_place):
            if reading := reader(question, folded, held[0], place[1]):
                return reading
    elliptic = opened or folded.rstrip("?？ ").endswith("呢") or _bare(core, analyzer)
    if elliptic and (full := _substituted(core, last.standalone, analyzer)):
        return Reading(full, f"按上文理解为：{full}")
    return Reading(question)


def _complete(folded: str, outlines: Outlines, chosen: Filter) -> bool:
    """Whether a question says itself which part it means: by a path, or by a name and a number."""
    named = read_references(folded)
    if named.path is not None or sum(not reference.beside for reference in named.references) > 1:
        return True
    # The bare name of a part (保障措施) is a question of its own.
    if outlines.named(folded.strip("?？。 "), chosen):
        return True
    return bool(named.references) and outlines.mentioned(folded, chosen)


def _title(document: Document) -> str:
    return Address().label(document.metadata.title)


def _by_step(_question: str, folded: str, document: Document, place: Address) -> Reading | None:
    """上一条, 下一条: the sibling before or after the part of the last answer."""
    step = _STEP.search(folded)
    if step is None or not place.number:
        return None
    forward = (step["way"] in ("下", "后")) if step["way"] else step["next"] == "next"
    part = document.part(place)
    beside = neighbour(document, part, 1 if forward else -1) if part is not None else None
    if beside is None:
        return None
    target = beside.address
    standalone = f"{target}说的是什么？"
    return Reading(standalone, f"按上文理解为：{document.label(target)}", (document.id, target.parent))


def _by_number(question: str, folded: str, document: Document, place: Address) -> Reading | None:
    """那第六条呢: a number alone is counted where the last answer was found."""
    named = read_references(folded)
    if not named.references or named.path is not None or names_part(folded, document):
        return None
    if {reference.unit for reference in named.references} & {"部分", "章", "section", "part", "chapter"} and len(
        folded
    ) > 8:
        # A whole question about a numbered outer part is no follow-up.
        return None
    number = named.references[0].number
    for around in (place, place.parent, place.parent.parent):
        fitting = [child for child in document.children(around) if number in (child.number, -1)]
        if fitting and (around != place or not place.number):
            return _counted(question, named.references[0].text, document, fitting[-1].address)
        if fitting:
            return _counted(question, named.references[0].text, document, fitting[-1].address)
    parent = place.parent if place.number else place
    part = document.part(parent)
    if part is not None and part.heading:
        standalone = f"{part.heading}的{_without_opening(question)}"
        return Reading(
            standalone, f"按上文理解为：{document.label(parent)}的{named.references[0].text}", (document.id, parent)
        )
    return None


def _counted(question: str, words: str, document: Document, target: Address) -> Reading:
    parent = document.part(target.parent)
    name = parent.heading if parent is not None and parent.heading else str(target.parent)
    rest = _without_opening(question).strip("?？ 呢")
    standalone = f"{name}的{rest}是什么？" if fold(rest) == fold(words) else f"{name}的{rest}？"
    return Reading(standalone, f"按上文理解为：{document.label(target)}", (document.id, target.parent))


def _by_place(question: str, folded: str, document: Document, place: Address) -> Reading | None:
    """里面提到了哪些平台: the question is asked of the part of the last answer."""
    pointing = _PLACE.search(folded)
    if pointing is None or names_part(folded, document) or place.level in (None, Level.BYLINE):
        return None
    label = document.label(place).removeprefix(_title(document))
    standalone = f"{label}{_without_opening(question)}"
    return Reading(
        standalone, f"按上文理解为：{document.label(place)}，{_without_opening(question)}", (document.id, place)
    )


def _without_opening(question: str) -> str:
    return re.sub(r"^(?:那么?|还有|另外|然后)[,，\s]*", "", question.strip())


def _bare(core: str, analyzer: Analyzer) -> bool:
    """Whether a question is nothing but a word or two that name something."""
    words = analyzer.words(core)
    return 0 < len(words) <= 2 and all(word.text not in frame_words() for word in words)


def _substituted(core: str, before: str, analyzer: Analyzer) -> str | None:
    """The question before with the one word exchanged that is of the same kind as `core`; None where there is none."""
    new = [word for word in analyzer.words(core) if word.text not in frame_words()]
    if not new:
        return None
    folded = fold(before)
    kind = _kind(new[0].text, analyzer)
    old = [word for word in analyzer.words(folded, folded=True) if word.text not in frame_words()]
    same = [word for word in old if _kind(word.text, analyzer) == kind and word.text != new[0].text]
    if not same:
        return None
    target = same[0] if kind != "word" else max(same, key=lambda word: len(word.text))
    return before[: target.start] + core + before[target.end :] if len(folded) == len(before) else None


def _kind(word: str, analyzer: Analyzer) -> str:
    if word in places():
        return "place"
    if re.fullmatch(r"\d{4}年.*", word):
        return "date"
    if _NUMBERLIKE.fullmatch(word):
        return "number"
    tag = analyzer.tag(word)
    return "verb" if tag.startswith("v") and not tag.startswith("vn") else "word"
