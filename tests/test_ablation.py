"""What an ingredient of the search gives is what is lost without it, and it is told apart from what gives nothing."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from corpus import Collection, InputError
from eval import view
from eval.ablation import INGREDIENTS, ablate, chosen
from eval.corpora import Texts
from eval.dataset import Question, QuestionSet
from eval.gold import settled
from eval.measures import measure
from eval.scoring import Judge
from ingest.rows import Row, ingest_rows
from tests.conftest import LetterEncoder

CONSOLE = Console(quiet=True)
ROWS = [
    Row("甲", "养犬管理办法", "第一条 携带犬只外出应当使用牵引带。\n第二条 犬只每年接受一次疫苗免疫。\n"),
    Row("乙", "垃圾分类办法", "第一条 生活垃圾分为四类。\n第二条 厨余垃圾应当滤去水分。\n"),
]
QUESTIONS = (
    Question(
        id="1", question="养犬管理办法第二条，外出牵引带", documents=("甲",), addresses=("第二条",), answers=("一次",)
    ),
    Question(id="2", question="厨余垃圾怎么办", documents=("乙",), addresses=("第二条",)),
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    index, encoder = tmp_path_factory.mktemp("index"), LetterEncoder()
    with Collection.open(index, encoder=encoder, writable=True) as collection:
        list(ingest_rows(ROWS, collection))
        documents = collection.documents()
    questions = settled(QuestionSet("两题", index, QUESTIONS, {q.id: q.id for q in QUESTIONS}), documents).questions
    judge = Judge(documents, [measure(name) for name in ("hit@1", "nDCG@10", "passage@3")])
    return ablate(questions, judge, index, Texts("两份", ROWS), encoder, (None, ()), INGREDIENTS, CONSOLE)


def test_every_ingredient_has_a_row_with_what_it_gives_and_costs(found: dict[str, Any]) -> None:
    assert [row["ingredient"] for row in found["rows"]] == [one.name for one in INGREDIENTS]
    assert found["questions"] == 2
    assert found["whole"]["hit@1"]["mean"] == 1.0
    assert all("costs_ms" in row and "nDCG@10" in row["gives"] for row in found["rows"])
    # One question has a gold answer that stands in the text.
    assert found["whole"]["passage@3"]["n"] == 1


def test_numbers_give_what_is_lost_without_them(found: dict[str, Any]) -> None:
    """Without them 第二条 of the one document that is named is not found before its 第一条, which scores higher."""
    gives = {row["ingredient"]: row["gives"]["hit@1"]["difference"] for row in found["rows"]}
    assert gives["numbers"] == 0.5
    assert gives["synonyms"] == gives["distinct"] == 0.0


def test_the_table_marks_what_is_certain(found: dict[str, Any]) -> None:
    out = Console(file=io.StringIO(), width=200)
    out.print(view._ablation(found))
    printed = out.file.getvalue()  # type: ignore[attr-defined]
    assert "按编号和小标题" in printed
    assert "全部" in printed


def test_a_name_that_is_none_is_refused_with_those_that_there_are() -> None:
    assert [one.name for one in chosen("words, pairs")] == ["words", "pairs"]
    with pytest.raises(InputError, match="没有叫 word 的成分；可以用：words、"):
        chosen("word")


def test_a_set_without_gold_places_cannot_be_ablated(tmp_path: Path) -> None:
    asked = [Question(id="1", question="问", answerable=False)]
    with pytest.raises(InputError, match="没有可以用来比较检索的题"):
        ablate(asked, Judge([], []), tmp_path, None, LetterEncoder(), (None, ()), INGREDIENTS, CONSOLE)


def test_questions_are_asked_in_another_script_and_keep_their_gold() -> None:
    asked = QuestionSet("一题", Path(), (Question(id="1", question="社會保障卡", answers=("證",)),), {"1": "1"})
    [question] = asked.in_script("simplified").questions
    assert (question.question, question.answers) == ("社会保障卡", ("證",))
    assert asked.in_script("") is asked
