"""那农村呢, 那2035年呢, 县一级呢: the question before, with the one thing exchanged that is of the same kind."""

import re
from collections.abc import Sequence
from typing import Final

from corpus.analyzer import Word
from corpus.lexicon import frame_words, places
from corpus.model import Document
from corpus.normalize import fold
from rag.follow_ups.base import Asked, read
from rag.follow_ups.topics import attribute, topic_of
from rag.types import Reading

_NUMBERLIKE: Final = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日|\d+(?:[条项个])?")
#: Things of which one is said where the other could be.
_CONTRASTS: Final = (
    "城镇 农村 城市 乡村 城乡 市区 郊区", "省级 市级 县级 乡级 国家级 省 市 县 乡 镇 村 区", "个人 单位 企业 集体 公司 机构 家庭",
    "男 女 男性 女性 男职工 女职工", "本科 硕士 博士 专科 研究生 大专", "在职 退休 灵活就业", "成年人 未成年人 儿童 老人 老年人",
    "公办 民办", "职工 居民 学生", "中央 地方", "线上 线下", "初次 再次 首次", "一级 二级 三级 四级", "上限 下限", "最高 最低",
    "最多 最少", "最长 最短", "国家 省 市 县", "境内 境外", "新建 改建 扩建", "一般 较大 重大 特别重大", "轻微 一般 严重 特别严重",
)  # fmt: skip


def exchange(asked: Asked) -> Reading | None:
    """The question before with a word exchanged, where the follow-up is nothing but that word."""
    last = asked.turns[-1]
    if not (asked.opened or _bare(asked)):
        return None
    core = re.sub(r"^(?:对于|对|关于|如果是|要是|换成|若是|如果)|(?:的话|来说)$", "", asked.core).strip(" ,，")
    new = [w for w in asked.corpus.analyzer.words(core, folded=True) if w.text not in frame_words()]
    if not new or len(new) > 4:
        return None
    document = asked.place[0] if asked.place is not None else None
    if all(attribute(word.text) for word in new):
        return _attribute(asked, core, document)
    full, old = _substituted(asked, core, new, last.standalone)
    if full is None:
        return None
    if document is not None and old and old in fold(document.metadata.title):
        # 2024年…报告 and then 那2025年呢: another document is meant.
        return read(asked, full, full)
    return read(asked, full, full, document)


def _attribute(asked: Asked, core: str, document: Document | None) -> Reading | None:
    """那申请条件呢: something else of the same subject."""
    topic = next((t for turn in reversed(asked.turns) if (t := topic_of(asked, turn))), "")
    if not topic or document is None:
        return None
    full = f"{topic}的{core}是什么？"
    return read(asked, full, full, document)


def _bare(asked: Asked) -> bool:
    """Whether a question is nothing but a word or two that name something."""
    words = asked.corpus.analyzer.words(asked.core, folded=True)
    return 0 < len(words) <= 2 and all(word.text not in frame_words() for word in words)


def _substituted(asked: Asked, core: str, new: Sequence[Word], before: str) -> tuple[str | None, str]:
    """The question before with the word exchanged that is of the same kind as `core`, and that word; else None."""
    folded = fold(before)
    if len(folded) != len(before):
        return None, ""
    titled = [found.span() for found in re.finditer(r"《[^《》]{1,80}》", before)]
    kind = _kind(asked, new[0].text)
    old = [
        word
        for word in asked.corpus.analyzer.words(folded, folded=True)
        if word.text not in frame_words() and not any(a <= word.start < b for a, b in titled)
    ]
    if (target := _contrary(core, folded, titled)) is not None:
        return before[: target[0]] + core + before[target[1] :], folded[slice(*target)]
    same = [word for word in old if _kind(asked, word.text) == kind and word.text != new[0].text]
    if not same:
        return None, ""
    word = same[0] if kind != "word" else max(same, key=lambda word: _alike(word, new))
    return before[: word.start] + core + before[word.end :], word.text


def _contrary(core: str, before: str, titled: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the question before has the contrary of what `core` names, with what both have behind it."""
    for row in _CONTRASTS:
        members = sorted(row.split(), key=len, reverse=True)
        mine = next((m for m in members if core.startswith(m)), None)
        if mine is None:
            continue
        for other in members:
            at = before.find(other)
            if other == mine or other in mine or at < 0 or any(a <= at < b for a, b in titled):
                continue
            end = at + len(other)
            tail = core[len(mine) :]
            return at, end + len(tail) if tail and before.startswith(tail, end) else end
    return None


def _alike(word: Word, new: Sequence[Word]) -> tuple[int, int]:
    """How alike two words look: characters that both have, then the length."""
    shared = len(set(word.text) & set("".join(each.text for each in new)))
    return shared, len(word.text) - 4 * attribute(word.text)


def _kind(asked: Asked, word: str) -> str:
    if word in places():
        return "place"
    if re.fullmatch(r"\d{4}年.*", word):
        return "date"
    if _NUMBERLIKE.fullmatch(word):
        return "number"
    tag = asked.corpus.analyzer.tag(word)
    return "verb" if tag.startswith("v") and not tag.startswith("vn") else "word"
