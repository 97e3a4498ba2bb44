"""Question sets are read line by line, and the figures mean what they say; no model is asked."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus import Address, InputError
from eval.dataset import Question, load_questions
from eval.measure import Judged, Verdict, ask_all, by_slice, figures, judge
from rag import Answer, Assistant, Citation, Refusal
from rag.assistant import ALL
from rag.types import Filter

WHOLE = {
    "id": "a", "question": "提出多少条举措？", "answers": ["70条"], "addresses": ["二/（二）"], "documents": ["甲"],
    "answerable": True, "history": [{"question": "讲了什么？"}], "slice": "number", "require": "all",
}  # fmt: skip


def written(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    rows = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def answered(*quotes: tuple[str, str]) -> Answer:
    """An answer that quotes, each quotation given with its address."""
    citations = tuple(
        Citation(number, "d", "甲", None, Address.parse(address), "", quote, 0, len(quote))
        for number, (address, quote) in enumerate(quotes, 1)
    )
    return Answer("问", "问", None, "answered", "答", citations=citations)


REFUSED = Answer("问", "问", None, "refused", "没有", refusal=Refusal("weak_evidence"))


def asked(answers: Sequence[str] = (), addresses: Sequence[str] = (), **more: object) -> Question:
    row = {"id": "a", "question": "问", "answers": answers, "addresses": addresses, "answerable": bool(answers)}
    return Question.model_validate(row | more)


def test_a_line_is_read_field_by_field(tmp_path: Path) -> None:
    [question] = load_questions(written(tmp_path, WHOLE))
    assert question.model_dump(mode="json") == WHOLE


def test_what_a_line_leaves_out_has_a_default(tmp_path: Path) -> None:
    [question] = load_questions(written(tmp_path, {"id": "a", "question": "问", "answers": ["答"]}))
    assert (question.addresses, question.documents, question.history) == ((), (), ())
    assert (question.answerable, question.slice, question.require) == (True, "", "any")


def test_questions_keep_their_order_and_empty_lines_are_nothing(tmp_path: Path) -> None:
    rows = [{**WHOLE, "id": name} for name in "乙甲丙"]
    path = written(tmp_path, "\ufeff" + json.dumps(rows[0]), "", rows[1], "  ", rows[2], "")
    assert [question.id for question in load_questions(path)] == ["乙", "甲", "丙"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "不是 JSON"), ("[1]", "有误"), ({"id": "b", "answers": ["答"]}, "question"),
        ({**WHOLE, "id": "b", "colour": 1}, "colour"), ({**WHOLE, "id": "b", "require": "some"}, "require"),
        ({**WHOLE, "id": "b", "history": [{"text": "问"}]}, r"history\.0"),
        ({**WHOLE, "id": "b", "addresses": ["二/第"]}, "addresses"),
        (WHOLE, "id a 与第 1 行重复"), ({"id": "b", "question": "问"}, "不一致"),
        ({"id": "b", "question": "问", "answerable": False, "answers": ["答"]}, "不一致"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: object, named: str) -> None:
    """The empty second line counts, so that an editor finds the third."""
    with pytest.raises(InputError, match=rf"set\.jsonl 第 3 行.*{named}") as raised:
        load_questions(written(tmp_path, WHOLE, "", line))
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(("name", "named"), [("absent.jsonl", "请检查路径"), (".", "请检查路径")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, named: str) -> None:
    with pytest.raises(InputError, match=named):
        load_questions(tmp_path / name)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(json.dumps(WHOLE, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(InputError, match=r"set\.jsonl"):
        load_questions(path)


def test_a_set_without_questions_is_refused(tmp_path: Path) -> None:
    """Shares of nothing would look like a perfect result."""
    with pytest.raises(InputError, match="没有问题"):
        load_questions(written(tmp_path, "", " "))


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        (asked(["70条"], ["二"]), answered(("二/（二）", "提出70条举措")), "right"),
        (asked(["70条"], ["二/（二）"]), answered(("二", "提出70条举措")), "wrong"),
        (asked(["70条"], ["一", "二"]), answered(("一", "背景"), ("二", "提出70条举措")), "right"),
        (asked(["70条"], ["二"]), answered(("一", "提出70条举措"), ("二", "另有28项")), "wrong"),
        (asked(["70条"]), answered(("三", "提出70条举措")), "right"),
        (asked(["70条"]), answered(("三", "提出七十条举措")), "wrong"),
        (asked(["70条"]), answered(), "wrong"),
        (asked(["70条", "28项"]), answered(("一", "提出70条")), "right"),
        (asked(["70条", "28项"], require="all"), answered(("一", "提出70条")), "wrong"),
        (asked(["70条", "28项"], require="all"), answered(("一", "提出70条"), ("二", "28项")), "right"),
        (asked(["70条"]), REFUSED, "over_refused"),
        (asked(), REFUSED, "refused"),
        (asked(), answered(("一", "提出70条")), "not_refused"),
    ],
)
def test_an_answer_is_right_where_a_gold_part_is_quoted_with_the_gold_words(
    question: Question, answer: Answer, verdict: Verdict
) -> None:
    assert judge(question, answer) == verdict


def judged(*verdicts: tuple[Verdict, str]) -> list[Judged]:
    return [
        Judged(asked(() if verdict in ("refused", "not_refused") else ["答"], slice=part), REFUSED, verdict)
        for verdict, part in verdicts
    ]


def test_the_figures_are_shares_of_those_questions_that_they_speak_of() -> None:
    """8 answerable: 5 right, 1 refused, 2 wrong; 5 others: 4 refused."""
    answerable = 5 * judged(("right", "")) + judged(("over_refused", "")) + 2 * judged(("wrong", ""))
    others = 4 * judged(("refused", "")) + judged(("not_refused", ""))
    result = figures([*others, *answerable])
    assert (result.answerable, result.unanswerable) == (8, 5)
    assert (result.right, result.over_refused, result.refused) == (5 / 8, 1 / 8, 4 / 5)
    assert str(result) == "answerable 8: right 62.5%, refused 12.5%; unanswerable 5: refused 80.0%"


def test_where_every_question_has_an_answer_none_was_wrongly_answered() -> None:
    assert figures(judged(("right", ""), ("wrong", ""))).refused == 1


def test_where_no_question_has_an_answer_none_was_refused_by_mistake() -> None:
    assert figures(judged(("refused", ""))).over_refused == 0


def test_a_slice_counts_right_answers_and_right_refusals() -> None:
    verdicts = judged(
        ("right", "甲"), ("refused", "乙"), ("wrong", "甲"), ("over_refused", "甲"), ("not_refused", "乙")
    )
    assert by_slice(verdicts) == {"甲": (1, 3), "乙": (1, 2)}


class Told(Assistant):
    """Answers 提出70条 from 一 whatever is asked, and remembers what that was."""

    def __init__(self) -> None:
        self.heard: list[tuple[list[str], str]] = []

    def converse(self, history: Sequence[str], question: str, _among: Filter = ALL) -> Answer:
        self.heard.append((list(history), question))
        return answered(("一", "提出70条"))


def test_every_question_is_asked_after_its_own_history(tmp_path: Path) -> None:
    rows = [WHOLE, {"id": "b", "question": "投入多少？", "answerable": False}]
    assistant = Told()
    result = ask_all(assistant, load_questions(written(tmp_path, *rows)))
    assert assistant.heard == [(["讲了什么？"], "提出多少条举措？"), ([], "投入多少？")]
    assert [(each.question.id, each.verdict) for each in result] == [("a", "wrong"), ("b", "not_refused")]
