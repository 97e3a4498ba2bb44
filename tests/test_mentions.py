"""Everything that speaks of something: complete, to the word where the word is asked for, and no part counted twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Collection
from ingest import ingest
from rag import Assistant
from rag.assembly import assemble
from rag.settings import load_settings
from tests.conftest import LetterEncoder

RULES = """江北市养老服务办法

第一章　养老补贴

第一条　养老机构可以申请补贴。
第二条　对参加失业保险的人员发放奖补资金。
第三条　领取失业保险金的人员另行登记，上网使用5G网络。
第四条　工作人员应当在5个工作日内办结，可以使用15G网络。
江北市人民政府
2024年5月6日
"""
NOTICE = """江南市人民政府关于社会保障的通知
南政〔2023〕6号
一、养老补贴每月300元。
二、医疗补贴每月200元。
江南市人民政府
2023年5月6日
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("texts")
    for name, text in (("办法", RULES), ("通知", NOTICE)):
        Path(folder, f"{name}.txt").write_text(text, encoding="utf-8")
    with Collection.open(folder / "index", encoder=LetterEncoder(), writable=True) as collection:
        assert not ingest(sorted(folder.glob("*.txt")), collection).failed
        yield Assistant(assemble(collection, load_settings()))


@pytest.mark.parametrize(
    ("question", "places"),
    [
        # 奖补 says the same in other words, and the heading of a chapter is no article.
        ("哪些条提到补贴", ["第一章/第一条", "一", "二"]),
        ("提到“补贴”的有哪些条", ["第一章/第一条", "一", "二"]),
        ("补贴在哪几条里出现", ["第一章/第一条", "一", "二"]),
        # 失业保险金 is another word that holds the word.
        ("涉及失业保险的措施有哪些", ["第一章/第二条", "第一章/第三条"]),
        # 5G is neither 5个 nor 15G.
        ("Which articles mention 5G?", ["第一章/第三条"]),
        ("江南市的文件中哪些条提到补贴", ["一", "二"]),
        ("2024年的文件里哪些条提到补贴", ["第一章/第一条"]),
    ],
)
def test_all_places_are_listed_and_counted(opened: Assistant, question: str, places: list[str]) -> None:
    answer = opened.ask(question)
    assert [str(citation.address) for citation in answer.citations] == places
    assert (answer.total, answer.listed) == (len(places), len(places))


def test_what_nothing_speaks_of_is_said_to_be_missing(opened: Assistant) -> None:
    refusal = opened.ask("哪些条提到太空旅行").refusal
    assert refusal is not None
    assert (refusal.reason, refusal.missing_terms) == ("missing_terms", ("太空旅行",))


def test_a_year_of_which_nothing_is_held_is_not_answered_from_another(opened: Assistant) -> None:
    answer = opened.ask("2020年江南市人民政府的文件里医疗补贴多少")
    assert answer.status == "refused"
