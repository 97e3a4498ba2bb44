"""What quotations refer to is followed one step, or said to be outside; codes that come in volumes are one code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Collection
from ingest import ingest
from rag import Answer, Assistant
from rag.assembly import assemble
from rag.settings import load_settings
from rag.wire import answer_object
from tests.conftest import LetterEncoder

LAW = """河川保护法

（2020年3月1日通过 自2020年5月1日起施行）

第一章　总则

第一条　为了保护河川，制定本法。
第二条　任何单位不得向河川倾倒垃圾。
第三条　河川的范围由县级人民政府划定并公布。

第二章　法律责任

第四条　违反本法第二条规定的，处一千元罚款；情节严重的，依照《山林保护法》第九条处罚。
第五条　对依照前条规定作出的处罚不服的，可以依照《河川纠纷调解办法》第二条申请调解。
第六条　违反第二条、第三条规定的，由河长责令改正。
"""
MEDIATION = """河川纠纷调解办法

第一条　为了调解河川纠纷，制定本办法。
第二条　当事人可以向县级人民政府申请调解。
"""
VOLUMES = {
    "总则": "第一章　基本规定\n第一条　为了开发星空，制定本法。\n第二条　星空属于所有的人。\n",
    "航行编": "第一章　一般规定\n第三条　航行应当登记。\n第四条　未按照本法第二条登记的，不得航行。\n",
    "附则": "第五条　本法自2021年1月1日起施行。\n",
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("laws")
    texts = {"河川保护法": LAW, "河川纠纷调解办法": MEDIATION}
    texts |= {
        f"星空法典-{name}": f"星空法典\n\n{name}\n\n2020年5月28日通过\n2021年1月1日施行\n\n{body}"
        for name, body in VOLUMES.items()
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with Collection.open(folder / "index", encoder=LetterEncoder(), writable=True) as collection:
        assert not ingest(sorted(folder.glob("*.txt")), collection).failed
        yield Assistant(assemble(collection, load_settings()))


def led_to(answer: Answer) -> list[str]:
    return [each.citation.label for each in answer.referrals]


def test_an_article_that_is_referred_to_is_brought(opened: Assistant) -> None:
    answer = opened.ask("河川保护法第四条")
    assert led_to(answer) == ["《河川保护法》第二条"]
    [referral] = answer.referrals
    assert referral.citation.quote == "第二条　任何单位不得向河川倾倒垃圾。"
    assert (referral.via, referral.citation.number) == (1, 2)
    assert "引文提到的《山林保护法》第九条不在收录的文件里" in answer.text


def test_another_document_and_the_article_before_are_found(opened: Assistant) -> None:
    assert led_to(opened.ask("河川保护法第五条")) == ["《河川纠纷调解办法》第二条", "《河川保护法》第四条"]


def test_each_of_a_row_is_brought(opened: Assistant) -> None:
    assert led_to(opened.ask("河川保护法第六条")) == ["《河川保护法》第二条", "《河川保护法》第三条"]


def test_what_is_quoted_already_is_not_brought_again(opened: Assistant) -> None:
    assert led_to(opened.ask("河川保护法第二条和第六条")) == ["《河川保护法》第三条"]


def test_its_own_number_leads_nowhere(opened: Assistant) -> None:
    assert led_to(opened.ask("河川保护法第三条")) == []


def test_quotes_are_exact_and_on_the_wire(opened: Assistant) -> None:
    answer = opened.ask("河川保护法第六条")
    for each in answer_object(answer)["referrals"]:
        document = opened.collection.document(each["document_id"])
        assert document.text[each["start"] : each["end"]] == each["quote"]


def test_volumes_of_a_code_are_documents_of_their_own_and_counted_through(opened: Assistant) -> None:
    held = {opened.collection.catalog.metadata(h.id).name for h in opened.collection.held()}
    assert {"星空法典（总则）", "星空法典（航行编）", "星空法典（附则）"} <= held
    assert opened.ask("星空法典第三条").citations[0].label == "《星空法典》第三条"
    assert opened.ask("星空法典最后一条").citations[0].label == "《星空法典》第五条"
    assert opened.ask("星空法典共有多少条").total == 5
    parts = [str(hit.address) for hit in opened.find("星空法典第二条至第四条")[0].structural]
    assert parts == ["第一章/第二条", "第一章/第三条", "第一章/第四条"]


def test_a_volume_is_named_where_chapters_are_counted(opened: Assistant) -> None:
    answer = opened.ask("星空法典航行编第一章讲了什么")
    assert answer.citations[0].label == "《星空法典》航行编第一章"


def test_a_code_says_what_it_has_where_an_article_is_absent(opened: Assistant) -> None:
    refusal = opened.ask("星空法典第九条").refusal
    assert refusal is not None
    assert refusal.reason == "no_such_address"
    assert refusal.instead == "《星空法典》共五条（第一条至第五条），没有第九条。"


def test_articles_in_another_volume_are_brought(opened: Assistant) -> None:
    assert led_to(opened.ask("星空法典第四条")) == ["《星空法典》第二条"]


@pytest.mark.parametrize("name", ["河川保护法", "河川纠纷调解办法"])
def test_a_heading_above_chapters_is_no_volume(opened: Assistant, name: str) -> None:
    [held] = [h for h in opened.collection.held() if Path(h.path).stem == name]
    assert opened.collection.catalog.metadata(held.id).volume is None
