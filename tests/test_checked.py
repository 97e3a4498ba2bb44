"""What is no short answer: what is forbidden, what is counted otherwise, half of a bracket."""

import pytest

from corpus.analyzer import Analyzer
from corpus.model import Document, Metadata
from rag.answer.checked import checked
from rag.answer.leave import is_forbidden
from rag.answer.units import counts_as_asked
from rag.question import QuestionReader
from rag.types import Query, Sentence


def read(question: str) -> Query:
    return QuestionReader(Analyzer(), lambda _: 1, 100).read(question)


@pytest.mark.parametrize(
    ("question", "text", "words", "forbidden"),
    [
        ("谁可以挖路？", "未经批准，任何单位或者个人不得挖掘城市道路。", "任何单位", True),
        ("网吧可以让谁进？", "经营单位不得接纳未成年人进入营业场所。", "未成年人", True),
        ("who may dig up the road?", "任何单位不得挖掘城市道路。", "任何单位", True),
        ("谁不能进网吧？", "经营单位不得接纳未成年人进入营业场所。", "未成年人", False),
        ("哪些人禁止入内？", "禁止未成年人进入。", "未成年人", False),
        ("谁可以申请？", "年满十六周岁的居民可以申请，不得重复申请。", "年满十六周岁的居民", False),
        ("谁可以申请？", "符合条件的居民提出申请；单位不得代办。", "符合条件的居民", False),
        ("可以在哪里办理？", "在政务中心办理，不得收费。", "政务中心", False),
        ("哪些人可以参加？", "参加人员为户籍居民，禁止冒名。", "户籍居民", False),
        ("经谁同意可以动工？", "未经县政府同意，不得动工。", "县政府", False),
        ("谁可以动工？", "未经县政府同意，任何人不得动工。", "县政府", True),
        ("最多能收多少年？", "收费期限最长不得超过30年。", "30年", False),
        ("谁负责审批？", "未经市政部门批准不得挖掘。", "市政部门", False),
    ],
)
def test_what_a_clause_forbids_is_no_answer(question: str, text: str, words: str, *, forbidden: bool) -> None:
    assert is_forbidden(read(question), text, text.index(words)) == forbidden


@pytest.mark.parametrize(
    ("question", "words", "counts"),
    [
        ("每月上门几次？", "28小时", False),
        ("每月上门几次？", "12次", True),
        ("普通护照多少天能办下来？", "五年", False),
        ("普通护照多少天能办下来？", "十五日", True),
        ("几个工作日办结？", "20日", True),
        ("劳动节放几天？", "5月1日", False),
        ("劳动节放几天？", "3天", True),
        ("劳动节放几天？", "5月1日至5日放假，共5天", True),
        ("能收多少年？", "15年", True),
        ("能收多少年？", "6个月", True),
        ("有多少人？", "3万元", False),
        ("有多少人？", "3万名", True),
        ("标准是多少？", "28小时", True),
        ("多少个县？", "12个县", True),
        ("多久办结？", "五年", True),
        ("是哪年的几月几日？", "3月16日", True),
    ],
)
def test_a_number_is_of_the_unit_that_is_asked_for(question: str, words: str, *, counts: bool) -> None:
    assert counts_as_asked(read(question), words) == counts


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("附件4）", "附件4"),
        ("，（福建）在（", "，（福建）在（二十日）"),
        ("《退役士兵安置", "《退役士兵安置条例》"),
        ("退役士兵安置条例》", "退役士兵安置条例"),
        ("（二十日）", "（二十日）"),
    ],
)
def test_brackets_are_whole(words: str, whole: str) -> None:
    text = "见附件4），（福建）在（二十日）按《退役士兵安置条例》办理。"
    document = Document("a", Metadata("甲"), text, (), "甲.txt")
    sentence = Sentence(document, None, 0, len(text))  # type: ignore[arg-type]
    start = text.index(words)
    span = checked(read("怎么办理？"), sentence, (start, start + len(words)))
    assert span is not None
    assert text[slice(*span)] == whole
