"""An earlier document of the conversation: 回到刚才那部条例, 第一份文件里, 前面那个意见, 该通知, 集资条例里.

It says which document is meant and what is left of the question; what is asked of it, the other readers read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.normalize import fold
from corpus.numerals import to_int
from rag.follow_ups.base import Asked
from rag.name_forms import KINDS, dense
from rag.types import Turn

#: Kinds that are said of any document.
_ANY: Final = frozenset("文件 政策 文档 材料 文 文本 法规 政策文件 规范性文件".split())
_NAMES: Final = rf"政策文件|规范性文件|文件|政策(?!措施)|文档|材料(?=[里中])|法规|{KINDS}|法典|法律|法(?![院官定人律])"
_COUNT: Final = "(?:部|份|个|篇|项|件|则)"
_FIRST: Final = re.compile(r"最初|最开始|一开始|最早|最先|开头|first|original")
_BACK: Final = re.compile(r"回到|说回|再看|再说|回过头|前面|之前|先前|此前|earlier|previous|back")
_EARLIER: Final = "刚才|刚刚|方才|之前|前面|先前|此前|上面|最初|最开始|一开始|最早|最先|开头"
_SAID: Final = "(?:的|说的?|讲的?|提到的?|问的?|提及的?)?"
_ONLY_WHEN: Final = re.compile(rf"(?:还是|再|就|那)?(?:说回?|看|问|讲|回到)?(?:我?们?(?:{_EARLIER}){_SAID})?")
_POINTED: Final = re.compile(
    r"(?:(?:那么?|好的?|还是|另外)?[,，]?我?们?[再想先就]?"
    r"(?P<back>回到|说回|回过头来?[看说]?|再看|再说|接着[看说]|按照?|根据|依据|关于|在|对于|对))?"
    rf"(?P<when>我?们?(?:{_EARLIER}|上述|前述|上一?){_SAID})?"
    r"(?P<topic>[\u4e00-\u9fff]{2,12}?的?(?=那|这))?"
    r"(?:(?P<which>第(?P<n>[一二两三四五六七八九十\d]{1,2})|前一|后一|另外?一|上一|头一|那|这|该|此|本)"
    rf"(?P<count>{_COUNT})?)?(?P<of>[\u4e00-\u9fff]{{1,12}}?的?)??"
    rf"(?P<kind>{_NAMES})(?P<inside>里面|里|当中|中|内|上)?(?:对|的)?[,，:：]?"
)
_ENGLISH: Final = re.compile(
    r"(?:(?:back|returning|going back) to |in |under |according to |of )?"
    r"(?P<which>the (?:first|second|third|earlier|previous|other|original|same|said)|that|this)"
    r" (?P<kind>document|regulations?|measures|law|notice|opinions?|policy|plan|rules|provisions)(?: again)?(?: ?,)?"
)
_ENGLISH_NUMBERS: Final = {"the first": 1, "the original": 1, "the second": 2, "the third": 3}


@dataclass(frozen=True, slots=True)
class Pointed:
    """The document that a question points at, and what is left of the question."""

    document_id: str
    rest: str


def documents_of(turns: Sequence[Turn]) -> list[str]:
    """The documents that the turns were about, in the order in which they first came up."""
    return list(dict.fromkeys(id_ for turn in turns for id_ in about(turn)))


def about(turn: Turn) -> tuple[str, ...]:
    """The documents that a turn was about; where it was not answered, that of what lay nearest."""
    return turn.documents or tuple(id_ for id_, _ in turn.near[:1])


def pointed(asked: Asked) -> Pointed | None:
    """The earlier document that the question means; None where it points at none."""
    found = _chinese(asked) or _english(asked)
    if found is None and len(asked.corpus.allowed) > 1:
        found = _titled(asked) or _by_subject(asked)
    return found


def _chinese(asked: Asked) -> Pointed | None:
    for found in _POINTED.finditer(asked.folded):
        if not (found["which"] or found["when"]):
            continue
        known = [id_ for id_ in documents_of(asked.turns) if id_ in asked.corpus.allowed]
        chosen = _chosen(asked, found, known)
        if chosen is not None:
            rest = asked.folded[: found.start()] + asked.folded[found.end() :]
            return Pointed(chosen, rest.strip(" ,，"))
    return None


def _chosen(asked: Asked, found: re.Match[str], known: Sequence[str]) -> str | None:
    """The one of the known documents that the words point at."""
    kind, which = found["kind"], found["which"] or ""
    # 还是说之前那部条例: what stands before 那 may say when, and not what about.
    when = (found["when"] or "") + (found["topic"] or "") * bool(_ONLY_WHEN.fullmatch(found["topic"] or ""))
    fitting = [id_ for id_ in known if kind in _ANY or is_kind(asked, id_, kind)]
    if found["n"] and (number := to_int(found["n"])):
        # 第二个办法 of a document may as well be a measure: only what was spoken of is counted.
        counted = fitting if kind not in _ANY else known
        return counted[number - 1] if found["count"] and number <= len(counted) else None
    if not fitting:
        return None
    if (topic := found["topic"] or found["of"]) and topic != when:
        speaking = [id_ for id_ in fitting if _about(asked, id_, topic.removesuffix("的"), kind)]
        return _latest(asked.turns, speaking)
    current = current_document(asked.turns)
    others = [id_ for id_ in fitting if id_ != current]
    if _FIRST.search(when):
        return fitting[0]
    if (
        which in ("另一", "另外一", "前一", "上一")
        or when.startswith("上一")
        or (others and (_BACK.search(found["back"] or "") or _BACK.search(when)))
    ):
        fitting = others
    return current if current in fitting else _latest(asked.turns, fitting)


def current_document(turns: Sequence[Turn]) -> str | None:
    """The document of the newest turn that was about one."""
    return next((about(turn)[0] for turn in reversed(turns) if about(turn)), None)


def _latest(turns: Sequence[Turn], ids: Sequence[str]) -> str | None:
    return next((id_ for turn in reversed(turns) for id_ in about(turn) if id_ in ids), None)


def is_kind(asked: Asked, id_: str, kind: str) -> bool:
    """Whether a document is of a kind: by what is known of it, or as its title, or what it brings into force, ends."""
    kind = "法" if kind == "法律" else kind
    known = asked.corpus.catalog.metadata(id_)
    title = dense(known.title)
    bare = re.sub(r"[(（\[][^()（）\[\]]{0,40}[)）\]]", "", title)
    inside = re.search(rf"{kind}(?:的通知|的公告|的决定|等|$)", bare)
    return fold(known.kind or "").endswith(kind) or bare.endswith(kind) or inside is not None


def _about(asked: Asked, id_: str, topic: str, kind: str) -> bool:
    """Whether a document, or what was asked of it, is about a topic: 反家暴 is short for words of a title."""
    title = dense(asked.corpus.catalog.title(id_))
    rest = iter(title)
    if all(character in rest for character in topic) or f"{topic}{kind}" in title:
        return True
    texts = [title]
    texts += [fold(t.question + t.standalone) for t in asked.turns if id_ in about(t)]
    words = [w.text for w in asked.words(topic)] or [topic]
    return any(all(word in text for word in words) for text in texts)


def _english(asked: Asked) -> Pointed | None:
    found = _ENGLISH.search(asked.folded) if asked.language == "en" else None
    known = [id_ for id_ in documents_of(asked.turns) if id_ in asked.corpus.allowed]
    if found is None or not known:
        return None
    current = current_document(asked.turns)
    number = _ENGLISH_NUMBERS.get(found["which"])
    if number is not None:
        chosen = known[number - 1] if number <= len(known) else None
    elif found["which"] in ("the earlier", "the previous", "the other") or "back" in found[0]:
        chosen = _latest(asked.turns, [id_ for id_ in known if id_ != current])
    else:
        chosen = current
    rest = (asked.question.strip()[: found.start()] + asked.question.strip()[found.end() :]).strip(" ,")
    return Pointed(chosen, rest) if chosen is not None else None


#: Kinds that are hardly ever said of anything but documents; 标准 and 措施 are parts and matters as well.
_CERTAIN: Final = "实施细则|条例|办法|规定|细则|规则|章程|指导意见|实施意见|意见|通知|实施方案|方案|决定|公告|法"
_TITLED: Final = re.compile(
    rf"(?P<run>[\u4e00-\u9fff]{{2,20}}?(?P<kind>{_CERTAIN}))(?P<inside>里面|里|中|对|的|[,，]|第|规定)"
)


def _titled(asked: Asked) -> Pointed | None:
    """集资条例里…: words of the title of a document that was spoken of, and its kind."""
    for found in _TITLED.finditer(asked.folded):
        words = asked.corpus.analyzer.pieces(found["run"].removesuffix(found["kind"]))
        for begin in range(len(words)):
            run = "".join(words[begin:]) + found["kind"]
            if len(run) - len(found["kind"]) < 2:
                break
            fitting = [
                id_
                for id_ in documents_of(asked.turns)
                if id_ in asked.corpus.allowed
                and is_kind(asked, id_, found["kind"])
                and _in_order([*words[begin:], found["kind"]], dense(asked.corpus.catalog.title(id_)))
            ]
            if len(fitting) == 1:
                start = found.end("run") - len(run)
                before = re.sub(
                    r"(?:回到|再看|再说|按照?|根据|在|刚才|前面|之前|[那这][个份部篇项]?|关于|对于|对|的)+$",
                    "",
                    asked.folded[:start],
                )
                rest = re.sub(r"^(?:里面|里|中|对|的|[,，])", "", asked.folded[found.end("run") :])
                return Pointed(fitting[0], (before + rest).strip(" ,，"))
    return None


_SUBJECT: Final = re.compile(
    rf"(?:回到|说回|回过头来?[看说]?|再说|再看|再问)(?:一下)?(?:我?们?(?:{_EARLIER}){_SAID})?(?:那个|那|这个|关于)?的?"
    r"(?P<subject>[\u4e00-\u9fffa-z0-9《》“”\"]{2,16}?)(?:的(?:事情?|问题|话题))?"
    r"(?:[,，:：、]|(?=那|怎|多|是|有|要|可|能|谁|什么|$))"
    rf"|(?:我?们?(?:{_EARLIER})){_SAID}那个?(?P<named>[\u4e00-\u9fff]{{2,12}}?)(?:[,，:：]|的|里)"
    r"|\b(?:back to|returning to|going back to|regarding|about) (?:the |that )?(?P<english>[a-z' -]{3,60}?)"
    r"(?: (?:we|you|i) (?:talked|spoke|asked|mentioned)[a-z ]{0,20})?(?: again| earlier)?\s*[:,?]"
)


def _by_subject(asked: Asked) -> Pointed | None:
    """回到刚才那个保护令: a subject that an earlier question, its answer or its document's title speaks of."""
    found = _SUBJECT.search(asked.folded)
    if found is None:
        return None
    subject = found["subject"] or found["named"] or found["english"]
    terms = asked.corpus.read(subject).terms
    best: tuple[int, str] | None = None
    for turn in reversed(asked.turns):
        if not about(turn) or about(turn)[0] not in asked.corpus.allowed:
            continue
        said = fold(" ".join((turn.question, turn.standalone, *turn.labels, *turn.quotes)))
        count = sum(term.stands_in(said) for term in terms)
        if count and (best is None or count > best[0]):
            best = count, about(turn)[0]
    if best is None or 2 * best[0] < len(terms):
        return None
    # What is asked of keeps its name: it is the subject of what is left.
    kept = "" if found["english"] else subject
    rest = asked.folded[: found.start()] + kept + asked.folded[found.end() :].lstrip(" ,，")
    return Pointed(best[1], rest.strip(" ,，"))


def _in_order(words: Sequence[str], title: str) -> bool:
    at = 0
    for word in words:
        at = title.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True
