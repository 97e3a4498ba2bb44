"""What is asked of a document itself is answered by the line that tells it, or it is said that none does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import Collection
from corpus.model import Document, Metadata
from ingest import ingest
from rag import Assistant
from rag.answer.enclosures import enclosures
from rag.assembly import assemble
from rag.fact_forms import Fact, asked_fact
from rag.question import QuestionReader
from rag.settings import Answering, Settings
from rag.types import Filter
from tests.conftest import LetterEncoder
from tests.sound import sound

NOTICE = """江北市民政局 江北市财政局
关于印发江北市老年食堂管理办法的通知
江北民规〔2022〕5号

各区人民政府，市政府各部门：

现将《江北市老年食堂管理办法》印发给你们，请认真执行。

江北市民政局 江北市财政局
2022年3月1日

江北市老年食堂管理办法

第一条　老年食堂凭三年有效期的许可证供餐。
第二条　本办法自2022年4月1日起施行，有效期3年。《江北市助餐办法》（江北民〔2010〕1号）、《江北市送餐办法》同时废止。
"""
FROM = """江东市工作通知

根据《江东市养老条例》和《江东市助残条例实施细则》，制定本通知。
一、本通知自2024年5月1日起施行，《江东市救助条例》同时废止。
二、有效期至2035年12月31日。
"""
LAW = """江南市灌溉条例

2001年3月5日 江南市人民代表大会常务委员会第三次会议通过

2003年4月6日 江南市人民政府令第7号公布

2019年8月9日 江南市人民代表大会常务委员会第八次会议修订

第一条 为了保障灌溉，制定本条例。

第二条 水价由区人民政府制定。

第三条 本条例自公布之日起施行。
"""
LATER = """江南市节水条例

第一条 为了节约用水，制定本条例。

第二条 本条例自2024年5月1日起施行。《江南市灌溉条例》同时废止。
"""
PLAIN = """关于支持小店发展的若干措施

一、加大贷款支持。对小店给予贴息。

二、加强服务。推广网上办理。
"""
REPORT = """江西县政府印发《关于支持小店的意见》

发布时间：2024-04-26

8月17日，县政府正式印发《意见》。

一、背景。小店很多。

二、内容。支持小店。
"""


ENCLOSING = """江北市教育局关于报送招生计划的通知

各区教育局：

请按要求报送招生计划（见附件2）。

附件：1.招生计划表
　　　2.填表说明
江北市教育局
2024年3月1日
"""
LOADED = """江南市教育局关于报送学位计划的通知

各区教育局：

请报送学位计划。

附件：
附件1.docx
附件2.docx
江南市教育局
2024年3月1日
"""


def opened(folder: Path, *texts: str) -> Iterator[Assistant]:
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    with Collection.open(folder / "index", encoder=LetterEncoder(), writable=True) as collection:
        assert not texts or not ingest(sorted(folder.glob("*.txt")), collection).failed
        yield Assistant(assemble(collection, Settings(answering=Answering(reader="none"))))


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    yield from opened(tmp_path_factory.mktemp("several"), NOTICE, LAW, LATER, PLAIN)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    yield from opened(tmp_path_factory.mktemp("alone"), NOTICE)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    yield from opened(tmp_path_factory.mktemp("report"), REPORT)


@pytest.mark.parametrize(
    ("question", "short", "quoted"),
    [
        ("老年食堂管理办法是谁印发的？", "江北市民政局 江北市财政局", "江北市民政局 江北市财政局"),
        ("《江北市老年食堂管理办法》什么时候印发的", "2022年3月1日", "2022年3月1日"),
        ("江北民规〔2022〕5号什么时候开始施行？", "2022年4月1日", "第二条　本办法自2022年4月1日起施行，有效期3年。"),
        ("老年食堂管理办法的文号是多少？", "江北民规〔2022〕5号", "江北民规〔2022〕5号"),
        ("老年食堂管理办法有效期到什么时候？", "有效期3年", "第二条　本办法自2022年4月1日起施行，有效期3年。"),
        ("老年食堂管理办法是发给谁的？", "各区人民政府，市政府各部门", "各区人民政府，市政府各部门："),
        ("江南市灌溉条例由谁制定？", "江南市人民政府", "2003年4月6日 江南市人民政府令第7号公布"),
        ("江南市灌溉条例的文号是什么", "江南市人民政府令第7号", "2003年4月6日 江南市人民政府令第7号公布"),
        ("江南市灌溉条例哪天发布的？", "2003年4月6日", "2003年4月6日 江南市人民政府令第7号公布"),
        ("江南市灌溉条例什么时候实施", "自公布之日起施行", "第三条 本条例自公布之日起施行。"),
        ("江南市灌溉条例什么时候通过的？", "2001年3月5日", "2001年3月5日 江南市人民代表大会常务委员会第三次会议通过"),
        ("江南市灌溉条例哪年修改的", "2019年8月9日", "2019年8月9日 江南市人民代表大会常务委员会第八次会议修订"),
        ("食堂办法什么时候施行", "2022年4月1日", "第二条　本办法自2022年4月1日起施行，有效期3年。"),
        ("Who issued 江南市灌溉条例?", "江南市人民政府", "2003年4月6日 江南市人民政府令第7号公布"),
        ("江南市节水条例废止了哪些文件？", "《江南市灌溉条例》", "《江南市灌溉条例》同时废止。"),
    ],
)
def test_the_line_that_tells_it_is_quoted(several: Assistant, question: str, short: str, quoted: str) -> None:
    answer = sound(several.ask(question), several)
    assert answer.status == "answered"
    assert answer.short_answer == short
    assert answer.citations[0].quote.startswith(quoted)
    assert answer.confidence == 1.0


def test_several_things_are_told_one_after_the_other(several: Assistant) -> None:
    answer = sound(several.ask("老年食堂管理办法什么时候施行？是谁印发的？文号是多少？"), several)
    assert [citation.quote.split("\n")[0][:8] for citation in answer.citations] == [
        "第二条　本办法自", "江北市民政局 江", "江北民规〔202",
    ]  # fmt: skip
    assert answer.short_answer is None
    half = sound(several.ask("江南市节水条例哪天施行，有效期到哪天？"), several)
    assert half.citations[0].quote.startswith("第二条 本条例自2024年5月1日起施行")
    assert half.note == "《江南市节水条例》的原文没有写明有效期"
    assert several.ask("关于支持小店发展的若干措施的文号和有效期是多少？").status == "refused"


def test_a_day_that_was_reckoned_is_said_to_be(several: Assistant) -> None:
    assert several.ask("老年食堂管理办法什么时候到期？").note == "推算为2025-03-31"
    assert not several.ask("老年食堂管理办法什么时候施行？").note


def test_everything_that_is_repealed_is_named(several: Assistant) -> None:
    answer = sound(several.ask("老年食堂管理办法废止了哪些文件？"), several)
    assert answer.short_answer is None
    [statement] = answer.statements
    assert [statement.text[a:b] for a, b in statement.marks] == ["《江北市助餐办法》", "《江北市送餐办法》"]


def test_how_a_law_was_made_is_told_whole(several: Assistant) -> None:
    answer = sound(several.ask("江南市灌溉条例是什么时候出台的？"), several)
    assert [statement.text[:4] for statement in answer.statements] == ["2003", "2001", "2019"]


@pytest.mark.parametrize(
    ("question", "lead", "quoted"),
    [
        ("老年食堂管理办法现在还有效吗？", "已废止或失效（有效期至2025-03-31；截至", "第二条　本办法自2022年4月1日起"),
        (
            "江南市灌溉条例失效了吗",
            "已废止或失效（《江南市节水条例》废止《江南市灌溉条例》；截至",
            "《江南市灌溉条例》同时废止",
        ),
        (
            "江南市节水条例是否有效",
            "自2024-05-01起施行，收录的文件里没有废止或修改它的（截至",
            "第二条 本条例自2024年5月1日起",
        ),
    ],
)
def test_whether_it_holds_is_told_with_what_tells(several: Assistant, question: str, lead: str, quoted: str) -> None:
    answer = sound(several.ask(question), several)
    assert lead in answer.lead
    assert answer.citations[0].quote.startswith(quoted)


def test_what_another_document_ends_has_its_end_there(several: Assistant) -> None:
    answer = sound(several.ask("江南市灌溉条例什么时候废止的？"), several)
    assert "《江南市节水条例》废止《江南市灌溉条例》" in answer.lead
    assert answer.citations[0].quote == "《江南市灌溉条例》同时废止。"


def test_it_holds_or_not_on_the_day_that_is_asked_for(several: Assistant) -> None:
    early = several.ask("老年食堂管理办法现在还有效吗？", among=Filter(as_of="2024-06-01"))
    assert "自2022-04-01起施行，收录的文件里没有废止或修改它的（截至2024-06-01）" in early.lead


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("关于支持小店发展的若干措施的文号是多少？", "的原文没有写明发文字号。"),
        ("关于支持小店发展的若干措施是谁印发的？", "的原文没有写明发文机关。"),
        ("关于支持小店发展的若干措施什么时候印发的？", "的原文没有写明印发日期。"),
        ("关于支持小店发展的若干措施什么时候施行？", "的原文没有写明施行日期。"),
        ("关于支持小店发展的若干措施废止了哪些文件？", "的原文没有写明废止了哪些文件。"),
        ("江南市节水条例有效期到哪天？", "的原文没有写明有效期。"),
        ("关于支持小店发展的若干措施还有效吗", "不能断定是否有效。"),
    ],
)
def test_what_no_line_tells_is_not_guessed(several: Assistant, question: str, said: str) -> None:
    answer = several.ask(question)
    assert answer.status == "refused"
    assert answer.text.endswith(said)
    assert answer.confidence == 0.0


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("这个文件是谁发的", "江北市民政局 江北市财政局"),
        ("哪个单位出台的这个办法", "江北市民政局 江北市财政局"),
        ("文号是多少", "江北民规〔2022〕5号"),
        ("本办法什么时候生效", "2022年4月1日"),
        ("Who issued this document?", "江北市民政局 江北市财政局"),
        ("When does it take effect?", "2022年4月1日"),
    ],
)
def test_the_only_document_needs_no_name(alone: Assistant, question: str, short: str) -> None:
    assert sound(alone.ask(question), alone).short_answer == short


def test_one_that_is_pointed_at_among_several_has_to_be_named(several: Assistant) -> None:
    assert several.ask("这个文件是谁发的？").text == "收录了4份文件，请写明问的是哪一份。"
    assert several.ask("who issued this document").text == "There are 4 documents: please name the one you mean."
    assert "请写明" not in several.ask("法律由谁制定？").text


def test_where_nothing_is_held_nothing_has_to_be_named(tmp_path: Path) -> None:
    for assistant in opened(tmp_path):
        assert assistant.ask("这个文件是谁发的？").text == "现有文件中没有找到与这个问题有关的内容。"


@pytest.mark.parametrize(
    "question",
    [
        "《江南市养老条例》什么时候施行？",
        "江南市养老条例是谁发的",
        "江南市养老条例还有效吗",
        "江南市养老条例有效期到哪天",
    ],
)
def test_the_day_of_another_document_is_no_answer(several: Assistant, question: str) -> None:
    answer = several.ask(question)
    assert answer.status == "refused"
    assert answer.text.startswith("没有收录“江南市养老条例”")


@pytest.mark.parametrize(
    "question",
    [
        "老年食堂管理办法的收费标准由谁制定？",
        "根据江南市灌溉条例，用水计划由谁制定？",
        "江南市灌溉条例中处罚决定什么时候生效？",
        "公司章程什么时候生效？",
        "修改意见发给谁？",
        "计算方法由谁制定？",
        "材料发给谁？",
        "食堂办法什么时候施行？节水条例是谁公布的？",
    ],
)
def test_what_a_document_speaks_of_is_searched_for(several: Assistant, question: str) -> None:
    answer = several.ask(question)
    assert answer.confidence not in (0.0, 1.0)
    assert not answer.text.startswith(("没有收录", "收录了"))


@pytest.mark.parametrize(
    "question", ["标准由谁制定？", "规划什么时候发布？", "2025年的政策什么时候出台？", "该标准由谁制定？"]
)
def test_a_kind_of_document_is_not_the_only_one_there_is(alone: Assistant, question: str) -> None:
    assert alone.ask(question).confidence != 1.0


def test_when_it_was_amended_is_not_when_it_was_issued(several: Assistant) -> None:
    assert several.ask("老年食堂管理办法什么时候修订的？").text.endswith("的原文没有写明修订日期。")
    assert several.ask("老年食堂管理办法是哪年通过的？").text.endswith("的原文没有写明通过日期。")


def test_what_others_say_of_a_document_that_is_not_held(several: Assistant) -> None:
    answer = sound(several.ask("《江北市助餐办法》还有效吗？"), several)
    assert answer.lead == "没有收录《江北市助餐办法》；收录的文件里提到它的是："
    assert "《江北市送餐办法》同时废止" in answer.citations[0].quote
    # Its name stands there, and no day.
    assert several.ask("《江北市助餐办法》什么时候施行？").status == "refused"


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("这个条例什么时候施行？", "2024年5月1日"), ("什么时候施行的？", "2024年5月1日"),
        ("那它废止了哪些文件呢？", "《江南市灌溉条例》"), ("废止了哪些文件？", "《江南市灌溉条例》"),
        ("when did it take effect?", "2024年5月1日"),
    ],
)  # fmt: skip
def test_a_document_that_was_spoken_of_needs_no_name(several: Assistant, question: str, short: str) -> None:
    answer = several.converse(["江南市节水条例第一条"], question)
    assert answer.short_answer == short
    assert answer.reading


def test_whether_what_was_spoken_of_still_holds(several: Assistant) -> None:
    answer = several.converse(["江南市节水条例第一条"], "还有效吗？")
    assert answer.reading == "按上文理解为：《江南市节水条例》，还有效吗？"
    assert "自2024-05-01起施行" in answer.lead


def test_what_a_person_has_set_is_told_as_such(tmp_path: Path) -> None:
    for assistant in opened(tmp_path, PLAIN):
        [document] = assistant.collection.documents()
        known = replace(document.metadata, reference="江北〔2024〕3号", corrected=("reference",))
        assistant.collection.set_metadata(document.id, known)
        assert assistant.ask("文号是多少").text.endswith("收录的信息里填的是“江北〔2024〕3号”。")


def test_a_report_is_asked_about_what_it_reports_on(report: Assistant) -> None:
    assert report.ask("意见是什么时候印发的？").short_answer == "8月17日"
    assert report.ask("《关于支持小店的意见》的文号是多少？").text.endswith("的原文没有写明发文字号。")
    assert sound(report.ask("这个文件是谁发的？"), report).short_answer == "江西县政府"


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("本办法由哪个部门解释", None), ("许可证有效期多久", None), ("谁可以申请", None), ("什么时候发放补贴", None),
        ("第三条什么时候施行", None), ("是否有效衔接", None),
        ("补贴什么时候发", None), ("谁发的补贴", None), ("这个办法管不管用", None), ("实施方案由谁制定", None),
        ("请问这份通知是哪天印发的？", Fact.DATED), ("该条例有没有失效", Fact.STANDING), ("全称是什么", Fact.TITLE),
        ("is this policy still in force?", Fact.STANDING), ("what is the document number", Fact.REFERENCE),
        ("when will the subsidy take effect", None), ("其缴纳办法由谁制定？", None),
        ("各项规定依照何标准决定是否废除？", None),
    ],
)  # fmt: skip
def test_a_question_that_asks_anything_beside_is_none(alone: Assistant, question: str, fact: Fact | None) -> None:
    collection = alone.collection
    reader = QuestionReader(collection.analyzer, collection.frequency, len(collection))
    asked = asked_fact(reader.read(question))
    assert (asked and asked.fact) == fact


@pytest.fixture(scope="module")
def enclosing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    yield from opened(tmp_path_factory.mktemp("enclosing"), ENCLOSING, LOADED, PLAIN)


@pytest.mark.parametrize(
    ("question", "total", "quotes"),
    [
        ("江北市教育局关于报送招生计划的通知有哪些附件？", 2, ["1.招生计划表", "2.填表说明"]),
        ("江北市教育局关于报送招生计划的通知附件2是什么？", None, ["2.填表说明"]),
        ("江南市教育局关于报送学位计划的通知有几个附件", 2, ["附件1.docx", "附件2.docx"]),
    ],
)
def test_enclosures_are_those_that_are_listed(
    enclosing: Assistant, question: str, total: int | None, quotes: list[str]
) -> None:
    answer = sound(enclosing.ask(question), enclosing)
    assert answer.total == total
    assert [citation.quote for citation in answer.citations] == quotes
    assert answer.note == "附件的正文没有收录"


def test_an_enclosure_that_is_not_listed_is_not_there(enclosing: Assistant) -> None:
    assert enclosing.ask("江北市教育局关于报送招生计划的通知附件3是什么？").status == "refused"
    assert enclosing.ask("关于支持小店发展的若干措施有哪些附件？").text.endswith("的原文没有写明附件。")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    yield from opened(tmp_path_factory.mktemp("elsewhere"), FROM, PLAIN)


@pytest.mark.parametrize(
    "question",
    ["《江东市养老条例》由谁制定？", "《江东市救助条例》什么时候施行？", "《江东市助残条例》什么时候制定的？"],
)
def test_a_clause_that_only_refers_tells_nothing(elsewhere: Assistant, question: str) -> None:
    assert elsewhere.ask(question).text.startswith("没有收录“江东市")


def test_what_ends_it_is_told_of_it_alone(elsewhere: Assistant) -> None:
    answer = sound(elsewhere.ask("《江东市救助条例》还有效吗？"), elsewhere)
    assert "《江东市救助条例》同时废止" in answer.citations[0].quote


def test_citations_are_numbered_from_one(tmp_path: Path) -> None:
    text = "江西市节约通知\n\n一、节约用水。\n二、本通知有效期至2035年12月31日。\n"
    for assistant in opened(tmp_path, text):
        answer = sound(assistant.ask("这个通知还有效吗？"), assistant)
        assert "是否有效不能断定" in answer.lead
        assert [citation.number for citation in answer.citations] == [1]
        assert [statement.citations for statement in answer.statements] == [(1,)]


def test_a_list_of_enclosures_ends_where_its_numbers_do() -> None:
    def listed(text: str) -> list[str]:
        document = Document("a", Metadata("甲"), text, (), "甲.txt")
        return [text[slice(*span)] for span in enclosures(document).values()]

    assert listed("附件：1.2023年度申报表\n2.2024年汇总表\n") == ["1.2023年度申报表", "2.2024年汇总表"]
    assert listed("附件：1.甲表\n\n1.请各单位报送\n2.请认真填写\n") == ["1.甲表"]
    assert listed("附件：申请表\n") == ["申请表"]
    assert listed("请见附件。\n") == []
