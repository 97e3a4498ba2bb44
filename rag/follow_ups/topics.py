"""What a question is about: its subject without what is asked of it, and whether a question names a subject at all.

失业保险金的领取期限最长是多久 is about 失业保险金的领取; 期限最长是多久 names nothing that it would be the 期限 of.
"""

import re
from typing import Final

from corpus.analyzer import Word
from corpus.lexicon import attribute_words
from corpus.normalize import fold
from rag.follow_ups.base import ASKING, Asked
from rag.naming import without
from rag.references import read_references
from rag.types import Turn

_WHEN: Final = "什么时候|何时|哪天|哪年"
_ISSUED: Final = "印发|发布|公布|制定|颁布|出台"
_FORMAL: Final = re.compile(
    r"施行|生效|实施日期|有效期|废止|失效|解释(?:权|机关)?|谁(?:来)?解释|文号|适用(?:范围|于)|全称|标题|有效吗|还有效"
    rf"|(?:{_WHEN})(?:开始|起)?(?:实行|执行|实施|通过|{_ISSUED})|(?:谁|哪个?(?:部门|机关|单位))(?:{_ISSUED})"
    rf"|(?:分|有|共)(?:为|成)?(?:几|多少)个?(?:部分|条|章|节)|(?:{_ISSUED})(?:的)?(?:时间|日期|单位|机关|部门)"
    r"|effective|come into force|take effect|issued"
)
_LEAD: Final = re.compile(r"^(?:请问|请|根据|按照|依照|依据|按|在|对于|对|关于)+|^(?:规定|要求)[,，]?")


def formal(folded: str) -> bool:
    """Whether a question asks of a document itself: when it takes effect, who explains it."""
    return _FORMAL.search(folded) is not None


def attribute(word: str) -> bool:
    """Whether a word alone names no subject."""
    known = attribute_words()
    return word in known or (len(word) > 2 and word[:2] in known and word[2:] in known)


def own_words(asked: Asked, folded: str) -> list[Word]:
    """The words of a text that name a subject."""
    return [word for word in asked.words(folded) if not attribute(word.text)]


def latest_topic(asked: Asked) -> str:
    """The subject of the newest turn that has one; "" where none has."""
    return next((topic for turn in reversed(asked.turns) if (topic := topic_of(asked, turn))), "")


def topic_of(asked: Asked, turn: Turn) -> str:
    """The subject of a turn's question, as it stands there; "" where it has none, or only names a part."""
    folded = fold(turn.standalone)
    folded = (
        without(folded, asked.corpus.named(turn.standalone).spans)
        if len(fold(turn.standalone)) == len(turn.standalone)
        else folded
    )
    folded = re.sub(r"《[^《》]{1,80}》(?:[(（][^()（）]{1,40}[)）])?", lambda m: " " * len(m[0]), folded)
    folded = without(folded, read_references(folded).spans)
    runs = [run for run in re.split(r"[ ,，。?？;；:：、]+", ASKING.sub(lambda m: " " * len(m[0]), folded)) if run]
    subjects = [(run, own_words(asked, run)) for run in runs]
    subjects = [(run, words) for run, words in subjects if words]
    if not subjects:
        return ""
    run, words = max(subjects, key=lambda each: sum(len(word.text) for word in each[1]))
    every = asked.words(run)
    while every and attribute(every[-1].text) and len(every) > 1:
        every.pop()
    begin = every[0].start if every else words[0].start
    denied = re.search(r"(?:没有?|[未不非])$", run[:begin])
    begin = denied.start() if denied else begin
    return _LEAD.sub("", run[begin : every[-1].end]).strip("的之")
