"""How questions are read: parts by number in every spelling, the kind of answer, and follow-ups."""

import pytest

from corpus import Address
from corpus.normalize import fold
from rag import Assistant, Turn
from rag.kinds import expected
from rag.references import read_references
from rag.types import Expects


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("第七部分对社会保障卡是怎么说的？", [7]), ("第7项讲了什么", [7]),
        ("主要任务第七条", [7]), ("第柒項說了什麼", [7]),
        ("第 七 条", [7]), ("第１２部分", [12]), ("主要任务七", [7]), ("第二部分第三点", [2, 3]), ("任务五", [5]),
        ("what does section 7 say", [7]), ("part two", [2]),
        ("the third safeguard measure", [3]), ("the 7th section", [7]),
        ("最后一条是什么", [-1]), ("倒数第二条是什么", [-2]), ("主要任务里的六是说什么", [6]),
        ("十一届五次全会提出了什么", []), ("第二十次会议", []), ("一、二、三产业怎么发展", []), ("2027年的目标", []),
        ("提出多少条具体举措", []),
    ],
)  # fmt: skip
def test_a_number_in_any_spelling_is_read(question: str, numbers: list[int]) -> None:
    assert [reference.number for reference in read_references(fold(question)).references] == numbers


@pytest.mark.parametrize(
    "question",
    [
        "第一个前往考察的议员是谁？",
        "最后一个皇帝是谁？",
        "哪里建成了全省第一个火车站？",
        "2007年通过的A/7/34P号决议是在第几次会议上？",
        "第二个五年计划定了什么？",
    ],
)
def test_what_is_only_counted_names_no_part(question: str) -> None:
    named = read_references(fold(question))
    assert (named.references, named.path) == ((), None)


@pytest.mark.parametrize(
    ("question", "number"),
    [("第三个呢？", 3), ("第二个有什么要求？", 2), ("最后一个说的什么？", -1), ("第七个对人才怎么说？", 7)],
)
def test_a_number_without_a_noun_names_a_part(question: str, number: int) -> None:
    assert [reference.number for reference in read_references(fold(question)).references] == [number]


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("二、(二)七", "二/（二）/七是"), ("二（三）第5点", "二/（三）/五是"),
        ("二/（二）/七是说什么", "二/（二）/七是"),
        ("三、二是讲什么", "三/二是"), ("（三）讲了什么", "（三）"),
    ],
)  # fmt: skip
def test_a_spelled_out_path_is_read(question: str, address: str) -> None:
    assert read_references(fold(question)).path == Address.parse(address)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("提出多少条具体举措", Expects.NUMBER), ("投入多少资金", Expects.MONEY), ("增速是多少", Expects.PERCENTAGE),
        ("哪天印发的", Expects.DATE), ("哪一年开始", Expects.YEAR),
        ("有效期是几年", Expects.DURATION), ("谁主持", Expects.WHO),
        ("哪个部门负责", Expects.WHO), ("在哪里召开", Expects.WHERE), ("保障措施有哪几条", Expects.LIST),
        ("是否提到高铁", Expects.YES_NO), ("怎么推动教育协同", Expects.TEXT), ("when was it issued", Expects.DATE),
        ("how many measures", Expects.NUMBER),
    ],
)  # fmt: skip
def test_the_kind_of_answer_is_read(question: str, kind: Expects) -> None:
    assert expected(fold(question)) is kind


def places(assistant: Assistant, question: str) -> list[str]:
    query = assistant._parts.reader.read(question)
    return [str(part.address) for _, part in assistant._parts.structural.resolve(query).parts]


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("第七部分对社会保障卡是怎么说的？", "二/（二）/七是"),
        ("what does section 7 say about social security cards", "二/（二）/七是"),
        ("主要任务第七条", "二/（二）/七是"), ("保障措施第三条", "二/（三）/三是"), ("特色亮点的第二点", "三/二是"),
        ("二、(二)七", "二/（二）/七是"), ("第三部分讲了什么", "三"), ("保障措施最后一条", "二/（三）/六是"),
        ("保障措施倒数第二条", "二/（三）/五是"), ("第二部分第三点", "二/（三）"),
    ],
)  # fmt: skip
def test_a_number_leads_to_the_part_it_means(assistant: Assistant, question: str, address: str) -> None:
    assert places(assistant, question)[0] == address


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["第十一部分讲了什么", "主要任务第九条", "保障措施的第七条是什么", "特色亮点第四点"]
)
def test_a_number_that_no_part_has_leads_nowhere(assistant: Assistant, question: str) -> None:
    assert places(assistant, question) == []
    answer = assistant.ask(question)
    assert answer.refusal is not None
    assert answer.refusal.reason == "no_such_address"


@pytest.mark.model
def test_a_number_that_the_text_itself_speaks_of_is_answered_from_there(assistant: Assistant) -> None:
    answer = assistant.ask("指导意见的第十部分是什么")
    assert any("第十部分为保障措施" in citation.quote for citation in answer.citations)


@pytest.mark.model
def test_an_ambiguous_number_names_the_others(assistant: Assistant) -> None:
    answer = assistant.ask("第六条是什么")
    assert str(answer.citations[0].address) == "二/（二）/六是"
    assert "二、（三）第六项" in answer.text


CONVERSATIONS = [
    (["保障措施的第一条是什么？"], "那第六条呢？", "二/（三）/六是"),
    (["主要任务第二条讲了什么"], "里面提到了哪些平台？", "二/（二）/二是"),
    (["保障措施第二条是什么"], "下一条呢", "二/（三）/三是"),
    (["保障措施有哪几条"], "第三条是什么", "二/（三）/三是"),
    (["保障措施第二条是什么"], "第七部分对社会保障卡是怎么说的？", "二/（二）/七是"),
]


@pytest.mark.model
@pytest.mark.parametrize(("history", "question", "address"), CONVERSATIONS)
def test_a_follow_up_is_understood_from_the_turn_before(
    assistant: Assistant, history: list[str], question: str, address: str
) -> None:
    answer = assistant.converse(history, question)
    assert str(answer.citations[0].address) == address


@pytest.mark.model
def test_how_a_follow_up_was_understood_is_said(assistant: Assistant) -> None:
    turn = assistant.turn(assistant.ask("保障措施的第一条是什么？"))
    assert isinstance(turn, Turn)
    answer = assistant.ask("那第六条呢？", [turn])
    assert answer.reading is not None
    assert "保障措施" in answer.standalone_question
    assert "第六项" in answer.reading
    assert assistant.ask("保障措施第六条是什么？", [turn]).reading is None


@pytest.mark.model
def test_a_word_exchanged_keeps_the_question(assistant: Assistant) -> None:
    turn = assistant.turn(assistant.ask("明确了2027年的什么目标"))
    answer = assistant.ask("那2035年呢？", [turn])
    assert "2035年" in answer.standalone_question
    assert "目标" in answer.standalone_question


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "addresses"),
    [
        ("保障措施第三条、第五条", ["二/（三）/三是", "二/（三）/五是"]),
        ("主要任务第三、四条讲什么", ["二/（二）/三是", "二/（二）/四是"]),
        ("第八项和第七项分别是什么", ["二/（二）/八是", "二/（二）/七是"]),
        ("What do section 7 and section 8 say?", ["二/（二）/七是", "二/（二）/八是"]),
        ("what do items 4 and 5 say", ["二/（二）/四是", "二/（二）/五是"]),
        ("第一部分和第三部分", ["一", "三"]),
    ],
)  # fmt: skip
def test_parts_named_side_by_side_are_all_quoted(assistant: Assistant, question: str, addresses: list[str]) -> None:
    answer = assistant.ask(question)
    assert [str(citation.address) for citation in answer.citations] == addresses
    assert answer.note == ""


@pytest.mark.model
@pytest.mark.parametrize("question", ["保障措施", "第二部分第三点"])
def test_a_question_that_names_its_part_is_no_follow_up(assistant: Assistant, question: str) -> None:
    answer = assistant.converse(["江苏省的首位产业是什么"], question)
    assert answer.reading is None
    assert str(answer.citations[0].address).startswith("二/（三）")


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "language"),
    [("？", "zh"), ("AI怎么发展", "zh"), ("What is the junior class (小班)?", "en"), ("GDP是多少", "zh")],
)
def test_the_language_is_that_of_the_greater_part(assistant: Assistant, question: str, language: str) -> None:
    assert assistant._parts.reader.read(question).language == language


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("What's in section seven?", "二/（二）/七是"),
        ("the seventh part", "二/（二）/七是"),
        ("safeguard number 6", "二/（三）/六是"),
        ("No. 3 of the main tasks", "二/（二）/三是"),
        ("Main tasks, no. 3", "二/（二）/三是"),
        ("under the main tasks, number four", "二/（二）/四是"),
        ("the last of the safeguards", "二/（三）/六是"),
        ("the final safeguard measure", "二/（三）/六是"),
        ("Part two, subsection three, item six", "二/（三）/六是"),
        ("subsection (2) of part II", "二/（二）"),
        ("What is the first of the safeguard measures?", "二/（三）/一是"),
        ("Quote the sixth safeguard in full", "二/（三）/六是"),
        ("task eight", "二/（二）/八是"),
        ("the eighth main task", "二/（二）/八是"),
        ("What does task no. 5 cover?", "二/（二）/五是"),
        ("chapter 2, section 3", "二/（三）"),
        ("Section II(3)", "二/（三）"),
        ("point seven under main tasks", "二/（二）/七是"),
        ("What are the third and fourth main tasks?", "二/（二）/三是"),
        ("item vi of the safeguards", "二/（三）/六是"),
        ("second highlight", "三/二是"),
        ("What is the third distinctive feature?", "三/三是"),
        ("part 3, point 1", "三/一是"),
        ("What comes after the second safeguard measure?", "二/（三）/三是"),
        ("the safeguard before the last one", "二/（三）/五是"),
        ("Please give me the text of section 2.3", "二/（三）"),
        ("section 2.2.7", "二/（二）/七是"),
        ("the fifth one among the main tasks", "二/（二）/五是"),
        ("In Section 2, subsection 1", "二/（一）"),
        ("What does safeguard measure (4) require?", "二/（三）/四是"),
    ],
)
def test_parts_are_named_in_english_in_every_usual_form(assistant: Assistant, question: str, address: str) -> None:
    assert str(assistant.find(question, 3)[0].fused[0].address) == address
