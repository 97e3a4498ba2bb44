"""Values to HTML fragments: the one place where the text of documents and users meets HTML, and it is escaped here.

Every function is pure. Nothing is read as Markdown or LaTeX, and a fragment holds no script, no style, no address.
Buttons that lead into a document carry data-document, data-start and data-end, in code points of `Document.text`;
paragraphs of the original carry data-at and data-to, so that a place is found without searching for its words.
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from corpus.address import Address, Level
from corpus.model import Document, Part
from rag.serve.texts import TITLE, Texts
from rag.types import Answer, Citation, Refusal, Statement

#: A line that is not blank, without its end.
_LINE = re.compile(r"[^\n]*\S[^\n]*")
#: Characters of an outline entry whose part has no heading of its own.
_SNIPPET = 18
#: Parts that would make the outline as long as the text.
_UNLISTED = frozenset({Level.PARAGRAPH, Level.ROW})
#: Characters of a question that are shown back where it was too long to be answered.
_ECHO = 200


def marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """`text` with the places of `marks` in <mark>; overlapping marks count as one, those outside are left out."""
    inside = [False] * len(text)
    for start, end in marks:
        for at in range(max(0, start), min(end, len(text))):
            inside[at] = True
    edges = [0, *(at for at in range(1, len(text)) if inside[at] != inside[at - 1]), len(text)]
    pieces = []
    for start, end in pairwise(edges):
        piece = escape(text[start:end])
        pieces.append(f"<mark>{piece}</mark>" if piece and inside[start] else piece)
    return "".join(pieces)


def _button(document: str, span: tuple[int, int], named: tuple[str, str], shown: str, kind: str, spoken: str) -> str:
    """A button that opens the original at `span`. `named` is the full label and the place alone, the panel's title.

    `shown` is HTML, everything else is text.
    """
    said = f' aria-label="{escape(spoken)}"' if spoken else ""
    return (
        f'<button type="button" class="{kind}" data-document="{escape(document)}" data-start="{span[0]}" '
        f'data-end="{span[1]}" data-place="{escape(named[1])}" title="{escape(named[0])}"{said}>{shown}</button>'
    )


def _cited(citation: Citation, shown: str, kind: str, texts: Texts, spoken: str = "") -> str:
    place = _split_label(citation.label, citation.address)[1] or texts.full_text
    span = (citation.start, citation.end)
    return _button(citation.document_id, span, (citation.label, place), shown, kind, spoken)


def citation_button(citation: Citation, texts: Texts) -> str:
    """The number of a citation, to click."""
    spoken = texts.cite.format(number=citation.number, label=citation.label)
    return _cited(citation, f"{citation.number}", "cw-cite", texts, spoken)


def _split_label(label: str, address: Address) -> tuple[str, str]:
    """A label as the document's name and the place in it; the place is empty for a whole document."""
    # The label leaves out the chapters above an article where they are not needed.
    for place in (address.label(), address.from_article().label()):
        if place and label.endswith(place):
            return label.removesuffix(place), place
    return label, ""


def question(text: str, texts: Texts) -> str:
    """What the user asked."""
    echo = text if len(text) <= 2 * _ECHO else text[:_ECHO] + "…"
    return f'<div class="cw-question"><span class="cw-tag">{escape(texts.asked)}</span><p>{escape(echo)}</p></div>'


def pending(texts: Texts) -> str:
    """What stands where the answer will be."""
    return f'<p class="cw-pending">{escape(texts.searching)}</p>'


def error(message: str, texts: Texts) -> str:
    """One polite line instead of an answer."""
    return f'<p class="cw-error" role="alert"><strong>{escape(texts.failed)}</strong>{escape(message)}</p>'


def exchange(asked: str, body: str) -> str:
    """A question and what came of it; both are HTML."""
    return f'<section class="cw-exchange">{asked}{body}</section>'


def welcome(texts: Texts) -> str:
    """What an empty conversation shows."""
    return f'<div class="cw-welcome"><h2>{escape(texts.welcome)}</h2><p>{escape(texts.welcome_more)}</p></div>'


def _lead(lead: str, answer: Answer) -> tuple[str, str]:
    """The lead-in, its document's long name quieter than what follows it; and that name where it is there."""
    name = _split_label(answer.citations[0].label, answer.citations[0].address)[0] if answer.citations else ""
    if name and lead.startswith(name):
        rest = escape(lead.removeprefix(name))
        return f'<p class="cw-lead"><span class="cw-name">{escape(name)}</span> <b>{rest}</b></p>', name
    return (f'<p class="cw-lead">{escape(lead)}</p>' if lead else ""), ""


def _total(answer: Answer, lead: str, texts: Texts) -> str:
    """How many there are, unless the lead-in has said so and all are listed."""
    if answer.total is None:
        return ""
    if answer.listed is not None and answer.listed < answer.total:
        said = texts.listed.format(total=answer.total, listed=answer.listed)
    elif f"{answer.total}项" in lead:
        return ""
    else:
        said = texts.total.format(total=answer.total)
    return f'<p class="cw-total">{escape(said)}</p>'


def _statement(statement: Statement, by_number: dict[int, Citation], texts: Texts) -> str:
    buttons = "".join(citation_button(by_number[n], texts) for n in statement.citations if n in by_number)
    doubt = texts.checks[statement.check]
    badge = f'<span class="cw-doubt">{escape(doubt)}</span>' if doubt else ""
    return f"“{marked(statement.text, statement.marks)}”{buttons}{badge}"


def _standing(citation: Citation, texts: Texts) -> str:
    """The page and whether the document is in force, as far as they are known; pointed at, why."""
    said = [texts.page.format(page=citation.page)] if citation.page else []
    if validity := texts.validity.get(citation.validity):
        said.append(validity)
    note = escape(citation.validity_note, quote=True)
    return f'<small class="cw-standing" title="{note}">{escape(" · ".join(said))}</small>' if said else ""


def _sources(citations: Sequence[Citation], texts: Texts, name: str) -> str:
    """The citations by document, each place to click; `name` is the document that has already been named."""
    lines = []
    for citation in citations:
        document, place = _split_label(citation.label, citation.address)
        if document != name:
            lines.append(f'<p class="cw-name">{escape(document)}</p>')
            name = document
        shown = f"<i>{citation.number}</i>{escape(place or texts.full_text)}{_standing(citation, texts)}"
        lines.append(_cited(citation, shown, "cw-source", texts))
    return f'<div class="cw-sources"><h3>{escape(texts.sources)}</h3>{"".join(lines)}</div>'


def answer(value: Answer, texts: Texts, statements: int | None = None) -> str:
    """An answer, or its first `statements` statements while it is being shown; a refusal looks different."""
    reading = f'<p class="cw-reading">{escape(value.reading)}</p>' if value.reading else ""
    if value.refusal is not None:
        return reading + _refusal(value, value.refusal, texts)
    shown = value.statements if statements is None else value.statements[:statements]
    by_number = {citation.number: citation for citation in value.citations}
    items = [_statement(statement, by_number, texts) for statement in shown]
    lead, note = value.lead, f"（{value.note}）" if value.note else ""
    introduction, name = _lead(lead, value)
    parts = [reading, '<div class="cw-answer">', introduction]
    if value.short_answer:
        parts.append(f'<p class="cw-short"><strong>{escape(value.short_answer)}</strong></p>')
    if value.total is not None:
        parts.append(_total(value, lead, texts))
        parts.append('<ol class="cw-list">' + "".join(f"<li>{item}</li>" for item in items) + "</ol>")
    else:
        parts.extend(f'<blockquote class="cw-quote">{item}</blockquote>' for item in items)
    if statements is None or statements >= len(value.statements):
        parts.append(f'<p class="cw-note">{escape(note)}</p>' if note else "")
        parts.append(_sources(value.citations, texts, name))
        parts.append(f'<p class="cw-foot">{escape(texts.verbatim)}</p>')
    return "".join([*parts, "</div>"])


def _refusal(value: Answer, refusal: Refusal, texts: Texts) -> str:
    asked = refusal.reason != "not_a_question"
    head = texts.refused if asked else texts.unasked
    parts = [
        f'<div class="cw-refusal{"" if asked else " cw-plain"}">',
        f"<h3>{escape(head)}<span>{escape(texts.reasons[refusal.reason])}</span></h3>",
        f"<p>{marked(value.text, _places(refusal.missing_terms, value.text))}</p>",
    ]
    if unsaid := [term for term in refusal.missing_terms if term not in value.text]:
        terms = "".join(f"<b>{escape(term)}</b>" for term in unsaid)
        parts.append(f'<p class="cw-missing">{escape(texts.missing)}{terms}</p>')
    if refusal.nearest:
        parts.append(f'<div class="cw-nearest"><h4>{escape(texts.nearest)}</h4>')
        parts.extend(_near(citation, texts) for citation in refusal.nearest)
        parts.append("</div>")
    parts.append(f'<p class="cw-coverage">{escape(refusal.coverage)}</p>' if refusal.coverage else "")
    return "".join([*parts, "</div>"])


def _places(terms: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where `terms` stand in `text`, the last time each."""
    return [(at, at + len(term)) for term in terms if (at := text.rfind(term)) >= 0]


def _near(citation: Citation, texts: Texts) -> str:
    place = _split_label(citation.label, citation.address)[1] or texts.full_text
    shown = f"<b>{escape(place)}</b><span>{escape(citation.quote)}</span>"
    return _cited(citation, shown, "cw-near", texts)


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
    named = (label, _split_label(label, part.address)[1] or label)
    return _button(document.id, (start, end), named, shown, "cw-entry", "")


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


def header(texts: Texts) -> str:
    """The window's name, and on a narrow screen the way to the original."""
    return (
        f"<h1>{escape(TITLE)}</h1><p>{escape(texts.subtitle)}</p>"
        f'<button type="button" class="cw-tool cw-show" data-action="open">{escape(texts.original)}</button>'
    )
