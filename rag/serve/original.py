"""The original document as HTML: its outline to click, and its text to the letter; all of it is escaped.

Paragraphs carry data-at and data-to, in code points of `Document.text`, so that a place is found without searching for
its words.
"""

import re
from html import escape

from corpus.address import Level
from corpus.model import Document, Part
from rag.serve.markup import button, split_label
from rag.serve.texts import Texts

#: A line that is not blank, without its end.
_LINE = re.compile(r"[^\n]*\S[^\n]*")
#: Characters of an outline entry whose part has no heading of its own.
_SNIPPET = 18
#: Parts that would make the outline as long as the text.
_UNLISTED = frozenset({Level.PARAGRAPH, Level.ROW})


def _mark(document: Document, part: Part) -> str:
    """The part's number as the document writes it (六是); the word for a part without one (引言)."""
    return document.text[part.start : part.marker_end].strip() or str(part.address.steps[-1])


def _entry(document: Document, part: Part) -> str:
    """An outline entry: where it leads is the part's mark and heading, or its first words."""
    # What is shown bold in the text is what is highlighted when the entry is clicked.
    end = part.heading_end if part.heading else part.own_end
    words = document.text[part.start : end]
    start = part.start + len(words) - len(words.lstrip())
    end = start + len(words.strip()) if part.heading else start + len(words.strip().split("\n")[0])
    heading = part.heading
    if not heading and part.number:
        own = document.text[part.marker_end : part.body_end].strip().split("\n")[0]
        heading = own[:_SNIPPET] + ("…" if len(own) > _SNIPPET else "")
    shown = f"<i>{escape(_mark(document, part))}</i><span>{escape(heading)}</span>"
    label = document.label(part.address)
    named = (label, split_label(label, part.address)[1] or label)
    return button(document.id, (start, end), named, shown, "cw-entry", "")


def outline(document: Document, texts: Texts) -> str:
    """Every part as a button, indented by its depth; paragraphs of articles and rows of tables are left out."""
    entries = "".join(
        f'<li class="cw-depth{min(part.address.depth, 6)}">{_entry(document, part)}</li>'
        for part in document.parts
        if part.address.depth and part.address.level not in _UNLISTED
    )
    return f'<nav class="cw-outline" aria-label="{escape(texts.outline)}"><ul>{entries}</ul></nav>'


def original(document: Document) -> str:
    """The whole text, a paragraph a line, to the letter; marks and headings of the parts in bold."""
    heads = sorted((part.start, part.heading_end) for part in document.parts if part.address.depth and part.heading)
    by_start = {part.start: part for part in document.parts if part.address.depth}
    title = next(((p.heading_start, p.heading_end) for p in document.parts if not p.address.depth and p.heading), None)
    paragraphs, begun = [], 0
    for line in _LINE.finditer(document.text):
        (start, end), inside = line.span(), []
        while begun < len(heads) and heads[begun][0] < end:
            inside.append(heads[begun])
            begun += 1
        words, at = "", start
        for head_start, head_end in inside:
            low, high = max(head_start, at), min(head_end, end)
            words += escape(document.text[at:low]) + f"<b>{escape(document.text[low:high])}</b>"
            at = max(at, high)
        words += escape(document.text[at:end])
        kind = _kind(by_start.get(start), (start, end), title)
        paragraphs.append(f'<p class="{kind}" data-at="{start}" data-to="{end}">{words}</p>')
    return "".join(paragraphs)


def _kind(part: Part | None, line: tuple[int, int], title: tuple[int, int] | None) -> str:
    """The class of a line: title, heading of its depth, or text."""
    if title is not None and line[0] < title[1] and title[0] < line[1]:
        return "cw-title"
    if part is not None and part.heading and part.heading_end >= line[1] - 1:
        return f"cw-heading cw-depth{min(part.address.depth, 6)}"
    if part is not None and not part.number and part.address.level is not None and part.address.level.value == "byline":
        return "cw-byline"
    return "cw-text"


def panel(document: Document | None, texts: Texts) -> str:
    """The original document: its name, the place last opened, the outline and the text."""
    if document is None:
        return f'<p class="cw-empty">{escape(texts.empty)}</p>'
    metadata = document.metadata
    facts = (metadata.name, metadata.issuer, metadata.reference, metadata.dated)
    name = escape(" · ".join(fact for fact in facts if fact))
    return (
        f'<article class="cw-original" data-document="{escape(document.id)}" aria-label="{escape(texts.contents)}">'
        f'<header><div class="cw-bar"><button type="button" class="cw-tool" data-action="close">{escape(texts.back)}'
        f'</button><button type="button" class="cw-tool" data-action="outline" aria-expanded="false">'
        f'{escape(texts.outline)}</button></div><p class="cw-title-line" title="{name}">{name}</p>'
        f'<h2 class="cw-place" aria-live="polite">{escape(texts.full_text)}</h2></header>'
        f'<div class="cw-body">{outline(document, texts)}<div class="cw-pages" role="region" tabindex="0" '
        f'aria-label="{escape(texts.contents)}" lang="zh-CN">{original(document)}</div></div></article>'
    )
