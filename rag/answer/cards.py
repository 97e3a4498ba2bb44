"""Action cards: the key elements of measures side by side, each quoted and cited, what is not said marked as such.

For a part that is divided into measures there is a row for each of them. How elements are found is
`rag.answer.elements`'s; it says nothing of its own.
"""

import re
from collections.abc import Sequence
from typing import Final

from corpus.address import Address, Level
from corpus.errors import InputError
from corpus.model import Document, Part
from rag.answer.elements import Element, elements_of, joined
from rag.answer.tables import Quotations, any_said
from rag.sentences import sentences_of, trimmed
from rag.types import Cell, Draft, Language, Query, Table

#: What is asked for, by the words that ask.
_ASKED: Final = (
    (Element.RESPONSIBLE, re.compile(
        r"(?:责任|牵头|负责|配合|主管|实施|承办)(?:单位|部门|主体)|责任人|谁来?(?:负责|牵头|落实|管|做|办)|哪[些个]?(?:部门|单位)(?:负责|牵头)"
        r"|responsible|who (?:leads|is in charge)"
    )),
    (Element.DEADLINE, re.compile(
        r"时限|期限|(?:什么时候|何时|多久|哪[年月天])(?:前|内)?(?:要|能)?(?:完成|办|做|实现|建成|落实)?|完成时间|时间(?:要求|节点|表)|截止"
        r"|deadline|by when|time limit"
    )),
    (Element.TARGET, re.compile(
        r"对象|[给补发]给?谁|面向谁|谁(?:可以|能)?(?:申请|享受|领取?)|适用(?:于谁|范围|人群)"
        r"|target group|for whom|who is eligible"
    )),
    (Element.AMOUNT, re.compile(
        r"金额|额度|标准|[给补奖发]多少(?:钱)?|多少(?:钱|元)|how much|amount|rate of"
    )),
    (Element.CONDITION, re.compile(r"条件|什么情况下?(?:可以|能)?|condition|requirements?\b")),
)  # fmt: skip
_CARD: Final = re.compile(
    r"行动卡|任务卡|任务清单|责任清单|工作清单|要点|要素|清单|action card|key (?:points|elements)|checklist"
)
_LISTS: Final = "列出|列明|列一下|梳理|整理|汇总|罗列|归纳"
_GATHERS: Final = re.compile(rf"{_LISTS}|(?:措施|任务|举措|政策|条款|事项)|list\b|measure")
#: What only opens or closes a document is no measure.
_FORMAL: Final = frozenset({Level.BYLINE, Level.CONTENTS, Level.PREAMBLE, Level.CLOSING, Level.TABLE, Level.ROW})
_NAME: Final = 60


def asked_words(query: Query) -> dict[Element, list[str]]:
    """The elements that a question asks for, each with the words that ask for it."""
    asked = {element: [found[0] for found in pattern.finditer(query.folded)] for element, pattern in _ASKED}
    return {element: words for element, words in asked.items() if words}


def asked_elements(query: Query) -> tuple[Element, ...]:
    """The elements that a question asks for in a card: two at least, or all where it asks for the card as such."""
    found = tuple(asked_words(query))
    if len(found) > 1:
        return found
    return tuple(Element) if _CARD.search(query.folded) else ()


def gathers(query: Query) -> bool:
    """Whether a question that names no part by number asks for the elements of a measure, and not for two facts."""
    return bool(_CARD.search(query.folded) or _GATHERS.search(query.folded))


def without_elements(folded: str) -> str:
    """What is left of a question when the words that ask for elements are taken out: what the measure is about."""
    for pattern in (_CARD, re.compile(_LISTS), *(pattern for _, pattern in _ASKED)):
        folded = pattern.sub(" ", folded)
    return re.sub(r"(?:的|分别|各?是(?:什么|多少)?|有哪些|请|一下|[、,，?？。和与及\s])+$", "", folded.strip()).strip(
        " 、,，的"
    )


def measures(document: Document, part: Part) -> tuple[Part, ...]:
    """The measures that a part is divided into, in reading order; the part itself where it is one."""
    children = [child for child in document.children(part.address) if child.address.level not in _FORMAL]
    if not children or part.address.level in (Level.ARTICLE, Level.ITEM, Level.PARAGRAPH):
        return (part,)
    inner = (measures(document, child) if not _says(document, child) else (child,) for child in children)
    return tuple(each for group in inner for each in group)


def _says(document: Document, part: Part) -> bool:
    """Whether a part has words of its own below its heading."""
    return bool(document.text[max(part.heading_end, part.marker_end) : part.body_end].strip(" \n\u3000。.：:"))


def card_draft(
    place: tuple[Document, Part], language: Language, wanted: Sequence[Element] = tuple(Element), note: str = ""
) -> Draft | None:
    """The card of a part, a row for each measure in it; None where there is one and the text says none of it."""
    document, part = place
    quotations = Quotations()
    rows = [_row(quotations, document, measure, language, wanted) for measure in measures(document, part)]
    if not (any_said(rows) or (len(rows) > 1 and quotations.statements)):
        return None
    english = language == "en"
    names = [element.named(language) for element in wanted]
    table = Table("card", ("measure" if english else "措施", *names), tuple(rows))
    where = document.label(part.address)
    lead = f"{where}, as the text has it (in Chinese):" if english else f"{where}的要点，逐格摘自原文："
    return Draft(lead, quotations.statements, quotations.citations, note=note, table=table)


def card(document: Document, address: Address, language: Language = "zh") -> Draft:
    """The action card of a part of a document, a row for each measure in it. InputError where there is no such part."""
    part = document.part(address) or _short(document, address)
    if part is None:
        raise InputError(
            f"{document.label(Address())}里没有“{address}”：请用 python -m ingest show DOC --outline 查看地址。"
        )
    draft = card_draft((document, part), language)
    if draft is None:
        raise InputError(f"{document.label(address)}没有写明责任单位、时限、对象、金额或条件中的任何一项。")
    return draft


def _short(document: Document, address: Address) -> Part | None:
    """The one part that an address names without what stands above it: 第五条 of a document with chapters."""
    steps = address.steps
    found = [part for part in document.parts if steps and part.address.steps[-len(steps) :] == steps]
    return found[0] if len(found) == 1 else None


def _row(
    quotations: Quotations, document: Document, measure: Part, language: Language, wanted: Sequence[Element]
) -> tuple[Cell, ...]:
    found = elements_of(document, measure)
    cells = [_name(quotations, document, measure, language)]
    for element in wanted:
        own = joined(document.text, [each for each in found if each.element is element])
        cells.append(quotations.cell(document, [((e.start, e.end), e.sentence) for e in own], language))
    return tuple(cells)


def _name(quotations: Quotations, document: Document, measure: Part, language: Language) -> Cell:
    """A measure's mark and heading as they stand; its place where it has no heading."""
    if not measure.heading:
        return Cell(measure.address.from_article().label() or document.label(measure.address))
    start, _ = trimmed(document, measure.start, measure.body_end)
    head = (start, measure.heading_end)
    around = next((s for s in sentences_of(document, measure) if s[0] <= start and head[1] <= s[1]), head)
    return quotations.cell(document, [(head, around if around[1] - around[0] <= _NAME else head)], language)
