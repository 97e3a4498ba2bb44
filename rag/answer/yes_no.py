"""What the text itself decides where a question asks whether something is so: its own words, 可以, 不得, 免征.

The words are never turned into a yes or no: 不得 stays 不得, whichever way round the question was put. Where no word of
the sentence bears on what is asked, or two speak against each other, it is left to the reader, if that is sure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.normalize import fold, fold_with_offsets
from corpus.numerals import to_chinese
from corpus.reader import trimmed
from rag.answer.items import lead_above
from rag.answer.short import holder_of
from rag.types import Evidence, Query, Sentence, Term

#: Longer ones first; what a word forbids or grants belongs to it where that is said in one word (不予受理, 免征).
_NO: Final = (
    r"不予(?:以)?[\u4e00-\u9fff]{2}|不再[\u4e00-\u9fff]{2}|免(?:予|于)[\u4e00-\u9fff]{2}|免(?:征|收|费|缴|交|除|税)|不得(?!不)|不能(?!不)|不可(?![分抗避或缺])"
    r"|不(?:需要?|必|用(?!人)|准|许|允许|应当?|适用|属于|包括|收取|征收|享受|承担|计入|纳入|作为|支持|受理|发放|负责|缴纳|实行|给予|列入|具备|算)"
    r"|无需|无须|毋须|禁止|严禁|暂不[\u4e00-\u9fff]{2}|暂停|停止|取消|无权|尚未|没有(?!法律依据)|未(?![来成婚必经满按依])[\u4e00-\u9fff]{2}"
)
_YES: Final = (
    r"可以(?!不)|应当(?!不)|应该(?!不)|必须|有权|准予[\u4e00-\u9fff]{2}|允许|予以[\u4e00-\u9fff]{2}|能够|须(?!知)|需要|均可|也可|可(?=[\u4e00-\u9fff]{2})(?![能持靠行见是比用操])"
    r"|应(?![用急对届付力届变邀])|需(?![求方])"
)
_WORDS: Final = re.compile(f"(?P<no>{_NO})|(?P<yes>{_YES})")
#: Verbs that decide where the question asks with the same one; 给予 and its like where it asks if there is something.
_PLAIN: Final = re.compile("包括|适用|属于|纳入|享受|计入|列入|承担|支持|鼓励|给予|发放|实行|收取|征收|免除")
_GIVES: Final = re.compile("给予|享受|发放|设立|提供|可申请|申领")
_THERE_IS: Final = re.compile(r"有没有|有无|是否有|有[^,，。?？]{1,16}吗")
#: What such a question asks of the text and not of the matter.
_MENTIONED: Final = re.compile(
    "提到|提及|涉及|写到|写明|说到|说要|说过|讲到|谈到|规定|安排|打算|要求|明确|mention|say|state"
)
#: Words of the question that ask whether it is so, and need not stand in the answer.
_MODAL: Final = re.compile("允许|准许|可以|能够|需要|应当|应该|必须|禁止|能否|可否|是否")
#: What asks; behind it stands what is asked of the subject.
_MARKER: Final = re.compile(
    r"能不能|可不可以|是不是|有没有|要不要|需不需要|会不会|用不用|该不该|允不允许|准不准|是否|能否|可否|有无"
    r"|可以|允许|能够|应当|必须|需要|能(?=.{1,30}吗)|要(?=.{1,30}吗)|会(?=.{1,30}吗)|有(?=.{1,30}吗)"
)
#: How far something goes: a text that does not say so does not answer for it.
_HOW_FAR: Final = re.compile(
    "随时|一次性|全部|全额|所有|任何|一律|立即|马上|自动|直接|永久|终身|无条件|免费|都(?!市)|只能|必须"
)
_EXCEPTED: Final = re.compile(
    r"除[^,，。;；]{2,60}(?:以外|之外|外)[,，]|除外|(?:^|[,，。;；])但(?!凡|愿)是?|另有(?:规定|约定)|经[^,，。;；]{2,20}(?:批准|同意)"
)
_PERMITS: Final = re.compile(r"可以?(?![能持靠行见是比用操])")
_NEAR: Final = 4
#: So many sentences are looked at that fit nearly as well as the best.
_LOOKED_AT: Final = 5
_NEARLY: Final = 0.8
_MARK: Final = re.compile(r"\s*\**(?:第[〇零一二三四五六七八九十百千\d]+条|\([〇一二三四五六七八九十\d]+\))\**\s*")
_CLAUSE: Final = re.compile(r"[^,，。;；:：\n]+")
_LONGEST: Final = 48
_HELD: Final = 0.75
#: How much a question's term counts that stands in the clause before, or behind, the deciding one.
_BEFORE, _BEHIND = 0.6, 0.3
_AS_NEAR: Final = 0.9
#: How sure the reader is of words that decide: of 24 such over documents that it was not trained on 21 do.
_SURE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Decision:
    """The deciding words at [start, end) of a document, whether they deny, and whether the text makes exceptions."""

    start: int
    end: int
    denies: bool
    excepted: bool


def decision(query: Query, evidence: Evidence) -> tuple[Sentence, Decision] | None:
    """The first of the best sentences that decides the question, and how; or what was read as deciding it."""
    near = [s for s in evidence.sentences[:_LOOKED_AT] if s.score >= _NEARLY * evidence.sentences[0].score]
    for sentence in near:
        if found := _decided(query, sentence):
            return sentence, found
    return _read(query, evidence)


def _read(query: Query, evidence: Evidence) -> tuple[Sentence, Decision] | None:
    """What was read, where the reader is sure of it and it forbids, grants or orders something (严禁用于商品住房).

    A question in everyday words shares too few with the text for an expression to tell what bears on it.
    """
    words = evidence.words
    if words is None or words.sure < _SURE or words.end - words.start > _LONGEST:
        return None
    holder, decides = holder_of(words, evidence.sentences), _WORDS.search(fold(words.text))
    if holder is None or decides is None:
        return None
    folded = fold(holder.text)
    if not _goes_as_far(query, folded):
        return None
    span = trimmed(words.document.text, words.start, words.end)
    return holder, Decision(*span, decides["no"] is not None, _is_excepted(holder, folded))


def _decided(query: Query, sentence: Sentence) -> Decision | None:
    items = ""
    if above := lead_above(sentence.document, sentence.part):
        # What holds of an item is said in the words above it.
        items = fold(sentence.text)
        sentence = replace(sentence, part=above[0], start=above[1][0], end=above[1][1])
    folded, offsets = fold_with_offsets(sentence.text)
    if not _bears(query, sentence, folded + items):
        return None
    clauses = [found.span() for found in _CLAUSE.finditer(folded)]
    found = _by_word(query, folded, clauses) or (None if items else _by_clause(query, folded, clauses))
    if found is None:
        return None
    start, end, denies = found
    if _GIVES.fullmatch(folded[start:end]):
        # That something is given says little without what, and to whom.
        start, end = next(span for span in clauses if span[0] <= start < span[1])
        if end - start > _LONGEST:
            return None
    excepted = _is_excepted(sentence, folded)
    return Decision(sentence.start + offsets[start], sentence.start + offsets[end - 1] + 1, denies, excepted)


def _is_excepted(sentence: Sentence, folded: str) -> bool:
    """Whether the sentence, or what stands right behind it, makes exceptions."""
    around = sentence.document.text[sentence.start : min(sentence.part.body_end, sentence.end + 80)]
    behind = fold(around)[len(folded) :].lstrip()
    return bool(_EXCEPTED.search(folded)) or re.match(r"但是?[^凡愿]", behind) is not None


def _bears(query: Query, sentence: Sentence, folded: str) -> bool:
    """Whether a sentence, with the headings above it, speaks of what is asked, and of how far it is asked."""
    terms = [term for term in query.terms if not _MODAL.fullmatch(term.text)]
    if not terms:
        return False
    # A chapter is called by more than each of its articles speaks of.
    above = fold(f"{sentence.document.metadata.title} {sentence.part.heading}")
    held = sum(term.weight for term in terms if _stands(term, folded) or _stands(term, above))
    return held >= _HELD * sum(term.weight for term in terms) and _goes_as_far(query, folded)


def _goes_as_far(query: Query, folded: str) -> bool:
    return all(found[0] in folded for found in _HOW_FAR.finditer(query.folded))


def _stands(term: Term, text: str) -> bool:
    return term.stands_in(text) or any(word in text for word in _spelled(term.text))


def _spelled(word: str) -> tuple[str, ...]:
    """6个月 as 六个月, 2年 as 二年 and 两年."""
    found = re.match(r"\d{1,5}(?![.,\d])", word)
    if found is None:
        return ()
    rest = word[found.end() :]
    return (to_chinese(int(found[0])) + rest, *((f"两{rest}",) if found[0] == "2" else ()))


def _by_word(query: Query, folded: str, clauses: Sequence[tuple[int, int]]) -> tuple[int, int, bool] | None:
    """The word that decides, by the terms of the question that stand around it."""
    weighed = []
    for place, (start, end) in enumerate(clauses):
        # 应当办理而未办理的，… says on which condition something else holds.
        if folded[start:end].endswith("的") and place + 1 < len(clauses):
            continue
        for each in _deciding(query, folded, start, end):
            fit = _fit(query, folded, clauses, place, each.end())
            if fit > 0 and _says_of(query, folded[start:end]):
                weighed.append((fit, each.start(), each.end(), _denies(each)))
    if not weighed:
        return None
    best = max(weighed, key=lambda found: (found[0], -found[1]))
    against = [found for found in weighed if found[3] != best[3] and found[0] >= _AS_NEAR * best[0]]
    if against and not _EXCEPTED.search(folded):
        return None
    return _with_permission(folded, best[1:])


def _with_permission(folded: str, found: tuple[int, int, bool]) -> tuple[int, int, bool]:
    """可以 … 免征 permits what 免征 alone would order: the words with the permission, or that alone where it is far."""
    start, end, denies = found
    if not denies or not folded[start:end].startswith(("免", "不予", "不再", "取消", "停止", "暂")):
        return found
    before = [
        each.span()
        for each in _PERMITS.finditer(folded, max(folded.rfind(sign, 0, start) for sign in "。;；") + 1, start)
    ]
    if not before:
        return found
    begin, stop = before[-1]
    return (begin, end, denies) if start - stop <= _NEAR else (begin, stop, False)


def _says_of(query: Query, clause: str) -> bool:
    """Whether a clause speaks of what is asked of the subject: of a word behind the one that asks."""
    asks = [found.end() for found in _MARKER.finditer(query.folded)]
    behind = [term for term in query.terms if asks and query.folded.find(term.text, asks[-1]) >= 0]
    behind = behind or list(query.terms[-2:])
    return any(_stands(term, clause.replace("申请人", "")) for term in behind if not _MODAL.fullmatch(term.text))


def _deciding(query: Query, folded: str, start: int, end: int) -> list[re.Match[str]]:
    found = list(_WORDS.finditer(folded, start, end))
    taken = [each.span() for each in found]
    found += [
        each
        for each in _denied(query).finditer(folded, start, end)
        if all(each.end() <= a or b <= each.start() for a, b in taken)
    ]
    plain = [each for each in _PLAIN.finditer(folded, start, end) if each[0] in query.folded]
    if _THERE_IS.search(query.folded):
        plain += _GIVES.finditer(folded, start, end)
    free = (each for each in plain if all(each.end() <= a or b <= each.start() for a, b in taken))
    # A plain verb behind a word that decides is what that word is said of.
    return found or list(free)


def _denied(query: Query) -> re.Pattern[str]:
    """不承认, where the question asks 承认."""
    words = "|".join(re.escape(term.text) for term in query.terms if not term.text.isascii())
    return re.compile(f"(?:不|未|没有|无)(?:{words})") if words else re.compile("(?!)")


def _denies(found: re.Match[str]) -> bool:
    return found["no"] is not None if found.re is _WORDS else found[0][0] in "不未没无"


def _fit(query: Query, folded: str, clauses: Sequence[tuple[int, int]], place: int, behind: int) -> float:
    """How much of the question stands around a word: most of all behind it, in its own clause."""
    start, end = clauses[place]
    before = folded[slice(*clauses[place - 1])] if place else ""
    after = folded[slice(*clauses[place + 1])] if place + 1 < len(clauses) else ""
    fit = 0.0
    for term in query.terms:
        if _stands(term, folded[behind:end]):
            fit += 1.5 * term.weight
        elif _stands(term, folded[start:end]):
            fit += term.weight
        elif _stands(term, before):
            fit += _BEFORE * term.weight
        elif _stands(term, after):
            fit += _BEHIND * term.weight
    return fit


def _by_clause(query: Query, folded: str, clauses: Sequence[tuple[int, int]]) -> tuple[int, int, bool] | None:
    """The clause that says all of what is asked, where no single word decides it."""
    terms = [term for term in query.terms if not _MENTIONED.search(term.text)]
    for start, end in clauses:
        words = folded[start:end]
        if terms and all(_stands(term, words) for term in terms) and end - start <= _LONGEST:
            mark = _MARK.match(words)
            begin = start + (mark.end() if mark else len(words) - len(words.lstrip()))
            return begin, start + len(words.rstrip()), False
    return None
