"""Answers: quotations exact, lists complete, refusals with a reason, and the figures of the question sets."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever

from corpus import Address, Collection, InputError
from eval.dataset import Question
from eval.formats import load_questions
from ingest import ingest
from rag import Answer, Assistant, Citation, Statement
from rag.answer.base import quotation
from rag.langchain import CewenRetriever
from rag.types import Draft
from rag.verify import check, exact, verify
from rag.wire import answer_object
from tests.conftest import ROOT

pytestmark = pytest.mark.model

QUESTIONS = ROOT / "eval" / "questions"


@dataclass(frozen=True)
class Asked:
    question: Question
    answer: Answer


@pytest.fixture(scope="module")
def asked(assistant: Assistant) -> list[Asked]:
    """Every question of the test set, answered after its history; `tests/test_regression.py` asks the other sets."""
    questions = load_questions(QUESTIONS / "anhui.jsonl").questions
    return [Asked(q, assistant.converse([earlier.question for earlier in q.history], q.question)) for q in questions]


def test_the_question_set_is_large_and_fair(assistant: Assistant) -> None:
    questions = load_questions(QUESTIONS / "anhui.jsonl").questions
    assert len(questions) >= 80
    assert sum(not question.answerable for question in questions) >= 25
    [document] = assistant.collection.documents()
    for question in questions:
        assert all(words in document.text for words in question.answers), question.id
        assert all(document.part(Address.parse(address)) for address in question.addresses), question.id


def test_every_quote_is_the_text_to_the_letter(asked: list[Asked], assistant: Assistant) -> None:
    seen = 0
    for each in asked:
        nearest = each.answer.refusal.nearest if each.answer.refusal else ()
        for citation in (*each.answer.citations, *nearest):
            document = assistant.collection.document(citation.document_id)
            assert document.text[citation.start : citation.end] == citation.quote, each.question.id
            part = document.part(citation.address)
            assert part is not None
            assert part.start <= citation.start < citation.end <= part.end
            seen += 1
    # A refusal of what no line tells shows one place, not three.
    assert seen > 150


def test_every_answer_is_whole(asked: list[Asked]) -> None:
    for each in asked:
        answer = each.answer
        assert answer.confidence is not None
        assert 0 <= answer.confidence <= 1
        if answer.status == "refused":
            assert answer.refusal is not None
            assert answer.citations == ()
            assert answer.text
            continue
        numbers = {citation.number for citation in answer.citations}
        assert answer.statements
        assert all(set(s.citations) <= numbers and s.check == "verified" for s in answer.statements)
        if answer.short_answer:
            assert any(answer.short_answer in citation.quote for citation in answer.citations)


def test_section_seven_is_quoted_in_both_languages(assistant: Assistant) -> None:
    for question in ("第七部分对社会保障卡是怎么说的？", "what does section 7 say about social security cards"):
        answer = assistant.ask(question)
        assert str(answer.citations[0].address) == "二/（二）/七是"
        assert "居民服务“一卡通”" in answer.citations[0].quote
        assert answer.citations[0].label.endswith("二、（二）第七项")
    assert "says (in Chinese)" in answer.text


def test_a_list_is_complete(assistant: Assistant) -> None:
    answer = assistant.ask("保障措施有哪几条？")
    assert (answer.total, answer.listed) == (6, 6)
    assert [str(c.address) for c in answer.citations] == [f"二/（三）/{n}是" for n in "一二三四五六"]
    assert [c.quote for c in answer.citations][5] == "六是营造良好氛围"


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("提出多少条具体举措？", "70条"),
        ("设置了多少项具体指标", "28项"),
        ("《指导意见》是哪天正式印发的？", "8月17日"),
        # The web page's line of publication is no date of issue.
        ("文件什么时候印发的", "8月17日"),
        ("发布时间", "2024-04-26"),
        ("谁主持座谈会", "习近平总书记"),
    ],
)
def test_the_answering_words_are_given_and_marked(assistant: Assistant, question: str, short: str) -> None:
    answer = assistant.ask(question)
    assert answer.short_answer == short
    statement = answer.statements[0]
    assert any(statement.text[start:end] == short for start, end in statement.marks)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("第十一部分讲了什么", "no_such_address"), ("你好", "not_a_question"), ("？？！", "not_a_question"),
        ("1", "not_a_question"), ("谁负责", "weak_evidence"),
        ("江苏省的首位产业是什么", "missing_terms"), ("一卡通一共要投入多少资金", "missing_terms"),
        ("今天天气怎么样", "missing_terms"), ("明天会下雨吗", "missing_terms"), ("股票能买吗", "missing_terms"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_what_lies_nearest(assistant: Assistant, question: str, reason: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "refused"
    assert answer.refusal is not None
    assert answer.refusal.reason == reason
    assert answer.refusal.coverage.startswith("目前收录")
    assert answer.refusal.nearest or reason == "not_a_question"


def test_an_unusable_question_is_an_error_with_a_remedy(assistant: Assistant) -> None:
    for question in ("", "  \n", "长" * 100_000):
        with pytest.raises(InputError, match="请"):
            assistant.ask(question)


def test_asking_twice_gives_the_same(assistant: Assistant) -> None:
    def once() -> Answer:
        return replace(assistant.ask("怎样改善民生？"), timings_ms={})

    assert once() == once()


def test_an_empty_corpus_refuses_everything(tmp_path: Path, assistant: Assistant) -> None:
    Collection.open(tmp_path, encoder=assistant.collection.encoder, writable=True).close()
    answer = Assistant.open(tmp_path).ask("保障措施有哪几条？")
    assert answer.refusal is not None
    assert answer.refusal.reason == "no_evidence"
    assert "没有收录任何文件" in answer.refusal.coverage
    assert "ingest add" in answer.refusal.coverage


def test_two_documents_are_told_apart(tmp_path: Path, assistant: Assistant) -> None:
    paths = []
    for name, words in (("甲", "每人每月补贴500元"), ("乙", "每人每年补贴3000元")):
        path = tmp_path / f"{name}.txt"
        path.write_text(
            f"{name}市养老补贴办法\n一、补贴标准\n{name}市对老年人{words}。\n二、附则\n自印发之日起施行。\n",
            encoding="utf-8",
        )
        paths.append(path)
    index = tmp_path / "index"
    with Collection.open(index, encoder=assistant.collection.encoder, writable=True) as collection:
        ingest(paths, collection)
    answer = Assistant.open(index).ask("乙市对老年人补贴多少钱？")
    assert answer.short_answer == "3000元"
    assert answer.citations[0].title == "乙市养老补贴办法"


def test_verification_strikes_what_the_text_does_not_say(assistant: Assistant) -> None:
    """The drafts of a liar: each wrong in its own way, none kept; the honest one stays."""
    document = assistant.collection.documents()[0]
    part = document.part(Address.parse("二/（二）"))
    assert part is not None
    start = document.text.index("围绕区域协调")
    honest, citation = quotation(1, document, start, part.own_end - 2)
    citations = {1: citation}
    assert check(honest, citations, assistant.collection) == "verified"
    wrong = {
        "提出80条具体举措": "number_mismatch",
        "生态保护补偿样板区": "wrong_address",
        "提出70条具体举措,打造轨道上的长三角": "stitched_quote",
        "免除全部学费": "unsupported",
        "0条具体举措": "number_mismatch",
        "": "unsupported",
    }
    statements = tuple(Statement(text, (1,)) for text in wrong)
    for statement in statements:
        assert check(statement, citations, assistant.collection) == wrong[statement.text]
    invented = Statement("70条", (9,))
    draft = verify(Draft("", (honest, *statements, invented), (citation,)), assistant.collection)
    assert [s.text for s in draft.statements] == [honest.text]


@pytest.mark.parametrize(
    "change", [{"quote": "别的话"}, {"start": 0, "end": 5}, {"document_id": "x"}, {"address": Address.parse("三")}]
)
def test_a_citation_that_does_not_hold_to_the_letter_is_found_out(
    assistant: Assistant, change: dict[str, object]
) -> None:
    citation: Citation = assistant.ask("保障措施第六条").citations[0]
    assert exact(citation, assistant.collection)
    assert not exact(replace(citation, **change), assistant.collection)  # type: ignore[arg-type]


def test_the_wire_has_the_fields_of_the_contract(assistant: Assistant) -> None:
    fields = (
        "question standalone_question reading status answer short_answer statements citations referrals total listed "
        "refusal table method model confidence timings_ms index fingerprint"
    ).split()
    for question in ("提出多少条具体举措？", "第十一部分讲了什么"):
        value = json.loads(json.dumps(answer_object(assistant.ask(question), "q1"), ensure_ascii=False))
        assert list(value) == ["id", *fields]
        assert set(value["timings_ms"]) == {"question", "retrieve", "answer", "verify", "total"}
        assert value["index"]["segments"] == 27
        cited = value["citations"] or value["refusal"]["nearest"]
        assert set(cited[0]) == set(
            "number document_id title reference address label quote start end page validity validity_note".split()
        )


def test_the_retriever_is_langchains(seed_index: Path) -> None:
    retriever = CewenRetriever.open(seed_index, k=3)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("社会保障卡一卡通")
    assert len(documents) == 3
    assert documents[0].metadata["address"] == "二/（二）/七是"
    assert "一卡通" in documents[0].page_content


def test_a_heading_that_several_documents_have_is_not_taken_for_the_first_ones(
    tmp_path: Path, assistant: Assistant
) -> None:
    """Both are named: the one that is quoted, and the other with its title."""
    for name in "甲乙":
        text = f"{name}市工作方案\n一、主要任务\n一是做{name}事。二是做大事。\n二、附则\n自印发之日起施行。\n"
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    index = tmp_path / "index"
    with Collection.open(index, encoder=assistant.collection.encoder, writable=True) as collection:
        ingest([tmp_path / "甲.txt", tmp_path / "乙.txt"], collection)
    answer = Assistant.open(index).ask("主要任务第一条是什么？")
    quoted, other = ("甲", "乙") if answer.citations[0].title.startswith("甲") else ("乙", "甲")
    assert f"做{quoted}事" in answer.citations[0].quote
    assert f"《{other}市工作方案》一、第一项" in answer.note
