"""Measures on cases worked out by hand, against ir_measures, and by the rules of CMRC 2018's scorer."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import InputError
from corpus.quantities import quantities
from eval.dataset import Question
from eval.measures import DEFAULT, Case, measure
from eval.measures.words import bare, longest_common_subsequence, longest_common_substring, tokens


def citation(number: int, quote: str, start: int = 0, document: str = "d") -> dict[str, Any]:
    return {"number": number, "document_id": document, "start": start, "end": start + len(quote), "quote": quote}


def answered(
    *statements: tuple[str, list[int]], citations: Sequence[dict[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    said = [{"text": text, "citations": numbers} for text, numbers in statements]
    blank = {"status": "answered", "short_answer": None, "total": None, "listed": None}
    return {**blank, "statements": said, "citations": list(citations), **more}


REFUSED: dict[str, Any] = {
    "status": "refused",
    "short_answer": None,
    "statements": [],
    "citations": [],
    "total": None,
    "listed": None,
}


def asked(*answers: str, **more: Any) -> Question:
    return Question(id="q", question="问", answers=answers, **{"answerable": bool(answers), **more})


def case(question: Question, answer: dict[str, Any], **more: Any) -> Case:
    return Case(question, answer, **{"ranked": (), "relevant": {}, **more})


def score(name: str, question: Question, answer: dict[str, Any], **more: Any) -> float | None:
    return measure(name).score(case(question, answer, **more))


class TestNames:
    @pytest.mark.parametrize("name", [*DEFAULT, "hit@7", "recall@50", "MRR@100", "nDCG@1"])
    def test_a_name_parses_back(self, name: str) -> None:
        assert str(measure(name)) == measure(name).name == name
        assert measure(name) == measure(name)

    @pytest.mark.parametrize("name", ["", "f1", "hit", "hit@0", "hit@1000", "nDCG@", "right@3"])
    def test_another_name_is_refused_with_those_that_there_are(self, name: str) -> None:
        with pytest.raises(InputError, match="nDCG@k、answer@k、passage@k、right、F1"):
            measure(name)

    def test_every_measure_says_in_its_docstring_what_it_is(self) -> None:
        assert all(len(type(measure(name)).__doc__ or "") > 30 for name in DEFAULT)


class TestRetrieval:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            # Gold at ranks 2 (grade 1) and 4 (grade 3) of x a y b, a third of grade 2 not found.
            ("hit@1", 0.0), ("hit@2", 1.0), ("recall@3", 1 / 3), ("recall@10", 2 / 3), ("MRR@10", 0.5), ("MRR@1", 0.0),
            ("nDCG@10", (1 / math.log2(3) + 3 / math.log2(5)) / (3 + 2 / math.log2(3) + 1 / 2)),
        ],
    )  # fmt: skip
    def test_by_hand(self, name: str, expected: float) -> None:
        relevant = {"a": 1, "b": 3, "c": 2}
        assert score(name, asked("答"), REFUSED, ranked="xayb", relevant=relevant) == pytest.approx(expected)

    @given(
        st.lists(st.sampled_from("abcdefgh"), unique=True),
        st.dictionaries(st.sampled_from("abcdxyz"), st.integers(1, 3)),
    )
    def test_as_ir_measures_has_them(self, ranked: list[str], relevant: dict[str, int]) -> None:
        """Reference: the same judgements as a run of TREC."""
        run = [ir_measures.ScoredDoc("1", unit, 100.0 - rank) for rank, unit in enumerate(ranked)]
        judged = [ir_measures.Qrel("1", unit, grade) for unit, grade in relevant.items()]
        reference = {"hit": "Success", "recall": "R", "MRR": "RR", "nDCG": "nDCG"}
        for kind, known in reference.items():
            found = score(f"{kind}@3", asked("答"), REFUSED, ranked=ranked, relevant=relevant)
            if relevant:
                theirs = ir_measures.parse_measure(f"{known}@3")
                assert found == pytest.approx(ir_measures.calc_aggregate([theirs], judged, run).get(theirs, 0.0))
            else:
                assert found is None

    @pytest.mark.parametrize(
        ("name", "expected"), [("answer@1", 0.0), ("answer@2", 1.0), ("passage@2", 0.0), ("passage@3", 1.0)]
    )
    def test_the_gold_words_are_looked_for_in_the_first_results(self, name: str, expected: float) -> None:
        """The second result holds them, but not in the passage that fits best; the third has them there."""
        texts = {
            "results": ["无关。", "共７０条，另有说明。", "70条。"],
            "passages": ["无关。", "另有说明。", "70条。"],
        }
        assert score(name, asked("70条。"), REFUSED, verbatim=["70条。"], **texts) == expected
        assert score(name, asked("七十条"), REFUSED, **texts) is None

    def test_nothing_found_is_zero_and_no_gold_is_no_score(self) -> None:
        assert score("nDCG@10", asked("答"), REFUSED, relevant={"a": 1}) == 0.0
        assert score("nDCG@10", asked("答"), REFUSED, ranked="ab") is None


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("《战国无双3》是由", ["战", "国", "无", "双", "3", "是", "由"]),
            ("光荣和ω-force", ["光", "荣", "和", "ω", "force"]),
            ("1995年，共3.5%。", ["1995", "年", "共", "3.5", "%"]),
            ("Apple Inc.", ["apple", "inc", "."]),
            ("", []), ("，。", []), ("安徽 省", ["安", "徽", "省"]),
        ],
    )  # fmt: skip
    def test_a_character_of_chinese_is_a_token_and_signs_are_none(self, text: str, expected: list[str]) -> None:
        assert tokens(text) == expected

    def test_common_runs_and_common_sequences(self) -> None:
        assert longest_common_substring(list("abcde"), list("xbcdy")) == 3
        assert longest_common_substring(list("abc"), list("xyz")) == 0
        assert longest_common_subsequence(list("abcde"), list("axcxe")) == 3
        assert longest_common_subsequence([], list("a")) == 0

    def test_exact_match_leaves_out_blanks_and_signs(self) -> None:
        assert bare(" 《Ab》，c·d—") == "abcd—"


class TestAnswers:
    @pytest.mark.parametrize(
        ("said", "gold", "f1", "em"),
        [
            # The scorer counts the longest common run: 5 of the 8 said, of the 5 gold.
            ("由光荣和公司开发", ["光荣和公司"], 2 * 5 / 13, 0.0),
            ("光荣和ω-force", ["光荣和ω-force"], 1.0, 1.0),
            ("《光荣》，", ["光荣"], 1.0, 1.0),
            # The best of several gold answers.
            ("1995年", ["1995年10月", "1995年"], 1.0, 1.0),
            # Characters that stand apart make no run: 安 alone, of 2 and 3.
            ("安全", ["安徽省"], 2 * 1 / 5, 0.0),
            ("无关", ["安徽"], 0.0, 0.0),
        ],
    )
    def test_f1_and_exact_match_by_the_rules_of_cmrc(self, said: str, gold: list[str], f1: float, em: float) -> None:
        answer = answered((said, [1]))
        assert score("F1", asked(*gold), answer) == pytest.approx(f1)
        assert score("EM", asked(*gold), answer) == em

    def test_rouge_l_allows_gaps(self) -> None:
        """安…省 is common: 2 tokens of the 3 said and the 3 gold."""
        assert score("ROUGE-L", asked("安徽省"), answered(("安心省", [1]))) == pytest.approx(2 * 2 / 6)

    def test_the_short_answer_is_what_is_compared(self) -> None:
        answer = answered(("共提出70条举措", [1]), short_answer="70条")
        assert score("EM", asked("70条"), answer) == 1.0
        assert score("key_points", asked("举措"), answer) == 1.0

    @pytest.mark.parametrize("name", ["F1", "EM", "ROUGE-L", "key_points"])
    def test_a_refusal_of_what_has_an_answer_is_zero_and_of_what_has_none_no_score(self, name: str) -> None:
        assert score(name, asked("答"), REFUSED) == 0.0
        assert score(name, asked(), REFUSED) is None
        assert score(name, asked(documents=["d"], answerable=True), answered(("答", [1]))) is None

    @pytest.mark.parametrize(
        ("require", "said", "expected"),
        [("all", "甲和乙", 2 / 3), ("all", "甲、乙，还有 丙。", 1.0), ("any", "丙", 1.0), ("any", "丁", 0.0)],
    )
    def test_key_points_are_counted_or_any_one_is_enough(self, require: str, said: str, expected: float) -> None:
        assert score("key_points", asked("甲", "乙", "丙", require=require), answered((said, [1]))) == pytest.approx(
            expected
        )

    @pytest.mark.parametrize(
        ("gold", "answer", "expected"),
        [
            ("70条", answered(("提出七十条具体举措", [1])), 1.0),
            ("6.5亿元", answered(("安排65000万元", [1])), 1.0),
            ("6.5亿元", answered(("安排6.5万元", [1])), 0.0),
            ("500万元", answered(("最高50万元", [1])), 0.0),
            ("2024年8月20日", answered(("自2024年8月20日起施行", [1])), 1.0),
            ("2024年8月20日", answered(("自2024年8月21日起施行", [1])), 0.0),
            ("30%", answered(("增长百分之三十", [1])), 1.0),
            ("3项、5条", answered(("3项任务，5条措施", [1])), 1.0),
            ("3项、5条", answered(("3项任务", [1])), 0.0),
            ("没有数", answered(("3项任务", [1])), None),
            # The quotation holds both, the short answer says the wrong one.
            ("70条", answered(("70条、80条", [1]), citations=[citation(1, "70条、80条")], short_answer="80条"), 0.0),
            ("70条", answered(("70条、80条", [1]), citations=[citation(1, "70条、80条")], short_answer="70条"), 1.0),
            ("70条", answered(("70条、80条", [1]), citations=[citation(1, "70条、80条")]), 1.0),
            ("70条", REFUSED, 0.0),
        ],
    )
    def test_numbers_have_to_be_there_and_not_contradicted(
        self, gold: str, answer: dict[str, Any], expected: float | None
    ) -> None:
        assert score("number_accuracy", asked(gold), answer) == expected

    def test_a_total_is_right_where_all_are_listed(self) -> None:
        question = asked("甲", total=6)
        assert score("total_accuracy", question, answered(("甲", [1]), total=6, listed=6)) == 1.0
        assert score("total_accuracy", question, answered(("甲", [1]), total=6, listed=5)) == 0.0
        assert score("total_accuracy", question, REFUSED) == 0.0
        assert score("total_accuracy", asked("甲"), answered(("甲", [1]))) is None

    @pytest.mark.parametrize(
        ("question", "answer", "expected"),
        [
            (
                asked("70条", addresses=["二"]),
                answered(("提出70条", [1]), citations=[citation(1, "提出70条", 10)]),
                1.0,
            ),
            (
                asked("70条", addresses=["二"]),
                answered(("提出70条", [1]), citations=[citation(1, "提出70条", 90)]),
                0.0,
            ),
            (asked("70条", addresses=["二"]), answered(("共28项", [1]), citations=[citation(1, "共28项", 10)]), 0.0),
            (asked("70条", addresses=["二"]), REFUSED, 0.0),
            (asked(addresses=["二"], answerable=True), answered(("共", [1]), citations=[citation(1, "共", 12)]), 1.0),
            (asked(), REFUSED, 1.0),
            (asked(), answered(("共28项", [1]), citations=[citation(1, "共28项", 10)]), 0.0),
        ],
    )
    def test_right_is_the_gold_words_quoted_from_the_gold_part(
        self, question: Question, answer: dict[str, Any], expected: float
    ) -> None:
        """The gold part is [10, 40) of the document d."""
        places = [("d", 10, 40)] if question.addresses else []
        assert score("right", question, answer, places=places) == expected


class TestCitations:
    """Gold is [10, 40) of d. Two statements: the first cites inside and outside, the second outside only."""

    places = (("d", 10, 40),)
    answer = answered(
        ("甲乙丙", [1, 2]), ("丁戊己", [3]),
        citations=[citation(1, "甲乙丙", 12), citation(2, "甲乙", 50), citation(3, "丁戊己", 12, "e")],
    )  # fmt: skip

    def test_recall_counts_statements_and_precision_citations(self) -> None:
        assert score("citation_recall", asked("答"), self.answer, places=self.places) == 1 / 2
        assert score("citation_precision", asked("答"), self.answer, places=self.places) == 1 / 3

    def test_a_statement_without_a_citation_is_not_supported(self) -> None:
        bare_answer = answered(("甲", []))
        assert score("citation_recall", asked("答"), bare_answer, places=self.places) == 0.0
        assert score("citation_precision", asked("答"), bare_answer, places=self.places) == 0.0

    @pytest.mark.parametrize(
        "name", ["citation_recall", "citation_precision", "quote_exactness", "unsupported_statements"]
    )
    def test_a_refusal_has_no_score(self, name: str) -> None:
        assert score(name, asked("答"), REFUSED, places=self.places, texts={}) is None

    def test_a_quotation_is_exact_where_the_text_has_it_at_that_very_place(self) -> None:
        texts = {"d": "0123456789AB甲乙丙", "e": "别的"}
        assert score("quote_exactness", asked("答"), self.answer, places=self.places, texts=texts) == 1 / 3

    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("推进光伏基地建设", 0.0),
            ("要推进光伏基地建设。", 0.0),
            ("建成20个光伏基地", 0.0),
            ("建成30个光伏基地", 1.0),
            ("免除全部学费", 1.0),
        ],
    )
    def test_what_the_quotation_does_not_hold_is_unsupported(self, statement: str, expected: float) -> None:
        source = citation(1, "推进光伏基地建设，建成20个光伏基地。")
        assert score("unsupported_statements", asked("答"), answered((statement, [1]), citations=[source])) == expected


class TestRefusals:
    @pytest.mark.parametrize(
        ("answerable", "refused", "precision", "recall", "f1", "over"),
        [
            (True, True, 0.0, None, 0.0, 1.0),
            (True, False, None, None, None, 0.0),
            (False, True, 1.0, 1.0, 1.0, None),
            (False, False, None, 0.0, 0.0, None),
        ],
    )
    def test_each_speaks_of_its_own_questions(
        self,
        answerable: bool,
        refused: bool,
        precision: float | None,
        recall: float | None,
        f1: float | None,
        over: float | None,
    ) -> None:
        question = asked("答") if answerable else asked()
        answer = REFUSED if refused else answered(("答", [1]))
        names = ("refusal_precision", "refusal_recall", "refusal_F1", "over_refusal")
        assert [score(name, question, answer) for name in names] == [precision, recall, f1, over]

    def test_weighed_the_mean_is_the_harmonic_mean(self) -> None:
        """3 right refusals, 1 wrong, 2 missed: 2·3 / (2·3 + 1 + 2)."""
        one = measure("refusal_F1")
        scores = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
        weights = [one.weight(value) for value in scores]
        assert sum(s * w for s, w in zip(scores, weights, strict=True)) / sum(weights) == 6 / 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("提出七十条举措", [("amount", Decimal(70), "条")]),
        ("安排6.5亿元", [("amount", Decimal(650_000_000), "元")]),
        ("共1,200万人次", [("amount", Decimal(12_000_000), "人次")]),
        ("三万五千户", [("amount", Decimal(35_000), "户")]),
        ("增长12.5%", [("percentage", Decimal("12.5"), "%")]),
        ("百分之三点五", [("percentage", Decimal("3.5"), "%")]),
        ("下降2个百分点", [("amount", Decimal(2), "个百分点")]),
        ("2024年8月20日", [("date", "2024-08-20", "")]),
        ("二〇二四年八月二十日", [("date", "2024-08-20", "")]),
        ("2024-08-20", [("date", "2024-08-20", "")]),
        ("到2027年", [("date", "2027", "")]),
        ("8月20日", [("date", "--08-20", "")]),
        ("没有数字，一心一意", []),
    ],
)
def test_quantities_are_read_as_values(text: str, expected: list[tuple[str, object, str]]) -> None:
    assert [(q.kind, q.value, q.unit) for q in quantities(text)] == expected


@given(st.text(alphabet="0123456789.,%年月日〇一二十百千万亿点第条个元-/ 安", max_size=20))
def test_any_text_has_readable_quantities(text: str) -> None:
    for quantity in quantities(text):
        assert quantity.same(quantity)
