"""Numbers that a question names and a text writes otherwise."""

import pytest

from corpus.analyzer import Analyzer
from rag.matching import Matcher
from rag.terms import TermReader
from rag.types import Expects, Term
from rag.values import names_year, plans, written_otherwise


@pytest.mark.parametrize(
    ("text", "topic", "others"),
    [
        ("09年", "09年失业率多少", ("2009年",)),
        ("98年", "98年洪水", ("1998年",)),
        ("22年", "22年财政收入多少", ("2022年",)),
        ("16岁", "16岁以下", ("16周岁",)),
        # A length of time is no year.
        ("15年", "缴费15年能领多少", ()),
        ("15年", "干满十五年", ()),
        ("30年", "30年经营权", ()),
        ("50年", "50年的期限", ()),
        ("80年", "满80年", ()),
        ("3天", "3天内", ()),
        ("20亿元", "20亿元", ()),
    ],
)
def test_other_spellings(text: str, topic: str, others: tuple[str, ...]) -> None:
    spelled = "十五年" if "十五" in topic else text
    start = topic.index(spelled)
    assert written_otherwise(Term(text, 1.0), topic, start, start + len(spelled)).variants == others


@pytest.mark.parametrize(("text", "century"), [("80年", "19"), ("1980年", "19"), ("2000年", "20"), ("00年", "20")])
def test_a_decade_is_met_by_each_of_its_years_and_by_nothing_else(text: str, century: str) -> None:
    found = written_otherwise(Term(text, 1.0, exact=True, pins=True), f"{text}代的大学生", 0, len(text))
    assert found.text == f"{text}代"
    assert not found.pins
    ten = text[-3]
    assert {f"{century}{ten}0年代", f"{century}{ten}5年"} <= set(found.variants)
    assert not Matcher.of(f"满{ten}0年的", Analyzer()).satisfies(found)
    assert not any("零年代" in each for each in found.variants)


@pytest.mark.parametrize(
    ("topic", "plan"),
    [
        ("十四五期间的目标", "十四五"),
        ("十五五规划提了什么", "十五五"),
        ("一五期间工业投资多少", "一五"),
        ("十五期间的投资", "十五"),
        ('"十三五"以来', "十三五"),
        ("十四五新增就业多少", "十四五"),
    ],
)
def test_a_five_year_plan_is_met_by_itself_alone(topic: str, plan: str) -> None:
    [(start, end, term)] = plans(topic)
    assert topic[start:end].strip('"') == term.text.removesuffix("时期") == plan
    assert term.pins
    for number in ("一", "二", "十", "十一", "十二", "十三", "十四", "十五"):
        written = (f"“{number}五”时期的目标", f"{number}五期间的目标", f"第{number}个五年规划的目标")
        for source in written:
            assert Matcher.of(source, Analyzer()).satisfies(term) is (f"{number}五" == plan), source


@pytest.mark.parametrize("topic", ["十四五岁的学生", "十五期货物", "第十五条规定", "三五个人", "一百十五期末"])
def test_what_is_no_plan(topic: str) -> None:
    assert not list(plans(topic))


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
        ("八十年代乡镇企业产值多少", "1985年乡镇企业总产值达到2700亿元。"),
        ("16岁以下怎么领卡", "未满16周岁的由监护人代领。"),
        ('"七日"包括节假日么', "本规定中“五日”“七日”均以工作日计算。"),
    ],
)
def test_what_is_written_otherwise_is_not_lacking(topic: str, source: str) -> None:
    matcher = Matcher.of(source, Analyzer())
    assert not [term.text for term in terms(topic).values() if term.exact and not matcher.satisfies(term)]


def test_places_years_references_and_quoted_names_pin_down_what_is_meant() -> None:
    found = terms('2018年广州的"一卡通"给16岁以下发多少张')
    assert {text for text, term in found.items() if term.pins} == {"2018年", "广州", "一卡通"}
    assert found["16岁"].exact
