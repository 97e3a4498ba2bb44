"""What is read of a document besides its text, field by field, with the line it stands on."""

from pathlib import Path

import pytest

from ingest.bodies import bodies, seat
from ingest.dates import dates
from ingest.lines import RawText
from ingest.metadata import read_head
from ingest.validity import years_after

NOTICE = """江北省人民政府办公厅关于印发江北省临时救助办法的通知

江北省人民政府办公厅关于印发
江北省临时救助办法的通知
江政办〔2021〕19号
各市、县人民政府，省政府各部门：
《江北省临时救助办法》已经省政府同意，现印发给你们，请认真贯彻执行。
江北省人民政府办公厅
2021年12月1日
江北省临时救助办法
第一条 为了规范临时救助，制定本办法。
第二条 本办法自2022年1月1日起施行，有效期5年。《江北省救助办法》（江政〔2015〕3号）同时废止。
"""


def read(text: str) -> tuple[dict[str, object], dict[str, int]]:
    metadata = read_head(RawText(Path("某文件.txt"), text)).metadata
    return {name: getattr(metadata, name) for name in metadata.__slots__}, dict(metadata.evidence)


def test_a_notice_with_an_annex_is_read_field_by_field() -> None:
    values, lines = read(NOTICE)
    expected = {
        "issuer": ("江北省人民政府办公厅", 8),
        "reference": ("江政办〔2021〕19号", 5),
        "addressee": ("各市、县人民政府，省政府各部门", 6),
        "dated": ("2021-12-01", 9),
        "effective": ("2022-01-01", 12),
        "expires": ("2026-12-31", 12),
        "repeals": (("《江北省救助办法》（江政〔2015〕3号）",), 12),
        "kind": ("通知", 1),
        "region": ("江北省", 8),
        "tier": ("省级", 8),
    }
    assert {name: (values[name], lines[name]) for name in expected} == expected


def test_what_nothing_tells_stays_empty() -> None:
    values, lines = read("某某讲话\n今天天气很好。我们讨论了工作。\n")
    assert lines == {"title": 1}
    assert not any(value for name, value in values.items() if name not in ("title", "evidence"))


@pytest.mark.parametrize(
    ("head", "reference"),
    [
        ("某办法\n国发〔2019〕6号\n", "国发〔2019〕6号"),
        ("某办法\n（教财[2010]1号）\n", "教财[2010]1号"),
        ("某办法\n中华人民共和国国务院令\n第778号\n", "中华人民共和国国务院令第778号"),
        ("某条例（国务院令第737号）\n第一条 为了某事。\n", "国务院令第737号"),
        ("某规定\n（2022年4月14日人民银行令〔2022〕第2号公布 自2022年6月1日起施行）\n", "人民银行令〔2022〕第2号"),
        ("中国人民银行令〔2025〕第12号（某办法）\n为了某事。\n", "中国人民银行令〔2025〕第12号"),
        ("某办法\n文号：京经信发〔2022〕87号　发布日期：2022年11月21日\n", "京经信发〔2022〕87号"),
        ("某办法\n依据国发〔2019〕6号制定本办法。\n", None),
    ],
)  # fmt: skip
def test_references_in_every_place_of_the_head(head: str, reference: str | None) -> None:
    assert read(head)[0]["reference"] == reference


def test_a_laws_history_gives_its_dates() -> None:
    values, _ = read(
        "某某法\n（2001年2月28日某会议通过 2019年3月15日某会议修订 自2020年1月1日起施行）\n第一条 为了某事。\n"
    )
    assert (values["dated"], values["effective"], values["kind"]) == ("2019-03-15", "2020-01-01", "法")


def test_a_document_in_force_at_once_counts_from_its_own_date() -> None:
    values, _ = read(
        "某市人民政府关于某事的决定\n一、本决定自印发之日起施行，有效期三年。\n某市人民政府\n2020年2月29日\n"
    )
    assert (values["effective"], values["expires"]) == ("2020-02-29", "2023-02-28")
    assert years_after("2020-03-01", 5) == "2025-02-28"


def test_a_document_that_forwards_another_is_the_forwarders() -> None:
    text = "国务院办公厅转发国家教委关于某事意见的通知\n各省：\n现转发给你们。\n国家教委\n一九九六年五月十三日\n"
    assert read(text)[0]["issuer"] == "国务院办公厅"


def test_other_documents_dates_and_repeals_are_not_its_own() -> None:
    values, _ = read("某通知\n《甲办法》自2010年1月1日起施行。\n本通知提到废止程序。\n《乙办法》废止日期另行公布。\n")
    assert (values["effective"], values["repeals"]) == (None, ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2019年1月22日", "2019-01-22"), ("二○一○年一月八日", "2010-01-08"), ("二〇一八年元月廿三日", "2018-01-23"),
        ("2019-01-22 10:20", "2019-01-22"), ("２０２０年３月５日", "2020-03-05"), ("2020年11月 1\n日", "2020-11-01"),
        ("2019年13月1日", None), ("2023年2月29日", None), ("1.20亿元", None),
    ],
)  # fmt: skip
def test_dates_in_every_spelling(text: str, found: str | None) -> None:
    assert next((date.iso for date in dates(text)), None) == found


@pytest.mark.parametrize(
    ("body", "region", "tier"),
    [
        ("国务院办公厅", "全国", "国家级"), ("农业农村部", "全国", "国家级"), ("市场监管总局", "全国", "国家级"),
        ("中共安徽省委", "安徽省", "省级"), ("广西壮族自治区人民政府", "广西壮族自治区", "省级"),
        ("上海市人民政府", "上海市", "省级"), ("上海市浦东新区人民政府", "上海市浦东新区", "县级"),
        ("广州市住房和城乡建设局", "广州市", "市级"), ("合肥市蜀山区人民政府", "合肥市蜀山区", "县级"),
        ("延边朝鲜族自治州人民政府", "延边朝鲜族自治州", "市级"), ("长三角区域合作办公室", None, None),
    ],
)  # fmt: skip
def test_a_bodys_seat_is_told_by_its_name(body: str, region: str | None, tier: str | None) -> None:
    assert bodies(body) == [body]
    assert seat(body) == (region, tier)


def test_several_bodies_are_told_apart_and_a_sentence_is_none() -> None:
    assert bodies("财政部　税务总局") == ["财政部", "税务总局"]
    assert bodies("各部门要认真落实") == []


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("某办法\n某部令第3号\n现予公布。\n部 长 张三\n2025年12月19日\n某办法\n第一条 施行。\n", "2025-12-19"),
        (
            "某条例\n（2019年5月30日某省人大通过　根据2021年7月29日\n某省人大《决定》修正）\n第一条 施行。\n",
            "2021-07-29",
        ),
        ("某报告\n——2024年3月5日在某某大会第二次会议上\n各位代表：\n一、工作\n", "2024-03-05"),
        (
            "某省转发报告的通知\n请执行。\n某某省政府 &sp;\n一九九六年七月十七日\n报告\n某局\n一九九六年五月一日\n",
            "1996-07-17",
        ),
    ],
    ids=[
        "signed by an office",
        "history over two lines",
        "given at a meeting",
        "a page's leftovers behind the signature",
    ],
)
def test_whose_date_it_is(text: str, dated: str) -> None:
    assert read(text)[0]["dated"] == dated


def test_a_measure_that_begins_on_a_day_is_not_the_document() -> None:
    text = "某通知\n一、减税。2022年7月1日起执行。\n二、凭证有效期为一年。\n某某市人民政府\n2022年6月10日\n"
    values, _ = read(text)
    assert (values["dated"], values["effective"], values["expires"]) == ("2022-06-10", None, None)
