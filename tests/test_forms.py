"""The forms of an answer: yes or no in the text's words, definitions, comparisons, cards, lists whole, halves."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Address, Collection, InputError
from corpus.embedding import Encoder
from corpus.normalize import fold
from ingest import ingest
from rag import Answer, Assistant
from rag.__main__ import main
from rag.answer.cards import card
from rag.answer.definitions import defines
from rag.answer.elements import Element, elements_in
from rag.answer.tables import held_table
from rag.assembly import assemble
from rag.comparing import read_comparison
from rag.halves import read_halves
from rag.settings import load_settings
from rag.types import Cell, Citation, Table
from rag.wire import answer_object
from tests.sound import sound

pytestmark = pytest.mark.model

MEALS = """江北市老年食堂管理办法

第一章　总则
第一条　为了规范老年食堂，制定本办法。
第二条　本办法所称老年食堂，是指为居家老年人供餐的场所，包括下列各类：
（一）社区自办的；
（二）企业开办的。
第三条　市民政部门负责全市老年食堂的监督管理。

第二章　运营
第四条　老年食堂不得设在户外。除节假日外，老年食堂不得停止供餐。
第五条　六十周岁以上的户籍老年人可以申请就餐补贴。补贴标准为每人每次三元，每月最高不超过九十元。
第六条　对生活困难的户籍老年人，免收送餐费。
第七条　老年食堂应当自开业之日起三十日内向区民政部门备案。
第八条　有下列情形之一的，不予补贴：
（一）冒用他人证件的；
（二）提供虚假材料的；
（三）已经享受同类补贴的。
第九条　志愿服务不享受运营补贴，但是市人民政府另有规定的除外。
第十条　送餐补贴的标准为每人每次二元。

第三章　附则
第十一条　本办法自2024年4月1日起施行。
"""
FIELDS = """江南市农田灌溉管理办法

第一条　为了保障农田灌溉，制定本办法。
第二条　市水务部门负责全市农田灌溉的监督管理。
第三条　灌溉补贴的标准为每亩四十元，由区水务部门在每年10月底前发放。
第四条　本办法自2023年1月1日起施行。
"""
PERMITS = """江东市居住证条例

第一条　居住证是持证人在居住地居住、作为常住人口享受便利、申请登记常住户口的证明。
第二条　市公安部门负责制作证件。
"""
MEASURES = """关于支持小店发展的若干措施

一、加大贷款支持。对符合条件的小店，给予最高二十万元的贷款贴息。2025年6月底前完成。（责任单位：市商务局、市财政局）

二、减免租金。对承租国有房屋的小店，减免三个月租金。（市国资委牵头，各区人民政府配合）

三、加强服务。推广网上办理。

特此通知。
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("forms")
    for name, text in (("meals", MEALS), ("fields", FIELDS), ("measures", MEASURES)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with Collection.open(folder / "index", encoder=encoder, writable=True) as collection:
        assert not ingest(sorted(folder.glob("*.txt")), collection).failed
    return folder / "index"


@pytest.fixture(scope="module")
def asked(index: Path) -> Iterator[Assistant]:
    with Collection.open(index) as collection:
        yield Assistant(assemble(collection, load_settings()))


def cells(answer: Answer, row: int = 0) -> list[str]:
    assert answer.table is not None
    return [cell.text for cell in answer.table.rows[row]]


class TestYesOrNo:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("老年食堂能不能设在户外？", "不得"),
            ("老年食堂可以设在户外吗？", "不得"),
            ("户籍老年人是否可以申请就餐补贴？", "可以"),
            ("生活困难的户籍老年人要不要交送餐费？", "免收"),
            ("志愿服务能不能享受运营补贴？", "不享受"),
            ("老年食堂开业要不要向区民政部门备案？", "应当"),
            ("提供虚假材料的有没有补贴？", "不予补贴"),
        ],
    )
    def test_the_texts_own_words_decide(self, asked: Assistant, question: str, words: str) -> None:
        answer = sound(asked.ask(question), asked)
        assert answer.short_answer == words
        assert f"“{words}”" in answer.lead

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("食堂能开在露天吗？", "不得设在户外"),
            ("过节的时候食堂可以关门吗？", "不得停止供餐"),
            ("家里困难的老人，送饭上门要收钱吗？", "免收送餐费"),
        ],
    )
    def test_everyday_words_are_answered_in_the_texts_own(self, asked: Assistant, question: str, words: str) -> None:
        answer = sound(asked.ask(question), asked)
        assert answer.short_answer == words
        assert f"“{words}”" in answer.lead
        assert ("例外" in answer.lead) == ("关门" in question)

    def test_a_denial_stays_one_whichever_way_it_is_asked(self, asked: Assistant) -> None:
        for question in ("老年食堂不可以设在户外吗？", "老年食堂是不是不能设在户外？", "是否允许老年食堂设在户外？"):
            assert asked.ask(question).short_answer == "不得", question

    def test_no_number_is_too_large_to_ask_about(self, asked: Assistant) -> None:
        sound(asked.ask("投资4500000元的老年食堂能不能设在户外？"), asked)

    def test_an_exception_is_told(self, asked: Assistant) -> None:
        for question in ("老年食堂能不能停止供餐？", "志愿服务能不能享受运营补贴？"):
            assert "例外" in asked.ask(question).lead, question
        assert "例外" not in asked.ask("老年食堂能不能设在户外？").lead

    def test_where_the_text_does_not_decide_there_is_no_short_answer(self, asked: Assistant) -> None:
        # 一律 is more than the text says; who else may apply, it does not say.
        answer = asked.ask("户籍老年人一律可以申请就餐补贴吗？")
        assert answer.short_answer is None


class TestDefinitions:
    def test_the_defining_sentence_comes_first_with_its_items(self, asked: Assistant) -> None:
        answer = sound(asked.ask("什么是老年食堂？"), asked)
        assert "是指为居家老年人供餐的场所" in answer.statements[0].text
        assert answer.statements[0].text.endswith("（二）企业开办的。")

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("本办法所称“小店”，是指个体经营的商店。", True), ("小店是指个体经营的商店。", True),
            ("所谓小店，即夫妻店。", True),
            ("对小店指导经营。", False), ("大型小店是指连锁店。", False), ("支持小店即时申领。", False),
        ],
    )  # fmt: skip
    def test_what_defines_a_thing(self, sentence: str, expected: bool) -> None:
        assert defines("小店", sentence) is expected


class TestComparison:
    def test_two_documents_on_one_aspect(self, asked: Assistant) -> None:
        question = "《江北市老年食堂管理办法》和《江南市农田灌溉管理办法》的施行时间有什么不同？"
        answer = sound(asked.ask(question), asked)
        assert answer.table is not None
        assert answer.table.kind == "comparison"
        assert len(answer.table.rows) == 1
        _, first, second = cells(answer)
        assert "2024年4月1日" in first
        assert "2023年1月1日" in second

    def test_two_documents_as_wholes(self, asked: Assistant) -> None:
        answer = sound(asked.ask("比较《江北市老年食堂管理办法》和《江南市农田灌溉管理办法》"), asked)
        assert answer.table is not None
        rows = {row[0].text: [cell.text for cell in row[1:]] for row in answer.table.rows}
        assert rows["主管部门"] == [
            "第三条　市民政部门负责全市老年食堂的监督管理。", "第二条　市水务部门负责全市农田灌溉的监督管理。",
        ]  # fmt: skip
        assert rows["主要内容"] == ["总则\n运营\n附则", "原文未写明"]

    def test_two_parts_and_only_the_rows_of_which_one_says_something(self, asked: Assistant) -> None:
        answer = sound(asked.ask("老年食堂管理办法第五条和第七条有什么区别？"), asked)
        assert answer.table is not None
        assert answer.table.columns == ("方面", "第五条", "第七条")
        names = [row[0].text for row in answer.table.rows]
        assert names[0] == "规定内容"
        assert "时限" in names
        assert "责任单位" not in names
        amounts = next(row for row in answer.table.rows if row[0].text == "金额或标准")
        assert amounts[1].text == "补贴标准为每人每次三元，每月最高不超过九十元"
        assert amounts[2] == Cell("原文未写明")

    def test_parts_within_parts_are_read_whole(self, asked: Assistant) -> None:
        answer = sound(asked.ask("老年食堂管理办法第二章第五条和第三章第十一条有什么不同？"), asked)
        assert answer.table is not None
        assert answer.table.columns == ("方面", "第五条", "第十一条")
        found = read_comparison("第三部分第一条和第二条有什么不同", asked.collection.analyzer)
        assert found is not None
        assert [side.question for side in found.sides] == ["第三部分第一条", "第三部分第二条"]

    def test_the_same_words_for_both_are_no_table(self, tmp_path: Path, encoder: Encoder) -> None:
        path = tmp_path / "permits.txt"
        path.write_text(PERMITS, encoding="utf-8")
        with Collection.open(tmp_path / "index", encoder=encoder, writable=True) as collection:
            ingest([path], collection)
            answer = Assistant(assemble(collection, load_settings())).ask("居住证和户口有什么区别？")
        assert answer.table is None
        assert [statement.text for statement in answer.statements] == [PERMITS.splitlines()[2]]
        assert answer.note == "原文没有把两者分开说，请以引文为准"

    def test_two_things(self, asked: Assistant) -> None:
        answer = sound(asked.ask("就餐补贴和送餐补贴的标准有什么不同？"), asked)
        _, first, second = cells(answer)
        assert "每人每次三元" in first
        assert second == "第十条　送餐补贴的标准为每人每次二元。"

    def test_a_side_that_is_not_held_is_said_to_be_missing(self, asked: Assistant) -> None:
        answer = sound(asked.ask("《江北市老年食堂管理办法》和《江北市养老院管理办法》的施行时间有什么不同？"), asked)
        assert answer.status == "answered"
        assert cells(answer)[2] == "原文未写明"
        assert "没有找到关于“《江北市养老院管理办法》的施行时间”的内容" in answer.note

    def test_nothing_on_either_side_is_refused(self, asked: Assistant) -> None:
        assert asked.ask("《甲市养老院管理办法》和《乙市养老院管理办法》有什么不同？").status == "refused"

    @pytest.mark.parametrize(
        ("question", "sides", "aspect"),
        [
            ("国家级和省级社的补助标准有什么不同", ["国家级社的补助标准", "省级社的补助标准"], "社的补助标准"),
            ("2023年和2024年工作报告的目标对比", ["2023年工作报告的目标", "2024年工作报告的目标"], "工作报告的目标"),
            ("就餐补贴与送餐补贴相比，标准有何异同", ["就餐补贴的标准", "送餐补贴的标准"], "标准"),
            ("compare article 3 and article 5", ["article 3", "article 5"], ""),
        ],
    )  # fmt: skip
    def test_what_is_common_to_both_is_asked_of_both(
        self, asked: Assistant, question: str, sides: list[str], aspect: str
    ) -> None:
        found = read_comparison(fold(question), asked.collection.analyzer)
        assert found is not None
        assert [side.question for side in found.sides] == sides
        assert found.aspect == aspect

    @pytest.mark.parametrize(
        "question",
        ["八个领域分别是哪些", "对照学习机制涉及多少个市？", "比较优势是什么？", "省委和省政府什么时候印发的？"],
    )
    def test_other_questions_are_no_comparison(self, asked: Assistant, question: str) -> None:
        assert read_comparison(fold(question), asked.collection.analyzer) is None


class TestCounts:
    @pytest.mark.parametrize(
        ("question", "lead"),
        [
            ("老年食堂管理办法一共几章几条？", "《江北市老年食堂管理办法》共三章、十一条，首尾为："),
            ("老年食堂管理办法有多少条", "《江北市老年食堂管理办法》共十一条，首尾为："),
        ],
    )
    def test_every_unit_that_is_asked_for_is_counted(self, asked: Assistant, question: str, lead: str) -> None:
        answer = sound(asked.ask(question), asked)
        assert answer.lead == lead
        assert answer.total == 11

    def test_a_document_without_chapters_has_none(self, asked: Assistant) -> None:
        answer = asked.ask("农田灌溉管理办法有几章？")
        assert answer.status == "refused"
        assert answer.text == "《江南市农田灌溉管理办法》不分章，共四条（第一条至第四条）。"


class TestCards:
    def test_a_row_for_each_measure_and_what_is_not_said_marked(self, asked: Assistant) -> None:
        answer = sound(asked.ask("《关于支持小店发展的若干措施》的任务清单"), asked)
        assert answer.table is not None
        assert answer.table.kind == "card"
        assert answer.table.columns == ("措施", "责任单位", "时限", "对象", "金额或标准", "条件")
        assert [row[0].text.split("、")[0] for row in answer.table.rows] == ["一", "二", "三"]
        assert cells(answer)[1:5] == [
            "市商务局、市财政局", "2025年6月底前", "符合条件的小店", "给予最高二十万元的贷款贴息",
        ]  # fmt: skip
        assert cells(answer, 1)[1] == "市国资委牵头，各区人民政府配合"
        assert cells(answer, 2)[1:] == ["原文未写明"] * 5
        assert "特此通知" not in answer.text

    def test_only_the_elements_that_are_asked_for(self, asked: Assistant) -> None:
        answer = sound(asked.ask("支持小店发展的若干措施第一条谁负责、什么时候完成？"), asked)
        assert answer.table is not None
        assert answer.table.columns == ("措施", "责任单位", "时限")

    def test_two_amounts_of_one_sentence_are_both_told(self, asked: Assistant) -> None:
        answer = sound(asked.ask("老年食堂管理办法第五条的要点"), asked)
        assert cells(answer)[4] == "补贴标准为每人每次三元，每月最高不超过九十元"

    def test_a_card_is_made_without_a_question(self, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["card", "支持小店", "一", "--index", str(index), "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert made["table"]["kind"] == "card"
        cell = made["table"]["rows"][0][1]
        assert cell["text"] == "市商务局、市财政局"
        [quote] = [c["quote"] for c in made["citations"] if c["number"] in cell["citations"]]
        assert quote == "（责任单位：市商务局、市财政局）"
        assert main(["card", "支持小店", "九", "--index", str(index)]) == 2

    def test_a_part_that_is_not_there_is_refused_with_a_way_out(self, asked: Assistant) -> None:
        document = asked.collection.find("支持小店")
        with pytest.raises(InputError, match="outline"):
            card(document, Address.parse("九"))

    @pytest.mark.parametrize(
        ("sentence", "element", "expected"),
        [
            ("由市民政局会同市财政局制定办法。", Element.RESPONSIBLE, ["市民政局"]),
            ("（市卫健委牵头，市医保局配合）", Element.RESPONSIBLE, ["市卫健委牵头，市医保局配合"]),
            ("由申请人提出，由其承担费用。", Element.RESPONSIBLE, ["申请人"]),
            ("优化重大项目布局要充分考虑实际。", Element.RESPONSIBLE, []),
            ("自收到申请之日起15个工作日内作出决定。", Element.DEADLINE, ["自收到申请之日起15个工作日内"]),
            ("近3年内没有违法记录的企业优先。", Element.DEADLINE, []),
            ("对参加培训的失业人员，给予补贴。", Element.TARGET, ["参加培训的失业人员"]),
            ("最高奖励50万元，其中区级承担30%。", Element.AMOUNT, ["最高奖励50万元"]),
            ("违法所得在5万元以上的，从重处罚。", Element.AMOUNT, []),
            ("连续居住满三年的，可以申请。", Element.CONDITION, ["连续居住满三年的"]),
            ("除法律另有规定外，不得收费。", Element.CONDITION, ["除法律另有规定外"]),
        ],
    )
    def test_elements_are_read_to_the_letter(self, sentence: str, element: Element, expected: list[str]) -> None:
        found = [sentence[e.start : e.end] for e in elements_in(sentence, (0, len(sentence))) if e.element is element]
        assert found == expected


class TestLists:
    def test_a_lead_in_brings_its_items(self, asked: Assistant) -> None:
        answer = sound(asked.ask("哪些情形不予补贴？"), asked)
        assert answer.statements[0].text.startswith("第八条　有下列情形之一的，不予补贴：")
        assert answer.statements[0].text.endswith("（三）已经享受同类补贴的。")
        assert (answer.total, answer.listed) == (3, 3)

    def test_an_item_is_not_quoted_without_what_it_hangs_on(self, asked: Assistant) -> None:
        answer = sound(asked.ask("冒用他人证件会怎么样？"), asked)
        assert "不予补贴：" in answer.statements[0].text
        assert "冒用他人证件" in answer.statements[0].text


class TestHalves:
    def test_the_half_that_is_there_is_answered_and_the_other_named(self, asked: Assistant) -> None:
        answer = sound(asked.ask("就餐补贴的标准和交通补贴的标准分别是多少？"), asked)
        assert any("每人每次三元" in statement.text for statement in answer.statements)
        assert "没有找到关于“交通补贴的标准”的内容" in answer.note

    def test_both_halves_are_answered(self, asked: Assistant) -> None:
        answer = sound(asked.ask("什么是老年食堂，灌溉补贴是多少？"), asked)
        said = " ".join(statement.text for statement in answer.statements)
        assert "是指为居家老年人供餐的场所" in said
        assert "每亩四十元" in said
        assert answer.note == ""

    def test_a_half_that_asks_for_a_day_is_not_answered_by_a_sentence_without_one(self, asked: Assistant) -> None:
        answer = sound(asked.ask("送餐补贴的标准是多少，哪一天发放？"), asked)
        assert "每人每次二元" in answer.statements[0].text
        assert "没有找到关于“" in answer.note

    def test_two_that_are_not_there_are_refused(self, asked: Assistant) -> None:
        assert asked.ask("交通补贴的标准是多少，住房补贴的标准是多少？").status == "refused"

    def test_the_place_of_the_first_half_goes_with_the_second(self, asked: Assistant) -> None:
        halves = read_halves(fold("浙江省的就餐补贴是多少，送餐补贴是多少"), asked.collection.analyzer)
        assert halves is not None
        assert halves[1][1] == "浙江省的送餐补贴是多少"
        assert asked.ask("浙江省的就餐补贴是多少，送餐补贴是多少？").status == "refused"

    @pytest.mark.parametrize(
        "question",
        [
            "被形容成什么“书”、什么“图”？", "我是本市人，在外地生活能不能一样对待",
            "火车、飞机这几样，想建成什么水平？",
            "八个领域分别是哪些", "由谁会同各市完善配套文件、制定具体方案？",
        ],
    )  # fmt: skip
    def test_one_question_is_not_parted(self, asked: Assistant, question: str) -> None:
        assert read_halves(fold(question), asked.collection.analyzer) is None


def test_a_cell_that_does_not_stand_in_what_it_cites_is_emptied() -> None:
    citation = Citation(1, "d", "甲", None, Address(), "《甲》", "补贴三元。", 0, 5)
    table = Table(
        "card", ("措施", "金额"), ((Cell("第一条"), Cell("三元", (1,))), (Cell("第二条"), Cell("五元", (1,))))
    )
    held = held_table(table, [citation])
    assert held is not None
    assert [row[1] for row in held.rows] == [Cell("三元", (1,)), Cell("原文未写明")]


def test_tables_are_printed_and_on_the_wire(asked: Assistant) -> None:
    answer = asked.ask("就餐补贴和送餐补贴的标准有什么不同？")
    assert "| 方面 | 就餐补贴 | 送餐补贴 |\n| --- | --- | --- |" in answer.text
    table = answer_object(answer)["table"]
    assert table["columns"] == ["方面", "就餐补贴", "送餐补贴"]
    assert all(set(cell) == {"text", "citations"} for row in table["rows"] for cell in row)


@pytest.mark.parametrize("unit", ["1", "一", "自", "由", "对", "符合条件的，", "（", "2024年", "50%"])
def test_a_long_run_of_one_sign_takes_no_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    begin = time.perf_counter()
    list(elements_in(text, (0, len(text))))
    assert time.perf_counter() - begin < 2
