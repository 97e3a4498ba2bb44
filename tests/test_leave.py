"""Who may do something is not told by a clause that forbids it."""

import pytest

from corpus.analyzer import Analyzer
from rag.answer.leave import is_forbidden
from rag.question import QuestionReader
from rag.types import Query


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
        ("最多能收多少年？", "收费期限最长不得超过30年。", "30年", False),
        ("谁负责审批？", "未经市政部门批准不得挖掘。", "市政部门", False),
    ],
)
def test_what_a_clause_forbids_is_no_answer(question: str, text: str, words: str, *, forbidden: bool) -> None:
    assert is_forbidden(read(question), text, text.index(words)) == forbidden
