"""Values to HTML fragments: here the text of documents and users meets HTML, and is escaped.

Every function is pure. Nothing is read as Markdown or LaTeX, and a fragment holds no script, no style, no address.
Buttons that lead into a document carry data-document, data-start and data-end, in code points of `Document.text`.
The original document itself is `rag.serve.original`'s.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from corpus.address import Address
from rag.serve.texts import TITLE, Texts
from rag.types import Answer, Cell, Citation, Referral, Refusal, Statement, Table

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


def button(document: str, span: tuple[int, int], named: tuple[str, str], shown: str, kind: str, spoken: str) -> str:
    """A button that opens the original at `span`. `named` is the full label and the place alone, the panel's title.

    `shown` is HTML, everything else is text.
    """
    said = f' aria-label="{escape(spoken)}"' if spoken else ""
    return (
        f'<button type="button" class="{kind}" data-document="{escape(document)}" data-start="{span[0]}" '
        f'data-end="{span[1]}" data-place="{escape(named[1])}" title="{escape(named[0])}"{said}>{shown}</button>'
    )


def _cited(citation: Citation, shown: str, kind: str, texts: Texts, spoken: str = "") -> str:
    place = split_label(citation.label, citation.address)[1] or texts.full_text
    span = (citation.start, citation.end)
    return button(citation.document_id, span, (citation.label, place), shown, kind, spoken)


def citation_button(citation: Citation, texts: Texts) -> str:
    """The number of a citation, to click."""
    spoken = texts.cite.format(number=citation.number, label=citation.label)
    return _cited(citation, f"{citation.number}", "cw-cite", texts, spoken)


def split_label(label: str, address: Address) -> tuple[str, str]:
    """A label as the document's name and the place in it; the place is empty for a whole document."""
    # The label leaves out the chapters above an article where they are not needed.
    for place in (address.label(), address.from_article().label()):
        if place and label.endswith(place):
            return label.removesuffix(place), place
    return label, ""


def question(text: str, texts: Texts, bounds: str = "") -> str:
    """What the user asked, and where it was to be looked for."""
    echo = text if len(text) <= 2 * _ECHO else text[:_ECHO] + "…"
    within = f"<small>{escape(texts.bounds)}：{escape(bounds)}</small>" if bounds else ""
    tag = f'<span class="cw-tag">{escape(texts.asked)}</span>'
    return f'<div class="cw-question">{tag}<div><p>{escape(echo)}</p>{within}</div></div>'


def pending(texts: Texts, *, writing: bool = False) -> str:
    """What stands where the answer will be; `writing`, where a language model is at work on it."""
    return f'<p class="cw-pending">{escape(texts.searching)}</p>{_writing(texts) if writing else ""}'


def _writing(texts: Texts) -> str:
    """That a language model is at work. While it stands there the window offers to stop it."""
    return f'<p class="cw-writing">{escape(texts.writing)}</p>'


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
    name = split_label(answer.citations[0].label, answer.citations[0].address)[0] if answer.citations else ""
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
    """A statement with its citations; one that does not hold is struck out, and it is said what is wrong with it."""
    cited = [by_number[n] for n in statement.citations if n in by_number]
    buttons = "".join(citation_button(citation, texts) for citation in cited)
    words = marked(statement.text, statement.marks)
    if doubt := texts.checks[statement.check]:
        why = f'<small class="cw-why">{escape(statement.why)}</small>' if statement.why else ""
        return f'<del class="cw-struck">{words}</del>{buttons}<span class="cw-doubt">{escape(doubt)}</span>{why}'
    quoted = any(statement.text in citation.quote for citation in cited)
    return (f"“{words}”" if quoted or not cited else words) + buttons


def _table(table: Table, by_number: dict[int, Citation], texts: Texts) -> str:
    """Things side by side: head cells, a cell's citations to click; on a narrow screen each cell names its column."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = []
    for first, *rest in table.rows:
        cells = (
            f'<td><span class="cw-label">{escape(column)}</span>{_cell(cell, by_number, texts)}</td>'
            for column, cell in zip(table.columns[1:], rest, strict=True)
        )
        name = _cell(first, by_number, texts) if first.citations else escape(first.text)
        rows.append(f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>')
    return (
        f'<div class="cw-table" role="region" tabindex="0" aria-label="{escape(texts.tables[table.kind])}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(cell: Cell, by_number: dict[int, Citation], texts: Texts) -> str:
    """A cell's quotations, a line each, with their citations; what the text does not say stands in grey."""
    lines = [escape(line) for line in cell.text.split("\n") if line.strip()] or [""]
    lines[-1] += "".join(citation_button(by_number[n], texts) for n in cell.citations if n in by_number)
    kind = "" if cell.citations else ' class="cw-unsaid"'
    return "".join(f"<p{kind}>{line}</p>" for line in lines)


def _failure(value: Answer, texts: Texts) -> str:
    """That a language model failed and the text was quoted instead, and why."""
    if value.model is None or not value.model.failure:
        return ""
    return f'<p class="cw-note cw-failure">{escape(texts.model_failed.format(why=value.model.failure))}</p>'


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
        document, place = split_label(citation.label, citation.address)
        if document != name:
            lines.append(f'<p class="cw-name">{escape(document)}</p>')
            name = document
        shown = f"<i>{citation.number}</i>{escape(place or texts.full_text)}{_standing(citation, texts)}"
        lines.append(_cited(citation, shown, "cw-source", texts))
    return f'<div class="cw-sources"><h3>{escape(texts.sources)}</h3>{"".join(lines)}</div>'


def _referrals(referrals: Sequence[Referral], texts: Texts) -> str:
    """What the quotations refer to: the place to click, and the words."""
    if not referrals:
        return ""
    lines = "".join(_near(referral.citation, texts, whole=True) for referral in referrals)
    return f'<div class="cw-nearest"><h4>{escape(texts.referrals)}</h4>{lines}</div>'


def _reading(said: str, texts: Texts, *, undo: bool) -> str:
    """How a follow-up was read, with the way to ask it as it was typed."""
    literal = (
        f'<button type="button" class="cw-literal" data-action="literal" title="{escape(texts.literal_more)}">'
        f"{escape(texts.literal)}</button>"
    )
    return f'<p class="cw-reading">{escape(said)}{literal if undo else ""}</p>'


def answer(value: Answer, texts: Texts, statements: int | None = None, *, undo: bool = False) -> str:
    """An answer, or its first `statements` statements while it is being shown; a refusal looks different.

    With `undo` it is offered to ask the question as it was typed.
    """
    reading = _reading(value.reading, texts, undo=undo) if value.reading else ""
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
    parts.append(_table(value.table, by_number, texts) if value.table is not None else "")
    parts.append(_total(value, lead, texts))
    if value.total is not None and len(value.statements) > 1:
        parts.append('<ol class="cw-list">' + "".join(f"<li>{item}</li>" for item in items) + "</ol>")
    else:
        parts.extend(f'<blockquote class="cw-quote">{item}</blockquote>' for item in items)
    if value.partial:
        parts.append(_writing(texts))
    elif statements is None or statements >= len(value.statements):
        parts.append(f'<p class="cw-note">{escape(note)}</p>' if note else "")
        parts.append(_failure(value, texts))
        parts.append(_sources(value.citations, texts, name))
        parts.append(_referrals(value.referrals, texts))
        parts.append(f'<p class="cw-foot">{escape(texts.verbatim)}</p>')
    return "".join([*parts, "</div>"])


def judging(texts: Texts) -> str:
    """The two ways to say whether an answer is right."""
    buttons = (
        f'<button type="button" class="cw-said" data-action="said" data-right="{right}"'
        f' data-thanks="{escape(texts.noted, quote=True)}">{escape(words)}</button>'
        for right, words in (("true", texts.right), ("false", texts.wrong))
    )
    return f'<p class="cw-judging">{escape(texts.judge)}{"".join(buttons)}</p>'


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


def _near(citation: Citation, texts: Texts, *, whole: bool = False) -> str:
    """A passage beside the answer, by its place, or by the `whole` of its label."""
    place = citation.label if whole else split_label(citation.label, citation.address)[1] or texts.full_text
    shown = f"<b>{escape(place)}</b><span>{escape(citation.quote)}</span>"
    return _cited(citation, shown, "cw-near", texts)


def header(texts: Texts) -> str:
    """The window's name, and on a narrow screen the way to the original."""
    return (
        f"<h1>{escape(TITLE)}</h1><p>{escape(texts.subtitle)}</p>"
        f'<button type="button" class="cw-tool cw-show" data-action="open">{escape(texts.original)}</button>'
    )
