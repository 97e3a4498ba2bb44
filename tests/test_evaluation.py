"""Runs: what is recorded, how a broken-off one goes on, what the statistics and the controls say, and the report."""

import io
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from rich.console import Console

from corpus import InputError
from corpus.model import Document
from eval.compare import compare, show
from eval.controls import shuffled, without_gold
from eval.dataset import Question, QuestionSet
from eval.draft import draft
from eval.formats.tables import write_questions
from eval.measures import DEFAULT, measure
from eval.records import RunFolder
from eval.report import report
from eval.run import Contender, Plan, run
from eval.scoring import Judge
from eval.statistics import difference, mcnemar, mean
from eval.systems import Asked, Span
from eval.systems.baseline import Baseline
from ingest.rows import Row, understand_row
from tests.conftest import LetterEncoder

CONSOLE = Console(quiet=True)
TEXTS = {
    "甲": "关于甲的通知\n一、总体要求\n推进社会保障卡应用。\n二、主要任务\n"
    "（一）提出70条举措。\n（二）安排6.5亿元资金。\n",
    "乙": "关于乙的通知\n一、总体要求\n推进光伏产业发展。\n二、主要任务\n到2027年建成20个光伏基地。\n",
}


class TestStatistics:
    def test_the_interval_is_that_of_a_bootstrap(self) -> None:
        """60 of 100: the normal interval is 0.60 ± 1.96·√(0.6·0.4/100) = 0.504 … 0.696."""
        found = mean([1.0] * 60 + [0.0] * 40)
        assert found is not None
        assert (found.mean, found.n) == (0.6, 100)
        assert found.low == pytest.approx(0.504, abs=0.02)
        assert found.high == pytest.approx(0.696, abs=0.02)
        assert found == mean([1.0] * 60 + [0.0] * 40)

    def test_it_holds_the_truth_about_as_often_as_it_says(self) -> None:
        """Of 200 samples of 50 from a fair coin, 95 of 100 intervals hold a half; 6 standard errors are allowed for."""
        source = random.Random(1)
        held = 0
        for _ in range(200):
            found = mean([float(source.random() < 0.5) for _ in range(50)])
            assert found is not None
            held += found.low <= 0.5 <= found.high
        assert held / 200 >= 0.95 - 6 * (0.95 * 0.05 / 200) ** 0.5

    def test_a_weighted_mean_weighs_and_nothing_has_none(self) -> None:
        found = mean([1.0, 0.0], [3.0, 1.0])
        assert found is not None
        assert found.mean == 0.75
        assert mean([]) is None

    def test_what_is_the_same_everywhere_has_no_width(self) -> None:
        found = mean([0.5] * 7)
        assert found is not None
        assert (found.low, found.mean, found.high) == (0.5, 0.5, 0.5)

    def test_a_difference_is_paired(self) -> None:
        """Every question gains 0.1 whatever it was: there is no doubt about the difference."""
        first = list(np.linspace(0, 0.9, 30))
        found = difference(first, [value + 0.1 for value in first])
        assert found is not None
        assert found.difference == pytest.approx(0.1)
        assert found.certain
        assert found.low == pytest.approx(found.high)
        same = difference(first, first)
        assert same is not None
        assert not same.certain
        assert difference([], []) is None

    @pytest.mark.parametrize(
        ("only_first", "only_second", "p"),
        # Binomial, two-sided: 2·(1 + 10)/1024 for 1 of 10, 2·1/32 for none of 5.
        [(1, 9, 22 / 1024), (9, 1, 22 / 1024), (0, 5, 2 / 32), (3, 3, 1.0), (0, 0, 1.0)],
    )
    def test_mcnemar_counts_what_changed(self, only_first: int, only_second: int, p: float) -> None:
        pairs = [(True, False)] * only_first + [(False, True)] * only_second + [(True, True)] * 4 + [(False, False)] * 2
        found = mcnemar([a for a, _ in pairs], [b for _, b in pairs])
        assert (found.only_first, found.only_second) == (only_first, only_second)
        assert found.p == pytest.approx(p)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [understand_row(Row(id_, "", text)).document for id_, text in TEXTS.items()]


def question(id_: str, words: str, **gold: Any) -> Question:
    return Question(id=id_, question=words, **gold)


QUESTIONS = [
    question("1", "提出多少条举措", answers=["70条"], documents=["甲"], addresses=["二/（一）"], slice="number"),
    question("2", "安排多少资金", answers=["6.5亿元"], documents=["甲"], addresses=["二/（二）"], slice="number"),
    question("3", "光伏基地多少个", answers=["20个"], documents=["乙"], slice="number"),
    question("4", "推进什么应用", answers=["社会保障卡"], documents=["甲"], slice="fact"),
    question("5", "投入多少人", answerable=False, slice="absent"),
]


class Fake:
    """Finds the sentence that shares most characters with the question, and refuses where none shares three."""

    name = "cewen"
    fingerprint = "fake"
    megabytes = 1.5

    def __init__(self, documents: Sequence[Document], breaks_at: str = "") -> None:
        self.documents, self.breaks_at = documents, breaks_at
        self.settings: dict[str, Any] = {"fake": True}
        self.asked: list[tuple[str, frozenset[str]]] = []

    def ask(self, question: Question, excluded: frozenset[str] = frozenset()) -> Asked:
        if question.id == self.breaks_at:
            raise KeyboardInterrupt
        self.asked.append((question.id, excluded))
        spans = [
            (Span(document.id, part.start, part.own_end), document)
            for document in self.documents
            if document.id not in excluded and (not question.within or document.id in question.within)
            for part in document.parts[1:]
        ]
        spans.sort(key=lambda pair: -len(set(question.question) & set(pair[1].text[pair[0].start : pair[0].end])))
        best = spans[0] if spans else None
        shared = len(set(question.question) & set(best[1].text[best[0].start : best[0].end])) if best else 0
        found = [span for span, _ in spans]
        return Asked(
            self.answer(question, best if shared >= 4 else None, shared), {"lexical": found[::-1], "fused": found}, 1.5
        )

    def answer(self, question: Question, best: tuple[Span, Document] | None, shared: int) -> dict[str, Any]:
        head = {
            "id": question.id, "question": question.question, "reading": None, "short_answer": None, "total": None,
            "listed": None, "confidence": shared / 10, "timings_ms": {"retrieve": 1.0, "total": 2.0},
        }  # fmt: skip
        if best is None:
            refusal = {"reason": "weak_evidence", "missing_terms": ["投入"], "nearest": []}
            return head | {"status": "refused", "answer": "没有", "statements": [], "citations": [], "refusal": refusal}
        span, document = best
        quote = document.text[span.start : span.end].strip()
        start = document.text.index(quote)
        cited = {
            "number": 1, "document_id": document.id, "label": "《通知》", "quote": quote, "start": start,
            "end": start + len(quote),
        }  # fmt: skip
        statements = [{"text": quote, "citations": [1]}]
        return head | {
            "status": "answered",
            "answer": quote,
            "statements": statements,
            "citations": [cited],
            "refusal": None,
        }

    def close(self) -> None:
        """Nothing is open."""


def plan(documents: Sequence[Document], questions: Sequence[Question] = QUESTIONS) -> Plan:
    places = {each.id: f"行 {number}" for number, each in enumerate(questions, 1)}
    held = QuestionSet("set", Path("set.jsonl"), tuple(questions), places)
    return Plan(
        held,
        Judge(documents, [measure(name) for name in DEFAULT]),
        DEFAULT,
        {"name": "两份", "documents": 2, "segments": 9, "stamp": "x"},
        CONSOLE,
    )


@pytest.fixture
def finished(tmp_path: Path, documents: list[Document]) -> Path:
    run(plan(documents), [Contender(Fake(documents), tmp_path / "run")])
    return tmp_path / "run"


class TestRuns:
    def test_a_record_has_the_fields_of_the_contract(self, finished: Path) -> None:
        records = [json.loads(line) for line in (finished / "records.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [record["id"] for record in records] == ["1", "2", "3", "4", "5"]
        first = records[0]
        assert {"id", "question", "answer", "gold", "ranks", "measures"} <= set(first)
        assert first["gold"]["addresses"] == ["二/（一）"]
        assert first["ranks"] == {"lexical": 6, "fused": 1}
        assert first["measures"]["right"] == first["measures"]["hit@1"] == first["measures"]["MRR@10"] == 1.0
        assert "F1" not in records[4]["measures"]
        assert records[4]["measures"]["refusal_recall"] == 1.0

    def test_the_summary_has_the_fields_of_the_contract(self, finished: Path) -> None:
        summary = json.loads((finished / "summary.json").read_text(encoding="utf-8"))
        assert {"system", "data", "settings", "fingerprint", "measures", "slices", "timings_ms", "memory_mb"} <= set(
            summary
        )
        assert set(summary["measures"]["right"]) == {"mean", "low", "high", "n"}
        assert summary["measures"]["right"]["n"] == 5
        assert summary["slices"]["number"]["right"]["n"] == 3
        assert summary["timings_ms"]["total"] == {"median": 2.0, "p95": 2.0}
        assert summary["data"]["answerable"] == 4

    def test_a_run_that_breaks_off_goes_on_where_it_stopped(self, tmp_path: Path, documents: list[Document]) -> None:
        out = tmp_path / "run"
        with pytest.raises(KeyboardInterrupt):
            run(plan(documents), [Contender(Fake(documents, "3"), out)])
        with (out / "records.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"id": "3", "cut sho')
        again = Fake(documents)
        run(plan(documents), [Contender(again, out)])
        assert [id_ for id_, _ in again.asked] == ["3", "4", "5"]
        assert [record["id"] for record in RunFolder(out).records()] == ["1", "2", "3", "4", "5"]

    def test_a_finished_run_and_another_one_begin_anew(self, tmp_path: Path, documents: list[Document]) -> None:
        """Old records of another system, or of the same before it was changed, must not slip into new figures."""
        out = tmp_path / "run"
        with pytest.raises(KeyboardInterrupt):
            run(plan(documents), [Contender(Fake(documents, "3"), out)])
        other = Fake(documents)
        other.fingerprint = "another"
        run(plan(documents), [Contender(other, out)])
        assert len(other.asked) == 5
        same = Fake(documents)
        same.fingerprint = "another"
        run(plan(documents), [Contender(same, out)])
        assert len(same.asked) == 5

    def test_a_folder_without_a_finished_run_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="没有跑完的评测"):
            RunFolder(tmp_path).records()


class TestJudge:
    def test_a_piece_that_ignores_structure_finds_what_it_holds(self, documents: list[Document]) -> None:
        """All of 甲 holds the gold part whole; a piece that only touches it finds nothing."""
        judge, asked = Judge(documents, []), QUESTIONS[0]
        part = next(p for p in documents[0].parts if str(p.address) == "二/（一）")
        whole, touching = Span("甲", 0, len(documents[0].text)), Span("甲", 0, part.start + 2)
        outside, other = Span("甲", part.end, part.end + 9), Span("乙", part.start, part.end)
        answer = Fake(documents).answer(asked, None, 0)
        for span, finds in ((whole, True), (touching, False), (outside, False), (other, False)):
            assert ("gold 0" in judge.case(asked, answer, [span]).ranked) == finds

    def test_among_documents_each_counts_once(self, documents: list[Document]) -> None:
        judge, asked = Judge(documents, []), QUESTIONS[2]
        spans = [Span("甲", 0, 5), Span("甲", 5, 9), Span("乙", 0, 5), Span("乙", 5, 9)]
        assert judge.case(asked, Fake(documents).answer(asked, None, 0), spans).ranked == ["甲", "gold 0"]

    def test_without_documents_the_gold_is_where_the_address_is(self, documents: list[Document]) -> None:
        asked = question("x", "问", answers=["答"], addresses=["二/（一）"])
        assert Judge(documents, []).gold_documents(asked) == {"甲"}


class TestControls:
    def test_without_the_gold_what_is_grounded_falls(self, tmp_path: Path, documents: list[Document]) -> None:
        system = Fake(documents)
        run(plan(documents), [Contender(system, tmp_path / "a"), Contender(system, tmp_path / "b", without_gold=True)])
        assert dict(system.asked[1::2])["1"] == {"甲"}
        assert dict(system.asked[1::2])["5"] == frozenset()
        found = without_gold(RunFolder(tmp_path / "a").records(), RunFolder(tmp_path / "b").records(), DEFAULT)
        assert found["right"]["grounded"]
        assert found["right"]["difference"] == found["hit@1"]["difference"] == -1.0
        assert not {"over_refusal", "quote_exactness", "refusal_recall"} & set(found)

    def test_a_measure_that_does_not_fall_is_told(self, finished: Path) -> None:
        """The very same records: nothing falls, so that nothing shows grounding."""
        records = RunFolder(finished).records()
        found = without_gold(records, records, DEFAULT)
        assert found
        assert not any(row["grounded"] for row in found.values())

    def test_shuffled_no_question_keeps_its_answer(self, finished: Path, documents: list[Document]) -> None:
        records = RunFolder(finished).records()
        questions = {each.id: each for each in QUESTIONS}
        floor = shuffled(records, questions, Judge(documents, [measure(name) for name in DEFAULT]), DEFAULT)
        assert floor["key_points"]["mean"] < 0.5
        # One refusal among five answers: it falls to a question that has an answer.
        assert floor["over_refusal"]["mean"] == 1 / 4
        assert floor["refusal_recall"]["mean"] == 0.0


class TestCompare:
    @pytest.fixture
    def worse(self, tmp_path: Path, documents: list[Document]) -> Path:
        run(plan(documents), [Contender(Fake(documents[:1]), tmp_path / "worse")])
        return tmp_path / "worse"

    def test_the_questions_that_changed_are_listed_both_ways(self, finished: Path, worse: Path) -> None:
        lost, won = compare(finished, worse), compare(worse, finished)
        assert [row["id"] for row in lost["lost"]] == [row["id"] for row in won["won"]] == ["3"]
        assert (lost["won"], won["lost"]) == ([], [])
        assert (lost["right"]["only_first"], lost["right"]["only_second"]) == (1, 0)
        assert lost["measures"]["right"]["difference"] == pytest.approx(-1 / 5)
        assert lost["measures"]["right"]["low"] <= -1 / 5 <= lost["measures"]["right"]["high"]

    def test_it_can_be_shown(self, finished: Path, worse: Path) -> None:
        shown = io.StringIO()
        show(compare(finished, worse), Console(width=200, file=shown))
        assert "变错 3：光伏基地多少个" in shown.getvalue()
        assert "只有前者对 1 题，只有后者对 0 题" in shown.getvalue()

    def test_runs_without_a_common_question_cannot_be_compared(
        self, tmp_path: Path, finished: Path, documents: list[Document]
    ) -> None:
        other = [question("9", "别的", answers=["70条"], documents=["甲"])]
        run(plan(documents, other), [Contender(Fake(documents), tmp_path / "other")])
        with pytest.raises(InputError, match="没有相同的问题"):
            compare(finished, tmp_path / "other")


class TestReport:
    @pytest.fixture
    def made(self, tmp_path: Path, documents: list[Document]) -> Path:
        hostile = question("<b>&6", "<script>alert(1)</script>？", answers=["绝没有"], documents=["甲"], slice="<i>")
        baseline = Baseline(documents, LetterEncoder())
        out = tmp_path / "run"
        run(
            plan(documents, [*QUESTIONS, hostile]),
            [Contender(Fake(documents), out), Contender(baseline, out / "baseline")],
        )
        report(out)
        return out

    def test_the_page_needs_nothing_else_and_escapes_what_it_shows(self, made: Path) -> None:
        page = (made / "report.html").read_text(encoding="utf-8")
        # The names of SVG's own vocabularies are the only addresses.
        addresses = {piece.split('"')[0].split("'")[0] for piece in page.split("http")[1:]}
        assert all("www.w3.org" in address for address in addresses)
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert page.count("<svg") == 5
        assert "依据的名次" in page
        assert "baseline" in page

    def test_the_spreadsheet_has_a_row_a_question(self, made: Path) -> None:
        book = openpyxl.load_workbook(made / "report.xlsx")
        rows = list(book["题目"].iter_rows(values_only=True))
        assert [row[0] for row in rows] == ["id", "1", "2", "3", "4", "5", "<b>&6"]
        assert {row[0] for row in book["指标"].iter_rows(min_row=2, values_only=True)} == {"cewen", "baseline"}

    def test_a_run_without_refusals_slices_or_confidence_has_a_report_too(
        self, tmp_path: Path, documents: list[Document]
    ) -> None:
        plain = [each.model_copy(update={"slice": ""}) for each in QUESTIONS[:1]]
        run(plan(documents, plain), [Contender(Baseline(documents, LetterEncoder()), tmp_path)])
        assert all(file.is_file() for file in report(tmp_path))


class TestBaseline:
    @pytest.fixture(scope="class")
    @classmethod
    def baseline(cls, documents: list[Document]) -> Baseline:
        return Baseline(documents, LetterEncoder())

    def test_it_quotes_the_first_sentence_of_the_best_piece(
        self, baseline: Baseline, documents: list[Document]
    ) -> None:
        asked = baseline.ask(QUESTIONS[0])
        [cited] = asked.answer["citations"]
        text = next(document.text for document in documents if document.id == cited["document_id"])
        assert text[cited["start"] : cited["end"]] == cited["quote"]
        assert asked.answer["status"] == "answered"
        assert asked.answer["statements"][0]["text"] == cited["quote"]

    def test_it_is_held_to_documents_and_leaves_some_out(self, baseline: Baseline) -> None:
        held = QUESTIONS[0].model_copy(update={"within": ("乙",)})
        assert {span.document_id for span in baseline.ask(held).stages["fused"]} == {"乙"}
        assert {span.document_id for span in baseline.ask(QUESTIONS[0], frozenset("甲")).stages["fused"]} == {"乙"}
        assert baseline.ask(QUESTIONS[0], frozenset("甲乙")).answer["status"] == "refused"


class TestDraft:
    LAW = (
        "某市管理办法\n第一章 总则\n第一条 本办法所称公共数据，是指机关履行职责中产生的各类数据资源。\n"
        "第二条 每年安排专项资金500万元用于平台建设。\n第二章 管理\n第三条 市教育局应当在2027年建成3个统一的平台。\n"
        "第四条 合肥市的覆盖率应当达到95%以上的目标要求。\n"
    )

    @pytest.fixture(scope="class")
    @classmethod
    def drafted(cls) -> tuple[Document, list[Question]]:
        document = understand_row(Row("law", "", cls.LAW)).document
        return document, draft(document)

    def test_every_kind_is_drafted_with_gold_that_is_in_the_document(
        self, drafted: tuple[Document, list[Question]]
    ) -> None:
        document, questions = drafted
        kinds = {each.slice for each in questions}
        assert {"address", "definition", "cloze", "absent-address", "other-place", "other-year", "other-body"} <= kinds
        assert all(each.synthetic for each in questions)
        for each in questions:
            assert all(answer in document.text for answer in each.answers)
            assert each.answerable or not (each.answers or each.addresses or each.documents)
        assert len({each.id for each in questions}) == len({each.question for each in questions}) == len(questions)

    def test_a_cloze_asks_for_what_it_blanks_out(self, drafted: tuple[Document, list[Question]]) -> None:
        asked = {each.question: each.answers for each in drafted[1] if each.slice == "cloze"}
        assert asked["每年安排专项资金多少万元用于平台建设？"] == ("500万元",)
        assert asked["合肥市的覆盖率应当达到百分之多少以上的目标要求？"] == ("95%",)

    def test_a_near_miss_names_what_the_document_never_does(self, drafted: tuple[Document, list[Question]]) -> None:
        document, questions = drafted
        misses = [each for each in questions if each.slice.startswith(("other", "absent"))]
        assert misses
        assert not any(each.answerable for each in misses)
        [body] = [each for each in misses if each.slice == "other-body"]
        assert "教育局" not in body.question
        assert document.part(document.parts[-1].address) is not None

    def test_a_person_edits_it_in_a_spreadsheet(self, tmp_path: Path, drafted: tuple[Document, list[Question]]) -> None:
        from eval.formats import load_questions

        write_questions(tmp_path / "draft.xlsx", drafted[1])
        assert list(load_questions(tmp_path / "draft.xlsx").questions) == drafted[1]
