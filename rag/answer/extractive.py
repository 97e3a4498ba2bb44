"""Answers made of quotations alone: the default, which needs no language model.

A question for a list is answered from the outline, complete; one that names a part and nothing else by that part;
any other by the few sentences that hold what was asked. Every word below the lead-in is the document's.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from corpus.address import Address
from corpus.model import Document, Part
from corpus.normalize import fold, fold_with_offsets
from corpus.numerals import to_chinese
from rag.answer import short as short_answers
from rag.answer.base import quotation
from rag.answer.checked import checked
from rag.answer.lists import asked_beyond, by_structure, counted_rows, listed_part
from rag.answer.passages import chosen_sentences, own_passage, passages_of
from rag.answer.yes_no import Decision, decision
from rag.sentences import formal, sentences_of, trimmed
from rag.settings import Answering
from rag.types import Citation, Draft, Evidence, Expects, Query, Resolution, Sentence, Statement

#: Of a range so many parts are quoted; so many are named one by one in the lead-in.
_TOGETHER: Final = 20
_NAMED_APART: Final = 4
#: What a title does tell: who issued the document, and its number.
_ISSUE: Final = re.compile("[印颁]发|发[布文]|[公颁]布|文号|字号|issued|published|number")
#: How sure a reader must be where an expression finds words of the kind as well.
_SURER: Final = 0.5
#: How sure it must be to overrule words of the form asked for that the best sentence holds.
_OVERRULES: Final = 0.9
#: So many of the documents that say the same are named.
_SAME: Final = 3


class ExtractiveAnswerer:
    """`Answerer` that quotes; `label` cites a part by its document's id and its address."""

    def __init__(self, settings: Answering, label: Callable[[str, Address], str]) -> None:
        self._settings, self._label = settings, label

    def draft(self, query: Query, evidence: Evidence, resolution: Resolution) -> Draft:
        """See `Answerer.draft`."""
        if not evidence.sentences:
            return Draft("", (), ())
        place = listed_part(query, evidence, resolution)
        if place is not None:
            return self._list(query, *place)
        if rows := counted_rows(query, resolution):
            return self._count(query, rows)
        if resolution.together and not asked_beyond(query, resolution):
            return self._parts(query, resolution)
        if resolution.parts and not query.terms:
            return self._part(query, *resolution.parts[0], resolution)
        return self._sentences(query, evidence, resolution)

    def by_structure(self, query: Query, evidence: Evidence, resolution: Resolution) -> bool:
        """Whether the outline alone answers: a list, a count, or parts asked for by number and nothing else."""
        return by_structure(query, evidence, resolution)

    def _list(self, query: Query, document: Document, part: Part) -> Draft:
        """All children of a part: the heading of each, or its first sentence where it has none."""
        children = document.children(part.address)
        pairs = [quotation(number, document, *_head_of(document, child)) for number, child in enumerate(children, 1)]
        name = part.heading or document.metadata.title
        if query.language == "en":
            lead = f"{_place(document, part)} “{name}” has {len(children)} items. The text says (in Chinese):"
        else:
            lead = f"{_place(document, part)}“{name}”共{len(children)}项："
        return Draft(
            lead, tuple(s for s, _ in pairs), tuple(c for _, c in pairs), total=len(children), listed=len(pairs)
        )

    def _count(self, query: Query, rows: Sequence[tuple[str, Sequence[tuple[Document, Part]]]]) -> Draft:
        """How many parts of each kind there are, shown by the first and the last of the kind that is asked for last."""
        row = rows[-1][1]
        pairs = [
            quotation(number, document, *_head_of(document, part))
            for number, (document, part) in enumerate((row[0], row[-1]), 1)
        ]
        title = row[0][0].label(row[0][0].parts[0].address)
        if query.language == "en":
            counts = ", ".join(str(len(each)) for _, each in rows)
            lead = f"{title} has {counts}, from the first to the last. The text says (in Chinese):"
        else:
            counts = "、".join(f"{to_chinese(len(each))}{unit}" for unit, each in rows)
            lead = f"{title}共{counts}，首尾为："
        return Draft(lead, tuple(s for s, _ in pairs), tuple(c for _, c in pairs), total=len(row), listed=len(pairs))

    def _part(self, query: Query, document: Document, part: Part, resolution: Resolution) -> Draft:
        """A part whole: its own text, then the heads of what it is divided into."""
        own = own_passage(document, part, self._settings.quote_limit)
        pairs = [quotation(1, document, *own)]
        children = document.children(part.address)
        below = [child for child in children if child.start >= own[1]]
        pairs += [quotation(number, document, *_head_of(document, child)) for number, child in enumerate(below, 2)]
        draft = Draft(_lead(query, document, part), tuple(s for s, _ in pairs), tuple(c for _, c in pairs))
        if children:
            draft = replace(draft, total=len(children), listed=len(children))
        return replace(draft, note=others(query, resolution))

    def _parts(self, query: Query, resolution: Resolution) -> Draft:
        """Several parts, one after the other, each with its own text."""
        pairs = []
        for number, (document, part) in enumerate(resolution.parts[:_TOGETHER], 1):
            pairs.append(quotation(number, document, *own_passage(document, part, self._settings.quote_limit)))
        if len(resolution.parts) > _NAMED_APART:
            return self._row(query, resolution, pairs)
        names = [_place(document, part) for document, part in resolution.parts]
        first = resolution.parts[0][0]
        title = first.label(first.parts[0].address)
        names[1:] = [name.removeprefix(title) for name in names[1:]]
        lead = f"{' and '.join(names)} say (in Chinese):" if query.language == "en" else f"{'和'.join(names)}："
        return Draft(lead, tuple(s for s, _ in pairs), tuple(c for _, c in pairs), note=others(query, resolution))

    def _row(self, query: Query, resolution: Resolution, pairs: Sequence[tuple[Statement, Citation]]) -> Draft:
        """A long range: named by its ends, with how many there are and what is left out."""
        (document, first), (_, last) = resolution.parts[0], resolution.parts[-1]
        total, listed = len(resolution.parts), len(pairs)
        end = document.label(last.address).removeprefix(document.label(document.parts[0].address))
        english = query.language == "en"
        if english:
            lead = f"{_place(document, first)} to {end}, {total} in all, say (in Chinese):"
        else:
            lead = f"{_place(document, first)}至{end}，共{total}项："
        left = f"{total - listed} more are not shown" if english else f"另有{total - listed}项没有列出"
        notes = [*([left] if total > listed else []), *filter(None, [others(query, resolution)])]
        return Draft(
            lead, tuple(s for s, _ in pairs), tuple(c for _, c in pairs), total=total, listed=listed,
            note=("; " if english else "；").join(notes),
        )  # fmt: skip

    def _sentences(self, query: Query, evidence: Evidence, resolution: Resolution) -> Draft:
        best = evidence.sentences[0]
        if _is_heading(best) and best.part.body_end > best.end:
            # A heading names what is asked; what stands under it answers.
            return self._part(query, best.document, best.part, resolution)
        chosen = chosen_sentences(query, evidence.sentences, self._settings.statements)
        decided = decision(query, evidence) if query.expects is Expects.YES_NO else None
        read = None if decided else self._read(query, evidence)
        if decided:
            # What decides comes first; where it was none of the best, they only sound alike.
            chosen = [decided[0], *(s for s in chosen if s != decided[0])] if decided[0] in chosen else [decided[0]]
        elif (first := read[0] if read else self._pointed_at(query, evidence)) and first != best:
            chosen = [first, *(s for s in chosen if s != first)][: self._settings.statements]
        short = (decided[1].start, decided[1].end) if decided else read[1] if read else _short_span(query, chosen[0])
        lead_to = decided[0] if decided else read[0] if read else chosen[0]
        if short and not decided:
            short = checked(query, lead_to, short)
        passages = passages_of(query, chosen, short, self._settings.quote_limit)
        statements, citations = [], []
        for number, (document, start, end) in enumerate(passages.spans, 1):
            marks = _marks(query, document.text[start:end])
            if short and document.id == lead_to.document.id and start <= short[0] and short[1] <= end:
                marks = ((short[0] - start, short[1] - start),)
            statement, citation = quotation(number, document, start, end, marks)
            statements.append(statement)
            citations.append(citation)
        words = lead_to.document.text[short[0] : short[1]] if short else None
        lead = _decided_lead(query, *decided) if decided else _lead(query, lead_to.document, lead_to.part)
        draft = Draft(
            lead, tuple(statements), tuple(citations), words, total=passages.total, listed=passages.listed
        )  # fmt: skip
        undecided = _undecided(query) if query.expects is Expects.YES_NO and not decided else ""
        notes = (undecided, others(query, resolution), self._same(query, evidence, lead_to))
        return replace(draft, note=("; " if query.language == "en" else "；").join(filter(None, notes)))

    def _read(self, query: Query, evidence: Evidence) -> tuple[Sentence, tuple[int, int]] | None:
        """The words that were read as the answer, with their sentence, where the reader is sure enough of them."""
        words = evidence.words
        if words is None or not short_answers.readable(query) or words.sure < self._settings.short_answers:
            return None
        if words.sure < _SURER and _short_span(query, evidence.sentences[0]):
            return None  # An expression knows the form of what is asked for; a reader in doubt does not.
        read = short_answers.read(query, words, evidence.sentences)
        # A person or body with its office is seldom missed by the expression, and easily taken for another by a reader.
        doubted = read is not None and (query.expects is Expects.WHO or read[0] != evidence.sentences[0])
        if doubted and words.sure < _OVERRULES and _short_span(query, evidence.sentences[0]):
            return None
        return read

    def _pointed_at(self, query: Query, evidence: Evidence) -> Sentence | None:
        """The sentence that holds what was read, where the reader is sure: it answers, if no few words of it do."""
        words = evidence.words
        known = _short_span(query, evidence.sentences[0])
        if words is None or words.sure < (_OVERRULES if known else _SURER):
            return None
        holder = short_answers.holder_of(words, evidence.sentences)
        # A heading says what a part is about, and answers nothing.
        return None if holder is None or _is_heading(holder) else holder

    def _same(self, query: Query, evidence: Evidence, quoted: Sentence) -> str:
        """The other documents that say the same as the part of a sentence."""
        place = (quoted.document.id, quoted.part.address)
        same = next((hit.same for hit in evidence.hits if (hit.document_id, hit.address) == place), ())
        labels = [self._label(*other) for other in same[:_SAME]]
        if not labels:
            return ""
        if query.language == "en":
            return f"in the same words: {'; '.join(labels)}"
        return f"文字相同的还有：{'；'.join(labels)}"


def _head_of(document: Document, part: Part) -> tuple[int, int]:
    """[start, end) of a part's mark and heading, or of its first sentence where it has no heading."""
    start, _ = trimmed(document, part.start, part.body_end)
    if part.heading:
        return start, part.heading_end
    sentences = sentences_of(document, part)
    return (start, sentences[0][1]) if sentences else (start, part.body_end)


def _short_span(query: Query, sentence: Sentence) -> tuple[int, int] | None:
    if _is_title(sentence) and _ISSUE.search(query.folded) is None:
        return None
    span = short_answers.find(query, sentence.text)
    return (sentence.start + span[0], sentence.start + span[1]) if span else None


def _is_heading(sentence: Sentence) -> bool:
    return bool(sentence.part.heading) and sentence.end <= sentence.part.heading_end + 1


def _is_title(sentence: Sentence) -> bool:
    """Whether these are lines that repeat the document's title: whom and which years it names is no answer."""
    title = "".join(fold(sentence.document.metadata.title).split())
    return formal(sentence.text) and title in "".join(fold(sentence.text).split())


def _marks(query: Query, quote: str) -> tuple[tuple[int, int], ...]:
    """Where the question's own words stand in a quotation, overlaps merged."""
    folded, offsets = fold_with_offsets(quote)
    spans = []
    for term in query.terms:
        for word in (term.text, *term.variants):
            at = folded.find(word)
            while at >= 0:
                spans.append((offsets[at], offsets[at + len(word) - 1] + 1))
                at = folded.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _place(document: Document, part: Part) -> str:
    return document.label(part.address)


def _lead(query: Query, document: Document, part: Part) -> str:
    if query.language == "en":
        return f"{_place(document, part)} says (in Chinese):"
    return f"{_place(document, part)}："


def _decided_lead(query: Query, sentence: Sentence, decided: Decision) -> str:
    """The lead-in of the words that decide a question: what the text says, and that it makes exceptions."""
    place = _place(sentence.document, sentence.part)
    words = sentence.document.text[decided.start : decided.end]
    if query.language == "en":
        return f"{place}; the words of the text are “{words}”{', with exceptions' * decided.excepted} (in Chinese):"
    return f"{place}，原文的规定是“{words}”{'，并写有例外或条件' * decided.excepted}："


def _undecided(query: Query) -> str:
    if query.language == "en":
        return "the text does not say yes or no in so many words"
    return "原文没有直接写明是或否，请以引文为准"


def others(query: Query, resolution: Resolution) -> str:
    """The other parts that the same words could mean, named so that nobody takes one for another."""
    also = resolution.others if resolution.together else resolution.parts[1:]
    if not also:
        return ""
    first = resolution.parts[0][0]
    others = []
    for document, part in also[:3]:
        # The document's name only where it is another one.
        label = document.label(part.address)
        place = label.removeprefix(document.label(document.parts[0].address)) if document.id == first.id else label
        others.append(place + (f"“{part.heading}”" if part.heading else ""))
    open_ = query.filter.documents is None and any(document.id != first.id for document, _ in also)
    if query.language == "en":
        why = "the question names no document; the likeliest was taken. " if open_ else ""
        return f"{why}The same number also stands at: " + "; ".join(others)
    by = "与问题的其他词语最接近" if query.terms else "日期最近"
    why = f"问题没有写明文件，先答{by}的一份；" if open_ else ""
    return f"{why}同样编号的还有：" + "；".join(others)
