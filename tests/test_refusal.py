"""Questions that policy documents answer and near misses that they do not: how often it refuses, and how often wrongly.

Asked over those of their documents that are short, as all of them would take ten minutes to embed; the figures over the
whole folder are in docs/decisions.md. What is asked of names, amounts and kinds of answers is tried rule by rule below.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from corpus import Collection
from corpus.analyzer import Analyzer
from corpus.embedding import Encoder
from corpus.normalize import fold
from eval.measures.words import bare
from ingest import ingest
from rag import Assistant
from rag.answer.names import names_asked
from rag.answer.short import holds_expected, of_kind
from rag.assembly import assemble
from rag.question import QuestionReader
from rag.reasons import asks_why, gives_reason
from rag.refusal import is_small_talk
from rag.settings import load_settings
from rag.types import Expects, Query
from tests.conftest import ROOT

SHARED: Final = ROOT.parent / "shared" / "data" / "gov_policy"
#: Bytes of the longest document that is asked.
SHORT: Final = 16_500
#: A little below what was reached; over-refusal a little above.
F1, RECALL, OVER, RIGHT = 0.81, 0.70, 0.04, 0.85


def rows() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "data" / "refusal_dev.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def short_policy(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    paths = [SHARED / name for name in sorted({row["file"] for row in rows()})]
    if not all(path.is_file() for path in paths):
        pytest.skip(f"no public data at {SHARED}: refusing was not tried on it")
    with Collection.open(tmp_path_factory.mktemp("policy"), encoder=encoder, writable=True) as collection:
        report = ingest([path for path in paths if path.stat().st_size <= SHORT], collection)
        assert not report.failed
        yield Assistant(assemble(collection, load_settings()))


@pytest.mark.model
def test_near_misses_are_refused_and_what_is_told_is_not(short_policy: Assistant, figure: list[str]) -> None:
    asked = [row for row in rows() if (SHARED / row["file"]).stat().st_size <= SHORT]
    assert len(asked) >= 150
    outcome = {row["id"]: _outcome(short_policy, row) for row in asked}
    answerable = [outcome[row["id"]] for row in asked if row["answerable"]]
    absent = [outcome[row["id"]] for row in asked if not row["answerable"]]
    refused, wrongly = absent.count("refused"), answerable.count("refused")
    f1 = 2 * refused / (refused + wrongly + len(absent))
    recall, over = refused / len(absent), wrongly / len(answerable)
    right = answerable.count("right") / len(answerable)
    shown = f"F1 {f1:.3f}, recall {recall:.3f}, over-refusal {over:.3f}, right {right:.3f} ({len(asked)} questions)"
    figure.append(f"refusal_dev, short documents: {shown}")
    assert f1 >= F1, shown
    assert recall >= RECALL, shown
    assert over <= OVER, shown
    assert right >= RIGHT, shown


def _outcome(assistant: Assistant, row: Mapping[str, Any]) -> str:
    answer = assistant.ask(row["question"])
    if answer.status == "refused":
        return "refused"
    said = bare(fold(answer.text))
    return "right" if any(bare(fold(gold)) in said for gold in row["answers"]) else "wrong"


def read(question: str) -> Query:
    """A question as it is read against a corpus that knows every word."""
    return QuestionReader(Analyzer(), lambda _: 1, 100).read(question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("申请以后要几个小时内答复？", Expects.DURATION),
        ("春节放几天假", Expects.DURATION),
        ("补班的是哪两天？", Expects.DATE),
        ("条例几时开始施行？", Expects.DATE),
        ("是在公元几年？", Expects.YEAR),
        ("寄到家要付多少邮费？", Expects.MONEY),
        ("学生每人每月补多少？", Expects.MONEY),
        ("最多能占多大比例？", Expects.PERCENTAGE),
        ("招多大比例的子女，由谁来定？", Expects.WHO),
        ("会议在哪条街上开的？", Expects.WHERE),
        ("会议在广州哪条街上开的？", Expects.WHERE),
        ("合肥和上海之间要修什么路", Expects.TEXT),
        ("推荐材料发到哪个邮箱？", Expects.ONLINE),
        ("下载式样的网址是什么？", Expects.ONLINE),
        ("在哪个网站上下载？", Expects.WHERE),
        ("能开好几个账号吗？", Expects.YES_NO),
        ("商品房能入市吗（2026年一号文件）", Expects.YES_NO),
    ],
)
def test_what_would_answer_is_read_from_everyday_words(question: str, kind: Expects) -> None:
    assert read(question).expects is kind


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("原子弹是哪天爆炸的？", "一九六四年十月十六日爆炸成功。", True),
        ("计划从哪一年开始？", "从一九五三年到一九五七年。", True),
        ("股东最多能占多少？", "允许不超过五分之一的股东。", True),
        ("生活费补多少？", "按照国办发〔1993〕71号文件的规定，负责提供生活费用。", False),
        ("邮费要多少钱？", "居住在境内的16周岁以上公民可办理。", False),
        ("小学每班多少学生？", "8.地方各级教育行政部门要统筹考虑。", False),
        ("全国有多少万党员？", "实践三个代表重要思想。", False),
        ("全国有多少万党员？", "全国共有6600万党员。", True),
        ("委员会主任是谁？", "主 任：孙春兰 国务院副总理", True),
    ],
)
def test_marks_and_numbers_of_documents_are_no_amounts(question: str, text: str, *, holds: bool) -> None:
    assert holds_expected(read(question), text) is holds


@pytest.mark.parametrize(
    ("question", "strict"),
    [
        ("规划人口是多少万？", "人口"),
        ("航母造价多少亿元？", "造价"),
        ("地震遇难人数是多少？", "遇难"),
        ("证书丢了怎么补办？", "补办"),
        ("邮寄地址和邮编是什么？", "邮编"),
        ("中韩之间首年关税为零的商品有多少种？", "中韩"),
        ("评估排第一的是哪个部委？", "第一"),
    ],
)
def test_what_is_asked_of_something_must_be_told_of_it(question: str, strict: str) -> None:
    assert strict in {term.text for term in read(question).terms if term.strict}


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("财政赤字预计能降到多少？", "降到"),
        ("一年里最多能拿多少？", "1年"),
        ("三十岁的职工要交钱吗？", "30岁"),
        ("自贸试验区新设的机构最多能占多少？", "新设"),
    ],
)
def test_the_askers_own_words_need_not_be_met(question: str, word: str) -> None:
    assert word not in {term.text for term in read(question).terms if term.strict}


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("数据专区由哪家公司运营？", "由经济和信息化局组织运营。", False),
        ("保险是哪两家公司开发的？", "由中国人民财产保险股份有限公司开发。", True),
        ("有哪些医院是定点医院？", "定点医疗机构名单另行公布。", False),
        ("示范县是哪几个？", "支持开展消费扶贫示范。", False),
        ("辅助器具服务中心在哪儿？", "按照穗残联〔2016〕11号的要求执行。", False),
        ("服务中心的地址是什么？", "天河区猎德街海明路20号", True),
    ],
)
def test_names_are_told_where_names_are_asked_for(question: str, text: str, *, told: bool) -> None:
    tells = names_asked(read(question))
    assert tells is not None
    assert tells(text) is told


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("由于价格体系不合理，财政补贴负担很重。", True),
        ("为方便群众办事，推行一卡通。", True),
        ("减免管理费，切实降低成本，以促进消费。", True),
        ("行期由主管部门确定，以上事项应当备案。", False),
        ("任何单位不得在名称中使用“支付”字样。", False),
    ],
)
def test_a_reason_is_told_by_its_words(text: str, *, given: bool) -> None:
    assert gives_reason(text) is given


@pytest.mark.parametrize("question", ["为啥不收年费？", "不收年费的原因是什么", "凭什么收年费", "Why is there no fee?"])
def test_who_asks_for_a_reason(question: str) -> None:
    assert asks_why(fold(question))
    assert not asks_why("年费是多少")


def test_what_a_title_names_is_no_short_answer(tmp_path: Path, encoder: Encoder) -> None:
    text = (
        "江北市委办公室关于调整江北市教材委员会\n组成人员的通知\n江北委办〔2018〕9号\n一、组成\n人员由成员单位推荐。\n"
    )
    (tmp_path / "通知.txt").write_text(text, encoding="utf-8")
    with Collection.open(tmp_path / "index", encoder=encoder, writable=True) as collection:
        assert not ingest([tmp_path / "通知.txt"], collection).failed
        answer = Assistant(assemble(collection, load_settings())).ask("谁是江北市教材委员会主任？")
    assert answer.short_answer is None


def test_who_may_do_something_is_no_question_for_names() -> None:
    assert names_asked(read("有哪些企业可以申请？")) is None


@pytest.mark.parametrize(
    ("question", "words", "right"),
    [
        ("六安跟上海的哪个区结对？", "皖北城市", False),
        ("六安跟上海的哪个区结对？", "松江区", True),
        ("六安和哪个市对口合作？", "上海", True),
        ("公司总部位于哪一个城市？", "匹兹堡", True),
        ("推荐材料发到哪个邮箱？", "基础教育二司", False),
        ("推荐材料发到哪个邮箱？", "tuijian@example.cn", True),
        ("下载式样的网址是什么？", "http：//www.example.org.cn", True),
        ("08年全国打了多少斤粮？", "2008年", False),
        ("08年全国打了多少斤粮？", "10570亿斤", True),
        ("六安跟哪个城市结对？", "皖北城市", False),
        ("六安跟哪个城市结对？", "市发展改革委", False),
        ("《拉什塔特和约》是法国与哪个国家签的？", "奥地利", True),
        ("生日得落在哪个区间？", "9月1日至8月31日", True),
        ("专家委员会的主任是谁？", "健全省长三角专家咨询委员会", False),
        ("专家委员会的主任是谁？", "李国强", True),
        ("领导小组组长由谁担任？", "分管副省长", True),
        ("who chairs the expert committee?", "健全省长三角专家咨询委员会", False),
    ],
)
def test_a_person_or_a_place_is_what_is_read_where_one_is_asked_for(question: str, words: str, *, right: bool) -> None:
    assert of_kind(read(question), words) == right


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    ["who is the mayor of Hefei?", "who chairs the expert committee?", "六安跟上海的哪个区结对？", "彩票中心在哪儿"],
)
def test_the_office_stands_nowhere_or_what_was_read_is_no_place(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).status == "refused"


@pytest.mark.parametrize(
    ("question", "talk"), [("请问你是谁？", True), ("请问您叫什么名字", True), ("谢谢", True), ("请问由谁负责", False)]
)
def test_who_answers_is_no_question_to_the_documents(question: str, *, talk: bool) -> None:
    assert is_small_talk(fold(question)) == talk
