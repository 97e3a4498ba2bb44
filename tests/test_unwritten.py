"""What is asked of a part by a word that no text writes of itself: the part answers, or it is said to be unwritten."""

from collections.abc import Iterator

import pytest

from corpus import Collection
from corpus.embedding import Encoder
from ingest import ingest
from rag import Assistant
from rag.answer.elements import Element, may_tell
from rag.assembly import assemble
from rag.settings import load_settings
from tests.sound import sound
from tests.test_forms import FIELDS, MEALS, MEASURES, cells

pytestmark = pytest.mark.model

LONG = "江东市档案管理规定\n\n" + "\n".join(f"第{n}条　档案馆保管第{n}类档案。" for n in range(1, 36)) + "\n"
FIELD, MEAL, SHOP = "江南市农田灌溉管理办法", "江北市老年食堂管理办法", "关于支持小店发展的若干措施"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("unwritten")
    for name, text in (("meals", MEALS), ("fields", FIELDS), ("measures", MEASURES), ("long", LONG)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with Collection.open(folder / "index", encoder=encoder, writable=True) as collection:
        assert not ingest(sorted(folder.glob("*.txt")), collection).failed
        yield Assistant(assemble(collection, load_settings()))


@pytest.mark.parametrize("words", ["的要点", "要点是什么", "的概要", "的核心内容", "的内容提要"])
def test_the_points_of_a_part_that_has_no_elements_are_the_part(asked: Assistant, words: str) -> None:
    answer = sound(asked.ask(f"{FIELD}第一条{words}"), asked)
    assert [statement.text for statement in answer.statements] == ["第一条　为了保障农田灌溉，制定本办法。"]
    assert answer.refusal is None


@pytest.mark.parametrize(
    ("question", "unsaid"),
    [
        (f"{FIELD}第一条的时限", "“时限”"),
        (f"{FIELD}第一条什么时候完成？", "“什么时候完成”"),
        (f"{SHOP}第三条的责任单位", "“责任单位”"),
        (f"{SHOP}第三条的牵头部门是谁？", "“牵头部门”"),
        (f"{FIELD}第一条的责任单位和时限", "“责任单位”、“时限”"),
    ],
)
def test_an_element_that_a_part_does_not_write_is_said_to_be_unwritten(
    asked: Assistant, question: str, unsaid: str
) -> None:
    answer = asked.ask(question)
    assert answer.refusal is not None
    assert answer.text.endswith(f"的原文未写明{unsaid}。")
    # The part stands beside it, for whoever wants to see for himself.
    [near] = answer.refusal.nearest
    assert near.label in answer.text
    assert near.quote


def test_an_element_in_other_words_is_quoted(asked: Assistant) -> None:
    answer = sound(asked.ask(f"{MEAL}第七条的办结时限"), asked)
    assert answer.short_answer == "自开业之日起三十日内"
    [statement] = answer.statements
    assert [statement.text[start:end] for start, end in statement.marks] == ["自开业之日起三十日内"]


def test_what_may_be_told_in_words_that_are_not_known_is_not_said_to_be_unwritten(asked: Assistant) -> None:
    # 免收 is no amount that an expression finds, and yet it answers.
    answer = asked.ask(f"{MEAL}第六条的收费标准")
    assert "未写明" not in answer.text


def test_a_word_that_is_no_element_is_still_said_to_be_missing(asked: Assistant) -> None:
    answer = asked.ask(f"{FIELD}第一条的罚款")
    assert answer.refusal is not None
    assert "“罚款”" in answer.text
    assert "原文未写明" not in answer.text


@pytest.mark.parametrize("question", [f"《{SHOP}》的概要", f"请归纳《{SHOP}》的要点"])
def test_the_points_of_a_document_are_its_card(asked: Assistant, question: str) -> None:
    answer = sound(asked.ask(question), asked)
    assert cells(answer)[1] == "市商务局、市财政局"


def test_of_a_long_document_a_part_has_to_be_named(asked: Assistant) -> None:
    answer = asked.ask("《江东市档案管理规定》的要点")
    assert answer.refusal is not None
    assert "35条" in answer.text
    assert "请说明要哪一部分" in answer.text


def test_an_english_question_is_told_in_english(asked: Assistant) -> None:
    answer = asked.ask(f"What is the deadline in article 1 of 《{FIELD}》?")
    assert answer.refusal is not None
    assert answer.text.endswith("does not state this (deadline).")


@pytest.mark.parametrize(
    ("element", "text", "may"),
    [
        (Element.RESPONSIBLE, "加快建设大通道，优化空间布局。", False),
        (Element.RESPONSIBLE, "由当地办理。", True),
        (Element.DEADLINE, "推广网上办理。", False),
        (Element.DEADLINE, "应当及时办理。", True),
        (Element.AMOUNT, "推广网上办理。", False),
        (Element.AMOUNT, "免收送餐费。", True),
    ],
)
def test_only_what_holds_no_sign_of_an_element_is_certain_to_tell_none(element: Element, text: str, may: bool) -> None:
    assert may_tell(element, text) is may
