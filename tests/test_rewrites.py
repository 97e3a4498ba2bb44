"""Whether a rewrite of a follow-up keeps what the question names, and brings in nothing else."""

import pytest

from corpus import Address
from corpus.analyzer import Analyzer
from rag import Turn
from rag.rewrites import entities, keeps_entities

ANALYZER = Analyzer()
TURN = Turn(
    "《江北市临时救助办法》第八条规定了什么？", ("a", Address.parse("第八条")),
    question="江北市的临时救助办法第八条说什么",
    labels=("《江北市临时救助办法》（江政〔2024〕6号）第八条",),
    quotes=("第八条 由市民政局会同市财政局在2024年7月1日前发放，每人每月补贴1500元，困难家庭提高百分之二十。",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("那第九条呢？", "《江北市临时救助办法》第九条规定了什么？"),
        ("那第九条呢？", "江北市临时救助办法第9条是什么？"),
        ("谁来发放？", "《江北市临时救助办法》规定的补贴由谁发放？"),
        ("市财政局做什么？", "江北市临时救助中市财政局负责什么？"),
        ("为什么是1500元？", "临时救助补贴为什么是每人每月1500元？"),
        ("哪天开始的？", "2024年7月1日前发放的补贴从哪天开始？"),
        ("第一份文件里怎么说？", "《江北市临时救助办法》里怎么说？"),
        ("这两个部门怎么分工？", "市民政局和市财政局怎么分工？"),
    ],
)
def test_a_rewrite_that_draws_on_question_and_turns_is_kept(original: str, rewrite: str) -> None:
    assert keeps_entities(original, rewrite, [TURN], ANALYZER)


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("那第九条呢？", "《江北市临时救助办法》第八条规定了什么？"),
        ("那第九条呢？", "《江北市临时救助办法》规定了什么？"),
        ("2026年呢？", "江北市临时救助补贴是多少？"),
        ("南京市呢？", "江北市的临时救助补贴是多少？"),
        ("市财政局做什么？", "江北市临时救助中市民政局负责什么？"),
        ("“特困人员”怎么认定？", "临时救助的对象怎么认定？"),
        ("那个办法怎么规定？", "  "),
    ],
)
def test_a_rewrite_that_loses_what_the_question_names_is_not_kept(original: str, rewrite: str) -> None:
    assert not keeps_entities(original, rewrite, [TURN], ANALYZER)


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("谁来发放？", "补贴由市人力资源和社会保障局发放吗？"),
        ("谁来发放？", "补贴由省财政厅发放吗？"),
        ("谁来发放？", "南京市的补贴由谁发放？"),
        ("发多少？", "补贴是每人每月1800元吗？"),
        ("发多少？", "补贴提高百分之三十吗？"),
        ("哪天开始的？", "2023年的补贴从哪天开始？"),
        ("还有什么规定？", "《江南市住房补贴办法》还有什么规定？"),
        ("还有什么规定？", "江南住房补贴条例还有什么规定？"),
    ],
)
def test_a_rewrite_that_brings_in_what_nobody_named_is_not_kept(original: str, rewrite: str) -> None:
    assert not keeps_entities(original, rewrite, [TURN], ANALYZER)


def test_titles_in_use_may_be_drawn_on() -> None:
    rewrite = "《江南市住房补贴办法》还有什么规定？"
    assert keeps_entities("还有什么规定？", rewrite, [TURN], ANALYZER, "江南市住房补贴办法")


@pytest.mark.parametrize(
    ("original", "rewrite", "kept"),
    [
        ("What about article 9?", "What does article 9 of the Passport Law say?", True),
        ("What about article 9?", "What does article 8 of the Passport Law say?", False),
        ("Who issues them?", "Who issues passports under the Savings Regulations?", False),
    ],
)
def test_english_rewrites_are_held_to_the_same(original: str, rewrite: str, kept: bool) -> None:
    turn = Turn(
        "What does article 8 of the Passport Law say?", None, question="What does article 8 of the Passport Law say?"
    )
    assert keeps_entities(original, rewrite, [turn], ANALYZER) is kept


def test_what_only_points_at_something_names_nothing() -> None:
    assert entities("第一份文件里，这两项和前一条怎么说", ANALYZER) == entities("怎么说", ANALYZER)


@pytest.mark.parametrize("text", ["会" * 5000, "第" * 5000, "《" * 5000, "百分之" * 3000, "A " * 5000])
def test_long_text_takes_no_time(text: str) -> None:
    assert keeps_entities(text, text, [], ANALYZER) in (True, False)
