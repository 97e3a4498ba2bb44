"""Parts by their number alone: 那第六条呢, 下一条, 第二章第三条 where the last answer's document is meant.

What a number leads to inside a document is `rag.resolve`'s to say.
"""

import re
from typing import Final

from corpus.address import Address, Level
from corpus.model import Document, Part
from corpus.normalize import fold
from rag.follow_ups.base import Asked, place_label, read
from rag.follow_ups.topics import own_words
from rag.naming import without
from rag.numbered import is_article, neighbour
from rag.outlines import names_part
from rag.references import Named, read_references
from rag.resolve import referred
from rag.types import Reading

_STEP: Final = re.compile(
    r"(?P<way>(?<!以)上|(?<![以之年])前|(?<![以之])下|(?<![以之最])后|接下来(?:的|那|这)?|紧接着(?:的|那|这)?|[后下]面(?:的|那|这))"
    r"一?(?:条(?![件例款])|项(?!目)|点(?!名)|个部分|部分|个(?![月季学星年])|段|款|章|节)"
    r"|(?P<next>next|following|previous|preceding) (?:one|section|part|item|article|chapter|paragraph)"
    r"|the (?:one|section|part|item|article|chapter) (?:right |just )?(?P<beside>after|before)(?: (?:it|that))?"
)
_BACKWARD: Final = frozenset("上 前 previous preceding before".split())
#: 第二种, 最后一类: what a list counts.
_KIND: Final = re.compile(r"(?P<n>第[一二三四五六七八九十]{1,3}|最后一)[种类](?!地|区)")
_OUTER: Final = re.compile(r"部[分份]|块|章|section|part|chapter")
#: A question with more characters than this that counts outer parts is no mere follow-up where there is one document.
_LONG: Final = 8


def step(asked: Asked) -> Reading | None:
    """上一条, 下一条: the sibling before or after the part of the last answer."""
    found = _STEP.search(asked.folded)
    if found is None or asked.place is None or not asked.place[1].number:
        return None
    document, part = asked.place
    forward = (found["way"] or found["next"] or found["beside"]) not in _BACKWARD
    beside = neighbour(document, part, 1 if forward else -1)
    if beside is None:
        return None
    rest = (asked.folded[: found.start()] + asked.folded[found.end() :]).strip("再那么呢的?？ 。,，")
    cited = _cited(beside)
    name = place_label(document, beside) if cited or asked.words(rest) else str(beside.address)
    asks = f"{name}{rest}" if asked.words(rest) else f"{name}说的是什么？"
    return read(asked, asks, document.label(beside.address), document, None if cited else beside.address.parent)


def _cited(part: Part) -> bool:
    """Whether a part is cited from its article on, wherever that stands: 第三条第（二）项."""
    return any(step.level is Level.ARTICLE for step in part.address.steps)


def number(asked: Asked) -> Reading | None:
    """那第六条呢: a number alone is counted where the last answer was found."""
    if _KIND.search(asked.folded):
        asked = asked.at(_KIND.sub(r"\g<n>项", asked.question.strip()), asked.turns, asked.place)
    named = read_references(asked.folded)
    if asked.place is None or not _may_be(asked, named, asked.place[0]):
        return None
    document, part = asked.place
    several = len(asked.corpus.allowed) > 1
    if named.path is not None or len(named.references) > 1:
        return _whole(asked, named, document)
    reference = named.references[0]
    target = _counted(named, document, part)
    if target is not None:
        return _at(asked, named, document, target)
    parent = document.part(part.address.parent if part.number else part.address)
    if parent is not None and parent.heading and parent.address.depth and not is_article(reference):
        label = document.label(parent.address)
        return read(asked, f"{parent.heading}的{asked.plain}", f"{label}的{reference.text}", document, parent.address)
    return read(asked, asked.plain, f"{document.label(Address())}{reference.text}", document) if several else None


def _may_be(asked: Asked, named: Named, document: Document) -> bool:
    """Whether a question that names numbers may be asked of the document that is spoken of."""
    if not (named.references or named.path) or names_part(asked.folded, document):
        return False
    if len(asked.corpus.allowed) == 1:
        # A path, or a whole question about an outer part, says all itself where there is no other document.
        alone = named.path is not None or len(named.references) > 1
        return not alone and not (_OUTER.search(named.references[0].unit) and len(asked.folded) > _LONG)
    # 第二章第三条 is of the document that is spoken of; what is named beside the number must stand there.
    text = fold(document.text)
    return all(word.text in text for word in own_words(asked, without(asked.folded, named.spans)))


def _whole(asked: Asked, named: Named, document: Document) -> Reading:
    words = "".join(reference.text for reference in named.references) or str(named.path)
    return read(asked, asked.plain, f"{document.label(Address())}{words}", document)


def _counted(named: Named, document: Document, part: Part) -> Part | None:
    """The part with the number: inside the last answer's part, else beside it, else further out."""
    reference = named.references[0]
    if is_article(reference) and (own := _article(named, document, part)) is not None:
        return own
    around = part.address
    while True:
        inside = [p for p in document.children(around) if reference.number in (p.number, -1)]
        if reference.number < 0 and inside:
            inside = list(document.children(around)[reference.number :][:1])
        if inside:
            return inside[-1]
        if not around.depth:
            return None
        around = around.parent


def _article(named: Named, document: Document, part: Part) -> Part | None:
    """The article with the number, wherever it stands: articles run on through the chapters."""
    if not any(p.address.level is Level.ARTICLE for p in document.parts):
        return None
    found = referred(named.references, document, list(document.parts), nested=False)
    home = part.address.steps[:1]
    beside = [p for p in found if p.address.steps[:1] == home]
    return next(iter(beside or found), None)


def _at(asked: Asked, named: Named, document: Document, target: Part) -> Reading:
    parent = document.part(target.address.parent)
    words = named.references[0].text
    rest = asked.plain.strip("?？ 呢。")
    if _cited(target):
        # An article is cited without its chapter, and its items with it.
        label = place_label(document, target)
        asks = rest.replace(words, label, 1) if words in rest else f"{label}{rest}"
    else:
        name = parent.heading if parent is not None and parent.heading else str(target.address.parent)
        name = "" if parent is None or not parent.address.depth else f"{name}的"
        asks = f"{name}{rest}"
    bare = fold(rest) == fold(words)
    return read(
        asked, f"{asks}是什么？" if bare else f"{asks}？", document.label(target.address), document,
        None if _cited(target) else target.address.parent,
    )  # fmt: skip
