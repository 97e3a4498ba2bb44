"""Which figure of a sentence is asked for: of values told respectively its own, of a level and a change the change."""

import pytest

from corpus.analyzer import Analyzer
from corpus.normalize import fold
from rag.answer.figures import asked_figure
from rag.question import QuestionReader

LOW = "城乡低保平均标准分别提高8.0%、15.0%。"
DISTRICTS = "黄埔区、番禺区、南沙区的农村特困人员基本生活标准每人每月分别为2413元、2512元、2121元。"
INCOMES = "全市城镇和农村常住居民人均可支配收入分别增长5%左右、7%左右。"
CLAUSES = "城镇居民人均可支配收入12491元、农民人均纯收入5495元，年均分别增长15.9%和16.6%。"
HOSPITALS = "再支持5000所中心乡镇卫生院、2000所县级医院和2400所城市社区卫生服务中心建设。"
SHARES = "按指定基层医疗机构85%、其他医疗机构65%的支付比例确定。"
LEVEL = "税收收入60.2亿元、增长11.3%，非税收入34.5亿元。"
OUTPUT = "国内生产总值超过30万亿元，比上年增长9%；财政收入增长19.5%。"


@pytest.mark.parametrize(
    ("question", "text", "read", "asked"),
    [
        ("农村低保标准涨了几个点？", LOW, "8.0%、15.0%", "15.0%"),
        ("城里的低保标准平均涨多少？", LOW, "8.0%、15.0%", "8.0%"),
        ("低保标准涨了多少？", LOW, "8.0%、15.0%", "8.0%、15.0%"),
        ("番禺农村的特困人员，每月基本生活标准是多少？", DISTRICTS, "2413元", "2512元"),
        ("南沙区的标准是多少？", DISTRICTS, "2413元、2512元、2121元", "2121元"),
        ("城镇居民收入增长多少？", INCOMES, "5%左右、7%左右", "5%左右"),
        ("农村居民收入增长多少？", INCOMES, "5%左右", "7%左右"),
        ("农民收入年均增长多少？", CLAUSES, "5495元", "16.6%"),
        ("城镇居民收入是多少？", CLAUSES, "12491元", "12491元"),
        ("税收收入增长了多少？", LEVEL, "60.2亿元", "11.3%"),
        ("税收收入有多少？", LEVEL, "60.2亿元", "60.2亿元"),
        ("国内生产总值增长了多少？", OUTPUT, "30万亿元", "9%"),
        ("每人每月最多多少元？", "补贴每人每月不超过90元，比上年增长10%。", "90元", "90元"),
        # A change that is told of something else, behind a semicolon, is not its own.
        ("国内生产总值增长了多少？", "国内生产总值30万亿元；财政收入增长19.5%。", "30万亿元", "30万亿元"),
        ("三年里要扶持多少所县级医院？", HOSPITALS, "5000所中心乡镇卫生院、2000所", "2000所"),
        ("要扶持多少所乡镇卫生院？", HOSPITALS, "5000所中心乡镇卫生院、2000所", "5000所"),
        ("在基层医疗机构看门诊，报百分之多少？", SHARES, "85%、其他医疗机构65%", "85%"),
        ("在其他医疗机构看门诊，报百分之多少？", SHARES, "85%、其他医疗机构65%", "65%"),
        ("产值五年里增长几个点？", "五年内产值增长百分之二十三点三。", "二十三点", "百分之二十三点三"),
    ],
)
def test_the_figure_that_is_asked_for_is_told(question: str, text: str, read: str, asked: str) -> None:
    query = QuestionReader(Analyzer(), lambda _: 1, 100).read(question)
    folded = fold(text)
    start = folded.index(fold(read))
    start, end = asked_figure(query, folded, (start, start + len(fold(read))))
    assert folded[start:end] == fold(asked)
