"""Numbers that a question names and a text writes otherwise."""

import pytest

from corpus.analyzer import Analyzer
from rag.matching import Matcher
from rag.terms import TermReader
from rag.types import Expects, Term
from rag.values import names_year, spellings


@pytest.mark.parametrize(
    ("text", "spelled", "behind", "others"),
    [
        ("09年", "09年", "失业率", ("2009年",)),
        ("98年", "98年", "洪水", ("1998年",)),
        ("50年", "五十年", "代大学生", ("1950年", "五十年代")),
        ("1980年", "1980年", "代", ("80年", "八十年代")),
        ("16岁", "16岁", "以下", ("16周岁",)),
        ("15期", "十五期", "货物", ()),
        ("3天", "三天", "内", ()),
        ("20亿元", "20亿元", "", ()),
    ],
)
def test_other_spellings(text: str, spelled: str, behind: str, others: tuple[str, ...]) -> None:
    assert spellings(text, spelled, behind) == others


def test_a_five_year_plan_is_no_number_of_something() -> None:
    assert "第十四个五年" in spellings("15期", "十四五期", "间的目标")
    assert "第一个五年" in spellings("15期", "一五期", "间")


def test_only_a_year_in_full_pins_one_down() -> None:
    assert names_year("2009年")
    assert not any(names_year(text) for text in ("09年", "30年", "2009", "2009年度"))


def terms(topic: str, expects: Expects = Expects.NUMBER) -> dict[str, Term]:
    reader = TermReader(Analyzer(), lambda _: 1, 10)
    return {term.text: term for term in reader.chinese(topic, expects, "")}


@pytest.mark.parametrize(
    ("topic", "source"),
    [
        ("09年失业率控制在多少以内", "2009年城镇登记失业率控制在4.6%以内。"),
        ("一五期间工业投资多少", "第一个五年计划期间，工业投资二百四十八亿元。"),
        ("十四五期间新增就业多少人", "“十四五”时期新增就业5000万人。"),
        ("五十年代招多少大学生", "1950年代招收大学生九万人。"),
        ("16岁以下怎么领卡", "未满16周岁的由监护人代领。"),
    ],
)
def test_what_is_written_otherwise_is_not_lacking(topic: str, source: str) -> None:
    matcher = Matcher.of(source, Analyzer())
    assert not [term.text for term in terms(topic).values() if term.exact and not matcher.satisfies(term)]


def test_places_years_references_and_quoted_names_pin_down_what_is_meant() -> None:
    found = terms('2018年广州的"一卡通"给16岁以下发多少张')
    assert {text for text, term in found.items() if term.pins} == {"2018年", "广州", "一卡通"}
    assert found["16岁"].exact
