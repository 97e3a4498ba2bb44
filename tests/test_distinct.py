"""Hits of several documents that say the same become one; whatever tells two texts apart keeps both."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import Address, Collection
from ingest import ingest
from rag import Assistant
from rag.assembly import assemble
from rag.retrieve import DistinctRetriever
from rag.settings import load_settings
from rag.types import Expects, Hit, Query
from tests.conftest import LetterEncoder

QUERY = Query("问", "问", "zh", Expects.TEXT, (), None, (), "问")
TEXT = "第七条 各级人民政府应当将公共文化服务所需经费列入本级预算。"


class Stages:
    """Gives a hit for each of `texts`, of a document each unless it is told otherwise; vectors are all alike."""

    def __init__(self, *texts: str, documents: str = "abcdefgh") -> None:
        self.texts = texts
        self.hits = [
            Hit(documents[place], Address.parse(f"第{place + 1}条"), 1.0 - place / 10, segment=place)
            for place in range(len(texts))
        ]

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        return self.stages(query, k)[-1]

    def stages(self, query: Query, k: int, spare: int = 0) -> tuple[list[Hit], list[Hit], list[Hit]]:
        assert query is QUERY
        return [], [], self.hits[: k + spare]

    def distinct(self, cosine: float = 1.0) -> DistinctRetriever:
        def likeness(ids: Sequence[int]) -> NDArray[np.float32]:
            return np.full((len(ids), len(ids)), cosine, np.float32)

        return DistinctRetriever(self, likeness, lambda hit: self.texts[hit.segment])


def test_the_first_stands_for_the_others_and_names_them() -> None:
    [hit] = Stages(TEXT, TEXT.replace("第七条", "第十九条"), TEXT).distinct().retrieve(QUERY, 10)
    assert (hit.document_id, [document for document, _ in hit.same]) == ("a", ["b", "c"])


def test_places_that_become_free_are_filled_from_behind() -> None:
    other = "县级以上地方人民政府文化主管部门负责本行政区域内的监督检查工作。"
    hits = Stages(TEXT, TEXT, TEXT, other).distinct().retrieve(QUERY, 2)
    assert [hit.document_id for hit in hits] == ["a", "d"]


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("应当", "不应当"),
        "第七条 各级人民政府应当将公共文化服务所需经费列入本级预算，每年增长5%。",
        "第七条 各级人民政府应当组织开展全民阅读，支持公共图书馆延长开放时间。",
    ],
    ids=["negated", "with a number", "about something else"],
)
def test_what_is_said_otherwise_keeps_its_place(other: str) -> None:
    assert len(Stages(TEXT, other).distinct().retrieve(QUERY, 10)) == 2


def test_another_figure_is_another_thing_said() -> None:
    one, other = (f"地区生产总值增长{figure}%，城镇新增就业达到预期目标，物价基本稳定。" for figure in ("6.5", "7.5"))
    assert len(Stages(one, other).distinct().retrieve(QUERY, 10)) == 2


def test_short_lines_and_parts_of_one_document_are_left_alone() -> None:
    assert len(Stages("二、主要任务", "二、主要任务").distinct().retrieve(QUERY, 10)) == 2
    assert len(Stages(TEXT, TEXT, documents="aa").distinct().retrieve(QUERY, 10)) == 2


def test_texts_whose_vectors_lie_apart_are_not_even_compared() -> None:
    assert len(Stages(TEXT, TEXT).distinct(cosine=0.5).retrieve(QUERY, 10)) == 2


NOTICE = (
    "{0}关于转发《文明养犬规定》的通知\n{1}〔2024〕{2}号\n一、总体要求\n要求各单位认真学习。\n二、主要内容\n"
    "携带犬只外出应当使用牵引带，并由成年人牵领，及时清理犬只粪便。\n"
)


def test_an_answer_names_the_other_documents_that_say_the_same(tmp_path: Path) -> None:
    for name, words in (("甲", ("江北市人民政府", "江政", 3)), ("乙", ("江南市人民政府", "南政", 9))):
        (tmp_path / f"{name}.txt").write_text(NOTICE.format(*words), encoding="utf-8")
    with Collection.open(tmp_path / "index", encoder=LetterEncoder(), writable=True) as collection:
        ingest(sorted(tmp_path.glob("*.txt")), collection)
        answer = Assistant(assemble(collection, load_settings())).ask("携带犬只外出应当使用什么")
    labels = {f"《{place}市人民政府关于转发〈文明养犬规定〉的通知》" for place in ("江北", "江南")}
    [other] = labels - {f"《{answer.citations[0].title.replace('《', '〈').replace('》', '〉')}》"}
    assert len(answer.citations) == 1
    assert f"文字相同的还有：{other}" in answer.note
