"""The article on a web page: which element holds it, and which elements inside are no part of it.

Government sites name the element in a few usual ways, and where none is named, it is the smallest one that holds nearly
all sentences of the page. A line of the page's furniture too many is better than a line of the document too few, so
inside the article only what cannot be text of it is left out.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

#: The usual names of the element, as ids or classes; the first are given to nothing else.
_SURE: Final = re.compile(
    r"^(?:ucap-?content|trs_(?:editor|ueditor|preappend)|pages_content|zoom(?:con)?|easysite-news-text|b12c|bt_content|"
    r"js_content|rich_media_content|article[-_]?(?:content|body|text|txt)|fulltext)$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"^(?:article|(?:news|info|detail|text|xl|wz|nr|zw|con|gk|xxgk)[-_]?(?:content|con|body|text|txt|cont|nr|zw|main)|"
    r"content(?:[-_]?(?:main|text|txt|con|body))?|view)$",
    re.IGNORECASE,
)
#: Elements that hold no text of a document.
DROPPED: Final = frozenset(
    "script style noscript template iframe object embed svg canvas video audio form button select option textarea "
    "input nav footer aside head link meta map dialog".split()
)
#: Names of elements around the article that are furniture.
_FURNITURE: Final = re.compile(
    r"(?:^|[-_\s])(?:share|bdshare|bdsharebuttonbox|social|breadcrumb|crumbs?|position|location|dqwz|nav|navbar|menu|"
    r"footer|foot|copyright|sidebar|side|related?|xgwd|xgxw|recommend|hot|qrcode|ewm|toolbar|tools?|print|close|"
    r"fontsize|font-size|pager|pagination|prev|next|comment|pinglun|banner|search|login|topbar|backtop|gotop|hidden|hide)"
    r"(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[\u4e00-\u9fff][^<>]*?[。；]|[\u4e00-\u9fff]{4,}")
#: The article holds at least so much of the characters that stand in sentences outside links; where its name is sure,
#: this much is enough.
_MOST, _HALF = 0.85, 0.4
#: Furniture with more sentence text than this is no furniture, whatever it is called.
_FURNITURE_LIMIT: Final = 300

Element = etree._Element  # noqa: SLF001 - the name that lxml gives its elements


def find_article(root: Element) -> Element:
    """The element of the page that holds the article; the whole body where nothing tells."""
    body = root.find("body") if root.tag == "html" else root
    body = root if body is None else body
    weights = _weights(body)
    total = weights.get(body, 0)
    for names, share in ((_SURE, _HALF), (_NAMED, _MOST)):
        named = [e for e in weights if weights[e] >= max(1, share * total) and _named(e, names)]
        if named:
            # The outermost: inside it there may be one of such a name around every paragraph.
            return min(named, key=lambda e: sum(1 for _ in e.iterancestors()))
    best = body
    while True:
        inside = [e for e in best if weights.get(e, 0) >= _MOST * total]
        if not inside:
            return best
        best = inside[0]


def is_furniture(element: Element, weights: dict[Element, int]) -> bool:
    """Whether an element is no text of the article: hidden, or of the page's furniture."""
    if element.tag in DROPPED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(element.get("style", "")):
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(names.strip()) and _FURNITURE.search(names) is not None and weights.get(element, 0) < _FURNITURE_LIMIT


def sentence_weights(root: Element) -> dict[Element, int]:
    """For each element how many characters of sentences outside links it holds."""
    return _weights(root)


def _weights(root: Element) -> dict[Element, int]:
    weights: dict[Element, int] = {}
    # From the leaves up: an element comes after everything inside it.
    for element in _after_order(root):
        if not isinstance(element.tag, str) or element.tag in DROPPED or _HIDDEN.search(element.get("style", "")):
            weights[element] = 0
            continue
        own = 0 if element.tag == "a" else _said(element.text)
        own += sum((0 if child.tag == "a" else weights[child]) + _said(child.tail) for child in element)
        weights[element] = own
    return weights


def _after_order(root: Element) -> Iterator[Element]:
    stack = [(root, False)]
    while stack:
        element, seen = stack.pop()
        if seen:
            yield element
        else:
            stack.append((element, True))
            stack.extend((child, False) for child in element)


def _said(text: str | None) -> int:
    return sum(map(len, _SENTENCE.findall(text))) if text else 0


def _named(element: Element, names: re.Pattern[str]) -> bool:
    said = [*element.get("class", "").split(), element.get("id", "")]
    return any(names.match(each) for each in said)
